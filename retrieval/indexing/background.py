"""The thread that merges segments, drops old versions and links older articles while the program runs."""

import ctypes
import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from retrieval.index.protocol import Index
from retrieval.index.segment_format import SegmentError
from retrieval.indexing import linking, merge
from retrieval.store.database import Database
from retrieval.store.errors import StoreError
from retrieval.store.fresh_keys import FreshKeys
from retrieval.store.reprint_links import ReprintLinks
from retrieval.store.versions import Versions

# Seconds between two transactions: a waiting process asks for the lock every two milliseconds.
_PAUSE = 0.006
_log = logging.getLogger(__name__)


class Background:
    """Maintenance of one file and its index in a thread, which ends when nothing is left to do.

    The file is changed only after this process has written to it: a process that only searches leaves it as it is.
    """

    def __init__(self, database: Database, index: Callable[[], Index]) -> None:
        """`index` returns the index in use."""
        self._database, self._index = database, index
        self._fresh = FreshKeys(database)
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()
        self._is_asked, self._is_ending = False, False
        self._stopping = threading.Event()
        self.may_write = False

    def start(self) -> None:
        """Start the thread; one that runs looks again at what is due before it ends."""
        with self._starting:
            self._is_asked = True
            if self._thread is None or not self._thread.is_alive() or self._is_ending:
                self._stopping.clear()
                self._is_ending = False
                self._thread = threading.Thread(target=self._run_while_asked, name="maintenance")
                self._thread.start()

    def after_write(self) -> None:
        """Note that this process has written, and start the thread when there is something to do."""
        self.may_write = True
        is_due = merge.is_due(self._database) or self._fresh.is_due()
        if is_due or ReprintLinks(self._database).compared() is not None:
            self.start()

    def stop(self) -> None:
        """Wait for the thread. Comparing older articles stops early, and goes on after the next write."""
        self._stopping.set()
        self.join()

    def join(self) -> None:
        """Wait until the thread has nothing left to do."""
        if self._thread is not None:
            self._thread.join()

    def _move_keys(self) -> None:
        """Move the fresh keys when they are many. Other writers come in between."""
        while self.may_write and self._fresh.is_due():
            for _ in self._fresh.move():
                time.sleep(_PAUSE)

    def _run_while_asked(self) -> None:
        while self._takes_request():
            self.run()

    def _takes_request(self) -> bool:
        """Whether `start` was called since the last look; a thread that is told no ends."""
        with self._starting:
            is_asked, self._is_asked = self._is_asked, False
            self._is_ending = not is_asked
        return is_asked

    def run(self) -> None:
        """Do all that is due, in the calling thread."""
        try:
            self._index().compact()
            while self.may_write and merge.merge_next(self._database):
                self._index().compact()
            if self.may_write:
                Versions(self._database).drop_old_ones()
                self._database.checkpoint()
            self._move_keys()
            while self.may_write and not self._stopping.is_set() and linking.link_next(self._database):
                self._move_keys()
        except (StoreError, SegmentError) as error:
            # The former segments are still there and serve.
            _log.warning("整理没有完成，原有索引照常使用：%s", error)
        finally:
            self._database.close()
            trim_heap()


def trim_heap() -> None:
    """Return freed memory to the system, where the C library can.

    glibc keeps freed blocks below 32 MB. Segments are such blocks while they are joined: at 1,000,000 passages, several
    hundred MB would stay unused.
    """
    with suppress(OSError, TypeError, AttributeError):  # no glibc
        ctypes.CDLL(None).malloc_trim(0)
