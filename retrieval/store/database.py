"""The SQLite file: transactions, reads, and one connection for each thread, in WAL mode."""

import os
import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

import sqlite_utils
from sqlite_utils import Migrations

from retrieval.store.column_types import wrong_type
from retrieval.store.connection import connect, is_busy, set_write_ahead
from retrieval.store.errors import BUSY_SECONDS, DamagedError, NoRoomError, StoreError, explain, explained
from retrieval.store.inodes import Inodes
from retrieval.store.schema import migrations, refuse_strangers

_BUSY_PAUSE = 0.002
# WAL auto-checkpoint threshold of bulk writers, in pages. Commits of an import write the same pages of indexes many
# times: a later checkpoint copies a page once for several commits.
_BULK_CHECKPOINT = 8_192
# Page cache of bulk writers: without it SQLite would read the same pages again for each article.
_BULK_CACHE_BYTES = 64 << 20
# Faults that only the new file of a copy can have: the database itself is only read.
_OF_THE_COPY = {
    f"SQLITE_{name}" for name in ("CANTOPEN", "IOERR_WRITE", "IOERR_FSYNC", "IOERR_TRUNCATE", "IOERR_CLOSE")
}
_UNSAVED = "没有保存这次改动；请停止程序，把文件放好，再重新启动（见 docs/operator.zh-CN.md）。"


