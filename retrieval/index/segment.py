"""How are the postings of some documents laid out in memory and in bytes?"""

import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import blake2b
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.index import bm25
from retrieval.index.posting_lists import PostingColumns
from retrieval.index.protocol import Document, minute_of
from retrieval.text.folding import fold

# Raise it when the bytes change: a file whose segments are of another format is indexed anew.
FORMAT = 2
_MAGIC = b"news segment %d\n" % FORMAT
_COLUMNS: dict[str, np.dtype[Any]] = {
    "passage_ids": np.dtype("<i8"),
    "article_ids": np.dtype("<i8"),
    "lengths": np.dtype("<u4"),
    "minutes": np.dtype("<i4"),
    "source_numbers": np.dtype("<i4"),
    "terms": np.dtype("<u8"),
    "starts": np.dtype("<i8"),
    "bounds": np.dtype("<f4"),
    "documents": np.dtype("<u4"),
    "frequencies": np.dtype("u1"),
}
_HEAD = len(_MAGIC) + 4
# A bound is kept in four bytes: rounded up by more than that loses.
_ROUNDED_UP = np.float32(1 + 1e-6)
# Terms whose postings are copied together.
_ROWS_AT_ONCE = 20_000

Flags = NDArray[np.bool_]


class SegmentError(Exception):
    """The bytes are no segment, or not the ones that were written."""


@dataclass(frozen=True)
class Segment:
    """Immutable postings. Documents are numbered 0..n-1 by ascending passage id, an article's side by side.

    A term is known by its 64-bit hash alone, ascending: no string a term in memory, and none to decode at the start.
    That two of two million terms share one has a chance of one in ten million; then they count as one term.
    The postings of the term in row r are documents[starts[r]:starts[r + 1]], ascending, and the frequencies beside
    them; bounds[r] is no less than the largest `bm25.saturation` among them at an average length of `average`.
    """

    average: float
    sources: list[str]  # folded; source_numbers is -1 where a document has none
    passage_ids: NDArray[np.int64]
    article_ids: NDArray[np.int64]
    lengths: NDArray[np.uint32]  # sums of the clamped term frequencies
    minutes: NDArray[np.int32]  # publication, as retrieval.index.minute_of
    source_numbers: NDArray[np.int32]
    terms: NDArray[np.uint64]
    starts: NDArray[np.int64]
    bounds: NDArray[np.float32]
    documents: NDArray[np.uint32]
    frequencies: NDArray[np.uint8]

    def __post_init__(self) -> None:
        for name in _COLUMNS:
            getattr(self, name).flags.writeable = False

    @property
    def postings(self) -> PostingColumns:
        return PostingColumns(self.documents, self.frequencies, self.lengths)

    def after(self, passage_id: int) -> "Segment":
        """What stands behind this passage; itself when all does."""
        known = self.passage_ids <= passage_id
        return without(self, known) if known.any() else self

    @cached_property
    def article_starts(self) -> NDArray[np.intp]:
        """The document numbers at which an article begins, and at last the number of documents."""
        changes = np.flatnonzero(np.diff(self.article_ids)) + 1
        return np.concatenate(([0], changes, [len(self.article_ids)])).astype(np.intp)


