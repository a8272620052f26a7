"""The compiled functions that a search calls, see `maxscore`, and the types that they are compiled for.

Types that recur in these functions, arrays being one-dimensional and contiguous:

* postings: PostingColumns, its arrays read-only
* query: an array of TERM, read-only
* factors: float64, those of `maxscore.Prepared`
"""

from pathlib import Path
from typing import Any

import numpy as np
from numba import from_dtype, types
from numba.core import cgutils
from numba.extending import intrinsic
from numba.np.numpy_support import carray
from numpy.typing import NDArray

from retrieval.index import candidate_kernels
from retrieval.index.candidate_kernels import BLOCK, candidates
from retrieval.index.code_cache import CodeCache
from retrieval.index.compiler import compiled, direct, prepare
from retrieval.index.impacts import UNITS
from retrieval.index.posting_lists import TERM, PostingColumns
from retrieval.index.protocol import MATCH

# A float32 holds an upper bound with a rounding error below this, a term.
_ROUNDING = 2.0**-22


def load(cache: CodeCache) -> None:
    """Prepare `look_up` and `find` for the types that they are called with."""
    sources = Path(__file__), Path(candidate_kernels.__file__)
    prepare(look_up, _LOOK_UP, sources, cache)
    prepare(find, _FIND, sources, cache)


def code() -> tuple[Any, Any]:
    """`look_up` and `find` for the types that they are called with, compiled now if `load` did not prepare them."""
    return direct(look_up, _LOOK_UP), direct(find, _FIND)


def new_scratch() -> tuple[NDArray[np.float32], NDArray[np.int32]]:
    """A block and its members for `find`, which leaves them ready for the next call."""
    # A place more, which `_add` writes to and does not count.
    return np.zeros(BLOCK, np.float32), np.empty(BLOCK + 1, np.int32)


def _array(kind: Any, *, readonly: bool = False) -> Any:
    return types.Array(kind, 1, "C", readonly=readonly)


_LOOK_UP = (_array(types.uint64, readonly=True), _array(types.int64, readonly=True), _array(types.uint64))
_FIND = (
    types.Array(types.int64, 2, "C"),
    _array(types.float64),
    _array(from_dtype(TERM), readonly=True),
    _array(types.boolean, readonly=True),
    *(_array(types.float32), _array(types.int32)),
    _array(from_dtype(MATCH)),
    types.float64,
)


def _as_pointer(_: Any, address: Any) -> Any:
    """An address (int64) as a pointer, for numba."""
    return types.voidptr(address), lambda _, builder, __, values: builder.inttoptr(values[0], cgutils.voidptr_t)


_pointer: Any = intrinsic(_as_pointer)


@compiled
def _postings(places: Any) -> Any:
    """The columns at these places, the address and the length of each, as PostingColumns."""
    return PostingColumns(
        carray(_pointer(places[0, 0]), places[0, 1], np.uint32),
        carray(_pointer(places[1, 0]), places[1, 1], np.uint8),
        carray(_pointer(places[2, 0]), places[2, 1], np.uint8),
        carray(_pointer(places[3, 0]), places[3, 1], np.uint32),
        carray(_pointer(places[4, 0]), places[4, 1], np.int64),
        carray(_pointer(places[5, 0]), places[5, 1], np.int64),
        carray(_pointer(places[6, 0]), places[6, 1], np.int32),
        carray(_pointer(places[7, 0]), places[7, 1], np.int64),
        carray(_pointer(places[8, 0]), places[8, 1], np.float32),
    )


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
def _lists(postings: Any, query: Any, unit: Any, scale: Any) -> Any:
    """The lists of the terms that have postings, by descending bound.

    `scale` (float64) is the factor of the bounds; `unit` (float64) is a unit of an impact, in multiples of the weight.
    """
    terms = 0
    order, bounds = np.empty(len(query), np.int64), np.empty(len(query), np.float64)
    for number in range(len(query)):
        row, weight = query[number].row, query[number].weight
        if row < 0 or weight == 0.0:
            continue
        # An insertion sort, stable and short.
        place, bound = terms, postings.bounds[row] * scale * weight
        while place > 0 and bounds[place - 1] < bound:
            order[place], bounds[place] = order[place - 1], bounds[place - 1]
            place -= 1
        order[place], bounds[place] = number, bound
        terms += 1
    starts, ends = np.empty(terms, np.int64), np.empty(terms, np.int64)
    weights, most = np.empty(terms, np.float32), np.empty(terms, np.float32)
    for place in range(terms):
        term = query[order[place]]
        starts[place], ends[place] = postings.starts[term.row], postings.starts[term.row + 1]
        weights[place], most[place] = term.weight * unit, bounds[place]
    return starts, ends, weights, most


