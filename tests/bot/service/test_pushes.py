"""A push of many articles: in batches, in bounded memory, beside other changes, with one receipt, through a kill."""

import asyncio
import gc
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from bot.service.file_records import FileRecords
from bot.service.file_storage import file_memory
from bot.service.push_summary import PushSummary
from bot.service.search_service import SearchService
from retrieval.article import Article
from retrieval.change import NO_CHANGE
from retrieval.engine import SearchEngine
from retrieval.indexing.preparation import BATCH
from retrieval.intake import Refusal
from retrieval.store.articles import Articles
from retrieval.store.database import Database
from retrieval.store.errors import StoreError
from retrieval.store.segments import Segments
from tests.support.articles import make_article
from tests.support.services import service_over

pytestmark = pytest.mark.anyio
OTHER = make_article("城西图书馆本周日开馆，藏书八十万册。", title="图书馆开馆", source="城西日报")


@asynccontextmanager
async def opened(open_engine: Callable[..., SearchEngine]) -> AsyncIterator[SearchService]:
    service = service_over(open_engine)
    await service.open()
    # Transactions are counted here: none of pruning is among them.
    service._hourly.cancel()
    await service.prune()
    try:
        yield service
    finally:
        await service.close()


def notice(number: int) -> Article:
    return make_article(f"第{number}号公告：城北第{number}片区停水。", title=f"第{number}号公告", source="城北日报")


def notices(count: int) -> Iterator[Article | Refusal]:
    """Every tenth item is a refusal."""
    for number in range(count):
        yield Refusal(f"第 {number} 行", "是空的。") if number % 10 == 9 else notice(number)


def counts(summary: object) -> tuple[int, int, int, int]:
    assert isinstance(summary, PushSummary)
    return summary.added, summary.updated, summary.duplicates, summary.refused


async def test_a_push_of_many_is_many_transactions_and_one_receipt(open_engine: Callable[..., SearchEngine]) -> None:
    async with opened(open_engine) as service:
        database = service._engine.archive.database
        before = Segments(database).generation()
        assert counts(await service.add(notices(200), 1, NO_CHANGE)) == (180, 0, 0, 20)
        # Each transaction of articles raises it by one.
        assert Segments(database).generation() - before == 200 / BATCH
        assert counts(await service.receipt(1)) == (180, 0, 0, 20)
        assert (await service.progress(1)).items == 0
        assert (await service.statistics()).articles == 180


REFUSED = Refusal("第 2 行", "是空的。")


