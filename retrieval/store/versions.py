"""The table of former versions: articles as they were before an update or a removal."""

import json
from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from retrieval.article import Article
from retrieval.change import Version
from retrieval.store.article_rows import FIELDS, article_of, now
from retrieval.store.database import Database

# Days for which a former version is kept, and rows of one transaction that drops older ones.
DAYS = 90
_AT_ONCE = 200
_OLD = "SELECT id FROM versions WHERE replaced < ? LIMIT ?"


class Versions:
    def __init__(self, database: Database) -> None:
        self._database = database

    def article(self, version: int) -> Article | None:
        """The article as this version has it; None when the version is unknown or was dropped."""
        rows = self._database.rows("SELECT * FROM versions WHERE id = ?", [version])
        return article_of(rows[0], rows[0]["article_id"]) if rows else None

    def of_article(self, article_id: int) -> list[Version]:
        """The versions of an article, the oldest first."""
        rows = self._database.rows("SELECT * FROM versions WHERE article_id = ? ORDER BY id", [article_id])
        return [Version(row["id"], article_of(row, article_id), row["replaced"], row["entry"]) for row in rows]

    def last(self, article_ids: Collection[int]) -> dict[int, int]:
        """The number of the last version of each of these articles; those without a version are left out."""
        rows = self._database.rows(
            "SELECT article_id, max(id) AS last FROM versions"
            " WHERE article_id IN (SELECT value FROM json_each(?)) GROUP BY article_id",
            [json.dumps(list(article_ids))],
        )
        return {row["article_id"]: row["last"] for row in rows}

    def drop_old_ones(self) -> None:
        """Drop versions older than `DAYS`, in small transactions; called outside `write`."""
        before = (datetime.now(UTC) - timedelta(days=DAYS)).isoformat(timespec="seconds")
        while self._database.rows(_OLD, [before, 1]):
            with self._database.write():
                self._database.execute(f"DELETE FROM versions WHERE id IN ({_OLD})", [before, _AT_ONCE])

    # Writing, inside `Database.write`

    def add(self, row: Mapping[str, Any], entry: int) -> int:
        """Keep the row of an article that an entry of the journal replaces or removes; the number of the version."""
        cells = {name: row[name] for name in (*FIELDS, "text", "heading_lines")}
        return self._database.insert("versions", cells | {"article_id": row["id"], "replaced": now(), "entry": entry})

    def delete_of(self, article_id: int) -> int:
        """Delete the versions of an article; how many there were."""
        return int(self._database.execute("DELETE FROM versions WHERE article_id = ?", [article_id]).rowcount)
