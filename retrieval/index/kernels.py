"""The compiled functions that a search calls, see `maxscore`, and the types that they are compiled for.

Types that recur in these functions, arrays being one-dimensional and contiguous:

* postings: PostingColumns, its arrays read-only
* query: QueryTerms, rows int64 and weights float64, one a term
* formula: (g, f, l) of `bm25.coefficients`, three float64
"""

from pathlib import Path
from typing import Any

import numpy as np
from numba import types
from numpy.typing import NDArray

from retrieval.index import candidate_kernels
from retrieval.index.candidate_kernels import BLOCK, candidates
from retrieval.index.code_cache import CodeCache
from retrieval.index.compiler import compiled, prepare
from retrieval.index.impacts import UNITS
from retrieval.index.posting_lists import PostingColumns, QueryTerms, Scale

# A float32 holds an upper bound with a rounding error below this, a term.
_ROUNDING = 2.0**-22


def load(cache: CodeCache) -> None:
    """Prepare `look_up` and `find` for the types that they are called with."""
    sources = Path(__file__), Path(candidate_kernels.__file__)
    hashes = _array(types.uint64)
    prepare(look_up, (_array(types.uint64, readonly=True), _array(types.int64, readonly=True), hashes), sources, cache)
    formulas = types.UniTuple(_FORMULA, 2)
    arguments = (_POSTINGS, _QUERY, _array(types.boolean), formulas, _SCALE, _SCRATCH, types.int64, types.float64)
    prepare(find, arguments, sources, cache)


def new_scratch() -> tuple[NDArray[np.float32], NDArray[np.int32]]:
    """A block and its members for `find`, which leaves them ready for the next call."""
    # A place more, which `_add` writes to and does not count.
    return np.zeros(BLOCK, np.float32), np.empty(BLOCK + 1, np.int32)


def _array(kind: Any, *, readonly: bool = False) -> Any:
    return types.Array(kind, 1, "C", readonly=readonly)


_COLUMNS = (
    *(types.uint32, types.uint8, types.uint8),  # of each posting
    *(types.uint32, types.int64, types.int32),  # of each document
    *(types.int64, types.float32),  # of each row
)
_POSTINGS = types.NamedTuple([_array(kind, readonly=True) for kind in _COLUMNS], PostingColumns)
_QUERY = types.NamedTuple([_array(types.int64), _array(types.float64)], QueryTerms)
_SCALE = types.NamedUniTuple(types.float64, 3, Scale)
_SCRATCH = types.Tuple([_array(types.float32), _array(types.int32)])
_FORMULA = types.UniTuple(types.float64, 3)


@compiled
def _first_places(column: Any, begin: Any, end: Any, wanted: Any) -> Any:
    """For each wanted value the first place (int64) in column[begin:end], ascending, that holds no smaller one.

    Binary searches that advance together: the processor waits for many cells of memory at once, not one by one.
    """
    places = np.full(len(wanted), begin, np.int64)
    length = end - begin
    while length > 1:
        half = length >> 1
        for number in range(len(wanted)):
            places[number] += half * (column[places[number] + half - 1] < wanted[number])
        length -= half
    if length == 1:
        for number in range(len(wanted)):
            places[number] += column[places[number]] < wanted[number]
    return places


@compiled
def look_up(terms: Any, starts: Any, hashes: Any) -> Any:
    """The row of each hash among `terms` (uint64, ascending), -1 for none, and how many postings it has."""
    rows, counts = _first_places(terms, 0, len(terms), hashes), np.zeros(len(hashes), np.int64)
    for number in range(len(hashes)):
        row = rows[number]
        if row < len(terms) and terms[row] == hashes[number]:
            counts[number] = starts[row + 1] - starts[row]
        else:
            rows[number] = -1
    return rows, counts


@compiled
def _lists(postings: Any, query: Any, gain: Any, scale: Any) -> Any:
    """The lists of the terms that have postings, by descending bound; weights are those of one unit of an impact."""
    terms = 0
    order, bounds = np.empty(len(query.rows), np.int64), np.empty(len(query.rows))
    for number in range(len(query.rows)):
        row, weight = query.rows[number], query.weights[number]
        if row < 0 or weight == 0.0:
            continue
        # An insertion sort, stable and short.
        place, bound = terms, postings.bounds[row] * scale.bounds * weight
        while place > 0 and bounds[place - 1] < bound:
            order[place], bounds[place] = order[place - 1], bounds[place - 1]
            place -= 1
        order[place], bounds[place] = number, bound
        terms += 1
    rows = query.rows[order[:terms]]
    weights = query.weights[order[:terms]] * (gain * scale.most / UNITS)
    return (
        postings.starts[rows],
        postings.starts[rows + 1],
        weights.astype(np.float32),
        bounds[:terms].astype(np.float32),
    )


@compiled
def find(postings: Any, query: Any, allowed: Any, formulas: Any, scale: Any, scratch: Any, k: Any, floor: Any) -> Any:
    """The candidates (int64, in no order), their scores and those of their articles (float64).

    `formulas` are that of documents and that of articles, `scratch` is a block with its members; `k` is int64, `floor`
    float64.
    """
    gain = formulas[0][0]
    lists = _lists(postings, query, gain, scale)
    weights, bounds = lists[2], lists[3]
    rounding = bounds.sum() * len(bounds) * _ROUNDING
    # An impact of n stands for n - 1 to n units, times `least` to `most`.
    share = scale.least / scale.most
    margin = weights.sum() * (UNITS * (1 - share) + share) + rounding
    block, members = scratch
    found = candidates(postings, lists, allowed, block, members, np.float32(margin), k, np.float32(floor - rounding))
    firsts, lasts = np.empty(len(found), np.int64), np.empty(len(found), np.int64)
    article_lengths = np.empty(len(found), np.int64)
    for number in range(len(found)):
        document = found[number]
        article_id, length = postings.article_ids[document], 0
        first = last = document
        while first > 0 and postings.article_ids[first - 1] == article_id:
            first -= 1
        while last < len(postings.article_ids) and postings.article_ids[last] == article_id:
            last += 1
        for neighbour in range(first, last):
            length += postings.lengths[neighbour]
        firsts[number], lasts[number], article_lengths[number] = first, last, length
    scores, article_scores = np.zeros(len(found)), np.zeros(len(found))
    (_, fixed, by_length), (_, article_fixed, article_by_length) = formulas
    for term in range(len(query.rows)):
        row, weight = query.rows[term], query.weights[term] * gain
        if row < 0:
            continue
        end = postings.starts[row + 1]
        places = _first_places(postings.documents, postings.starts[row], end, firsts)
        for number in range(len(found)):
            document, last = found[number], lasts[number]
            frequency = of_article = 0
            place = places[number]
            while place < end and postings.documents[place] < last:
                of_article += postings.frequencies[place]
                if postings.documents[place] == document:
                    frequency = postings.frequencies[place]
                place += 1
            scores[number] += weight * frequency / (frequency + (fixed + by_length * postings.lengths[document]))
            article_scores[number] += (
                weight * of_article / (of_article + (article_fixed + article_by_length * article_lengths[number]))
            )
    return found, scores, article_scores
