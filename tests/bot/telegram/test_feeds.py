"""Feeds in Telegram: editors add, list and remove them; owners are told of trouble once."""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.service.feed import Feed, LastPoll, Trouble
from bot.service.feed_schedule import trouble
from bot.service.search_service import SearchService
from bot.words import editors, feeds
from retrieval.engine import SearchEngine
from retrieval.intake import ListedFeed, write_opml
from tests.bot_api.api import BotApi
from tests.bot_api.message import Message
from tests.bot_api.world import Chat, Person
from tests.support.conversation import BRIDGE, EDITOR, TOKEN, running
from tests.support.feed_site import HTML, Page, Site, site

pytestmark = pytest.mark.anyio
DAY = 86_400


@pytest.fixture
def web() -> Iterator[Site]:
    with site() as made:
        yield made


@dataclass
class Desk:
    api: BotApi
    editor: Person
    chat: Chat
    service: SearchService

    async def ask(self, text: str, timeout: float = 10.0, **more: Any) -> Message:
        return await self.api.ask(self.chat, self.editor, text, timeout, **more)

    async def said(self, text: str, timeout: float = 10.0) -> str:
        """The answer without the characters that keep Telegram from making links."""
        return plain(await self.ask(text, timeout))


def plain(message: Message) -> str:
    return message.text.replace("\u2060", "")


@asynccontextmanager
async def desk_over(
    path: Path, open_engine: Callable[..., SearchEngine], web: Site, **settings: str
) -> AsyncIterator[Desk]:
    async with BotApi(TOKEN) as api:
        editor = api.person("老王", id=EDITOR)
        chat = api.private(editor)
        async with running(api, path, open_engine, [BRIDGE], web.fetcher, **settings) as (service, _):
            yield Desk(api, editor, chat, service)


@pytest.fixture
async def desk(path: Path, open_engine: Callable[..., SearchEngine], web: Site) -> AsyncIterator[Desk]:
    async with desk_over(path, open_engine, web) as made:
        yield made


async def test_a_feed_is_added_listed_and_removed(desk: Desk, web: Site) -> None:
    assert (await desk.ask("/feeds")).text.startswith("还没有订阅源。")
    for name in ("1", "2"):
        web.article(name)
    card = await desk.ask(f"/feed_add {web.feed('1', '2')}")
    assert plain(card) == (
        "已加上订阅源 #1《城北公告》：2 条，新增 2 · 更正 0 · 已有 0 · 未收录 0。"
        "源里只有摘要，所以会取每条链接里的全文；不要的话，网址后面写“摘要”再发一次。"
    )
    assert card.live == []
    assert "下午五点" in (await desk.ask("第2片区停水到几点")).text
    listed = await desk.ask("/feeds")
    assert re.fullmatch(
        r"1 个订阅源：\n#1 城北公告 · 127\.0\.0\.1\n"
        r"\d+月\d+日 \d\d:\d\d 取到：新增 2 · 更正 0 · 已有 0 · 未收录 0，取全文，下次 \d+月\d+日 \d\d:\d\d\n.+",
        listed.text,
    )
    assert listed.links == [("城北公告 · 127.0.0.1", f"{web.host}/feed")]
    assert await desk.said("/feed_remove 1") == "已去掉订阅源 #1《城北公告》，收录的报道还在。"
    assert (await desk.ask("/feed_remove #1")).text == "没有编号为 1 的订阅源。"
    added, removed = [one for one in desk.service._engine.archive.journal(20)[::-1] if "feed" in one.what]
    assert (added.what, removed.what) == ("feed_added", "feed_removed")
    assert added.by.number == removed.by.number == EDITOR
    assert (await desk.ask("/feeds")).text.startswith("还没有订阅源。")
    assert "下午五点" in (await desk.ask("第2片区停水到几点")).text


@pytest.mark.parametrize(
    ("mode", "paths", "said"),
    [
        ("全文", ["/feed", "/1.html"], "会取每条链接里的全文。"),
        ("FULL", ["/feed", "/1.html"], "会取每条链接里的全文。"),
        ("摘要", ["/feed"], "只收源里的文字。"),
    ],
)
async def test_the_editor_decides_whether_pages_are_read(
    mode: str, paths: list[str], said: str, desk: Desk, web: Site
) -> None:
    web.article("1")
    assert (await desk.ask(f"/feed_add {web.feed('1')} {mode}")).text.endswith(said)
    assert web.paths() == paths


async def test_the_same_address_again_changes_the_mode(desk: Desk, web: Site) -> None:
    address = web.feed("1")
    await desk.ask(f"/feed_add {address} 摘要")
    assert await desk.said(f"/feed_add {address}") == "已有订阅源 #1《城北公告》，只收源里的文字。"
    assert await desk.said(f"/feed_add {address} 全文") == "已有订阅源 #1《城北公告》，取全文。"
    assert web.paths() == ["/feed"]


