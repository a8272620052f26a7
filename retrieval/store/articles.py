"""The table of articles, and the lookup of the stored article that a new one updates."""

import json
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from retrieval.archive import Identity
from retrieval.article import LAST_NUMBER, Article, Passage
from retrieval.catalogue import Statistics, Stored
from retrieval.duplicates.lookup import Head, KnownArticles
from retrieval.duplicates.urls import url_key
from retrieval.store.article_rows import article_of, now, row_of
from retrieval.store.database import Database
from retrieval.store.passages import Passages
from retrieval.store.reprint_links import ReprintLinks
from retrieval.store.segments import Segments
from retrieval.store.versions import Versions

_LARGEST_ID = 2**63 - 1
# Passages, the last ones, whose articles are asked for their moments: those of more than a hundred articles.
_LAST_PASSAGES = 2000


class Articles(KnownArticles):
    """Stored articles. `replace` and `remove` also remove passages, postings, signature and links of the article."""

    def __init__(self, database: Database, links: ReprintLinks | None = None) -> None:
        """`links` are those that the transaction adds to."""
        self._database = database
        self._passages, self._segments = Passages(database), Segments(database)
        self._links, self._versions = links or ReprintLinks(database), Versions(database)

    def article(self, article_id: int) -> Article | None:
        """The article of this number; None when there is none. Raises DamagedError for a damaged row."""
        if not 0 <= article_id <= _LARGEST_ID:
            return None
        rows = self._database.rows("SELECT * FROM articles WHERE id = ?", [article_id])
        return article_of(rows[0], rows[0]["id"]) if rows else None

    def articles(self, batch: int = 1000) -> Iterator[Article]:
        """All articles, by ascending number. Rows are fetched in batches: an open cursor would pin a snapshot."""
        last = -1
        while rows := self._database.rows("SELECT * FROM articles WHERE id > ? ORDER BY id LIMIT ?", [last, batch]):
            yield from (article_of(row, row["id"]) for row in rows)
            last = rows[-1]["id"]

    def titles(self, article_ids: Collection[int]) -> dict[int, str]:
        """The titles of these articles; those that are not stored are left out."""
        rows = self._database.rows(
            "SELECT id, CAST(title AS TEXT) AS title FROM articles WHERE id IN (SELECT value FROM json_each(?))",
            [json.dumps(list(article_ids))],
        )
        return {row["id"]: row["title"] for row in rows}

    def newest(self) -> Article | None:
        """The article published last, of equals the one stored last; undated ones come after all others."""
        rows = self._database.rows("SELECT * FROM articles ORDER BY published DESC, id DESC LIMIT 1")
        return article_of(rows[0], rows[0]["id"]) if rows else None

    def recent(self, limit: int) -> list[Stored]:
        """The articles that were stored last, by their moments, the last one first.

        No index has the moments, which nothing else asks for. The articles of the last passages are looked through:
        they are the last stored ones, and those whose text was replaced since.
        """
        last = "SELECT DISTINCT article_id FROM (SELECT article_id FROM passages ORDER BY id DESC LIMIT ?)"
        rows = self._database.rows(
            "SELECT id, CAST(title AS TEXT) AS title, CAST(source AS TEXT) AS source, CAST(added AS TEXT) AS added"
            f" FROM articles WHERE id IN ({last}) ORDER BY added DESC, id DESC LIMIT ?",
            [_LAST_PASSAGES, limit],
        )
        return [Stored(**row) for row in rows]

    def statistics(self) -> Statistics:
        return Statistics(
            **self._database.row(
                "SELECT (SELECT count(*) FROM articles) AS articles, (SELECT count(*) FROM passages) AS passages,"
                " CAST((SELECT max(published) FROM articles) AS TEXT) AS newest,"
                " CAST((SELECT min(published) FROM articles) AS TEXT) AS oldest,"
                " (SELECT count(DISTINCT source) FROM articles) AS sources,"
                " (SELECT count(*) FROM segments WHERE epoch = (SELECT epoch FROM state)) AS segments"
            )
        )

    def size(self) -> tuple[int, str | None]:
        """The number of articles, and the latest publication."""
        # The state keeps the number: counting the rows would take longer with every article.
        row = self._database.row(
            "SELECT articles, CAST((SELECT max(published) FROM articles) AS TEXT) AS newest FROM state"
        )
        return row["articles"], row["newest"]

    def copies(self, article_ids: Collection[int], limit: int) -> frozenset[int]:
        """The articles, at most `limit`, whose text equals that of one of these, themselves included."""
        texts = "SELECT text_key FROM articles WHERE id IN (SELECT value FROM json_each(?))"
        sql = f"SELECT id FROM articles WHERE text_key IN ({texts}) LIMIT ?"
        return frozenset(row["id"] for row in self._database.rows(sql, [json.dumps(list(article_ids)), limit]))

    # What the lookup of the stored article that a new one updates asks for

    def _at_address(self, identity: Identity) -> int | None:
        rows = self._database.rows(
            "SELECT article_id FROM addresses WHERE url_key = ? ORDER BY article_id LIMIT 1", [identity.url]
        )
        return rows[0]["article_id"] if rows else None

    def _with_text(self, text_key: str, *, without_address: bool) -> list[tuple[int, str | None]]:
        no_address = " AND url IS NULL" if without_address else ""
        rows = self._database.rows(
            f"SELECT id, CAST(source AS TEXT) AS source FROM articles WHERE text_key = ?{no_address} ORDER BY id",
            [text_key],
        )
        return [(row["id"], row["source"]) for row in rows]

    def _heads(self, numbers: Sequence[int]) -> list[Head]:
        rows = self._database.rows(
            "SELECT id, CAST(title AS TEXT) AS title, CAST(source AS TEXT) AS source FROM articles"
            " WHERE id IN (SELECT value FROM json_each(?))",
            [json.dumps(list(numbers))],
        )
        return [(row["id"], row["title"], row["source"]) for row in rows]

    def _exact_copies(self, article: Article, identity: Identity) -> list[int]:
        copies = "SELECT id FROM articles WHERE text_key = ? AND source IS ? AND url IS ? AND published IS ?"
        facts = [identity.text, article.source, article.url, article.published]
        return [row["id"] for row in self._database.rows(copies, facts)]

    # Writing, inside `Database.write`

    def insert(
        self, article: Article, identity: Identity, passages: Sequence[Passage], behind: int = 0
    ) -> tuple[int, list[int]]:
        """Store a new article, under its own number when that is free; its number and its passages' numbers.

        Without a free number of its own, it gets the number after `behind` and the highest one ever given up to
        2**53 - 1.
        """
        database = self._database
        last = database.number("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'articles'")
        article_id: int = max(last, behind) + 1
        if article.id is not None and not database.rows("SELECT 1 FROM articles WHERE id = ?", [article.id]):
            article_id = article.id
        database.insert("articles", row_of(article, identity) | {"id": article_id, "added": now()})
        if article_id > LAST_NUMBER >= last:
            database.execute("UPDATE sqlite_sequence SET seq = ? WHERE name = 'articles'", [last])
        self._insert_address(article_id, identity)
        database.execute("UPDATE state SET articles = articles + 1")
        return article_id, self._passages.insert(article_id, passages)

    def replace(
        self, article_id: int, article: Article, identity: Identity, passages: Sequence[Passage], entry: int
    ) -> tuple[int, list[int]]:
        """Give an article new text or fields; the number of the version that keeps the old ones, and the new passages'.

        `entry` is the number of the journal's entry.
        """
        version = self._versions.add(self._retire(article_id), entry)
        self._database.update("articles", article_id, row_of(article, identity))
        self._insert_address(article_id, identity)
        return version, self._passages.insert(article_id, passages)

    def remove(self, article_id: int, entry: int) -> int | None:
        """Remove an article; the number of the version that keeps it, None when there is no such article."""
        if self.article(article_id) is None:
            return None
        version = self._versions.add(self._retire(article_id), entry)
        self._delete(article_id)
        return version

    def erase(self, article_id: int) -> bool:
        """Remove an article with all of its versions; False when there was neither."""
        stored = self.article(article_id) is not None
        if stored:
            self._retire(article_id)
            self._delete(article_id)
        return bool(self._versions.delete_of(article_id)) or stored

    def mend(self, article_id: int, article: Article, identity: Identity, passages: Sequence[Passage] | None) -> None:
        """Write a salvaged article over its row, without a version; its passages too, unless they are None."""
        self._database.update("articles", article_id, row_of(article, identity))
        if passages is not None:
            self._passages.delete(article_id)
            self._passages.insert(article_id, passages)

    def renew_addresses(self) -> None:
        """Make the table of addresses anew from the articles."""
        self._database.execute("DELETE FROM addresses")
        for row in self._database.rows("SELECT id, url FROM articles WHERE url IS NOT NULL"):
            if row["url"]:
                self._database.insert("addresses", {"url_key": url_key(row["url"]), "article_id": row["id"]})

    def count(self) -> None:
        """Set the number of articles in the state to the number of rows."""
        self._database.execute("UPDATE state SET articles = (SELECT count(*) FROM articles)")

    def set_added(self, article_id: int, added: str) -> None:
        """Set the moment at which the article was stored."""
        self._database.execute("UPDATE articles SET added = ? WHERE id = ?", [added, article_id])

    def _retire(self, article_id: int) -> dict[str, Any]:
        """Remove all that leads to an article, and return its row, which stays."""
        database = self._database
        row = database.rows("SELECT * FROM articles WHERE id = ?", [article_id])[0]
        self._links.forget(article_id)
        self._segments.remove(number for number, _ in self._passages.of_article(article_id))
        self._passages.delete(article_id)
        if row["url"]:
            address = [url_key(row["url"]), article_id]
            database.execute("DELETE FROM addresses WHERE url_key = ? AND article_id = ?", address)
        return row

    def _delete(self, article_id: int) -> None:
        self._database.execute("DELETE FROM articles WHERE id = ?", [article_id])
        self._database.execute("UPDATE state SET articles = articles - 1")

    def _insert_address(self, article_id: int, identity: Identity) -> None:
        if identity.url:
            self._database.insert("addresses", {"url_key": identity.url, "article_id": article_id})
