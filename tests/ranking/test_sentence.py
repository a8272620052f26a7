"""The sentence that answers a question."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.query.answer_type import kind_of_answer
from retrieval.ranking.highlight import highlights
from retrieval.ranking.query_features import QueryFeatures
from retrieval.ranking.sentence import answer_sentence, match_sentences
from retrieval.text.analyzer import Analyzer
from retrieval.text.folding import fold
from retrieval.text.sentences import sentences
from tests.support.queries import features

BRIDGE = (
    "大桥去年三月开工，当天鞭炮齐鸣。大桥全长800米。大桥位于兰州市城关区。因为洪水，大桥推迟通车。"
    "张伟是大桥的设计者，毕业于本地的一所大学。"
)


def shown(query: QueryFeatures, text: str, title: str = "") -> str | None:
    span = answer_sentence(query, match_sentences(query, text, fold(text), fold(title)))
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
        ),  # the earliest of equal sentences, and its neighbor
        ("签约金额是多少？", "双方昨日签约。签约金额60亿元。签约金额很大。", "签约金额60亿元。"),
        ("签约金额是多少？", "签约金额很大。签约金额六十亿元。", "签约金额六十亿元。"),
        ("什么时候签约？", "签约仪式举行了。签约定于2月20日。", "签约定于2月20日。"),
        ("他说了什么？", "她说：“好。我来。”然后他走了。", "她说：“好。我来。”然后他走了。"),
        ("足球", BRIDGE, None),
        ("", BRIDGE, None),
        ("大桥", "", None),
    ],
)
def test_the_answering_sentence_is_chosen(analyzer: Analyzer, question: str, text: str, sentence: str | None) -> None:
    assert shown(features(analyzer, question), text) == sentence


@pytest.mark.parametrize(
    ("question", "text", "sentence"),
    [
        (
            "油价什么时候调整？",
            "今年国内成品油价格调整十七次，每吨累计上涨900元。下一次油价调整的时间是8月23日24点。",
            "下一次油价调整的时间是8月23日24点。",
        ),
        (
            "谁是英国首相？",
            "英国首相顾问卡明斯当天在伦敦接受了采访，谈到英国首相的计划。英国首相苏纳克10日抵达。",
            "英国首相苏纳克10日抵达。",
        ),
        (
            "工厂爆炸死了几个人？",
            "工厂爆炸中有一个人受伤，伤者已经送往医院。工厂爆炸造成3人死亡。",
            "工厂爆炸造成3人死亡。",
        ),
    ],
)
def test_the_sentence_that_holds_the_kind_beside_the_matched_words_answers(
    analyzer: Analyzer, question: str, text: str, sentence: str
) -> None:
    assert shown(features(analyzer, question), text) == sentence


def test_a_number_alone_is_not_an_answer(analyzer: Analyzer) -> None:
    assert shown(features(analyzer, "足球多少"), "共有800米。") is None


FILLING = "当天的活动吸引了附近居民前来参观，现场气氛十分热烈，直到傍晚才散去。"


@pytest.mark.parametrize(
    ("question", "text", "answer"),
    [
        # Each sentence holds what the other lacks.
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
        # A question in the text adds nothing to the question asked.
        (
            "如何办理通行证？",
            f"{FILLING}如何办理通行证？带上身份证和行驶证，到交通局一楼大厅的窗口登记即可领取。{FILLING}",
            "如何办理通行证？带上身份证和行驶证，到交通局一楼大厅的窗口登记即可领取。",
        ),
        # The subject of the question continues in the next sentence.
        (
            "莱姆河代表了什么？",
            f"{FILLING}莱姆河发源于城北的群山之中。它在诗里总是家乡和离别的象征。{FILLING}",
            "莱姆河发源于城北的群山之中。它在诗里总是家乡和离别的象征。",
        ),
        # A complete sentence stands alone.
        (
            "大桥全长多少米？",
            f"{FILLING}经过三年的紧张施工，全长800米的大桥昨天上午正式建成通车。{FILLING}",
            "经过三年的紧张施工，全长800米的大桥昨天上午正式建成通车。",
        ),
    ],
)
def test_a_second_sentence_is_shown_when_one_is_not_enough(
    analyzer: Analyzer, question: str, text: str, answer: str
) -> None:
    assert shown(features(analyzer, question), text) == answer


@given(st.text("大桥他全长80米，。 \n兰州市“”", max_size=60), st.text("大桥全长80米兰州市", max_size=8))
def test_one_or_two_whole_sentences_are_shown(analyzer: Analyzer, text: str, question: str) -> None:
    query = features(analyzer, question)
    matched = match_sentences(query, text, fold(text))
    span, spans = answer_sentence(query, matched), sentences(text)
    assert (span is None) == (matched.best.total == 0)
    if span:
        inside = [match for match in spans if span.start <= match.start and match.end <= span.end]
        assert 1 <= len(inside) <= 2
        assert (inside[0].start, inside[-1].end) == span


def test_a_match_names_its_pieces_with_their_worth_and_the_kind() -> None:
    query = QueryFeatures({"大桥": 3.0, "全长": 1.0}, ["大桥", "桥全", "全长"], kind_of_answer("多少"))
    text = "大桥800米。"
    best = match_sentences(query, text, text).best
    assert set(best.pieces) == {"大桥", "大", "桥"}
    assert best.pieces["大桥"] == pytest.approx(3 / 4 + 1 / 3)
    assert best.pieces["大"] == best.pieces["桥"] == pytest.approx(0.8 / 4)
    assert best.total == pytest.approx(3 / 4 + 1 / 3 + 0.8 / 2 + 0.4)


def test_terms_in_the_title_count_less_than_terms_in_one_sentence(analyzer: Analyzer) -> None:
    first, last = "城北大桥是城北区的一座公路桥，又称城北跨江公路大桥。", "大桥由本地青年工程师陈小雨设计，用了两年。"
    query = features(analyzer, "城北大桥是谁设计的？")
    assert shown(query, f"{first}{FILLING}{last}", "城北大桥") == last
    assert shown(query, f"{first}{FILLING}{last}") == first


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("60亿元", "投资六十亿元。"),
        ("六十億元", "投资60亿元。"),
        ("2月20日", "二月二十日签约。"),
        ("1800个", "共1,800个。"),
    ],
)
def test_a_number_matches_in_another_spelling(analyzer: Analyzer, question: str, text: str) -> None:
    query = features(analyzer, question)
    number = max(query.weights, key=str.isdigit)
    assert number in match_sentences(query, text, fold(text)).best.pieces
    assert highlights(query.weights, fold(text))
