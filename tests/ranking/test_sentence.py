import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.query.answer_type import kind_of_answer
from retrieval.ranking.sentence import ANSWERED, POSSIBLE, QueryFeatures, SentenceScorer, confidence, highlights, status
from retrieval.text.analyzer import Analyzer
from retrieval.text.folding import fold
from retrieval.text.ngrams import query_bigrams
from retrieval.text.sentences import sentences

BRIDGE = (
    "大桥去年三月开工，当天鞭炮齐鸣。大桥全长800米。大桥位于兰州市城关区。因为洪水，大桥推迟通车。"
    "张伟是大桥的设计者，毕业于本地的一所大学。"
)


def wanted(analyzer: Analyzer, question: str) -> QueryFeatures:
    weights = dict.fromkeys(analyzer.query_terms(question), 1.0)
    return QueryFeatures(weights, query_bigrams(question), kind_of_answer(question))


def shown(asked: QueryFeatures, text: str, title: str = "") -> str | None:
    span = SentenceScorer(asked, text, fold(text), fold(title)).span()
    return text[span.start : span.end] if span else None


@pytest.mark.parametrize(
    ("question", "text", "sentence"),
    [
        ("大桥全长多少米？", BRIDGE, "大桥全长800米。"),
        ("大桥有多长？", BRIDGE, "大桥全长800米。"),
        ("大桥在哪里？", BRIDGE, "大桥位于兰州市城关区。"),
        ("大桥为什么推迟？", BRIDGE, "因为洪水，大桥推迟通车。"),
        ("大桥何时开工？", BRIDGE, "大桥去年三月开工，当天鞭炮齐鸣。"),
        ("大橋的設計者是誰？", BRIDGE, "张伟是大桥的设计者，毕业于本地的一所大学。"),
        (
            "大桥",
            BRIDGE,
            "大桥去年三月开工，当天鞭炮齐鸣。大桥全长800米。",
        ),  # the earliest of equals, and its neighbour
        ("签约金额是多少？", "双方昨日签约。签约金额60亿元。签约金额很大。", "签约金额60亿元。"),
        ("签约金额是多少？", "签约金额很大。签约金额六十亿元。", "签约金额六十亿元。"),
        ("什么时候签约？", "签约仪式举行了。签约定于2月20日。", "签约定于2月20日。"),
        ("他说了什么？", "她说：“好。我来。”然后他走了。", "她说：“好。我来。”然后他走了。"),
        ("足球", BRIDGE, None),
        ("", BRIDGE, None),
        ("大桥", "", None),
    ],
)
def test_the_sentence_that_answers(analyzer: Analyzer, question: str, text: str, sentence: str | None) -> None:
    assert shown(wanted(analyzer, question), text) == sentence


def test_a_number_alone_is_no_answer(analyzer: Analyzer) -> None:
    assert shown(wanted(analyzer, "足球多少"), "共有800米。") is None


FILLING = "当天的活动吸引了附近居民前来参观，现场气氛十分热烈，直到傍晚才散去。"


@pytest.mark.parametrize(
    ("question", "text", "answer"),
    [
        # Each carries what the other lacks.
        (
            "城北大桥由谁设计施工？",
            f"{FILLING}城北大桥的图纸出自陈小雨之手，评审时得到一致好评。设计施工历时三年，投入工人两千多名。{FILLING}",
            "城北大桥的图纸出自陈小雨之手，评审时得到一致好评。设计施工历时三年，投入工人两千多名。",
        ),
        # 他 can't be understood without the sentence before it.
        (
            "谁获得了跳水金牌？",
            f"{FILLING}陈小雨来自城北区的一个普通工人家庭。他在昨天的决赛里以绝对优势获得了跳水金牌。{FILLING}",
            "陈小雨来自城北区的一个普通工人家庭。他在昨天的决赛里以绝对优势获得了跳水金牌。",
        ),
        # A question in the text says nothing that was not asked.
        (
            "如何办理通行证？",
            f"{FILLING}如何办理通行证？带上身份证和行驶证，到交通局一楼大厅的窗口登记即可领取。{FILLING}",
            "如何办理通行证？带上身份证和行驶证，到交通局一楼大厅的窗口登记即可领取。",
        ),
        # Bare speech says nothing without its speaker.
        (
            "谁介绍了通行证的办理情况？",
            f"{FILLING}“通行证的办理情况比去年好得多，窗口增加到十个。”交通局副局长陈小雨说。{FILLING}",
            "“通行证的办理情况比去年好得多，窗口增加到十个。”交通局副局长陈小雨说。",
        ),
        # What is asked about goes on in the next sentence.
        (
            "莱姆河代表了什么？",
            f"{FILLING}莱姆河发源于城北的群山之中。它在诗里总是家乡和离别的象征。{FILLING}",
            "莱姆河发源于城北的群山之中。它在诗里总是家乡和离别的象征。",
        ),
        # One that says it all stands alone.
        (
            "大桥全长多少米？",
            f"{FILLING}经过三年的紧张施工，全长800米的大桥昨天上午正式建成通车。{FILLING}",
            "经过三年的紧张施工，全长800米的大桥昨天上午正式建成通车。",
        ),
    ],
)
def test_a_second_sentence_is_shown_where_one_alone_does_not_do(
    analyzer: Analyzer, question: str, text: str, answer: str
) -> None:
    assert shown(wanted(analyzer, question), text) == answer


