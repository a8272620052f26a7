"""Segments of postings as arrays: build, drop, join, renumber, compare."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import blake2b
from itertools import chain
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from retrieval.index import bm25
from retrieval.index.impacts import Impacts
from retrieval.index.protocol import Document, minute_of
from retrieval.text.folding import fold

# A bound is stored in four bytes. This factor exceeds the relative rounding error of float32, 6e-8.
_ROUNDED_UP = np.float32(1 + 1e-6)
# Terms whose postings are copied in one step.
_ROWS_AT_ONCE = 20_000

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Segment:
    """Immutable postings. Documents are numbered 0..n-1 by ascending passage id; those of an article are neighbours.

    `terms` holds 64-bit hashes of the terms, ascending. Hashes take less memory than strings, and need no decoding at
    the start. Two of two million terms share a hash with a probability of one in ten million; they count as one term.
    The postings of the term in row r are documents[starts[r]:starts[r + 1]], ascending, with the frequencies at the
    same places; bounds[r] is no less than the largest `bm25.saturation` among them at an average length of `average`.
    """

    average: float
    sources: list[str]  # folded; a document without a source has the source_number -1
    passage_ids: NDArray[np.int64]
    article_ids: NDArray[np.int64]
    lengths: NDArray[np.uint32]  # sums of the clamped term frequencies
    minutes: NDArray[np.int32]  # of publication, by protocol.minute_of
    source_numbers: NDArray[np.int32]
    terms: NDArray[np.uint64]
    starts: NDArray[np.int64]
    bounds: NDArray[np.float32]
    documents: NDArray[np.uint32]
    frequencies: NDArray[np.uint8]
    impacts: Impacts | None = None  # of each posting; a search needs them

    def __post_init__(self) -> None:
        for column in vars(self).values():
            if isinstance(column, np.ndarray):
                column.flags.writeable = False

    def with_impacts(self, average: float) -> "Segment":
        """The segment with impacts made for this average length of a document."""
        return replace(self, impacts=Impacts.of(self.documents, self.frequencies, self.lengths, average))

    @property
    def mean_length(self) -> float:
        """The average length of its own documents; 1 when it has none."""
        return float(self.lengths.mean()) if len(self.lengths) else 1.0

    def after(self, passage_id: int) -> "Segment":
        """The segment of the documents with a greater passage id; this segment when all have one."""
        earlier = self.passage_ids <= passage_id
        return drop(self, earlier) if earlier.any() else self

    @cached_property
    def article_starts(self) -> NDArray[np.intp]:
        """The number of the first document of each article, and the number of documents as the last element."""
        changes = np.flatnonzero(np.diff(self.article_ids)) + 1
        return np.concatenate(([0], changes, [len(self.article_ids)])).astype(np.intp)

    @cached_property
    def article_order(self) -> tuple[NDArray[np.int64], NDArray[np.intp]]:
        """The ids of the articles, ascending, and for each its row in `article_starts`; an id may stand twice."""
        ids = self.article_ids[self.article_starts[:-1]]
        rows = np.argsort(ids, kind="stable")
        return ids[rows], rows


def term_hash(term: str) -> int:
    """A 64-bit BLAKE2b hash of the term: the same in every process, which Python's own hash is not."""
    return int.from_bytes(_digest(term), "little")


def term_hashes(terms: Iterable[str]) -> NDArray[np.uint64]:
    """The hash of each term."""
    return np.frombuffer(b"".join(map(_digest, terms)), "<u8").astype(np.uint64)


def _digest(term: str) -> bytes:
    return blake2b(term.encode("utf-8", "surrogatepass"), digest_size=8).digest()


