"""The tables of a file, for a change of its articles, and the segment that grows in a transaction."""

from collections.abc import Iterator
from contextlib import contextmanager

from retrieval.index.protocol import Document
from retrieval.index.segment import Segment, build, combined, renumbered
from retrieval.index.segment_format import pack
from retrieval.indexing.tables import Tables
from retrieval.store.articles import Articles
from retrieval.store.database import Database
from retrieval.store.journal import Journal
from retrieval.store.reprint_links import ReprintLinks
from retrieval.store.segments import Segments
from retrieval.store.tombstones import Tombstones
from retrieval.store.versions import Versions


def tables_of(database: Database) -> Tables:
    """The tables of a file."""
    segments, links = Segments(database), ReprintLinks(database)

    @contextmanager
    def write() -> Iterator[None]:
        with database.write(), links.adding():
            yield

    return Tables(
        write,
        Articles(database, links),
        links,
        Versions(database),
        Tombstones(database),
        Journal(database),
        lambda: GrowingSegment(segments),
        segments.fingerprint,
        segments.raise_generation,
        lambda articles: links.expect(key for article in articles for key in article.keys),
    )


class GrowingSegment:
    """The segment of one transaction: prepared documents with their final numbers, and newly built documents."""

    def __init__(self, segments: Segments) -> None:
        self._segments = segments
        self._parts: list[Segment] = []
        self._prepared: Segment | None = None
        self._numbers: dict[int, tuple[int, int]] = {}
        self._replaced: list[int] = []
        self._articles: dict[int, list[int]] = {}
        self._last: int | None = None

    def take(self, prepared: Segment, documents: range, article_id: int, passage_ids: list[int]) -> None:
        """Add these documents of a prepared segment as the passages of an article."""
        if prepared is not self._prepared:
            self._finish_part()
            self._prepared = prepared
        self._note(article_id, passage_ids)
        self._numbers.update(zip(documents, ((number, article_id) for number in passage_ids), strict=True))

    def add(self, article_id: int, documents: list[Document]) -> None:
        """Add the documents of an article, which no prepared segment has."""
        self._finish_part()
        self._note(article_id, [document.passage_id for document in documents])
        if documents:
            self._parts.append(build(documents))

    def finish(self) -> None:
        """Store the segment, if it holds a passage."""
        self._finish_part()
        if self._last is not None:
            alone = len(self._parts) == 1 and not self._replaced
            self._segments.append(pack(self._parts[0] if alone else combined(self._parts, self._replaced)), self._last)

    def _note(self, article_id: int, passage_ids: list[int]) -> None:
        # An article that a transaction stores twice keeps its last passages only.
        self._replaced += self._articles.get(article_id, [])
        self._articles[article_id] = passage_ids
        self._last = passage_ids[-1] if passage_ids else self._last

    def _finish_part(self) -> None:
        if self._numbers and self._prepared is not None:
            self._parts.append(renumbered(self._prepared, self._numbers))
            self._numbers = {}
