"""The table of passages, read together with the facts of their articles."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from retrieval.archive import StoredPassage
from retrieval.article import Passage, is_day
from retrieval.index.protocol import Filters
from retrieval.store.bylines import Bylines
from retrieval.store.database import Database
from retrieval.text.folding import fold

_SELECT = (
    "SELECT p.id, p.article_id, p.text, p.heading, a.title, a.source, a.author, a.published, a.url"
    " FROM passages p JOIN articles a ON a.id = p.article_id"
)


class Passages:
    """Passages of the stored articles. Reads leave out damaged rows, which `check` reports."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def passages(self, passage_ids: Iterable[int]) -> dict[int, StoredPassage]:
        """The passages of these numbers that are still stored."""
        found = self._stored(
            f"{_SELECT} WHERE p.id IN (SELECT value FROM json_each(?))", [json.dumps(list(passage_ids))]
        )
        return {passage.id: passage for passage in found}

    def following(self, last: int, limit: int) -> list[StoredPassage]:
        """The next passages after the number `last`, about `limit`: the last article is complete."""
        rows = self._database.rows(f"{_SELECT} WHERE p.id > ? ORDER BY p.id LIMIT ?", [last, limit])
        if rows:
            end = [rows[-1]["article_id"], rows[-1]["id"]]
            rows += self._database.rows(f"{_SELECT} WHERE p.article_id = ? AND p.id > ? ORDER BY p.id", end)
        return [StoredPassage(**row) for row in rows if is_whole(row)]

    def of_article(self, article_id: int) -> list[tuple[int, Passage]]:
        """The passages of one article with their numbers, in order."""
        rows = self._database.rows(
            "SELECT id, text, heading FROM passages WHERE article_id = ? ORDER BY id", [article_id]
        )
        return [(row["id"], Passage(row["text"], row["heading"])) for row in rows]

    def newest(self, limit: int, filters: Filters) -> list[StoredPassage]:
        """The first passage of each of the newest articles that pass, in the order of `Articles.newest`."""
        where, values = self._condition(filters)
        newest = f"SELECT id FROM articles WHERE {where} ORDER BY published DESC, id DESC LIMIT ?"
        first = f"SELECT min(id) FROM passages WHERE article_id IN ({newest}) GROUP BY article_id"
        return self._stored(f"{_SELECT} WHERE p.id IN ({first}) ORDER BY a.published DESC, a.id DESC", [*values, limit])

    def passages_of(self, article_ids: Collection[int], limit: int, filters: Filters) -> list[StoredPassage]:
        """Passages of those of the articles that pass, at most `limit`, article by article, the newest first."""
        where, values = self._condition(filters)
        among = f"SELECT id FROM articles WHERE {where} AND id IN (SELECT value FROM json_each(?))"
        return self._stored(
            f"{_SELECT} WHERE p.article_id IN ({among} ORDER BY published DESC, id DESC LIMIT ?)"
            " ORDER BY a.published DESC, a.id DESC, p.id LIMIT ?",
            [*values, json.dumps(list(article_ids)), limit, limit],
        )

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

    def _stored(self, sql: str, parameters: Iterable[Any]) -> list[StoredPassage]:
        return [StoredPassage(**row) for row in self._database.rows(sql, parameters) if is_whole(row)]

    def _condition(self, filters: Filters) -> tuple[str, list[str]]:
        """The filters as a condition on articles, and its parameters."""
        sources = None
        if filters.source is not None:
            wanted = fold(filters.source).strip()
            sources = [source for source in Bylines(self._database).sources() if wanted in fold(source)]
        include_ids = None if filters.include_ids is None else list(filters.include_ids)
        conditions: list[tuple[str, Any]] = [
            ("published >= ?", filters.since.isoformat() if filters.since else None),
            ("published < ?", f"{filters.until} 24" if filters.until else None),
            ("source IN (SELECT value FROM json_each(?))", sources),
            ("id IN (SELECT value FROM json_each(?))", include_ids),
            ("id NOT IN (SELECT value FROM json_each(?))", list(filters.exclude_ids) or None),
        ]
        given = [
            (sql, value if isinstance(value, str) else json.dumps(value))
            for sql, value in conditions
            if value is not None
        ]
        return " AND ".join(["TRUE", *(sql for sql, _ in given)]), [value for _, value in given]


def is_whole(row: Mapping[str, Any]) -> bool:
    """Whether the cells of an article or a passage have the types that were written."""
    optional = [row[name] for name in ("source", "author", "published", "url")]
    texts = isinstance(row["text"], str) and isinstance(row["title"], str)
    return texts and all(cell is None or isinstance(cell, str) for cell in optional) and is_day(row["published"])
