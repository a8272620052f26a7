"""Conversations through the whole bot, over real HTTP, with a loopback Telegram that judges every call."""

import asyncio
import json
import re
import socket
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.service.search_service import SearchService
from bot.serving.polling import UnusableError
from bot.serving.server import serve
from bot.settings import Settings
from bot.words import notices, wording
from retrieval.article import Article
from retrieval.engine import SearchEngine
from retrieval.intake import Fetcher
from retrieval.store.articles import StoreError
from tests.bot_api.api import BotApi
from tests.bot_api.world import Chat, Person
from tests.support.articles import make_article

pytestmark = pytest.mark.anyio
TOKEN = "123456789:ABCDEFGHIJKLMNOPQRSTUVWXYZ-abc"
EDITOR = 111
BRIDGE = make_article(
    "城北新桥今天正式通车。新桥全长一千二百米，投资三亿元，双向六车道，由城北建设公司承建。",
    "新桥的设计者陈明说，桥面可以抗八级地震，路灯由太阳能供电，夜里不用一度外来的电，这在全省还是第一次。",
    title="城北新桥通车",
    source="城北日报",
    published="2026-11-20 08:00",
    url="https://news.example.com/bridge",
)
MARKET = make_article(
    "城南菜市场下月搬到新桥以东，摊位增加一倍，停车位增加到三百个，搬迁期间旧市场照常营业。",
    title="菜市场搬迁",
    source="城南晚报",
    published="2026-11-21",
)
PUSH = (
    "/add 城西图书馆开馆\n城西日报 2026-11-22 09:30\n"
    "城西图书馆本周日正式开馆，藏书八十万册，座位两千个，每天开放到晚上十点。"
)


@dataclass
class Talk:
    api: BotApi
    reader: Person
    chat: Chat  # the reader's own with the bot
    editor: Person
    desk: Chat  # the editor's own with the bot
    said: list[str]
    service: SearchService
    people: list[Person] = field(default_factory=list)

    async def count(self) -> int:
        return (await self.service.statistics()).articles


Start = Callable[..., "asynccontextmanager[Talk]"]


@asynccontextmanager
async def talking(
    path: Path, open_engine: Callable[..., SearchEngine], articles: Sequence[Article] = (BRIDGE, MARKET), **more: str
) -> AsyncIterator[Talk]:
    async with BotApi(TOKEN) as api, running(api, path, open_engine, articles, **more) as (service, said):
        reader, editor = api.person("小李"), api.person("老王", id=EDITOR)
        yield Talk(api, reader, api.private(reader), editor, api.private(editor), said, service)


@asynccontextmanager
async def running(
    api: BotApi,
    path: Path,
    open_engine: Callable[..., SearchEngine],
    articles: Sequence[Article] = (),
    fetcher: Fetcher | None = None,
    **more: str,
) -> AsyncIterator[tuple[SearchService, list[str]]]:
    """The bot as it is started, but for the process."""
    settings = Settings.read(
        {
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "ADMIN_IDS": str(EDITOR),
            "DATABASE_PATH": str(path),
            "TELEGRAM_BASE_URL": api.base_url,
            **more,
        }
    )
    said: list[str] = []
    service = SearchService(lambda: open_engine(first_articles=articles))
    bot = asyncio.create_task(serve(settings, service, said.append, fetcher))
    ready = asyncio.create_task(api.ready())
    try:
        await asyncio.wait([bot, ready], return_when=asyncio.FIRST_COMPLETED)
        if bot.done():
            await bot
        await ready
        yield service, said
    finally:
        ready.cancel()
        bot.cancel()
        with suppress(asyncio.CancelledError):
            await bot


@pytest.fixture
async def talk(path: Path, open_engine: Callable[..., SearchEngine]) -> AsyncIterator[Talk]:
    async with talking(path, open_engine) as made:
        yield made


# Asking


async def test_a_private_question_is_answered_with_its_sentence_first_and_its_source(talk: Talk) -> None:
    answer = await talk.api.ask(talk.chat, talk.reader, "新桥全长多少米？")
    assert answer.text.startswith("新桥全长一千二百米，投资三亿元，双向六车道，由城北建设公司承建。")
    assert answer.bold == ["新桥全长一千二百米，投资三亿元，双向六车道，由城北建设公司承建。"]
    assert answer.marked("expandable_blockquote") == [
        "城北新桥今天正式通车。新桥全长一千二百米，投资三亿元，双向六车道，由城北建设公司承建。\n"
        "新桥的设计者陈明说，桥面可以抗八级地震，路灯由太阳能供电，夜里不用一度外来的电，这在全省还是第一次。"
    ]
    assert "《城北新桥通车》" in answer.text
    assert answer.links == [("城北日报 · news.example.com", "https://news.example.com/bridge")]
    assert answer.live == []


async def test_nothing_found_is_said_with_what_was_searched(talk: Talk) -> None:
    answer = await talk.api.ask(talk.chat, talk.reader, "火星探测器何时返回")
    assert answer.text.startswith("没有找到能回答“火星探测器何时返回”的报道。\n查了 2 篇，最新一篇是 2026-11-21。")


async def test_the_start_says_what_there_is_and_its_button_asks(talk: Talk) -> None:
    start = await talk.api.ask(talk.chat, talk.reader, "/start")
    assert "现有 2 篇报道" in start.text
    assert start.buttons == [["试试：菜市场搬迁"], [wording.WHATS_NEW], [wording.IN_GROUPS]]
    toast = await talk.api.press(start, "试试：菜市场搬迁", talk.reader)
    assert "城南菜市场" in (await talk.api.reply(talk.chat, toast)).text
    toast = await talk.api.press(start, wording.WHATS_NEW, talk.reader)
    assert "城南菜市场" in (await talk.api.reply(talk.chat, toast)).text
    toast = await talk.api.press(start, wording.IN_GROUPS, talk.reader)
    assert "@NewsQABot" in (await talk.api.reply(talk.chat, toast)).text


