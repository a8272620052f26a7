"""The check of a file, called without the command line."""

import pytest

from retrieval.article import Passage
from retrieval.engine import SearchEngine
from retrieval.indexing.check import numbers
from tests.support.articles import make_article


def test_an_article_cut_into_passages_by_other_rules_passes_the_check(engine: SearchEngine) -> None:
    article = make_article("一" * 100 + "。" + "二" * 100 + "。", title="大桥")
    halves = [article.paragraphs[0].text[:101], article.paragraphs[0].text[101:]]
    engine.add_all([article], cut=lambda _: [Passage(half) for half in halves])
    assert engine.check() == []


@pytest.mark.parametrize(
    ("which", "expected"),
    [
        ([], ""),
        ([3], "#3"),
        ([5, 1, 2, 3], "#1–#3、#5"),
        (range(1, 99, 2), "、".join(f"#{n}" for n in range(1, 41, 2)) + "等"),
    ],
)
def test_ids_are_shown_as_ranges(which: list[int], expected: str) -> None:
    assert numbers(which) == expected
