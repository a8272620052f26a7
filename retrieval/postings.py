"""Which k documents have the best BM25 score? Answered from segments of postings: exact, and open to additions."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from retrieval import bm25
from retrieval.index import Document, Filters, Match, first_minute, last_minute
from retrieval.segment import Segment, build, pack, unpack
from retrieval.text import fold

Flags = NDArray[np.bool_]


class _Live(NamedTuple):
    """A segment with what is left of it after removals."""

    segment: Segment
    rows: dict[str, int]
    alive: Flags
    document_frequencies: NDArray[np.int64]
    documents: int
    articles: int
    length: int

    @classmethod
    def all_of(cls, segment: Segment) -> "_Live":
        rows = {term: row for row, term in enumerate(segment.terms)}
        return cls(
            segment,
            rows,
            alive=np.ones(len(segment.passage_ids), bool),
            document_frequencies=np.diff(segment.starts),
            documents=len(segment.passage_ids),
            articles=len(segment.article_starts) - 1,
            length=int(segment.lengths.sum(dtype=np.int64)),
        )

    def without(self, passage_ids: NDArray[np.int64]) -> "_Live":
        segment = self.segment
        dying = np.isin(segment.passage_ids, passage_ids) & self.alive
        if not dying.any():
            return self
        lost = np.flatnonzero(dying[segment.documents])
        rows = np.searchsorted(segment.starts, lost, side="right") - 1
        left = self.document_frequencies - np.bincount(rows, minlength=len(segment.terms))
        alive = self.alive & ~dying
        return self._replace(
            alive=alive,
            document_frequencies=left,
            documents=int(alive.sum()),
            articles=len(np.unique(segment.article_ids[alive])),
            length=int(segment.lengths[alive].sum(dtype=np.int64)),
        )

    def document_frequency(self, term: str) -> int:
        row = self.rows.get(term)
        return 0 if row is None else int(self.document_frequencies[row])

    def postings(self, term: str) -> tuple[NDArray[np.uint32], NDArray[np.uint8]] | None:
        row = self.rows.get(term)
        if row is None:
            return None
        start, end = self.segment.starts[row], self.segment.starts[row + 1]
        return self.segment.documents[start:end], self.segment.frequencies[start:end]

    def allowed(self, filters: Filters) -> Flags:
        """Which documents are alive and pass the filters."""
        segment, allowed = self.segment, self.alive
        if filters.since is not None:
            allowed = allowed & (segment.minutes >= first_minute(filters.since))
        if filters.until is not None:
            allowed = allowed & (segment.minutes <= last_minute(filters.until)) & (segment.minutes > 0)
        if filters.source is not None:
            wanted = fold(filters.source).strip()
            numbers = [number for number, source in enumerate(segment.sources) if wanted in source]
            allowed = allowed & np.isin(segment.source_numbers, numbers)
        if filters.without:
            allowed = allowed & ~np.isin(segment.article_ids, list(filters.without))
        return allowed


class _Snapshot(NamedTuple):
    """All that one search looks at; a search under way keeps the one that it began with."""

    live: tuple[_Live, ...] = ()
    documents: int = 0
    articles: int = 0
    length: int = 0

    @classmethod
    def of(cls, live: Iterable[_Live]) -> "_Snapshot":
        live = tuple(part for part in live if part.documents)
        return cls(
            live,
            documents=sum(part.documents for part in live),
            articles=sum(part.articles for part in live),
            length=sum(part.length for part in live),
        )

    def document_frequency(self, term: str) -> int:
        return sum(part.document_frequency(term) for part in self.live)


class Postings:
    """The default index. `publish` may run beside searches: it swaps one reference."""

    def __init__(self) -> None:
        self._snapshot = _Snapshot()

    def prepare(self, documents: Sequence[Document]) -> bytes:
        return pack(build(documents))

    def publish(self, segments: Iterable[bytes], removed: Iterable[int]) -> None:
        live = [*self._snapshot.live, *(_Live.all_of(unpack(data)) for data in segments)]
        dead = np.fromiter(removed, np.int64)
        self._snapshot = _Snapshot.of(part.without(dead) for part in live) if len(dead) else _Snapshot.of(live)

    def idf(self, term: str) -> float:
        snapshot = self._snapshot
        return bm25.idf(max(1, snapshot.document_frequency(term)), snapshot.documents)

    def search(self, terms: Sequence[str], k: int, filters: Filters) -> list[Match]:
        snapshot = self._snapshot
        weighted = [
            (term, bm25.idf(frequency, snapshot.documents))
            for term in terms
            if (frequency := snapshot.document_frequency(term))
        ]
        if k < 1 or not weighted:
            return []
        average = snapshot.length / snapshot.documents
        found = [_best(part, weighted, average, k, filters) for part in snapshot.live]
        # Columns: score, minute, passage id, number of the segment, number of the document.
        scores, minutes, ids = (np.concatenate([best[column] for best in found]) for column in range(3))
        parts = np.repeat(np.arange(len(found)), [len(best[0]) for best in found])
        numbers = np.concatenate([best[3] for best in found])
        order = np.lexsort((ids, -minutes, -scores))[:k]
        article_scores = np.zeros(len(order))
        for part in np.unique(parts[order]):
            mine = parts[order] == part
            article_scores[mine] = _article_scores(
                snapshot.live[part], weighted, snapshot.length / snapshot.articles, numbers[order][mine]
            )
        rows = zip(ids[order].tolist(), scores[order].tolist(), article_scores.tolist(), strict=True)
        return [Match(*row) for row in rows]


def _best(
    live: _Live, weighted: list[tuple[str, float]], average: float, k: int, filters: Filters
) -> tuple[bm25.Numbers, NDArray[np.int64], NDArray[np.int64], NDArray[np.intp]]:
    """Score, minute, passage id and number of a segment's k best documents, ties with the last of them included."""
    segment = live.segment
    scores = np.zeros(len(segment.passage_ids))
    for term, idf in weighted:
        if postings := live.postings(term):
            documents, frequencies = postings
            lengths = segment.lengths[documents].astype(np.float64)
            scores[documents] += idf * bm25.saturation(frequencies.astype(np.float64), lengths, average)
    numbers = np.flatnonzero((scores > 0) & live.allowed(filters))
    if len(numbers) > k:
        kth_best = np.partition(scores[numbers], -k)[-k]
        numbers = numbers[scores[numbers] >= kth_best]
    return scores[numbers], segment.minutes[numbers].astype(np.int64), segment.passage_ids[numbers], numbers


def _article_scores(
    live: _Live, weighted: list[tuple[str, float]], average: float, numbers: NDArray[np.intp]
) -> bm25.Numbers:
    """The formula over the articles of these documents: term frequencies and lengths are sums over their passages."""
    segment = live.segment
    articles = np.searchsorted(segment.article_starts, numbers, side="right") - 1
    starts, ends = segment.article_starts[articles], segment.article_starts[articles + 1]
    lengths = _range_sums(segment.lengths, starts, ends)
    scores = np.zeros(len(numbers))
    for term, idf in weighted:
        if postings := live.postings(term):
            documents, frequencies = postings
            sums = _range_sums(frequencies, np.searchsorted(documents, starts), np.searchsorted(documents, ends))
            scores += idf * bm25.saturation(sums, lengths, average)
    return scores


def _range_sums(
    values: NDArray[np.uint32] | NDArray[np.uint8], starts: NDArray[np.intp], ends: NDArray[np.intp]
) -> bm25.Numbers:
    """values[start:end].sum() for each pair."""
    first, last = int(starts.min()), int(ends.max())
    sums = np.concatenate(([0.0], np.cumsum(values[first:last], dtype=np.float64)))
    return np.asarray(sums[ends - first] - sums[starts - first])
