"""Filters, evaluated over the columns of a segment."""

import numpy as np

from retrieval.index.posting_lists import Places
from retrieval.index.protocol import Filters, first_minute, last_minute
from retrieval.index.segment import Flags, Segment
from retrieval.text.folding import fold


def passing(segment: Segment, filters: Filters, documents: Places | None = None) -> Flags:
    """Whether each of these documents passes the filters; by default each document of the segment, in order."""
    chosen = slice(None) if documents is None else documents
    minutes, article_ids = segment.minutes[chosen], segment.article_ids[chosen]
    passes = np.ones(len(minutes), bool)
    if filters.since is not None:
        passes &= minutes >= first_minute(filters.since)
    if filters.until is not None:
        passes &= (minutes <= last_minute(filters.until)) & (minutes > 0)
    if filters.source is not None:
        names = [name.strip() for name in fold(filters.source).split("、") if name.strip()]
        # The last place is that of documents without a source, whose number is -1.
        fitting = np.array([*(any(name in source for name in names) for source in segment.sources), False])
        passes &= fitting[segment.source_numbers[chosen]]
    if filters.exclude_ids:
        passes &= ~np.isin(article_ids, list(filters.exclude_ids))
    if filters.include_ids is not None:
        passes &= np.isin(article_ids, np.fromiter(filters.include_ids, np.int64))
    if filters.within is not None:
        passes &= passing(segment, filters.within, documents)
    return passes
