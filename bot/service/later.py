"""Writes that may wait a moment: those of one second are one transaction."""

import asyncio
import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from bot.service.memory import Memory
from retrieval.store.errors import StoreError

# Seconds. A transaction in a search server takes a tenth of a second, in which no other process can write.
PAUSE = 1.0
_log = logging.getLogger(__name__)


class Later:
    """Collects functions that write, from any thread, and calls them together in the thread of writes."""

    def __init__(self, memory: Memory, writing: ThreadPoolExecutor, pause: float = PAUSE) -> None:
        """For use in a running event loop, which measures the pause of so many seconds."""
        self._memory, self._writing, self._pause = memory, writing, pause
        self._loop = asyncio.get_running_loop()
        self._waiting: list[Callable[[], None]] = []
        self._handing_over = threading.Lock()

    def __call__(self, write: Callable[[], None]) -> None:
        """Call `write` soon, inside a transaction that it shares with others; it answers its own errors."""
        with self._handing_over:
            self._waiting.append(write)
            is_first = len(self._waiting) == 1
        if is_first:
            with suppress(RuntimeError):  # the loop has ended: `finish` writes
                self._loop.call_soon_threadsafe(self._loop.call_later, self._pause, self._begin)

    def finish(self) -> None:
        """Write what waits, at the end, in the thread of writes."""
        self._begin()

    def _begin(self) -> None:
        with suppress(RuntimeError):  # the thread has ended, after `finish`
            self._writing.submit(self._write)

    def _write(self) -> None:
        with self._handing_over:
            waiting, self._waiting = self._waiting, []
        if not waiting:
            return
        try:
            with self._memory.write():
                for write in waiting:
                    write()
        except StoreError as error:
            # The loss is small: see the functions that come here.
            _log.warning("%s", error)