async def test_an_empty_store_says_so_to_readers_and_how_to_fill_it_to_editors(
    path: Path, open_engine: Callable[..., SearchEngine]
) -> None:
    async with talking(path, open_engine, []) as talk:
        assert (await talk.api.ask(talk.chat, talk.reader, "/start")).text == wording.EMPTY_FOR_READERS
        assert "add" in (await talk.api.ask(talk.desk, talk.editor, "/start")).text
        assert (await talk.api.ask(talk.chat, talk.reader, "新桥多长")).text == wording.EMPTY_STORE


async def test_help_shows_editors_their_commands_and_readers_only_theirs(talk: Talk) -> None:
    assert "/remove" not in (await talk.api.ask(talk.chat, talk.reader, "/help")).text
    assert "/remove" in (await talk.api.ask(talk.desk, talk.editor, "/help")).text


@pytest.mark.parametrize(
    "text",
    ["/ask 新桥全长多少米", "/ask新桥全长多少米", "/ask@NewsQABot 新桥全长多少米", "/ask@newsqabot新桥全长多少米"],
)
async def test_a_group_asks_with_a_command_glued_to_the_question_or_not(talk: Talk, text: str) -> None:
    group = talk.api.group("值班群", [talk.reader])
    asked = await talk.api.send(group, talk.reader, text)
    answer = await talk.api.reply(group, asked)
    assert answer.text.startswith("新桥全长一千二百米")
    assert answer.reply_to == asked.id


async def test_a_group_is_answered_in_its_topic(talk: Talk) -> None:
    group = talk.api.group("值班群", [talk.reader], topics=True)
    topic = talk.api.topic(group, "桥梁", talk.reader)
    answer = await talk.api.ask(group, talk.reader, "/ask 新桥全长多少米", topic=topic)
    assert answer.topic == topic


async def test_a_reply_to_the_bot_asks_on_and_a_reply_to_others_does_not(talk: Talk) -> None:
    group = talk.api.group("值班群", [talk.reader])
    first = await talk.api.ask(group, talk.reader, "/ask 新桥全长多少米")
    second = await talk.api.ask(group, talk.reader, "菜市场搬到哪里", reply_to=first)
    assert "城南菜市场" in second.text
    other = await talk.api.send(group, talk.reader, "今天谁值班")
    await talk.api.send(group, talk.reader, "新桥全长多少米", reply_to=other)
    await talk.api.quiet()


async def test_ask_as_a_reply_asks_about_that_message(talk: Talk) -> None:
    group = talk.api.group("值班群", [talk.reader])
    claim = await talk.api.send(group, talk.reader, "新桥全长一千二百米")
    assert "一千二百米" in (await talk.api.ask(group, talk.reader, "/ask", reply_to=claim)).text
    assert "后面写上问题" in (await talk.api.ask(group, talk.reader, "/ask")).text


async def test_a_group_that_does_not_address_the_bot_hears_nothing_even_without_privacy_mode(
    path: Path, open_engine: Callable[..., SearchEngine]
) -> None:
    async with BotApi(TOKEN, can_read_all=True) as api, running(api, path, open_engine, [BRIDGE]) as (_, said):
        reader = api.person("小李")
        group = api.group("值班群", [reader], privacy=False)
        for text in ("新桥全长多少米", "/ask@OtherBot 新桥", "/weather 城北", "@NewsQABot2 新桥全长多少米"):
            assert (await api.send(group, reader, text)).delivered
        await api.quiet()
        for text in ("@NewsQABot新桥全长多少米", "请问@newsqabot，新桥全长多少米"):
            assert "一千二百米" in (await api.ask(group, reader, text)).text
        assert notices.PRIVACY_OFF in said


async def test_nothing_found_in_a_group_is_one_line(talk: Talk) -> None:
    group = talk.api.group("值班群", [talk.reader])
    answer = await talk.api.ask(group, talk.reader, "/ask 火星探测器何时返回")
    assert answer.text == "没有找到能回答“火星探测器何时返回”的报道。"


async def test_a_group_is_told_once_how_to_ask_when_the_bot_comes_in(talk: Talk) -> None:
    group = talk.api.group("值班群", [talk.reader], bot="left")
    mark = talk.api.mark
    talk.api.bot_becomes(group, "member", talk.reader)
    assert (await talk.api.reply(group, mark)).text == wording.HELLO_GROUP
    talk.api.bot_becomes(group, "administrator", talk.reader)
    await talk.api.quiet()


async def test_a_question_that_is_corrected_changes_its_answer(talk: Talk) -> None:
    asked = await talk.api.send(talk.chat, talk.reader, "新桥全长多少米")
    first = await talk.api.reply(talk.chat, asked)
    mark = talk.api.mark
    await talk.api.edit(asked, "菜市场搬到哪里")
    changed = await talk.api.reply(talk.chat, mark)
    assert changed.id == first.id
    assert "城南菜市场" in changed.text


async def test_other_bots_are_not_answered(talk: Talk) -> None:
    group = talk.api.group("值班群", [talk.reader], privacy=False, bot="administrator")
    other = Person(999, "另一个机器人", "OtherBot", is_bot=True)
    assert (await talk.api.send(group, other, "/ask 新桥全长多少米")).delivered
    await talk.api.quiet()
    # Who hides behind the group is a person.
    assert "一千二百米" in (await talk.api.ask(group, talk.reader, "/ask 新桥全长多少米", anonymous=True)).text


