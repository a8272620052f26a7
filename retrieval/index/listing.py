"""Passages listed by article and date, without terms, from segments in memory."""

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from retrieval.index.filtering import passing
from retrieval.index.posting_lists import Places
from retrieval.index.protocol import Filters
from retrieval.index.segment_reader import SegmentReader


def newest(readers: Sequence[SegmentReader], limit: int, filters: Filters) -> list[int]:
    """The passages that `Index.newest` promises."""
    chosen = []
    for reader in readers:
        heads = reader.heads()
        chosen.append(heads[passing(reader.segment, filters, heads)])
    minutes, article_ids, passage_ids = _columns(readers, chosen)
    latest = _latest(minutes, article_ids, limit)
    order = np.lexsort((-article_ids[latest], -minutes[latest]))
    ids: list[int] = passage_ids[latest[order]].tolist()
    return ids


def passages_of(
    readers: Sequence[SegmentReader], article_ids: Collection[int], limit: int, filters: Filters
) -> list[int]:
    """The passages that `Index.passages_of` promises."""
    wanted = np.fromiter(article_ids, np.int64)
    chosen = []
    for reader in readers:
        documents = reader.documents_of(wanted)
        chosen.append(documents[passing(reader.segment, filters, documents)])
    minutes, articles, passage_ids = _columns(readers, chosen)
    order = np.lexsort((passage_ids, -articles, -minutes))[: max(0, limit)]
    ids: list[int] = passage_ids[order].tolist()
    return ids


def _columns(
    readers: Sequence[SegmentReader], chosen: Sequence[Places]
) -> tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.int64]]:
    """Minutes, article ids and passage ids of the documents chosen from each reader, one after the other."""
    pairs = [(reader.segment, documents) for reader, documents in zip(readers, chosen, strict=True)]
    return (
        np.concatenate([np.empty(0, np.int32), *(segment.minutes[documents] for segment, documents in pairs)]),
        np.concatenate([np.empty(0, np.int64), *(segment.article_ids[documents] for segment, documents in pairs)]),
        np.concatenate([np.empty(0, np.int64), *(segment.passage_ids[documents] for segment, documents in pairs)]),
    )


def _latest(minutes: NDArray[np.int32], article_ids: NDArray[np.int64], limit: int) -> Places:
    """The places of the `limit` latest articles, of equals those with the highest number; in no order.

    Partitions instead of sorting all: at most `limit` are sorted afterwards, of perhaps a million.
    """
    if limit < 1:
        return np.empty(0, np.int64)
    if len(minutes) <= limit:
        return np.arange(len(minutes))
    last = np.partition(minutes, -limit)[-limit]
    later, equal = np.flatnonzero(minutes > last), np.flatnonzero(minutes == last)
    room = limit - len(later)
    return np.concatenate((later, equal[np.argpartition(article_ids[equal], -room)[-room:]]))