@given(st.text("大桥他全长80米，。 \n兰州市“”", max_size=60), st.text("大桥全长80米兰州市", max_size=8))
def test_what_is_shown_is_one_or_two_whole_sentences(analyzer: Analyzer, text: str, question: str) -> None:
    reading = SentenceScorer(wanted(analyzer, question), text, fold(text))
    span, spans = reading.span(), sentences(text)
    assert (span is None) == (reading.evidence.total == 0)
    if span:
        inside = [one for one in spans if span.start <= one.start and one.end <= span.end]
        assert 1 <= len(inside) <= 2
        assert (inside[0].start, inside[-1].end) == span


def test_the_evidence_names_each_piece_with_its_worth_and_the_kind() -> None:
    asked = QueryFeatures({"大桥": 3.0, "全长": 1.0}, ["大桥", "桥全", "全长"], kind_of_answer("多少"))
    text = "大桥800米。"
    evidence = SentenceScorer(asked, text, text).evidence
    assert set(evidence.pieces) == {"大桥", "大", "桥"}
    assert evidence.pieces["大桥"] == pytest.approx(3 / 4 + 1 / 3)
    assert evidence.pieces["大"] == evidence.pieces["桥"] == pytest.approx(0.8 / 4)
    assert evidence.total == pytest.approx(3 / 4 + 1 / 3 + 0.8 / 2 + 0.4)


def test_what_the_title_says_counts_less_than_what_only_one_sentence_says(analyzer: Analyzer) -> None:
    first, last = "城北大桥是城北区的一座公路桥，又称城北跨江公路大桥。", "大桥由本地青年工程师陈小雨设计，用了两年。"
    asked = wanted(analyzer, "城北大桥是谁设计的？")
    assert shown(asked, f"{first}{FILLING}{last}", "城北大桥") == last
    assert shown(asked, f"{first}{FILLING}{last}") == first


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("60亿元", "投资六十亿元。"),
        ("六十億元", "投资60亿元。"),
        ("2月20日", "二月二十日签约。"),
        ("1800个", "共1,800个。"),
    ],
)
def test_a_number_is_found_in_another_spelling(analyzer: Analyzer, question: str, text: str) -> None:
    asked = wanted(analyzer, question)
    number = max(asked.weights, key=str.isdigit)
    assert number in SentenceScorer(asked, text, fold(text)).evidence.pieces
    assert highlights(asked.weights, fold(text))


@pytest.mark.parametrize(
    ("terms", "text", "marked"),
    [
        (["兰州市", "招商引资", "项目"], "蘭州市招商引资，项目；兰州市。", ["蘭州市招商引资", "项目", "兰州市"]),
        (["1800", "个"], "共1,800个，18000元，个人", ["1,800个"]),
        (["800"], "1,800与800", ["800"]),
        (["20"], "2020年20日3.20", ["20"]),
        (["td"], "TD与td2", ["TD"]),
        (["毛", "帅璧"], "毛帅璧说，羽毛、毛衣；毛", ["毛帅璧", "毛"]),  # a single character is no part of other words
        (["60", "亿元"], "投资六十亿元", ["六十亿元"]),
        ([], "兰州", []),
        (["兰州"], "", []),
    ],
)
def test_the_highlights_are_where_the_terms_stand(terms: list[str], text: str, marked: list[str]) -> None:
    assert [text[start:end] for start, end in highlights(terms, fold(text))] == marked


@given(st.text("大桥全长80米，。 兰州市一二十", max_size=40), st.text("大桥全长80米兰州市", max_size=8))
def test_highlights_are_sorted_disjoint_and_apart(analyzer: Analyzer, text: str, question: str) -> None:
    spans = highlights(analyzer.query_terms(question), fold(text))
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(one.end < other.start for one, other in itertools.pairwise(spans))


@given(st.text("大桥全长80米，。 兰州市", max_size=40), st.text("大桥全长80米兰州市", max_size=8))
def test_confidence_is_a_share(analyzer: Analyzer, text: str, question: str) -> None:
    asked = wanted(analyzer, question)
    assert 0 <= confidence(asked, analyzer.terms(text), fold(text)) <= 1
    assert confidence(asked, list(asked.weights), f"{text}。{question}") == pytest.approx(1 if question else 0)
    assert confidence(asked, [], "") == 0


def test_confidence_is_the_mean_of_the_shares_of_terms_by_squared_weight_and_of_bigrams() -> None:
    asked = QueryFeatures({"a": 3.0, "b": 1.0}, ["ab", "bc", "cd", "de"])
    assert confidence(asked, ["a"], "abc") == pytest.approx((0.9 + 0.5) / 2)
    assert confidence(asked, ["b"], "xyz") == pytest.approx(0.05)
    assert confidence(QueryFeatures({"a": 3.0, "b": 1.0}, []), ["a"], "") == pytest.approx(0.9)


@pytest.mark.parametrize(
    ("share", "word"),
    [(1, "answered"), (ANSWERED, "answered"), (ANSWERED - 0.01, "possible"), (POSSIBLE, "possible"),
     (POSSIBLE - 0.01, "none"), (0, "none")],
)  # fmt: skip
def test_the_status_follows_the_confidence(share: float, word: str) -> None:
    assert status(share) == word
