"""What the bot remembers between updates: tables of its own, beside the articles in the same file."""

from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlite_utils
from sqlite_utils import Migrations

from retrieval.store.database import Database
from retrieval.store.journal import Journal

_TABLES = ("bot_answers", "bot_receipts", "bot_push_progress", "bot_pending_updates")
_DRAFTS, _PUSHED = "bot_drafts", "bot_pushed_messages"
_FEEDS = ("bot_feeds", "bot_feed_entries")
_FEEDBACK, _CHATS, _GAPS, _WAITS = "bot_feedback", "bot_chats", "bot_gaps", "bot_waits"
_STAFF, _SHOWN, _CHANNELS, _WATCHED = "bot_staff", "bot_shown", "bot_channels", "bot_watched"
# The one table that versions before 0.2 had for all of them, under its last name and its first; its kinds of rows.
_FORMER_TABLES = ("former_kept", "kept")
_FORMER_KINDS = ("answer", "receipt", "progress", "undone")
# A repair runs these migrations again over the tables that it has saved: a step leaves what it finds as it is.
migrations = Migrations("bot")


@migrations()
def a_table_for_each_kind(db: sqlite_utils.Database) -> None:
    tables = db.table_names()
    for name, kind in zip(_TABLES, _FORMER_KINDS, strict=True):
        if name in tables:
            continue
        _make(db, name)
        for former in _FORMER_TABLES:
            if former in tables:
                db.execute(f"INSERT INTO {name} SELECT key, value, at FROM {former} WHERE kind = ?", [kind])
    for former in _FORMER_TABLES:
        db.execute(f"DROP TABLE IF EXISTS {former}")


@migrations()
def a_table_for_feedback(db: sqlite_utils.Database) -> None:
    if _FEEDBACK not in db.table_names():
        _make(db, _FEEDBACK)


@migrations()
def a_table_for_chats(db: sqlite_utils.Database) -> None:
    if _CHATS not in db.table_names():
        _make(db, _CHATS)


@migrations()
def tables_for_the_desk(db: sqlite_utils.Database) -> None:
    for name in (_DRAFTS, _PUSHED):
        if name not in db.table_names():
            _make(db, name)


@migrations()
def tables_for_feeds(db: sqlite_utils.Database) -> None:
    for name in _FEEDS:
        if name not in db.table_names():
            _make(db, name)


@migrations()
def tables_for_gaps_and_waits(db: sqlite_utils.Database) -> None:
    for name in (_GAPS, _WAITS):
        if name not in db.table_names():
            _make(db, name)


@migrations()
def a_table_for_staff(db: sqlite_utils.Database) -> None:
    if _STAFF not in db.table_names():
        _make(db, _STAFF)


@migrations()
def tables_for_shown_messages_and_channels(db: sqlite_utils.Database) -> None:
    for name in (_SHOWN, _CHANNELS):
        if name not in db.table_names():
            _make(db, name)


@migrations()
def a_table_for_watched_files(db: sqlite_utils.Database) -> None:
    if _WATCHED not in db.table_names():
        _make(db, _WATCHED)


def _make(db: sqlite_utils.Database, name: str) -> None:
    db.execute(f"CREATE TABLE {name} (number INTEGER PRIMARY KEY, value TEXT NOT NULL, at TEXT NOT NULL)")
    db.execute(f"CREATE INDEX {name}_by_age ON {name} (at)")


class Records:
    """One table: values under numbers, each with the moment at which it was stored."""

    def __init__(self, database: Database, table: str) -> None:
        self._database, self._table = database, table

    def value(self, number: int) -> str | None:
        """The value under this number; None when there is none."""
        rows = self._database.rows(f"SELECT value FROM {self._table} WHERE number = ?", [number])
        return rows[0]["value"] if rows else None

    def items(self) -> list[tuple[int, str]]:
        """All values with their numbers, ascending."""
        rows = self._database.rows(f"SELECT number, value FROM {self._table} ORDER BY number")
        return [(row["number"], row["value"]) for row in rows]

    def values(self) -> list[str]:
        """All values, by ascending number."""
        return [value for _, value in self.items()]

    # Writing, inside `Memory.write` or a transaction of the archive

    def put(self, number: int, value: str) -> None:
        """Store a value, in place of the former one under this number."""
        at = datetime.now(UTC).isoformat(timespec="seconds")
        self._database.execute(f"INSERT OR REPLACE INTO {self._table} VALUES (?, ?, ?)", [number, value, at])

    def renew(self, number: int) -> None:
        """Let the value under this number, if there is one, be stored as of now."""
        at = datetime.now(UTC).isoformat(timespec="seconds")
        self._database.execute(f"UPDATE {self._table} SET at = ? WHERE number = ?", [at, number])

    def delete(self, number: int) -> None:
        """Delete the value under this number, if there is one."""
        self._database.execute(f"DELETE FROM {self._table} WHERE number = ?", [number])

    def delete_oldest(self, *, days: int, most: int | None = None, limit: int) -> int:
        """Delete values older than `days`, and the oldest ones beyond the `most` last.

        Deletes at most `limit` rows; returns how many.
        """
        before = (datetime.now(UTC) - timedelta(days=days)).isoformat(timespec="seconds")
        # The limits bound the work of counting.
        counted = f"SELECT count(*) FROM (SELECT 1 FROM {self._table} WHERE at < ? LIMIT ?)"
        old = self._database.number(counted, [before, limit])
        if most is not None:
            counted = f"SELECT count(*) FROM (SELECT 1 FROM {self._table} LIMIT ?)"
            old = max(old, self._database.number(counted, [most + limit]) - most)
        oldest = f"SELECT number FROM {self._table} ORDER BY at LIMIT ?"
        deleted = self._database.execute(f"DELETE FROM {self._table} WHERE number IN ({oldest})", [old])
        return int(deleted.rowcount)


class Memory:
    """All that the bot remembers, over the database of an archive: what belongs together is one transaction."""

    def __init__(self, database: Database) -> None:
        """Make the tables, or bring them up to date. Raises StoreError."""
        self._database = database
        self.answers, self.receipts, self.progress, self.pending = (Records(database, name) for name in _TABLES)
        self.feedback, self.chats = Records(database, _FEEDBACK), Records(database, _CHATS)
        self.drafts, self.pushed = Records(database, _DRAFTS), Records(database, _PUSHED)
        self.feeds, self.feed_entries = (Records(database, name) for name in _FEEDS)
        self.gaps, self.waits = Records(database, _GAPS), Records(database, _WAITS)
        self.staff, self.shown = Records(database, _STAFF), Records(database, _SHOWN)
        self.channels, self.watched = Records(database, _CHANNELS), Records(database, _WATCHED)
        # The journal of the articles: what owners and admins change has its entries there too.
        self.journal = Journal(database)
        if not database.is_current(migrations):
            with database.write():
                database.migrate(migrations)

    @property
    def database(self) -> Database:
        """The database, for those who only read what stands in it."""
        return self._database

    @property
    def path(self) -> Path:
        """The database file."""
        return self._database.path

    def write(self) -> AbstractContextManager[None]:
        """A transaction for the methods of `Records` that write; see `Database.write`."""
        return self._database.write()
