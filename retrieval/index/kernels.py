"""Compiled functions of the MaxScore search; `maxscore` calls them and explains the method.

Types that recur in these functions, arrays being one-dimensional and contiguous:

* postings: PostingColumns, its arrays read-only: documents uint32, frequencies uint8, lengths uint32
* lists: PostingLists or a tuple of its columns: starts int64, ends int64, weights float64, bounds float64, one a term
* formula: (g, f, l) of `bm25.coefficients`, three float64
* allowed: bool, a flag a document, or empty when all documents are allowed
* block: float64 of _BLOCK, the scores of the documents first, first + 1, ...; all zero between blocks
* members: int64, the documents of the block that have a score, counted from `first`; `size` of them are in use
* best: float64, a heap of the best scores, its least first; `filled` places of it are in use
"""

from pathlib import Path
from typing import Any

import numpy as np
from numba import types

from retrieval.index.code_cache import CodeCache
from retrieval.index.compiler import compiled, prepare
from retrieval.index.posting_lists import PostingColumns, PostingLists

# The scores of a block's documents stay in the processor's second cache.
_BLOCK = 1 << 16
# A look-up of one document in a list costs about as much as passing by this many of its postings.
_LOOKUP = 64
# `_first_floor` reads at most one in this many of the query's postings, and only when there are this many in all.
_FIRST_PART, _FIRST_POSTINGS = 16, 1 << 14


def load(cache: CodeCache) -> None:
    """Prepare `candidates` and `scores` for the types that they are called with."""
    source = Path(__file__)
    mask, places = _array(types.boolean), _array(types.int64)
    prepare(candidates, (_POSTINGS, _LISTS, mask, _FORMULA, types.int64, types.float64), source, cache)
    formulas, articles = types.UniTuple(_FORMULA, 2), types.UniTuple(places, 2)
    prepare(scores, (_POSTINGS, _LISTS, formulas, places, articles), source, cache)


def _array(kind: Any, *, readonly: bool = False) -> Any:
    return types.Array(kind, 1, "C", readonly=readonly)


_COLUMNS = [_array(kind, readonly=True) for kind in (types.uint32, types.uint8, types.uint32)]
_POSTINGS = types.NamedTuple(_COLUMNS, PostingColumns)
_LIST_COLUMNS = [_array(kind) for kind in (types.int64, types.int64, types.float64, types.float64)]
_LISTS = types.NamedTuple(_LIST_COLUMNS, PostingLists)
_FORMULA = types.UniTuple(types.float64, 3)


@compiled
def _first_at(documents: Any, low: Any, high: Any, document: Any) -> Any:
    """The first place in documents[low:high] (uint32, ascending) that holds no smaller document; high if none does.

    All arguments and the result but `documents` are int64. A binary search.
    """
    while low < high:
        middle = (low + high) >> 1
        if documents[middle] < document:
            low = middle + 1
        else:
            high = middle
    return low


@compiled
def _add(postings: Any, begin: Any, end: Any, weight: Any, formula: Any, first: Any, block: Any, members: Any) -> Any:
    """Add the scores of postings[begin:end], of one term, to the block; returns how many documents became members.

    `weight` is float64; `begin`, `end`, `first` and the result are int64. New members are written to `members` from
    its start.
    """
    _, fixed, by_length = formula
    size = 0
    for place in range(begin, end):
        document = np.int64(postings.documents[place])
        frequency = np.float64(postings.frequencies[place])
        before = block[document - first]
        # Without a branch, which the processor would predict wrongly half of the time.
        members[size] = document - first
        size += before == 0.0
        block[document - first] = before + weight * frequency / (
            frequency + (fixed + by_length * postings.lengths[document])
        )
    return size


@compiled
def _prune(block: Any, members: Any, size: Any, least: Any, allowed: Any) -> Any:
    """Drop the members whose score is below `least` (float64) or that are not allowed; returns how many are left.

    `allowed` is the part of the flags that belongs to the block, or empty.
    """
    kept = 0
    for number in range(size):
        member = members[number]
        score = block[member]
        # Without a branch, for the reason given in `_add`.
        keep = score >= least
        if len(allowed):
            keep = keep and allowed[member]
        members[kept] = member
        kept += keep
        block[member] = score * keep
    return kept


