"""The kind of answer that a question asks for."""

import pytest

from retrieval.query.answer_type import kind_of_answer, names_one
from retrieval.text.folding import fold


@pytest.mark.parametrize(
    ("question", "holds", "lacks"),
    [
        ("投资多少钱", "60亿元", "很多"),
        ("投资多少钱", "投资60亿元", "2020年2月20日"),  # the digits of a date are not an amount
        ("飞船什么时候返回", "9日返回", "神舟九号返回"),
        ("要等多久", "等了三年", "2020年10月"),
        ("在哪里启动", "在圣保罗市启动", "丝路行启动"),
        ("城北公司的董事长是谁", "董事长任春晖说", "城北公司是一家上市公司"),
        ("充一次几块钱", "起码2元到3元每小时", "充电4小时"),
        ("降温多少度", "普遍下降4～8℃", "4～5级偏北风"),
        ("路有多少公里", "全长12千米", "12小时"),
        ("罢工因为什么", "反对退休制度改革", "罢工影响交通"),
        ("有几个人", "三个人", "很多人"),
        ("招了多少名工人", "120名", "120米"),
        ("投资多少亿元", "约60多亿元", "60个"),
        ("死了几个人", "造成3人死亡", "1人受伤"),
        ("死了几个人", "3名工人遇难", "死亡原因不明"),
        ("事故中有多少人遇难", "死亡人数升至12人", "12人受伤"),
        ("多少人受伤", "3人死亡,12人受伤", "3人死亡"),
        ("要等多久", "三个月", "60元"),
        ("要等多长时间", "90多分钟", "昨天"),
        ("什麼時候開工", "二月", "冬天"),
        ("哪年通车", "2020年", "很久以前"),
        ("为何推迟", "由于洪水", "洪水"),
        ("在哪里举行", "兰州市", "这儿"),
        ("教堂何时建成", "17世纪后期", "很久以前"),
        ("在哪部电影里演出", "电影《大桥》", "兰州市"),
        ("簽約在何處", "位于西固", "不知道"),
        ("他写过什么作品", "著有《大桥》", "写了很多"),
        ("谁设计了大桥", "设计者是教授陈明", "大桥由本地设计"),
        ("这话是誰說的", "任春晖表示", "业内人士表示"),
        ("谁是英国首相", "英国首相苏纳克表示", "英国首相顾问卡明斯表示"),
        ("现任英国首相是谁？", "苏纳克当选英国首相", "英国首相府"),
        ("哪位演员来了", "汤姆·汉克斯来了", "来了很多人"),
    ],
)
def test_a_question_word_gives_the_kind_of_answer(question: str, holds: str, lacks: str) -> None:
    kind = kind_of_answer(question)
    assert kind is not None
    assert kind.pattern.search(fold(holds))
    assert not kind.pattern.search(fold(lacks))


@pytest.mark.parametrize("question", ["", "兰州", "介绍易华录", "几内亚总统"])
def test_other_questions_have_no_kind_of_answer(question: str) -> None:
    assert kind_of_answer(question) is None


def test_a_name_is_a_weaker_sign_than_a_number() -> None:
    person, number = kind_of_answer("谁设计了大桥"), kind_of_answer("大桥多长")
    assert person is not None
    assert number is not None
    assert 0 < person.surety < number.surety


@pytest.mark.parametrize("question", ["谁设计了大桥", "哪家公司中标？", "获得了什么奖？", "哪一项最贵"])
def test_a_question_for_one_name_is_told_apart(question: str) -> None:
    assert names_one(question)


@pytest.mark.parametrize(
    "question", ["", "大桥", "为什么推迟", "什么是大桥", "采取了什么措施", "他说了什么？", "哪些公司中标", "哪三家中标"]
)
def test_an_answer_to_an_open_question_may_fill_any_number_of_clauses(question: str) -> None:
    assert not names_one(question)
