"""Messages with one question, several, or none."""

import pytest

from retrieval.query.several import First, asked_after_story, asking_clause, first_question, stands_alone


@pytest.mark.parametrize(
    "message",
    [
        "城北新桥多长",
        "城北新桥多长？",
        "昨天路过城北新桥，人很多。新桥多长？谢谢！",
        "上周和几个朋友在城北待了几天。新桥多长",
        "城北新桥通车了。",
        "谁也不知道会这样。新桥多长",
        "《谁动了我的奶酪？》的作者是谁",
        "",
    ],
)
def test_a_message_with_one_question_or_none_stays_whole(message: str) -> None:
    assert first_question(message) == First(message, 0)


@pytest.mark.parametrize(
    ("message", "question", "further"),
    [
        ("新桥多长？投资多少？", "新桥多长？", 1),
        ("路过新桥。新桥多长？投资多少？谁设计的？", "路过新桥。新桥多长？", 2),
        ("我不知道怎么办。新桥多长？投资多少？", "我不知道怎么办。新桥多长？", 1),
        ("新桥多长\n投资多少\n谁设计的", "新桥多长", 2),
        ("新桥通车了吗?地铁呢?", "新桥通车了吗?", 1),
    ],
)
def test_of_several_questions_the_first_is_taken(message: str, question: str, further: int) -> None:
    assert first_question(message) == First(question, further)


STORY = (
    "我家住在城北，每天上班要过河，以前坐渡船，风大的时候还停航，等一个小时是常有的事，后来听说要修桥，邻居们都很高兴。"
)


@pytest.mark.parametrize(
    ("message", "question"),
    [
        (STORY + "城北新桥全长多少米？", "城北新桥全长多少米？"),
        (STORY + "城北新桥全长多少米？我年纪大了，记不住数字。", "城北新桥全长多少米？"),
        (STORY.rstrip("。") + "，前几天社区开会也说到了，城北新桥全长多少米", "城北新桥全长多少米"),
        (STORY, None),
        ("昨天路过城北新桥，人很多。新桥多长？", None),
        (
            "城北新桥全长多少米，投资多少亿元，谁设计的，哪家公司修的，为什么用了三年才修好，过桥要不要收费，什么时候开放给行人和骑车的人？",
            None,
        ),
    ],
)
def test_the_question_of_a_long_story_is_found(message: str, question: str | None) -> None:
    assert asked_after_story(message) == question


def test_a_question_that_refers_back_does_not_stand_alone() -> None:
    assert stands_alone("城北新桥全长多少米")
    assert not stands_alone("這座橋全長多少米")


@pytest.mark.parametrize(
    ("message", "clause"),
    [
        ("刚才听邻桌聊起来，城北新桥全长多少米", "城北新桥全长多少米"),
        ("城北新桥全长多少米？脑子不好使了", "城北新桥全长多少米？"),
        ("城北新桥全长多少米", None),
        ("城北新桥全长多少米，谁设计的", None),
        ("如果是学生，票价多少", None),
        ("新桥通车以后，票价多少", None),
        ("2020年，票价多少", None),
    ],
)
def test_the_only_clause_that_asks_is_told_from_clauses_without_a_condition(message: str, clause: str | None) -> None:
    found = asking_clause(message)
    assert (found[0] if found else None) == clause
