"""Segments with removed documents: term statistics, posting lists, filters."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from retrieval.index import maxscore
from retrieval.index.filtering import passing
from retrieval.index.posting_lists import Places, PostingColumns, Scale
from retrieval.index.protocol import Filters
from retrieval.index.segment import Flags, Segment, drop, join


@dataclass(frozen=True)
class SegmentReader:
    """Immutable view of a segment with its removed documents. Removing documents returns a new view of the segment.

    `documents`, `articles` and `length` (terms of all documents together) count what is not removed.
    """

    segment: Segment
    alive: Flags
    documents: int
    articles: int
    length: int
    deleted: NDArray[np.uint32]  # numbers of the removed documents, ascending
    # Term row -> how many removed documents hold the term; filled as terms are asked for.
    _deleted_frequencies: dict[int, int] = field(default_factory=dict)

    @classmethod
    def of(cls, segment: Segment) -> "SegmentReader":
        """The view of the whole segment."""
        return cls(
            segment,
            alive=np.ones(len(segment.passage_ids), bool),
            documents=len(segment.passage_ids),
            articles=len(segment.article_starts) - 1,
            length=int(segment.lengths.sum(dtype=np.int64)),
            deleted=np.empty(0, np.uint32),
        )

    @property
    def size(self) -> int:
        """The number of postings, those of removed documents included."""
        return len(self.segment.documents)

    def delete(self, passage_ids: NDArray[np.int64]) -> "SegmentReader":
        """The view without these passages as well; this view when the segment holds none of them."""
        ids = self.segment.passage_ids
        places = np.searchsorted(ids, passage_ids)
        is_held = ids.take(places, mode="clip") == passage_ids if len(ids) else np.zeros(len(places), bool)
        deleted = np.unique(places[is_held])
        deleted = deleted[self.alive[deleted]]
        if not len(deleted):
            return self
        alive = self.alive.copy()
        alive[deleted] = False
        starts = self.segment.article_starts
        articles = np.unique(np.searchsorted(starts, deleted, side="right") - 1)
        empty_articles = sum(not alive[starts[article] : starts[article + 1]].any() for article in articles)
        return replace(
            self,
            alive=alive,
            documents=self.documents - len(deleted),
            articles=self.articles - empty_articles,
            length=self.length - int(self.segment.lengths[deleted].sum(dtype=np.int64)),
            deleted=np.union1d(self.deleted, deleted).astype(np.uint32),
            _deleted_frequencies={},
        )

    def compact(self) -> Segment:
        """The segment of the documents that are not removed."""
        return drop(self.segment, ~self.alive) if len(self.deleted) else self.segment

    @cached_property
    def postings(self) -> PostingColumns:
        """The columns that a search reads."""
        segment = self.segment
        assert segment.impacts is not None
        return PostingColumns(
            segment.documents,
            segment.impacts.values,
            segment.frequencies,
            segment.lengths,
            segment.passage_ids,
            segment.article_ids,
            segment.minutes,
            segment.starts,
            segment.bounds,
        )

    def scale(self, average: float) -> Scale:
        """The factors for bounds and impacts when documents have this average length."""
        assert self.segment.impacts is not None
        return self.segment.impacts.scale(self.segment.average, average)

    def lacks_impacts(self, average: float, limit: int) -> bool:
        """Whether there are no impacts, or outdated ones of at most `limit` postings, for this average length."""
        impacts = self.segment.impacts
        return impacts is None or (self.size <= limit and impacts.is_outdated(average))

    def with_impacts(self, average: float) -> "SegmentReader":
        """The view of the same segment with impacts made for this average length of a document."""
        return replace(self, segment=self.segment.with_impacts(average))

    def look_up(self, terms: NDArray[np.uint64]) -> tuple[Places, list[int]]:
        """The row of the term of each hash (int64), -1 for a term that the segment does not hold; and the number of
        documents, removed ones excluded, that hold each term.
        """
        rows, counts = maxscore.look_up(self.segment.terms, self.segment.starts, terms)
        frequencies: list[int] = counts.tolist()
        if not len(self.deleted):
            return rows, frequencies
        return rows, [
            count - self._deleted_frequency(row) if count else 0
            for row, count in zip(rows.tolist(), frequencies, strict=True)
        ]

    def _deleted_frequency(self, row: int) -> int:
        # Counted at the first query with the term: a removal that updated all terms would read every posting.
        frequency = self._deleted_frequencies.get(row)
        if frequency is None:
            start, end = self.segment.starts[row : row + 2].tolist()
            frequency = _count_common(self.segment.documents[start:end], self.deleted)
            self._deleted_frequencies[row] = frequency
        return frequency

    def allowed(self, filters: Filters) -> Flags | None:
        """A flag for each document: not removed, and passes the filters. None when all are allowed."""
        if filters == _NO_FILTERS:
            return self.alive if len(self.deleted) else None
        return self.alive & passing(self.segment, filters)

    def heads(self) -> Places:
        """The first document of each article, removed ones excluded, ascending."""
        if not len(self.deleted):
            return self.segment.article_starts[:-1] if self.documents else np.empty(0, np.int64)
        left = np.flatnonzero(self.alive)
        article_ids = self.segment.article_ids[left]
        return left[np.flatnonzero(np.diff(article_ids, prepend=-1))]

    def documents_of(self, article_ids: NDArray[np.int64]) -> Places:
        """The documents of these articles, removed ones excluded, ascending."""
        if not self.documents:
            return np.empty(0, np.int64)
        starts = self.segment.article_starts
        ids, order = self.segment.article_order
        wanted = np.unique(article_ids)
        firsts, ends = ids.searchsorted(wanted, "left"), ids.searchsorted(wanted, "right")
        rows = sorted(int(row) for first, end in zip(firsts, ends, strict=True) for row in order[first:end])
        ranges = [np.arange(starts[row], starts[row + 1]) for row in rows]
        documents = np.concatenate([np.empty(0, np.int64), *ranges]).astype(np.int64)
        return documents[self.alive[documents]]


_NO_FILTERS = Filters()


def merge_readers(readers: Sequence[SegmentReader]) -> SegmentReader:
    """One reader in place of these, given by ascending passage id; several are joined without removed documents."""
    if len(readers) == 1:
        return readers[0]
    return SegmentReader.of(join([reader.compact() for reader in readers]))


def _count_common(left: NDArray[np.uint32], right: NDArray[np.uint32]) -> int:
    """The number of values that both ascending arrays hold."""
    shorter, longer = (left, right) if len(left) < len(right) else (right, left)
    if not len(shorter):
        return 0
    return int(np.count_nonzero(longer.take(np.searchsorted(longer, shorter), mode="clip") == shorter))