@pytest.mark.parametrize("items", [[notice(1)], [notice(1), REFUSED], [REFUSED]])
async def test_a_push_of_one_batch_is_one_transaction_with_its_receipt(
    open_engine: Callable[..., SearchEngine], items: list[Article | Refusal], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(open_engine) as service:
        store, begun = service._engine.archive.database, []
        begin = store._begin
        monkeypatch.setattr(store, "_begin", lambda: (begun.append(1), begin()))
        await service.add(iter(items), 1, NO_CHANGE)
        assert len(begun) == 1
        assert await service.receipt(1) is not None


async def test_a_receipt_that_cannot_be_written_leaves_nothing_of_a_small_push(
    open_engine: Callable[..., SearchEngine], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: PushSummary) -> str:
        raise StoreError("磁盘已满")

    monkeypatch.setattr("bot.service.receipts.to_row", fail)
    async with opened(open_engine) as service:
        with pytest.raises(StoreError):
            await service.add(iter([notice(1)]), 1, NO_CHANGE)
        assert (await service.statistics()).articles == 0


async def test_another_push_comes_between_the_batches_of_a_large_one(open_engine: Callable[..., SearchEngine]) -> None:
    async with opened(open_engine) as service:
        waiting, may_write, writing = threading.Event(), threading.Event(), service._writing
        writing.submit(lambda: (waiting.set(), may_write.wait(60)))
        waiting.wait(60)
        pushes = []
        for number, items in enumerate([[notice(n) for n in range(200)], [OTHER]], 1):
            pushes.append(asyncio.create_task(service.add(iter(items), number, NO_CHANGE)))
            async with asyncio.timeout(60):
                while writing._work_queue.qsize() < number:
                    await asyncio.sleep(0.01)
        may_write.set()
        assert list(map(counts, await asyncio.gather(*pushes))) == [(200, 0, 0, 0), (1, 0, 0, 0)]
        # Its number is behind those of the first batch, and before all others.
        other = await service.article(BATCH + 1)
        assert other is not None
        assert other.title == OTHER.title


async def test_another_process_writes_between_the_batches(open_engine: Callable[..., SearchEngine], path: Path) -> None:
    stored: list[tuple[int, int]] = []

    def write_often(stop: threading.Event) -> None:
        """As another process does: with a connection of its own."""
        store = Database(path)
        memory = file_memory(store)
        while not stop.is_set():
            with store.write():
                stored.append((Articles(store).size()[0], len(stored)))
                memory.answers.put(len(stored), "")
            stop.wait(0.01)
        store.close()

    async with opened(open_engine) as service:
        stop = threading.Event()
        other = asyncio.create_task(asyncio.to_thread(write_often, stop))
        await service.add(notices(400), 1, NO_CHANGE)
        stop.set()
        await other
    seen = {count for count, _ in stored}
    assert len([count for count in seen if 0 < count < 360]) > 1


async def test_no_more_articles_are_in_memory_however_many_are_pushed(open_engine: Callable[..., SearchEngine]) -> None:
    most = 0

    def counted() -> Iterator[Article]:
        nonlocal most
        for number in range(2_400):
            if number % 300 == 299:
                most = max(most, sum(type(one) is Article for one in gc.get_objects()))
            yield notice(number)

    async with opened(open_engine) as service:
        assert counts(await service.add(counted(), 1, NO_CHANGE)) == (2400, 0, 0, 0)
    assert 300 < most < 1_500


class KilledError(Exception):
    """Nothing catches it."""


async def broken_off(service: SearchService, items: Iterator[Article | Refusal], batches: int) -> None:
    """Carry out a push until it has so many batches stored."""
    put, writes = FileRecords.put, count(1)

    def put_some(*arguments: Any) -> None:
        if next(writes) > batches:
            raise KilledError
        put(*arguments)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(FileRecords, "put", put_some)
        with pytest.raises(KilledError):
            await service.add(items, 1, NO_CHANGE)


@pytest.mark.parametrize("batches", [1, 3, 4])
async def test_a_push_goes_on_after_what_is_stored_and_counts_the_whole_truth(
    open_engine: Callable[..., SearchEngine], batches: int
) -> None:
    def items() -> Iterator[Article | Refusal]:
        """The second article comes again at the end, with other words."""
        first = replace(notice(1), url="https://news.example.com/1")
        yield from (first if one == notice(1) else one for one in notices(199))
        yield replace(make_article("第1号公告更正：城北第一片区不停水。", title="第1号公告更正"), url=first.url)

    async with opened(open_engine) as service:
        await broken_off(service, items(), batches)
        assert (await service.progress(1)).items == batches * BATCH
        assert await service.receipt(1) is None
    async with opened(open_engine) as service:
        assert counts(await service.add(items(), 1, NO_CHANGE)) == (180, 1, 0, 19)
        assert (await service.statistics()).articles == 180
        corrected = await service.article(2)
        assert corrected is not None
        assert corrected.title == "第1号公告更正"
        assert service._engine.check() == []


async def test_what_may_have_changed_is_not_gone_on_with(open_engine: Callable[..., SearchEngine]) -> None:
    async with opened(open_engine) as service:
        await broken_off(service, notices(100), 1)
        later = [OTHER, *notices(100)]
        assert counts(await service.add(iter(later), 1, NO_CHANGE, resumed=False)) == (55, 0, 36, 10)


async def test_a_push_of_which_all_is_stored_gets_its_receipt(open_engine: Callable[..., SearchEngine]) -> None:
    async with opened(open_engine) as service:
        await broken_off(service, notices(60), 1)
        assert counts(await service.add(notices(40), 1, NO_CHANGE)) == (36, 0, 0, 4)
        assert counts(await service.receipt(1)) == (36, 0, 0, 4)


async def test_a_push_that_two_processes_were_given_is_stored_once(open_engine: Callable[..., SearchEngine]) -> None:
    async with opened(open_engine) as one, opened(open_engine) as other:
        summaries = await asyncio.gather(*(service.add(notices(200), 1, NO_CHANGE) for service in (one, other)))
        assert list(map(counts, summaries)) == [(180, 0, 0, 20)] * 2
        assert (await one.statistics()).articles == 180
        # What comes later finds the receipt.
        assert counts(await other.add(notices(200), 1, NO_CHANGE)) == (180, 0, 0, 20)
        assert (await one.progress(1)).items == 0


async def test_large_pushes_wait_for_each_other_and_small_ones_do_not(open_engine: Callable[..., SearchEngine]) -> None:
    may_end = threading.Event()

    def slow(number: int) -> Iterator[Article]:
        begun.append(number)
        may_end.wait(60)
        yield notice(number)

    begun: list[int] = []
    async with opened(open_engine) as service:
        large = [asyncio.create_task(service.add(slow(n), n, NO_CHANGE, large=True)) for n in (1, 2, 3)]
        try:
            assert counts(await service.add(iter([OTHER]), 4, NO_CHANGE)) == (1, 0, 0, 0)
            assert 3 not in begun
        finally:
            may_end.set()
            await asyncio.gather(*large)
        assert sorted(begun) == [1, 2, 3]