async def test_an_edit_of_anything_else_is_ignored(talk: Talk) -> None:
    group = talk.api.group("值班群", [talk.reader])
    said = await talk.api.send(group, talk.reader, "今天谁值班")
    await talk.api.edit(said, "/ask 新桥全长多少米")
    await talk.api.quiet()


@pytest.mark.parametrize("kind", ["sticker", "voice", "poll", "location", "contact", "dice"])
async def test_what_has_no_words_is_answered_in_private_and_ignored_in_groups(talk: Talk, kind: str) -> None:
    assert (await talk.api.ask(talk.chat, talk.reader, "", kind=kind)).text == wording.TEXT_ONLY
    group = talk.api.group("值班群", [talk.reader], bot="administrator")
    await talk.api.send(group, talk.reader, kind=kind)
    await talk.api.quiet()


@pytest.mark.parametrize("text", ["你好", "在吗？", "你是谁啊", "Hello!", "怎么用"])
async def test_a_greeting_is_answered_with_what_one_can_do(talk: Talk, text: str) -> None:
    assert "直接写问题" in (await talk.api.ask(talk.chat, talk.reader, text)).text


async def test_thanks_are_no_question(talk: Talk) -> None:
    assert (await talk.api.ask(talk.chat, talk.reader, "谢谢！")).text == wording.WELCOME
    group = talk.api.group("值班群", [talk.reader])
    first = await talk.api.ask(group, talk.reader, "/ask 新桥全长多少米")
    await talk.api.send(group, talk.reader, "好的，谢谢", reply_to=first)
    await talk.api.quiet()


async def test_an_editor_who_pastes_a_short_text_is_told_how_to_store_it(talk: Talk) -> None:
    pasted = "城西图书馆开馆\n藏书八十万册，座位两千个。"
    assert wording.ADD_HINT in (await talk.api.ask(talk.desk, talk.editor, pasted)).text
    assert wording.ADD_HINT not in (await talk.api.ask(talk.chat, talk.reader, pasted)).text


async def test_a_picture_is_asked_about_by_its_caption(talk: Talk) -> None:
    assert "一千二百米" in (await talk.api.ask(talk.chat, talk.reader, "", photo=True, caption="新桥全长多少米")).text


@pytest.mark.parametrize("text", ["？？？", "。", "🙂", "的", "a" * 4096, "新桥" * 2000, "\u202e\u2066", "\ud83d新桥"])
async def test_odd_questions_get_an_honest_answer(talk: Talk, text: str) -> None:
    assert (await talk.api.ask(talk.chat, talk.reader, text)).text


