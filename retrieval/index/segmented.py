"""The default index: exact BM25 search over segments of postings that are added, removed and joined in memory."""

import threading
from collections.abc import Collection, Iterable, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from retrieval.index import bm25, listing, maxscore
from retrieval.index.posting_lists import Places
from retrieval.index.protocol import NO_EXPANSIONS, Expansions, Filters, Match
from retrieval.index.segment import term_hash
from retrieval.index.segment_format import unpack
from retrieval.index.segment_reader import SegmentReader, merge_readers

# A reader that is not this many times as large as all behind it together is merged with them. Sizes then fall
# geometrically: there are few readers, and each posting is copied only a few times.
_GROWTH = 4


class _Snapshot(NamedTuple):
    """The state of the index that one search reads from beginning to end, whatever is published meanwhile."""

    readers: tuple[SegmentReader, ...] = ()
    documents: int = 0
    articles: int = 0
    length: int = 0

    @classmethod
    def of(cls, readers: Iterable[SegmentReader]) -> "_Snapshot":
        readers = tuple(reader for reader in readers if reader.documents)
        return cls(
            readers,
            documents=sum(reader.documents for reader in readers),
            articles=sum(reader.articles for reader in readers),
            length=sum(reader.length for reader in readers),
        )

    def weighted(
        self, terms: Sequence[str], expansions: Expansions = NO_EXPANSIONS
    ) -> tuple[list[Places], bm25.Numbers]:
        """The rows of the terms and behind them of their expansions in each reader, and the weight of each row."""
        of_terms = [list(expansions.get(term, ())) for term in terms]
        asked = [*terms, *chain.from_iterable(of_terms)]
        hashes = np.array([term_hash(term) for term in asked], np.uint64)
        rows = [reader.rows(hashes) for reader in self.readers]
        frequencies = self._document_frequencies(rows, len(asked))
        weights, lighter, end = list[float](), list[float](), len(terms)
        for count, own in zip(frequencies, of_terms, strict=False):
            begin, end = end, end + len(own)
            together = bm25.idf(min(self.documents, count + sum(frequencies[begin:end])), self.documents)
            weights.append(together if own else bm25.idf(count, self.documents))
            lighter += [bm25.EXPANSION * together] * len(own)
        return rows, np.array(weights + lighter)

    def document_frequency(self, term: str) -> int:
        """The number of documents that hold the term."""
        hashes = np.array([term_hash(term)], np.uint64)
        return self._document_frequencies([reader.rows(hashes) for reader in self.readers], 1)[0]

    def _document_frequencies(self, rows: Sequence[Places], terms: int) -> list[int]:
        counts = [reader.document_frequencies(of_reader) for reader, of_reader in zip(self.readers, rows, strict=True)]
        return list(map(sum, zip(*counts, strict=True))) if counts else [0] * terms


