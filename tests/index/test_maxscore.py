"""The compiled search of one segment, compared with exhaustive scoring."""

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from retrieval.index import bm25, maxscore
from retrieval.index.impacts import Impacts
from retrieval.index.posting_lists import TERM
from retrieval.index.segment import Segment
from retrieval.index.segment_reader import SegmentReader

# More than two blocks of documents, and terms from rare to very common, so that every branch is run.
DOCUMENTS = 150_000
SIZES = (1, 40, 700, 5_000, 5_000, 20_000, 50_000, DOCUMENTS)
AVERAGE = 60.0


def segment_of(
    documents: list[NDArray[np.uint32]], frequencies: list[NDArray[np.uint8]], lengths: NDArray[np.uint32]
) -> Segment:
    """A segment with these lists of postings, four documents an article, in the order of their publication."""
    number, ends = len(lengths), np.cumsum([0, *map(len, documents)])
    of_each = [
        bm25.saturation(of_term.astype(np.float32), lengths[held].astype(np.float32), AVERAGE).max() * 1.000001
        for held, of_term in zip(documents, frequencies, strict=True)
    ]
    return Segment(
        average=AVERAGE,
        sources=[],
        passage_ids=np.arange(1, number + 1, dtype=np.int64),
        article_ids=np.arange(number, dtype=np.int64) // 4,
        lengths=lengths,
        minutes=np.arange(number, dtype=np.int32) // 40,
        source_numbers=np.full(number, -1, np.int32),
        terms=np.arange(len(documents), dtype=np.uint64),
        starts=ends.astype(np.int64),
        bounds=np.array(of_each, np.float32),
        documents=np.concatenate(documents),
        frequencies=np.concatenate(frequencies),
    )


@pytest.fixture(scope="module")
def segment() -> Segment:
    """Random lists of these sizes; some documents are so long that a term adds hardly anything to their score."""
    random = np.random.default_rng(1)
    documents = [np.sort(random.choice(DOCUMENTS, size, replace=False)).astype(np.uint32) for size in SIZES]
    frequencies = [np.minimum(random.geometric(0.7, size), 255).astype(np.uint8) for size in SIZES]
    lengths = random.integers(1, 350, DOCUMENTS)
    lengths[::1_000] = 60_000
    return segment_of(documents, frequencies, lengths.astype(np.uint32))


def gains(segment: Segment, row: int, average: float) -> NDArray[np.float64]:
    run = slice(segment.starts[row], segment.starts[row + 1])
    lengths = segment.lengths[segment.documents[run]].astype(np.float64)
    return bm25.saturation(segment.frequencies[run].astype(np.float64), lengths, average)


def everything(segment: Segment, rows: list[int], weights: NDArray[np.float64], average: float) -> NDArray[np.float64]:
    """The scores of all documents, every posting added up."""
    scores = np.zeros(len(segment.lengths))
    for row, weight in zip(rows, weights, strict=True):
        if row >= 0:
            held = segment.documents[segment.starts[row] : segment.starts[row + 1]]
            scores[held] += weight * gains(segment, row, average)
    return scores


def find(
    reader: SegmentReader,
    rows: list[int],
    weights: NDArray[np.float64],
    averages: tuple[float, float],
    k: int,
    floor: float = 0.0,
    allowed: NDArray[np.bool_] | None = None,
) -> NDArray[np.void]:
    query = np.empty(len(rows), TERM)
    query["row"], query["weight"] = rows, weights
    prepared = maxscore.Prepared.of(reader.postings, averages, reader.scale(averages[0]))
    return maxscore.find(prepared, query, k, floor, allowed)


CHOICES = [[0], [7], [0, 7], [1, 2, 3], [3, 4, 5, 6, 7], [6, 5, 4, 3, 2, 1, 0], [2, 2, 6], [5, -1, 6], [1, 6, 7, 7]]


