"""Sentences about pushes: counts in a fixed order."""

from bot.words import editors


def test_counts_keep_the_given_order() -> None:
    assert editors.counts(1, 2, 3, 4) == "新增 1 · 更正 2 · 已有 3 · 未收录 4"