@compiled
def _scores(postings: Any, query: Any, factors: Any, documents: Any) -> Any:
    """The scores (float64) of the documents (int64), and those of their articles, in the order of the query's terms."""
    gain, fixed, by_length, article_fixed, article_by_length = (
        factors[0],
        factors[1],
        factors[2],
        factors[4],
        factors[5],
    )
    count = len(documents)
    firsts, lasts, article_lengths = np.empty(count, np.int64), np.empty(count, np.int64), np.empty(count, np.int64)
    for number in range(count):
        document = documents[number]
        article_id, length = postings.article_ids[document], 0
        first = last = document
        while first > 0 and postings.article_ids[first - 1] == article_id:
            first -= 1
        while last < len(postings.article_ids) and postings.article_ids[last] == article_id:
            last += 1
        for neighbour in range(first, last):
            length += postings.lengths[neighbour]
        firsts[number], lasts[number], article_lengths[number] = first, last, length
    scores, article_scores = np.zeros(count), np.zeros(count)
    for term in range(len(query)):
        row, weight = query[term].row, query[term].weight * gain
        if row < 0:
            continue
        end = postings.starts[row + 1]
        places = _first_places(postings.documents, postings.starts[row], end, firsts)
        for number in range(count):
            document, last = documents[number], lasts[number]
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
    return scores, article_scores


@compiled
def _best_first(documents: Any, scores: Any, minutes: Any) -> Any:
    """The places of the documents by descending score, equal ones by descending minute, then by ascending document.

    `minutes` (int32) are those of all documents. A merge sort, from runs of one upwards.
    """
    count = len(documents)
    order, target = np.arange(count), np.empty(count, np.int64)
    width = 1
    while width < count:
        for begin in range(0, count, 2 * width):
            middle, end = min(begin + width, count), min(begin + 2 * width, count)
            left, right = begin, middle
            for place in range(begin, end):
                takes_left = right == end
                if left < middle and right < end:
                    one, other = order[left], order[right]
                    if scores[one] != scores[other]:
                        takes_left = scores[one] > scores[other]
                    elif minutes[documents[one]] != minutes[documents[other]]:
                        takes_left = minutes[documents[one]] > minutes[documents[other]]
                    else:
                        takes_left = documents[one] < documents[other]
                if takes_left:
                    target[place] = order[left]
                    left += 1
                else:
                    target[place] = order[right]
                    right += 1
        order, target = target, order
        width *= 2
    return order


@compiled
def find(places: Any, factors: Any, query: Any, allowed: Any, block: Any, members: Any, found: Any, floor: Any) -> Any:
    """Write the best candidates, as `maxscore.find` gives them, to the start of `found`; returns how many there are.

    `places` and `factors` are those of `maxscore.Prepared`, `block` and `members` those of `new_scratch`; `floor` is
    float64.
    """
    postings = _postings(places)
    gain, of_bounds, least, most = factors[0], factors[6], factors[7], factors[8]
    lists = _lists(postings, query, gain * most / UNITS, of_bounds)
    weights, bounds = lists[2], lists[3]
    rounding = bounds.sum() * len(bounds) * _ROUNDING
    # An impact of n stands for n - 1 to n units, times `least` to `most`.
    share = least / most
    margin = weights.sum() * (UNITS * (1 - share) + share) + rounding
    documents = candidates(
        postings, lists, allowed, block, members, np.float32(margin), len(found), np.float32(floor - rounding)
    )
    scores, article_scores = _scores(postings, query, factors, documents)
    best = _best_first(documents, scores, postings.minutes)
    count = min(len(best), len(found))
    for place in range(count):
        number, match = best[place], found[place]
        match.passage_id, match.minute = postings.passage_ids[documents[number]], postings.minutes[documents[number]]
        match.score, match.article_score = scores[number], article_scores[number]
    return count
