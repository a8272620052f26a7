"""The exact k best documents of a query, and their scores, without adding up every posting.

MaxScore (Turtle and Flood, "Query evaluation: strategies and optimizations", 1995), a block of documents at a time:
the lists of the terms are taken in the order of the most that a document can gain from them. Lists that together could
not lift a document over the k-th best score known so far are only asked for documents that other lists have brought up.
It adds up impacts, which are upper bounds of the scores and cheaper; the exact scores of the few candidates that remain
(at 1,000,000 passages and k 100 about 120) then decide.

Compiled by numba, without Python's lock: a search does not wait for a thread that writes.
"""

import threading
from collections.abc import Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from retrieval.index import bm25
from retrieval.index.code_cache import CodeCache
from retrieval.index.posting_lists import Places, PostingColumns, Scale, Terms
from retrieval.index.protocol import MATCH

_of_thread = threading.local()
_ALL_ALLOWED = np.empty(0, np.bool_)


def look_up(terms: NDArray[np.uint64], starts: Places, hashes: NDArray[np.uint64]) -> tuple[Places, Places]:
    """The row of each hash among these terms, which ascend, -1 for none; and the number of postings of each."""
    found: tuple[Places, Places] = _code()[0](terms, starts, hashes)
    return found


class Prepared(NamedTuple):
    """The columns of a segment, and the factors that a search counts with, as the compiled code takes them.

    To hand over each array by itself would take longer than a small search.
    """

    postings: PostingColumns  # whose arrays stay in their places as long as this refers to them
    places: NDArray[np.int64]  # the address and the length of each column
    factors: bm25.Numbers  # the coefficients for documents, for articles, and the scale

    @classmethod
    def of(cls, postings: PostingColumns, averages: tuple[float, float], scale: Scale) -> "Prepared":
        """For these average lengths of documents and of articles."""
        of_documents, of_articles = map(bm25.coefficients, averages)
        places = [(column.ctypes.data, len(column)) for column in postings]
        return cls(postings, np.array(places, np.int64), np.array([*of_documents, *of_articles, *scale]))


def find(
    prepared: Prepared, query: Terms, k: int, floor: float = 0.0, allowed: NDArray[np.bool_] | None = None
) -> NDArray[np.void]:
    """The k best of the allowed documents that score at least `floor`, as an array of MATCH.

    Best first; equal scores newest first, then by ascending number. An article is scored as if it were one document.
    `query` is an array of TERM; `allowed` has a flag for each document, None allows all. Scores are sums in float64 in
    the order of the query's terms.
    """
    mask = _ALL_ALLOWED if allowed is None else allowed
    found = np.empty(min(k, len(prepared.postings.lengths)), MATCH)
    count = _code()[1](prepared.places, prepared.factors, query, mask, *_scratch(), found, floor)
    return found[:count]


def load(folders: Sequence[Path]) -> None:
    """Prepare the code that `look_up` and `find` run; without this, their first call compiles it for seconds.

    The code is read from these folders where an earlier process has kept it, else compiled and kept there. `CodeCache`
    says which folders are used.
    """
    _kernels().load(CodeCache(folders))


def _scratch() -> Any:
    """The arrays that searches of this thread work in: to make and clear them would take longer than a small search."""
    try:
        return _of_thread.scratch
    except AttributeError:
        _of_thread.scratch = _kernels().new_scratch()
        return _of_thread.scratch


@cache
def _code() -> tuple[Any, Any]:
    look_up_code, find_code = _kernels().code()
    return look_up_code, find_code


@cache
def _kernels() -> Any:
    """The module of the compiled functions, imported at the first search.

    numba and LLVM take a quarter of the engine's import (0.13 s of CPU) and 64 MB of memory; a process that only writes
    or tokenizes, such as the workers of an import, needs neither.
    """
    return import_module("retrieval.index.kernels")
