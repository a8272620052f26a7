"""What is left of a segment after removals, and what does it know of a term and of a document?"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from retrieval import maxscore
from retrieval.index import Filters, first_minute, last_minute
from retrieval.maxscore import Lists
from retrieval.segment import Flags, Segment, join, without
from retrieval.text import fold


@dataclass(frozen=True)
class Live:
    """Immutable, like the segment; a removal makes another one of the same segment."""

    segment: Segment
    alive: Flags
    documents: int
    articles: int
    length: int
    # Ascending numbers of the documents removed, and for each term asked for since, how many of them held it.
    dead: NDArray[np.uint32]
    _lost: dict[int, int] = field(default_factory=dict)

    @classmethod
    def all_of(cls, segment: Segment) -> "Live":
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

    def without(self, passage_ids: NDArray[np.int64]) -> "Live":
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

    def document_frequency(self, term: int) -> int:
        """How many living documents hold the term of this hash."""
        row = self._row(term)
        if row < 0:
            return 0
        start, end = self.segment.starts[row : row + 2].tolist()
        if not len(self.dead):
            return int(end - start)
        # Counted when somebody asks: a removal need not read all postings to be subtracted.
        lost = self._lost.get(term)
        if lost is None:
            lost = self._lost[term] = _common(self.segment.documents[start:end], self.dead)
        return int(end - start) - lost

    def lists(self, weighted: Sequence[tuple[int, float]], average: float) -> Lists:
        """The postings of these terms, by hash, where there are any, and what they weigh; in the order given."""
        segment = self.segment
        rows, weights = [], []
        for term, weight in weighted:
            if (row := self._row(term)) >= 0:
                rows.append(row)
                weights.append(weight)
        places = np.array(rows, np.intp)
        idf = np.array(weights, np.float64)
        # Saturation grows at most as the average length does.
        bounds = segment.bounds[places].astype(np.float64) * max(1.0, average / segment.average)
        return Lists(segment.starts[places], segment.starts[places + 1], idf, idf * bounds)

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
        if filters.without:
            allowed &= ~np.isin(segment.article_ids, list(filters.without))
        return allowed

    def articles_of(self, documents: NDArray[np.int64]) -> maxscore.Articles:
        """The first and, excluded, the last document of each document's article."""
        starts = self.segment.article_starts
        articles = np.searchsorted(starts, documents, side="right")
        return starts[articles - 1], starts[articles]

    def _row(self, term: int) -> int:
        """The row of the term of this hash, -1 if there is none."""
        row = int(np.searchsorted(self.segment.terms, np.uint64(term)))
        return row if row < len(self.segment.terms) and int(self.segment.terms[row]) == term else -1


_EVERYTHING = Filters()


def joined(lives: Sequence[Live]) -> Live:
    """One in place of these, which come by ascending passage id, the dead left out."""
    if len(lives) == 1:
        return lives[0]
    return Live.all_of(join([live.compacted() for live in lives]))


def _common(one: NDArray[np.uint32], other: NDArray[np.uint32]) -> int:
    """How many numbers stand in both; each ascends."""
    fewer, more = (one, other) if len(one) < len(other) else (other, one)
    if not len(fewer):
        return 0
    return int(np.count_nonzero(more.take(np.searchsorted(more, fewer), mode="clip") == fewer))
