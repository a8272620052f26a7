"""How is the file opened, and when is what was written safe? One SQLite file in WAL mode, one connection a thread."""

import ctypes
import os
import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from retrieval.store.errors import BUSY_SECONDS, DamagedError, NoRoomError, StoreError, explain, explained
from retrieval.store.inodes import Inodes
from retrieval.store.schema import migrations

_BUSY_PAUSE = 0.002
# Pages of the log at which the commit of a writer of much copies them into the file, after it has let others write;
# and those at which anybody's does. A commit of an import has thousands, scattered over the keys of reprints: copied
# less often, each is copied once for several commits. Who pushes one article should not have to copy an import's.
_CHECKPOINT, _LAST_CHECKPOINT = 8_192, 16_384
# What a writer of much keeps in memory of the file: these pages would be read again for each article.
_CACHE_BYTES = 64 << 20
# A copy is read from the file and written elsewhere: these can only be faults of what is written.
_OF_THE_COPY = {
    f"SQLITE_{name}" for name in ("CANTOPEN", "IOERR_WRITE", "IOERR_FSYNC", "IOERR_TRUNCATE", "IOERR_CLOSE")
}
# Of these columns every row has a cell of this kind. SQLite keeps any kind in any column, so damage may change it.
_KINDS = dict.fromkeys(
    ("id", "article_id", "other_id", "passage_id", "last", "epoch", "generation", "articles"), int
) | {
    "data": bytes,
    "value": str,
}
_NAMES: dict[type, str] = {int: "整数", bytes: "字节", str: "文字"}
_UNSAVED = "没有保存这次改动；请停止程序，把文件放好，再重新启动（见 README）。"


