"""The default index: exact BM25 search over segments of postings that are added, removed and joined in memory."""

import threading
from collections.abc import Collection, Iterable, Sequence
from itertools import chain, repeat
from mmap import mmap
from operator import add
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from retrieval.index import bm25, listing, maxscore
from retrieval.index.posting_lists import Places, QueryTerms
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

    @property
    def average(self) -> float:
        """The average length of a document; 1 when there is none."""
        return self.length / self.documents if self.documents else 1.0

    def with_impacts(self, limit: int) -> "_Snapshot":
        """The snapshot with impacts in each reader; outdated ones are made anew for at most `limit` postings."""
        return self._replace(
            readers=tuple(
                reader.with_impacts(self.average) if reader.lacks_impacts(self.average, limit) else reader
                for reader in self.readers
            )
        )

    def queries(
        self, terms: Sequence[str], expansions: Expansions = NO_EXPANSIONS
    ) -> list[tuple[SegmentReader, QueryTerms]]:
        """Each reader with the terms and behind them their expansions; none when no reader holds any."""
        own = [expansions.get(term, ()) for term in terms]
        hashes = np.array([term_hash(term) for term in chain(terms, *own)], np.uint64)
        rows, counts = list[Places](), [0] * len(hashes)
        for reader in self.readers:
            of_reader, held = reader.look_up(hashes)
            rows.append(of_reader)
            counts = list(map(add, counts, held))
        if not any(counts):
            return []
        weights, lighter, end = list[float](), list[float](), len(terms)
        for count, of_term in zip(counts, own, strict=False):
            if of_term:
                begin, end = end, end + len(of_term)
                count = min(self.documents, count + sum(counts[begin:end]))
                lighter += [bm25.EXPANSION * bm25.idf(count, self.documents)] * len(of_term)
            weights.append(bm25.idf(count, self.documents))
        of_all = np.array(weights + lighter)
        return [(reader, QueryTerms(of_reader, of_all)) for reader, of_reader in zip(self.readers, rows, strict=True)]

    def document_frequency(self, term: str) -> int:
        """The number of documents that hold the term."""
        hashes = np.array([term_hash(term)], np.uint64)
        return sum(reader.look_up(hashes)[1][0] for reader in self.readers)


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

    def publish(self, segments: Iterable[bytes | mmap], removed: Iterable[int], after: int = -1) -> None:
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
            self._snapshot = _Snapshot.of(readers).with_impacts(self._at_once)

    def is_crowded(self) -> bool:
        """Whether `compact` would merge readers or make impacts anew."""
        return len(_to_change(self._snapshot)) > 0

    def compact(self) -> None:
        """Merge readers, which makes later searches faster; about a second for a hundred million postings.

        Impacts of a large reader that are outdated are made anew here too.
        """
        while self._compact_once():
            pass

    def _compact_once(self) -> bool:
        """Replace some readers by one; False when nothing is due or another thread does it."""
        with self._changing:
            before = self._snapshot
            replaced = _to_change(before)
            if self._compacting or not replaced:
                return False
            self._compacting = True
        try:
            merged = merge_readers(replaced).with_impacts(before.average)
        except BaseException:
            self._compacting = False
            raise
        with self._changing:
            # Meanwhile, `publish` may have added readers behind these and removed documents from these.
            now = self._snapshot.readers
            merged = merged.delete(_removed_since(replaced, now))
            kept = [reader for reader in now if not any(reader.segment is old.segment for old in replaced)]
            self._snapshot = _Snapshot.of(_by_passage([*kept, merged])).with_impacts(self._at_once)
            self._compacting = False
        return True

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
        queries = snapshot.queries(terms, expansions) if k > 0 else []
        if not queries:
            return []
        averages = snapshot.average, snapshot.length / snapshot.articles
        # Columns of each reader: passage ids, scores, scores of the articles, minutes.
        found, floor = list[tuple[NDArray[Any], ...]](), 0.0
        # The largest reader first: its k-th best score is the floor of the others.
        for reader, query in sorted(queries, key=lambda pair: -pair[0].size):
            scale, allowed = reader.scale(averages[0]), reader.allowed(filters)
            documents, scores, of_articles = maxscore.find(reader.postings, query, averages, scale, k, floor, allowed)
            if len(documents) == k:
                floor = max(floor, float(scores[-1]))
            ids, minutes = reader.segment.passage_ids.take(documents), reader.segment.minutes.take(documents)
            found.append((ids, scores, of_articles, minutes))
        columns = found[0] if len(found) == 1 else _best(found, k)
        # As `Match(...)` does, in half of the time.
        return list(map(tuple.__new__, repeat(Match), zip(*(column.tolist() for column in columns[:3]), strict=True)))


def _best(found: Iterable[tuple[NDArray[Any], ...]], k: int) -> tuple[NDArray[Any], ...]:
    """The k best rows of these columns together, in the order of `maxscore.find`."""
    ids, scores, of_articles, minutes = map(np.concatenate, zip(*found, strict=True))
    order = np.lexsort((ids, -minutes, -scores))[:k]
    return ids[order], scores[order], of_articles[order]


def _first_to_merge(readers: Sequence[SegmentReader]) -> int:
    """The place of the first reader that should be merged with all behind it, by `_GROWTH`."""
    first, size = len(readers) - 1, readers[-1].size if readers else 0
    while first > 0 and readers[first - 1].size < _GROWTH * size:
        first -= 1
        size += readers[first].size
    return max(0, first)


def _by_passage(readers: Iterable[SegmentReader]) -> list[SegmentReader]:
    """The readers by ascending passage id; empty ones are left out."""
    return sorted((reader for reader in readers if reader.documents), key=lambda reader: reader.segment.passage_ids[0])


def _to_change(snapshot: _Snapshot) -> Sequence[SegmentReader]:
    """The readers that `compact` replaces by one: some to be merged, or one with outdated impacts."""
    tail = snapshot.readers[_first_to_merge(snapshot.readers) :]
    if len(tail) > 1:
        return tail
    return [reader for reader in snapshot.readers if reader.lacks_impacts(snapshot.average, reader.size)][:1]


def _removed_since(before: Sequence[SegmentReader], now: Sequence[SegmentReader]) -> NDArray[np.int64]:
    """The ids of the passages that these earlier readers held and the present ones do not."""
    readers = {id(reader.segment): reader for reader in now}
    removed = [np.empty(0, np.int64)]
    for old in before:
        new = readers.get(id(old.segment))
        flags = old.alive & ~new.alive if new else old.alive
        removed.append(old.segment.passage_ids[flags])
    return np.concatenate(removed)
