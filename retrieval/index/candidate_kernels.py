"""Compiled functions that find the candidates of a search; `kernels` calls them, `maxscore` explains the method.

Types that recur in these functions, arrays being one-dimensional and contiguous:

* postings: PostingColumns, its arrays read-only
* lists: a tuple of columns, one element a term: starts int64, ends int64, weights float32, bounds float32
* allowed: bool, a flag a document, or empty when all documents are allowed
* block: float32 of BLOCK, upper bounds of the scores of the documents first, first + 1, ...; zero between blocks
* members: int32, the documents of the block that have a score, counted from `first`; `size` of them are in use
* found, bounds: int64 and float32, the candidates so far and their upper bounds; `count` of them are in use
* margin: float32, the most by which an upper bound exceeds the score; floor: float32, what a candidate must score
"""

from typing import Any

import numpy as np

from retrieval.index.compiler import compiled

# The bounds of a block's documents stay in the processor's second cache.
BLOCK = 1 << 16
# A look-up of one document in a list costs about as much as passing by this many of its postings.
_LOOKUP = 64
# `_first_floor` reads at most one in this many of the query's postings, and only when there are this many in all.
_FIRST_PART, _FIRST_POSTINGS = 16, 1 << 14
# The floor is raised at most once for so many documents.
_STEP = 256


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
def _add(postings: Any, begin: Any, end: Any, weight: Any, first: Any, block: Any, members: Any) -> Any:
    """Add the impacts of postings[begin:end], of one term, to the block; returns how many documents became members.

    `weight` is float32; `begin`, `end`, `first` and the result are int64. New members are written to `members` from
    its start.
    """
    size = 0
    for place in range(begin, end):
        member = np.int64(postings.documents[place]) - first
        before = block[member]
        # Without a branch, which the processor would predict wrongly half of the time.
        members[size] = member
        size += before == 0
        block[member] = before + weight * np.float32(postings.impacts[place])
    return size


@compiled
def _prune(block: Any, members: Any, size: Any, least: Any, allowed: Any) -> Any:
    """Drop the members whose bound is below `least` (float32) or that are not allowed; returns how many are left.

    `allowed` is the part of the flags that belongs to the block, or empty.
    """
    kept = 0
    for number in range(size):
        member = members[number]
        bound = block[member]
        # Without a branch, for the reason given in `_add`.
        keep = bound >= least
        if len(allowed):
            keep = keep and allowed[member]
        members[kept] = member
        kept += keep
        block[member] = bound if keep else np.float32(0)
    return kept


@compiled
def _nth(values: Any, n: Any) -> Any:
    """The value that would stand at place n (int64) if these (float32) were in ascending order; rearranges them.

    Hoare, "Algorithm 65: FIND", 1961. numpy's `partition` does the same and takes four seconds to compile.
    """
    low, high = 0, len(values) - 1
    while low < high:
        pivot, left, right = values[(low + high) >> 1], low, high
        while left <= right:
            while values[left] < pivot:
                left += 1
            while values[right] > pivot:
                right -= 1
            if left <= right:
                values[left], values[right] = values[right], values[left]
                left += 1
                right -= 1
        if n <= right:
            high = right
        elif n >= left:
            low = left
        else:
            break
    return values[n]


@compiled
def _raise_floor(found: Any, bounds: Any, count: Any, margin: Any, k: Any, floor: Any) -> Any:
    """Raise the floor to the k-th best of the `count` first bounds, less the margin, and drop what is below it.

    Returns how many are left, and the floor. Both columns keep their order.
    """
    if count < k:
        return count, floor
    floor = max(floor, _nth(bounds[:count].copy(), count - k) - margin)
    kept = 0
    for number in range(count):
        found[kept], bounds[kept] = found[number], bounds[number]
        kept += bounds[kept] >= floor
    return kept, floor


@compiled
def _append(block: Any, members: Any, first: Any, found: Any, bounds: Any, floor: Any) -> Any:
    """Write the members whose bound is not below the floor to the start of both columns, and clear the block.

    Returns how many are written.
    """
    count = 0
    for number in range(len(members)):
        member = members[number]
        bound = block[member]
        block[member] = 0
        # Without a branch, for the reason given in `_add`.
        found[count], bounds[count] = first + member, bound
        count += bound >= floor
    return count


