"""Articles in a search server: a document each, with the documents of its passages on the same shard.

The document of an article holds its fields, the numbers of its passages, and the term frequencies of all of them. A
passage's document holds its text, its own term frequencies, and what is shown of its article, so that a hit is read
whole.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from retrieval.archive import Identity, Prepared
from retrieval.article import LAST_NUMBER, Article, Passage
from retrieval.catalogue import Stored
from retrieval.cluster.counts import counts_of, with_counts
from retrieval.cluster.documents import Documents, Kind, Wanted
from retrieval.cluster.history import Versions
from retrieval.cluster.reprint_links import ReprintLinks, hexadecimal
from retrieval.cluster.transaction import Body
from retrieval.duplicates.identity import identity_of
from retrieval.duplicates.lookup import Head, KnownArticles
from retrieval.index.protocol import Document, minute_of
from retrieval.store.article_rows import article_of, now, row_of

_LARGEST_NUMBER = 2**63 - 1
_SHOWN = ("title", "source", "author", "published", "url")


class Articles(KnownArticles):
    """Stored articles. `replace` and `remove` also remove passages, signature and links of the article."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self._article, self._passage = article_kind(documents), passage_kind(documents)
        self._links, self._versions = ReprintLinks(documents), Versions(documents)

    def article(self, article_id: int) -> Article | None:
        """The article of this number; None when there is none. Raises DamagedError for a damaged document."""
        if not 0 <= article_id <= _LARGEST_NUMBER:
            return None
        body = self._documents.get(self._article, article_id)
        return article_of(body, article_id) if body else None

    def articles(self) -> Iterator[Article]:
        """All articles, by ascending number."""
        return (article_of(body, body["number"]) for body in self._documents.all(self._article))

    def titles(self, article_ids: Collection[int]) -> dict[int, str]:
        """The titles of these articles; those that are not stored are left out."""
        found = self._documents.get_all(self._article, [(number, None) for number in article_ids])
        return {number: body["title"] for number, body in found.items()}

    def newest(self) -> Article | None:
        """The article published last, of equals the one stored last; undated ones come after all others."""
        order: list[Body] = [{"published": {"order": "desc", "missing": "_last"}}, {"number": "desc"}]
        return next((article_of(body, body["number"]) for body in self._sorted(order, 1)), None)

    def newest_day(self) -> str | None:
        """The latest publication."""
        order = [{"published": {"order": "desc", "missing": "_last"}}]
        return next((body["published"] for body in self._sorted(order, 1, ["published"])), None)

    def oldest_day(self) -> str | None:
        """The earliest publication."""
        order = [{"published": {"order": "asc", "missing": "_last"}}]
        return next((body["published"] for body in self._sorted(order, 1, ["published"])), None)

    def recent(self, limit: int) -> list[Stored]:
        """The articles that were stored last, by their moments, the last one first."""
        bodies = self._sorted([{"added": "desc"}, {"number": "desc"}], limit, ["number", "title", "source", "added"])
        return [Stored(body["number"], body["title"], body["source"], body["added"]) for body in bodies]

    def copies(self, article_ids: Collection[int], limit: int) -> frozenset[int]:
        """The articles, at most `limit`, whose text equals that of one of these, themselves included."""
        bodies = self._documents.get_all(self._article, [(number, None) for number in article_ids])
        texts = {body["text_key"] for body in bodies.values()}
        return frozenset(
            body["number"] for body in self._documents.find(self._article, "text_key", sorted(texts), limit)
        )

    def _sorted(self, order: list[Body], limit: int, fields: list[str] | None = None) -> Iterator[Body]:
        body: Body = {"query": {"bool": {"filter": [{"term": {"kind": "article"}}]}}, "sort": order, "size": limit}
        if fields:
            body["_source"] = fields
        hits = self._documents.search(self._article.index_name, body)["hits"]["hits"] if limit > 0 else []
        return (hit["_source"] for hit in hits)

    # What the lookup of the stored article that a new one updates asks for

    def _at_address(self, identity: Identity) -> int | None:
        found = self._documents.find(self._article, "url_key", [identity.url] if identity.url else [])
        return found[0]["number"] if found else None

    def _with_text(self, text_key: str, *, without_address: bool) -> list[tuple[int, str | None]]:
        found = self._documents.find(self._article, "text_key", [text_key])
        return [(body["number"], body["source"]) for body in found if not (without_address and body["url"] is not None)]

    def _heads(self, numbers: Sequence[int]) -> list[Head]:
        found = self._documents.get_all(self._article, [(number, None) for number in numbers])
        return [(body["number"], body["title"], body["source"]) for body in found.values()]

    def _exact_copies(self, article: Article, identity: Identity) -> list[int]:
        facts = (article.source, article.url, article.published)
        found = self._documents.find(self._article, "text_key", [identity.text])
        return [body["number"] for body in found if (body["source"], body["url"], body["published"]) == facts]

    def wanted(self, prepared: Iterable[Prepared]) -> list[Wanted]:
        """All that a transaction will ask for about these articles: see `Documents.expect`."""
        compared = [item for item in prepared if not item.distinct]
        return [
            (self._article, "url_key", [item.identity.url for item in compared if item.identity.url]),
            (self._article, "text_key", [item.identity.text for item in compared]),
            (self._links.signature_kind, "keys", [key for item in compared for key in hexadecimal(item.keys)]),
        ]

    # Writing, inside `Log.write`

    def insert(
        self, article: Article, identity: Identity, passages: Sequence[Passage], behind: int = 0
    ) -> tuple[int, list[int]]:
        """Store a new article, under its own number when that is free; its number and its passages' numbers.

        Without a free number of its own, it gets the number after `behind` and the highest one ever given up to
        2**53 - 1.
        """
        given = self._state["last"]
        last = given.get("article", 0)
        number: int = max(last, behind) + 1
        if article.id is not None and self._documents.get(self._article, article.id) is None:
            number = article.id
        if last < number <= LAST_NUMBER:
            given["article"] = number
        self._state["articles"] += 1
        return number, self._write(number, article, identity, passages, now())

    def replace(
        self, article_id: int, article: Article, identity: Identity, passages: Sequence[Passage], entry: int
    ) -> tuple[int, list[int]]:
        """Give an article new text or fields; the number of the version that keeps the old ones, and the new passages'.

        `entry` is the number of the journal's entry.
        """
        former = self._retire(article_id)
        version = self._versions.add(former, entry)
        return version, self._write(article_id, article, identity, passages, former["added"])

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

    def recut(self, article_id: int, article: Article, passages: Sequence[Passage]) -> list[int]:
        """Write an article and its passages once more, without a version; the numbers of the passages."""
        added = self._retire(article_id)["added"]
        return self._write(article_id, article, identity_of(article), passages, added)

    def set_added(self, article_id: int, added: str) -> None:
        """Set the moment at which the article was stored."""
        if (body := self._documents.get(self._article, article_id)) is not None:
            self._documents.put(self._article, article_id, body | {"added": added})

    @property
    def _state(self) -> dict[str, Any]:
        transaction = self._documents.log.transaction
        assert transaction is not None, "articles change inside Log.write only"
        return transaction.state

    def _write(
        self, number: int, article: Article, identity: Identity, passages: Sequence[Passage], added: str
    ) -> list[int]:
        """Write the documents of an article and its passages, without terms, which `Postings` adds."""
        numbers = [self._documents.next(self._passage) for _ in passages]
        body = row_of(article, identity) | {
            "added": added,
            "url_key": identity.url,
            "minute": minute_of(article.published),
            "passages": numbers,
            "length": 0,
            "totals": "",
        }
        self._documents.put(self._article, number, body)
        shown = {name: getattr(article, name) for name in _SHOWN}
        for passage_id, passage in zip(numbers, passages, strict=True):
            body = shown | {
                "article": number,
                "minute": minute_of(article.published),
                "is_first": passage_id == numbers[0],
                "text": passage.text,
                "heading": passage.heading,
            }
            self._documents.put(self._passage, passage_id, body, routing=number)
        return numbers

    def _retire(self, article_id: int) -> Body:
        """Remove all that leads to an article, and return its document, which stays."""
        body = self._documents.get(self._article, article_id)
        assert body is not None, "the caller has read it"
        self._links.forget(article_id)
        for passage_id in body["passages"]:
            self._documents.delete(self._passage, passage_id, routing=article_id)
        state = self._state
        if body["passages"]:
            state["documents"] -= len(body["passages"])
            state["length"] -= body["length"]
            state["with_documents"] -= 1
        return body

    def _delete(self, article_id: int) -> None:
        self._documents.delete(self._article, article_id)
        self._state["articles"] -= 1


