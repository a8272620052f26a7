"""Where do articles and their passages live, and which stored article is a new one a version of?"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from retrieval.archive import Statistics, StoredPassage
from retrieval.article import LAST_NUMBER, Article, Passage, is_day, paragraphs_from_lines
from retrieval.duplicates.identity import Identity, are_two, is_exported, is_version, source_key
from retrieval.duplicates.urls import url_key
from retrieval.index.protocol import Filters
from retrieval.store.bylines import BylineStore
from retrieval.store.errors import DamagedError as DamagedError
from retrieval.store.errors import NoRoomError as NoRoomError
from retrieval.store.errors import StoreError as StoreError
from retrieval.store.reprint_links import ReprintStore
from retrieval.store.salvage import SalvageStore
from retrieval.store.segments import Changes as Changes
from retrieval.store.segments import Position as Position
from retrieval.store.segments import SegmentStore
from retrieval.text.folding import fold, squeeze

_LARGEST_ID = 2**63 - 1
# Of the articles of one source and title whose signatures are alike, so many of the most similar are read.
_READ = 5
_PASSAGES = (
    "SELECT p.id, p.article_id, p.text, p.heading, a.title, a.source, a.author, a.published, a.url"
    " FROM passages p JOIN articles a ON a.id = p.article_id"
)
_FIELDS = ("title", "source", "author", "editor", "published", "url")


class Store(SegmentStore, ReprintStore, BylineStore, SalvageStore):
    """Articles and their passages, what they were before, the segments that find them, who reprinted and wrote them."""

    # Reading

    def passages(self, ids: Sequence[int]) -> dict[int, StoredPassage]:
        """Those of the passages that are still stored, by id; a damaged row is left out: `check` tells of it."""
        rows = self._rows(f"{_PASSAGES} WHERE p.id IN (SELECT value FROM json_each(?))", [json.dumps(list(ids))])
        return {row["id"]: StoredPassage(**row) for row in rows if _is_whole(row)}

    def passages_behind(self, last: int, limit: int) -> list[StoredPassage]:
        """The next passages by number, about so many: an article's are all there."""
        rows = self._rows(f"{_PASSAGES} WHERE p.id > ? ORDER BY p.id LIMIT ?", [last, limit])
        if rows:
            of_the_last = [rows[-1]["article_id"], rows[-1]["id"]]
            rows += self._rows(f"{_PASSAGES} WHERE p.article_id = ? AND p.id > ? ORDER BY p.id", of_the_last)
        return [StoredPassage(**row) for row in rows if _is_whole(row)]

    def article(self, article_id: int) -> Article | None:
        if not 0 <= article_id <= _LARGEST_ID:
            return None
        rows = self._rows("SELECT * FROM articles WHERE id = ?", [article_id])
        return _article(rows[0]) if rows else None

    def articles(self, batch: int = 1000) -> Iterator[Article]:
        """Every article by id. Fetched in batches: a half-read cursor would pin the file's past."""
        last = -1
        while rows := self._rows("SELECT * FROM articles WHERE id > ? ORDER BY id LIMIT ?", [last, batch]):
            yield from map(_article, rows)
            last = rows[-1]["id"]

    def passages_of(self, article_id: int) -> list[tuple[int, Passage]]:
        rows = self._rows("SELECT id, text, heading FROM passages WHERE article_id = ? ORDER BY id", [article_id])
        return [(row["id"], Passage(row["text"], row["heading"])) for row in rows]

    def same(self, article: Article, identity: Identity | None = None, alike: Sequence[int] = ()) -> Article | None:
        """The stored article that this one is another version of, by the rule of retrieval/duplicates/identity.py.

        `alike` are the numbers of those whose signatures are alike, the most similar first; without them only the same
        address and the same text are found. An article with a number of its own comes from an export. The identity is
        worked out when it is not given. However many share a title, a few rows are read.
        """
        identity = identity or Identity.of(article)
        if article.id is not None:
            candidates = self._exported(article, identity)
            return next((stored for stored in candidates if is_exported(article, stored)), None)
        if (number := self._at_address(identity)) is not None or (number := self._copy(identity)) is not None:
            return self.article(number)
        versions = map(self.article, self._titled(identity, alike))
        return next((stored for stored in versions if stored and is_version(article, stored)), None)

    def _at_address(self, identity: Identity) -> int | None:
        rows = self._rows(
            "SELECT article_id FROM addresses WHERE url_key = ? ORDER BY article_id LIMIT 1", [identity.url]
        )
        return rows[0]["article_id"] if rows else None

    def _copy(self, identity: Identity) -> int | None:
        # Of an article with an address only those without one can be copies.
        no_address = " AND url IS NULL" if identity.url else ""
        rows = self._rows(
            f"SELECT id, CAST(source AS TEXT) AS source FROM articles WHERE text_key = ?{no_address} ORDER BY id",
            [identity.text],
        )
        copies = (row["id"] for row in rows if not are_two(identity.source, source_key(row["source"])))
        return next(copies, None)

    def _titled(self, identity: Identity, alike: Sequence[int]) -> list[int]:
        """Those of the articles that have the same title and source, in their order; only the first few."""
        rows = self._rows(
            "SELECT id, CAST(title AS TEXT) AS title, CAST(source AS TEXT) AS source FROM articles"
            " WHERE id IN (SELECT value FROM json_each(?))",
            [json.dumps(list(alike))],
        )
        asked = (identity.title, identity.source)
        titled = {row["id"] for row in rows if (squeeze(row["title"]), source_key(row["source"])) == asked}
        return [number for number in alike if number in titled][:_READ]

    def _exported(self, article: Article, identity: Identity) -> Iterator[Article]:
        """Those that the line of an export may be, the one of its number first."""
        numbers = [article.id, self._at_address(identity)]
        copies = "SELECT id FROM articles WHERE text_key = ? AND source IS ? AND url IS ? AND published IS ?"
        facts = [identity.text, article.source, article.url, article.published]
        numbers += [row["id"] for row in self._rows(copies, facts)]
        return (stored for number in numbers if number is not None and (stored := self.article(number)) is not None)

    def statistics(self) -> Statistics:
        return Statistics(
            **self._rows(
                "SELECT (SELECT count(*) FROM articles) AS articles, (SELECT count(*) FROM passages) AS passages,"
                " CAST((SELECT max(published) FROM articles) AS TEXT) AS newest,"
                " CAST((SELECT min(published) FROM articles) AS TEXT) AS oldest,"
                " (SELECT count(DISTINCT source) FROM articles) AS sources,"
                " (SELECT count(*) FROM segments WHERE epoch = (SELECT epoch FROM state)) AS segments"
            )[0]
        )

    def size(self) -> tuple[int, str | None]:
        """The number of articles and the newest publication among them."""
        # Counting the rows would take longer with every article.
        row = self._row("SELECT articles, CAST((SELECT max(published) FROM articles) AS TEXT) AS newest FROM state")
        return row["articles"], row["newest"]

    def newest(self) -> Article | None:
        """The article published last, the last one stored of equals; undated ones come after all others."""
        rows = self._rows("SELECT * FROM articles ORDER BY published DESC, id DESC LIMIT 1")
        return _article(rows[0]) if rows else None

    def leads(self, filters: Filters, limit: int) -> list[StoredPassage]:
        """The first passage of each of the newest articles that pass, in the order of `newest`."""
        where, values = self._passing(filters)
        newest = f"SELECT id FROM articles WHERE {where} ORDER BY published DESC, id DESC LIMIT ?"
        leads = f"SELECT min(id) FROM passages WHERE article_id IN ({newest}) GROUP BY article_id"
        rows = self._rows(f"{_PASSAGES} WHERE p.id IN ({leads}) ORDER BY a.published DESC, a.id DESC", [*values, limit])
        return [StoredPassage(**row) for row in rows if _is_whole(row)]

    def passages_among(self, article_ids: Collection[int], filters: Filters, limit: int) -> list[StoredPassage]:
        """The passages, at most so many, of those of the articles that pass; article by article, as in `newest`."""
        where, values = self._passing(filters)
        among = f"SELECT id FROM articles WHERE {where} AND id IN (SELECT value FROM json_each(?))"
        rows = self._rows(
            f"{_PASSAGES} WHERE p.article_id IN ({among} ORDER BY published DESC, id DESC LIMIT ?)"
            " ORDER BY a.published DESC, a.id DESC, p.id LIMIT ?",
            [*values, json.dumps(list(article_ids)), limit, limit],
        )
        return [StoredPassage(**row) for row in rows if _is_whole(row)]

    def with_the_text_of(self, article_ids: Collection[int], limit: int) -> frozenset[int]:
        """The articles whose text is that of one of these, themselves included; at most so many."""
        texts = "SELECT text_key FROM articles WHERE id IN (SELECT value FROM json_each(?))"
        sql = f"SELECT id FROM articles WHERE text_key IN ({texts}) LIMIT ?"
        return frozenset(row["id"] for row in self._rows(sql, [json.dumps(list(article_ids)), limit]))

    def _passing(self, filters: Filters) -> tuple[str, list[str]]:
        """The condition on articles that the filters are, and its values."""
        sources = None
        if filters.source is not None:
            sources = [one for one in self.sources() if fold(filters.source).strip() in fold(one)]
        asked: list[tuple[str, Any]] = [
            ("published >= ?", filters.since.isoformat() if filters.since else None),
            ("published < ?", f"{filters.until} 24" if filters.until else None),
            ("source IN (SELECT value FROM json_each(?))", sources),
            (
                "id IN (SELECT value FROM json_each(?))",
                None if filters.include_ids is None else list(filters.include_ids),
            ),
            ("id NOT IN (SELECT value FROM json_each(?))", list(filters.exclude_ids) or None),
        ]
        given = [
            (sql, value if isinstance(value, str) else json.dumps(value)) for sql, value in asked if value is not None
        ]
        return " AND ".join(["TRUE", *(sql for sql, _ in given)]), [value for _, value in given]

    def kept(self, kind: str, key: int) -> str | None:
        """What `keep` was given."""
        rows = self._rows("SELECT value FROM kept WHERE kind = ? AND key = ?", [kind, key])
        return rows[0]["value"] if rows else None

    def all_kept(self, kind: str) -> list[str]:
        """What `keep` was given of this kind, by ascending key."""
        return [row["value"] for row in self._rows("SELECT value FROM kept WHERE kind = ? ORDER BY key", [kind])]

    def passage_ids(self) -> set[int]:
        return {row["id"] for row in self._rows("SELECT id FROM passages")}

    # Writing, inside `write`

    def insert(
        self, article: Article, passages: Sequence[Passage], identity: Identity | None = None
    ) -> tuple[int, list[int]]:
        """Store a new article, under its own number when that is free; its number and its passages' numbers.

        Any other gets the number after the highest one ever given up to 2**53 - 1.
        """
        last = self._number("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'articles'")
        article_id: int = last + 1
        if article.id is not None and not self._rows("SELECT 1 FROM articles WHERE id = ?", [article.id]):
            article_id = article.id
        identity = identity or Identity.of(article)
        self._insert("articles", _row(article, identity) | {"id": article_id, "added": _now()})
        if article_id > LAST_NUMBER >= last:
            self._db.execute("UPDATE sqlite_sequence SET seq = ? WHERE name = 'articles'", [last])
        self._insert_address(article_id, identity)
        self._db.execute("UPDATE state SET articles = articles + 1")
        return article_id, self._insert_passages(article_id, passages)

    def replace(self, article_id: int, article: Article, passages: Sequence[Passage]) -> list[int]:
        """Give an article new words or fields, keeping the old ones as a version; the new passages' numbers."""
        self._retire(article_id)
        identity = Identity.of(article)
        self._db.table("articles").update(article_id, _row(article, identity))
        self._insert_address(article_id, identity)
        return self._insert_passages(article_id, passages)

    def renew_addresses(self) -> None:
        """Write down anew at which address each article is."""
        self._db.execute("DELETE FROM addresses")
        for row in self._rows("SELECT id, url FROM articles WHERE url IS NOT NULL"):
            if row["url"]:
                self._insert("addresses", {"url_key": url_key(row["url"]), "article_id": row["id"]})

    def mend(self, article_id: int, article: Article, passages: Sequence[Passage] | None) -> None:
        """Write an article as it could be read, without a version; its passages too, unless they are None and right."""
        self._db.table("articles").update(article_id, _row(article, Identity.of(article)))
        if passages is not None:
            self._db.execute("DELETE FROM passages WHERE article_id = ?", [article_id])
            self._insert_passages(article_id, passages)

    def remove(self, article_id: int) -> bool:
        """Take an article down, keeping it as a version; False when there is none of this number."""
        if self.article(article_id) is None:
            return False
        self._retire(article_id)
        self._db.table("articles").delete(article_id)
        self._db.execute("UPDATE state SET articles = articles - 1")
        return True

    def keep(self, kind: str, key: int, value: str) -> None:
        """Keep a small value of the caller's, in the transaction of what it belongs to."""
        row = {"kind": kind, "key": key, "value": value, "at": _now()}
        self._db.execute("INSERT OR REPLACE INTO kept VALUES (:kind, :key, :value, :at)", row)

    def drop(self, kind: str, key: int) -> None:
        """Forget what `keep` was given."""
        self._db.execute("DELETE FROM kept WHERE kind = ? AND key = ?", [kind, key])

    def drop_oldest(self, kind: str, *, days: int, most: int | None = None, limit: int) -> int:
        """Forget what was kept of this kind more than so many days ago, and the oldest beyond the `most` last.

        At most `limit` at a time; how many there were.
        """
        before = (datetime.now(UTC) - timedelta(days=days)).isoformat(timespec="seconds")
        # No more are counted than matter.
        counted = "SELECT count(*) FROM (SELECT 1 FROM kept WHERE kind = ? AND at < ? LIMIT ?)"
        old = self._value(counted, [kind, before, limit])
        if most is not None:
            counted = "SELECT count(*) FROM (SELECT 1 FROM kept WHERE kind = ? LIMIT ?)"
            old = max(old, self._value(counted, [kind, most + limit]) - most)
        oldest = "SELECT key FROM kept WHERE kind = ? ORDER BY at LIMIT ?"
        dropped = self._db.execute(f"DELETE FROM kept WHERE kind = ? AND key IN ({oldest})", [kind, kind, old])
        return int(dropped.rowcount)

    def _retire(self, article_id: int) -> None:
        old = self._rows("SELECT * FROM articles WHERE id = ?", [article_id])[0]
        version = {key: old[key] for key in (*_FIELDS, "text", "heading_lines")}
        self._insert("versions", version | {"article_id": article_id, "replaced": _now()})
        self._forget_signature(article_id)
        self._remove_postings(number for number, _ in self.passages_of(article_id))
        self._db.execute("DELETE FROM passages WHERE article_id = ?", [article_id])
        if old["url"]:
            self._db.execute(
                "DELETE FROM addresses WHERE url_key = ? AND article_id = ?", [url_key(old["url"]), article_id]
            )

    def _insert_address(self, article_id: int, identity: Identity) -> None:
        if identity.url:
            self._insert("addresses", {"url_key": identity.url, "article_id": article_id})

    def _insert_passages(self, article_id: int, passages: Sequence[Passage]) -> list[int]:
        # Numbered here, so that all go in by one call; nobody else can give a number inside a transaction.
        given = self._number("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'passages'")
        numbers = list(range(given + 1, given + 1 + len(passages)))
        rows = [(n, article_id, one.heading, one.text) for n, one in zip(numbers, passages, strict=True)]
        self._db.conn.executemany("INSERT INTO passages (id, article_id, heading, text) VALUES (?, ?, ?, ?)", rows)
        return numbers


def _article(row: Mapping[str, Any]) -> Article:
    """The article of a row. Raises DamagedError when it is not as it was written."""
    try:
        if _is_whole(row):
            paragraphs = paragraphs_from_lines(row["text"].split("\n"), json.loads(row["heading_lines"]))
            return Article(paragraphs=paragraphs, id=row["id"], **{name: row[name] for name in _FIELDS})
    except (KeyError, TypeError, ValueError):  # a column or a cell is another than was written
        pass
    raise DamagedError(f"第 {row.get('id')} 号文章已损坏；请用 check 检查。")


def _is_whole(row: Mapping[str, Any]) -> bool:
    """Whether the cells of an article or a passage are of the kinds that were written."""
    optional = [row[name] for name in ("source", "author", "published", "url")]
    texts = isinstance(row["text"], str) and isinstance(row["title"], str)
    return texts and all(one is None or isinstance(one, str) for one in optional) and is_day(row["published"])


def _row(article: Article, identity: Identity) -> dict[str, Any]:
    return {name: getattr(article, name) for name in _FIELDS} | {
        "text": article.text,
        "heading_lines": json.dumps(article.heading_lines),
        "title_key": identity.title,
        "text_key": identity.text,
    }


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
