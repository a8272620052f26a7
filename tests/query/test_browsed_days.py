"""Days of questions that ask for nothing but news."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.query.browsed_days import exactly, impossible_day, unread_day
from retrieval.text.folding import fold

TODAY = date(2026, 11, 26)  # a Thursday


@pytest.mark.parametrize(
    ("question", "since", "until"),
    [
        ("三天前", "2026-11-23", "2026-11-23"),
        ("两周前的新闻", "2026-11-12", "2026-11-12"),
        ("11月20号", "2026-11-20", "2026-11-20"),
        ("11月20日发生了什么", "2026-11-20", "2026-11-20"),
        ("１１月２０日的新闻", "2026-11-20", "2026-11-20"),
        ("十月份", "2026-10-01", "2026-10-31"),
        ("二十三日的新闻", "2026-11-23", "2026-11-23"),
        ("28号", "2026-10-28", "2026-10-28"),
        ("2月20日至25日", "2026-02-20", "2026-02-25"),
        ("十月一日-十月七日", "2026-10-01", "2026-10-07"),
        ("12月25日至1月3日", "2025-12-25", "2026-01-03"),
        ("2020-02-24的新闻", "2020-02-24", "2020-02-24"),
        ("2020.2.24", "2020-02-24", "2020-02-24"),
        ("国庆期间", "2026-10-01", "2026-10-07"),
        ("去年国庆的新闻", "2025-10-01", "2025-10-07"),
        ("春节期间有什么新闻", "2026-02-16", "2026-02-23"),
        ("2020年春节发生了什么", "2020-01-24", "2020-01-31"),
        ("半个月内", "2026-11-12", "2026-11-26"),
        ("一周内", "2026-11-20", "2026-11-26"),
        ("过去一周", "2026-11-20", "2026-11-26"),
        ("周五", "2026-11-20", "2026-11-20"),
        ("礼拜四", "2026-11-26", "2026-11-26"),
        ("周末", "2026-11-21", "2026-11-22"),
        ("上周末", "2026-11-21", "2026-11-22"),
        ("上周有什么大事", "2026-11-16", "2026-11-22"),
        ("前天有什么新闻", "2026-11-24", "2026-11-24"),
        ("昨天", "2026-11-25", "2026-11-25"),
        ("这两天", "2026-11-25", "2026-11-26"),
        ("前几天", "2026-11-19", "2026-11-25"),
        ("上个月", "2026-10-01", "2026-10-31"),
        ("去年", "2025-01-01", "2025-12-31"),
        ("去年下半年", "2025-07-01", "2025-12-31"),
        ("第三季度", "2026-07-01", "2026-09-30"),
        ("今年以来", "2026-01-01", "2026-11-26"),
        ("9月以来", "2026-09-01", "2026-11-26"),
        ("近期", "2026-10-27", "2026-11-26"),
    ],
)
def test_a_question_for_news_names_exactly_these_days(question: str, since: str, until: str) -> None:
    days = exactly(fold(question), TODAY)
    assert days is not None
    assert (days.since.isoformat(), days.until and days.until.isoformat()) == (since, until)


@pytest.mark.parametrize(
    "question", ["春节", "国庆节", "五一", "2月30日的新闻", "13月的报道", "第五季度", "新桥多长", "第三天前线", ""]
)
def test_what_is_no_day_names_none(question: str) -> None:
    assert exactly(fold(question), TODAY) is None


@pytest.mark.parametrize("rest", ["2月30日", "13月", "农历八月十五", "第五季度"])
def test_words_that_look_like_a_day_are_told_from_others(rest: str) -> None:
    assert unread_day(rest) == rest
    assert unread_day("体育") is None


@given(
    st.text("0123456789一二三十上下本这前去今明年月日号周末天至到-.国庆春节以来内季度半", max_size=14),
    st.dates(date(2, 1, 1), date.max - timedelta(400)),
)
def test_any_words_on_any_day_are_read_without_an_error(question: str, today: date) -> None:
    days = exactly(fold(question), today)
    assert days is None or days.until is None or days.since <= days.until


@pytest.mark.parametrize(
    ("question", "day"),
    [
        ("2月30日台风登陆哪里", "2月30日"),
        ("13月5日发生了什么", "13月5日"),
        ("11月31号的会议", "11月31号"),
        ("2月29日发生了什么", None),
        ("12月31日跨年晚会", None),
        ("3个月40日内", None),
    ],
)
def test_a_day_that_no_calendar_has_is_found_anywhere_in_a_question(question: str, day: str | None) -> None:
    assert impossible_day(question) == day