@compiled
def _collect(
    block: Any,
    members: Any,
    size: Any,
    first: Any,
    found: Any,
    bounds: Any,
    count: Any,
    margin: Any,
    k: Any,
    floor: Any,
) -> Any:
    """Move the members of the block to the candidates, raising the floor meanwhile.

    Returns both columns, which may have grown, how many candidates there are then, and the floor.
    """
    for begin in range(0, size, _STEP):
        if count + _STEP > len(found):
            found, bounds = np.append(found, np.empty_like(found)), np.append(bounds, np.empty_like(bounds))
        some = members[begin : min(begin + _STEP, size)]
        count += _append(block, some, first, found[count:], bounds[count:], floor)
        if count >= 2 * k:
            count, floor = _raise_floor(found, bounds, count, margin, k, floor)
    count, floor = _raise_floor(found, bounds, count, margin, k, floor)
    return found, bounds, count, floor


@compiled
def _first_floor(
    postings: Any, lists: Any, allowed: Any, margin: Any, block: Any, members: Any, k: Any, floor: Any
) -> Any:
    """A floor (float32) to begin the search with: the k-th best score from the lists with the highest bounds alone.

    Returns the given floor when those lists are no small part of all postings. Without this floor the first blocks are
    searched with hardly any: at 1,000,000 passages of 60 terms it saves a quarter of the time for k 10, a seventh for
    k 100 (two cores, Python 3.11, 2026-11-24).
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
    found, bounds, count = np.empty(2 * (k + _STEP), np.int64), np.empty(2 * (k + _STEP), np.float32), 0
    cursors = starts.copy()
    for first in range(0, total, BLOCK):
        last = min(first + BLOCK, total)
        size = 0
        for term in range(terms_read):
            begin, end = cursors[term], _first_at(postings.documents, cursors[term], ends[term], last)
            cursors[term] = end
            size += _add(postings, begin, end, weights[term], first, block, members[size:])
        size = _prune(block, members, size, floor, allowed[first:last])
        found, bounds, count, floor = _collect(block, members, size, first, found, bounds, count, margin, k, floor)
    return floor


@compiled
def candidates(
    postings: Any, lists: Any, allowed: Any, block: Any, members: Any, margin: Any, k: Any, floor: Any
) -> Any:
    """The documents (int64, in no order) that may score at least `floor` (float32), and as much as the k-th best.

    `margin` (float32) is the most by which an upper bound exceeds the score.
    """
    documents, impacts = postings.documents, postings.impacts
    starts, ends, weights, bounds = lists
    terms, total = len(starts), len(postings.lengths)
    # bounds_from[t]: the most that a document can gain from term t and all terms behind it.
    bounds_from = np.zeros(terms + 1, np.float32)
    for number in range(terms - 1, -1, -1):
        bounds_from[number] = bounds_from[number + 1] + bounds[number]
    k = min(k, total)
    floor = _first_floor(postings, lists, allowed, margin, block, members, k, floor)
    cursors = starts.copy()
    found, reached, count = np.empty(2 * (k + _STEP), np.int64), np.empty(2 * (k + _STEP), np.float32), 0
    # The lists from this one on cannot lift a document over the floor by themselves (MaxScore's non-essential lists).
    essential = terms
    for first in range(0, total, BLOCK):
        last = min(first + BLOCK, total)
        while essential > 0 and bounds_from[essential - 1] < floor:
            essential -= 1
        if essential == 0:
            break
        size = 0
        for term in range(essential):
            begin, end = cursors[term], _first_at(documents, cursors[term], ends[term], last)
            cursors[term] = end
            size += _add(postings, begin, end, weights[term], first, block, members[size:])
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
                    member = np.int64(documents[place]) - first
                    before = block[member]
                    block[member] = before + weight * np.float32(impacts[place]) * (before > 0)
            else:
                for number in range(size):
                    document = first + members[number]
                    place = _first_at(documents, begin, end, document)
                    if place < end and documents[place] == document:
                        block[members[number]] += weight * np.float32(impacts[place])
            size = _prune(block, members, size, floor - bounds_from[term + 1], allowed[:0])
        found, reached, count, floor = _collect(block, members, size, first, found, reached, count, margin, k, floor)
    return found[:count]
