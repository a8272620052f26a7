"""Printed dates: every one is read, and none is invented."""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.intake.formats import timestamps
from retrieval.intake.prose import dates
from retrieval.text.folding import fold

READ = [
    ("兰州晚报 2020-02-24 02:24 大字", "2020-02-24 02:24"),
    ("2020年2月24日", "2020-02-24"),
    ("2020年02月24日02:24 来源", "2020-02-24 02:24"),
    ("2020/2/24 2:24:05", "2020-02-24 02:24"),
    ("2020.02.24 星期一 02:24", "2020-02-24 02:24"),
    ("20200224 兰州", "2020-02-24"),
    ("2020-02-24T02:24:00+08:00", "2020-02-24 02:24"),
    ("2020-02-23T18:24:00Z", "2020-02-24 02:24"),
    ("２０２０-０２-２４　０２：２４", "2020-02-24 02:24"),
    ("二〇二〇年二月二十四日 兰州晚报", "2020-02-24"),
    ("二○一九年十二月三十一日", "2019-12-31"),
    ("民国109年2月24日", "2020-02-24"),
    ("民國一〇九年十月十日", "2020-10-10"),
    ("民國一百年", None),
    ("2020年2月24日14时05分", "2020-02-24 14:05"),
    ("2020-02-24 25:61", "2020-02-24"),
    ("20-02-24 02:24", "2020-02-24 02:24"),
    ("98-12-31 23:59", "1998-12-31 23:59"),
    ("20年2月24日 02:24", "2020-02-24 02:24"),
    ("2020 02/24 02:24:15", "2020-02-24 02:24"),
    ("时间:2020-02-30 更新:2020-03-01", "2020-03-01"),
    ("20200224022459", "2020-02-24 02:24"),
    ("2020-02-24 HKT 14:24", "2020-02-24 14:24"),
    ("2020/02/24 PM 02:24", "2020-02-24 14:24"),
    ("2020年2月24日 凌晨2点", "2020-02-24 02:00"),
    ("2020年2月24日 凌晨2点多", "2020-02-24"),
    ("發佈時間：14:24 2020-02-24 HKT", "2020-02-24 14:24"),
    ("发表时间：24/02/2020 - 14:24", "2020-02-24 14:24"),
    ("2:24pm 24/02/2020", "2020-02-24 14:24"),
    ("24.2.2020", "2020-02-24"),
]
NOT_READ = [
    "2月24日",
    "2020年2月",
    "2020-13-01",
    "2008-2009年度",
    "1-2月",
    "12020-02-24",
    "昨日",
    "2020年2月30日",
    "11-05-03",
    "10-20-30 12:00",
    "11/06/2025",
    "24.2.2020.8",
    "32/02/2020",
    "",
]


@pytest.mark.parametrize(("text", "value"), READ)
def test_a_printed_date_is_read(text: str, value: str | None) -> None:
    match = dates.find(fold(text))
    assert (match.value if match else None) == value


@pytest.mark.parametrize("text", NOT_READ)
def test_an_incomplete_date_is_not_completed(text: str) -> None:
    assert dates.find(fold(text)) is None


def test_the_span_covers_the_date() -> None:
    text = "兰州晚报 2020-02-24 02:24 大字"
    match = dates.find(fold(text))
    assert match is not None
    assert text[match.span.start : match.span.end] == "2020-02-24 02:24"


@pytest.mark.parametrize("text", ["约 2020-02-24", "2020-02-24 晚", "2020-02-24 25:00", "1582512240", "明天"])
def test_a_text_is_normalised_only_when_it_is_a_date(text: str) -> None:
    assert dates.as_published(text) is None


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)))
def test_normalising_is_idempotent(day: date) -> None:
    assert dates.as_published(f" {day} ") == str(day)
    assert dates.as_published(f"{day} 07:05") == f"{day} 07:05"


@given(st.text(alphabet="0123456789年月日-/.: 民国二十〇T", max_size=40))
def test_every_date_found_is_valid(text: str) -> None:
    match = dates.find(fold(text))
    assert match is None or re.fullmatch(r"\d{4}-\d\d-\d\d( \d\d:\d\d)?", match.value)


@pytest.mark.parametrize("zero", ["٠", "۰", "०", "๐", "０", "𝟎"])
@pytest.mark.parametrize(
    "written", ["2024年3月5日", "2024-03-05 09:30", "民国113年3月5日", "24-03-05 09:30", "05-08 09:05"]
)
def test_digits_of_other_scripts_form_a_date_only_when_folding_knows_them(zero: str, written: str) -> None:
    digits = {ord("0") + number: ord(zero) + number for number in range(10)}
    foreign = written.translate(digits)
    known = zero in "０𝟎"
    for read in (dates.find, dates.place, dates.as_published, timestamps.normalise):
        result = read(fold(foreign))
        expected = read(written) if known else None
        assert result == expected
    mixed = written[:3] + foreign[3:]
    assert dates.find(fold(mixed)) == (dates.find(written) if known else None)


@pytest.mark.parametrize("year", [900, 999, 1000, 1899, 2101, 9999])
@pytest.mark.parametrize("form", ["Sat, 07 May {} 07:10:00 GMT", "{:04}-05-07T07:10:00Z", "{}年5月7日", "May 7, {:04}"])
def test_an_implausible_year_is_not_a_date(year: int, form: str) -> None:
    assert timestamps.normalise(form.format(year)) is None


@pytest.mark.parametrize("moment", ["Fri, 31 Dec 9999 23:59:59 -0900", "2099-12-31T23:59Z"])
def test_dates_at_the_ends_of_the_calendar_raise_no_error(moment: str) -> None:
    assert timestamps.normalise(moment) in (None, "2100-01-01 07:59")