@compiled
def _keep(best: Any, filled: Any, score: Any) -> Any:
    """Put a score (float64) into the heap if it is among the best; returns how many places are filled now."""
    if filled < len(best):
        place = filled
        while place > 0 and best[(place - 1) >> 1] > score:
            best[place] = best[(place - 1) >> 1]
            place = (place - 1) >> 1
        best[place] = score
        return filled + 1
    if score > best[0]:
        place = 0
        while 2 * place + 1 < filled:
            child = 2 * place + 1
            if child + 1 < filled and best[child + 1] < best[child]:
                child += 1
            if best[child] >= score:
                break
            best[place] = best[child]
            place = child
        best[place] = score
    return filled


@compiled
def _first_floor(
    postings: Any, lists: Any, allowed: Any, formula: Any, block: Any, members: Any, k: Any, floor: Any, slack: Any
) -> Any:
    """A floor (float64) to begin the search with: the k-th best score from the lists with the highest bounds alone.

    Returns the given floor when those lists are no small part of all postings. `lists` are in descending order of their
    bounds, weights multiplied by g. Without this floor the first blocks are searched with hardly any: at 1,000,000
    passages of 60 terms it saves a quarter of the time for k 10, a seventh for k 100 (two cores, Python 3.11,
    2026-11-24).
    """
    starts, ends, weights, _ = lists
    terms, total = len(starts), len(postings.lengths)
    postings_in_all = (ends - starts).sum()
    terms_read = postings_read = 0
    while (
        terms_read < terms and (postings_read + ends[terms_read] - starts[terms_read]) * _FIRST_PART <= postings_in_all
    ):
        postings_read += ends[terms_read] - starts[terms_read]
        terms_read += 1
    if postings_read < k or postings_in_all < _FIRST_POSTINGS:
        return floor
    best, filled, reached = np.empty(k), 0, floor
    cursors = starts.copy()
    for first in range(0, total, _BLOCK):
        last = min(first + _BLOCK, total)
        size = 0
        for term in range(terms_read):
            begin, end = cursors[term], _first_at(postings.documents, cursors[term], ends[term], last)
            cursors[term] = end
            size += _add(postings, begin, end, weights[term], formula, first, block, members[size:])
        for number in range(size):
            member = members[number]
            score = block[member]
            block[member] = 0.0
            if score >= reached and (len(allowed) == 0 or allowed[first + member]):
                filled = _keep(best, filled, score)
                if filled == k:
                    reached = max(reached, best[0])
    return max(floor, reached - slack)


