"""All feeds, in the bot's tables: they are read anew each time, because another process may change them."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, TypeVar

from bot.service import feed, feed_entries
from bot.service.feed import Feed
from bot.service.feed_entries import Taken
from bot.service.memory import Memory
from retrieval.change import NOBODY, Actor, Change

MOST_FEEDS = 100
# The row of this number in the table of entries is the last number that a feed was given: none is given twice.
_LAST_NUMBER = 0
_T = TypeVar("_T")


class Feeds:
    """The feeds by number. Every method may raise StoreError."""

    def __init__(self, memory: Memory, noting: ThreadPoolExecutor) -> None:
        """`noting` is the thread of short notes, for which no change of articles waits."""
        self._memory, self._noting = memory, noting

    async def all(self) -> list[Feed]:
        """All feeds by number; broken rows are left out."""
        return await self._run(self._read)

    async def one(self, number: int) -> Feed | None:
        return await self._run(self._feed, number)

    async def at(self, address: str) -> Feed | None:
        """The feed of this address."""
        return next((known for known in await self.all() if known.address == address), None)

    async def add(self, made: Feed, by: Actor = NOBODY) -> tuple[Feed, bool] | None:
        """Store a feed under a new number; the feed, and whether it is new. None when there are too many.

        The journal gets an entry in the same transaction.
        """

        def write() -> tuple[Feed, bool] | None:
            with self._memory.write():
                feeds = self._read()
                known = next((known for known in feeds if known.address == made.address), None)
                if known is not None:
                    return known, False
                if len(feeds) >= MOST_FEEDS:
                    return None
                last = self._memory.feed_entries.value(_LAST_NUMBER) or "0"
                numbers = [int(last) if last.isdecimal() else 0, *(known.number for known in feeds)]
                new = replace(made, number=max(numbers) + 1)
                self._memory.feed_entries.put(_LAST_NUMBER, str(new.number))
                self._memory.feeds.put(new.number, feed.to_row(new))
                self._memory.journal.append(Change(by, "feed_added", note=f"#{new.number} {new.address}"))
                return new, True

        return await self._run(write)

    async def claim(self, number: int, now: float, until: float) -> Feed | None:
        """Take a feed for this process until a moment; None when it is gone, has ended or another process has it."""

        def write() -> Feed | None:
            with self._memory.write():
                known = self._feed(number)
                if known is None or known.has_ended or known.claimed_until > now:
                    return None
                claimed = replace(known, claimed_until=int(until))
                self._memory.feeds.put(number, feed.to_row(claimed))
                return claimed

        return await self._run(write)

    async def change(self, number: int, taken: Taken | None = None, **fields: Any) -> Feed | None:
        """Change these fields of a feed, and what was taken of it, in one transaction; None when it is gone.

        A new address that another feed has is not set: the two would be polled as one.
        """

        def write() -> Feed | None:
            with self._memory.write():
                known = self._feed(number)
                if known is None:
                    return None
                address = fields.get("address", known.address)
                if any(other.address == address and other.number != number for other in self._read()):
                    address = known.address
                changed = replace(known, **{**fields, "address": address})
                self._memory.feeds.put(number, feed.to_row(changed))
                if taken is not None:
                    self._memory.feed_entries.put(number, feed_entries.to_row(taken))
                return changed

        return await self._run(write)

    async def remove(self, number: int, by: Actor = NOBODY) -> Feed | None:
        """Forget a feed, with an entry in the journal; None when there is none. Its articles stay."""

        def write() -> Feed | None:
            with self._memory.write():
                known = self._feed(number)
                self._memory.feeds.delete(number)
                if number != _LAST_NUMBER:
                    self._memory.feed_entries.delete(number)
                if known is not None:
                    self._memory.journal.append(Change(by, "feed_removed", note=f"#{number} {known.address}"))
                return known

        return await self._run(write)

    async def taken(self, number: int) -> Taken:
        """What was taken of a feed."""
        return await self._run(lambda: feed_entries.from_row(self._memory.feed_entries.value(number)))

    def _read(self) -> list[Feed]:
        feeds = (feed.from_row(number, row) for number, row in self._memory.feeds.items())
        return [known for known in feeds if known is not None]

    def _feed(self, number: int) -> Feed | None:
        row = self._memory.feeds.value(number)
        return None if row is None else feed.from_row(number, row)

    async def _run(self, function: Callable[..., _T], *arguments: object) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._noting, function, *arguments)
