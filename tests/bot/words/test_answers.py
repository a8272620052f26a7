"""Sentences around an answer: they are true, short, and readable."""

from datetime import date

import pytest

from bot.words import answers

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
def test_a_source_line_shows_the_age_from_one_year_on(source: str | None, published: str | None, line: str) -> None:
    assert answers.source_line(source, published, TODAY) == line


@pytest.mark.parametrize("question", ["", "  ", "？！……", "🎢🎢", "\ufffd"])
def test_a_question_without_letters_gets_its_own_reply(question: str) -> None:
    assert answers.not_found(question, 3, "2020-02-24") == answers.NO_WORDS


@pytest.mark.parametrize("question", ["", "？", "上海迪士尼"])
def test_an_empty_store_is_mentioned_before_anything_else(question: str) -> None:
    assert answers.not_found(question, 0, None) == answers.EMPTY_STORE


def test_a_not_found_reply_names_the_question_and_the_searched_articles() -> None:
    reply = answers.not_found("火星  上有\n外星人吗", 12345, "2020-02-24 02:24")
    assert "“火星 上有 外星人吗”" in reply
    assert "12,345 篇" in reply
    assert "最新一篇是 2020-02-24。" in reply
    assert "02:24" not in reply


def test_a_not_found_reply_names_no_newest_date_without_dated_articles() -> None:
    assert "最新" not in answers.not_found("火星", 1, None)


@pytest.mark.parametrize(("length", "shown"), [(39, 39), (40, 40), (41, 40), (4096, 40)])
def test_a_long_question_is_shortened_to_forty_characters(length: int, shown: int) -> None:
    echo = answers.not_found("星" * length, 1, None).split("“")[1].split("”")[0]
    assert len(echo) == shown
    assert echo.endswith("…") == (length > 40)


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
    assert answers.reprints(shown, sources) == line


def test_a_conflicting_report_is_one_short_line() -> None:
    note = answers.report("丙台", "2026-06-12", "门票\n四百元，" * 40, TODAY)
    assert note.startswith("丙台 · 2026-06-12：门票 四百元，门票")
    assert note.endswith("…")
    assert len(note) < 110
    assert "\n" not in note
