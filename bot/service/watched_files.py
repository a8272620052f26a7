"""Files of watched folders that were read, so that a later process does not read them again.

A row holds what tells a change of the file, and the number of the one article that it held, under a number made from
its path. The path itself is not stored: the name of a file often is the title of an article, which may have to be
erased.
"""

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

from bot.service.memory import Memory

# A folder that is away for a while, such as one of another computer, finds its files known when it is back.
KEPT_DAYS = 90
_MOST_DROPPED = 10_000
_ARTICLE = " #"


def fingerprint(status: os.stat_result) -> str:
    """What differs when a file was written again, or may be read by others than before."""
    return f"{status.st_size} {status.st_mtime_ns} {status.st_mode}"


class WatchedFiles:
    """How each file was last read. Methods raise StoreError."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def read_as(self, path: Path) -> str | None:
        """The fingerprint of a file when it was last read; None for a new file."""
        row = self._memory.watched.value(_number(path))
        return row.partition(_ARTICLE)[0] if row is not None else None

    def article(self, path: Path) -> int | None:
        """The number of the one article that a file held when it was last read; None when there was not just one."""
        number = (self._memory.watched.value(_number(path)) or "").partition(_ARTICLE)[2]
        return int(number) if number else None

    def note(self, path: Path, fingerprint: str, article: int | None = None) -> None:
        row = fingerprint if article is None else f"{fingerprint}{_ARTICLE}{article}"
        with self._memory.write():
            self._memory.watched.put(_number(path), row)

    def prune(self, present: Iterable[Path]) -> None:
        """Forget the files that were not `present` for `KEPT_DAYS`, in whatever folder: call it about once a day."""
        with self._memory.write():
            for path in present:
                self._memory.watched.renew(_number(path))
            self._memory.watched.delete_oldest(days=KEPT_DAYS, limit=_MOST_DROPPED)


def _number(path: Path) -> int:
    # SQLite has signed numbers of 64 bits.
    return int.from_bytes(hashlib.blake2b(os.fsencode(path), digest_size=8).digest()) >> 1
