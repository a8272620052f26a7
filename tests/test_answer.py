import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.analysis import Analyzer, Token, query_bigrams
from retrieval.answer import (
    ANSWERED,
    POSSIBLE,
    Wanted,
    answering_sentence,
    confidence,
    highlights,
    kind_of_answer,
    status,
)

BRIDGE = "大桥去年开工。大桥全长800米。大桥位于兰州市城关区。因为洪水，大桥推迟通车。张伟是大桥的设计者。"


def wanted(analyzer: Analyzer, question: str) -> Wanted:
    weights = dict.fromkeys(analyzer.query_terms(question), 1.0)
    return Wanted(weights, frozenset(query_bigrams(question)), kind_of_answer(question))


@pytest.mark.parametrize(
    ("question", "text", "sentence"),
    [
        ("大桥全长多少米？", BRIDGE, "大桥全长800米。"),
        ("大桥有多长？", BRIDGE, "大桥全长800米。"),
        ("大桥在哪里？", BRIDGE, "大桥位于兰州市城关区。"),
        ("大桥为什么推迟？", BRIDGE, "因为洪水，大桥推迟通车。"),
        ("大桥何时开工？", BRIDGE, "大桥去年开工。"),
        ("大橋的設計者是誰？", BRIDGE, "张伟是大桥的设计者。"),
        ("大桥", BRIDGE, "大桥去年开工。"),  # the earliest of equals
        ("签约金额是多少？", "双方昨日签约。签约金额60亿元。签约金额很大。", "签约金额60亿元。"),
        ("签约金额是多少？", "签约金额很大。签约金额六十亿元。", "签约金额六十亿元。"),
        ("什么时候签约？", "签约仪式举行了。签约定于2月20日。", "签约定于2月20日。"),
        ("他说了什么？", "她说：“好。我来。”然后他走了。", "她说：“好。我来。”"),
        ("足球", BRIDGE, None),
        ("", BRIDGE, None),
        ("大桥", "", None),
    ],
)
def test_the_sentence_that_answers(analyzer: Analyzer, question: str, text: str, sentence: str | None) -> None:
    span = answering_sentence(wanted(analyzer, question), text, analyzer.tokens(text))
    assert (text[span.start : span.end] if span else None) == sentence


def test_a_number_alone_is_no_answer(analyzer: Analyzer) -> None:
    text = "共有800米。"
    assert answering_sentence(wanted(analyzer, "足球多少"), text, analyzer.tokens(text)) is None


@pytest.mark.parametrize(
    ("question", "holds", "lacks"),
    [
        ("投资多少钱", "60亿元", "很多"),
        ("有几个人", "三个人", "很多人"),
        ("什麼時候開工", "二月", "冬天"),
        ("哪年通车", "2020年", "很久以前"),
        ("为何推迟", "由于洪水", "洪水"),
        ("在哪里举行", "兰州市", "这儿"),
        ("簽約在何處", "位于西固", "不知道"),
    ],
)
def test_what_is_asked_tells_the_kind_of_answer(question: str, holds: str, lacks: str) -> None:
    kind = kind_of_answer(question)
    assert kind is not None
    assert kind.search(holds)
    assert not kind.search(lacks)


@pytest.mark.parametrize("question", ["", "兰州", "谁来了", "介绍易华录"])
def test_other_questions_ask_for_no_kind(question: str) -> None:
    assert kind_of_answer(question) is None


def test_neighbouring_terms_are_one_highlight(analyzer: Analyzer) -> None:
    text = "蘭州市招商引资，1,800个项目；兰州市。"
    weights = dict.fromkeys(["兰州市", "招商引资", "1800", "项目"], 1.0)
    spans = highlights(weights, analyzer.tokens(text))
    assert [text[start:end] for start, end in spans] == ["蘭州市招商引资", "1,800", "项目", "兰州市"]
    assert highlights({}, analyzer.tokens(text)) == []
    assert highlights(weights, []) == []


@given(st.text("大桥全长80米，。 兰州市", max_size=40), st.text("大桥全长80米兰州市", max_size=8))
def test_highlights_are_sorted_disjoint_and_apart(analyzer: Analyzer, text: str, question: str) -> None:
    tokens = analyzer.tokens(text)
    weights = dict.fromkeys(analyzer.query_terms(question), 1.0)
    spans = highlights(weights, tokens)
    assert all(start < end for start, end in spans)
    assert all(one.end < other.start for one, other in itertools.pairwise(spans))
    marked = {place for start, end in spans for place in range(start, end)}
    due = {place for token in tokens if token.term in weights for place in range(token.start, token.end)}
    assert marked == due


def test_highlights_take_the_terms_and_not_the_characters() -> None:
    tokens = [Token("a", 0, 1), Token("ab", 2, 4), Token("a", 4, 5), Token("a", 6, 7), Token("b", 7, 8)]
    assert highlights({"a": 0.0}, tokens) == [(0, 1), (4, 5), (6, 7)]


@given(st.text("大桥全长80米，。 兰州市", max_size=40), st.text("大桥全长80米兰州市", max_size=8))
def test_confidence_is_a_share(analyzer: Analyzer, text: str, question: str) -> None:
    asked = wanted(analyzer, question)
    assert 0 <= confidence(asked, analyzer.terms(text), text) <= 1
    held = f"{text}。{question}"
    terms = set(analyzer.terms(text)) | set(asked.weights)
    assert confidence(asked, terms, held) == pytest.approx(1 if question else 0)
    assert confidence(asked, [], "") == 0


def test_confidence_is_the_mean_of_the_shares_of_terms_by_weight_and_of_bigrams() -> None:
    asked = Wanted({"a": 3.0, "b": 1.0}, frozenset(["ab", "bc", "cd", "de"]), None)
    assert confidence(asked, ["a"], "abc") == pytest.approx((0.75 + 0.5) / 2)
    assert confidence(asked, ["b"], "xyz") == pytest.approx(0.125)
    assert confidence(Wanted({"a": 3.0, "b": 1.0}, frozenset(), None), ["a"], "") == pytest.approx(0.75)


@pytest.mark.parametrize(
    ("share", "word"),
    [(1, "answered"), (ANSWERED, "answered"), (ANSWERED - 0.01, "possible"), (POSSIBLE, "possible"),
     (POSSIBLE - 0.01, "none"), (0, "none")],
)  # fmt: skip
def test_the_status_follows_the_confidence(share: float, word: str) -> None:
    assert status(share) == word


def test_what_the_title_says_counts_less_than_what_only_one_sentence_says(analyzer: Analyzer) -> None:
    text = "城北大桥全称城北跨江公路大桥，是城北区的一座公路桥。大桥由陈小雨设计。"
    query = "城北大桥是谁设计的？"
    weights = dict.fromkeys(analyzer.query_terms(query), 1.0)
    asked = Wanted(weights, frozenset(query_bigrams(query)), None)
    with_title = answering_sentence(asked, text, analyzer.tokens(text), "城北大桥")
    assert with_title is not None
    assert text[with_title.start : with_title.end] == "大桥由陈小雨设计。"
