"""Does the path of a database still lead to the files that the connections have open? Device and inode say so."""

import os
import threading
from pathlib import Path

# Device and inode of a file; None where no file is.
_Inode = tuple[int, int] | None


class Inodes:
    """The database of one path, and the log and its index (-wal, -shm) while any connection has them open.

    An inode number isn't given to another file while a connection has the first one open. The files are looked at by
    `stat` alone: to close a descriptor of the database drops the locks that SQLite holds for the whole process.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        # The log stands beside the file that a symbolic link leads to.
        real = os.path.realpath(path) if path.is_symlink() else path
        self._log_paths = Path(f"{real}-wal"), Path(f"{real}-shm")
        # Held while a connection is opened or closed: the last one that is closed takes the log away.
        self.lock = threading.RLock()
        self._database: _Inode = None
        self._log: tuple[_Inode, ...] | None = None
        self._connections = 0
        self._largest = 0

    def have_moved(self) -> bool:
        """Whether the path leads to another database than the one that was opened first, or to none."""
        return self._database is not None and _inode(self._path) != self._database

    def have_lost_the_log(self) -> bool:
        """Whether the log or its index is another file than the connections have open, or none."""
        with self.lock:
            return self._log is not None and self._log != self._log_now()

    def have_anothers_log(self) -> bool:
        """Whether another process has made a new log since, and may have written to it."""
        return self.have_lost_the_log() and None not in self._log_now()

    def shrunk_to(self) -> int | None:
        """The bytes of the database when they are fewer than before; SQLite gives none back, except for a VACUUM."""
        try:
            size = self._path.stat().st_size
        except OSError:
            return 0
        if size >= self._largest:
            self._largest = size
            return None
        return size

    def log_is_empty(self) -> bool:
        """Whether all that was committed is in the database."""
        try:
            return not self._log_paths[0].stat().st_size
        except OSError:
            return True

    def accept(self, size: int) -> None:
        """Take this for the size of the database: it was vacuumed."""
        self._largest = size

    def opened(self) -> None:
        """A connection has opened the database."""
        self._database = self._database or _inode(self._path)
        self._connections += 1

    def opened_log(self) -> None:
        """A connection has opened the log; from then on no process can be the last to close it."""
        with self.lock:
            self._log = self._log or self._log_now()

    def closed(self) -> None:
        """A connection was closed."""
        self._connections -= 1
        if not self._connections:
            self._log = None

    def _log_now(self) -> tuple[_Inode, ...]:
        return tuple(map(_inode, self._log_paths))


def _inode(path: Path) -> _Inode:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
