"""Scores of bigrams and trigrams."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rank_bm25 import BM25Plus

from retrieval.index import bm25
from retrieval.ranking.ngram_scores import score_ngrams
from retrieval.text.folding import fold
from retrieval.text.ngrams import bigrams, query_bigrams, query_trigrams

TEXTS = st.lists(st.text("兰州市投资约亿元，。 a1", max_size=30), min_size=1, max_size=8)


def close_scores(grams: list[str], texts: list[str]) -> list[float]:
    return score_ngrams([fold(text) for text in texts], [grams])[0]


@given(st.text("兰州市投资约亿元 a1", min_size=1, max_size=8), TEXTS)
def test_counting_only_query_ngrams_gives_the_same_scores(query: str, texts: list[str]) -> None:
    full = [bigrams(fold(text)) for text in texts]
    wanted = query_bigrams(query)
    expected = [0.0] * len(texts)
    if any(full):
        expected = BM25Plus(full, k1=bm25.K1, b=bm25.B, delta=0).get_scores(wanted).tolist()
    assert close_scores(wanted, texts) == pytest.approx(expected, abs=1e-9)


@given(
    st.text("兰州市投", min_size=3, max_size=6), st.lists(st.text("兰州市投，", max_size=30), min_size=1, max_size=6)
)
def test_trigrams_are_scored_by_the_formula_over_lengths_in_bigrams(query: str, texts: list[str]) -> None:
    wanted = query_trigrams(query)
    lengths = [len(bigrams(text)) for text in texts]
    average = sum(lengths) / len(texts)
    counts = {gram: [sum(text.startswith(gram, at) for at in range(len(text))) for text in texts] for gram in wanted}
    expected = [
        sum(
            bm25.idf(sum(map(bool, counts[gram])), len(texts)) * bm25.saturation(counts[gram][number], length, average)
            for gram in wanted
            if counts[gram][number]
        )
        for number, length in enumerate(lengths)
    ]
    assert close_scores(wanted, texts) == pytest.approx(expected, abs=1e-9)


def test_a_text_with_more_of_the_question_scores_more() -> None:
    wanted = query_bigrams("兰州投资")
    most, some, none = close_scores(wanted, ["蘭州投資", "兰州下雪", "北京下雪"])
    assert most > some > none == 0


def test_a_name_scores_more_than_its_scattered_pairs() -> None:
    whole, scattered = close_scores(query_trigrams("毛帅璧"), ["毛帅璧说", "毛帅和帅璧"])
    assert whole > scattered == 0


@pytest.mark.parametrize("texts", [[], [""], ["，。", "", " "]])
def test_empty_texts_score_zero(texts: list[str]) -> None:
    assert close_scores(["兰州"], texts) == [0.0] * len(texts)


def test_an_empty_question_scores_zero() -> None:
    assert close_scores([], ["兰州", "北京"]) == [0.0, 0.0]


def test_groups_of_ngrams_are_scored_separately() -> None:
    texts = ["兰州投资", "兰州下雪"]
    assert score_ngrams(texts, [["兰州", "投资"], ["州投资"]]) == [
        close_scores(["兰州", "投资"], texts),
        close_scores(["州投资"], texts),
    ]
