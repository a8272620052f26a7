"""Small values that a program around the library stores beside the articles, by kind and key."""

from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta

from retrieval.store.database import Database


class Kept:
    """The table of kept values."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def value(self, kind: str, key: int) -> str | None:
        """The value kept under this key; None when there is none."""
        rows = self._database.rows("SELECT value FROM kept WHERE kind = ? AND key = ?", [kind, key])
        return rows[0]["value"] if rows else None

    def values(self, kind: str) -> list[str]:
        """All values of this kind, by ascending key."""
        return [
            row["value"] for row in self._database.rows("SELECT value FROM kept WHERE kind = ? ORDER BY key", [kind])
        ]

    def write(self) -> AbstractContextManager[None]:
        """A transaction for the methods below; see `Database.write`."""
        return self._database.write()

    # Writing, inside `write`

    def keep(self, kind: str, key: int, value: str) -> None:
        """Store a value, in place of the former one of this key."""
        at = datetime.now(UTC).isoformat(timespec="seconds")
        self._database.execute("INSERT OR REPLACE INTO kept VALUES (?, ?, ?, ?)", [kind, key, value, at])

    def drop(self, kind: str, key: int) -> None:
        """Delete the value of this key, if there is one."""
        self._database.execute("DELETE FROM kept WHERE kind = ? AND key = ?", [kind, key])

    def drop_oldest(self, kind: str, *, days: int, most: int | None = None, limit: int) -> int:
        """Delete values of this kind older than `days`, and the oldest ones beyond the `most` last.

        Deletes at most `limit` rows; returns how many.
        """
        before = (datetime.now(UTC) - timedelta(days=days)).isoformat(timespec="seconds")
        # The limits bound the work of counting.
        counted = "SELECT count(*) FROM (SELECT 1 FROM kept WHERE kind = ? AND at < ? LIMIT ?)"
        old = self._database.number(counted, [kind, before, limit])
        if most is not None:
            counted = "SELECT count(*) FROM (SELECT 1 FROM kept WHERE kind = ? LIMIT ?)"
            old = max(old, self._database.number(counted, [kind, most + limit]) - most)
        oldest = "SELECT key FROM kept WHERE kind = ? ORDER BY at LIMIT ?"
        dropped = self._database.execute(f"DELETE FROM kept WHERE kind = ? AND key IN ({oldest})", [kind, kind, old])
        return int(dropped.rowcount)
