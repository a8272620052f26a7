"""Messages copied from Telegram: an article a message, its moment and its source from the line above it."""

import pytest

from retrieval.article import Article
from retrieval.intake import Refusal, read
from tests.support.documents import BODY, LAST, MORE

COPIED = f"""城北日报, [27.11.2026 10:00]
{BODY}

城北日报, [27.11.2026 10:05]
[ Photo ]
{MORE}
{LAST}

老王, [03.12.26 9:07]
[Forwarded from 城南晚报]
{LAST}
"""


def results(text: str, name: str = "a.txt") -> list[Article | Refusal]:
    return list(read(text.encode(), name))


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("name", ["a.txt", "", "消息"])
def test_each_message_is_an_article_with_its_moment_and_source(name: str, ends: str) -> None:
    found = [item for item in results(COPIED.replace("\n", ends), name) if isinstance(item, Article)]
    assert [(item.text, item.source, item.published) for item in found] == [
        (BODY, "城北日报", "2026-11-27 10:00"),
        (f"{MORE}\n{LAST}", "城北日报", "2026-11-27 10:05"),
        (LAST, "城南晚报", "2026-12-03 09:07"),
    ]


def test_a_message_alone_is_read_too_and_short_words_are_counted() -> None:
    [article, refusal] = results(f"城北日报, [27.11.2026 10:00:30]\n{BODY}\n老王, [27.11.2026 10:01]\n好的\n")
    assert isinstance(article, Article)
    assert (article.text, article.published) == (BODY, "2026-11-27 10:00")
    assert refusal == Refusal("a.txt", "另有 1 条消息太短，不是文章。")


@pytest.mark.parametrize("first", ["城北日报，[27.11.2026]", "名单, [附件]", "城北新桥通车"])
def test_a_text_that_does_not_begin_with_such_a_line_stays_one_article(first: str) -> None:
    [article] = results(f"{first}\n{BODY}\n{MORE}\n城北日报, [27.11.2026 10:00]\n{LAST}")
    assert isinstance(article, Article)


@pytest.mark.parametrize(
    "moment",
    [
        "2026/11/27 10:05",
        "2026-11-27 10:05:31",
        "2026年11月27日 上午10:05",
        "2026/11/27 上午 10:05",
        "11/27/2026 10:05 AM",
        "11/27/26 10:05\u202fAM",
        "27/11/2026 10:05",
        "27/11/26, 10:05",
        "27-11-2026 10:05",
        "Nov 27, 2026 at 10:05",
        "27 Nov 2026 10:05",
    ],
)
@pytest.mark.parametrize("form", ["{name}, [{moment}]", "{name}, [{moment}]:", "[{moment}] {name}:"])
def test_the_moment_is_read_in_the_form_of_the_computer_that_wrote_it(moment: str, form: str) -> None:
    first, second = (form.format(name=name, moment=moment) for name in ("城北日报", "城南晚报"))
    found = results(f"{first}\n{BODY}\n\n{second}\n{LAST}\n")
    assert [(item.text, item.source, item.published) for item in found if isinstance(item, Article)] == [
        (BODY, "城北日报", "2026-11-27 10:05"),
        (LAST, "城南晚报", "2026-11-27 10:05"),
    ]


def test_another_message_tells_which_number_is_the_month() -> None:
    copied = "城北日报, [{} 10:00]\n" + BODY + "\n城北日报, [{} 11:00]\n" + LAST
    moments = {
        ("05/06/2026", "05/13/2026"): ["2026-05-06 10:00", "2026-05-13 11:00"],
        ("05/06/2026", "13/05/2026"): ["2026-06-05 10:00", "2026-05-13 11:00"],
        ("05/06/2026", "05/07/2026"): [None, None],
    }
    for days, expected in moments.items():
        found = [item for item in results(copied.format(*days)) if isinstance(item, Article)]
        assert [item.published for item in found] == expected
        assert [bool(item.notes) for item in found] == [moment is None for moment in expected]


def test_words_above_the_first_message_join_none() -> None:
    found = results(f"昨天的消息：\n\n{COPIED}")
    assert [item.text for item in found if isinstance(item, Article)] == [BODY, f"{MORE}\n{LAST}", LAST]
    assert found[-1] == Refusal("a.txt", "另有 1 条消息太短，不是文章。")
    [first, *_] = results(f"{MORE}\n{COPIED}")
    assert isinstance(first, Article)
    assert (first.text, first.source, first.published) == (MORE, None, None)


@pytest.mark.parametrize("title", ["城北新桥通车", "视频会议部署新桥通车"])
def test_a_title_in_brackets_is_no_picture(title: str) -> None:
    [article] = results(f"城北日报, [27.11.2026 10:00]\n[{title}]\n{BODY}\n")
    assert isinstance(article, Article)
    assert title in f"{article.title}{article.text}"
