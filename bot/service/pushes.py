"""Pushes of any size: read in one thread, written batch by batch in another, and resumed after a kill.

Other changes come in between two batches. The transaction of each batch also stores how much of the push is done,
under the key of its update; the last transaction replaces that progress by the receipt. A push of one batch is one
transaction.
"""

import asyncio
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, closing
from dataclasses import replace
from typing import NamedTuple

from bot.service import push_summary, receipts
from bot.service.memory import Memory
from bot.service.push_summary import EMPTY, PushSummary
from bot.service.pushed import Item
from retrieval.archive import Batch
from retrieval.change import Change
from retrieval.engine import Outcome, SearchEngine
from retrieval.intake import Refusal

# Large pushes at a time: each has the memory of its file, and processes of its own.
_MOST_LARGE = 2


class Pushes:
    """Stores pushes. Several run at a time, of which `_MOST_LARGE` are large ones."""

    def __init__(self, engine: SearchEngine, memory: Memory, writing: ThreadPoolExecutor) -> None:
        self._engine, self._memory, self._writing = engine, memory, writing
        self.large = asyncio.Semaphore(_MOST_LARGE)

    async def store(
        self, items: Iterator[Item], key: int, change: Change, *, large: bool, resumed: bool
    ) -> PushSummary:
        """Store the items in a change, and the summary of the push as its receipt.

        With `resumed`, items that were stored under this key before are counted and not stored again: the same items
        must come in the same order. Several processes may store one push at once: each batch is stored by one of them,
        and all return the same receipt. Raises StoreError; the batches stored until then stay.
        """
        reading = ThreadPoolExecutor(1, "read")
        run = asyncio.get_running_loop().run_in_executor
        async with AsyncExitStack() as stack:
            # The first callback runs last; the thread ends when it has read its current item.
            stack.callback(reading.shutdown, wait=False)
            if large:
                await stack.enter_async_context(self.large)
            summary = await run(reading, self.progress, key) if resumed else EMPTY
            batches = self._unstored(items, summary.items)
            stack.callback(reading.submit, batches.close)
            batch: Batch[Refusal] | None = await run(reading, next, batches)
            while batch is not None:
                following = await run(reading, next, batches, None)
                part = _Part(key, change, resumed, following is None)
                summary = await run(self._writing, self._write, batch, summary, part)
                batch = following
        return summary

    def progress(self, key: int) -> PushSummary:
        """The stored part of an unfinished push; EMPTY for a finished or unknown one."""
        row = self._memory.progress.value(key)
        return push_summary.from_row(row or "") or EMPTY

    def _unstored(self, items: Iterator[Item], stored: int) -> Generator[Batch[Refusal], None, None]:
        """The items behind the first `stored` ones, in batches; one empty batch when there are none."""
        left, empty = stored, True
        with closing(self._engine.prepare(items)) as prepared:
            for batch in prepared:
                skipped = min(left, len(batch.items))
                left -= skipped
                if skipped < len(batch.items):
                    yield replace(batch, items=batch.items[skipped:])
                    empty = False
        if empty:
            yield Batch([])

    def _write(self, batch: Batch[Refusal], before: PushSummary, part: "_Part") -> PushSummary:
        """Store a batch behind what `before` counts, or what is left of it when another process was faster."""
        while True:
            try:
                return self._write_behind(batch, before, part)
            except _BehindError as error:
                # The batches of both have the same items, and may be cut otherwise.
                left = min(len(batch.items), max(0, before.items + len(batch.items) - error.stored.items))
                if error.is_done or (not left and not part.is_last):
                    return error.stored
                before, batch = error.stored, replace(batch, items=batch.items[len(batch.items) - left :])

    def _write_behind(self, batch: Batch[Refusal], before: PushSummary, part: "_Part") -> PushSummary:
        """Raises _BehindError when something else than `before` is stored of the push."""
        summary, key = before, part.key

        def record(outcomes: list[Outcome | Refusal]) -> None:
            nonlocal summary
            if (receipt := self._memory.receipts.value(key)) is not None:
                raise _BehindError(push_summary.from_row(receipt) or before, is_done=True)
            if part.resumed and (stored := self.progress(key)).items != before.items:
                raise _BehindError(stored, is_done=False)
            summary = before.plus(outcomes)
            if part.is_last:
                self._memory.receipts.put(key, receipts.to_row(summary))
                self._memory.progress.delete(key)
            else:
                self._memory.progress.put(key, summary.to_row())

        self._engine.add_batch(batch, record=record, change=part.change)
        return summary


class _Part(NamedTuple):
    """The push that a batch is a part of, by its key and its change; the last part makes the receipt."""

    key: int
    change: Change
    resumed: bool
    is_last: bool


class _BehindError(Exception):
    """Another process has `stored` other parts of the push, or all of it."""

    def __init__(self, stored: PushSummary, *, is_done: bool) -> None:
        super().__init__()
        self.stored, self.is_done = stored, is_done
