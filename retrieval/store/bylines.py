"""In which papers do the stored articles stand, and who wrote them?"""

import json
from collections.abc import Iterable

from retrieval.store.database import DatabaseFile


class BylineStore(DatabaseFile):
    """What a question may confine itself to by name."""

    def sources(self) -> list[str]:
        """Each source once, as printed."""
        return self._distinct("source")

    def authors(self) -> list[str]:
        """Each author field once, as printed: several people may stand in one."""
        return self._distinct("author")

    def written_by(self, authors: Iterable[str]) -> frozenset[int]:
        """The numbers of the articles whose author field is one of these."""
        wanted = json.dumps(list(authors))
        rows = self._rows("SELECT id FROM articles WHERE author IN (SELECT value FROM json_each(?))", [wanted])
        return frozenset(row["id"] for row in rows)

    def _distinct(self, column: str) -> list[str]:
        # From one to the next by the column's index, so that it takes as long as there are names, not articles.
        rows = self._rows(
            f"WITH RECURSIVE names(name) AS (SELECT min({column}) FROM articles UNION ALL SELECT"
            f" (SELECT min({column}) FROM articles WHERE {column} > name) FROM names WHERE name IS NOT NULL)"
            " SELECT name FROM names WHERE name IS NOT NULL"
        )
        return [row["name"] for row in rows if isinstance(row["name"], str)]