@compiled
def candidates(postings: Any, lists: Any, allowed: Any, formula: Any, k: Any, floor: Any) -> Any:
    """The documents (int64, in no order) of `maxscore.candidates`; `k` is int64, `floor` float64."""
    documents, frequencies, lengths = postings
    gain, fixed, by_length = formula
    terms, total = len(lists.starts), len(lengths)
    # Terms by descending bound: an insertion sort, stable and short.
    order = np.arange(terms)
    for number in range(1, terms):
        place, term = number, order[number]
        while place > 0 and lists.bounds[order[place - 1]] < lists.bounds[term]:
            order[place] = order[place - 1]
            place -= 1
        order[place] = term
    starts, ends, weights, bounds = (
        lists.starts[order],
        lists.ends[order],
        lists.weights[order] * gain,
        lists.bounds[order],
    )
    # bounds_from[t]: the most that a document can gain from term t and all terms behind it.
    bounds_from = np.zeros(terms + 1)
    for number in range(terms - 1, -1, -1):
        bounds_from[number] = bounds_from[number + 1] + bounds[number]
    # The rounding error of a sum of scores, with room to spare.
    slack = 1e-12 * bounds_from[0]
    block, members = np.zeros(_BLOCK), np.empty(_BLOCK + 1, np.int64)
    k = min(k, total)
    # A document without any of the terms scores 0, and must stay below the lowest score that can enter the results.
    floor = max(floor - slack, 1e-300)
    floor = _first_floor(postings, (starts, ends, weights, bounds), allowed, formula, block, members, k, floor, slack)
    best, filled = np.empty(k), 0
    cursors = starts.copy()
    found, found_scores, count = np.empty(1024, np.int64), np.empty(1024), 0
    # The lists from this one on cannot lift a document over the floor by themselves (MaxScore's non-essential lists).
    essential = terms
    for first in range(0, total, _BLOCK):
        last = min(first + _BLOCK, total)
        while essential > 0 and bounds_from[essential - 1] < floor:
            essential -= 1
        if essential == 0:
            break
        size = 0
        for term in range(essential):
            begin, end = cursors[term], _first_at(documents, cursors[term], ends[term], last)
            cursors[term] = end
            size += _add(postings, begin, end, weights[term], formula, first, block, members[size:])
        size = _prune(block, members, size, floor - bounds_from[essential], allowed[first:last])
        for term in range(essential, terms):
            if size == 0:
                break
            begin = _first_at(documents, cursors[term], ends[term], first)
            end = _first_at(documents, begin, ends[term], last)
            cursors[term] = end
            weight = weights[term]
            if end - begin < _LOOKUP * size:
                for place in range(begin, end):
                    document = np.int64(documents[place])
                    before = block[document - first]
                    if before > 0.0:
                        frequency = np.float64(frequencies[place])
                        block[document - first] = before + weight * frequency / (
                            frequency + (fixed + by_length * lengths[document])
                        )
            else:
                for number in range(size):
                    document = first + members[number]
                    place = _first_at(documents, begin, end, document)
                    if place < end and documents[place] == document:
                        frequency = np.float64(frequencies[place])
                        block[document - first] += (
                            weight * frequency / (frequency + (fixed + by_length * lengths[document]))
                        )
            size = _prune(block, members, size, floor - bounds_from[term + 1], allowed[:0])
        for number in range(size):
            score = block[members[number]]
            block[members[number]] = 0.0
            if score < floor:
                continue
            if count == len(found):
                found = np.append(found, np.empty(count, np.int64))
                found_scores = np.append(found_scores, np.empty(count))
            found[count], found_scores[count] = first + members[number], score
            count += 1
            filled = _keep(best, filled, score)
            if filled == len(best):
                floor = max(floor, best[0] - slack)
    return found[:count][found_scores[:count] >= floor]


@compiled
def scores(postings: Any, lists: Any, formulas: Any, wanted: Any, articles: Any) -> Any:
    """The two arrays (float64) of `maxscore.scores` for the documents `wanted` (int64).

    `formulas` are that of documents and that of articles; `articles` are two arrays of int64.
    """
    documents, frequencies, lengths = postings
    starts, ends, weights, _ = lists
    (gain, fixed, by_length), (_, article_fixed, article_by_length) = formulas
    firsts, lasts = articles
    document_scores, article_scores = np.zeros(len(wanted)), np.zeros(len(wanted))
    for number in range(len(wanted)):
        document, first, last = wanted[number], firsts[number], lasts[number]
        article_length = 0
        for neighbour in range(first, last):
            article_length += lengths[neighbour]
        for term in range(len(starts)):
            frequency = sum_of_article = 0
            place = _first_at(documents, starts[term], ends[term], first)
            while place < ends[term] and documents[place] < last:
                sum_of_article += frequencies[place]
                if documents[place] == document:
                    frequency = frequencies[place]
                place += 1
            weight = weights[term] * gain
            document_scores[number] += weight * frequency / (frequency + (fixed + by_length * lengths[document]))
            article_scores[number] += (
                weight * sum_of_article / (sum_of_article + (article_fixed + article_by_length * article_length))
            )
    return document_scores, article_scores
