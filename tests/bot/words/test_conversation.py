"""Messages that ask nothing, and words that lean on the last answer."""

import pytest

from bot.words import conversation, readers


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("你好！", None),
        ("在吗", None),
        ("怎么用？", None),
        ("你是谁", readers.WHO),
        ("你是机器人吗？", readers.WHO),
        ("谢谢啦", readers.WELCOME),
        ("謝謝", readers.WELCOME),
        ("Who are you?", readers.WHO),
        ("好的", readers.WELCOME),
        ("再见", readers.GOODBYE),
        ("人工客服", readers.NO_HUMAN),
        ("转人工", readers.NO_HUMAN),
        ("怎么订阅", readers.NO_SUBSCRIPTION),
        ("你这个答案不对", readers.SORRY),
        ("答非所问！", readers.SORRY),
        ("瞎说", readers.SORRY),
        ("哈哈哈", readers.ASK_ME),
    ],
)
def test_small_talk_gets_a_line_that_helps(text: str, line: str | None) -> None:
    talk = conversation.small_talk(text)
    assert talk is not None
    assert talk.line == line


@pytest.mark.parametrize(
    "text",
    [
        "新桥多长",
        "谢谢他的人是谁",
        "你好李焕英票房",
        "订阅量最高的报纸",
        "客服中心电话",
        "再见爱人什么时候播",
        "错了几次",
        "早教",
        "？",
    ],
)
def test_a_question_is_no_small_talk(text: str) -> None:
    assert conversation.small_talk(text) is None


@pytest.mark.parametrize("text", ["哈哈", "瞎说", "谢谢", "再见", "答非所问"])
def test_a_group_hears_nothing_for_words_without_content(text: str) -> None:
    talk = conversation.small_talk(text)
    assert talk is not None
    assert not talk.is_for_groups


@pytest.mark.parametrize("text", ["真的吗？", "真的假的", "是真的吗", "属实吗", "有没有报道"])
def test_a_doubt_is_about_the_message_that_it_replies_to(text: str) -> None:
    assert conversation.asks_whether_true(text)


@pytest.mark.parametrize("text", ["那深圳呢", "为什么", "还有呢", "還有呢", "為什麼", "后来呢？", "那票价呢", "谁"])
def test_what_can_only_be_read_after_another_question_leans(text: str) -> None:
    assert conversation.leans(text)


@pytest.mark.parametrize("text", ["那英的演唱会呢", "新桥为什么这么长", "深圳", "那曲地震", "谁是市长"])
def test_a_question_that_says_what_it_is_about_does_not_lean(text: str) -> None:
    assert not conversation.leans(text)
