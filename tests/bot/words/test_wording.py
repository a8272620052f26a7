"""Does the bot say what is so, in sentences that a person can read?"""

import errno
import os
from datetime import date

import pytest

from bot.words import wording

TODAY = date(2026, 6, 15)


@pytest.mark.parametrize(
    ("source", "published", "line"),
    [
        ("兰州晚报", "2020-02-24 02:24", "兰州晚报 · 2020-02-24（6 年前）"),
        ("兰州晚报", "2020-02-24", "兰州晚报 · 2020-02-24（6 年前）"),
        ("兰州晚报", "2026-06-15 08:00", "兰州晚报 · 2026-06-15"),
        ("兰州晚报", "2025-07-15", "兰州晚报 · 2025-07-15"),
        ("兰州晚报", "2025-06-16", "兰州晚报 · 2025-06-16"),
        ("兰州晚报", "2025-06-15", "兰州晚报 · 2025-06-15（1 年前）"),
        ("兰州晚报", "2024-12-01", "兰州晚报 · 2024-12-01（1 年前）"),
        ("兰州晚报", "2027-12-01", "兰州晚报 · 2027-12-01"),
        (None, "2026-06-01", "来源不明 · 2026-06-01"),
        ("", "2026-06-01", "来源不明 · 2026-06-01"),
        ("兰州晚报", None, "兰州晚报 · 日期不明"),
        (None, None, "来源不明 · 日期不明"),
    ],
)
def test_a_source_line_tells_the_age_from_one_year_on(source: str | None, published: str | None, line: str) -> None:
    assert wording.source_line(source, published, TODAY) == line


@pytest.mark.parametrize("question", ["", "  ", "？！……", "🎢🎢", "\ufffd"])
def test_a_question_without_letters_is_told_so(question: str) -> None:
    assert wording.not_found(question, 3, "2020-02-24") == wording.NO_WORDS


@pytest.mark.parametrize("question", ["", "？", "上海迪士尼"])
def test_an_empty_store_is_told_before_anything_else(question: str) -> None:
    assert wording.not_found(question, 0, None) == wording.EMPTY_STORE


def test_an_honest_no_says_what_was_asked_and_what_was_searched() -> None:
    said = wording.not_found("火星  上有\n外星人吗", 12345, "2020-02-24 02:24")
    assert "“火星 上有 外星人吗”" in said
    assert "12,345 篇" in said
    assert "最新一篇是 2020-02-24。" in said
    assert "02:24" not in said


def test_an_honest_no_names_no_newest_article_when_none_is_dated() -> None:
    assert "最新" not in wording.not_found("火星", 1, None)


@pytest.mark.parametrize(("length", "shown"), [(39, 39), (40, 40), (41, 40), (4096, 40)])
def test_a_long_question_is_echoed_in_forty_characters(length: int, shown: int) -> None:
    echo = wording.not_found("星" * length, 1, None).split("“")[1].split("”")[0]
    assert len(echo) == shown
    assert echo.endswith("…") == (length > 40)


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (errno.ENOENT, "不能读取：没有这个文件。"),
        (errno.ENOTDIR, "不能读取：没有这个文件。"),
        (errno.EACCES, "不能读取：没有权限。"),
        (errno.EIO, f"不能读取：{os.strerror(errno.EIO)}。"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_with_the_reason(number: int, sentence: str) -> None:
    assert wording.cannot_read(OSError(number, os.strerror(number))) == sentence


def test_an_error_without_a_number_is_told_in_its_own_words() -> None:
    assert wording.cannot_read(OSError("坏了")) == "不能读取：坏了。"
    assert wording.cannot_write("a.jsonl", OSError("坏了")) == "不能写入 a.jsonl：坏了。"


@pytest.mark.parametrize(("kind", "said"), [("added", "已收录"), ("updated", "已更正"), ("duplicate", "已有")])
def test_each_outcome_has_its_word_and_number(kind: str, said: str) -> None:
    assert wording.outcome(kind, 7, "题目", "某报 · 日期不明") == f"{said} #7《题目》 某报 · 日期不明"


def test_the_counts_stand_in_the_order_in_which_they_are_given() -> None:
    assert wording.added(1, 2, 3, 4) == "新增 1 · 更正 2 · 已有 3 · 未收录 4"


def test_removed_articles_are_named_each() -> None:
    assert wording.removed([3]) == "已下架 #3。"
    assert wording.removed([3, 5]) == "已下架 #3、#5。"


def test_every_sentence_ends_like_one() -> None:
    sentences = [
        *(wording.NO_TOKEN, wording.NO_WORDS, wording.EMPTY_STORE),
        *(wording.SOUND, wording.REPAIRED, wording.REPAIR_HINT, wording.INTERRUPTED),
        *(wording.no_such_article(7), wording.exported(1234, "a.jsonl")),
    ]
    assert [sentence for sentence in sentences if not sentence.endswith("。")] == []
    assert "1,234" in sentences[-1]


@pytest.mark.parametrize(
    ("shown", "sources", "line"),
    [
        ("甲报", [], None),
        ("甲报", ["甲报", "甲报"], None),
        (None, [None], None),
        ("甲报", ["乙网"], "另有 1 家报道：乙网"),
        ("甲报", ["乙网", "甲报", "乙网", None], "另有 2 家报道：乙网、来源不明"),
        (None, ["乙", "丙", "丁", "戊"], "另有 4 家报道：乙、丙、丁等"),
    ],
)
def test_other_papers_are_counted_once_each(shown: str | None, sources: list[str | None], line: str | None) -> None:
    assert wording.reprints(shown, sources) == line


def test_what_another_paper_says_is_one_short_line() -> None:
    said = wording.conflicting("丙台", "2026-06-12", "门票\n四百元，" * 40, TODAY)
    assert said.startswith("丙台 · 2026-06-12：门票 四百元，门票")
    assert said.endswith("…")
    assert len(said) < 110
    assert "\n" not in said
