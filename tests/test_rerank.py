import pytest
from hypothesis import given
from hypothesis import strategies as st
from rank_bm25 import BM25Plus

from retrieval import bm25
from retrieval.analysis import bigrams, query_bigrams
from retrieval.rerank import bigram_scores, combined
from retrieval.text import fold

TEXTS = st.lists(st.text("兰州市投资约亿元，。 a1", max_size=30), min_size=1, max_size=8)


@given(st.text("兰州市投资约亿元 a1", min_size=1, max_size=8), TEXTS)
def test_a_filler_gives_the_scores_of_the_full_lists(query: str, texts: list[str]) -> None:
    full = [bigrams(fold(text)) for text in texts]
    wanted = query_bigrams(query)
    expected = [0.0] * len(texts)
    if any(full):
        expected = BM25Plus(full, k1=bm25.K1, b=bm25.B, delta=0).get_scores(wanted).tolist()
    assert bigram_scores(wanted, texts) == pytest.approx(expected, abs=1e-9)


def test_the_text_that_holds_more_of_the_question_scores_more() -> None:
    wanted = query_bigrams("兰州投资")
    most, some, none = bigram_scores(wanted, ["蘭州投資", "兰州下雪", "北京下雪"])
    assert most > some > none == 0


@pytest.mark.parametrize("texts", [[], [""], ["，。", "", " "]])
def test_texts_of_nothing_score_nothing(texts: list[str]) -> None:
    assert bigram_scores(["兰州"], texts) == [0.0] * len(texts)


def test_a_question_of_nothing_scores_nothing() -> None:
    assert bigram_scores([], ["兰州", "北京"]) == [0.0, 0.0]


def test_the_parts_of_a_score_are_added_with_their_weights() -> None:
    assert combined(10.0, 0.0, 0.0) == 10
    assert combined(0.0, 10.0, 0.0) == pytest.approx(10)
    assert combined(0.0, 0.0, 10.0) == pytest.approx(3)
    assert combined(1.0, 2.0, 3.0) == pytest.approx(3.9)