class DatabaseFile:
    """A connection for each thread that asks; writers wait for each other, readers for nobody.

    All connections are of the file that the first one has opened. When the path no longer leads to it, `write` raises
    StoreError and nothing is written; what is open is read as before.

    Every method raises StoreError, with a sentence, when the file can't be read or written.
    """

    def __init__(self, path: Path, *, must_exist: bool = False, damaged: bool = False) -> None:
        """Open or create the file, with its folder. With `must_exist`, a missing file is a StoreError.

        A file that is known to be `damaged` is opened whatever its schema says, as far as SQLite can read it.
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
            self._refuse_strangers()
            self._write_ahead()

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickled, it is the same file, opened again wherever that is read."""
        return partial(type(self), must_exist=True), (self.path,)

    def migrate(self) -> bool:
        """Bring the tables up to date, inside `write`; True when there were none, so that the file is new."""
        new = not self._db.table_names()
        migrations.apply(self._db)
        return new

    @contextmanager
    def write(self) -> Iterator[None]:
        """One transaction: all that is written inside is there afterwards, on the disk, or nothing is."""
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
            # Else they went while this was committed: into a file that nobody can open again.
            self._refuse_other_files()

    def _begin(self) -> None:
        """Wait until nobody writes, and begin. Raises what SQLite does when that takes too long."""
        connection, deadline = self._db.conn, time.monotonic() + BUSY_SECONDS
        # SQLite's own waiting looks again after up to a tenth of a second: beside an import, which commits and begins
        # at once, a pushed article would nearly always come too late.
        connection.execute("PRAGMA busy_timeout = 0")
        try:
            while True:
                try:
                    # A deferred transaction that reads before it writes fails when another writer was in between.
                    connection.execute("BEGIN IMMEDIATE")
                    return
                except sqlite3.OperationalError as error:
                    if not _is_busy(error) or time.monotonic() > deadline:
                        raise
                    time.sleep(_BUSY_PAUSE)
        finally:
            connection.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")

    def expect_much(self) -> None:
        """Tell the connection of the thread that calls that many transactions are to come."""
        self._db.conn.execute(f"PRAGMA cache_size = -{_CACHE_BYTES >> 10}")
        self._db.conn.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT}")

    @contextmanager
    def alone(self) -> Iterator[None]:
        """While nobody else writes, and all that was committed is in the file; nothing may be written inside.

        Raises StoreError when others read, or write, all the time.
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
        """Copy what was committed from the log into the file, so that no commit has to; nobody waits for it."""
        with self._explained():
            self._refuse_other_files()
            self._db.conn.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()

    def copy_to(self, path: Path) -> None:
        """Write what is committed at this moment into a new file; nobody waits for it. The file must not exist.

        Raises NoRoomError when the new file finds no room; every other fault of the new file names that one.
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
        sizes = [self._number(f"PRAGMA {name}") for name in ("page_count", "freelist_count", "page_size")]
        return (sizes[0] - sizes[1]) * sizes[2]

    def is_current(self) -> bool:
        """Whether `migrate` would find nothing to do."""
        with self._explained():
            return not migrations.pending(self._db)

    @contextmanager
    def view(self) -> Iterator[None]:
        """All that is read inside is of one moment, whatever is committed meanwhile."""
        with self._explained():
            if self._db.conn.in_transaction:
                yield
                return
            self._db.conn.execute("BEGIN")
            try:
                yield
            finally:
                self._db.conn.rollback()

    def _inserted(self, table: str, row: Mapping[str, Any]) -> bool:
        """Whether the table takes the row."""
        try:
            self._insert(table, row)
        except sqlite3.IntegrityError:
            return False
        return True

    def _insert(self, table: str, row: Mapping[str, Any]) -> int:
        names = ", ".join(row)
        marks = ", ".join(f":{name}" for name in row)
        cursor = self._db.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", dict(row))
        return int(cursor.lastrowid or 0)

    # Connections

    @property
    def _db(self) -> Database:
        db: Database | None = getattr(self._connections, "db", None)
        if db is None:
            with self._explained(), self._inodes.lock:
                self._refuse_other_names()
                db = _connect(self.path, self._inodes, create=self._create, damaged=self.is_damaged)
                self._refuse_other_names()
            self._connections.db, self._create = db, False
        return db

    def close(self) -> None:
        """Close the connection of the thread that calls."""
        db: Database | None = getattr(self._connections, "db", None)
        if db is not None:
            self._connections.db = None
            db.close()

    def _refuse_other_names(self) -> None:
        """Raise StoreError when the path leads to other files than those that the connections have open."""
        if self._inodes.have_moved():
            raise StoreError(f"数据库 {self.path} 在运行中被移走、删除或替换，{_UNSAVED}")
        if self._inodes.have_lost_the_log():
            raise StoreError(f"数据库 {self.path} 的日志（-wal、-shm）在运行中被删除或替换，{_UNSAVED}")

    def _refuse_other_files(self) -> None:
        """Raise StoreError for other files, and for a smaller one that was copied over the database in its place."""
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

    def _rows(self, sql: str, parameters: Iterable[Any] = ()) -> list[dict[str, Any]]:
        with self._explained():
            cursor = self._db.execute(sql, list(parameters))
            names = [column[0].lower() for column in cursor.description]  # a damaged schema may spell them otherwise
            found = cursor.fetchall()
        for place, kind in ((place, _KINDS[name]) for place, name in enumerate(names) if name in _KINDS):
            if not all(type(row[place]) is kind for row in found):
                raise DamagedError.of(self.path) from ValueError(f"{names[place]} 一栏有不是{_NAMES[kind]}的值")
        return [dict(zip(names, row, strict=True)) for row in found]

    def _readable(self, sql: str, parameters: Iterable[Any] = ()) -> Iterator[dict[str, Any]]:
        """The rows up to the first one that can't be read."""
        with suppress(sqlite3.DatabaseError, UnicodeDecodeError):
            cursor = self._db.execute(sql, list(parameters))
            names = [column[0] for column in cursor.description]
            for row in cursor:
                yield dict(zip(names, row, strict=True))

    def _is_read(self, sql: str, parameters: Iterable[Any] = ()) -> bool:
        """Whether what this asks for can be read, be there anything or not."""
        try:
            self._rows(sql, parameters)
        except StoreError:
            return False
        return True

    def _row(self, sql: str, parameters: Iterable[Any] = ()) -> dict[str, Any]:
        """The one row of a table that always has it; without it the file is damaged."""
        rows = self._rows(sql, parameters)
        if not rows:
            raise DamagedError.of(self.path)
        return rows[0]

    def _value(self, sql: str, parameters: Iterable[Any] = ()) -> Any:
        return next(iter(self._row(sql, parameters).values()))

    def _number(self, sql: str, parameters: Iterable[Any] = ()) -> int:
        value = self._value(sql, parameters)
        if not isinstance(value, int):
            raise DamagedError.of(self.path)
        return value

    def _refuse_strangers(self) -> None:
        """Raise StoreError for a file that is another program's, or of a later version of this one."""
        with self._explained():
            if not self._db.table_names():
                return
            applied = {step.name for step in migrations.applied(self._db)}
        with Database(memory=True) as empty:
            known = {step.name for step in migrations.pending(empty)}
        if not applied:
            raise StoreError(f"{self.path} 是别的程序的数据库，没有使用。")
        if applied - known:
            raise StoreError(f"{self.path} 由更新的版本建立，请先升级本程序。")

    def _write_ahead(self) -> None:
        """Once set, WAL is a property of the file; setting it needs the file for oneself, so not when it is set."""
        deadline = time.monotonic() + BUSY_SECONDS
        with self._explained():
            while True:
                try:
                    if _mode(self._db.conn) != "wal":
                        self._db.conn.execute("PRAGMA journal_mode = WAL")
                    if _mode(self._db.conn) == "wal":
                        self._inodes.opened_log()
                    return
                except sqlite3.OperationalError as error:
                    # The timeout does not count here: SQLite gives up at once while another process sets it too.
                    if not _is_busy(error) or time.monotonic() > deadline:
                        raise
                    time.sleep(0.01)

    def _explained(self) -> AbstractContextManager[None]:
        return explained(self.path)


