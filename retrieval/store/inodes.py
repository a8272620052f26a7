"""Device and inode of a database and its log, which tell whether the path still leads to the open files."""

import os
import threading
from pathlib import Path

# Device and inode of a file; None when there is no file.
_Inode = tuple[int, int] | None


class Inodes:
    """The database of one path, and the log and its index (-wal, -shm) while a connection has them open.

    The system gives the inode number of an open file to no other file. Only `stat` looks at the files: closing a
    descriptor of the database would drop the locks that SQLite holds for the whole process.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        # SQLite puts the log beside the file that a symbolic link leads to.
        real = os.path.realpath(path) if path.is_symlink() else path
        self._log_paths = Path(f"{real}-wal"), Path(f"{real}-shm")
        # Held while a connection opens or closes: the last one to close deletes the log.
        self.lock = threading.RLock()
        self._database: _Inode = None
        self._log: tuple[_Inode, ...] | None = None
        self._connections = 0
        self._largest = 0

    def have_moved(self) -> bool:
        """Whether the path leads to another file than the first opened one, or to none."""
        return self._database is not None and _inode(self._path) != self._database

    def have_lost_the_log(self) -> bool:
        """Whether the log or its index is another file than the open one, or is missing."""
        with self.lock:
            return self._log is not None and self._log != self._log_now()

    def have_anothers_log(self) -> bool:
        """Whether another process has made a new log, and may have written to it."""
        return self.have_lost_the_log() and None not in self._log_now()

    def shrunk_to(self) -> int | None:
        """The size of the database in bytes when it is smaller than before; only VACUUM makes it so. None otherwise."""
        try:
            size = self._path.stat().st_size
        except OSError:
            return 0
        if size >= self._largest:
            self._largest = size
            return None
        return size

    def log_is_empty(self) -> bool:
        """Whether the database holds all commits."""
        try:
            return not self._log_paths[0].stat().st_size
        except OSError:
            return True

    def accept(self, size: int) -> None:
        """Take this as the size of the database, after a VACUUM."""
        self._largest = size

    def opened(self) -> None:
        """Note that a connection has opened the database."""
        self._database = self._database or _inode(self._path)
        self._connections += 1

    def opened_log(self) -> None:
        """Note that a connection has opened the log; no other process can delete it as the last to close."""
        with self.lock:
            self._log = self._log or self._log_now()

    def closed(self) -> None:
        """Note that a connection was closed."""
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
