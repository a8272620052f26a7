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
