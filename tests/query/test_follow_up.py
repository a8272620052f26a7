"""Follow-ups: which questions lean on the last one, and what they take from it."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.query.follow_up import Last, completed
from retrieval.text.analyzer import Analyzer
from retrieval.text.parts_of_speech import PartsOfSpeech

TODAY = date(2026, 11, 26)


@pytest.fixture(scope="module")
def parts_of_speech(analyzer: Analyzer) -> PartsOfSpeech:
    return PartsOfSpeech(analyzer)


@pytest.mark.parametrize(
    ("last", "question", "whole"),
    [
        # Another name of the same kind takes the place of the last one.
        ("西安招商引资多少亿元", "那深圳呢", "深圳招商引资多少亿元"),
        ("西安招商引资多少亿元", "深圳呢？", "深圳招商引资多少亿元"),
        ("西安茶博会门票多少钱", "那深圳数码展呢", "深圳数码展门票多少钱"),
        ("地铁二号线全长多少公里", "那三号线呢", "地铁3号线全长多少公里"),
        ("昨天兰州晚报有什么新闻", "那甘肃日报呢", "昨天甘肃日报有什么新闻"),
        ("昨天兰州晚报有什么新闻", "那体育呢", "昨天兰州晚报有什么体育新闻"),
        ("昨天兰州晚报有什么新闻", "那前天呢", "前天 兰州晚报有什么新闻"),
        ("台风什么时候登陆", "那明天呢", "明天 台风什么时候登陆"),
        # A question word alone asks about the same thing.
        ("西安招商引资多少亿元", "为什么", "西安招商引资 为什么"),
        ("地铁二号线全长多少公里", "多少钱？", "地铁2号线全长 多少钱"),
        # Pronouns.
        ("张学友演唱会什么时候开始", "他老婆是谁", "张学友 老婆是谁"),
        ("西安招商引资多少亿元", "那里有哪些企业", "西安 招商引资 有哪些企业"),
        # A question that names nothing, and a marked one.
        ("张学友演唱会什么时候开始", "那票价是多少", "张学友 演唱会 票价是多少"),
        ("张学友演唱会什么时候开始", "门票多少钱", "张学友 演唱会 门票多少钱"),
        ("张学友演唱会什么时候开始", "这场演唱会有多少人", "张学友 演唱会 演唱会有多少人"),
        ("易华录投资多少亿元", "该公司总部在哪", "易华录 公司总部在哪"),
    ],
)
def test_a_follow_up_takes_what_it_lacks_from_the_last_question(
    parts_of_speech: PartsOfSpeech, last: str, question: str, whole: str
) -> None:
    found = completed(question, Last(last), parts_of_speech, TODAY)
    assert found is not None
    assert " ".join(found.query.split()) == whole


def test_a_pronoun_may_stand_for_a_person_of_the_answer(parts_of_speech: PartsOfSpeech) -> None:
    last = Last("新市长是谁", "王建国昨天当选市长。")
    found = completed("他多大年纪", last, parts_of_speech, TODAY)
    assert found is not None
    assert found.query.split() == ["王建国", "多大年纪"]


@pytest.mark.parametrize(
    "question",
    [
        "深圳招商引资多少",
        "那英演唱会什么时候开始",
        "那曲地震几级",
        "昨天的新闻",
        "易华录投资多少亿元",
        # A pronoun behind what it stands for, and 该 before a verb.
        "深圳这座城市有多少人口",
        "张学友和他的妻子什么时候结婚",
        "台风期间该怎么办",
        "",
        "？",
        "北京冬奥会开幕式的总导演是哪一位著名的导演他以前执导过哪些电影和晚会",
    ],
)
def test_a_question_that_names_its_subject_leans_on_nothing(parts_of_speech: PartsOfSpeech, question: str) -> None:
    assert completed(question, Last("西安招商引资多少亿元"), parts_of_speech, TODAY) is None


def test_a_question_that_is_asked_again_leans_on_nothing(parts_of_speech: PartsOfSpeech) -> None:
    assert completed("门票多少钱？", Last("门票多少钱"), parts_of_speech, TODAY) is None


def test_only_a_question_that_does_not_say_that_it_leans_is_a_guess(parts_of_speech: PartsOfSpeech) -> None:
    last = Last("张学友演唱会什么时候开始")
    guesses = {q: completed(q, last, parts_of_speech) for q in ("门票多少钱", "那门票呢", "为什么", "他在哪")}
    assert {q: found.is_guess for q, found in guesses.items() if found} == {
        "门票多少钱": True,
        "那门票呢": False,
        "为什么": False,
        "他在哪": False,
    }


@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=20))
def test_any_texts_are_read_without_an_error(question: str, last: str, answer: str) -> None:
    completed(question, Last(last, answer), PARTS, TODAY)


PARTS = PartsOfSpeech(Analyzer())