def build(documents: Sequence[Document]) -> Segment:
    """The segment of these documents, given by ascending passage id, those of an article next to each other."""
    # Terms are numbered in the order of their first occurrence. One stable sort of the postings by the hash of their
    # term then groups them by term, documents ascending.
    numbers: dict[str, int] = {}
    term_frequencies = [document.terms for document in documents]
    sizes = np.fromiter(map(len, term_frequencies), np.intp, len(term_frequencies))
    total = int(sizes.sum())
    flat = np.fromiter(
        (numbers.setdefault(term, len(numbers)) for term in chain.from_iterable(term_frequencies)), np.intp, total
    )
    occurrences = np.fromiter(chain.from_iterable(counts.values() for counts in term_frequencies), np.int64, total)
    frequencies = np.minimum(occurrences, bm25.MAX_TERM_FREQUENCY).astype(np.uint8)
    places = np.repeat(np.arange(len(term_frequencies), dtype=np.uint32), sizes)
    lengths = np.bincount(places, frequencies, len(term_frequencies)).astype(np.uint32)
    terms, rows = np.unique(term_hashes(numbers), return_inverse=True)
    posting_rows = rows[flat]
    order = np.argsort(posting_rows, kind="stable")
    sources = dict[str, int]()
    source_numbers = [
        -1 if document.source is None else sources.setdefault(fold(document.source), len(sources))
        for document in documents
    ]
    starts = np.concatenate(([0], np.cumsum(np.bincount(posting_rows, minlength=len(terms))))).astype(np.int64)
    places, frequencies = places[order], frequencies[order]
    average = max(1.0, float(lengths.sum() / max(1, len(term_frequencies))))
    return Segment(
        average=average,
        sources=list(sources),
        passage_ids=np.array([document.passage_id for document in documents], np.int64),
        article_ids=np.array([document.article_id for document in documents], np.int64),
        lengths=lengths,
        minutes=np.array([minute_of(document.published) for document in documents], np.int32),
        source_numbers=np.array(source_numbers, np.int32),
        terms=terms,
        starts=starts,
        bounds=_bounds(starts, places, frequencies, lengths, average),
        documents=places,
        frequencies=frequencies,
    )


def _bounds(
    starts: NDArray[np.int64],
    documents: NDArray[np.uint32],
    frequencies: NDArray[np.uint8],
    lengths: NDArray[np.uint32],
    average: float,
) -> NDArray[np.float32]:
    if not len(documents):
        return np.empty(0, np.float32)
    shares = bm25.saturation(frequencies.astype(np.float32), lengths[documents].astype(np.float32), average)
    return np.maximum.reduceat(shares, starts[:-1]) * _ROUNDED_UP


def scaled(bounds: NDArray[np.float32], then: float, now: float) -> NDArray[np.float32]:
    """Bounds made for the average length `then`, made valid for `now`: saturation grows at most as the average does."""
    return bounds if now <= then else bounds * np.float32(now / then) * _ROUNDED_UP


def drop(segment: Segment, removed: Flags) -> Segment:
    """The segment without the flagged documents. Bounds are kept: they may be higher than necessary, never too low."""
    alive = ~removed
    kept_postings = alive[segment.documents]
    starts = np.concatenate(([0], np.cumsum(kept_postings)))[segment.starts]
    rows = np.flatnonzero(np.diff(starts))
    renumbered = np.cumsum(alive, dtype=np.uint32) - np.uint32(1)
    return Segment(
        average=segment.average,
        sources=segment.sources,
        passage_ids=segment.passage_ids[alive],
        article_ids=segment.article_ids[alive],
        lengths=segment.lengths[alive],
        minutes=segment.minutes[alive],
        source_numbers=segment.source_numbers[alive],
        terms=segment.terms[rows],
        starts=np.append(starts[rows], starts[-1]),
        bounds=segment.bounds[rows],
        documents=renumbered[segment.documents[kept_postings]],
        frequencies=segment.frequencies[kept_postings],
    )


