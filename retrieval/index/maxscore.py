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
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.index import bm25
from retrieval.index.code_cache import CodeCache
from retrieval.index.posting_lists import Places, PostingColumns, QueryTerms, Scale

_of_thread = threading.local()
_ALL_ALLOWED = np.empty(0, np.bool_)


def look_up(terms: NDArray[np.uint64], starts: Places, hashes: NDArray[np.uint64]) -> tuple[Places, Places]:
    """The row of each hash among these terms, which ascend, -1 for none; and the number of postings of each."""
    found: tuple[Places, Places] = _kernels().look_up(terms, starts, hashes)
    return found


def find(
    postings: PostingColumns,
    query: QueryTerms,
    averages: tuple[float, float],
    scale: Scale,
    k: int,
    floor: float,
    allowed: NDArray[np.bool_] | None,
) -> tuple[Places, bm25.Numbers, bm25.Numbers]:
    """The k best of the allowed documents that score at least `floor`, their scores, and those of their articles.

    Best first; equal scores newest first, then by ascending number. An article is scored as if it were one document.
    `averages` are the average lengths of documents and of articles; `allowed` has a flag for each document, None allows
    all. Scores are sums in float64 in the order of the query's terms.
    """
    mask = _ALL_ALLOWED if allowed is None else allowed
    formulas = bm25.coefficients(averages[0]), bm25.coefficients(averages[1])
    documents, scores, of_articles = _kernels().find(postings, query, mask, formulas, scale, _scratch(), k, floor)
    order = np.lexsort((documents, -postings.minutes.take(documents), -scores))[:k]
    return documents.take(order), scores.take(order), of_articles.take(order)


def load(folders: Sequence[Path]) -> None:
    """Prepare the code that `look_up` and `find` run; without this, their first call compiles it for seconds.

    The code is read from these folders where an earlier process has kept it, else compiled and kept there. `CodeCache`
    says which folders are used.
    """
    _kernels().load(CodeCache(folders))


def _scratch() -> Any:
    """The arrays that searches of this thread work in: to make and clear them would take longer than a small search."""
    if not hasattr(_of_thread, "scratch"):
        _of_thread.scratch = _kernels().new_scratch()
    return _of_thread.scratch


@cache
def _kernels() -> Any:
    """The module of the compiled functions, imported at the first search.

    numba and LLVM take a quarter of the engine's import (0.13 s of CPU) and 64 MB of memory; a process that only writes
    or tokenizes, such as the workers of an import, needs neither.
    """
    return import_module("retrieval.index.kernels")
