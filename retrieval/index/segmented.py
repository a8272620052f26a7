"""Which k documents have the best BM25 score? Answered from segments of postings: exact, and open to additions."""

import threading
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from retrieval.index import bm25, maxscore
from retrieval.index.posting_lists import Places
from retrieval.index.protocol import Document, Filters, Match
from retrieval.index.segment import build, merge, numbered, pack, term_hash, unpack
from retrieval.index.segment_reader import SegmentReader, joined

# A piece that is not this many times as large as all behind it is joined with them: there are few, and a posting is
# copied seldom.
_GROWTH = 4


class _Snapshot(NamedTuple):
    """All that one search looks at; a search under way keeps the one that it began with."""

    pieces: tuple[SegmentReader, ...] = ()
    documents: int = 0
    articles: int = 0
    length: int = 0

    @classmethod
    def of(cls, pieces: Iterable[SegmentReader]) -> "_Snapshot":
        pieces = tuple(piece for piece in pieces if piece.documents)
        return cls(
            pieces,
            documents=sum(piece.documents for piece in pieces),
            articles=sum(piece.articles for piece in pieces),
            length=sum(piece.length for piece in pieces),
        )

    def weighted(self, terms: Sequence[str], at_least: int = 0) -> tuple[list[Places], bm25.Numbers]:
        """For each piece the rows of the terms; and what each term weighs."""
        hashes = np.array([term_hash(term) for term in terms], np.uint64)
        rows = [piece.rows(hashes) for piece in self.pieces]
        frequencies = [piece.document_frequencies(its) for piece, its in zip(self.pieces, rows, strict=True)]
        sums = map(sum, zip(*frequencies, strict=True)) if frequencies else [0] * len(terms)
        return rows, np.array([bm25.idf(max(at_least, count), self.documents) for count in sums])


class SegmentedIndex:
    """The default index. `publish` and `compact` may run beside searches: they swap one reference.

    The segments of the file are pieces of one size with each other; in memory they are joined into one large piece, and
    few small ones of what came since, because bounds are tighter over one and each piece costs a search of its own.
    """

    # Postings that are joined at once when something is published, in about 3 ms; larger joins are `compact`'s.
    _at_once = 200_000

    def __init__(self) -> None:
        self._snapshot = _Snapshot()
        self._changing = threading.Lock()
        self._compacting = False

    def prepare(self, documents: Sequence[Document]) -> bytes:
        return pack(build(documents))

    def numbered(self, segment: bytes, numbers: Mapping[int, tuple[int, int]]) -> bytes:
        return numbered(segment, numbers)

    def merge(self, segments: Sequence[bytes], removed: Iterable[int]) -> bytes:
        return merge(segments, removed)

    def publish(self, segments: Iterable[bytes], removed: Iterable[int], after: int = -1) -> None:
        dead = np.unique(np.fromiter(removed, np.int64))
        new = [
            SegmentReader.all_of(segment).without(dead) for segment in (unpack(data).after(after) for data in segments)
        ]
        new = [joined(new)] if new else []
        with self._changing:
            pieces = [*(piece.without(dead) for piece in self._snapshot.pieces), *new]
            begin = _crowded(pieces)
            together = pieces[begin:]
            if len(together) > 1 and not self._compacting and sum(piece.size for piece in together) <= self._at_once:
                pieces[begin:] = [joined(together)]
            self._snapshot = _Snapshot.of(pieces)

    def is_crowded(self) -> bool:
        """Whether `compact` would find something to do."""
        pieces = self._snapshot.pieces
        return len(pieces) - _crowded(pieces) > 1

    def compact(self) -> None:
        """Join pieces, which makes later searches faster; it takes about a second for a hundred million postings."""
        with self._changing:
            before = self._snapshot.pieces
            if self._compacting or not self.is_crowded():
                return
            self._compacting = True
        begin = _crowded(before)
        try:
            whole = joined(before[begin:])
        except BaseException:
            self._compacting = False
            raise
        with self._changing:
            # Meanwhile pieces may have been added behind these, and documents removed from these.
            now = self._snapshot.pieces
            lost = _died(before[begin:], now)
            later = [piece for piece in now if all(piece.segment is not old.segment for old in before)]
            kept = [piece for piece in now if any(piece.segment is old.segment for old in before[:begin])]
            self._snapshot = _Snapshot.of([*kept, whole.without(lost), *later])
            self._compacting = False

    def warm(self, code: Sequence[Path]) -> None:
        maxscore.load(code)

    def idf(self, term: str) -> float:
        return float(self._snapshot.weighted([term], at_least=1)[1][0])

    def search(self, terms: Sequence[str], k: int, filters: Filters) -> list[Match]:
        snapshot = self._snapshot
        rows, weights = snapshot.weighted(terms)
        if k < 1 or not weights.any():
            return []
        average, average_article = snapshot.length / snapshot.documents, snapshot.length / snapshot.articles
        floor = 0.0
        # Columns: score, that of the article, minute, passage id.
        found: list[tuple[NDArray[Any], ...]] = []
        for piece, its in sorted(zip(snapshot.pieces, rows, strict=True), key=lambda pair: -pair[0].size):
            segment, lists = piece.segment, piece.lists(its, weights, average)
            documents = maxscore.candidates(segment.postings, lists, average, k, floor, piece.allowed(filters))
            articles = piece.articles_of(documents)
            scores = maxscore.scores(segment.postings, lists, average, average_article, documents, articles)
            if len(documents) >= k:
                floor = max(floor, float(np.partition(scores[0], -k)[-k]))
            found.append((*scores, segment.minutes[documents], segment.passage_ids[documents]))
        best, of_articles, minutes, ids = map(np.concatenate, zip(*found, strict=True))
        order = np.lexsort((ids, -minutes, -best))[:k]
        return list(map(Match, ids[order].tolist(), best[order].tolist(), of_articles[order].tolist()))


def _crowded(pieces: Sequence[SegmentReader]) -> int:
    """From which piece on all should be one."""
    begin, size = len(pieces) - 1, pieces[-1].size if pieces else 0
    while begin > 0 and pieces[begin - 1].size < _GROWTH * size:
        begin -= 1
        size += pieces[begin].size
    return max(0, begin)


def _died(before: Sequence[SegmentReader], now: Sequence[SegmentReader]) -> NDArray[np.int64]:
    """The passages that were alive in these pieces and are no longer."""
    later = {id(piece.segment): piece for piece in now}
    lost = [np.empty(0, np.int64)]
    for old in before:
        new = later.get(id(old.segment))
        died = old.alive & ~new.alive if new else old.alive
        lost.append(old.segment.passage_ids[died])
    return np.concatenate(lost)