def join(segments: Sequence[Segment]) -> Segment:
    """One segment with the documents of these, given by ascending passage id."""
    average = max(segment.average for segment in segments)
    terms, counts, bounds = (
        np.concatenate(columns)
        for columns in (
            [segment.terms for segment in segments],
            [np.diff(segment.starts) for segment in segments],
            [scaled(segment.bounds, segment.average, average) for segment in segments],
        )
    )
    # Each segment's run of postings of a term is copied to its place in the result: runs are ordered by term, and the
    # runs of one term by segment. begins[i] is the place of run i.
    order = np.argsort(terms, kind="stable")
    terms, ends = terms[order], np.cumsum(counts[order])
    firsts = np.flatnonzero(np.concatenate(([True], terms[1:] != terms[:-1]))[: len(terms)])
    begins = np.empty(len(order), np.int64)
    begins[order] = ends - counts[order]
    total = int(counts.sum())
    documents, frequencies = np.empty(total, np.uint32), np.empty(total, np.uint8)
    row = first_document = 0
    for segment in segments:
        shifts = begins[row : row + len(segment.terms)] - segment.starts[:-1]
        # In steps: np.repeat holds Python's lock, and a question would wait for one call over all rows.
        for first in range(0, len(shifts), _ROWS_AT_ONCE):
            starts = segment.starts[first : first + _ROWS_AT_ONCE + 1]
            run = slice(starts[0], starts[-1])
            places = np.repeat(shifts[first : first + _ROWS_AT_ONCE], np.diff(starts))
            places += np.arange(starts[0], starts[-1])
            documents[places] = segment.documents[run] + np.uint32(first_document)
            frequencies[places] = segment.frequencies[run]
        row += len(segment.terms)
        first_document += len(segment.passage_ids)
    sources = dict[str, int]()
    source_numbers = []
    for segment in segments:
        renumbered = [sources.setdefault(source, len(sources)) for source in segment.sources]
        source_numbers.append(np.array([*renumbered, -1], np.int32)[segment.source_numbers])
    return Segment(
        average=average,
        sources=list(sources),
        passage_ids=np.concatenate([segment.passage_ids for segment in segments]),
        article_ids=np.concatenate([segment.article_ids for segment in segments]),
        lengths=np.concatenate([segment.lengths for segment in segments]),
        minutes=np.concatenate([segment.minutes for segment in segments]),
        source_numbers=np.concatenate(source_numbers),
        terms=terms[firsts],
        starts=np.append((ends - counts[order])[firsts], total),
        bounds=np.maximum.reduceat(bounds[order], firsts) if len(firsts) else bounds,
        documents=documents,
        frequencies=frequencies,
    )


def renumbered(segment: Segment, numbers: Mapping[int, tuple[int, int]]) -> Segment:
    """The segment with new passage and article numbers, given by old passage number; passages without one are left out.

    The new numbers must ascend as the old ones do.
    """
    unnumbered = np.isin(segment.passage_ids, np.fromiter(numbers, np.int64), invert=True)
    kept = drop(segment, unnumbered) if unnumbered.any() else segment
    ids = np.array([numbers[old] for old in kept.passage_ids.tolist()], np.int64).reshape(-1, 2)
    return replace(kept, passage_ids=ids[:, 0].copy(), article_ids=ids[:, 1].copy())


def combined(segments: Iterable[Segment], removed: Iterable[int]) -> Segment:
    """One segment in place of these, given by ascending passage id, without the removed passages."""
    removed_ids = np.fromiter(removed, np.int64)
    parts = []
    for segment in segments:
        flags = np.isin(segment.passage_ids, removed_ids)
        parts.append(drop(segment, flags) if flags.any() else segment)
    return join(parts)


class Differences(NamedTuple):
    """Passages that segments lack, and passages that they hold too much: not stored, or twice."""

    missing: int
    surplus: int


def differences(segments: Iterable[Segment], stored: Iterable[int], removed: Iterable[int]) -> Differences:
    """Compare the passages of segments, without the removed ones, with the stored passages."""
    indexed = np.concatenate([np.empty(0, np.int64), *(segment.passage_ids for segment in segments)])
    live = np.setdiff1d(indexed, np.fromiter(removed, np.int64))
    passages = np.fromiter(stored, np.int64)
    twice = len(indexed) - len(np.unique(indexed))
    return Differences(len(np.setdiff1d(passages, live)), len(np.setdiff1d(live, passages)) + twice)
