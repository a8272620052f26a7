"""How do handlers reach the articles without holding up the event loop?

Searches run in one thread and writes in another, so that a question never waits for an import. This is also where
answers are kept, whose pages can be turned later, and receipts of what an update has changed already.
"""

import asyncio
import json
import logging
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any, TypeVar

from bot.service.answers import Answer, Answers, Page
from bot.service.pushes import PROGRESS, RECEIPT, Item, Pushes
from bot.service.tally import Tally
from bot.words.answer_notes import NO_NOTES, Notes
from retrieval.archive import Statistics, StoredPassage
from retrieval.article import Article
from retrieval.engine import Result, SearchEngine
from retrieval.store.errors import StoreError

# Questions that may wait for the search thread: at some 20 ms each, the last of them is answered within two seconds.
_LONGEST_QUEUE = 100
_SEARCH_SECONDS = 8.0
# Telegram delivers an update again for a day at most; editors may look for a card longer.
_RECEIPT_DAYS = 90
_PRUNING_SECONDS, _AT_ONCE = 3600.0, 200
_UNDONE = "undone"
_T = TypeVar("_T")
_log = logging.getLogger(__name__)


class BusyError(Exception):
    """More questions of others are waiting than can be answered soon."""


class SlowError(Exception):
    """A question took too long by itself: nobody else had to be answered before it."""