async def test_a_large_feed_says_what_is_left(desk: Desk, web: Site) -> None:
    card = await desk.said(f"/feed_add {web.feed(*map(str, range(250)))} 摘要", 60)
    assert card.startswith("已加上订阅源 #1《城北公告》：250 条，新增 200 ")
    assert "其余 50 条随后分批收录。" in card
    assert "还有 50 条待收录" in (await desk.ask("/feeds")).text


async def test_what_is_no_feed_is_refused_in_one_sentence(desk: Desk, web: Site) -> None:
    web.pages["/"] = Page(b"<!doctype html><html><body>hello</body></html>", type=HTML)
    assert (await desk.ask(f"/feed_add {web.host}/")).text == "没有加上：这个网址不是 RSS 或 Atom。"
    assert (await desk.ask(f"/feed_add {web.host}/none")).text == "没有加上：网页不存在或已被删除（404）。"
    assert (await desk.ask("/feed_add http://192.168.0.1/rss")).text == "没有加上：网址指向内部网络，不能访问。"
    assert (await desk.ask("/feed_add news.example.cn/rss")).text == "没有加上：只能收录 http 或 https 链接。"
    for wrong in ("/feed_add", f"/feed_add {web.host}/ 一半", f"/feed_add {web.host}/ 全文 摘要"):
        assert (await desk.ask(wrong)).text.startswith("请在 /feed_add 后面写上")
    for wrong in ("/feed_remove", "/feed_remove 城北公告", f"/feed_remove {'9' * 30}"):
        assert (await desk.ask(wrong)).text.startswith("请在 /feed_remove 后面写上")


async def test_an_opml_file_adds_its_feeds_and_each_that_was_not_added_is_named(desk: Desk, web: Site) -> None:
    addresses = [web.feed("1", path="/a"), web.feed("2", "3", path="/b"), f"{web.host}/none"]
    listed = [ListedFeed(address, f"<源{n}>") for n, address in enumerate([*addresses, addresses[0]], 1)]
    mark = desk.api.mark
    file = ("feeds.opml", write_opml(listed).encode())
    await desk.api.send(desk.chat, desk.editor, document=file, caption="摘要")
    await desk.api.until(lambda: len(desk.api.sent) == mark + 2)
    assert desk.api.sent[mark].text == "文件里有 4 个订阅源，正在逐个加，加完再说。"
    card = plain(desk.api.sent[mark + 1])
    assert card.splitlines()[0] == "订阅源列表：新加 2 个，已有 0 个，没有加上 2 个。"
    assert sorted(re.sub(r"#\d", "#", line) for line in card.splitlines()[1:]) == [
        "加上 #《城北公告》：1 条",
        "加上 #《城北公告》：2 条",
        "没有加上 <源3>：网页不存在或已被删除（404）。",
        "没有加上 <源4>：文件里已经有这个网址。",
    ]
    assert [feed.is_full for feed in await desk.service.feeds.all()] == [False, False]
    await desk.api.send(desk.chat, desk.editor, document=file)
    await desk.api.until(lambda: len(desk.api.sent) == mark + 4)
    assert plain(desk.api.sent[mark + 3]).startswith("订阅源列表：新加 0 个，已有 2 个，没有加上 2 个。\n已有 #")


async def test_a_file_that_is_no_list_of_feeds_is_refused(desk: Desk) -> None:
    answer = await desk.api.ask(desk.chat, desk.editor, "", document=("a.OPML", b"<rss/>"))
    assert answer.text == "没有加上：不是 OPML 文件。"


async def test_only_an_editor_adds_a_list_of_feeds(desk: Desk) -> None:
    reader = desk.api.person("小李")
    refused = await desk.api.ask(desk.api.private(reader), reader, "", document=("a.opml", b"<opml/>"))
    assert refused.text.startswith(feeds.NOT_AN_EDITOR)


@pytest.mark.parametrize("command", ["/feeds", "/feed_add https://a.cn/feed", "/feed_remove 1"])
async def test_only_an_editor_in_person_and_in_private_manages_feeds(command: str, desk: Desk) -> None:
    reader = desk.api.person("小李")
    chat = desk.api.private(reader)
    refused = await desk.api.ask(chat, reader, command)
    assert refused.text.startswith(f"{feeds.NOT_AN_EDITOR}\n{editors.YOUR_NUMBER}{reader.id}")
    group = desk.api.group("编辑部", [reader, desk.editor], admins=[reader])
    assert (await desk.api.ask(group, reader, command)).text == feeds.NOT_AN_EDITOR
    assert (await desk.api.ask(group, desk.editor, command)).text == feeds.IN_PRIVATE
    assert (await desk.api.ask(group, desk.editor, command, anonymous=True)).text == editors.ANONYMOUS
    assert (await desk.ask(command, forwarded_from=reader)).text == editors.FORWARDED_COMMAND
    assert await desk.service.feeds.all() == []