class SegmentedIndex:
    """Answers from segments. `publish` and `compact` may run beside searches: they swap one reference.

    The file holds many segments of similar size. In memory they are merged into one large reader and a few small ones
    of later additions: each reader costs a search of its own, and bounds are tighter over one.
    """

    # `publish` merges up to this many postings by itself, in about 3 ms; larger merges are left to `compact`.
    _at_once = 200_000

    def __init__(self) -> None:
        self._snapshot = _Snapshot()
        self._changing = threading.Lock()
        self._compacting = False

    def publish(self, segments: Iterable[bytes], removed: Iterable[int], after: int = -1) -> None:
        removed_ids = np.unique(np.fromiter(removed, np.int64))
        added = [SegmentReader.of(unpack(data).after(after)).delete(removed_ids) for data in segments]
        if added:
            added = [merge_readers(added)]
        with self._changing:
            readers = [*(reader.delete(removed_ids) for reader in self._snapshot.readers), *added]
            first = _first_to_merge(readers)
            tail = readers[first:]
            if len(tail) > 1 and not self._compacting and sum(reader.size for reader in tail) <= self._at_once:
                readers[first:] = [merge_readers(tail)]
            self._snapshot = _Snapshot.of(readers)

    def is_crowded(self) -> bool:
        """Whether `compact` would merge readers."""
        readers = self._snapshot.readers
        return len(readers) - _first_to_merge(readers) > 1

    def compact(self) -> None:
        """Merge readers, which makes later searches faster; about a second for a hundred million postings."""
        with self._changing:
            before = self._snapshot.readers
            if self._compacting or not self.is_crowded():
                return
            self._compacting = True
        first = _first_to_merge(before)
        try:
            merged = merge_readers(before[first:])
        except BaseException:
            self._compacting = False
            raise
        with self._changing:
            # During the merge, `publish` may have added readers behind these and removed documents from these.
            now = self._snapshot.readers
            removed_ids = _removed_since(before[first:], now)
            earlier = [reader for reader in now if any(reader.segment is old.segment for old in before[:first])]
            later = [reader for reader in now if all(reader.segment is not old.segment for old in before)]
            self._snapshot = _Snapshot.of([*earlier, merged.delete(removed_ids), *later])
            self._compacting = False

    def warm(self, code: Sequence[Path]) -> None:
        maxscore.load(code)

    def idf(self, term: str) -> float:
        return bm25.idf(max(1, self._snapshot.document_frequency(term)), self._snapshot.documents)

    def newest(self, limit: int, filters: Filters) -> list[int]:
        return listing.newest(self._snapshot.readers, limit, filters)

    def passages_of(self, article_ids: Collection[int], limit: int, filters: Filters) -> list[int]:
        return listing.passages_of(self._snapshot.readers, article_ids, limit, filters)

    def search(
        self, terms: Sequence[str], k: int, filters: Filters, expansions: Expansions = NO_EXPANSIONS
    ) -> list[Match]:
        snapshot = self._snapshot
        rows, weights = snapshot.weighted(terms, expansions)
        if k < 1 or not weights.any():
            return []
        average, average_article = snapshot.length / snapshot.documents, snapshot.length / snapshot.articles
        floor = 0.0
        # Arrays of each reader: scores, scores of the articles, minutes, passage ids.
        found: list[tuple[NDArray[Any], ...]] = []
        # The largest reader first: its k-th best score is the floor of the others.
        for reader, of_reader in sorted(zip(snapshot.readers, rows, strict=True), key=lambda pair: -pair[0].size):
            segment, lists = reader.segment, reader.lists(of_reader, weights, average)
            documents = maxscore.candidates(segment.postings, lists, average, k, floor, reader.allowed(filters))
            articles = reader.articles_of(documents)
            scores = maxscore.scores(segment.postings, lists, average, average_article, documents, articles)
            if len(documents) >= k:
                floor = max(floor, float(np.partition(scores[0], -k)[-k]))
            found.append((*scores, segment.minutes[documents], segment.passage_ids[documents]))
        scored, articles_scored, minutes, ids = map(np.concatenate, zip(*found, strict=True))
        order = np.lexsort((ids, -minutes, -scored))[:k]
        return list(map(Match, ids[order].tolist(), scored[order].tolist(), articles_scored[order].tolist()))


def _first_to_merge(readers: Sequence[SegmentReader]) -> int:
    """The place of the first reader that should be merged with all behind it, by `_GROWTH`."""
    first, size = len(readers) - 1, readers[-1].size if readers else 0
    while first > 0 and readers[first - 1].size < _GROWTH * size:
        first -= 1
        size += readers[first].size
    return max(0, first)


def _removed_since(before: Sequence[SegmentReader], now: Sequence[SegmentReader]) -> NDArray[np.int64]:
    """The ids of the passages that these earlier readers held and the present ones do not."""
    readers = {id(reader.segment): reader for reader in now}
    removed = [np.empty(0, np.int64)]
    for old in before:
        new = readers.get(id(old.segment))
        flags = old.alive & ~new.alive if new else old.alive
        removed.append(old.segment.passage_ids[flags])
    return np.concatenate(removed)