class SearchService:
    """The search engine as the event loop sees it; every method that reads or writes the file is awaited."""

    def __init__(self, open_engine: Callable[[], SearchEngine]) -> None:
        self._open = open_engine
        self._searching = ThreadPoolExecutor(1, "search")
        self._writing = ThreadPoolExecutor(1, "write")
        self._noting = ThreadPoolExecutor(1, "note")
        self._waiting = 0

    async def open(self) -> None:
        """Open the file and have the engine ready to answer: no question waits for that. Raises StoreError."""

        def ready() -> SearchEngine:
            engine = self._open()
            engine.warm()
            return engine

        self._engine = await self._run(self._searching, ready)
        self._answers = Answers(self._engine.archive.kept, self._writing.submit)
        self._pushes = Pushes(self._engine, self._writing)
        self._pruning = asyncio.create_task(self._prune_hourly())

    async def close(self) -> None:
        """Finish what was begun."""
        self._pruning.cancel()
        await asyncio.to_thread(self._writing.shutdown)
        await asyncio.to_thread(self._noting.shutdown)
        await asyncio.to_thread(self._searching.shutdown)
        # What tidies the file stops between two batches instead of holding up the end.
        await asyncio.to_thread(self._engine.close)

    async def search(self, question: str, k: int, today: date | None = None) -> Result:
        """The k best passages for what is asked on this day.

        Raises BusyError or SlowError rather than let somebody wait for long, and StoreError.
        """
        if self._waiting >= _LONGEST_QUEUE:
            raise BusyError
        others = self._waiting > 0
        has_begun = threading.Event()

        def search() -> Result:
            has_begun.set()
            return self._engine.search(question, k, today=today)

        self._waiting += 1
        try:
            return await asyncio.wait_for(self._run(self._searching, search), _SEARCH_SECONDS)
        except TimeoutError:
            # A search that has begun goes on in its thread; its work is bounded, and the next one waits for it.
            raise BusyError if others and not has_begun.is_set() else SlowError from None
        finally:
            self._waiting -= 1

    # Answers whose pages can be turned

    def keep(self, result: Result, others: Sequence[tuple[str, ...]] = (), notes: Notes = NO_NOTES) -> int:
        """Remember an answer; its number. Nobody waits until it is written."""
        told = others or [()] * len(result.hits)
        pages = tuple(Page(hit.passage.id, hit.answer, lines) for hit, lines in zip(result.hits, told, strict=True))
        return self._answers.keep(Answer(result.status, pages, notes))

    async def answer(self, number: int) -> Answer | None:
        """The answer of this number; None when it is unknown, or too old to be known still."""
        return self._answers.recent(number) or await self._run(self._searching, self._answers.load, number)

    async def passage(self, passage_id: int) -> StoredPassage | None:
        """None when its article was taken down or has other words now."""
        found = await self._run(self._searching, self._engine.archive.passages, [passage_id])
        return found.get(passage_id)

    # What there is

    async def statistics(self) -> Statistics:
        return await self._run(self._searching, self._engine.archive.statistics)

    async def newest(self) -> Article | None:
        return await self._run(self._searching, self._engine.archive.newest_article)

    async def article(self, number: int) -> Article | None:
        return await self._run(self._searching, self._engine.archive.article, number)

    # Changes: the caller has asked the gate

    async def receipt(self, key: int) -> str | None:
        """What was answered when the change of this key was carried out, if it was."""
        return await self._run(self._searching, self._engine.archive.kept.value, RECEIPT, key)

    async def add(
        self,
        items: Iterator[Item],
        key: int,
        say: Callable[[Tally], str],
        *,
        large: bool = False,
        resumed: bool = True,
    ) -> str:
        """Store what is pushed, and what is said of it as the receipt; see Pushes.store. Raises StoreError."""
        return await self._pushes.store(items, key, say, large=large, resumed=resumed)

    async def progress(self, key: int) -> Tally:
        """What of a push that was broken off is stored."""
        return await self._run(self._searching, self._pushes.progress, key)

    async def remove(self, numbers: Sequence[int], key: int, say: Callable[[list[int]], str]) -> str:
        """Take articles down, with a receipt as `add` writes it. Raises StoreError."""
        said = ""

        def record(gone: list[int]) -> None:
            nonlocal said
            said = say(gone)
            self._engine.archive.kept.keep(RECEIPT, key, said)

        await self._run(self._writing, lambda: self._engine.remove(numbers, record=record))
        return said

    # Updates that take long: written down, they are the newsroom's to remember. Not by the thread of changes, which is
    # what they take long in.

    async def write_down(self, number: int, raw: Mapping[str, Any]) -> None:
        """Raises StoreError."""

        def write() -> None:
            with self._engine.archive.kept.write():
                # Half a character is possible in JSON, but not in the file.
                self._engine.archive.kept.keep(_UNDONE, number, json.dumps(raw))

        await self._run(self._noting, write)

    async def mark_done(self, number: int) -> None:
        """What was written down is done. Raises StoreError."""

        def write() -> None:
            with self._engine.archive.kept.write():
                self._engine.archive.kept.drop(_UNDONE, number)

        await self._run(self._noting, write)

    async def undone(self) -> list[dict[str, Any]]:
        """What was written down and not crossed out, by a process before this; a broken row is left out."""
        found = []
        for row in await self._run(self._noting, self._engine.archive.kept.values, _UNDONE):
            try:
                found.append(json.loads(row))
            except (ValueError, TypeError, RecursionError) as error:
                _log.warning("写下的一条更新已损坏，没有处理：%s", error)
        return found

    async def prune(self) -> None:
        """Forget answers and receipts that are too old, in small transactions. Raises StoreError.

        What is written down and not done stays, however old.
        """
        while await self._run(self._writing, self._answers.prune):
            pass
        for kind in (RECEIPT, PROGRESS):
            while await self._run(self._writing, self._prune_changes, kind):
                pass

    async def _prune_hourly(self) -> None:
        while True:
            try:
                await self.prune()
            except StoreError as error:
                _log.warning("%s", error)
            await asyncio.sleep(_PRUNING_SECONDS)

    def _prune_changes(self, kind: str) -> bool:
        with self._engine.archive.kept.write():
            return self._engine.archive.kept.drop_oldest(kind, days=_RECEIPT_DAYS, limit=_AT_ONCE) == _AT_ONCE

    @staticmethod
    async def _run(executor: ThreadPoolExecutor, function: Callable[..., _T], *arguments: object) -> _T:
        return await asyncio.get_running_loop().run_in_executor(executor, function, *arguments)
