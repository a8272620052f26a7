"""Pairs of characters that the first candidates share."""

import pytest

from retrieval.ranking.feedback import held, shared_bigrams


def test_pairs_that_the_first_texts_share_count_and_those_of_the_query_do_not() -> None:
    texts = ["大桥通车典礼", "大桥通车仪式", "地铁试运行", "天气转凉", "学校开学", "通车典礼"]
    weights = shared_bigrams(texts, ["大桥"])
    assert set(weights) == {"桥通", "通车"}
    assert sum(weights.values()) == pytest.approx(1)
    # Three of the six texts hold 通车, two 桥通.
    assert weights["桥通"] > weights["通车"]


def test_without_texts_or_shared_pairs_there_is_no_feedback() -> None:
    assert shared_bigrams([], ["大桥"]) == {}
    assert shared_bigrams(["大桥", "地铁"], []) == {}


def test_the_pairs_that_every_text_holds_weigh_least() -> None:
    weights = shared_bigrams(["甲乙丙丁", "甲乙丙丁", "甲乙", "甲乙"], [])
    assert min(weights, key=lambda pair: weights[pair]) == "甲乙"


def test_the_pieces_that_a_text_holds_keep_their_weight() -> None:
    assert held({"大桥": 0.6, "通车": 0.4}, "大桥全长") == {"大桥": 0.6}
