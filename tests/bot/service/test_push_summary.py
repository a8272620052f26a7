"""The summary of a push: it counts everything, names the first items, stays small, and is read back."""

import json
from dataclasses import replace

import pytest

from bot.service.push_summary import EMPTY, MOST_NAMED, from_row
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
    done = EMPTY.plus(found(0, 40)).plus(found(40, 40))
    assert (done.added, done.updated, done.duplicates, done.refused) == (20, 20, 20, 20)
    assert (done.articles, done.items) == (60, 80)
    assert done.first[:2] == ((0, "第0号"), (1, "第1号"))
    assert len(done.first) == len(done.refusals) == MOST_NAMED
    assert done.last is not None
    assert done.last.number == 78


def test_a_row_is_read_back() -> None:
    summary = EMPTY.plus(found(0, 6))
    assert from_row(summary.to_row()) == summary


def test_notes_about_stored_articles_are_counted_and_the_first_are_kept() -> None:
    noted = [
        Outcome(n, kind, replace(make_article("正文。"), notes=("时间看不懂。" * 99, "网址看不懂。")))
        for n, kind in enumerate(("added", "updated", "withheld"))
    ]
    summary = EMPTY.plus(found(0, 4)).plus(noted[:1]).plus(noted[1:])
    assert summary.noted == 4
    assert [len(note) for note in summary.notes] == [200, 6, 200]
    assert from_row(summary.to_row()) == summary
    fields = json.loads(summary.to_row())
    del fields["notes"], fields["noted"]
    assert from_row(json.dumps(fields)) == replace(summary, notes=(), noted=0)


def test_a_row_of_an_older_version_is_read_without_its_last_article() -> None:
    summary = EMPTY.plus(found(0, 6))
    fields = json.loads(summary.to_row())
    del fields["last"]
    assert from_row(json.dumps(fields)) == replace(summary, last=None)


def test_a_row_of_another_version_is_not_read() -> None:
    fields = json.loads(EMPTY.plus(found(0, 6)).to_row())
    assert from_row(json.dumps(fields | {"version": 0})) is None


@pytest.mark.parametrize(
    "row",
    [
        *("", "{", "null", "7", "[]", "[" * 99_999, '{"version": 1}', '{"version": 1, "counts": [1e999], "first": []}'),
        '{"version": 1, "counts": [1, 0, 0, 0], "first": [], "refusals": [], "last": {"outcome": "gone"}}',
        '{"version": 1, "counts": [1, 0, 0, 0], "first": [], "refusals": [], "last": [1, 2]}',
    ],
)
def test_a_broken_row_is_not_read(row: str) -> None:
    assert from_row(row) is None


def test_a_row_is_small_however_much_there_is() -> None:
    long = [Outcome(n, "added", make_article("正文。", title="长" * 10_000)) for n in range(50)]
    refused = [Refusal("名" * 10_000, "因" * 10_000) for _ in range(50)]
    assert len(EMPTY.plus(long).plus(refused).to_row()) < 40_000
