"""The BM25 formula: values computed by hand, properties, and rank_bm25 as an oracle."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rank_bm25 import BM25Plus

from retrieval.index import bm25


@pytest.mark.parametrize(
    ("frequency", "documents", "weight"),
    [(1, 1, math.log(2)), (1, 9, math.log(10)), (9, 9, math.log(10 / 9)), (5, 99, math.log(20)), (0, 9, 0.0)],
)
def test_idf_matches_hand_computed_values(frequency: int, documents: int, weight: float) -> None:
    assert bm25.idf(frequency, documents) == pytest.approx(weight, rel=1e-12)


@pytest.mark.parametrize(
    ("frequency", "length", "average", "share"),
    [
        (0, 10, 10, 0.0),
        (1, 10, 10, 1.0),  # 1.9 / (1 + 0.9)
        (2, 10, 10, 3.8 / 2.9),
        (1, 20, 10, 1.9 / 2.26),  # 1 + 0.9 (0.6 + 0.4 · 2)
        (3, 5, 10, 5.7 / 3.72),  # 3 + 0.9 (0.6 + 0.4 / 2)
    ],
)
def test_term_frequency_scores_match_hand_computed_values(
    frequency: float, length: float, average: float, share: float
) -> None:
    assert bm25.saturation(frequency, length, average) == pytest.approx(share, rel=1e-12)
    arrays = bm25.saturation(np.array([frequency], np.float64), np.array([length], np.float64), average)
    assert arrays.tolist() == pytest.approx([share], rel=1e-12)


@given(st.integers(1, 10**6).flatmap(lambda n: st.tuples(st.integers(1, n), st.just(n))))
def test_idf_is_positive(numbers: tuple[int, int]) -> None:
    assert bm25.idf(*numbers) > 0


@given(st.integers(1, 254), st.integers(1, 500), st.floats(1, 500))
def test_each_further_occurrence_adds_less_and_longer_texts_score_lower(
    frequency: int, length: int, average: float
) -> None:
    first, second, third = (bm25.saturation(frequency + more, length, average) for more in range(3))
    assert 0 < first < second < third < bm25.K1 + 1
    assert second - first > third - second
    assert bm25.saturation(frequency, length + 1, average) < first


@given(st.lists(st.lists(st.sampled_from("abcdef"), min_size=1, max_size=12), min_size=1, max_size=12))
def test_the_formula_matches_rank_bm25_without_delta(corpus: list[list[str]]) -> None:
    library = BM25Plus(corpus, k1=bm25.K1, b=bm25.B, delta=0)
    average = sum(map(len, corpus)) / len(corpus)
    for term in "abcdefx":
        weight = bm25.idf(sum(term in text for text in corpus), len(corpus))
        ours = [weight * bm25.saturation(text.count(term), len(text), average) for text in corpus]
        assert ours == pytest.approx(library.get_scores([term]).tolist(), abs=1e-9)
