"""The transaction that stores prepared articles and their segment."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Never, TypeVar

from retrieval.archive import Batch, Outcome, Prepared
from retrieval.article import Article, passages
from retrieval.duplicates import signatures
from retrieval.duplicates.identity import identity_of
from retrieval.index.protocol import Document
from retrieval.index.segment import Segment, build, combined, renumbered
from retrieval.index.segment_format import pack
from retrieval.indexing.preparation import Preparation, term_frequencies, updated, with_passages
from retrieval.store.articles import Articles
from retrieval.store.database import Database
from retrieval.store.errors import StoreError
from retrieval.store.reprint_links import ReprintLinks
from retrieval.store.segments import Segments
from retrieval.text.analyzer import Analyzer

_T = TypeVar("_T")


def create(database: Database, analyzer: Analyzer, fingerprint: str, first_articles: Sequence[Article] = ()) -> None:
    """Bring the tables up to date, and store the first articles in a file that is new, both or neither."""
    with database.write():
        new = database.migrate()
        links, segments = ReprintLinks(database), Segments(database)
        if links.signature_rules() != signatures.RULES:
            links.forget_all()
        if new:
            segments.finish_rebuild(segments.start_rebuild(), fingerprint, segments=0, removal=0)
            batches: list[Batch[Never]] = Preparation(Articles(database).same)(analyzer, first_articles)
            commit(database, analyzer, fingerprint, batches)


def commit(
    database: Database,
    analyzer: Analyzer,
    fingerprint: str,
    batches: Iterable[Batch[_T]],
    record: Callable[[list[Outcome | _T]], None] = lambda _: None,
) -> list[Outcome | _T]:
    """Store batches, and what `record` writes, in one transaction; outcomes in order.

    Raises StoreError when the segments in use are of another version of the program.
    """
    with database.write():
        segments = Segments(database)
        rules = ReprintLinks(database).signature_rules()
        if segments.fingerprint() != fingerprint or rules != signatures.RULES:
            raise StoreError(f"{database.path} 的索引已由另一版本的程序重建，没有写入；请重新启动本程序。")
        transaction = _Transaction(database, analyzer)
        outcomes: list[Outcome | _T] = []
        for batch in batches:
            for item in batch.items:
                outcomes.append(transaction.store(item, batch.segment) if isinstance(item, Prepared) else item)
        transaction.segment.append_to(segments)
        record(outcomes)
    return outcomes


def remove(
    database: Database, article_ids: Iterable[int], record: Callable[[list[int]], None] = lambda _: None
) -> list[int]:
    """Remove articles, with what `record` writes, in one transaction; the numbers of those that were stored."""
    with database.write():
        articles = Articles(database)
        removed = [number for number in article_ids if articles.remove(number)]
        if removed:
            Segments(database).raise_generation()
        record(removed)
    return removed


class _Transaction:
    """One transaction that stores articles, and the segment that grows with them."""

    def __init__(self, database: Database, analyzer: Analyzer) -> None:
        self._articles, self._links, self._analyzer = Articles(database), ReprintLinks(database), analyzer
        self.segment = _GrowingSegment()

    def store(self, prepared: Prepared, segment: Segment | None) -> Outcome:
        """Add an article, or update the stored one that it is a version of; `segment` has its documents."""
        article, identity = prepared.article, prepared.identity
        stored = None if prepared.distinct else self._articles.same(article, identity)
        now = article if stored is None else updated(stored, article)
        if stored is not None and now == stored:
            return Outcome(_number(stored), "duplicate", stored)
        if prepared.passages is None:  # the stored article has changed since the preparation
            prepared = with_passages(prepared, passages(article))
        similar = self._links.similar(prepared.signature, prepared.keys)
        if stored is None and not prepared.distinct:
            stored = self._articles.earlier_version(article, identity, similar)
            now = article if stored is None else updated(stored, article)
            if stored is not None and now == stored:
                return Outcome(_number(stored), "duplicate", stored)
        pieces = prepared.passages or []
        if stored is None:
            number, passage_ids = self._articles.insert(now, identity, pieces)
            outcome = Outcome(number, "added", replace(now, id=number))
        else:
            number = _number(stored)
            passage_ids = self._articles.replace(number, now, identity_of(now, identity.text), pieces)
            outcome = Outcome(number, "updated", now)
        self._links.add(number, prepared.signature, prepared.keys, similar)
        self._index(prepared, segment, now, number, passage_ids)
        return outcome

    def _index(
        self, prepared: Prepared, segment: Segment | None, now: Article, number: int, passage_ids: list[int]
    ) -> None:
        if segment is not None and prepared.documents and _indexed_alike(now, prepared.indexed_as):
            self.segment.take(segment, prepared.documents, number, passage_ids)
            return
        frequencies = term_frequencies(self._analyzer, now.title, prepared.passages or [])
        documents = [
            Document(passage_id, number, terms, now.published, now.source)
            for passage_id, terms in zip(passage_ids, frequencies, strict=True)
        ]
        self.segment.add(number, documents)


class _GrowingSegment:
    """The segment of one transaction: prepared documents with their final numbers, and newly built documents."""

    def __init__(self) -> None:
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

    def append_to(self, segments: Segments) -> None:
        """Store the segment, if it holds a passage, and tell readers of the change, if there is one."""
        self._finish_part()
        if self._last is not None:
            alone = len(self._parts) == 1 and not self._replaced
            segments.append(pack(self._parts[0] if alone else combined(self._parts, self._replaced)), self._last)
        if self._articles:
            segments.raise_generation()

    def _note(self, article_id: int, passage_ids: list[int]) -> None:
        # An article that a transaction stores twice keeps its last passages only.
        self._replaced += self._articles.get(article_id, [])
        self._articles[article_id] = passage_ids
        self._last = passage_ids[-1] if passage_ids else self._last

    def _finish_part(self) -> None:
        if self._numbers and self._prepared is not None:
            self._parts.append(renumbered(self._prepared, self._numbers))
            self._numbers = {}


def _number(stored: Article) -> int:
    assert stored.id is not None
    return stored.id


def _indexed_alike(one: Article, other: Article) -> bool:
    """Whether the index holds the same of two articles with the same text."""
    return (one.title, one.published, one.source) == (other.title, other.published, other.source)