class _Connection(sqlite3.Connection):
    """Closed when its thread or its store is gone; from Python 3.13 on, that is warned of otherwise."""

    inodes: Inodes | None = None

    def close(self) -> None:
        inodes, self.inodes = self.inodes, None
        if inodes is None:
            super().close()
        elif inodes.have_anothers_log():
            # SQLite would copy the log that this connection has open into the database, over what another process has
            # written since, and delete that process's log. The end of the process closes it without that.
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


def _connect(path: Path, inodes: Inodes, *, create: bool, damaged: bool) -> Database:
    uri = f"{path.absolute().as_uri()}?mode={'rwc' if create else 'rw'}"
    connection = sqlite3.connect(uri, timeout=BUSY_SECONDS, factory=_Connection, uri=True)
    inodes.opened()
    connection.inodes = inodes
    connection.text_factory = _text
    try:
        # What of the schema can't be read is then left out, and the rest is used.
        connection.execute(f"PRAGMA writable_schema = {int(damaged)}")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(f"PRAGMA journal_size_limit = {64 << 20}")
        connection.execute(f"PRAGMA wal_autocheckpoint = {_LAST_CHECKPOINT}")
        connection.execute("PRAGMA foreign_keys = ON")
        if _mode(connection) == "wal":
            inodes.opened_log()
    except BaseException:
        connection.close()
        raise
    return Database(connection)


def _text(cell: bytes) -> str:
    """A damaged cell breaks nothing but itself."""
    return cell.decode("utf-8", "replace")


def _mode(connection: sqlite3.Connection) -> str:
    """The journal mode. When that is wal, the connection has the log open afterwards."""
    connection.execute("PRAGMA schema_version").fetchone()
    mode: str = connection.execute("PRAGMA journal_mode").fetchone()[0]
    return mode


def _is_busy(error: sqlite3.Error) -> bool:
    """Also while another process repairs the log that a third left behind when it was killed: SQLITE_BUSY_RECOVERY."""
    return error.sqlite_errorname.startswith("SQLITE_BUSY")
