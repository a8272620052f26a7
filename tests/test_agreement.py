import pytest

from retrieval.agreement import relation

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
        ("今年青岭用水量为1,800吨。", "今年青岭用水量为1800吨。", "same"),
        ("他们一起参加了青岭的植树活动。", "他们十分参加了青岭的植树活动。", "unrelated"),
        ("？", "？", "same"),
        ("？", "桥。", "unrelated"),
    ],
)
def test_two_papers_agree_when_nothing_but_words_was_edited(answer: str, other: str, kind: str) -> None:
    assert relation(answer, answer, other).kind == kind


def test_a_contradiction_elsewhere_in_the_passage_is_one_too_and_its_sentence_is_told() -> None:
    passage = f"{SENTENCE}施工期间共有12名工人受到表彰。"
    other = f"{SENTENCE}施工期间共有15名工人受到表彰。"
    assert relation(passage, SENTENCE, other) == ("differs", "施工期间共有15名工人受到表彰。")
