"""Plain text files: what the reader adds to the rules for plain text."""

import pytest

from retrieval.article import Article
from retrieval.intake import read
from tests.support.documents import BODY, MORE

TITLE = "城北新桥通车"


def notes(text: str) -> tuple[str, ...]:
    [article] = read(text.encode(), "a.txt")
    assert isinstance(article, Article)
    return article.notes


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("时间：昨天下午", "时间“昨天下午”是相对的说法，没有记下。"),
        ("发布时间: 05/08/2026", "时间“05/08/2026”分不清哪个是月、哪个是日，没有记下。"),
    ],
)
def test_a_time_that_is_not_understood_is_told_as_that_of_a_table_is(line: str, what: str) -> None:
    assert notes(f"{TITLE}\n来源：城北日报\n{line}\n\n{BODY}\n{MORE}") == (f"a.txt：{what}",)


@pytest.mark.parametrize("line", ["时间：2024-03-05 09:30", "时间：不详", "来源：昨天下午", f"{MORE}时间：昨天下午"])
def test_a_time_that_is_read_or_that_nobody_gave_needs_no_note(line: str) -> None:
    assert notes(f"{TITLE}\n{line}\n\n{BODY}") == ()
