"""How is the file opened, and when is what was written safe? One SQLite file in WAL mode, one connection a thread."""

import os
import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from retrieval.schema import migrations

# Long enough for the longest commit of another process (a batch of an import), short enough to be told of a stuck one.
_BUSY_SECONDS = 30
_BUSY_PAUSE = 0.002
# Pages of the log at which the commit of a writer of much copies them into the file, after it has let others write;
# and those at which anybody's does. A commit of an import has thousands, scattered over the keys of reprints: copied
# less often, each is copied once for several commits. Who pushes one article should not have to copy an import's.
_CHECKPOINT, _LAST_CHECKPOINT = 8_192, 16_384
# What a writer of much keeps in memory of the file: these pages would be read again for each article.
_CACHE_BYTES = 64 << 20


class StoreError(Exception):
    """The file can't be used; the message says why in a sentence for the operator."""


class DatabaseFile:
    """A connection for each thread that asks; writers wait for each other, readers for nobody.

    Every method raises StoreError, with a sentence, when the file can't be read or written.
    """

    def __init__(self, path: Path, *, must_exist: bool = False) -> None:
        """Open or create the file, with its folder. With `must_exist`, a missing file is a StoreError."""
        self.path = path
        self._connections = threading.local()
        if must_exist and not path.is_file():
            raise StoreError(f"没有数据库 {path}；用 add 收录文章时会建立。")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"不能在 {path.parent} 建立文件夹：{error.strerror}。") from error
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
                yield
                self._db.conn.execute("COMMIT")
            except BaseException:
                self._db.conn.rollback()
                raise

    def _begin(self) -> None:
        """Wait until nobody writes, and begin. Raises what SQLite does when that takes too long."""
        connection, deadline = self._db.conn, time.monotonic() + _BUSY_SECONDS
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
            connection.execute(f"PRAGMA busy_timeout = {_BUSY_SECONDS * 1000}")

    def expect_much(self) -> None:
        """Tell the connection of the thread that calls that many transactions are to come."""
        self._db.conn.execute(f"PRAGMA cache_size = -{_CACHE_BYTES >> 10}")
        self._db.conn.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT}")

    def checkpoint(self) -> None:
        """Copy what was committed from the log into the file, so that no commit has to; nobody waits for it."""
        with self._explained():
            self._db.conn.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()

    def copy_to(self, path: Path) -> None:
        """Write what is committed at this moment into a new file; nobody waits for it. The file must not exist."""
        with self._explained():
            self._db.conn.execute("VACUUM INTO ?", [str(path)])
        with path.open("rb") as written:
            os.fsync(written.fileno())

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
            with self._explained():
                db = self._connections.db = _connect(self.path)
        return db

    def close(self) -> None:
        """Close the connection of the thread that calls."""
        db: Database | None = getattr(self._connections, "db", None)
        if db is not None:
            self._connections.db = None
            db.close()

    def _rows(self, sql: str, parameters: Iterable[Any] = ()) -> list[dict[str, Any]]:
        with self._explained():
            cursor = self._db.execute(sql, list(parameters))
            names = [column[0] for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def _value(self, sql: str, parameters: Iterable[Any] = ()) -> Any:
        return next(iter(self._rows(sql, parameters)[0].values()))

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
        deadline = time.monotonic() + _BUSY_SECONDS
        with self._explained():
            while True:
                try:
                    if self._db.conn.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
                        self._db.conn.execute("PRAGMA journal_mode = WAL")
                    return
                except sqlite3.OperationalError as error:
                    # The timeout does not count here: SQLite gives up at once while another process sets it too.
                    if not _is_busy(error) or time.monotonic() > deadline:
                        raise
                    time.sleep(0.01)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise StoreError(_explain(error, self.path)) from error


class _Connection(sqlite3.Connection):
    """Closed when its thread or its store is gone; from Python 3.13 on, that is warned of otherwise."""

    def __del__(self) -> None:
        with suppress(sqlite3.Error):
            self.close()


def _connect(path: Path) -> Database:
    connection = sqlite3.connect(path, timeout=_BUSY_SECONDS, factory=_Connection)
    try:
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(f"PRAGMA journal_size_limit = {64 << 20}")
        connection.execute(f"PRAGMA wal_autocheckpoint = {_LAST_CHECKPOINT}")
        connection.execute("PRAGMA foreign_keys = ON")
    except BaseException:
        connection.close()
        raise
    return Database(connection)


def _is_busy(error: sqlite3.Error) -> bool:
    """Also while another process repairs the log that a third left behind when it was killed: SQLITE_BUSY_RECOVERY."""
    return error.sqlite_errorname.startswith("SQLITE_BUSY")


def _explain(error: sqlite3.Error, path: Path) -> str:
    name = getattr(error, "sqlite_errorname", "")
    sentences = {
        "SQLITE_NOTADB": f"{path} 不是数据库文件。",
        "SQLITE_CORRUPT": f"数据库 {path} 已损坏；请用 check 检查，或从备份恢复。",
        "SQLITE_CANTOPEN": f"不能打开数据库 {path}：请检查路径和权限。",
        "SQLITE_READONLY": f"数据库 {path} 不能写入：请检查权限。",
        "SQLITE_FULL": f"磁盘已满，没有写入数据库 {path}；此前已保存的都在。",
        "SQLITE_BUSY": f"数据库 {path} 被另一个进程占用超过 {_BUSY_SECONDS} 秒，没有改动，请稍后再试。",
        "SQLITE_IOERR": f"读写数据库 {path} 时磁盘出错；此前已保存的都在。",
    }
    for prefix, sentence in sentences.items():
        if name.startswith(prefix):
            return sentence
    return f"数据库 {path} 出错：{error}。"
