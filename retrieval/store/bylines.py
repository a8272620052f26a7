"""Sources and authors of the stored articles."""

import json
from collections.abc import Iterable

from retrieval.store.database import Database


class Bylines:
    """Names that a question may confine itself to."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def sources(self) -> list[str]:
        """Each source once, as printed."""
        return self._distinct("source")

    def authors(self) -> list[str]:
        """Each author field once, as printed; it may name several people."""
        return self._distinct("author")

    def written_by(self, authors: Iterable[str]) -> frozenset[int]:
        """The numbers of the articles whose author field is one of these."""
        wanted = json.dumps(list(authors))
        rows = self._database.rows("SELECT id FROM articles WHERE author IN (SELECT value FROM json_each(?))", [wanted])
        return frozenset(row["id"] for row in rows)

    def _distinct(self, column: str) -> list[str]:
        # Each step finds the next name in the column's index: the work grows with the names, not with the articles.
        rows = self._database.rows(
            f"WITH RECURSIVE names(name) AS (SELECT min({column}) FROM articles UNION ALL SELECT"
            f" (SELECT min({column}) FROM articles WHERE {column} > name) FROM names WHERE name IS NOT NULL)"
            " SELECT name FROM names WHERE name IS NOT NULL"
        )
        return [row["name"] for row in rows if isinstance(row["name"], str)]