async def test_many_feeds_are_listed_in_several_messages(desk: Desk) -> None:
    for number in range(25):
        await desk.service.feeds.add(Feed(0, f"https://a.cn/{number}", f"<b>第{number}源 @someone {'长' * 300}"))
    mark = desk.api.mark
    await desk.api.send(desk.chat, desk.editor, "/feeds")
    await desk.api.until(lambda: len(desk.api.sent) == mark + 3)
    sent = desk.api.sent[mark:]
    assert [len(message.links) for message in sent] == [10, 10, 5]
    assert sent[0].text.startswith("25 个订阅源：\n#1 <b>第0源")
    assert "/feed_remove 编号" in sent[2].text


async def test_the_bot_polls_what_is_due_by_itself(
    path: Path, open_engine: Callable[..., SearchEngine], web: Site
) -> None:
    async with desk_over(path, open_engine, web) as desk:
        await desk.ask(f"/feed_add {web.feed('1')} 摘要")
        await desk.service.feeds.change(1, next_at=0)
    web.feed("2", "1")
    async with desk_over(path, open_engine, web) as desk:
        while (await desk.service.statistics()).articles < 3:
            await asyncio.sleep(0.01)
        assert "第2号公告" in (await desk.ask("第2片区今天停水")).text
    async with desk_over(path, open_engine, web) as desk:
        await desk.ask("/feeds")
    assert web.paths() == ["/feed", "/feed"]


@pytest.mark.parametrize(
    ("fields", "alarm"),
    [
        (
            {"failures": 9, "first_failure_at": -25 * 3600, "last": LastPoll("failed", 0, "连接不上网站。")},
            "⚠️ 订阅源 #1《城北公告》 已有 25 小时取不到：连接不上网站。会继续尝试，恢复时再说一次。",
        ),
        (
            {"last_new_at": -40 * 3600, "days": tuple(range(7))},
            "⚠️ 订阅源 #1《城北公告》 一向每天更新，已有 40 小时没有新条目。恢复时再说一次。",
        ),
        (
            {"has_ended": True},
            "⚠️ 订阅源 #1《城北公告》 停用了：网站说它不再更新（410）。不会再取它，收录的报道还在。",
        ),
    ],
)
async def test_owners_are_told_of_trouble_once_and_once_of_its_end(
    fields: dict[str, Any], alarm: str, path: Path, open_engine: Callable[..., SearchEngine], web: Site
) -> None:
    """Each start of the bot looks at the feeds at once."""
    now = int(time.time())
    moments = {name: now + value if name.endswith("_at") else value for name, value in fields.items()}
    well = Feed(1, f"{web.host}/feed", "城北公告", next_at=now + DAY)

    async def told(**change: Any) -> list[str]:
        """What the owner hears at a start of the bot, after which the feed is changed."""
        async with BotApi(TOKEN) as api:
            api.private(api.person("老王", id=EDITOR))
            async with running(api, path, open_engine, [BRIDGE], web.fetcher) as (service, _):
                await service.feeds.add(well)
                while (feed := await service.feeds.one(1)) and trouble(feed, now) is not feed.told:
                    await asyncio.sleep(0.01)
                await service.feeds.change(1, **change)
            return [plain(message) for message in api.sent]

    assert await told(**moments) == []
    recovered: dict[str, Any] = {name: getattr(well, name) for name in fields}
    assert await told(**recovered) == [alarm]
    assert await told() == ["订阅源 #1《城北公告》 恢复了。"]
    assert await told(**moments) == []
    assert await told() == [alarm]
    assert await told() == []


async def test_an_owner_who_has_blocked_the_bot_holds_up_nothing(
    path: Path, open_engine: Callable[..., SearchEngine], web: Site
) -> None:
    other = EDITOR + 1
    async with desk_over(path, open_engine, web) as desk:
        await desk.service.feeds.add(Feed(0, f"{web.host}/feed", "城北公告", has_ended=True))
    async with BotApi(TOKEN) as api:
        blocking, owner = api.person("老张", id=other), api.person("老王", id=EDITOR)
        api.private(blocking)
        chat = api.private(owner)
        api.blocked(blocking)
        owners = {"ADMIN_IDS": f"{other},{EDITOR},{EDITOR + 2}"}
        async with running(api, path, open_engine, [BRIDGE], web.fetcher, **owners) as (service, _):
            await api.until(lambda: any("停用了" in message.text for message in api.sent))
            assert {message.chat_id for message in api.sent} == {chat.id}
            feed = await service.feeds.one(1)
            while feed is not None and feed.told is not Trouble.ENDED:
                await asyncio.sleep(0.01)
                feed = await service.feeds.one(1)


async def test_an_english_editor_reads_english(path: Path, open_engine: Callable[..., SearchEngine], web: Site) -> None:
    async with BotApi(TOKEN) as api, running(api, path, open_engine, [BRIDGE], web.fetcher):
        editor = api.person("Wang", id=EDITOR, language="en")
        card = await api.ask(api.private(editor), editor, f"/feed_add {web.feed('1')} full")
        assert plain(card) == (
            "Added feed #1 《城北公告》; entries: 1, added 1 · corrected 0 · there already 0 · refused 0. "
            "The linked page of each entry is read."
        )
