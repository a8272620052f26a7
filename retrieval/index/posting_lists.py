"""Postings as the search reads them: the columns of a segment, and the lists of a query's terms in them."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from retrieval.index import bm25

# Positions in a column, or numbers of documents.
Places = NDArray[np.int64]
# The first document of each article, and the document behind its last one; of one length.
ArticleSpans = tuple[Places, Places]


class PostingColumns(NamedTuple):
    """The columns of a segment that a search reads."""

    documents: NDArray[np.uint32]  # of each posting
    frequencies: NDArray[np.uint8]  # of each posting
    lengths: NDArray[np.uint32]  # of each document


class PostingLists(NamedTuple):
    """The posting lists of a query, one row a term: documents[starts:ends] of the columns, and what the term weighs."""

    starts: Places
    ends: Places
    weights: bm25.Numbers  # the idf of the term
    bounds: bm25.Numbers  # the most that a document can gain from the term