class Postings:
    """The terms of passages, written into their documents and, added up, into those of their articles."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self._article, self._passage = article_kind(documents), passage_kind(documents)

    def take(self, prepared: Sequence[Document], documents: range, article_id: int, passage_ids: list[int]) -> None:
        """Add these prepared documents as the passages of an article."""
        self._add(article_id, list(zip(passage_ids, (prepared[number].terms for number in documents), strict=True)))

    def add(self, article_id: int, documents: list[Document]) -> None:
        """Add the documents of an article."""
        self._add(article_id, [(document.passage_id, document.terms) for document in documents])

    def finish(self) -> None:
        """Nothing is left to store: the transaction stores its documents."""

    def _add(self, article_id: int, passages: Sequence[tuple[int, Mapping[str, int]]]) -> None:
        article = self._documents.get(self._article, article_id)
        transaction = self._documents.log.transaction
        assert article is not None, "the article is written before its postings"
        assert transaction is not None, "postings are added inside Log.write only"
        for passage_id, terms in passages:
            passage = self._documents.get(self._passage, passage_id, routing=article_id)
            assert passage is not None, "so are the passages"
            self._documents.put(self._passage, passage_id, with_counts(passage, terms), routing=article_id)
        counted = counts_of([terms for _, terms in passages])
        self._documents.put(self._article, article_id, article | counted)
        if passages:
            transaction.state["documents"] += len(passages)
            transaction.state["length"] += counted["length"]
            transaction.state["with_documents"] += 1


def article_kind(documents: Documents) -> Kind:
    return Kind("article", documents.names.news)


def passage_kind(documents: Documents) -> Kind:
    return Kind("passage", documents.names.news)
