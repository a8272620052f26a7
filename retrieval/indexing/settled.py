"""The segments that no merge will replace, joined in a file of their own, which processes map into memory.

The file is made from the segments and never the truth: when it is missing, damaged or made from other segments, it is
made anew, and where it can't be kept, the postings are read from the segments. A start is slower then; no result
differs. Its name holds a digest of what it was made from.
"""

import logging
import mmap
from collections.abc import Iterator

from retrieval.index.code_cache import CodeCache
from retrieval.index.protocol import Index
from retrieval.index.segment_format import FORMAT, SegmentError, joined
from retrieval.indexing.background import trim_heap
from retrieval.indexing.merge import SETTLED
from retrieval.store.database import Database
from retrieval.store.segments import Position, Segments, Settled

_log = logging.getLogger(__name__)


def load_settled(database: Database, cache: CodeCache, index: Index) -> Position:
    """Publish the settled segments to an empty index, and return how far it has loaded then; not at all if none is."""
    settled = Segments(database).settled(SETTLED)
    if settled is None:
        return Position()
    prefix = f"postings-{database.path.name}-"
    name = f"{prefix}{FORMAT}-{settled.key}"
    kept = cache.mapped(name) or _made(database, settled, cache, name)
    if kept is None:
        return Position()
    try:
        index.publish([kept], [])
    except SegmentError:
        _log.debug("%s is damaged", name)
        cache.delete(name)
        return Position()
    cache.delete(prefix, but=name)
    _forget_pages(kept)
    return Position(epoch=settled.epoch, passage=settled.last)


def forget_settled(database: Database, cache: CodeCache) -> None:
    """Delete the joined postings: those of erased articles among them."""
    cache.delete(f"postings-{database.path.name}-")


def _made(database: Database, settled: Settled, cache: CodeCache, name: str) -> mmap.mmap | None:
    """The file, joined from the segments; None where nothing can be kept, or when a segment has just been merged."""
    if not cache.is_usable():
        return None
    _log.info("把索引的各段合成一个文件，以后启动更快。")
    try:
        cache.write_unchecked(name, joined(_segments(database, settled), settled.removed))
    except LookupError:
        return None
    trim_heap()
    return cache.mapped(name)


def _segments(database: Database, settled: Settled) -> Iterator[bytes]:
    for number in settled.numbers:
        data = Segments(database).data(number)
        if data is None:
            raise LookupError(number)
        yield data


def _forget_pages(kept: mmap.mmap) -> None:
    """Take the pages of a map out of the memory that counts as this process's, until they are read again."""
    advice = getattr(mmap, "MADV_DONTNEED", None)  # not on every system
    if advice is not None:
        kept.madvise(advice)
