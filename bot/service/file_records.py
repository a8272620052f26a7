"""The bot's tables beside the articles in the same file, and their migrations."""

from datetime import UTC, datetime, timedelta

import sqlite_utils
from sqlite_utils import Migrations

from retrieval.store.database import Database

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


class FileRecords:
    """One table of the file, as `Records`."""

    def __init__(self, database: Database, table: str) -> None:
        self._database, self._table = database, table

    def value(self, number: int) -> str | None:
        rows = self._database.rows(f"SELECT value FROM {self._table} WHERE number = ?", [number])
        return rows[0]["value"] if rows else None

    def items(self) -> list[tuple[int, str]]:
        rows = self._database.rows(f"SELECT number, value FROM {self._table} ORDER BY number")
        return [(row["number"], row["value"]) for row in rows]

    def values(self) -> list[str]:
        return [value for _, value in self.items()]

    def put(self, number: int, value: str) -> None:
        at = datetime.now(UTC).isoformat(timespec="seconds")
        self._database.execute(f"INSERT OR REPLACE INTO {self._table} VALUES (?, ?, ?)", [number, value, at])

    def renew(self, number: int) -> None:
        at = datetime.now(UTC).isoformat(timespec="seconds")
        self._database.execute(f"UPDATE {self._table} SET at = ? WHERE number = ?", [at, number])

    def delete(self, number: int) -> None:
        self._database.execute(f"DELETE FROM {self._table} WHERE number = ?", [number])

    def delete_oldest(self, *, days: int, most: int | None = None, limit: int) -> int:
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
