"""The engine as the event loop sees it: questions don't wait for changes, answers are kept, changes leave receipts."""

import asyncio
import sqlite3
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest

from bot.service.answers import Answer, Page
from bot.service.file_storage import file_memory
from bot.service.receipts import Removal
from bot.service.search_service import BusyError, SearchService, SlowError
from retrieval.change import NO_CHANGE, NOBODY
from retrieval.engine import Result, SearchEngine
from tests.support.articles import make_article
from tests.support.services import service_over

pytestmark = pytest.mark.anyio
BRIDGE = make_article("城北新桥今天通车。新桥全长一千二百米，投资三亿元。", title="新桥通车", source="城北日报")
MARKET = make_article("城南菜市场下月搬到新桥以东，摊位增加一倍。", title="菜市场搬迁", source="城南晚报")

LIBRARY = make_article("城西图书馆本周日开馆，藏书八十万册。", title="图书馆开馆", source="城西日报")


def answer_of(result: Result) -> Answer:
    return Answer(result.status, tuple(Page(hit.passage.id, hit.answer) for hit in result.hits))


@asynccontextmanager
async def opened(open_engine: Callable[..., SearchEngine]) -> AsyncIterator[SearchService]:
    service = service_over(open_engine, first_articles=[BRIDGE, MARKET])
    await service.open()
    try:
        yield service
    finally:
        await service.close()


async def test_an_answer_is_kept_under_its_number_across_a_restart(open_engine: Callable[..., SearchEngine]) -> None:
    async with opened(open_engine) as service:
        result = await service.search("新桥多长", 5)
        number = service.keep_answer(answer_of(result))
        before = await service.answer(number)
    async with opened(open_engine) as service:
        after = await service.answer(number)
        assert after == before
        assert after is not None
        assert [page.passage_id for page in after.pages] == [hit.passage.id for hit in result.hits]
        assert await service.answer(number + 1) is None


async def test_a_page_of_an_article_that_was_taken_down_is_gone(open_engine: Callable[..., SearchEngine]) -> None:
    async with opened(open_engine) as service:
        best = (await service.search("新桥多长", 5)).hits[0].passage
        assert await service.passage(best.id) == best
        await service.changes.remove([best.article_id], NOBODY, 1)
        assert await service.passage(best.id) is None


