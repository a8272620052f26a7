"""Impacts: the saturation of each posting, rounded up to a byte.

A search for candidates adds up impacts instead of scores. It reads one byte a posting, no frequency and no length, and
divides nothing (Anh and Moffat, "Impact Transformation", 2002, describe scores in few bits). An impact is an upper
bound of what the posting adds to a score, and too large by one unit at most, so that candidates are never lost: the
exact scores of the few that remain decide.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from retrieval.index import bm25
from retrieval.index.posting_lists import Scale

# An impact of n is a saturation of at most n / UNITS of its limit k1 + 1.
UNITS = 255
# Impacts made for an average length that differs by more than this share are made anew: the margin that the search
# adds to a score grows with the difference.
_DRIFT = 0.02
# Postings of one step. A step of numpy may hold Python's lock, and a question would wait for one over all postings.
_AT_ONCE = 1 << 18


class Impacts(NamedTuple):
    """The impact (1 to UNITS) of each posting of a segment, made for this average length of a document."""

    values: NDArray[np.uint8]
    average: float

    @classmethod
    def of(
        cls,
        documents: NDArray[np.uint32],
        frequencies: NDArray[np.uint8],
        lengths: NDArray[np.uint32],
        average: float,
    ) -> "Impacts":
        """The impacts of these columns of a segment."""
        limit = np.float32(bm25.K1 + 1)
        values = np.empty(len(documents), np.uint8)
        for first in range(0, len(values), _AT_ONCE):
            step = slice(first, first + _AT_ONCE)
            of_each = lengths.take(documents[step]).astype(np.float32)
            shares = bm25.saturation(frequencies[step].astype(np.float32), of_each, average) / limit
            # Rounding can lift a share above 1; the search allows for what is cut off then.
            values[step] = np.ceil(shares * np.float32(UNITS)).clip(1, UNITS)
        values.flags.writeable = False
        return cls(values, average)

    def is_outdated(self, average: float) -> bool:
        """Whether the impacts are far off at another average length."""
        return abs(average / self.average - 1) > _DRIFT

    def scale(self, bounds_average: float, average: float) -> Scale:
        """The factors for these impacts, and for bounds of another average, at the average length of a search.

        Saturation grows with the average length, and at most in proportion to it.
        """
        share = average / self.average
        return Scale(max(1.0, average / bounds_average), min(1.0, share), max(1.0, share))
