"""MaxScore kernels, compared with exhaustive scoring."""

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from retrieval.index import bm25, maxscore
from retrieval.index.posting_lists import PostingColumns, PostingLists

# More than two blocks of documents, and terms from rare to very common, so that every branch is run.
DOCUMENTS = 150_000
SIZES = (1, 40, 700, 5_000, 5_000, 20_000, 50_000, DOCUMENTS)
AVERAGE = 60.0


@pytest.fixture(scope="module")
def postings() -> tuple[PostingColumns, list[tuple[int, int]]]:
    """Random lists of these sizes, and the bounds of each."""
    random = np.random.default_rng(1)
    lists = [np.sort(random.choice(DOCUMENTS, size, replace=False)).astype(np.uint32) for size in SIZES]
    frequencies = [np.minimum(random.geometric(0.7, size), 255).astype(np.uint8) for size in SIZES]
    ends = np.cumsum(SIZES).tolist()
    columns = PostingColumns(
        np.concatenate(lists), np.concatenate(frequencies), random.integers(1, 350, DOCUMENTS).astype(np.uint32)
    )
    for column in columns:
        column.flags.writeable = False
    return columns, list(zip([0, *ends], ends, strict=False))


def query(postings: PostingColumns, places: list[tuple[int, int]]) -> PostingLists:
    weights = np.array([bm25.idf(end - start, DOCUMENTS) for start, end in places])
    bounds = [gains(postings, start, end).max() for start, end in places]
    starts, ends = (np.array(column, np.int64) for column in zip(*places, strict=True))
    return PostingLists(starts, ends, weights, weights * bounds)


def gains(postings: PostingColumns, start: int, end: int) -> NDArray[np.float64]:
    lengths = postings.lengths[postings.documents[start:end]].astype(np.float64)
    return bm25.saturation(postings.frequencies[start:end].astype(np.float64), lengths, AVERAGE)


def everything(postings: PostingColumns, lists: PostingLists) -> NDArray[np.float64]:
    """The scores of all documents, every posting added up."""
    scores = np.zeros(DOCUMENTS)
    for start, end, weight in zip(lists.starts, lists.ends, lists.weights, strict=True):
        scores[postings.documents[start:end]] += weight * gains(postings, start, end)
    return scores


CHOICES = [[0], [7], [0, 7], [1, 2, 3], [3, 4, 5, 6, 7], [6, 5, 4, 3, 2, 1, 0], [2, 2, 6], [5, 6], [1, 6, 7, 7]]


@pytest.mark.parametrize("k", [1, 10, 100, 3_000, 10**6])
@pytest.mark.parametrize("chosen", CHOICES, ids=str)
def test_maxscore_returns_all_k_best_and_few_others(
    postings: tuple[PostingColumns, list[tuple[int, int]]], chosen: list[int], k: int
) -> None:
    columns, places = postings
    lists = query(columns, [places[number] for number in chosen])
    scores = everything(columns, lists)
    for allowed in (None, np.arange(DOCUMENTS) % 3 > 0):
        due = scores if allowed is None else np.where(allowed, scores, 0)
        matching = np.flatnonzero(due > 0)
        kth = np.sort(due)[-min(k, len(matching))]
        for floor in (0.0, kth, float(due.max()) + 1):
            candidates = maxscore.candidates(columns, lists, AVERAGE, k, floor, allowed)
            best = np.flatnonzero(due >= max(kth, floor))
            assert len(candidates) == len(set(candidates.tolist()))
            assert set(best.tolist()) <= set(candidates.tolist())
            assert (due[candidates] >= max(kth, floor) - 1e-9).all()
            own, _ = maxscore.scores(columns, lists, AVERAGE, AVERAGE, candidates, (candidates, candidates + 1))
            assert own == pytest.approx(due[candidates], abs=1e-9)


def test_documents_are_scored_singly_and_articles_as_a_whole(
    postings: tuple[PostingColumns, list[tuple[int, int]]],
) -> None:
    columns, places = postings
    lists = query(columns, [places[number] for number in (3, 6, 6)])
    documents = np.array([0, 10, 149_999, 7], np.int64)
    firsts, lasts = np.array([0, 10, 149_990, 5], np.int64), np.array([10, 11, 150_000, 9], np.int64)
    own, whole = maxscore.scores(columns, lists, AVERAGE, 200.0, documents, (firsts, lasts))
    for number, document in enumerate(documents.tolist()):
        alone = by_hand(columns, lists, document, document + 1, AVERAGE)
        assert own[number] == pytest.approx(alone)
        assert whole[number] == pytest.approx(by_hand(columns, lists, firsts[number], lasts[number], 200.0))


def by_hand(postings: PostingColumns, lists: PostingLists, first: int, last: int, average: float) -> float:
    """The score of a run of documents as if they were one document."""
    score = 0.0
    for start, stop, weight in zip(lists.starts, lists.ends, lists.weights, strict=True):
        inside = (postings.documents[start:stop] >= first) & (postings.documents[start:stop] < last)
        frequency = float(postings.frequencies[start:stop][inside].sum())
        score += weight * bm25.saturation(frequency, float(postings.lengths[first:last].sum()), average)
    return score


def test_all_documents_with_equal_scores_are_found(postings: tuple[PostingColumns, list[tuple[int, int]]]) -> None:
    size = 70_000
    columns = PostingColumns(np.arange(size, dtype=np.uint32), np.ones(size, np.uint8), np.full(size, 9, np.uint32))
    for column in columns:
        column.flags.writeable = False
    lists = PostingLists(np.array([0]), np.array([size]), np.array([math.log(2)]), np.array([math.log(4)]))
    assert sorted(maxscore.candidates(columns, lists, 9.0, 5, 0.0, None).tolist()) == list(range(size))