async def test_a_webhook_serves_everything_that_polling_does(
    path: Path, open_engine: Callable[..., SearchEngine]
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    webhook = {"WEBHOOK_URL": "https://bot.example/hook", "WEBHOOK_SECRET": "s-1", "WEBHOOK_PORT": str(port)}
    async with BotApi(TOKEN) as api:
        api.webhook_proxy = f"http://127.0.0.1:{port}"
        async with running(api, path, open_engine, [BRIDGE, MARKET], **webhook):
            reader, editor = api.person("小李"), api.person("老王", id=EDITOR)
            chat, desk = api.private(reader), api.private(editor)
            first = await api.ask(chat, reader, "新桥")
            await api.press(first, "›", reader)
            assert api.now(first).buttons == [["‹", "2/2"]]
            assert len((await api.inline(reader, "新桥")).results) == 2
            assert (await api.ask(desk, editor, PUSH)).text.startswith("已收录 #3")
            assert "八十万册" in (await api.ask(api.group("群", [reader]), reader, "/ask图书馆藏书多少册")).text


async def test_what_several_papers_print_is_one_answer_that_names_them_and_says_where_they_differ(
    path: Path, open_engine: Callable[..., SearchEngine]
) -> None:
    text = (
        "青岭大桥昨日建成通车，全长800米，双向四车道，由青岭路桥公司承建，历时三年。",
        "大桥通车以后，从城东到城西的车程由一个小时缩短到十分钟，沿线六个乡镇的居民出行更方便。",
    )
    papers = [
        make_article(*text, title="青岭大桥通车", source="甲报", published="2026-11-20"),
        make_article(*text, title="青岭大桥通车", source="乙网", published="2026-11-21"),
        make_article(
            text[0].replace("800", "900"), text[1], title="青岭大桥昨通车", source="丙报", published="2026-11-20"
        ),
    ]
    async with talking(path, open_engine, [MARKET]) as talk:
        for number, article in enumerate(papers):
            await talk.service.add(iter([article]), number, lambda _: "")
        answer = await talk.api.ask(talk.chat, talk.reader, "青岭大桥全长多少米")
        assert "乙网 · 2026-11-21" in answer.text
        assert "另有 1 家报道：甲报" in answer.text
        assert f"{wording.DIFFERING}\n丙报 · 2026-11-20：青岭大桥昨日建成通车，全长900米" in answer.text


# Turning pages


async def test_pages_turn_back_and_forth_by_anybody_as_often_as_they_like(talk: Talk) -> None:
    group = talk.api.group("值班群", [talk.reader])
    first = await talk.api.ask(group, talk.reader, "/ask 新桥")
    assert first.buttons == [["1/2", "›"]]
    other = talk.api.person("小张")
    toast = await talk.api.press(first, "›", other)
    assert toast == ""
    second = await talk.api.reply(group, toast)
    assert (second.id, second.buttons) == (first.id, [["‹", "2/2"]])
    assert second.text != first.text
    assert await talk.api.press(first, "›", talk.reader) == ""
    assert await talk.api.press(second, "2/2", talk.reader) == ""
    await talk.api.press(second, "‹", talk.reader)
    assert talk.api.now(first).text == first.text


async def test_pages_turn_after_a_restart(path: Path, open_engine: Callable[..., SearchEngine]) -> None:
    async with BotApi(TOKEN) as api:
        reader = api.person("小李")
        chat = api.private(reader)
        async with running(api, path, open_engine, [BRIDGE, MARKET]):
            first = await api.ask(chat, reader, "新桥")
        async with running(api, path, open_engine):
            await api.press(first, "›", reader)
            assert api.now(first).text != first.text


async def test_pages_of_an_answer_of_another_version_do_not_turn_and_say_so(
    path: Path, open_engine: Callable[..., SearchEngine]
) -> None:
    async with BotApi(TOKEN) as api:
        reader = api.person("小李")
        chat = api.private(reader)
        async with running(api, path, open_engine, [BRIDGE, MARKET]):
            first = await api.ask(chat, reader, "新桥")
        with closing(sqlite3.connect(path)) as file, file:
            file.execute('UPDATE kept SET value = \'{"question": "新桥", "pages": [[1, null]]}\'')
        async with running(api, path, open_engine):
            assert await api.press(first, "›", reader) == wording.STALE


async def test_a_button_of_an_answer_that_is_forgotten_or_of_another_version_says_so(talk: Talk) -> None:
    first = await talk.api.ask(talk.chat, talk.reader, "新桥")
    for data in ("a:ffffffff:1", "a:zz:1", "old-button", "e:999999", "a:1:77"):
        first.keyboard[0][1]["callback_data"] = data
        assert await talk.api.press(first, "›", talk.reader) in (wording.STALE, wording.GONE)


async def test_what_comes_too_late_or_is_deleted_meanwhile_is_no_error(
    talk: Talk, caplog: pytest.LogCaptureFixture
) -> None:
    asked = await talk.api.send(talk.chat, talk.reader, "新桥")
    first = await talk.api.reply(talk.chat, asked)
    talk.api.callback_limit = talk.api.inline_limit = 0.0
    talk.api.type_inline(talk.reader, "新桥全长多少米")
    with suppress(AssertionError):  # the press is answered too late
        await talk.api.press(first, "›", talk.reader, timeout=0.0)
    await talk.api.until(lambda: "answerInlineQuery" in dict(talk.api.calls), 30)
    await talk.api.fetched()
    talk.api.delete(first)
    await talk.api.edit(asked, "新桥全长多少米")
    await talk.api.fetched()
    assert {"answerCallbackQuery", "answerInlineQuery", "editMessageText"} <= set(dict(talk.api.calls))
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


async def test_a_page_of_an_article_that_was_taken_down_says_so(talk: Talk) -> None:
    first = await talk.api.ask(talk.chat, talk.reader, "新桥全长")
    assert "城北日报" in first.text
    toast = await talk.api.press(first, "›", talk.reader)
    second = await talk.api.reply(talk.chat, toast)
    await talk.api.ask(talk.desk, talk.editor, "/remove 1")
    assert await talk.api.press(second, "‹", talk.reader) == wording.GONE


# Questions that confine themselves


async def test_a_paper_that_the_question_names_is_searched_alone_and_the_answer_says_so(talk: Talk) -> None:
    answer = await talk.api.ask(talk.chat, talk.reader, "据城南晚报报道，新桥怎么样？")
    assert "城南晚报 · 2026-11-21" in answer.text
    assert answer.text.endswith("\n只查了城南晚报的报道。")
    assert answer.buttons == []


async def test_where_the_paper_has_nothing_another_answers_and_every_page_says_so_after_a_restart_too(
    path: Path, open_engine: Callable[..., SearchEngine]
) -> None:
    said = "没有找到城南晚报的相关报道，下面是别处的："
    async with BotApi(TOKEN) as api:
        reader = api.person("小李")
        chat = api.private(reader)
        async with running(api, path, open_engine, [BRIDGE, MARKET]):
            first = await api.ask(chat, reader, "城南晚报怎么报道新桥全长一千二百米")
            assert first.text.startswith(f"{said}\n\n新桥全长一千二百米")
        async with running(api, path, open_engine):
            await api.press(first, "›", reader)
            assert api.now(first).text.startswith(said)
            assert api.now(first).text != first.text


async def test_days_are_those_of_the_time_zone_of_the_bot(path: Path, open_engine: Callable[..., SearchEngine]) -> None:
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):  # a day apart, whatever the hour
        today = datetime.now(ZoneInfo(zone)).date()
        fresh = replace(BRIDGE, published=today.isoformat())
        before = replace(MARKET, published=(today - timedelta(2)).isoformat())
        async with talking(path, open_engine, [fresh, before], TIMEZONE=zone) as talk:
            news = await talk.api.ask(talk.chat, talk.reader, "今天有什么新闻")
            assert news.text.startswith("城北新桥今天正式通车。")
            assert news.text.endswith(f"只查了 {today.month}月{today.day}日。")
        for left in path.parent.glob("news.db*"):
            left.unlink()


async def test_old_news_for_what_is_asked_as_new_is_called_old(
    path: Path, open_engine: Callable[..., SearchEngine]
) -> None:
    async with talking(path, open_engine, [replace(BRIDGE, published="2020-02-24")]) as talk:
        for question in ("现在新桥全长多少米", "新桥最新进展，全长多少米", "今天新桥全长多少米"):
            assert (await talk.api.ask(talk.chat, talk.reader, question)).text.startswith(wording.OLD_NEWS)
        assert wording.OLD_NEWS not in (await talk.api.ask(talk.chat, talk.reader, "新桥全长多少米")).text
        nothing = await talk.api.ask(talk.chat, talk.reader, "昨天有什么新闻")
        assert nothing.text.startswith("没有收录 ")
        assert nothing.text.endswith("的报道。\n现有 1 篇报道，最新一篇：2020-02-24。\n试试：最近有什么新闻")


