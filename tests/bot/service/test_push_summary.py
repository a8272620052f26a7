"""A tally counts everything, names the first, stays as small as it is, and is read back."""

import json

import pytest

from bot.service.tally import MOST_NAMED, NOTHING, read
from retrieval.engine import Outcome
from retrieval.intake import Refusal
from tests.support.articles import make_article

KINDS = ("added", "updated", "duplicate")


def found(first: int, count: int) -> list[Outcome | Refusal]:
    """Items in turn: an article of each kind, and a refusal."""
    return [
        Refusal(f"文件 第 {n} 行", "是空的。")
        if n % 4 == 3
        else Outcome(n, KINDS[n % 4], make_article("正文。", title=f"第{n}号"))  # type: ignore[arg-type]
        for n in range(first, first + count)
    ]


def test_everything_is_counted_and_the_first_are_named() -> None:
    done = NOTHING.plus(found(0, 40)).plus(found(40, 40))
    assert (done.added, done.updated, done.duplicates, done.refused) == (20, 20, 20, 20)
    assert (done.articles, done.items) == (60, 80)
    assert done.first[:2] == ((0, "第0号"), (1, "第1号"))
    assert len(done.first) == len(done.refusals) == MOST_NAMED
    assert done.last is not None
    assert done.last.id == 78


def test_a_row_is_read_back_but_for_the_last_article() -> None:
    done = NOTHING.plus(found(0, 6))
    again = read(done.written())
    assert again.last is None
    assert again.plus(found(6, 2)) == done.plus(found(6, 2))


def test_a_row_of_nothing_or_of_another_version_counts_for_nothing() -> None:
    other = json.loads(NOTHING.plus(found(0, 6)).written()) | {"version": 0}
    assert read(None) == read(json.dumps(other)) == NOTHING


@pytest.mark.parametrize(
    "row",
    ["", "{", "null", "7", "[]", '{"version": 1}', '{"version": 1, "counts": [1e999], "first": []}', "[" * 99_999],
)
def test_a_broken_row_counts_for_nothing(row: str) -> None:
    assert read(row) == NOTHING


def test_a_row_is_small_however_much_there_is() -> None:
    long = [Outcome(n, "added", make_article("正文。", title="长" * 10_000)) for n in range(50)]
    refused = [Refusal("名" * 10_000, "因" * 10_000) for _ in range(50)]
    assert len(NOTHING.plus(long).plus(refused).written()) < 40_000
