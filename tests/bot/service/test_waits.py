"""Waits for an answer: at most three a person, for seven days, ended by an article that is new."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from bot.service import waits as waits_of_service
from bot.service.search_service import SearchService
from bot.service.waits import Waits, _from_row, _to_row
from retrieval.change import NO_CHANGE
from retrieval.engine import SearchEngine
from retrieval.store.errors import StoreError
from tests.support.articles import make_article
from tests.support.services import service_over

pytestmark = pytest.mark.anyio
TODAY = date(2026, 11, 27)
BRIDGE = make_article("城北新桥今天通车。新桥全长一千二百米，投资三亿元。", title="新桥通车", source="城北日报")
TYPHOON = make_article(
    "深圳市教育局宣布，因台风海葵登陆，深圳全市中小学今天停课一天。", title="深圳台风停课", source="深圳晚报"
)
QUESTION = "深圳台风停课了吗"


class Clock:
    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def service(open_engine: Callable[..., SearchEngine]) -> AsyncIterator[SearchService]:
    service = service_over(open_engine, first_articles=[BRIDGE])
    await service.open()
    yield service
    await service.close()


@pytest.fixture
def waits(service: SearchService, clock: Clock) -> Waits:
    return Waits(service._engine, service._memory, service._noting, clock)


def reopened(service: SearchService, clock: Clock) -> Waits:
    """The waits as another start finds them in the file."""
    return Waits(service._engine, service._memory, service._noting, clock)


async def test_a_person_waits_for_three_questions_at_a_time(waits: Waits, clock: Clock) -> None:
    for question in ("一号公告", "二号公告", "三号公告"):
        clock.now += 1
        assert await waits.add(7, question, "SIMPLIFIED")
    assert not await waits.add(7, "四号公告", "SIMPLIFIED")
    assert await waits.add(7, "二号公告？", "SIMPLIFIED")  # the same one again
    assert await waits.add(8, "四号公告", "SIMPLIFIED")
    assert waits.of(7)[0].question == "一号公告"
    await waits.drop(waits.of(7)[0].number)
    assert await waits.add(7, "四号公告", "SIMPLIFIED")


async def test_two_presses_at_once_leave_no_fourth_wait(waits: Waits) -> None:
    added = await asyncio.gather(*(waits.add(7, f"第{n}号公告", "SIMPLIFIED") for n in range(5)))
    assert sum(added) == 3
    assert len(waits.of(7)) == 3


async def test_a_wait_is_over_after_seven_days_and_then_forgotten(
    service: SearchService, waits: Waits, clock: Clock, path: Path
) -> None:
    await waits.add(7, QUESTION, "ENGLISH")
    clock.now += 7 * 86_400 - 1
    assert waits.find(7, QUESTION) is not None
    clock.now += 2
    assert waits.find(7, QUESTION) is None
    assert waits.open() == []
    await waits.prune()
    with closing(sqlite3.connect(path)) as file:
        assert file.execute("SELECT count(*) FROM bot_waits").fetchone() == (0,)


async def test_a_wait_outlives_a_restart(service: SearchService, waits: Waits, clock: Clock) -> None:
    await waits.add(7, QUESTION, "ENGLISH")
    assert reopened(service, clock).open() == waits.open()


async def test_a_person_who_has_blocked_the_bot_is_forgotten(
    service: SearchService, waits: Waits, clock: Clock
) -> None:
    for person in (7, 8):
        await waits.add(person, QUESTION, "SIMPLIFIED")
    waits.forget(7)
    assert [wait.person for wait in waits.open()] == [8]
    await asyncio.wrap_future(service._noting.submit(lambda: None))
    assert [wait.person for wait in reopened(service, clock).open()] == [8]


async def test_only_a_plain_answer_of_an_article_that_is_new_ends_a_wait(service: SearchService, waits: Waits) -> None:
    await waits.add(7, QUESTION, "SIMPLIFIED")
    await waits.add(7, "城北新桥全长多少米", "SIMPLIFIED")
    for_typhoon, for_bridge = waits.of(7)
    # The bridge was stored before the wait began.
    bridge = await service.search("城北新桥全长多少米", 1, TODAY)
    assert bridge.status == "answered"
    assert not for_bridge.is_ended_by(bridge)
    assert not for_typhoon.is_ended_by(await service.search(QUESTION, 1, TODAY))
    await service.add(iter([TYPHOON]), 1, NO_CHANGE)
    assert for_typhoon.is_ended_by(await service.search(QUESTION, 1, TODAY))
    # A corrected text is new as well: the answer may be what was corrected.
    await service.add(
        iter([make_article(BRIDGE.text + "桥面双向六车道。", title="新桥通车", source="城北日报")]), 2, NO_CHANGE
    )
    assert for_bridge.is_ended_by(await service.search("城北新桥全长多少米", 1, TODAY))


async def test_there_is_a_most_of_all_waits(waits: Waits, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waits_of_service, "MOST", 1)
    assert await waits.add(7, QUESTION, "SIMPLIFIED")
    assert not await waits.add(8, QUESTION, "SIMPLIFIED")


async def test_a_wait_that_was_not_stored_is_none(
    service: SearchService, waits: Waits, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise StoreError("磁盘已满。")

    monkeypatch.setattr(service._memory.waits, "put", full)
    with pytest.raises(StoreError):
        await waits.add(7, QUESTION, "SIMPLIFIED")
    assert waits.open() == []


async def test_a_wait_is_read_back_and_a_row_of_another_version_is_none(waits: Waits) -> None:
    await waits.add(7, QUESTION + "\ud83d", "SIMPLIFIED")
    (wait,) = waits.open()
    assert _from_row(wait.number, _to_row(wait)) == wait
    broken = ("", "{", "[]", "null", '{"version": 2}', '{"version": 1}', "[" * 99_999)
    assert [_from_row(7, row) for row in broken] == [None] * len(broken)
