"""HTTP of the tests' Telegram: tokens, parameters, unknown methods and recorded faults."""

import json

import httpx
import pytest

from tests.bot_api import BotApi, Chat
from tests.bot_api.bot_client import Bot, Json, button, keyboard

pytestmark = pytest.mark.anyio


async def test_a_wrong_token_and_a_malformed_token_get_different_errors(api: BotApi, bot: Bot) -> None:
    for token, code, description in [("123456789:WRONG", 401, "Unauthorized"), ("nonsense", 404, "Not Found")]:
        for path in (f"bot{token}/getMe", f"file/bot{token}/a.txt"):
            answer = await bot.client.get(f"http://127.0.0.1:{api.port}/{path}")
            assert (answer.status_code, answer.json()["description"]) == (code, description)


@pytest.mark.parametrize("way", ["json", "data", "files", "query"])
async def test_parameters_may_be_encoded_in_any_of_four_ways(api: BotApi, bot: Bot, chat: Chat, way: str) -> None:
    url, markup = f"{api.base_url}{api.token}/sendMessage", keyboard([button()])
    plain = {"chat_id": str(chat.id), "text": "123", "reply_markup": json.dumps(markup)}
    if way == "json":
        answer = await bot.client.post(url, json={"chat_id": chat.id, "text": "123", "reply_markup": markup})
    elif way == "data":
        answer = await bot.client.post(url, data=plain)
    elif way == "files":
        answer = await bot.client.post(url, files={name: (None, value) for name, value in plain.items()})
    else:
        answer = await bot.client.get(url, params=plain)
    assert answer.json()["result"]["text"] == "123"
    assert api.sent[0].buttons == [["›"]]


async def test_an_unknown_or_unimplemented_method_is_a_fault(api: BotApi, bot: Bot) -> None:
    assert await bot.refused("sendMesage", text="x") == "Not Found"
    assert await bot.refused("sendVenue", chat_id=1) == "Not Found"
    assert len(api.take_faults()) == 2


@pytest.mark.parametrize(
    ("method", "params", "fault"),
    [
        ("sendMessage", {"chat_id": 5_000_000_001}, "text"),
        ("sendMessage", {"chat_id": [1], "text": "x"}, "chat_id"),
        ("sendMessage", {"chat_id": 5_000_000_001, "text": "x", "colour": 1}, "colour"),
        ("sendMessage", {"chat_id": 5_000_000_001, "text": "x", "disable_web_page_preview": True}, "no longer"),
        (
            "sendMessage",
            {"chat_id": 5_000_000_001, "text": "x", "reply_markup": keyboard([{"txt": "x"}])},
            "inline_keyboard",
        ),
        ("sendMessage", {"chat_id": 5_000_000_001, "text": "x", "reply_markup": keyboard([button() | {"a": 1}])}, ".a"),
        ("sendMessage", {"chat_id": 5_000_000_001, "text": "x", "reply_markup": "{"}, "reply_markup"),
        ("setMyCommands", {"commands": [{"command": "ask"}]}, "description"),
        ("getUpdates", {"allowed_updates": ["mesage"]}, "mesage"),
    ],
)
async def test_an_unknown_parameter_or_value_is_a_fault(
    api: BotApi, bot: Bot, chat: Chat, method: str, params: Json, fault: str
) -> None:
    await bot(method, **params)
    assert any(fault in recorded for recorded in api.take_faults())


async def test_a_test_fails_at_its_end_when_a_fault_was_recorded() -> None:
    with pytest.raises(AssertionError, match="sendMesage"):
        async with BotApi() as api, httpx.AsyncClient(trust_env=False) as client:
            await Bot(api, client)("sendMesage")
