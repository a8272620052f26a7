"""Connections to the SQLite file: their settings, and how they close."""

import ctypes
import sqlite3
import time
from contextlib import suppress
from operator import methodcaller
from pathlib import Path

from sqlite_utils import Database

from retrieval.store.errors import BUSY_SECONDS
from retrieval.store.inodes import Inodes

# Pages of the log at which a commit copies them into the file (WAL auto-checkpoint). Bulk writers set a lower threshold
# (see `Database.expect_bulk_writes`), so that a single push does not have to copy the pages of an import.
_DEFAULT_CHECKPOINT = 16_384
# Page cache. The inner pages of passages, articles and links are 3 MB at 1,000,000 passages. In the 2 MB that SQLite
# takes by itself, the rows of one question drive them out before the next.
_CACHE_BYTES = 8 << 20


class _Connection(sqlite3.Connection):
    """Connection that closes itself with its thread or its database; Python 3.13 and later warn otherwise."""

    inodes: Inodes | None = None

    def close(self) -> None:
        inodes, self.inodes = self.inodes, None
        if inodes is None:
            super().close()
        elif inodes.have_anothers_log():
            # On close, SQLite would copy the log of this connection into the database, over later writes of another
            # process, and delete the log of that process. The end of this process closes the files without that.
            ctypes.pythonapi.Py_IncRef(ctypes.py_object(self))
        else:
            with inodes.lock:
                try:
                    super().close()
                finally:
                    inodes.closed()

    def __del__(self) -> None:
        with suppress(sqlite3.Error):
            self.close()


def connect(path: Path, inodes: Inodes, *, create: bool, damaged: bool) -> Database:
    """Open a connection that reports to `inodes` when it opens and closes its files.

    With `damaged`, SQLite leaves out what it cannot read of the schema, and the rest can be used.
    """
    uri = f"{path.absolute().as_uri()}?mode={'rwc' if create else 'rw'}"
    connection = sqlite3.connect(uri, timeout=BUSY_SECONDS, factory=_Connection, uri=True)
    inodes.opened()
    connection.inodes = inodes
    # Bytes that are no UTF-8 become replacement characters, so that only this cell is damaged. A function of Python
    # would take twice the time, for six cells of each of a hundred passages.
    connection.text_factory = methodcaller("decode", "utf-8", "replace")
    try:
        connection.execute(f"PRAGMA writable_schema = {int(damaged)}")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(f"PRAGMA journal_size_limit = {64 << 20}")
        connection.execute(f"PRAGMA wal_autocheckpoint = {_DEFAULT_CHECKPOINT}")
        connection.execute(f"PRAGMA cache_size = -{_CACHE_BYTES >> 10}")
        connection.execute("PRAGMA foreign_keys = ON")
        # Deleted cells are overwritten with zeros: an erased text must not stay in a free page.
        connection.execute("PRAGMA secure_delete = ON")
        if journal_mode(connection) == "wal":
            inodes.opened_log()
    except BaseException:
        connection.close()
        raise
    return Database(connection)


def set_write_ahead(connection: sqlite3.Connection, inodes: Inodes) -> None:
    """Set WAL mode, which the file keeps. Setting it needs an exclusive lock, so it is not set again."""
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            if journal_mode(connection) != "wal":
                connection.execute("PRAGMA journal_mode = WAL")
            if journal_mode(connection) == "wal":
                inodes.opened_log()
            return
        except sqlite3.OperationalError as error:
            # The busy timeout does not apply: SQLite gives up at once while another process sets the mode.
            if not is_busy(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.01)


def journal_mode(connection: sqlite3.Connection) -> str:
    """Return the journal mode. In WAL mode the connection has the log open afterwards."""
    connection.execute("PRAGMA schema_version").fetchone()
    mode: str = connection.execute("PRAGMA journal_mode").fetchone()[0]
    return mode


def is_busy(error: sqlite3.Error) -> bool:
    """Whether another connection holds a lock.

    SQLITE_BUSY_RECOVERY belongs to these: another process repairs the log of a process that was killed.
    """
    return error.sqlite_errorname.startswith("SQLITE_BUSY")