async def test_inline_says_what_was_searched_in_what_it_posts(talk: Talk) -> None:
    page = await talk.api.inline(talk.reader, "据城南晚报报道，新桥怎么样")
    group = talk.api.group("值班群", [talk.reader])
    posted = await talk.api.choose(page, 0, group, talk.reader)
    assert posted.text.endswith("只查了城南晚报的报道。")


# Inline


async def test_inline_offers_results_that_post_full_answers(talk: Talk) -> None:
    page = await talk.api.inline(talk.reader, "新桥全长多少米")
    assert len(page.results) == 2
    assert page.results[0]["title"].startswith("新桥全长一千二百米")
    assert page.cache_time <= 60
    assert not page.is_personal
    group = talk.api.group("值班群", [talk.reader])
    posted = await talk.api.choose(page, 0, group, talk.reader)
    assert posted.bold == ["新桥全长一千二百米，投资三亿元，双向六车道，由城北建设公司承建。"]
    assert "城北日报" in posted.text
    await talk.api.quiet()


async def test_inline_finds_nothing_and_asks_for_words_with_a_button_instead_of_silence(talk: Talk) -> None:
    assert (await talk.api.inline(talk.reader, "")).button == {
        "text": wording.INLINE_EMPTY,
        "start_parameter": "inline",
    }
    page = await talk.api.inline(talk.reader, "火星探测器何时返回")
    assert page.results == []
    assert page.button is not None
    assert page.button["text"] == wording.INLINE_NONE


async def test_inline_pages_through_many_results_without_giving_one_twice(
    path: Path, open_engine: Callable[..., SearchEngine]
) -> None:
    many = [
        make_article(f"城北{n}号桥今天通车，全长{n}百米。", title=f"{n}号桥通车", source="城北日报")
        for n in range(1, 31)
    ]
    async with talking(path, open_engine, many) as talk:
        offset, seen = "", []
        for _ in range(10):
            page = await talk.api.inline(talk.reader, "城北今天通车", offset)
            seen += [result["id"] for result in page.results]
            offset = page.next_offset
            if not offset:
                break
        assert len(seen) == len(set(seen))
        assert len(seen) == 30
        assert (await talk.api.inline(talk.reader, "城北今天通车", "[]")).results


async def test_of_several_keystrokes_only_the_last_is_searched(talk: Talk) -> None:
    typed = [talk.api.type_inline(talk.reader, text) for text in ("新", "新桥", "新桥全", "新桥全长")]
    await talk.api.until(lambda: typed[-1].answer)
    await talk.api.quiet()
    assert [query.answer is None for query in typed] == [True, True, True, False]


# Pushing


async def test_what_an_editor_pushes_is_found_by_the_next_question(talk: Talk) -> None:
    card = await talk.api.ask(talk.desk, talk.editor, PUSH)
    assert card.text.startswith("已收录 #3，现在就能搜到。\n《城西图书馆开馆》\n来源：城西日报\n时间：2026-11-22 09:30")
    assert "藏书八十万册" in (await talk.api.ask(talk.chat, talk.reader, "图书馆藏书多少册")).text
    again = await talk.api.ask(talk.desk, talk.editor, PUSH)
    assert again.text.startswith("已有 #3")
    assert await talk.count() == 3


async def test_an_editor_pushes_what_they_reply_to(talk: Talk) -> None:
    said = await talk.api.send(talk.desk, talk.editor, PUSH.removeprefix("/add "))
    assert "没有找到" in (await talk.api.reply(talk.desk, said)).text
    card = await talk.api.ask(talk.desk, talk.editor, "/add", reply_to=said)
    assert card.text.startswith("已收录 #3")


async def test_a_post_of_a_channel_brings_its_source_and_its_date(talk: Talk) -> None:
    channel = talk.api.channel("城西发布", username="chengxi")
    text = (
        "城西图书馆本周日正式开馆，藏书八十万册，座位两千个，每天开放到晚上十点，周末有讲座，"
        "不收门票，凭身份证入馆，少年儿童须有大人陪同。"
    )
    card = await talk.api.ask(talk.desk, talk.editor, text, forwarded_from=channel)
    assert "来源：城西发布" in card.text
    assert re.search(r"时间：\d{4}-\d\d-\d\d \d\d:\d\d", card.text)
    assert card.links[0][1].startswith("https://t.me/chengxi/")


@pytest.mark.parametrize("size", [1, 170])
async def test_several_articles_of_a_channels_file_do_not_replace_each_other(talk: Talk, size: int) -> None:
    channel = talk.api.channel("城西发布", username="chengxi")
    text = "城西图书馆本周日正式开馆，藏书八十万册，座位两千个。" * size
    lines = [
        json.dumps({"title": f"第{n}号公告", "text": f"第{n}号公告：{text}"}, ensure_ascii=False) for n in range(40)
    ]
    file = ("公告.jsonl", "\n".join(lines).encode())
    assert (len(file[1]) > 500_000) == (size > 1)  # a large file is read in pieces
    card = await talk.api.ask(talk.desk, talk.editor, "", 60, forwarded_from=channel, document=file)
    assert card.text.startswith("本批 40 条：新增 40 ")
    assert await talk.count() == 42
    stored = await talk.service.article(3)
    assert stored is not None
    assert stored.source == "城西发布"


async def test_a_file_is_taken_in_with_and_without_the_command(talk: Talk) -> None:
    page = PUSH.removeprefix("/add ").encode("gb18030")
    card = await talk.api.ask(talk.desk, talk.editor, "", document=("page.txt", page))
    assert card.text.startswith("已收录 #3")
    card = await talk.api.ask(talk.desk, talk.editor, "", document=("page.txt", page), caption="/add")
    assert card.text.startswith("已有 #3")
    sent = await talk.api.send(talk.desk, talk.editor, document=("page.txt", page))
    card = await talk.api.ask(talk.desk, talk.editor, "/add", reply_to=sent)
    assert card.text.startswith("已有 #3")