class Database:
    """One SQLite file, with a connection for each thread. Writers wait for each other; readers wait for nobody.

    All connections belong to the file that the first one has opened. When the path leads to another file, `write`
    raises StoreError and writes nothing; open connections read as before.

    Every method raises StoreError, with a sentence to show, when the file cannot be read or written. The methods of the
    tables (`Articles`, `Segments`, ...) that change rows must run inside `write`.
    """

    def __init__(self, path: Path, *, must_exist: bool = False, damaged: bool = False) -> None:
        """Open or create the file, with its folder. With `must_exist`, a missing file raises StoreError.

        With `damaged`, the schema is not checked, and SQLite reads as much of the file as it can.
        """
        self.path = path
        self._connections = threading.local()
        self._inodes = Inodes(path)
        self.is_damaged = damaged
        self._create = not must_exist
        if must_exist and not path.is_file():
            raise StoreError(f"没有数据库 {path}；用 add 收录文章时会建立。")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"不能在 {path.parent} 建立文件夹：{error.strerror}。") from error
        if not damaged:
            with self._explained():
                refuse_strangers(self._db, path)
                set_write_ahead(self._db.conn, self._inodes)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the path alone: the process that unpickles it opens the file again."""
        return partial(type(self), must_exist=True), (self.path,)

    def migrate(self, steps: Migrations = migrations) -> bool:
        """Bring the tables up to date, inside `write`; True when the file is new, that is, had no tables.

        A program around the library may have tables of its own in the file, made by `steps` of another name. A repair
        saves their rows, and the steps run again over the saved tables.
        """
        new = not self._db.table_names()
        steps.apply(self._db)
        return new

    @contextmanager
    def write(self) -> Iterator[None]:
        """Run one transaction: afterwards all of its changes are on the disk, or none. A nested call is a savepoint."""
        with self._explained():
            if self._db.conn.in_transaction:
                with self._db.atomic():
                    yield
                return
            self._begin()
            try:
                self._refuse_other_files()
                yield
                self._refuse_other_files()
                self._db.conn.execute("COMMIT")
            except BaseException:
                self._db.conn.rollback()
                raise
            # The files may have been replaced during the commit: it then went into a file that nobody can open again.
            self._refuse_other_files()

    def _begin(self) -> None:
        """Wait until nobody writes, and begin. Raises sqlite3.OperationalError after `BUSY_SECONDS`."""
        connection, deadline = self._db.conn, time.monotonic() + BUSY_SECONDS
        # SQLite's own busy handler waits up to 0.1 s between two tries. An import begins its next transaction right
        # after its commit: a pushed article would nearly always come too late.
        connection.execute("PRAGMA busy_timeout = 0")
        try:
            while True:
                try:
                    # A deferred transaction that reads before it writes fails when another writer was in between.
                    connection.execute("BEGIN IMMEDIATE")
                    return
                except sqlite3.OperationalError as error:
                    if not is_busy(error) or time.monotonic() > deadline:
                        raise
                    time.sleep(_BUSY_PAUSE)
        finally:
            connection.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")

    def expect_bulk_writes(self) -> None:
        """Give the connection of the calling thread a large cache, and the checkpoint threshold of bulk writers."""
        self._db.conn.execute(f"PRAGMA cache_size = -{_BULK_CACHE_BYTES >> 10}")
        self._db.conn.execute(f"PRAGMA wal_autocheckpoint = {_BULK_CHECKPOINT}")

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the write lock while the log is empty; nothing may be written inside.

        Raises StoreError when other processes read or write all the time.
        """
        with self._explained():
            deadline = time.monotonic() + BUSY_SECONDS
            while True:
                self._refuse_other_files()
                self._db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
                self._begin()
                try:
                    if self._inodes.log_is_empty():
                        yield
                        return
                finally:
                    self._db.conn.rollback()
                if time.monotonic() > deadline:
                    raise StoreError(f"别的进程一直在读写数据库 {self.path}；请先停止它们，再试一次。")

    def checkpoint(self) -> None:
        """Copy committed pages from the log into the file, so that no commit has to. Nobody waits for it."""
        with self._explained():
            self._refuse_other_files()
            self._db.conn.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()

    def copy_to(self, path: Path) -> None:
        """Write the committed state into a new file, which must not exist. Nobody waits for it.

        Raises NoRoomError when the disk of the new file is full. StoreError for another fault of the new file names
        that file.
        """
        with self._explained():
            try:
                self._db.conn.execute("VACUUM INTO ?", [str(path)])
            except sqlite3.OperationalError as error:
                if error.sqlite_errorname == "SQLITE_FULL":
                    raise NoRoomError(self._bytes_used()) from error
                if error.sqlite_errorname in _OF_THE_COPY:
                    raise explain(error, path) from error
                raise
        with path.open("rb") as written:
            os.fsync(written.fileno())

    def _bytes_used(self) -> int:
        sizes = [self.number(f"PRAGMA {name}") for name in ("page_count", "freelist_count", "page_size")]
        return (sizes[0] - sizes[1]) * sizes[2]

    def is_current(self, steps: Migrations = migrations) -> bool:
        """Whether `migrate` has nothing to do."""
        with self._explained():
            return not steps.pending(self._db)

    @contextmanager
    def view(self) -> Iterator[None]:
        """Read inside from one snapshot, whatever other connections commit meanwhile."""
        with self._explained():
            if self._db.conn.in_transaction:
                yield
                return
            self._db.conn.execute("BEGIN")
            try:
                yield
            finally:
                self._db.conn.rollback()

    # Reading

    def rows(self, sql: str, parameters: Iterable[Any] = ()) -> list[dict[str, Any]]:
        """Return all rows of a query. Raises DamagedError when a cell has another type than its column."""
        names, cells = self._read(sql, parameters)
        return [dict(zip(names, row, strict=True)) for row in cells]

    def cells(self, sql: str, parameters: Iterable[Any] = ()) -> list[tuple[Any, ...]]:
        """Return `rows` without the names of their columns, which take a third of the time."""
        return self._read(sql, parameters)[1]

    def _read(self, sql: str, parameters: Iterable[Any]) -> tuple[list[str], list[tuple[Any, ...]]]:
        with self._explained():
            cursor = self._db.execute(sql, list(parameters))
            names = [column[0].lower() for column in cursor.description]  # a damaged schema may change the case
            cells = cursor.fetchall()
        if fault := wrong_type(names, cells):
            raise DamagedError.of(self.path) from ValueError(fault)
        return names, cells

    def readable_rows(self, sql: str, parameters: Iterable[Any] = ()) -> Iterator[dict[str, Any]]:
        """Yield rows up to the first one that cannot be read; nothing raises."""
        with suppress(sqlite3.DatabaseError, UnicodeDecodeError):
            cursor = self._db.execute(sql, list(parameters))
            names = [column[0] for column in cursor.description]
            for row in cursor:
                yield dict(zip(names, row, strict=True))

    def row(self, sql: str, parameters: Iterable[Any] = ()) -> dict[str, Any]:
        """Return the first row of a query that always has one. Raises DamagedError when there is none."""
        rows = self.rows(sql, parameters)
        if not rows:
            raise DamagedError.of(self.path)
        return rows[0]

    def value(self, sql: str, parameters: Iterable[Any] = ()) -> Any:
        """Return the first cell of `row`."""
        return next(iter(self.row(sql, parameters).values()))

    def number(self, sql: str, parameters: Iterable[Any] = ()) -> int:
        """Return the first cell of `row`. Raises DamagedError when it is no integer."""
        value = self.value(sql, parameters)
        if not isinstance(value, int):
            raise DamagedError.of(self.path)
        return value

    # Writing, inside `write`

    def beginning(self, table: str, column: str, number: int, size: int) -> bytes:
        """The first bytes of a cell, without reading the others; `number` is the row's. Raises StoreError."""
        with self._explained(), self._db.conn.blobopen(table, column, number, readonly=True) as cell:
            return cell.read(size)

    def execute(self, sql: str, parameters: Sequence[Any] | dict[str, Any] = ()) -> sqlite3.Cursor:
        """Run one statement."""
        return self._db.execute(sql, parameters)

    def execute_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run one statement for each row."""
        self._db.conn.executemany(sql, rows)

    def try_insert(self, table: str, row: Mapping[str, Any]) -> bool:
        """Insert a row; False when a constraint of the table refuses it."""
        try:
            self.insert(table, row)
        except sqlite3.IntegrityError:
            return False
        return True

    def insert(self, table: str, row: Mapping[str, Any]) -> int:
        """Insert a row; its rowid."""
        names = ", ".join(row)
        marks = ", ".join(f":{name}" for name in row)
        cursor = self._db.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", dict(row))
        return int(cursor.lastrowid or 0)

    def update(self, table: str, number: int, row: Mapping[str, Any]) -> None:
        """Set these columns of the row with this `id`."""
        columns = ", ".join(f"{name} = :{name}" for name in row)
        self._db.execute(f"UPDATE {table} SET {columns} WHERE id = :id", {**row, "id": number})

    # Connections

    @property
    def _db(self) -> sqlite_utils.Database:
        db: sqlite_utils.Database | None = getattr(self._connections, "db", None)
        if db is None:
            with self._explained(), self._inodes.lock:
                self._refuse_other_names()
                db = connect(self.path, self._inodes, create=self._create, damaged=self.is_damaged)
                self._refuse_other_names()
            self._connections.db, self._create = db, False
        return db

    def close(self) -> None:
        """Close the connection of the calling thread."""
        db: sqlite_utils.Database | None = getattr(self._connections, "db", None)
        if db is not None:
            self._connections.db = None
            db.close()

    def _refuse_other_names(self) -> None:
        """Raise StoreError when the path leads to other files than the open ones."""
        if self._inodes.have_moved():
            raise StoreError(f"数据库 {self.path} 在运行中被移走、删除或替换，{_UNSAVED}")
        if self._inodes.have_lost_the_log():
            raise StoreError(f"数据库 {self.path} 的日志（-wal、-shm）在运行中被删除或替换，{_UNSAVED}")

    def _refuse_other_files(self) -> None:
        """Raise StoreError for other files, and when a smaller file was copied over the database."""
        self._refuse_other_names()
        size = self._inodes.shrunk_to()
        if size is None:
            return
        pages, bytes_each = (
            self._db.conn.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size")
        )
        if pages * bytes_each > size:
            raise StoreError(f"数据库 {self.path} 在运行中被别的文件覆盖，{_UNSAVED}")
        self._inodes.accept(size)

    def _explained(self) -> AbstractContextManager[None]:
        return explained(self.path)
