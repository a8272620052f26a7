"""How does an article become stored and indexed, in one transaction?"""

import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import chain
from typing import Literal, Never, TypeVar

from retrieval.article import Article, Passage, passages
from retrieval.duplicates import signatures
from retrieval.index.protocol import Document, Index
from retrieval.indexing.preparation import Batch, Preparation, Prepared, Unread, batches, length, newer
from retrieval.indexing.term_frequencies import term_frequencies
from retrieval.indexing.workers import WORTH_IT, Workers
from retrieval.store.articles import Store, StoreError
from retrieval.text.analyzer import Analyzer

_T = TypeVar("_T")
# Seconds between two transactions of an import. SQLite lets in whoever asks first, and who waits asks every two
# milliseconds: without a pause an import that has its next batch ready would nearly always be first.
_PAUSE = 0.006
# Pieces of work that are read before the first is begun: of very short articles they hold few characters.
_MOST_AHEAD = 25


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an article that was added; `article` is what is stored now."""

    id: int
    outcome: Literal["added", "updated", "duplicate"]
    article: Article


class Writer:
    """Writes to the store what the index makes. Safe to use from several threads: writers wait for each other."""

    def __init__(self, store: Store, analyzer: Analyzer, new_index: Callable[[], Index], fingerprint: str) -> None:
        self._store, self._analyzer, self._new_index = store, analyzer, new_index
        self._index = new_index()
        self._fingerprint = fingerprint
        # When the last batch was written, by a clock that never goes back.
        self._released = 0.0

    def create(self, articles: Sequence[Article]) -> None:
        """Make or change the tables as need be, and put these articles into a file that is new; both or neither."""
        with self._store.write():
            new = self._store.migrate()
            self._store.begin_signatures()
            if new:
                self._store.begin_epoch(self._store.new_epoch(), self._fingerprint, segments=0, removal=0)
                self._write(self._preparation()(self._analyzer, articles))

    def add(
        self,
        articles: Iterable[Article],
        cut: Callable[[Article], list[Passage]],
        *,
        distinct: bool,
        record: Callable[[list[Outcome]], None] = lambda _: None,
    ) -> list[Outcome]:
        """Store these in one transaction, all of them or none, with what `record` writes; their outcomes in order."""
        preparation = self._preparation(cut, distinct=distinct)
        # The long part: other writers need not wait for it.
        ready: list[Batch[Never]]
        if distinct:
            ready = preparation(self._analyzer, articles)
        else:
            work = list(_sized(articles))
            # Much text is tokenized by other processes, so that questions don't feel it.
            expected = sum(characters for characters, _ in work)
            workers: Workers[list[Article], list[Batch[Never]]]
            workers = Workers(self._analyzer, preparation, expected=expected)
            with closing(workers):
                ready = [batch for found in workers.results(work) for batch in found]
        with self._store.write():
            outcomes = self._write(ready, distinct=distinct)
            record(outcomes)
        return outcomes

    def add_many(self, items: Iterable[Article | Unread[_T] | _T]) -> Iterator[list[Outcome | _T]]:
        """Store these batch by batch, each in a transaction that is over when its outcomes are given; on every core.

        What is neither an article nor to be read comes back in its place.
        """
        self._store.expect_much()
        with closing(self.prepare(items)) as batches:
            for batch in batches:
                yield self.add_batch(batch)

    def prepare(
        self, items: Iterable[Article | Unread[_T] | _T], *, ahead: bool = False
    ) -> Generator[Batch[_T], None, None]:
        """The batches that `add_batch` takes, in order, prepared on every core. Nothing is written.

        With `ahead`, so much is read before the first one is prepared as tells whether other processes are worth it:
        then nothing large is prepared in this process, where others may wait for Python.
        """
        work, expected = _sized(items), 0
        first: list[tuple[int, list[Article | Unread[_T] | _T]]] = []
        while ahead and expected <= WORTH_IT and len(first) < _MOST_AHEAD and (piece := next(work, None)) is not None:
            first.append(piece)
            expected += piece[0]
        workers: Workers[list[Article | Unread[_T] | _T], list[Batch[_T]]]
        workers = Workers(self._analyzer, self._preparation(), expected=expected)
        with closing(workers):
            for found in workers.results(chain(first, work)):
                yield from found

    def add_batch(
        self, batch: Batch[_T], record: Callable[[list[Outcome | _T]], None] = lambda _: None
    ) -> list[Outcome | _T]:
        """Store a batch in one transaction with what `record` writes, after a pause that lets other processes in."""
        time.sleep(max(0.0, self._released + _PAUSE - time.monotonic()))
        with self._store.write():
            outcomes = self._write([batch])
            record(outcomes)
        self._released = time.monotonic()
        return outcomes

    def remove(self, article_ids: Iterable[int], *, record: Callable[[list[int]], None] = lambda _: None) -> list[int]:
        """Take articles down, in one transaction with what `record` writes; the numbers of those that were there."""
        with self._store.write():
            gone = [number for number in article_ids if self._store.remove(number)]
            if gone:
                self._store.raise_generation()
            record(gone)
        return gone

    def _preparation(
        self, cut: Callable[[Article], list[Passage]] = passages, *, distinct: bool = False
    ) -> Preparation:
        return Preparation(self._store, self._new_index, cut, distinct)

    def _write(self, ready: Iterable[Batch[_T]], *, distinct: bool = False) -> list[Outcome | _T]:
        rules = self._store.signature_rules()
        if self._store.fingerprint() != self._fingerprint or rules != signatures.RULES:
            raise StoreError(f"{self._store.path} 的索引已由另一版本的程序重建，没有写入；请重新启动本程序。")
        outcomes: list[Outcome | _T] = []
        segment = _Segment(self._index)
        for batch in ready:
            for one in batch.items:
                if not isinstance(one, Prepared):
                    outcomes.append(one)
                    continue
                if one.passages is None and self._store.same(one.article, one.identity) is None:
                    one = one.with_passages(passages(one.article))  # it was stored as it is a moment ago
                alike = self._store.alike(one.signature, one.keys)
                stored = None if distinct else self._store.same(one.article, one.identity, alike)
                now = one.article if stored is None else newer(stored, one.article)
                if stored is not None and now == stored:
                    assert stored.id is not None
                    outcomes.append(Outcome(stored.id, "duplicate", stored))
                    continue
                if one.passages is None:  # what is stored has changed in that moment
                    one = one.with_passages(passages(one.article))
                    alike = self._store.alike(one.signature, one.keys)
                pieces = one.passages or []
                if stored is None:
                    number, ids = self._store.insert(now, pieces, one.identity)
                    outcomes.append(Outcome(number, "added", replace(now, id=number)))
                else:
                    assert stored.id is not None
                    number = stored.id
                    ids = self._store.replace(number, now, pieces)
                    outcomes.append(Outcome(number, "updated", now))
                self._store.compare(number, one.signature, one.keys, alike)
                if one.documents and _alike(now, one.like):
                    segment.take(batch.segment, one.documents, number, ids)
                else:
                    found = zip(ids, term_frequencies(self._analyzer, now.title, pieces), strict=True)
                    segment.add(number, [Document(id, number, bag, now.published, now.source) for id, bag in found])
        if segment.last is not None:
            self._store.append_segment(segment.data(), segment.last)
        if segment.articles:
            self._store.raise_generation()
        return outcomes


class _Segment:
    """The segment of one transaction: what was prepared, with the numbers that it got, and what was made just now."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._parts: list[bytes] = []
        self._prepared = b""
        self._numbers: dict[int, tuple[int, int]] = {}
        self._gone: list[int] = []
        self.articles: dict[int, list[int]] = {}
        self.last: int | None = None

    def take(self, prepared: bytes, documents: range, article_id: int, passage_ids: list[int]) -> None:
        """These documents of a prepared segment are the passages of an article."""
        if prepared is not self._prepared:
            self._finish_part()
            self._prepared = prepared
        self._note(article_id, passage_ids)
        self._numbers.update(zip(documents, ((number, article_id) for number in passage_ids), strict=True))

    def add(self, article_id: int, documents: list[Document]) -> None:
        self._finish_part()
        self._note(article_id, [document.passage_id for document in documents])
        if documents:
            self._parts.append(self._index.prepare(documents))

    def data(self) -> bytes:
        self._finish_part()
        alone = len(self._parts) == 1 and not self._gone
        return self._parts[0] if alone else self._index.merge(self._parts, self._gone)

    def _note(self, article_id: int, passage_ids: list[int]) -> None:
        # An article that comes twice in one transaction leaves its last words alone.
        self._gone += self.articles.get(article_id, [])
        self.articles[article_id] = passage_ids
        self.last = passage_ids[-1] if passage_ids else self.last

    def _finish_part(self) -> None:
        if self._numbers:
            self._parts.append(self._index.numbered(self._prepared, self._numbers))
            self._numbers = {}


def _alike(one: Article, other: Article) -> bool:
    """Whether their passages are the same to the index."""
    return (one.title, one.published, one.source) == (other.title, other.published, other.source)


def _sized(items: Iterable[_T]) -> Iterator[tuple[int, list[_T]]]:
    """The items in pieces of work of about a batch, each with its characters."""
    return ((sum(map(length, piece)), piece) for piece in batches(items))
