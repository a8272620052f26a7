"""Messages with one question, several, or none."""

import pytest

from retrieval.query.several import First, first_question


@pytest.mark.parametrize(
    "message",
    [
        "城北新桥多长",
        "城北新桥多长？",
        "昨天路过城北新桥，人很多。新桥多长？谢谢！",
        "城北新桥通车了。",
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
        ("新桥多长\n投资多少\n谁设计的", "新桥多长", 2),
        ("新桥通车了吗?地铁呢?", "新桥通车了吗?", 1),
    ],
)
def test_of_several_questions_the_first_is_taken(message: str, question: str, further: int) -> None:
    assert first_question(message) == First(question, further)