async def test_a_full_disk_is_told_to_the_editor_in_a_sentence(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise StoreError("磁盘已满，没有写入数据库；此前已保存的都在。")

    monkeypatch.setattr(talk.service._engine.store, "keep", full)
    for change in (PUSH, "/remove 1"):
        told = await talk.api.ask(talk.desk, talk.editor, change)
        assert told.text == "没有改动：磁盘已满，没有写入数据库；此前已保存的都在。"
    assert await talk.count() == 2


async def test_a_disk_that_becomes_full_halfway_is_told_with_what_was_stored(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [
        json.dumps({"title": f"第{n}号公告", "text": f"第{n}号公告：城北第{n}片区周日停水检修，请居民提前储水。"})
        for n in range(100)
    ]
    keep, kinds = talk.service._engine.store.keep, []

    def full(kind: str, *rest: Any) -> None:
        kinds.append(kind)
        if len(kinds) > 2:
            raise StoreError("磁盘已满，没有写入数据库；此前已保存的都在。")
        keep(kind, *rest)

    monkeypatch.setattr(talk.service._engine.store, "keep", full)
    file = ("公告.jsonl", "\n".join(lines).encode())
    told = await talk.api.ask(talk.desk, talk.editor, "", document=file)
    assert told.text.startswith("中途停下，此前：新增 80 · 更正 0 · 已有 0 · 未收录 0。磁盘已满，")
    assert await talk.count() == 82
    monkeypatch.undo()
    card = await talk.api.ask(talk.desk, talk.editor, "", document=file)
    assert card.text.startswith("本批 100 条：新增 20 · 更正 0 · 已有 80 ")


async def test_a_bot_that_must_end_leaves_what_it_has_not_done_written_down(
    path: Path, open_engine: Callable[..., SearchEngine], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.serving.polling._CONFLICTS_OF_A_NEWCOMER", 1)
    person = {"id": EDITOR, "is_bot": False, "first_name": "老王"}
    message = {"message_id": 1, "date": 1, "chat": {"id": EDITOR, "type": "private"}, "from": person, "text": PUSH}
    engine = open_engine(first_articles=[BRIDGE])
    with engine.store.write():
        engine.store.keep("undone", 5, json.dumps({"update_id": 5, "message": message}))
    service = SearchService(open_engine)
    async with BotApi(TOKEN) as api:
        api.fail("getUpdates", 409, "Conflict: terminated by other getUpdates request", times=100)
        settings = {"TELEGRAM_BOT_TOKEN": TOKEN, "ADMIN_IDS": str(EDITOR), "TELEGRAM_BASE_URL": api.base_url}
        with closing(sqlite3.connect(path, isolation_level=None)) as file:
            file.execute("BEGIN IMMEDIATE")  # the push waits for this
            bot = asyncio.create_task(serve(Settings.read(settings), service, print))
            async with asyncio.timeout(60):
                while not hasattr(service, "_pruning") or not service._pruning.cancelled():
                    await asyncio.sleep(0.01)
            file.execute("ROLLBACK")
            with pytest.raises(UnusableError):
                await bot
    assert engine.store.all_kept("undone")


class Site(BaseHTTPRequestHandler):
    """A newspaper's page."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        head, *rest = PUSH.removeprefix("/add ").split("\n")
        paragraphs = "".join(f"<p>{line}</p>" for line in rest)
        self.wfile.write(f"<html><body><article><h1>{head}</h1>{paragraphs}</article></body></html>".encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.mark.parametrize("command", ["/add ", ""])
async def test_a_link_is_followed_and_no_other_machine_than_the_public_ones_is_asked(
    path: Path, open_engine: Callable[..., SearchEngine], command: str
) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        address = f"http://127.0.0.1:{server.server_port}/1.html"
        allowed = Fetcher(allow=[("127.0.0.1", server.server_port)])
        async with BotApi(TOKEN) as api, running(api, path, open_engine, [BRIDGE], fetcher=allowed):
            editor = api.person("老王", id=EDITOR)
            card = await api.ask(api.private(editor), editor, f"{command}{address}")
            assert card.text.startswith("已收录 #2")
            assert card.links == [("原文 · 127.0.0.1", address)]
        async with BotApi(TOKEN) as api, running(api, path, open_engine, [BRIDGE]):
            editor = api.person("老王", id=EDITOR)
            card = await api.ask(api.private(editor), editor, f"{command}{address}?again")
            # Another update of the same number, as after a week without any: the first one's card is not its answer.
            assert card.text.startswith("未收录")
            assert card.live == []
    finally:
        server.shutdown()
        server.server_close()


async def test_of_more_links_than_are_followed_none_is_left_out_in_silence(talk: Talk) -> None:
    links = [f"http://127.0.0.1:9/{number}" for number in range(14)]
    card = await talk.api.ask(talk.desk, talk.editor, "/add " + " ".join(links))
    assert card.text.count("未收录") == 10
    assert card.text.endswith("……还有 4 条")
    card = await talk.api.ask(talk.desk, talk.editor, "/add " + " ".join(links[:11]))
    assert card.text.endswith("……还有 1 条")


async def test_what_can_not_be_taken_is_refused_with_the_reason(talk: Talk) -> None:
    card = await talk.api.ask(talk.desk, talk.editor, "", document=("a.txt", b"\x00\x01\x02" * 100))
    assert card.text.startswith("未收录 a")
    card = await talk.api.ask(talk.desk, talk.editor, "", document=("big.txt", b"x", 30_000_000))
    assert card.text == wording.TOO_BIG
    assert (await talk.api.ask(talk.desk, talk.editor, "/add")).text.startswith("请把文章或链接写在")
    assert await talk.count() == 2


async def test_half_a_character_is_no_obstacle(talk: Talk) -> None:
    assert (await talk.api.ask(talk.desk, talk.editor, f"{PUSH}\ud83d")).text.startswith("已收录 #3")


async def test_a_text_that_telegram_cut_into_several_messages_is_one_article(talk: Talk) -> None:
    head = "/add 城西图书馆开馆\n城西日报 2026-11-22 09:30\n"
    lines = [
        f"第{n}个阅览室在城西图书馆的{n}层，有{n}百个座位，藏书{n}万册，每天开放到晚上十点。" for n in range(1, 151)
    ]
    text = head + "\n".join(lines)
    cut = text.rfind("\n", 0, 4096)
    await talk.api.send(talk.desk, talk.editor, text[:cut])
    last = await talk.api.send(talk.desk, talk.editor, text[cut + 1 :])
    card = await talk.api.reply(talk.desk, last)
    assert card.text.startswith("已收录 #3")
    assert "正文：150 段" in card.text
    assert await talk.count() == 3


async def test_a_question_that_waits_with_both_parts_of_a_text_is_answered(
    path: Path, open_engine: Callable[..., SearchEngine]
) -> None:
    async with BotApi(TOKEN) as api:
        editor = api.person("老王", id=EDITOR)
        desk = api.private(editor)
        # The bot fetches all of these at once.
        await api.send(desk, editor, f"{PUSH}\n" + "阅览室每天开放到晚上十点。" * 300)
        await api.send(desk, editor, "全文完，以馆方通知为准。")
        await api.send(desk, editor, "新桥全长多少米")
        async with running(api, path, open_engine, [BRIDGE, MARKET]):
            await api.until(lambda: len(api.sent) == 2, 30)
        assert sorted(one.text[:3] for one in api.sent) == ["已收录", "新桥全"]


async def test_an_article_is_taken_down_and_no_longer_found(talk: Talk) -> None:
    assert (await talk.api.ask(talk.desk, talk.editor, "/remove 1")).text == "已下架 #1《城北新桥通车》。"
    assert "城北日报" not in (await talk.api.ask(talk.chat, talk.reader, "新桥全长多少米")).text
    assert (await talk.api.ask(talk.desk, talk.editor, "/remove #1，2")).text == (
        "已下架 #2《菜市场搬迁》。\n没有编号为 1 的文章。"
    )
    assert "后面写上文章编号" in (await talk.api.ask(talk.desk, talk.editor, "/remove 新桥")).text


async def test_in_a_group_an_editor_gets_a_sign_and_the_card_in_private(talk: Talk) -> None:
    group = talk.api.group("编辑部", [talk.editor])
    mark = talk.api.mark
    await talk.api.send(group, talk.editor, PUSH)
    assert (await talk.api.reply(talk.desk, mark)).text.startswith("已收录 #3")
    await talk.api.until(lambda: any(name == "setMessageReaction" for name, _ in talk.api.calls))
    assert [one.chat_id for one in talk.api.sent[mark:]] == [talk.desk.id]


CHANGES = [PUSH, "/remove 1", "/remove@newsqabot 1", "/add@NewsQABot 城西图书馆开馆，藏书八十万册，座位两千个。"]


@pytest.mark.parametrize("change", CHANGES)
async def test_nobody_but_an_editor_in_person_changes_anything(talk: Talk, change: str) -> None:
    api, stranger = talk.api, talk.reader
    group = api.group("值班群", [stranger, talk.editor], admins=[stranger], bot="administrator")
    channel = api.channel("某频道")
    before = await talk.count()
    # A stranger in private is told their number, so that the operator can let them in.
    assert f"{stranger.id}" in (await api.ask(talk.chat, stranger, change)).text
    # The group's own admin is a stranger too; numbers are nobody's business there.
    told = await api.ask(group, stranger, change)
    assert told.text in (wording.NOT_AN_EDITOR, wording.NOT_AN_EDITOR_REMOVES)
    # The editor behind the group's mask, or as a channel, could be anybody.
    assert (await api.ask(group, talk.editor, change, anonymous=True)).text == wording.ANONYMOUS
    assert (await api.ask(group, talk.editor, change, as_channel=channel)).text == wording.ANONYMOUS
    # What an editor passes on, somebody else has written.
    assert (await api.ask(talk.desk, talk.editor, change, forwarded_from=stranger)).text == wording.FORWARDED_COMMAND
    # Edits, posts of a channel and what a group is handed by its channel are not requests.
    said = await api.send(group, talk.editor, "早上好")
    await api.edit(said, change)
    await api.send(channel, None, change)
    await api.send(group, None, change, automatic_from=channel)
    await api.quiet()
    assert await talk.count() == before


@pytest.mark.parametrize("document", [("page.txt", PUSH.encode()), ("all.jsonl", b'{"text": "x"}')])
async def test_a_strangers_file_is_not_stored(talk: Talk, document: tuple[str, bytes]) -> None:
    told = await talk.api.ask(talk.chat, talk.reader, "", document=document)
    assert told.text.startswith(wording.NOT_AN_EDITOR)
    assert await talk.count() == 2


async def test_numbers_are_told_in_private_only(talk: Talk) -> None:
    assert str(talk.reader.id) in (await talk.api.ask(talk.chat, talk.reader, "/id")).text
    group = talk.api.group("值班群", [talk.reader])
    assert (await talk.api.ask(group, talk.reader, "/id")).text == wording.ID_IN_PRIVATE
    assert wording.ID_EDITOR in (await talk.api.ask(talk.desk, talk.editor, "/id")).text


async def test_statistics_are_told(talk: Talk) -> None:
    assert (await talk.api.ask(talk.desk, talk.editor, "/stats")).text.startswith("现有 2 篇报道，2 段，2 个来源。")


# Nothing printed can act

HOSTILE = (
    "详见 evil.example 或 http://evil.example/a?b=1 ，联系 @evilbot 与 a@evil.example ，发送 /remove 1 或/add坏，"
    "#促销 ＃促销 $USD 新浪.中国 10.0.0.1 tg://join t.me/evil <b>假</b> &lt;"
)


async def test_nothing_printed_acts_wherever_it_is_shown(path: Path, open_engine: Callable[..., SearchEngine]) -> None:
    article = make_article(
        f"{HOSTILE} 城北新桥今天通车。",
        title=f"城北新桥 {HOSTILE}",
        heading=f"通车 {HOSTILE}",
        source="@evilbot evil.example",
        author="#作者 /stop",
        url="https://real.example.com/1",
    )
    async with talking(path, open_engine, [article, MARKET]) as talk:
        shown = [await talk.api.ask(talk.chat, talk.reader, "城北新桥通车")]
        toast = await talk.api.press(shown[0], "1/2", talk.reader)
        shown += [await talk.api.ask(talk.chat, talk.reader, f"{HOSTILE} 火星")]
        shown += [await talk.api.ask(talk.chat, talk.reader, "/start")]
        shown += [
            await talk.api.ask(talk.desk, talk.editor, f"/add {HOSTILE}\n@evilbot 2026-11-22\n图书馆开馆 {HOSTILE}")
        ]
        shown += [await talk.api.ask(talk.desk, talk.editor, "/remove 1")]
        shown += [
            await talk.api.ask(talk.desk, talk.editor, "", document=("@evilbot /stop evil.example.bin", b"\0" * 99))
        ]
        page = await talk.api.inline(talk.reader, "图书馆开馆")
        shown += [await talk.api.choose(page, 0, talk.api.group("群", [talk.reader]), talk.reader)]
        assert toast == ""
        assert [one.live for one in shown] == [[]] * len(shown)
        links = {address for one in shown for _, address in one.links}
        assert links == {"https://real.example.com/1"}


# Telegram is not always kind


async def test_flood_control_is_obeyed_and_the_answer_comes_all_the_same(talk: Talk) -> None:
    talk.api.fail("sendMessage", 429, "Too Many Requests: retry after 1", parameters={"retry_after": 1})
    assert "一千二百米" in (await talk.api.ask(talk.chat, talk.reader, "新桥全长多少米")).text


async def test_an_answer_that_finds_no_network_is_given_when_there_is_one(talk: Talk) -> None:
    query = talk.api.type_inline(talk.reader, "新桥全长多少米")
    await asyncio.sleep(0.1)  # taken, but the bot still waits whether more is typed
    await talk.api.stop()
    await asyncio.sleep(0.6)
    await talk.api.start()
    assert await talk.api.until(lambda: query.answer)


async def test_somebody_who_blocks_the_bot_harms_nobody_else(talk: Talk) -> None:
    other = talk.api.person("小张")
    chat = talk.api.private(other)
    asked = await talk.api.send(chat, other, "新桥全长多少米")
    talk.api.blocked(other)
    assert asked.delivered
    assert "一千二百米" in (await talk.api.ask(talk.chat, talk.reader, "新桥全长多少米")).text


async def test_a_question_that_was_deleted_is_answered_without_quoting_it(talk: Talk) -> None:
    group = talk.api.group("值班群", [talk.reader])
    asked = await talk.api.send(group, talk.reader, "/ask 新桥全长多少米")
    talk.api.delete(asked)
    assert "一千二百米" in (await talk.api.reply(group, asked)).text


async def test_an_error_is_told_with_a_number_and_the_bot_goes_on(talk: Talk, caplog: pytest.LogCaptureFixture) -> None:
    talk.api.fail("sendMessage", 400, "Bad Request: something new", when=lambda call: "一千二百米" in call["text"])
    told = await talk.api.ask(talk.chat, talk.reader, "新桥全长多少米")
    number = re.search(r"编号 (\w+)", told.text)
    assert number is not None
    assert number[1] in caplog.text
    assert "城南菜市场" in (await talk.api.ask(talk.chat, talk.reader, "菜市场搬到哪里")).text


async def test_an_error_leaves_no_button_and_no_inline_question_waiting(talk: Talk) -> None:
    first = await talk.api.ask(talk.chat, talk.reader, "新桥")
    talk.api.fail("editMessageText", 400, "Bad Request: something new")
    assert "出错了" in await talk.api.press(first, "›", talk.reader)
    talk.api.fail("answerInlineQuery", 400, "Bad Request: something new")
    page = await talk.api.inline(talk.reader, "新桥")
    assert page.button is not None


async def test_a_group_that_becomes_a_supergroup_is_answered_there(talk: Talk) -> None:
    group = talk.api.group("值班群", [talk.reader], basic=True)
    mark = talk.api.mark
    await talk.api.send(group, talk.reader, "/ask 新桥全长多少米")
    new = talk.api.migrate(group, talk.reader)
    assert "一千二百米" in (await talk.api.reply(new, mark)).text


async def test_the_menu_offers_commands_to_readers_and_more_to_editors(talk: Talk) -> None:
    def offered() -> list[dict[str, object]]:
        return [params for name, params in talk.api.calls if name == "setMyCommands"]

    await talk.api.until(lambda: len(offered()) == 3)
    assert "remove" not in str(offered()[0])
    assert "remove" in str(offered()[2])