def term_hash(term: str) -> int:
    """The same on every machine and in every process, unlike Python's own."""
    return int.from_bytes(blake2b(term.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


def build(documents: Sequence[Document]) -> Segment:
    """The segment of these documents, which come by ascending passage id, an article's side by side."""
    # Terms are numbered as they come, and one stable sort by their hashes turns documents' terms into terms' documents.
    numbers: dict[str, int] = {}
    term_frequencies = [document.terms for document in documents]
    sizes = np.fromiter(map(len, term_frequencies), np.intp, len(term_frequencies))
    total = int(sizes.sum())
    flat = np.fromiter(
        (numbers.setdefault(term, len(numbers)) for term in chain.from_iterable(term_frequencies)), np.intp, total
    )
    counts = np.fromiter(chain.from_iterable(bag.values() for bag in term_frequencies), np.int64, total)
    frequencies = np.minimum(counts, bm25.MAX_TERM_FREQUENCY).astype(np.uint8)
    places = np.repeat(np.arange(len(term_frequencies), dtype=np.uint32), sizes)
    lengths = np.bincount(places, frequencies, len(term_frequencies)).astype(np.uint32)
    hashes = np.fromiter(map(term_hash, numbers), np.uint64, len(numbers))
    terms, rows = np.unique(hashes, return_inverse=True)
    of_posting = rows[flat]
    order = np.argsort(of_posting, kind="stable")
    sources = dict[str, int]()
    source_numbers = [
        -1 if one.source is None else sources.setdefault(fold(one.source), len(sources)) for one in documents
    ]
    starts = np.concatenate(([0], np.cumsum(np.bincount(of_posting, minlength=len(terms))))).astype(np.int64)
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
    """What were bounds at one average length, for another: saturation grows at most as the average does."""
    return bounds if now <= then else bounds * np.float32(now / then) * _ROUNDED_UP


def without(segment: Segment, dead: Flags) -> Segment:
    """The segment of the other documents; the bounds stay as they are, which may be higher than need be."""
    alive = ~dead
    left = alive[segment.documents]
    starts = np.concatenate(([0], np.cumsum(left)))[segment.starts]
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
        documents=renumbered[segment.documents[left]],
        frequencies=segment.frequencies[left],
    )


def join(segments: Sequence[Segment]) -> Segment:
    """One segment in place of these, which come by ascending passage id."""
    average = max(segment.average for segment in segments)
    terms, counts, bounds = (
        np.concatenate(columns)
        for columns in (
            [segment.terms for segment in segments],
            [np.diff(segment.starts) for segment in segments],
            [scaled(segment.bounds, segment.average, average) for segment in segments],
        )
    )
    # Runs of postings, ordered by term and within a term by segment, are copied to where they begin in the whole.
    order = np.argsort(terms, kind="stable")
    terms, ends = terms[order], np.cumsum(counts[order])
    firsts = np.flatnonzero(np.concatenate(([True], terms[1:] != terms[:-1]))[: len(terms)])
    begins = np.empty(len(order), np.int64)
    begins[order] = ends - counts[order]
    total = int(counts.sum())
    documents, frequencies = np.empty(total, np.uint32), np.empty(total, np.uint8)
    row = first_document = 0
    for segment in segments:
        moved = begins[row : row + len(segment.terms)] - segment.starts[:-1]
        # Not all at once: as long as np.repeat runs, no other thread of Python does, and a question would wait.
        for first in range(0, len(moved), _ROWS_AT_ONCE):
            starts = segment.starts[first : first + _ROWS_AT_ONCE + 1]
            here = slice(starts[0], starts[-1])
            places = np.repeat(moved[first : first + _ROWS_AT_ONCE], np.diff(starts))
            places += np.arange(starts[0], starts[-1])
            documents[places] = segment.documents[here] + np.uint32(first_document)
            frequencies[places] = segment.frequencies[here]
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


def pack(segment: Segment) -> bytes:
    """Magic, CRC-32 of the rest, a line of JSON with the average and the sizes, then sources and columns.

    Each begins at a multiple of eight: of an array that does not, numpy makes a copy before it searches it.
    """
    sources = json.dumps(segment.sources).encode()
    columns = [getattr(segment, name).astype(kind, copy=False).tobytes() for name, kind in _COLUMNS.items()]
    parts = [sources, *columns]
    head = json.dumps([segment.average, *map(len, parts)]).encode()
    body = b"".join((_padded(head + b"\n", _HEAD), *(_padded(part, 0) for part in parts)))
    return b"".join((_MAGIC, zlib.crc32(body).to_bytes(4, "little"), body))


def _padded(part: bytes, before: int) -> bytes:
    return part + bytes(-(before + len(part)) % 8)


def unpack(data: bytes) -> Segment:
    """The inverse of `pack`. Raises SegmentError for bytes that are damaged, truncated or of another format."""
    body = memoryview(data)[_HEAD:]
    # The checksum of nothing is 0: the magic alone would pass.
    if not (data.startswith(_MAGIC) and body) or zlib.crc32(body) != int.from_bytes(data[_HEAD - 4 : _HEAD], "little"):
        raise SegmentError("checksum")
    line_end = data.index(b"\n", _HEAD) + 1
    average, *sizes = json.loads(data[_HEAD:line_end])
    parts, start = [], line_end
    for size in sizes:
        start += -start % 8
        parts.append(memoryview(data)[start : start + size])
        start += size
    columns: dict[str, Any] = {
        name: np.frombuffer(part, kind) for (name, kind), part in zip(_COLUMNS.items(), parts[1:], strict=True)
    }
    return Segment(average, json.loads(bytes(parts[0])), **columns)


def numbered(data: bytes, numbers: Mapping[int, tuple[int, int]]) -> bytes:
    """The segment's bytes with these passage and article numbers, by the passages' old ones; without all others."""
    segment = unpack(data)
    strangers = np.isin(segment.passage_ids, np.fromiter(numbers, np.int64), invert=True)
    left = without(segment, strangers) if strangers.any() else segment
    given = np.array([numbers[old] for old in left.passage_ids.tolist()], np.int64).reshape(-1, 2)
    return pack(replace(left, passage_ids=given[:, 0].copy(), article_ids=given[:, 1].copy()))


def merge(segments: Iterable[bytes], removed: Iterable[int]) -> bytes:
    """One segment's bytes in place of these, which come by ascending passage id, without the removed passages."""
    gone = np.fromiter(removed, np.int64)
    parts = []
    for segment in map(unpack, segments):
        dead = np.isin(segment.passage_ids, gone)
        parts.append(without(segment, dead) if dead.any() else segment)
    return pack(join(parts))
