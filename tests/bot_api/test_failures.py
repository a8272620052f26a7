"""Failures that a test asks for, waits that end, and a restart of the server."""

import asyncio

import httpx
import pytest

from tests.bot_api import BotApi, Chat, Person
from tests.bot_api.bot_client import Bot

pytestmark = pytest.mark.anyio


async def test_requested_failures_happen_as_often_as_asked(api: BotApi, bot: Bot, chat: Chat) -> None:
    text = {"chat_id": chat.id, "text": "x"}
    api.fail("sendMessage", 429, "Too Many Requests: retry after 1", parameters={"retry_after": 1})
    refused = await bot("sendMessage", **text)
    assert (refused["error_code"], refused["parameters"]) == (429, {"retry_after": 1})
    api.fail("sendMessage", 400, "x", when=lambda params: params["text"] == "y")
    await bot.ok("sendMessage", **text)
    api.drop("sendMessage")
    with pytest.raises(httpx.TransportError):
        await bot("sendMessage", **text)
    assert len(api.sent) == 1
    api.drop("sendMessage", done=True)
    with pytest.raises(httpx.TransportError):
        await bot("sendMessage", **text)
    assert len(api.sent) == 2
    api.hang("sendMessage")
    hanging = asyncio.create_task(bot("sendMessage", **text))
    await api.until(lambda: len(api.sent) == 3)
    assert not hanging.done()
    hanging.cancel()
    await asyncio.wait([hanging])


async def test_a_halted_chat_refuses_every_call_with_the_seconds_that_remain(
    api: BotApi, bot: Bot, reader: Person, chat: Chat
) -> None:
    now = 1000.0
    api.flood.clock = lambda: now
    group = api.group("值班群", [reader], username="zhiban")
    api.halt(group, 40)
    refused = await bot("sendMessage", chat_id=group.id, text="x")
    assert (refused["error_code"], refused["description"]) == (429, "Too Many Requests: retry after 40")
    now += 38.5
    for method in ("sendChatAction", "getChat"):
        refused = await bot(method, chat_id="@zhiban", **({"action": "typing"} if method == "sendChatAction" else {}))
        assert refused["parameters"] == {"retry_after": 2}
    await bot.ok("sendMessage", chat_id=chat.id, text="x")
    now += 1.5
    await bot.ok("sendMessage", chat_id=group.id, text="x")
    assert api.flood.refused == [group.id] * 3


async def test_enforced_limits_refuse_a_groups_21st_message_in_a_minute(
    api: BotApi, bot: Bot, reader: Person, chat: Chat
) -> None:
    now = 1000.0
    api.flood.clock = lambda: now
    api.enforce_limits()
    group, other = api.group("值班群", [reader]), api.group("编辑群", [reader])
    for _ in range(20):
        await bot.ok("sendMessage", chat_id=group.id, text="x")
        now += 0.5
    refused = await bot("sendMessage", chat_id=group.id, text="x")
    assert (refused["error_code"], refused["parameters"]) == (429, {"retry_after": 50})
    for chat_id in (other.id, chat.id):
        await bot.ok("sendMessage", chat_id=chat_id, text="x")
    await bot.ok("sendChatAction", chat_id=group.id, action="typing")
    now += 50
    await bot.ok("sendMessage", chat_id=group.id, text="x")
    assert (await bot("sendMessage", chat_id=group.id, text="x"))["parameters"] == {"retry_after": 1}


async def test_enforced_limits_refuse_the_31st_message_in_a_second(api: BotApi, bot: Bot) -> None:
    now = 1000.0
    api.flood.clock = lambda: now
    chats = [api.private(api.person(f"读者{number}")) for number in range(31)]
    for chat in chats:
        await bot.ok("sendMessage", chat_id=chat.id, text="x")
    api.enforce_limits()
    for chat in chats[:30]:
        await bot.ok("sendMessage", chat_id=chat.id, text="x")
    refused = await bot("sendMessage", chat_id=chats[30].id, text="x")
    assert (refused["error_code"], refused["parameters"]) == (429, {"retry_after": 1})
    now += 1
    await bot.ok("sendMessage", chat_id=chats[30].id, text="x")


async def test_a_wait_that_times_out_fails_with_a_sentence(api: BotApi, bot: Bot, reader: Person, chat: Chat) -> None:
    with pytest.raises(AssertionError, match="the bot showed nothing in '小李'"):
        await api.reply(chat, timeout=0.01)
    with pytest.raises(AssertionError, match="was not answered"):
        await api.inline(reader, "招商", timeout=0.01)
    question = await api.send(chat, reader, "问")
    await bot.updates()
    await bot.ok("sendMessage", chat_id=chat.id, text="x")
    await api.quiet(0, after=api.sent[-1])
    with pytest.raises(AssertionError, match="not quiet"):
        await api.quiet(0, after=question)
    task = asyncio.create_task(api.quiet(0.2))
    await asyncio.sleep(0)
    await bot.ok("sendMessage", chat_id=chat.id, text="x")
    with pytest.raises(AssertionError, match="not quiet"):
        await task


async def test_a_restarted_server_keeps_its_port_and_its_state(
    api: BotApi, bot: Bot, reader: Person, chat: Chat
) -> None:
    await api.send(chat, reader, "问")
    poll = asyncio.create_task(bot("getUpdates", offset=10**9, timeout=30))
    await api.send(chat, reader, "再问")
    await api.ready()
    port = api.port
    await api.stop()
    with pytest.raises(httpx.TransportError):
        await poll
    with pytest.raises(httpx.ConnectError):
        await bot("getMe")
    await api.send(chat, reader, "又问")
    await api.start()
    assert api.port == port
    assert [update["message"]["text"] for update in await bot.updates()] == ["又问"]
