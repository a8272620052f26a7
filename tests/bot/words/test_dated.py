"""今年, 昨日 and 上个月 of a printed passage, dated for a reader of today."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.words.dated import explained

TODAY = date(2026, 11, 26)


@pytest.mark.parametrize(
    ("text", "published", "line"),
    [
        ("今年要引进1000亿元", "2020-02-24 02:24", "文中“今年”指 2020 年。"),
        ("去年增长一成，今年力争两成", "2020-02-24", "文中“去年”指 2019 年，“今年”指 2020 年。"),
        ("昨日签约", "2020-03-01", "文中“昨日”指 2020 年 2 月 29 日。"),
        ("上个月签约，本月开工", "2026-01-05", "文中“上个月”指 2025 年 12 月，“本月”指 2026 年 1 月。"),
        ("昨天签约", "2026-11-25", "文中“昨天”指 2026 年 11 月 24 日。"),
        (
            "今年昨天今天本月去年",
            "2025-12-31",
            "文中“今年”指 2025 年，“昨天”指 2025 年 12 月 30 日，“今天”指 2025 年 12 月 31 日。",
        ),
        ("今天签约，今年完工", "2026-11-26", ""),
        ("今年完工", "2026-03-01", ""),
        ("今年完工", None, ""),
        ("没有这样的词", "2020-02-24", ""),
        ("目前天津以前年度的今日俄罗斯，光明年代的明日之星", "2020-02-24", ""),
    ],
)
def test_words_of_time_are_dated_when_a_reader_would_take_them_for_todays(
    text: str, published: str | None, line: str
) -> None:
    assert explained(text, published, TODAY) == line


@given(st.text("今去明前昨后年月日天上下个本早晚，", max_size=40), st.dates())
def test_any_passage_of_any_day_is_read_without_an_error(text: str, published: date) -> None:
    assert explained(text, published.isoformat(), TODAY).count("指") <= 3
