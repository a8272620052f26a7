"""What stands before the news in an answering sentence."""

import pytest

from retrieval.query.answer_type import kind_of_answer
from retrieval.ranking.dateline import without_dateline
from retrieval.text.sentences import Span

NEWS = "城北新桥今天上午正式通车。"


@pytest.mark.parametrize(
    "before",
    [
        "",
        "新华社兰州2月24日电（记者张三）",
        "新华社兰州２月２４日电 （记者 张三 李四） ",
        "中新网8月5日电 ",
        "中新社北京12月30日电(记者 王五)",
        "原标题：新桥通车\n",
        "原标题：新桥通车\n新华社兰州2月24日电（记者张三）",
        "记者24日从市交通局获悉，",
        "新华社兰州2月24日电（记者张三）记者从市交通局了解到：",
    ],
)
def test_an_answer_begins_with_its_news(before: str) -> None:
    text = f"前一句。{before}{NEWS}"
    span = without_dateline(text, Span(4, len(text)), kind_of_answer("新桥多长"))
    assert text[slice(*span)] == NEWS


@pytest.mark.parametrize("sentence", ["2月24日电力中断两小时。", "记者张三从事新闻工作二十年。", NEWS])
def test_news_without_a_dateline_stays(sentence: str) -> None:
    assert without_dateline(sentence, Span(0, len(sentence)), None) == Span(0, len(sentence))


def test_a_dateline_stays_when_a_day_is_asked_for_or_little_else_is_left() -> None:
    text = f"新华社兰州2月24日电（记者张三）{NEWS}"
    whole = Span(0, len(text))
    assert without_dateline(text, whole, kind_of_answer("新桥哪天通车")) == whole
    short = "新华社兰州2月24日电（记者张三）通车。"
    assert without_dateline(short, Span(0, len(short)), None) == Span(0, len(short))
