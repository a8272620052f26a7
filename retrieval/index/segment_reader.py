"""What is left of a segment after removals, and what does it know of a term and of a document?"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from retrieval.index import bm25
from retrieval.index.posting_lists import ArticleSpans, Places, PostingLists
from retrieval.index.protocol import Filters, first_minute, last_minute
from retrieval.index.segment import Flags, Segment, join, without
from retrieval.text.folding import fold


@dataclass(frozen=True)
class SegmentReader:
    """Immutable, like the segment; a removal makes another one of the same segment."""

    segment: Segment
    alive: Flags
    documents: int
    articles: int
    length: int
    # Ascending numbers of the documents removed; for the row of each term asked for since, how many of them held it.
    dead: NDArray[np.uint32]
    _lost: dict[int, int] = field(default_factory=dict)

    @classmethod
    def all_of(cls, segment: Segment) -> "SegmentReader":
        return cls(
            segment,
            alive=np.ones(len(segment.passage_ids), bool),
            documents=len(segment.passage_ids),
            articles=len(segment.article_starts) - 1,
            length=int(segment.lengths.sum(dtype=np.int64)),
            dead=np.empty(0, np.uint32),
        )

    @property
    def size(self) -> int:
        """The number of its postings, those of dead documents included."""
        return len(self.segment.documents)

    def without(self, passage_ids: NDArray[np.int64]) -> "SegmentReader":
        """What is left without these passages; itself when it has none of them."""
        known = self.segment.passage_ids
        places = np.searchsorted(known, passage_ids)
        here = known.take(places, mode="clip") == passage_ids if len(known) else np.zeros(len(places), bool)
        dying = np.unique(places[here])
        dying = dying[self.alive[dying]]
        if not len(dying):
            return self
        alive = self.alive.copy()
        alive[dying] = False
        starts = self.segment.article_starts
        touched = np.unique(np.searchsorted(starts, dying, side="right") - 1)
        gone = sum(not alive[starts[article] : starts[article + 1]].any() for article in touched)
        return replace(
            self,
            alive=alive,
            documents=self.documents - len(dying),
            articles=self.articles - gone,
            length=self.length - int(self.segment.lengths[dying].sum(dtype=np.int64)),
            dead=np.union1d(self.dead, dying).astype(np.uint32),
            _lost={},
        )

    def compacted(self) -> Segment:
        """The segment without what is dead."""
        return without(self.segment, ~self.alive) if len(self.dead) else self.segment

    def rows(self, terms: NDArray[np.uint64]) -> Places:
        """The rows of the terms of these hashes, -1 where there is none."""
        known = self.segment.terms
        if not len(known):
            return np.full(len(terms), -1)
        rows = known.searchsorted(terms)
        rows[known.take(rows, mode="clip") != terms] = -1
        return rows

    def document_frequencies(self, rows: Places) -> list[int]:
        """How many living documents hold the term of each row."""
        starts, there = self.segment.starts, rows >= 0
        frequencies: list[int] = (
            (starts.take(rows + 1, mode="clip") - starts.take(rows, mode="clip")) * there
        ).tolist()
        if not len(self.dead):
            return frequencies
        return [
            count - self._lost_of(row) if count else 0 for row, count in zip(rows.tolist(), frequencies, strict=True)
        ]

    def _lost_of(self, row: int) -> int:
        # Counted when somebody asks: a removal need not read all postings to be subtracted.
        lost = self._lost.get(row)
        if lost is None:
            start, end = self.segment.starts[row : row + 2].tolist()
            lost = self._lost[row] = _common(self.segment.documents[start:end], self.dead)
        return lost

    def lists(self, rows: Places, weights: bm25.Numbers, average: float) -> PostingLists:
        """The postings of the terms of these rows, where there are any, and what they weigh; in the order given."""
        segment, there = self.segment, rows >= 0
        rows, weights = rows[there], weights[there]
        # Saturation grows at most as the average length does.
        bounds = segment.bounds[rows] * (weights * max(1.0, average / segment.average))
        return PostingLists(segment.starts[rows], segment.starts[rows + 1], weights, bounds)

    def allowed(self, filters: Filters) -> Flags | None:
        """Which documents are alive and pass the filters; None when all do."""
        segment = self.segment
        if filters == _EVERYTHING:
            return self.alive if len(self.dead) else None
        allowed = self.alive.copy()
        if filters.since is not None:
            allowed &= segment.minutes >= first_minute(filters.since)
        if filters.until is not None:
            allowed &= (segment.minutes <= last_minute(filters.until)) & (segment.minutes > 0)
        if filters.source is not None:
            wanted = fold(filters.source).strip()
            fitting = np.array([*(wanted in source for source in segment.sources), False])
            allowed &= fitting[segment.source_numbers]
        if filters.exclude_ids:
            allowed &= ~np.isin(segment.article_ids, list(filters.exclude_ids))
        if filters.include_ids is not None:
            allowed &= np.isin(segment.article_ids, np.fromiter(filters.include_ids, np.int64))
        return allowed

    def articles_of(self, documents: NDArray[np.int64]) -> ArticleSpans:
        """The first and, excluded, the last document of each document's article."""
        starts = self.segment.article_starts
        articles = np.searchsorted(starts, documents, side="right")
        return starts[articles - 1], starts[articles]


_EVERYTHING = Filters()


def joined(lives: Sequence[SegmentReader]) -> SegmentReader:
    """One in place of these, which come by ascending passage id, the dead left out."""
    if len(lives) == 1:
        return lives[0]
    return SegmentReader.all_of(join([live.compacted() for live in lives]))


def _common(one: NDArray[np.uint32], other: NDArray[np.uint32]) -> int:
    """How many numbers stand in both; each ascends."""
    fewer, more = (one, other) if len(one) < len(other) else (other, one)
    if not len(fewer):
        return 0
    return int(np.count_nonzero(more.take(np.searchsorted(more, fewer), mode="clip") == fewer))
