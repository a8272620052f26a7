"""Messages copied from Telegram Desktop: an article a message, its moment and its source from the line above it."""

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
