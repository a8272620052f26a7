"""Merges of small segments into larger ones, so that their number stays small."""

from collections.abc import Sequence

from retrieval.index.segment_format import merge
from retrieval.store.database import Database
from retrieval.store.segments import Segments

# Bytes of a merged segment at most: a row of 300 MB stalled other writers for two seconds.
_CAP = 32 << 20
# A merge takes at least this many segments, and their sum is at least this many times the largest of them: a posting is
# copied once each time that its segment grows by this factor.
_FEWEST, _GROWTH = 8, 4
# A segment of this size is merged no more.
SETTLED = _CAP // _GROWTH + 1


def is_due(database: Database) -> bool:
    """Whether `merge_next` has segments to merge."""
    return bool(_run([size for _, size in Segments(database).sizes()]))


def merge_next(database: Database) -> bool:
    """Merge one run of segments; False when none is due. Search results stay the same.

    The merge is computed outside of any transaction, and committed in a short one. Raises StoreError, and SegmentError
    when a segment is damaged; then the file is unchanged.
    """
    segments = Segments(database)
    sizes = segments.sizes()
    numbers = [sizes[place][0] for place in _run([size for _, size in sizes])]
    if not numbers:
        return False
    with database.view():
        parts = [data for number in numbers if (data := segments.data(number)) is not None]
        removed = segments.removed()
    if len(parts) < len(numbers):
        return True  # another process has merged some of them; more may be due
    merged = merge(parts, removed)
    with database.write():
        segments.replace(numbers, merged)
    return True


def _run(sizes: Sequence[int]) -> range:
    """The longest run of neighbors that should become one segment; empty when there is none."""
    best = range(0)
    for begin in range(len(sizes)):
        total = largest = 0
        for end in range(begin, len(sizes)):
            total, largest = total + sizes[end], max(largest, sizes[end])
            if total > _CAP:
                break
            length = end + 1 - begin
            if length >= max(_FEWEST, len(best) + 1) and total >= _GROWTH * largest:
                best = range(begin, end + 1)
    return best
