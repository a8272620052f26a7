"""Receipts of changes: rows of today are read back, rows of older versions are understood."""

import pytest

from bot.service.push_summary import EMPTY
from bot.service.receipts import Receipt, Removal, from_row, to_row
from retrieval.engine import Outcome
from retrieval.intake import Refusal
from tests.support.articles import make_article

PUSHED = EMPTY.plus([Outcome(7, "added", make_article("正文。", title="题目")), Refusal("第 2 行", "是空的。")])


@pytest.mark.parametrize("receipt", [PUSHED, EMPTY, Removal(((5, "新桥通车"),), (6,)), Removal((), (1, 2))])
def test_a_receipt_is_read_back(receipt: Receipt) -> None:
    assert not isinstance(receipt, str)
    assert from_row(to_row(receipt)) == receipt


@pytest.mark.parametrize(
    "card",
    [
        "已收录 #7，现在就能搜到。\n《题目》",
        "已下架 #5《新桥通车》。\n没有编号为 6 的文章。",
        "未收录 &lt;甲&gt;：是空的。",
    ],
)
def test_a_card_that_an_older_version_rendered_is_the_receipt_itself(card: str) -> None:
    assert from_row(card) == card


@pytest.mark.parametrize("row", ["{", '{"a":' * 99_999, '{"version": 2, "removed": [], "missing": []}', "{}"])
def test_a_broken_row_and_a_row_of_a_later_version_are_no_receipts(row: str) -> None:
    assert from_row(row) is None


def test_a_removal_is_small_however_long_the_titles_are() -> None:
    assert len(to_row(Removal.of([(1, "长\n" * 10_000)], []))) < 3_000
