"""How is a push of any size stored, beside other pushes, and gone on with after a kill?

A push is read and prepared in a thread of its own, and written batch by batch in the thread of all changes: between
two batches other changes come in. How far a push has come stands in the transaction of each batch, under the key of
its update; the last transaction puts the receipt in its place. A push of one batch is one transaction.
"""

import asyncio
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, closing
from dataclasses import replace

from bot.service import tally
from bot.service.tally import NOTHING, Tally
from retrieval.archive import Batch
from retrieval.article import Article
from retrieval.engine import Outcome, SearchEngine
from retrieval.intake import Lines, Refusal

Item = Article | Refusal | Lines
RECEIPT, PROGRESS = "receipt", "progress"
# Large pushes at a time: each has the memory of its file, and processes of its own.
_MOST_LARGE = 2


class Pushes:
    def __init__(self, engine: SearchEngine, writing: ThreadPoolExecutor) -> None:
        self._engine, self._writing = engine, writing
        self._large = asyncio.Semaphore(_MOST_LARGE)

    async def store(
        self, items: Iterator[Item], key: int, say: Callable[[Tally], str], *, large: bool, resumed: bool
    ) -> str:
        """Store what is read, and what is said of it as the receipt. Raises StoreError: what was stored before stays.

        With `resumed`, items that were stored under this key before are counted and not stored again: the same ones
        must come in the same order.
        """
        reading = ThreadPoolExecutor(1, "read")
        run = asyncio.get_running_loop().run_in_executor
        said = ""
        async with AsyncExitStack() as stack:
            # Last of all; the thread ends when it has read what it is reading now.
            stack.callback(reading.shutdown, wait=False)
            if large:
                await stack.enter_async_context(self._large)
            done = await run(reading, self.progress, key) if resumed else NOTHING
            batches = self._unstored(items, done.items)
            stack.callback(reading.submit, batches.close)
            batch: Batch[Refusal] | None = await run(reading, next, batches)
            while batch is not None:
                following = await run(reading, next, batches, None)
                done, said = await run(self._writing, self._write, batch, done, key, say, following is None)
                batch = following
        return said

    def progress(self, key: int) -> Tally:
        """What of a push of this key is stored that has no receipt yet."""
        return tally.read(self._engine.archive.kept.value(PROGRESS, key))

    def _unstored(self, items: Iterator[Item], stored: int) -> Generator[Batch[Refusal], None, None]:
        """What is behind the first items, in batches; a batch of nothing when there is nothing more."""
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

    def _write(
        self, batch: Batch[Refusal], done: Tally, key: int, say: Callable[[Tally], str], last: bool
    ) -> tuple[Tally, str]:
        now, said = done, ""

        def record(found: list[Outcome | Refusal]) -> None:
            nonlocal now, said
            now = done.plus(found)
            if last:
                said = say(now)
                self._engine.archive.kept.keep(RECEIPT, key, said)
                self._engine.archive.kept.drop(PROGRESS, key)
            else:
                self._engine.archive.kept.keep(PROGRESS, key, now.written())

        self._engine.add_batch(batch, record=record)
        return now, said
