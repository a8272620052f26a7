"""The table of passages, read together with the facts of their articles."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from retrieval.archive import StoredPassage
from retrieval.article import Passage, is_day
from retrieval.store.database import Database

_SELECT = (
    "SELECT p.id, p.article_id, p.text, p.heading, a.title, a.source, a.author, a.published, a.url"
    " FROM passages p JOIN articles a ON a.id = p.article_id"
)
_OPTIONAL = frozenset((str, type(None)))


class Passages:
    """Passages of the stored articles. Reads leave out damaged rows, which `check` reports."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def passages(self, passage_ids: Iterable[int]) -> dict[int, StoredPassage]:
        """The passages of these numbers that are still stored."""
        numbers = json.dumps(list(passage_ids))
        rows = self._database.cells(f"{_SELECT} WHERE p.id IN (SELECT value FROM json_each(?))", [numbers])
        return {passage.id: passage for passage in map(StoredPassage._make, rows) if _is_whole(passage)}

    def following(self, last: int, limit: int) -> list[StoredPassage]:
        """The next passages after the number `last`, about `limit`: the last article is complete."""
        rows = self._database.cells(f"{_SELECT} WHERE p.id > ? ORDER BY p.id LIMIT ?", [last, limit])
        if rows:
            number, article_id = rows[-1][:2]
            rows += self._database.cells(
                f"{_SELECT} WHERE p.article_id = ? AND p.id > ? ORDER BY p.id", [article_id, number]
            )
        return list(filter(_is_whole, map(StoredPassage._make, rows)))

    def of_article(self, article_id: int) -> list[tuple[int, Passage]]:
        """The passages of one article with their numbers, in order."""
        rows = self._database.rows(
            "SELECT id, text, heading FROM passages WHERE article_id = ? ORDER BY id", [article_id]
        )
        return [(row["id"], Passage(row["text"], row["heading"])) for row in rows]

    def last(self) -> int:
        """The highest number of a passage; 0 when there is none."""
        return self._database.number("SELECT coalesce(max(id), 0) FROM passages")

    def ids(self) -> set[int]:
        """The numbers of all passages."""
        return {row["id"] for row in self._database.rows("SELECT id FROM passages")}

    # Writing, inside `Database.write`

    def insert(self, article_id: int, passages: Sequence[Passage]) -> list[int]:
        """Add the passages of an article; their numbers."""
        # Numbers are given here, so that one call inserts all rows; no other writer can give one meanwhile.
        last = self._database.number("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'passages'")
        numbers = list(range(last + 1, last + 1 + len(passages)))
        rows = [(n, article_id, passage.heading, passage.text) for n, passage in zip(numbers, passages, strict=True)]
        self._database.execute_many("INSERT INTO passages (id, article_id, heading, text) VALUES (?, ?, ?, ?)", rows)
        return numbers

    def delete(self, article_id: int) -> None:
        """Delete the passages of an article; its postings are a matter of `Segments.remove`."""
        self._database.execute("DELETE FROM passages WHERE article_id = ?", [article_id])

    def delete_orphans(self) -> None:
        """Delete the passages whose article is not stored."""
        self._database.execute("DELETE FROM passages WHERE article_id NOT IN (SELECT id FROM articles)")


def _is_whole(passage: StoredPassage) -> bool:
    optional = passage.source, passage.author, passage.url
    return is_whole(passage.title, passage.text, passage.published, *optional)


def is_whole(title: Any, text: Any, published: Any, *optional: Any) -> bool:
    """Whether the cells of an article or a passage have the types that were written; the optional ones may be None."""
    texts = isinstance(title, str) and isinstance(text, str)
    return texts and _OPTIONAL.issuperset(map(type, (published, *optional))) and is_day(published)
