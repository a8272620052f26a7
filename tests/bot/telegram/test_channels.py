"""Channels: owners decide, posts become articles, edits correct them, and a silence is told."""

import pytest

from bot.service.feed_schedule import DAY
from bot.serving.feeds import FeedWatch
from bot.words import channels
from retrieval.change import Actor
from tests.bot_api.message import Message
from tests.bot_api.world import Chat
from tests.support.conversation import EDITOR, Talk

pytestmark = pytest.mark.anyio
POST = "城西图书馆本周日正式开馆，藏书八十万册，座位两千个，每天开放到晚上十点。"


async def joined(talk: Talk, title: str = "城西发布", **more: str) -> tuple[Chat, Message]:
    """A channel that the bot has become an administrator of, and the question to the owner."""
    channel, mark = talk.api.channel(title, **more), talk.api.mark
    talk.api.bot_becomes(channel, "administrator", talk.editor)
    return channel, await talk.api.reply(talk.desk, mark)


async def connected(talk: Talk, **more: str) -> Chat:
    channel, question = await joined(talk, **more)
    await talk.api.press(question, channels.CONNECT, talk.editor)
    return channel


async def stored(talk: Talk, count: int) -> None:
    for _ in range(200):
        if await talk.count() == count:
            return
        await talk.api.quiet(0.05)
    assert await talk.count() == count


async def test_owners_decide_whether_posts_of_a_channel_are_stored(talk: Talk) -> None:
    channel, question = await joined(talk)
    assert question.text.startswith("我成了频道《城西发布》的管理员。")
    await talk.api.send(channel, None, POST)
    await talk.api.quiet()
    assert await talk.count() == 2
    assert await talk.api.press(question, channels.CONNECT, talk.reader) == channels.ONLY_OWNERS
    await talk.api.press(question, channels.REFUSE, talk.editor)
    assert talk.api.now(question).text == "没有接入频道《城西发布》，它的帖子不收录。"
    await talk.api.send(channel, None, POST)
    await talk.api.quiet()
    assert await talk.count() == 2


async def test_a_post_of_a_connected_channel_is_found_and_its_edit_corrects_it(talk: Talk) -> None:
    channel = await connected(talk, username="chengxi")
    post = await talk.api.send(channel, None, POST)
    await stored(talk, 3)
    answer = await talk.api.ask(talk.chat, talk.reader, "图书馆藏书多少册")
    assert "藏书八十万册" in answer.text
    assert answer.links[0][1].startswith("https://t.me/chengxi/")
    for number in ("九", "一百"):
        await talk.api.edit(post, POST.replace("八", number))
    for _ in range(100):
        if len(talk.service._engine.archive.versions(3)) == 2:
            break
        await talk.api.quiet(0.05)
    assert "藏书一百十万册" in (await talk.api.ask(talk.chat, talk.reader, "图书馆藏书多少册")).text
    assert await talk.count() == 3
    entries = talk.service._engine.archive.journal(4)
    assert [entry.what for entry in entries] == ["edit", "edit", "add", "channel_connected"]
    assert entries[0].by == Actor("城西发布", channel.id)
    assert entries[-1].by == Actor("老王", EDITOR)


async def test_a_post_without_text_or_with_too_little_stores_nothing(talk: Talk) -> None:
    channel = await connected(talk)
    for post in ({"photo": True}, {"text": "早"}, {"kind": "sticker"}):
        await talk.api.send(channel, None, **post)
    await talk.api.quiet()
    assert await talk.count() == 2


async def test_the_list_disconnects_and_connects(talk: Talk) -> None:
    assert (await talk.api.ask(talk.desk, talk.editor, "/channels")).text == channels.NONE
    channel = await connected(talk)
    listed = await talk.api.ask(talk.desk, talk.editor, "/channels")
    assert (listed.text, listed.buttons) == ("《城西发布》：已接入", [["断开 城西发布"]])
    await talk.api.press(listed, "断开 城西发布", talk.editor)
    await talk.api.send(channel, None, POST)
    await talk.api.quiet()
    assert await talk.count() == 2
    assert (await talk.api.ask(talk.chat, talk.reader, "/channels")).text == channels.ONLY_OWNERS


async def test_owners_are_told_when_a_channel_takes_the_bot_out(talk: Talk) -> None:
    channel, mark = await connected(talk), talk.api.mark
    talk.api.bot_becomes(channel, "kicked", talk.editor)
    assert (await talk.api.reply(talk.desk, mark)).text.startswith("频道《城西发布》不再让我看帖子")
    assert talk.service.channels.all() == []


async def test_a_silence_of_a_daily_channel_is_told_once_and_so_is_its_end(talk: Talk) -> None:
    channel = await connected(talk)
    now = [1_800_000_000.0]
    told: list[str] = []

    async def tell(sentence: str) -> None:
        told.append(sentence)

    watch = FeedWatch(talk.service, polls=None, tell=tell, clock=lambda: now[0])  # type: ignore[arg-type]
    for _ in range(7):
        await talk.service.channels.spoke(channel.id, now[0])
        await watch.tell()
        now[0] += DAY
    now[0] += DAY
    await watch.tell()
    await watch.tell()
    await talk.service.channels.spoke(channel.id, now[0])
    await watch.tell()
    assert told == [
        "频道《城西发布》平时每天有帖，已经 48 小时没有新帖了。",
        "频道《城西发布》又有新帖了。",
    ]