@pytest.mark.parametrize("k", [1, 10, 100, 3_000, 10**6])
@pytest.mark.parametrize("chosen", CHOICES, ids=str)
def test_the_k_best_come_in_order_with_exact_scores(segment: Segment, chosen: list[int], k: int) -> None:
    weights = np.array([bm25.idf(SIZES[row], DOCUMENTS) for row in chosen])
    # Impacts that fit, that are too low and that are too high for the average length of this search.
    for average, made_for in ((AVERAGE, AVERAGE), (AVERAGE, 40.0), (AVERAGE, 90.0)):
        reader = SegmentReader.of(segment).with_impacts(made_for)
        scores = everything(segment, chosen, weights, average)
        for allowed in (None, np.arange(DOCUMENTS) % 3 > 0):
            due = scores if allowed is None else np.where(allowed, scores, 0)
            best = np.lexsort((-segment.minutes, -due))[: min(k, np.count_nonzero(due))]
            for floor in (0.0, float(due[best[-1]]), float(due.max()) + 1):
                matches = find(reader, chosen, weights, (average, average), k, floor, allowed)
                found, own = matches["passage_id"] - 1, matches["score"]
                if floor > due.max():
                    assert not len(found) or own.max() < floor
                    continue
                expected = [place for place in best if due[place] >= floor]
                assert len(found) == len(set(found.tolist())) >= len(expected)
                # Not `approx`, which compares large arrays number by number.
                np.testing.assert_allclose(own, due[found], rtol=0, atol=1e-9)
                np.testing.assert_allclose(own[: len(expected)], due[expected], rtol=0, atol=1e-9)


def test_documents_are_scored_singly_and_articles_as_a_whole(segment: Segment) -> None:
    rows = [3, 6, 6]
    weights = np.array([bm25.idf(SIZES[row], DOCUMENTS) for row in rows])
    reader = SegmentReader.of(segment).with_impacts(AVERAGE)
    found = find(reader, rows, weights, (AVERAGE, 200.0), 50)
    assert len(found) == 50
    for passage_id, score, of_article, minute in found.tolist():
        document = passage_id - 1
        assert minute == segment.minutes[document]
        first = document // 4 * 4
        assert score == pytest.approx(by_hand(segment, rows, weights, document, document + 1, AVERAGE))
        assert of_article == pytest.approx(by_hand(segment, rows, weights, first, first + 4, 200.0))


def by_hand(
    segment: Segment, rows: list[int], weights: NDArray[np.float64], first: int, last: int, average: float
) -> float:
    """The score of a run of documents as if they were one document."""
    score = 0.0
    for row, weight in zip(rows, weights, strict=True):
        run = slice(segment.starts[row], segment.starts[row + 1])
        inside = (segment.documents[run] >= first) & (segment.documents[run] < last)
        frequency = float(segment.frequencies[run][inside].sum())
        score += weight * bm25.saturation(frequency, float(segment.lengths[first:last].sum()), average)
    return score


def test_of_equal_scores_the_newest_come_first_and_then_the_lowest_numbers() -> None:
    size = 70_000
    segment = segment_of([np.arange(size, dtype=np.uint32)], [np.ones(size, np.uint8)], np.full(size, 9, np.uint32))
    reader = SegmentReader.of(segment).with_impacts(9.0)
    found = find(reader, [0], np.array([math.log(2)]), (9.0, 9.0), size)
    assert (found["passage_id"] - 1).tolist() == np.lexsort((np.arange(size), -segment.minutes)).tolist()


def test_an_impact_is_a_saturation_rounded_up_by_less_than_one_unit(segment: Segment) -> None:
    impacts = Impacts.of(segment.documents, segment.frequencies, segment.lengths, AVERAGE)
    for row in range(len(SIZES)):
        shares = gains(segment, row, AVERAGE) / (bm25.K1 + 1) * 255
        rounded = impacts.values[segment.starts[row] : segment.starts[row + 1]]
        assert (rounded >= shares - 1e-4).all()
        assert (rounded - 1 <= shares + 1e-4).all()
        assert rounded.min() >= 1


@pytest.mark.parametrize("average", [40.0, 59.0, 61.0, 300.0])
def test_scaled_impacts_enclose_the_saturation_at_another_average_length(segment: Segment, average: float) -> None:
    impacts = Impacts.of(segment.documents, segment.frequencies, segment.lengths, AVERAGE)
    scale = impacts.scale(AVERAGE, average)
    assert impacts.is_outdated(average) == (average not in (59.0, 61.0))
    for row in range(len(SIZES)):
        shares = gains(segment, row, average) / (bm25.K1 + 1) * 255
        rounded = impacts.values[segment.starts[row] : segment.starts[row + 1]].astype(np.float64)
        assert (rounded * scale.most >= shares - 1e-4).all()
        assert ((rounded - 1) * scale.least <= shares + 1e-4).all()
