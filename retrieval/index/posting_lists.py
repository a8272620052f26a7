"""Postings as the search reads them: the columns of a segment, and the terms of a query in them."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

# Positions in a column, or numbers of documents.
Places = NDArray[np.int64]


class PostingColumns(NamedTuple):
    """The columns of a segment that a search reads. The postings of row r are those from starts[r] to starts[r + 1]."""

    documents: NDArray[np.uint32]  # of each posting, ascending in a row
    impacts: NDArray[np.uint8]  # of each posting, see `retrieval.index.impacts`
    frequencies: NDArray[np.uint8]  # of each posting
    lengths: NDArray[np.uint32]  # of each document
    passage_ids: NDArray[np.int64]  # of each document
    article_ids: NDArray[np.int64]  # of each document; those of an article are neighbours
    minutes: NDArray[np.int32]  # of each document, when it was published
    starts: Places  # of each row, and the number of postings as the last element
    bounds: NDArray[np.float32]  # of each row: no less than the largest saturation among its postings


# A term of a query: the row of its postings, -1 when there are none, and what it weighs: its idf.
TERM = np.dtype([("row", np.int64), ("weight", np.float64)])
Terms = NDArray[np.void]


class Scale(NamedTuple):
    """The factors for the columns' bounds and impacts at the average length that a search counts with.

    With `least` and `most`, an impact becomes a lower and an upper bound of the saturation, as a share of its limit.
    """

    bounds: float
    least: float
    most: float
