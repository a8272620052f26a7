"""Papers and authors in a question: those that set its scope, and those it merely mentions."""

import pytest

from retrieval.query.bylines import author_names, author_of, source_names, source_of
from retrieval.text.folding import fold

SOURCES = source_names(
    ["兰州晚报", "蘭州日報", "新华社客户端", "央视新闻", "BBC 中文网", "兰州", "中国网络电视台", "报", "青年报"]
)
AUTHORS = author_names(["郭兰英", "本报记者 张三、李四 文/图", "记者王五；通讯员赵六", "约翰·史密斯", "孙"])


def left(question: str, match: object) -> tuple[str, str] | None:
    """The name, and the rest of the question."""
    if match is None:
        return None
    gone = {place for span in match.words for place in range(*span)}  # type: ignore[attr-defined]
    rest = "".join(letter for place, letter in enumerate(question) if place not in gone)
    return question[slice(*match.name)], rest  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("question", "name", "rest"),
    [
        ("据兰州晚报报道，易华录投资多少？", "兰州晚报", "，易华录投资多少？"),
        ("根据《兰州晚报》的消息易华录投资多少", "兰州晚报", "易华录投资多少"),
        ("据兰州晚报2月24日报道，投资多少", "兰州晚报", "2月24日，投资多少"),
        ("兰州晚报的报道里易华录投资多少", "兰州晚报", "易华录投资多少"),
        ("兰州晚报有什么关于易华录的报道", "兰州晚报", "关于易华录的报道"),
        ("兰州晚报怎么说易华录", "兰州晚报", "易华录"),
        ("兰州晚报称投资多少", "兰州晚报", "投资多少"),
        ("易华录投资多少 来源：兰州晚报", "兰州晚报", "易华录投资多少 "),
        ("来自兰州晚报的消息：投资多少", "兰州晚报", "：投资多少"),
        ("据蘭州日報報導投資多少", "蘭州日報", "投資多少"),
        ("据新华社报道投资多少", "新华社", "投资多少"),
        ("据新华社客户端报道投资多少", "新华社客户端", "投资多少"),
        ("据青年报报道投资多少", "青年报", "投资多少"),
        ("昨日《青年报》报道了什么", "青年报", "昨日了什么"),
        ("央视报道了什么", "央视", "了什么"),
        ("据ＢＢＣ 中文网报道投资多少", "ＢＢＣ 中文网", "投资多少"),
        ("据兰州消息，投资多少", "兰州", "，投资多少"),
    ],
)
def test_a_paper_with_a_cue_is_a_scope(question: str, name: str, rest: str) -> None:
    assert left(question, source_of(fold(question), SOURCES)) == (name, rest)


@pytest.mark.parametrize(
    "question",
    [
        *("新华社社长是谁", "兰州晚报社在哪里", "兰州晚报多少钱一份", "兰州晚报称号的由来", "新华社记者是谁"),
        *("新华社的新闻发言人是谁", "兰州的新闻", "兰州的报道", "据西部晚报报道投资多少", "据中国网报道投资多少"),
        *(
            "晚报报道了什么",
            "经费来源兰州晚报吗",
            "来自兰州晚报的郭兰英是谁",
            "新华社说明了什么",
            "兰州晚报说好的福利呢",
            "据北京青年报报道投资多少",
            "据中国青年报称投资多少",
            "兰州晚报报道部主任是谁",
            "兰州晚报有什么福利",
        ),
    ],
)
def test_a_paper_the_question_is_about_is_not_a_scope(question: str) -> None:
    assert source_of(fold(question), SOURCES) is None


@pytest.mark.parametrize(
    ("question", "name", "rest"),
    [
        ("记者郭兰英写的报道里投资多少", "郭兰英", "投资多少"),
        ("郭蘭英記者採寫的報道投資多少", "郭蘭英", "投資多少"),
        ("张三采写的报道说投资多少", "张三", "投资多少"),
        ("作者：李四 投资多少", "李四", " 投资多少"),
        ("通讯员赵六的文章中投资多少", "赵六", "投资多少"),
        ("约翰·史密斯写的文章投资多少", "约翰·史密斯", "投资多少"),
    ],
)
def test_an_author_with_a_cue_is_a_scope(question: str, name: str, rest: str) -> None:
    assert left(question, author_of(fold(question), AUTHORS)) == (name, rest)


@pytest.mark.parametrize(
    "question",
    [
        "郭兰英是谁",
        "记者郭兰英是谁",
        "郭兰英写的小说",
        "记者钱七写的报道",
        "采访郭兰英的记者",
        "孙写的报道",
        "记者郭兰英写了多少本书",
        "作者李四在哪里",
    ],
)
def test_an_author_the_question_is_about_is_not_a_scope(question: str) -> None:
    assert author_of(fold(question), AUTHORS) is None


def test_each_person_in_an_author_field_is_known() -> None:
    names = author_names(["张三 李四", "李四", "李四 "])
    assert names["李四"] == {"张三 李四", "李四", "李四 "}
    assert names["张三"] == {"张三 李四"}
