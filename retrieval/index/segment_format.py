"""Segments of postings as bytes: pack, unpack, merge."""

import json
import zlib
from collections.abc import Iterable
from typing import Any

import numpy as np

from retrieval.index.segment import Segment, combined

# Raise this number when the bytes change: a file whose segments have another format is indexed anew.
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


class SegmentError(Exception):
    """Bytes that are no segment, or that differ from those that were written."""


def pack(segment: Segment) -> bytes:
    """The segment as bytes: magic, CRC-32 of the rest, a line of JSON (average, sizes), the sources, the columns.

    Every part begins at a multiple of eight bytes: numpy copies an unaligned array before it searches it.
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
    # An empty body is refused by itself: its checksum is 0, and the magic followed by zeros would pass.
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


def merge(segments: Iterable[bytes], removed: Iterable[int]) -> bytes:
    """`combined`, from bytes to bytes. Raises SegmentError when one of them is damaged."""
    return pack(combined(map(unpack, segments), removed))
