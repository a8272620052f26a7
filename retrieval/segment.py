"""How are the postings of some documents laid out in memory and in bytes?"""

import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.bm25 import MAX_TERM_FREQUENCY
from retrieval.index import Document, minute_of
from retrieval.text import fold

_MAGIC = b"news segment 1\n"
_COLUMNS: dict[str, np.dtype[Any]] = {
    "passage_ids": np.dtype("<i8"),
    "article_ids": np.dtype("<i8"),
    "lengths": np.dtype("<u4"),
    "minutes": np.dtype("<i4"),
    "source_numbers": np.dtype("<i4"),
    "starts": np.dtype("<i8"),
    "documents": np.dtype("<u4"),
    "frequencies": np.dtype("u1"),
}


class SegmentError(Exception):
    """The bytes are no segment, or not the ones that were written."""


@dataclass(frozen=True)
class Segment:
    """Immutable postings. Documents are numbered 0..n-1 by ascending passage id; terms are sorted.

    The postings of term number t are documents[starts[t]:starts[t + 1]], ascending, and the frequencies beside them.
    """

    terms: list[str]
    sources: list[str]  # folded; source_numbers is -1 where a document has none
    passage_ids: NDArray[np.int64]
    article_ids: NDArray[np.int64]
    lengths: NDArray[np.uint32]  # sums of the clamped term frequencies
    minutes: NDArray[np.int32]  # publication, as retrieval.index.minute_of
    source_numbers: NDArray[np.int32]
    starts: NDArray[np.int64]
    documents: NDArray[np.uint32]
    frequencies: NDArray[np.uint8]

    @cached_property
    def article_starts(self) -> NDArray[np.intp]:
        """The document numbers at which an article begins, and at last the number of documents."""
        changes = np.flatnonzero(np.diff(self.article_ids)) + 1
        return np.concatenate(([0], changes, [len(self.article_ids)])).astype(np.intp)


def build(documents: Sequence[Document]) -> Segment:
    """The segment of these documents, which come by ascending passage id, an article's side by side."""
    postings: dict[str, tuple[list[int], list[int]]] = {}
    lengths, sources, numbers = [], dict[str, int](), []
    for number, document in enumerate(documents):
        length = 0
        for term, count in document.terms.items():
            frequency = min(count, MAX_TERM_FREQUENCY)
            length += frequency
            places, frequencies = postings.setdefault(term, ([], []))
            places.append(number)
            frequencies.append(frequency)
        lengths.append(length)
        source = None if document.source is None else fold(document.source)
        numbers.append(-1 if source is None else sources.setdefault(source, len(sources)))
    terms = sorted(postings)
    return Segment(
        terms=terms,
        sources=list(sources),
        passage_ids=np.array([document.passage_id for document in documents], np.int64),
        article_ids=np.array([document.article_id for document in documents], np.int64),
        lengths=np.array(lengths, np.uint32),
        minutes=np.array([minute_of(document.published) for document in documents], np.int32),
        source_numbers=np.array(numbers, np.int32),
        starts=np.cumsum([0, *(len(postings[term][0]) for term in terms)], dtype=np.int64),
        documents=np.array([place for term in terms for place in postings[term][0]], np.uint32),
        frequencies=np.array([frequency for term in terms for frequency in postings[term][1]], np.uint8),
    )


def pack(segment: Segment) -> bytes:
    """Magic, CRC-32 of the rest, a line of JSON that names the lengths, then terms, sources and columns, end to end."""
    terms, sources = ("\0".join(words).encode() for words in (segment.terms, segment.sources))
    columns = [getattr(segment, name).astype(kind, copy=False).tobytes() for name, kind in _COLUMNS.items()]
    sizes = [len(terms), len(sources), *map(len, columns)]
    body = b"".join((json.dumps(sizes).encode(), b"\n", terms, sources, *columns))
    return b"".join((_MAGIC, zlib.crc32(body).to_bytes(4, "little"), body))


def unpack(data: bytes) -> Segment:
    """The inverse of `pack`. Raises SegmentError for bytes that are damaged, truncated or of another version."""
    head = len(_MAGIC) + 4
    body = memoryview(data)[head:]
    # The checksum of nothing is 0: the magic alone would pass.
    if not (data.startswith(_MAGIC) and body) or zlib.crc32(body) != int.from_bytes(data[len(_MAGIC) : head], "little"):
        raise SegmentError("checksum")
    line_end = data.index(b"\n", head) - head
    ends = np.cumsum([line_end + 1, *json.loads(bytes(body[:line_end]))]).tolist()
    parts = [body[start:end] for start, end in pairwise(ends)]
    terms, sources = (bytes(part).decode().split("\0") if part else [] for part in parts[:2])
    columns: dict[str, Any] = {
        name: np.frombuffer(part, kind) for (name, kind), part in zip(_COLUMNS.items(), parts[2:], strict=True)
    }
    return Segment(terms, sources, **columns)
