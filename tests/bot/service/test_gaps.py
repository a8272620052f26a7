"""Questions asked in vain: counted once a person and day, grouped by likeness, and closed by a plain answer."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.service.gaps import MOST, Gap, Group, from_row, grouped, number_of, to_row
from bot.service.search_service import SearchService
from retrieval.change import NO_CHANGE
from retrieval.engine import SearchEngine
from retrieval.text.analyzer import Analyzer
from tests.support.articles import make_article
from tests.support.services import service_over

pytestmark = pytest.mark.anyio
TODAY = date(2026, 11, 27)
BRIDGE = make_article("城北新桥今天通车。新桥全长一千二百米，投资三亿元。", title="新桥通车", source="城北日报")
TYPHOON = make_article(
    "深圳市教育局宣布，因台风海葵登陆，深圳全市中小学今天停课一天。", title="深圳台风停课", source="深圳晚报"
)
QUESTION = "深圳台风停课了吗"


@asynccontextmanager
async def opened(open_engine: Callable[..., SearchEngine]) -> AsyncIterator[SearchService]:
    service = service_over(open_engine, first_articles=[BRIDGE])
    await service.open()
    try:
        yield service
    finally:
        await service.close()


@pytest.fixture
async def service(open_engine: Callable[..., SearchEngine]) -> AsyncIterator[SearchService]:
    async with opened(open_engine) as made:
        yield made


async def gaps_of(service: SearchService) -> list[Gap]:
    """All gaps, after those that were noted have been written."""
    await asyncio.wrap_future(service._noting.submit(lambda: None))
    return [gap for group in await service.gaps.groups() for gap in group.gaps]


def gap(question: str, count: int = 1, last: str = "2026-11-27") -> Gap:
    return Gap(number_of(question) or 0, question, "2026-11-01", last, count)


async def test_a_question_counts_once_a_person_and_day(service: SearchService) -> None:
    for person in (7, 7, 8):
        service.gaps.note(QUESTION, person, TODAY)
    service.gaps.note(QUESTION, 7, TODAY + timedelta(1))
    assert await gaps_of(service) == [Gap(number_of(QUESTION) or 0, QUESTION, "2026-11-27", "2026-11-28", 3)]


async def test_other_spellings_of_a_question_are_the_same_gap_as_it_was_first_written(service: SearchService) -> None:
    for person, question in enumerate((QUESTION, "  深圳颱風停課了嗎？？", "深圳 台风，停课了吗")):
        service.gaps.note(question, person, TODAY)
    (one,) = await gaps_of(service)
    assert (one.question, one.count) == (QUESTION, 3)


async def test_one_person_adds_a_bounded_number_of_gaps_a_day(service: SearchService) -> None:
    for number in range(200):
        service.gaps.note(f"第{number}号公告说了什么", 7, TODAY)
    service.gaps.note(QUESTION, 8, TODAY)
    questions = [one.question for one in await gaps_of(service)]
    assert len(questions) == 51
    assert QUESTION in questions


async def test_a_gap_holds_no_person_and_a_bounded_text(service: SearchService, path: Path) -> None:
    service.gaps.note("台风" * 1000 + "\ud83d", 5_000_000_001, TODAY)
    service.gaps.note("？！", 5_000_000_001, TODAY)
    (one,) = await gaps_of(service)
    assert len(one.question) == 200
    with closing(sqlite3.connect(path)) as file:
        rows = str(file.execute("SELECT * FROM bot_gaps").fetchall())
    assert "5000000001" not in rows


async def test_the_table_keeps_the_last_asked_rows(service: SearchService, path: Path) -> None:
    with closing(sqlite3.connect(path)) as file, file:
        rows = [(n, to_row(gap(f"旧问题{n}")), "2026-11-20T00:00:00+00:00") for n in range(1, MOST + 1)]
        file.executemany("INSERT INTO bot_gaps VALUES (?, ?, ?)", rows)
    service.gaps.note(QUESTION, 7, TODAY)
    kept = await gaps_of(service)
    assert len(kept) == MOST
    assert QUESTION in [one.question for one in kept]


async def test_gaps_are_forgotten_after_thirty_days(open_engine: Callable[..., SearchEngine], path: Path) -> None:
    async with opened(open_engine) as service:
        service.gaps.note(QUESTION, 7, TODAY)
        await gaps_of(service)
        with closing(sqlite3.connect(path)) as file, file:
            file.execute("UPDATE bot_gaps SET at = '2001-01-01T00:00:00+00:00'")
        await service.prune()
        assert await gaps_of(service) == []


async def test_an_article_that_answers_plainly_closes_a_gap_and_no_other(service: SearchService) -> None:
    service.gaps.note(QUESTION, 7, TODAY)
    service.gaps.note("火星上有没有外星人", 7, TODAY)
    await gaps_of(service)
    assert len(await service.gaps.open_groups(0, await service.generation(), TODAY)) == 2
    await service.add(iter([TYPHOON]), 1, NO_CHANGE)
    (left,) = await service.gaps.open_groups(0, await service.generation(), TODAY)
    assert left.gaps[0].question == "火星上有没有外星人"


async def test_a_disliked_answer_is_closed_by_a_later_article_only(service: SearchService) -> None:
    question = "城北新桥全长多少米"
    assert (await service.search(question, 1, TODAY)).status == "answered"
    service.gaps.note(question, 7, TODAY, is_disliked=True)
    await gaps_of(service)
    assert len(await service.gaps.open_groups(0, await service.generation(), TODAY)) == 1
    later = make_article(
        "更正：城北新桥全长一千三百米，此前报道的长度有误。", title="城北新桥全长更正", source="城北日报"
    )
    await service.add(iter([later]), 1, NO_CHANGE)
    result = await service.search(question, 1, TODAY)
    assert (result.status, result.hits[0].passage.title) == ("answered", "城北新桥全长更正")
    assert await service.gaps.open_groups(0, await service.generation(), TODAY) == []


async def test_a_gap_is_searched_for_once_for_each_generation(
    service: SearchService, monkeypatch: pytest.MonkeyPatch
) -> None:
    searched = list[str]()
    search = service.gaps._search

    async def counted(question: str, today: date) -> object:
        searched.append(question)
        return await search(question, today)

    monkeypatch.setattr(service.gaps, "_search", counted)
    for number in range(45):
        service.gaps.note(f"火星第{number}号基地", 7, TODAY)
    await gaps_of(service)
    for expected in (30, 45, 45):  # at most thirty at a time
        await service.gaps.open_groups(0, 5, TODAY)
        assert len(searched) == expected
    await service.gaps.open_groups(0, 6, TODAY)
    assert len(searched) == 75


def test_questions_that_share_most_of_their_terms_are_one_group(analyzer: Analyzer) -> None:
    gaps = [
        *(gap("深圳停课"), gap("深圳台风停课了吗", 5), gap("北京天气", last="2026-11-20"), gap("上海天气")),
        *(gap("今天深圳台风停课吗", 2), gap("火星", 6)),
    ]
    groups = grouped(gaps, analyzer.query_terms)
    assert [(group.gaps[0].question, group.count) for group in groups] == [
        *[("深圳台风停课了吗", 8), ("火星", 6)],
        # Of equals the one that was asked last
        *[("上海天气", 1), ("北京天气", 1)],
    ]
    assert groups[0] == Group((gap("深圳台风停课了吗", 5), gap("今天深圳台风停课吗", 2), gap("深圳停课")))


def test_a_gap_is_read_back_and_a_row_of_another_version_is_none() -> None:
    one = Gap(7, QUESTION, "2026-11-01", "2026-11-27", 3, 12)
    assert from_row(7, to_row(one)) == one
    broken = ("", "{", "[]", "null", '{"version": 2}', '{"version": 1}', "[" * 99_999)
    for row in (
        *broken,
        to_row(one).replace("2026-11-27", "gestern"),
        to_row(one).replace('"version": 1', '"version": 3'),
    ):
        assert from_row(7, row) is None
