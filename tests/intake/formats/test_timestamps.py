"""Moments in fields of machines: read exactly, or not at all with a reason."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.intake.formats import timestamps

MOMENTS = {
    "2024-03-05T09:30:00+08:00": "2024-03-05 09:30",
    "2024-03-05T09:30:00+08": "2024-03-05 09:30",
    "2024-03-05 09:30:00+08": "2024-03-05 09:30",
    "2024-03-05T09:30:00.000+0800": "2024-03-05 09:30",
    "2024-03-05T09:30:00+08:00[Asia/Shanghai]": "2024-03-05 09:30",
    "2024-03-05T01:30:00.000Z": "2024-03-05 09:30",
    "2024-03-05 01:30:00 UTC": "2024-03-05 09:30",
    "2024-03-05 01:30 (UTC)": "2024-03-05 09:30",
    "2024-03-05 01:30:00 +0000 UTC": "2024-03-05 09:30",
    "2024-03-05 09:30:00 +0800 CST": "2024-03-05 09:30",
    # Another zone than UTC stays as printed.
    "2024-03-05 21:30:00 -0500": "2024-03-05 21:30",
    "2024-03-05+08:00": "2024-03-05",
    "2024/3/5 9:30": "2024-03-05 09:30",
    "2024-3-5 9:5": "2024-03-05 09:05",
    "09:30 2024-03-05": "2024-03-05 09:30",
    "09:30，2024年3月5日": "2024-03-05 09:30",
    "2024-03-05 24:00": "2024-03-05",
    "20240305": "2024-03-05",
    "20240305.0": "2024-03-05",
    "20240305093000.0": "2024-03-05 09:30",
    "/Date(1709602200000)/": "2024-03-05 09:30",
    "/Date(1709602200000+0800)/": "2024-03-05 09:30",
    "20240305093000": "2024-03-05 09:30",
    "202403050930": "2024-03-05 09:30",
    "20240305T013000Z": "2024-03-05 09:30",
    "1709602200": "2024-03-05 09:30",
    "1709602200.25": "2024-03-05 09:30",
    "1709602200000": "2024-03-05 09:30",
    "1709602200000000": "2024-03-05 09:30",
    "45356": "2024-03-05",
    "45356.0": "2024-03-05",
    "45356.4": "2024-03-05 09:36",
    "45356.395833333336": "2024-03-05 09:30",
    "二〇二四年三月五日": "2024-03-05",
    "二〇二四年三月五日 上午九点半": "2024-03-05 09:30",
    "2024年三月5日": "2024-03-05",
    "2024年三月五日": "2024-03-05",
    "2024年3月5日 凌晨1点": "2024-03-05 01:00",
    "2024年3月5日 凌晨12点30分": "2024-03-05 00:30",
    "2024年3月5日 上午9点半": "2024-03-05 09:30",
    "2024年3月5日 中午1点": "2024-03-05 13:00",
    "2024年3月5日 下午3时05分": "2024-03-05 15:05",
    "2024年3月5日 下午三点零五分": "2024-03-05 15:05",
    "2024年3月5日 晚上8点": "2024-03-05 20:00",
    # Midnight may be that of the day or that of the next one.
    "2024年3月5日 晚上12点": "2024-03-05",
    "2024/3/5 下午 3:05:00": "2024-03-05 15:05",
    "2024/3/5 09:30:00 上午": "2024-03-05 09:30",
    "Tue, 05 Mar 2024 01:30:00 GMT": "2024-03-05 09:30",
    "Tue, 05 Mar 2024 09:30:00 +0800": "2024-03-05 09:30",
    # A time without a zone is Chinese time; feedparser alone reads it as UTC.
    "Tue, 05 Mar 2024 09:30:00": "2024-03-05 09:30",
    "05 Mar 24 09:30:00 +0800": "2024-03-05 09:30",
    "Tue Mar  5 09:30:00 2024": "2024-03-05 09:30",
    "Tue Mar 05 09:30:00 +0800 2024": "2024-03-05 09:30",
    "Tue Mar 05 2024 09:30:00 GMT+0800 (中国标准时间)": "2024-03-05 09:30",
    "5-Mar-2024": "2024-03-05",
    "Mar 5, 2024, 9:30:00 PM": "2024-03-05 21:30",
    "05 3月 2024 09:30:00 +0800": "2024-03-05 09:30",
    "周二, 05 三月 2024 09:30:00 +0800": "2024-03-05 09:30",
    "11 九月 2024": "2024-09-11",
    "三月 5, 2024": "2024-03-05",
    "25-06-2025": "2025-06-25",
    "06/25/2025 9:30": "2025-06-25 09:30",
    "5/5/2025": "2025-05-05",
    "2024-03-05 星期二": "2024-03-05",
    "发布时间：2024年3月5日 09:30": "2024-03-05 09:30",
    "2024-03-05 09:30 阅读：1234": "2024-03-05 09:30",
    "2024年3月5日 第A03版": "2024-03-05",
    "Tue Mar 05 09:30:00 CST 2024": "2024-03-05 09:30",
    "2024年 03月 05日 星期二 09:30:00 CST": "2024-03-05 09:30",
    "星期二, 5 三月, 2024 - 09:30": "2024-03-05 09:30",
    "２０２４－０３－０５ ０９：３０": "2024-03-05 09:30",
}
RELATIVE, AMBIGUOUS = timestamps.RELATIVE, timestamps.AMBIGUOUS
INCOMPLETE, UNREADABLE = timestamps.INCOMPLETE, timestamps.UNREADABLE
FAULTS = {
    "昨天 09:30": RELATIVE,
    "今天09:30": RELATIVE,
    "3小时前": RELATIVE,
    "半小时前": RELATIVE,
    "刚刚": RELATIVE,
    "周五 09:30": RELATIVE,
    "5 hours ago": RELATIVE,
    "11-06-2025": AMBIGUOUS,
    "05/08/2026": AMBIGUOUS,
    "5/8/2026 9:30": AMBIGUOUS,
    "05/08/26 09:30": AMBIGUOUS,
    "2024-03-05 至 2024-03-09": UNREADABLE,
    "2024-13-45": UNREADABLE,
    "2024-02-30 09:30": UNREADABLE,
    "2024-03-05 25:70": UNREADABLE,
    "2024": INCOMPLETE,
    "2024年3月": INCOMPLETE,
    "2024-03": INCOMPLETE,
    "3月5日": INCOMPLETE,
    "03-05 09:30": INCOMPLETE,
    "09:30": INCOMPLETE,
    "三月5日": UNREADABLE,
    "1.7782E+12": UNREADABLE,
    "Tue, 99 Mar 2024 09:30:00": UNREADABLE,
    "时间" * 100: UNREADABLE,
}
NEVER = [
    *("", "不详", "N/A", "0", "0.0", "0000-00-00 00:00:00", "0001-01-01T00:00:00Z", "Mon, 01 Jan 0001 00:00:00 GMT"),
    *("1970-01-01", "1970-01-01 00:00:00", "1970-01-01T00:00:00Z", "1970-01-01 08:00:00", "1900-01-00", "-62135596800"),
    *("Thu, 01 Jan 1970 00:00:00 GMT", "-0001-11-30T00:00:00+00:00"),
]
LONG = [
    "9",
    "2",
    " ",
    "5月",
    "上午",
    "一",
    "十",
    "-",
    "/",
    ":",
    "1-1-",
    "1/",
    "z",
    "09:30",
    "2024-03-05 ",
    "GMT+",
    "12月 ",
]


@pytest.mark.parametrize("written", MOMENTS)
def test_a_timestamp_is_read_exactly(written: str) -> None:
    assert timestamps.normalise(written) == MOMENTS[written]
    assert timestamps.fault(written) is None


@pytest.mark.parametrize("written", FAULTS)
def test_what_names_no_day_is_not_guessed_and_the_reason_is_known(written: str) -> None:
    assert timestamps.normalise(written) is None
    assert timestamps.fault(written) == FAULTS[written]


@pytest.mark.parametrize("written", NEVER)
def test_what_programs_write_for_an_unknown_moment_is_none_and_no_fault(written: str) -> None:
    assert timestamps.normalise(written) is None
    assert timestamps.fault(written) is None


@given(st.text(max_size=40) | st.text("0123456789年月日时点分:-/ 十五上午", max_size=20))
def test_any_text_gives_a_valid_timestamp_or_none(text: str) -> None:
    timestamp = timestamps.normalise(text)
    assert timestamp is None or timestamps.normalise(timestamp) == timestamp
    assert timestamp is None or timestamps.fault(text) is None


@pytest.mark.parametrize("piece", LONG)
def test_a_long_field_takes_no_longer_than_a_short_one(piece: str) -> None:
    started = time.perf_counter()
    for length in (1_000, 10_000, 100_000):
        timestamps.normalise(piece * length)
        timestamps.fault(piece * length)
    assert time.perf_counter() - started < 1
