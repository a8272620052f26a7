"""Sources and days that a question names, and the notes on them in the answer."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.words import answers
from retrieval.engine import SearchEngine
from tests.bot_api.api import BotApi
from tests.support.conversation import BRIDGE, MARKET, TOKEN, Talk, running, talking

pytestmark = pytest.mark.anyio


async def test_a_named_paper_is_searched_alone_and_the_answer_says_so(talk: Talk) -> None:
    answer = await talk.api.ask(talk.chat, talk.reader, "据城南晚报报道，新桥怎么样？")
    assert "城南晚报 · 2026-11-21" in answer.text
    assert answer.text.endswith("\n只查了城南晚报的报道。")
    assert answer.buttons[-1] == [answers.ALL_SOURCES]
    await talk.api.press(answer, answers.ALL_SOURCES, talk.reader)
    assert "城北日报 · news.example.com" in talk.api.now(answer).text


async def test_every_page_of_an_answer_from_another_paper_says_so(
    path: Path, open_engine: Callable[..., SearchEngine]
) -> None:
    note = "没有找到城南晚报的相关报道，下面是别处的："
    async with BotApi(TOKEN) as api:
        reader = api.person("小李")
        chat = api.private(reader)
        async with running(api, path, open_engine, [BRIDGE, MARKET]):
            first = await api.ask(chat, reader, "城南晚报怎么报道新桥全长一千二百米")
            assert first.text.startswith(f"{note}\n\n新桥全长一千二百米")
        async with running(api, path, open_engine):
            await api.press(first, "›", reader)
            assert api.now(first).text.startswith(note)
            assert api.now(first).text != first.text


async def test_days_are_counted_in_the_time_zone_of_the_bot(
    path: Path, open_engine: Callable[..., SearchEngine]
) -> None:
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):  # a day apart, whatever the hour
        today = datetime.now(ZoneInfo(zone)).date()
        fresh = replace(BRIDGE, published=today.isoformat())
        before = replace(MARKET, published=(today - timedelta(2)).isoformat())
        async with talking(path, open_engine, [fresh, before], TIMEZONE=zone) as talk:
            news = await talk.api.ask(talk.chat, talk.reader, "今天有什么新闻")
            assert news.text.startswith("城北新桥今天正式通车。")
            assert news.text.endswith(f"只查了 {today.month}月{today.day}日的报道。")
        for left in path.parent.glob("news.db*"):
            left.unlink()


async def test_an_old_answer_to_a_question_for_news_is_called_old(
    path: Path, open_engine: Callable[..., SearchEngine]
) -> None:
    async with talking(path, open_engine, [replace(BRIDGE, published="2020-02-24")]) as talk:
        for question in ("现在新桥全长多少米", "新桥最新进展，全长多少米", "今天新桥全长多少米"):
            assert (await talk.api.ask(talk.chat, talk.reader, question)).text.startswith(answers.OLD_NEWS)
        assert answers.OLD_NEWS not in (await talk.api.ask(talk.chat, talk.reader, "新桥全长多少米")).text
        nothing = await talk.api.ask(talk.chat, talk.reader, "昨天有什么新闻")
        assert nothing.text.startswith("没有收录 ")
        assert nothing.text.endswith("的报道。\n现有 1 篇报道，最新一篇：2020-02-24。\n试试：最近有什么新闻")
