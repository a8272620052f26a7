"""Updates of the tests' Telegram: offsets, polls, kinds and forwards."""

import asyncio

import pytest

from tests.bot_api import KINDS, BotApi, Chat, Person
from tests.bot_api.bot_client import Bot

pytestmark = pytest.mark.anyio


async def test_the_offset_confirms_updates_and_the_limit_bounds_their_number(
    api: BotApi, bot: Bot, reader: Person, chat: Chat
) -> None:
    for text in "一二三":
        await api.send(chat, reader, text)
    first, second = await bot.ok("getUpdates", limit=2)
    assert first["message"]["text"] == "一"
    assert await bot.ok("getUpdates", limit=1) == [first]
    (third,) = await bot.ok("getUpdates", offset=second["update_id"] + 1)
    assert third["message"]["text"] == "三"
    assert await bot.ok("getUpdates", offset=-1) == [third]
    assert await bot.ok("getUpdates", offset=third["update_id"] + 1) == []
    await api.fetched()


async def test_a_long_poll_returns_when_an_update_arrives(api: BotApi, bot: Bot, reader: Person, chat: Chat) -> None:
    poll = asyncio.create_task(bot.ok("getUpdates", timeout=30))
    await api.ready()
    assert not poll.done()
    await api.send(chat, reader, "问")
    assert (await poll)[0]["message"]["text"] == "问"


async def test_a_second_poll_ends_the_first(api: BotApi, bot: Bot) -> None:
    first = asyncio.create_task(bot("getUpdates", timeout=30))
    await api.ready()
    await bot.ok("getUpdates", timeout=0)
    assert await first == {
        "ok": False,
        "error_code": 409,
        "description": "Conflict: terminated by other getUpdates request; "
        "make sure that only one bot instance is running",
    }


async def test_allowed_updates_persist_and_apply_when_an_update_is_made(
    api: BotApi, bot: Bot, reader: Person, chat: Chat
) -> None:
    message = await api.send(chat, reader, "一")
    group = api.group("群", [reader])
    assert not api.react(message, reader, "👍")
    await bot.updates(allowed_updates=["message", "message_reaction"])
    await bot.updates()
    assert api.react(message, reader, "👍")
    assert not api.react(await api.send(group, reader, "嗯"), reader, "👍")
    assert not (await api.edit(message, "二")).delivered
    await bot.ok("getUpdates", allowed_updates=[])
    assert (await api.edit(message, "三")).delivered
    assert [set(update) - {"update_id"} for update in await bot.updates()] == [{"message_reaction"}, {"edited_message"}]


@pytest.mark.parametrize("kind", sorted(KINDS))
async def test_unusual_messages_of_every_kind_are_valid(
    api: BotApi, bot: Bot, reader: Person, chat: Chat, kind: str
) -> None:
    await api.send(chat, reader, kind=kind)
    assert kind in (await bot.updates())[0]["message"]
    assert not (await api.send(api.group("群", [reader]), reader, kind=kind)).delivered


@pytest.mark.parametrize("source", ["小王", "person", "group", "channel"])
async def test_a_forward_names_its_origin(api: BotApi, bot: Bot, reader: Person, chat: Chat, source: str) -> None:
    sources = {"person": api.person("小张"), "group": api.group("群"), "channel": api.channel("兰州晚报")}
    await api.send(chat, reader, "新闻", forwarded_from=sources.get(source, source), date=1_582_500_000)
    message = (await bot.updates())[0]["message"]
    kinds = {"person": "user", "group": "chat", "channel": "channel"}
    assert message["forward_origin"]["type"] == kinds.get(source, "hidden_user")
    assert message["date"] == 1_582_500_000