async def test_a_change_leaves_its_receipt_in_the_same_transaction(
    open_engine: Callable[..., SearchEngine], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(open_engine) as service:
        summary = await service.add(iter([LIBRARY]), 77, NO_CHANGE)
        assert summary.added == 1
        assert await service.receipt(77) == summary
        assert await service.receipt(78) is None

        def fail(_: object) -> str:
            raise RuntimeError("nothing may be stored")

        with monkeypatch.context() as patch:
            patch.setattr("bot.service.receipts.to_row", fail)
            with pytest.raises(RuntimeError):
                await service.changes.remove([1], NOBODY, 78)
        assert await service.article(1) is not None
        assert await service.receipt(78) is None
        removal = await service.changes.remove([1, 99], NOBODY, 78)
        assert removal == Removal(((1, "新桥通车"),), (99,))
        assert await service.receipt(78) == removal
        assert await service.article(1) is None


async def test_a_receipt_of_an_older_version_is_the_card_that_it_rendered(
    open_engine: Callable[..., SearchEngine],
) -> None:
    memory = file_memory(open_engine().archive.database)
    with memory.write():
        memory.receipts.put(77, "已收录 #7，现在就能搜到。\n《题目》")
    async with opened(open_engine) as service:
        assert await service.receipt(77) == "已收录 #7，现在就能搜到。\n《题目》"


async def test_pending_updates_are_never_forgotten(open_engine: Callable[..., SearchEngine], path: Path) -> None:
    async with opened(open_engine) as service:
        await service.add(iter([LIBRARY]), 77, NO_CHANGE)
        await service.pending.store(5, {"update_id": 5, "message": {"text": "\ud83d"}})
        old = service.keep_answer(answer_of(await service.search("新桥多长", 5)))
        await service.pending.store(6, {"update_id": 6})
        with closing(sqlite3.connect(path)) as file:
            while not file.execute("SELECT 1 FROM bot_answers").fetchone():
                await asyncio.sleep(0.01)
            with file:
                for table in ("bot_answers", "bot_receipts", "bot_pending_updates"):
                    file.execute(f"UPDATE {table} SET at = '2001-01-01T00:00:00+00:00'")
    async with opened(open_engine) as service:
        await service.prune()
        assert await service.answer(old) is None
        assert await service.receipt(77) is None
        assert [raw["update_id"] for raw in await service.pending.take()] == [5, 6]


@pytest.mark.parametrize("row", ["", "{", "[" * 99_999])
async def test_a_broken_pending_update_leaves_the_others(open_engine: Callable[..., SearchEngine], row: str) -> None:
    memory = file_memory(open_engine().archive.database)
    with memory.write():
        for number, value in enumerate(['{"update_id": 0}', row, '{"update_id": 2}']):
            memory.pending.put(number, value)
    async with opened(open_engine) as service:
        assert [raw["update_id"] for raw in await service.pending.take()] == [0, 2]


async def test_old_answers_are_forgotten_while_the_bot_runs(
    open_engine: Callable[..., SearchEngine], path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.service.pruning._SECONDS", 0.01)
    async with opened(open_engine):
        with closing(sqlite3.connect(path)) as file, file:
            file.execute("INSERT INTO bot_answers VALUES (1, '{}', '2001-01-01T00:00:00+00:00')")
        async with asyncio.timeout(30):
            with closing(sqlite3.connect(path)) as file:
                while file.execute("SELECT 1 FROM bot_answers").fetchone():
                    await asyncio.sleep(0.01)


async def test_a_question_does_not_wait_for_a_change(
    open_engine: Callable[..., SearchEngine], monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, may_end = threading.Event(), threading.Event()
    async with opened(open_engine) as service:

        def slow(_: object) -> str:
            begun.set()
            may_end.wait(30)
            return "{}"

        monkeypatch.setattr("bot.service.receipts.to_row", slow)
        change = asyncio.create_task(service.add(iter([LIBRARY]), 1, NO_CHANGE))
        await asyncio.to_thread(begun.wait, 30)  # the transaction is open
        try:
            result = await asyncio.wait_for(service.search("新桥多长", 5), 20)
            assert result.status == "answered"
            assert not change.done()
            # The answer is kept although it cannot be written yet.
            assert await service.answer(service.keep_answer(answer_of(result))) is not None
        finally:
            may_end.set()
            await change


async def test_too_many_questions_at_once_are_told_so_instead_of_waiting(
    open_engine: Callable[..., SearchEngine],
) -> None:
    async with opened(open_engine) as service:
        asked = [service.search("新桥多长", 5) for _ in range(300)]
        found = await asyncio.gather(*asked, return_exceptions=True)
        refused = [one for one in found if isinstance(one, BusyError)]
        assert refused
        assert len(refused) < len(found)
        assert (await service.search("新桥多长", 5)).hits


async def test_a_service_is_open_when_its_engine_has_answered_a_question(
    open_engine: Callable[..., SearchEngine], monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, may_end = threading.Event(), threading.Event()
    warm = SearchEngine.warm

    def slow(engine: SearchEngine) -> None:
        begun.set()
        may_end.wait(30)
        warm(engine)

    monkeypatch.setattr(SearchEngine, "warm", slow)
    service = service_over(open_engine, first_articles=[BRIDGE])
    opening = asyncio.create_task(service.open())
    await asyncio.to_thread(begun.wait, 30)  # beside the event loop, which goes on
    assert not opening.done()
    may_end.set()
    await opening
    assert (await service.search("新桥多长", 5)).hits
    await service.close()


async def test_only_who_waits_behind_others_is_told_that_many_ask_and_the_next_is_answered(
    open_engine: Callable[..., SearchEngine], monkeypatch: pytest.MonkeyPatch
) -> None:
    may_end = threading.Event()
    async with opened(open_engine) as service:
        search = service._engine.search

        def held_up(*arguments: object, **options: object) -> object:
            may_end.wait(30)
            return search(*arguments, **options)  # type: ignore[arg-type]

        with monkeypatch.context() as patch:
            patch.setattr("bot.service.search_service._SEARCH_SECONDS", 0.1)
            patch.setattr(service._engine, "search", held_up)
            asked = [service.search("新桥多长", 5) for _ in range(3)]
            found = await asyncio.gather(*asked, return_exceptions=True)
            assert [type(one) for one in found] == [SlowError, BusyError, BusyError]
            # Nobody else waits, but the thread is not free yet.
            with pytest.raises(SlowError):
                await service.search("新桥多长", 5)
        may_end.set()
        assert (await service.search("新桥多长", 5)).hits


async def test_every_answer_is_written_however_they_fall_between_the_writes(
    open_engine: Callable[..., SearchEngine],
) -> None:
    async with opened(open_engine) as service:
        result = await service.search("新桥多长", 5)
        numbers = []
        for _ in range(300):
            numbers.append(service.keep_answer(answer_of(result)))
            await asyncio.sleep(0)
    async with opened(open_engine) as service:
        assert None not in [await service.answer(number) for number in numbers]


@pytest.mark.parametrize("steps", range(6))
async def test_a_watch_that_searches_again_and_again_stops_whenever_it_is_cancelled(
    open_engine: Callable[..., SearchEngine], steps: int
) -> None:
    async with opened(open_engine) as service:

        async def again() -> None:
            while True:
                await service.search("新桥多长", 1)

        loop = asyncio.get_running_loop()
        watching = asyncio.create_task(again())
        await asyncio.sleep(0.05)

        def cancel(left: int) -> None:
            if left:
                loop.call_soon(cancel, left - 1)
            else:
                watching.cancel()

        # The search ends in its thread while the loop stands still: the cancellation comes in the steps after that.
        time.sleep(0.3)
        cancel(steps)
        done, _ = await asyncio.wait([watching], timeout=10)
        assert done
