"""Confidence in an answer, and the status that follows from it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.ranking.confidence import ANSWERED, POSSIBLE, confidence, status
from retrieval.ranking.query_features import QueryFeatures
from retrieval.text.analyzer import Analyzer
from retrieval.text.folding import fold
from tests.support.queries import features


@given(st.text("大桥全长80米，。 兰州市", max_size=40), st.text("大桥全长80米兰州市", max_size=8))
def test_confidence_lies_between_zero_and_one(analyzer: Analyzer, text: str, question: str) -> None:
    query = features(analyzer, question)
    assert 0 <= confidence(query, analyzer.terms(text), fold(text)) <= 1
    assert confidence(query, list(query.weights), f"{text}。{question}") == pytest.approx(1 if question else 0)
    assert confidence(query, [], "") == 0


def test_confidence_is_the_mean_of_the_shares_of_terms_by_squared_weight_and_of_bigrams() -> None:
    query = QueryFeatures({"a": 3.0, "b": 1.0}, ["ab", "bc", "cd", "de"])
    assert confidence(query, ["a"], "abc") == pytest.approx((0.9 + 0.5) / 2)
    assert confidence(query, ["b"], "xyz") == pytest.approx(0.05)
    assert confidence(QueryFeatures({"a": 3.0, "b": 1.0}, []), ["a"], "") == pytest.approx(0.9)


@pytest.mark.parametrize(
    ("share", "word"),
    [(1, "answered"), (ANSWERED, "answered"), (ANSWERED - 0.01, "possible"), (POSSIBLE, "possible"),
     (POSSIBLE - 0.01, "none"), (0, "none")],
)  # fmt: skip
def test_the_status_follows_the_confidence(share: float, word: str) -> None:
    assert status(share) == word
