"""Pressed buttons, inline, guest and business queries of the tests' Telegram."""

import asyncio
import dataclasses
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.bot_api import BotApi, Chat, Person
from tests.bot_api.bot_client import Bot, Json, button, keyboard

pytestmark = pytest.mark.anyio


async def answering(bot: Bot, action: Awaitable[Any], answer: Callable[[Json], Awaitable[Any]]) -> Any:
    """The result of a person's action that waits while the bot answers the next update."""
    task = asyncio.ensure_future(action)
    (update,) = await bot.updates(timeout=10)
    await answer(update)
    return await task


async def test_a_press_can_be_answered_only_once(api: BotApi, bot: Bot, reader: Person, chat: Chat) -> None:
    await bot.ok("sendMessage", chat_id=chat.id, text="x", reply_markup=keyboard([button("n:1", "下一条")]))

    async def answer(update: Json) -> None:
        query = update["callback_query"]
        assert (query["data"], query["from"]["id"], query["message"]["text"]) == ("n:1", reader.id, "x")
        await bot.ok("editMessageText", chat_id=chat.id, message_id=query["message"]["message_id"], text="y")
        await bot.refused("answerCallbackQuery", callback_query_id=query["id"], text="好" * 201)
        assert api.take_faults()
        await bot.ok("answerCallbackQuery", callback_query_id=query["id"], text="好", show_alert=True)
        refusal = await bot.refused("answerCallbackQuery", callback_query_id=query["id"])
        assert refusal.startswith("Bad Request: query is too old and response timeout expired or query ID is invalid")

    toast = await answering(bot, api.press(api.sent[0], "下一条", by=reader), answer)
    assert (toast, toast.alert) == ("好", True)
    assert (await api.reply(chat, after=toast)).text == "y"
    with pytest.raises(AssertionError, match="no button"):
        await api.press(api.now(api.sent[0]), "下一条", by=reader)


def article(identity: str = "1", text: str = "<b>答</b>", **fields: Any) -> Json:
    content = {"message_text": text, "parse_mode": "HTML"}
    return {"type": "article", "id": identity, "title": "标题", "input_message_content": content, **fields}


async def test_an_inline_result_is_chosen_and_can_be_edited(api: BotApi, bot: Bot, reader: Person) -> None:
    result = article(reply_markup=keyboard([button()]))

    async def answer(update: Json) -> None:
        assert update["inline_query"]["query"] == "招商"
        params = {"inline_query_id": update["inline_query"]["id"], "results": [result], "next_offset": "1"}
        await bot.ok("answerInlineQuery", **params, cache_time=30)

    page = await answering(bot, api.inline(reader, "招商"), answer)
    assert (page.results, page.next_offset, page.cache_time, page.shown(0).text) == ([result], "1", 30, "答")
    group = api.group("值班群", [reader])
    posted = await api.choose(page, 0, group, by=reader)
    assert posted.delivered
    message, chosen = await bot.updates()
    assert message["message"]["via_bot"]["username"] == "NewsQABot"
    identity = chosen["chosen_inline_result"]["inline_message_id"]
    assert await bot.ok("editMessageText", inline_message_id=identity, text="新") is True
    assert api.now(posted).text == "新"
    bare = dataclasses.replace(page, results=[article()])
    await api.choose(bare, 0, group, by=reader)
    assert "inline_message_id" not in (await bot.updates())[1]["chosen_inline_result"]
    assert await bot.refused("editMessageText", inline_message_id="x", text="新") == "Bad Request: MESSAGE_ID_INVALID"


@pytest.mark.parametrize(
    "params",
    [
        {"results": [article(), article()]},
        {"results": [article("x" * 65)]},
        {"results": [article("")]},
        {"results": [article(str(number)) for number in range(51)]},
        {"results": [article(text="<b>")]},
        {"results": [article(text="")]},
        {"results": [{"type": "article", "id": "1"}]},
        {"results": [], "next_offset": "x" * 65},
        {"results": [], "next_offset": "[]"},
        {"results": [], "button": {"text": "x", "start_parameter": "问"}},
    ],
)
async def test_invalid_inline_answers_are_faults(api: BotApi, bot: Bot, reader: Person, params: Json) -> None:
    api.type_inline(reader, "招商")
    (update,) = await bot.updates()
    await bot("answerInlineQuery", inline_query_id=update["inline_query"]["id"], **params)
    assert api.take_faults()


async def test_a_late_inline_answer_is_refused(api: BotApi, bot: Bot, reader: Person) -> None:
    api.inline_limit = 0
    api.type_inline(reader, "招商")
    (update,) = await bot.updates()
    refusal = await bot.refused("answerInlineQuery", inline_query_id=update["inline_query"]["id"], results=[])
    assert refusal.startswith("Bad Request: query is too old")


async def test_a_guest_is_answered_where_the_bot_cannot_write(api: BotApi, bot: Bot, reader: Person) -> None:
    async def answer(update: Json) -> None:
        message = update["guest_message"]
        refusal = await bot.refused("sendMessage", chat_id=message["chat"]["id"], text="x")
        assert refusal == "Forbidden: bot is not a member of the supergroup chat"
        await bot.ok("answerGuestQuery", guest_query_id=message["guest_query_id"], result=article())

    shown = await answering(bot, api.guest(reader, "@NewsQABot 台风"), answer)
    assert shown.bold == ["答"]
    await bot.ok("editMessageText", inline_message_id=f"inline-guest-{1001}", text="新")
    assert api.now(shown).text == "新"


async def test_business_messages_need_a_subscription(api: BotApi, bot: Bot, reader: Person) -> None:
    assert api.business(reader, "在吗")
    assert (await bot.updates())[0]["business_message"]["text"] == "在吗"
    await bot.ok("getUpdates", allowed_updates=["message"])
    assert not api.business(reader, "在吗")
