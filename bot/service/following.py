"""Reads again, soon after another process has changed it, what this process keeps in memory."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor

from bot.service.memory import Memory
from retrieval.store.errors import StoreError

# Seconds between two looks, each a small request: so much later at most, and the time of a read, a change is seen.
PAUSE = 2.0
_log = logging.getLogger(__name__)


class Following:
    def __init__(
        self,
        memory: Memory,
        reading: ThreadPoolExecutor,
        known: Mapping[str, int],
        reads: Mapping[str, Callable[[], Awaitable[object]]],
    ) -> None:
        """`known` are the changes that were read, and `reads` reads again what a subject of `Sharing.changes` is."""
        self._memory, self._reading, self._known, self._reads = memory, reading, known, reads

    async def run(self) -> None:
        """Look again and again, until cancelled."""
        while True:
            await asyncio.sleep(PAUSE)
            try:
                await self.once()
            except StoreError as error:
                _log.warning("%s", error)

    async def once(self) -> None:
        """Read again what any process has changed since the last look. Raises StoreError."""
        loop = asyncio.get_running_loop()
        changes = await loop.run_in_executor(self._reading, self._memory.sharing.changes)
        for subject, read in self._reads.items():
            if changes.get(subject) != self._known.get(subject):
                await read()
        self._known = changes
