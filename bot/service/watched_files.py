"""Files of watched folders that were read, so that a later process does not read them again.

A row holds what tells a change of the file, under a number made from its path. The path itself is not stored: the name
of a file often is the title of an article, which may have to be erased.
"""

import hashlib
import os
from pathlib import Path

from bot.service.memory import Memory


def fingerprint(status: os.stat_result) -> str:
    """What differs when a file was written again, or may be read by others than before."""
    return f"{status.st_size} {status.st_mtime_ns} {status.st_mode}"


class WatchedFiles:
    """The fingerprint under which each file was last read. Methods raise StoreError."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def read_as(self, path: Path) -> str | None:
        """The fingerprint of a file when it was last read; None for a new file."""
        return self._memory.watched.value(_number(path))

    def note(self, path: Path, fingerprint: str) -> None:
        with self._memory.write():
            self._memory.watched.put(_number(path), fingerprint)


def _number(path: Path) -> int:
    # SQLite has signed numbers of 64 bits.
    return int.from_bytes(hashlib.blake2b(os.fsencode(path), digest_size=8).digest()) >> 1
