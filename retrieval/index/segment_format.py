"""Segments of postings as bytes: pack, unpack, merge."""

import json
import zlib
from collections.abc import Iterable
from mmap import mmap
from typing import Any

import numpy as np

from retrieval.index.impacts import Impacts
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
# So many bytes of a segment, at its beginning, differ between two that differ anywhere: they hold the checksum.
CHECKED = _HEAD
# The line of JSON is shorter than this.
_MOST_HEAD = 1024


class SegmentError(Exception):
    """Bytes that are no segment, or that differ from those that were written."""


def pack(segment: Segment) -> bytes:
    """The segment as bytes: magic, CRC-32 of the rest, a line of JSON (average, sizes), the sources, the columns.

    Every part begins at a multiple of eight bytes: numpy copies an unaligned array before it searches it.
    """
    return b"".join(packed(segment))


def packed(segment: Segment) -> list[bytes | memoryview]:
    """The pieces of `pack`, of which the large ones are not copied.

    A segment with impacts has them as a last column, and their average behind its own.
    """
    columns = [getattr(segment, name).astype(kind, copy=False) for name, kind in _COLUMNS.items()]
    averages: Any = segment.average
    if segment.impacts is not None:
        columns.append(segment.impacts.values)
        averages = [segment.average, segment.impacts.average]
    parts = [json.dumps(segment.sources).encode(), *(column.data.cast("B") for column in columns)]
    head = json.dumps([averages, *map(len, parts)]).encode() + b"\n"
    pieces = [head, _padding(_HEAD + len(head))]
    for part in parts:
        pieces += [part, _padding(len(part))]
    checksum = 0
    for piece in pieces:
        checksum = zlib.crc32(piece, checksum)
    return [_MAGIC, checksum.to_bytes(4, "little"), *pieces]


def _padding(before: int) -> bytes:
    return bytes(-before % 8)


def unpack(data: bytes | mmap) -> Segment:
    """The inverse of `pack`; the columns are parts of `data`, not copies.

    Raises SegmentError for bytes that are damaged, truncated or of another format.
    """
    whole = memoryview(data)
    magic, checksum, body = whole[: len(_MAGIC)], whole[len(_MAGIC) : _HEAD], whole[_HEAD:]
    # An empty body is refused by itself: its checksum is 0, and the magic followed by zeros would pass.
    if magic != _MAGIC or not body or zlib.crc32(body) != int.from_bytes(checksum, "little"):
        raise SegmentError("checksum")
    head, _, _ = bytes(body[:_MOST_HEAD]).partition(b"\n")
    averages, *sizes = json.loads(head)
    average, *made_for = averages if isinstance(averages, list) else [averages]
    parts, start = [], _HEAD + len(head) + 1
    for size in sizes:
        start += -start % 8
        parts.append(whole[start : start + size])
        start += size
    columns: dict[str, Any] = {
        name: np.frombuffer(part, kind) for (name, kind), part in zip(_COLUMNS.items(), parts[1:], strict=False)
    }
    impacts = Impacts(np.frombuffer(parts[-1], np.uint8), made_for[0]) if made_for else None
    return Segment(average, json.loads(bytes(parts[0])), **columns, impacts=impacts)


def joined(segments: Iterable[bytes], removed: Iterable[int]) -> list[bytes | memoryview]:
    """The pieces of `merge` with impacts.

    Raises SegmentError when one of them is damaged.
    """
    segment = combined(map(unpack, segments), removed)
    return packed(segment.with_impacts(segment.mean_length))


def merge(segments: Iterable[bytes], removed: Iterable[int]) -> bytes:
    """`combined`, from bytes to bytes. Raises SegmentError when one of them is damaged."""
    return pack(combined(map(unpack, segments), removed))
