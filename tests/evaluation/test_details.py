"""Details of a text: their kinds, their values, and whether another text holds them."""

from itertools import pairwise

import pytest

from retrieval.evaluation.details import details, is_held, readable
from retrieval.text.analyzer import Analyzer
from retrieval.text.parts_of_speech import PartsOfSpeech


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("黃春榮在西安市投資六十億元", [("person", "黄春荣"), ("place", "西安"), ("number 亿元", "60亿元")]),
        (
            "2020年2月24日有1,800人",
            [("year 4", "2020年"), ("number 月", "2月"), ("number 日", "24日"), ("number 人", "1800人")],
        ),
        ("最高人民法院用了4年", [("organization", "最高人民法院"), ("year 1", "4年")]),
        # jieba takes these for names.
        ("入口的新进展到了高峰", []),
        ("Ace 3和A3.5、三五个", []),
    ],
)
def test_details_have_a_kind_and_a_value(analyzer: Analyzer, text: str, expected: list[tuple[str, str]]) -> None:
    found = details(text, PartsOfSpeech(analyzer))
    assert [(detail.kind, detail.value) for detail in found] == expected
    places = [(detail.start, detail.end) for detail in found]
    assert sorted(places) == places
    assert all(end <= start for (_, end), (start, _) in pairwise(places))


@pytest.mark.parametrize(
    ("value", "text", "held"),
    [
        ("西安", "西安市", True),
        ("60亿元", "六十億元", True),
        ("60亿元", "160亿元", False),
        ("2月", "12月", False),
        ("2月", "二月", True),
        ("1800人", "1,800人", True),
    ],
)
def test_a_text_holds_a_value_however_it_is_written(value: str, text: str, held: bool) -> None:
    assert is_held(value, readable(text)) is held
