"""The part of an answering sentence that is shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.query.answer_type import kind_of_answer
from retrieval.ranking.shortening import shortened, without_origin
from retrieval.text.analyzer import Analyzer
from retrieval.text.folding import fold
from retrieval.text.sentences import Span
from tests.support.queries import features

FACT = "大桥昨天上午正式通车。"


@pytest.mark.parametrize(
    "origin",
    [
        "中新网8月5日电（记者 张三）",
        "中新网北京8月5日电 (张三 李四)",
        "新华社北京2月14日电（记者 刘红霞）",
        "新华社北京2月14日电 ",
        "据新华社联合国9月2日电 （记者王建刚）",
        "原标题：大桥通车\n",
        "【环球网报道 记者 王博】",
        "【大桥通车】",
        "【环球时报特约记者 张三】",
        "记者从市交通局获悉，",
        "新华社记者11日从市交通局了解到，",
        "据《城北日报》报道，",
        "中新社北京8月5日电（记者 张三）记者从市交通局获悉，",
        "",
    ],
)
def test_the_origin_of_a_report_is_no_part_of_the_sentence(origin: str) -> None:
    text = f"{origin}{FACT}"
    assert text[slice(*without_origin(text, Span(0, len(text))))] == FACT


@pytest.mark.parametrize("text", ["【大桥】", "新华社2月14日电", "2月14日大桥通车。", "据报道，好。", FACT])
def test_a_sentence_without_an_origin_or_without_anything_else_stays_whole(text: str) -> None:
    assert without_origin(text, Span(0, len(text))) == (0, len(text))


def test_the_dateline_stays_where_only_it_tells_the_month() -> None:
    kind = kind_of_answer("大桥何时通车？")
    text = f"新华社兰州7月6日电 {FACT.replace('昨天', '6日')}"
    assert without_origin(text, Span(0, len(text)), kind) == (0, len(text))
    text = f"新华社兰州7月6日电 {FACT.replace('昨天', '7月5日')}"
    assert without_origin(text, Span(0, len(text)), kind).start > 0


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        # A value is answered by the clauses that hold it and the matched words.
        (
            "城北大桥何时通车？",
            "现场气氛十分热烈，附近居民纷纷前来参观，城北大桥于2026年8月23日上午十点在两岸群众的欢呼声里正式建成通车，两岸群众燃放鞭炮。",
            "城北大桥于2026年8月23日上午十点在两岸群众的欢呼声里正式建成通车",
        ),
        # A name is answered from the beginning, where the subject stands.
        (
            "哪家公司承建城北大桥？",
            "城北建设公司去年三月在公开招标里以最低的报价中标，承建城北大桥和两端的立交桥，工程总投资三亿元人民币，桥面双向六车道，可以抗八级地震。",
            "城北建设公司去年三月在公开招标里以最低的报价中标，承建城北大桥和两端的立交桥",
        ),
        # An open question keeps everything.
        (
            "城北大桥采取了哪些措施？",
            "城北大桥采取措施保障行车安全，桥面安装了两百个监控探头，两端设有限速标志，夜里由太阳能路灯照明，每天有人巡查。",
            None,
        ),
        # Neither a list nor a quotation is cut.
        (
            "城北大桥有多少个探头？",
            "城北大桥安装了200个监控探头、50块限速标志、20台摄像机、10个报警电话，以及路灯、护栏、标线、桥名牌和别的一些设施。",
            None,
        ),
        (
            "城北大桥有多少个探头？",
            "“城北大桥安装了200个监控探头，两端设有限速标志，夜里由太阳能路灯照明，每天有人巡查。”",
            None,
        ),
        # A short sentence stays whole.
        ("城北大桥全长多少米？", "城北大桥全长800米，双向六车道，由城北建设公司承建。", None),
    ],
)
def test_a_long_answer_is_cut_where_both_parts_stand_alone(
    analyzer: Analyzer, question: str, text: str, expected: str | None
) -> None:
    span = shortened(features(analyzer, question), text, fold(text), Span(0, len(text)))
    assert text[slice(*span)] == (expected or text)


@given(
    st.text("大桥全长80米，；。、“”（）说他 \n记者从获悉【】", max_size=120),
    st.sampled_from(["大桥多少米", "谁造了大桥", "大桥"]),
)
def test_a_part_of_the_span_is_shown(analyzer: Analyzer, text: str, question: str) -> None:
    start, end = shortened(features(analyzer, question), text, fold(text), Span(0, len(text)))
    assert 0 <= start <= end <= len(text)
    assert start < end or not text
