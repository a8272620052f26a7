"""Highlights of query terms in a passage."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.ranking.highlight import highlights
from retrieval.text.analyzer import Analyzer
from retrieval.text.folding import fold


@pytest.mark.parametrize(
    ("terms", "text", "marked"),
    [
        (["兰州市", "招商引资", "项目"], "蘭州市招商引资，项目；兰州市。", ["蘭州市招商引资", "项目", "兰州市"]),
        (["1800", "个"], "共1,800个，18000元，个人", ["1,800个"]),
        (["800"], "1,800与800", ["800"]),
        (["20"], "2020年20日3.20", ["20"]),
        (["td"], "TD与td2", ["TD"]),
        (["毛", "帅璧"], "毛帅璧说，羽毛、毛衣；毛", ["毛帅璧", "毛"]),  # one character matches no other word
        (["60", "亿元"], "投资六十亿元", ["六十亿元"]),
        ([], "兰州", []),
        (["兰州"], "", []),
    ],
)
def test_highlights_cover_the_query_terms(terms: list[str], text: str, marked: list[str]) -> None:
    assert [text[start:end] for start, end in highlights(terms, fold(text))] == marked


@given(st.text("大桥全长80米，。 兰州市一二十", max_size=40), st.text("大桥全长80米兰州市", max_size=8))
def test_highlights_are_sorted_disjoint_and_not_adjacent(analyzer: Analyzer, text: str, question: str) -> None:
    spans = highlights(analyzer.query_terms(question), fold(text))
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(left.end < right.start for left, right in itertools.pairwise(spans))
