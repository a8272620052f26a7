"""Agreement and contradiction between two reports."""

from unittest.mock import patch

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from retrieval.duplicates import agreement
from retrieval.duplicates.agreement import dates, relation
from retrieval.text.sentences import sentences

SENTENCE = "青岭大桥全长800米，总投资3.5亿元，昨日正式通车。"


@pytest.mark.parametrize(
    ("answer", "other", "kind"),
    [
        (SENTENCE, SENTENCE, "same"),
        (SENTENCE, "青嶺大橋全長８００米，總投資3.5億元，昨日正式通車！", "same"),
        (SENTENCE, f"这是本市第三座大桥。{SENTENCE}当天有两千人到场。", "same"),
        (SENTENCE, "新华社青岭3月1日电（记者 某某）青岭大桥全长800米，总投资3.5亿元，昨日正式通车。", "same"),
        (SENTENCE, "青岭大桥全长800米，总投资3.5亿元，于昨日正式通车。", "same"),
        (SENTENCE, "青岭大桥全长900米，总投资3.5亿元，昨日正式通车。", "differs"),
        (SENTENCE, "青岭大桥全长800米，总投资35亿元，昨日正式通车。", "differs"),
        (SENTENCE, "青岭大桥全长800米，总投资3.5万元，昨日正式通车。", "differs"),
        (SENTENCE, "青岭大桥全长800米，昨日正式通车。", "unrelated"),
        (SENTENCE, "地铁二号线今年开工。", "unrelated"),
        (SENTENCE, "", "unrelated"),
        ("60人参加了在青岭举行的比赛。", "160人参加了在青岭举行的比赛。", "differs"),
        ("青岭矿区的事故造成三人死亡。", "青岭矿区的事故造成五人死亡。", "differs"),
        ("青岭的粮食产量比上年增长5%。", "青岭的粮食产量比上年增长5‰。", "differs"),
        ("青岭矿区的事故造成3人死亡。", "青岭矿区的事故造成三人死亡。", "unrelated"),
        ("青岭的举报人最多可以获得5千元奖金。", "青岭的举报人最多可以获得5000元奖金。", "unrelated"),
        ("截至8月18日，青岭矿区的事故共造成3人死亡。", "截至8月19日，青岭矿区的事故共造成5人死亡。", "unrelated"),
        ("新款工作站搭载了即将发布的7995WX处理器。", "新款工作站搭载了即将发布的7955WX处理器。", "unrelated"),
        ("甲股报收于73.8元，换手率0.96%，成交3.97万手。", "甲股报收于33.5元，换手率0.77%，成交4.65万手。", "unrelated"),
        ("事故共造成3人死亡，12人受伤，无人失联。", "事故共造成5人死亡，15人受伤，无人失联。", "differs"),
        ("今年青岭用水量为1,800吨。", "今年青岭用水量为1800吨。", "same"),
        ("他们一起参加了青岭的植树活动。", "他们十分参加了青岭的植树活动。", "unrelated"),
        ("？", "？", "same"),
        ("？", "桥。", "unrelated"),
    ],
)
def test_two_reports_agree_when_they_differ_only_in_wording(answer: str, other: str, kind: str) -> None:
    assert relation(answer, answer, other).kind == kind


def test_a_contradiction_outside_the_answer_is_neither_a_conflict_nor_a_reprint() -> None:
    passage = f"{SENTENCE}施工期间共有12名工人受到表彰。"
    other = f"{SENTENCE}施工期间共有15名工人受到表彰。"
    assert relation(passage, SENTENCE, other).kind == "unrelated"
    assert relation(passage, passage[len(SENTENCE) :], other) == ("differs", "施工期间共有15名工人受到表彰。")


PIECES = [
    "青岭大桥",
    "全长",
    "800米",
    "九百米",
    "1,800",
    "，",
    "。",
    "。\n",
    "昨日",
    "正式通車",
    "新华社兰州2月24日电（记者）",
    "-3%",
    "“好！”",
]
REPORTS = st.lists(st.sampled_from(PIECES), max_size=9).map("".join)


@given(REPORTS, REPORTS, st.integers(0, 3))
@example("好！\n新华社兰州2月24日电全长800米", "全长800米", 0)
@example("800米。", "800米，昨日正式通車。", 0)
def test_most_passages_are_told_apart_without_reading_their_sentences(passage: str, other: str, number: int) -> None:
    answers = [passage[start:end] for start, end in sentences(passage)][number:] or [passage]
    expected = relation(passage, answers[0], other)
    with patch.object(agreement, "_lacks", return_value=False), patch.object(agreement, "_letters", return_value=""):
        assert relation(passage, answers[0], other) == expected


@pytest.mark.parametrize("figure", ["1", "一"])
def test_dates_beside_a_very_long_number_are_read_in_linear_time(figure: str) -> None:
    # A pattern that tries a number from each of its digits takes an hour for this one.
    assert dates(f"{figure * 1_000_000}个，2020年十二月20日8时") == ["2020年", "十二月", "20日", "8时"]
