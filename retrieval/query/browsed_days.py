"""Days of a question for news: 三天前, 11月20日, 国庆期间, 周五, 今年以来.

In a question for a fact such words mostly tell when something happened; in one for news they are the days of the
reports, exactly as named.
"""

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta

from retrieval.query.days import NEWS, RECENT_DAYS, Days, days_of
from retrieval.text.numbers import plain
from retrieval.text.sentences import Span

_YEAR = r"(?:(?P<year>[12][0-9]{3})年|(?P<named_year>[今去前]年)的?)?"
_N = "(?:[0-9]{1,2}|[一二三四五六七八九十]{1,3})"
_TO = r"(?:至|到|~|—+|-+|－)"
# 几 stands for seven.
_SOME_DAYS = 7
# Holidays on fixed days of the calendar: first and last day of the public holiday (State Council, Decree 644).
_FIXED = {"元旦": ((1, 1), (1, 3)), "五一": ((5, 1), (5, 5)), "劳动节": ((5, 1), (5, 5)), "国庆": ((10, 1), (10, 7))}
# The first day of the first lunar month, 2015 to 2035 (Hong Kong Observatory, Gregorian-Lunar Calendar).
_NEW_YEAR = {
    2015: (2, 19),
    2016: (2, 8),
    2017: (1, 28),
    2018: (2, 16),
    2019: (2, 5),
    2020: (1, 25),
    2021: (2, 12),
    2022: (2, 1),
    2023: (1, 22),
    2024: (2, 10),
    2025: (1, 29),
    2026: (2, 17),
    2027: (2, 6),
    2028: (1, 26),
    2029: (2, 13),
    2030: (2, 3),
    2031: (1, 23),
    2032: (2, 11),
    2033: (1, 31),
    2034: (2, 19),
    2035: (2, 8),
}
_WEEKDAYS = "一二三四五六日"
_UNITS = {"天": 1, "日": 1, "周": 7, "个星期": 7, "星期": 7, "个月": 30, "年": 365}
_UNIT = "天|日|周|个?星期|个月|年"


def browsed_days_of(folded: str, today: date) -> Days | None:
    """The days that a folded question for news names, from the earliest to the latest; None when it names none.

    A day that does not exist names none, and stays among the words of the question.
    """
    found, taken = list[tuple[date, date]](), list[Span]()
    for pattern, days in _FORMS:
        for match in pattern.finditer(folded):
            span = Span(*match.span())
            if any(span.start < other.end and other.start < span.end for other in taken):
                continue
            try:
                first, last = days(match, today)
            except (ValueError, OverflowError, KeyError):  # the 30th of February, a year before the calendar
                continue
            if first <= last:
                found.append((first, last))
                taken.append(span)
    if not found:
        return None
    return Days(min(first for first, _ in found), max(last for _, last in found), tuple(sorted(taken)))


def _month_and_day(match: re.Match[str], today: date) -> tuple[date, date]:
    """A month or a day of it, in the named year; without one, the latest that is not in the future."""
    year = _year(match, today)
    number, at = _count(match["month"]), _count(match["day"]) if match["day"] else None
    chosen = year or today.year - ((number, at or 1) > (today.month, today.day))
    if at is None:
        return date(chosen, number, 1), date(chosen, number, monthrange(chosen, number)[1])
    return (only := date(chosen, number, at)), only


def _year(match: re.Match[str], today: date) -> int | None:
    if match["year"]:
        return int(match["year"])
    return today.year - "今去前".index(match["named_year"][0]) if match["named_year"] else None


def _range(match: re.Match[str], today: date) -> tuple[date, date]:
    first = _month_and_day(match, today)[0]
    month = _count(match["to_month"]) if match["to_month"] else first.month
    last = date(first.year, month, _count(match["to_day"]))
    return first, last if last >= first else last.replace(year=first.year + 1)


def _whole(match: re.Match[str], _: date) -> tuple[date, date]:
    return (only := date(int(match["y"]), int(match["m"]), int(match["d"]))), only


def _ago(match: re.Match[str], today: date) -> tuple[date, date]:
    back = _count(match["count"]) * _UNITS[match["unit"]]
    return (only := today - timedelta(back)), only


def _within(match: re.Match[str], today: date) -> tuple[date, date]:
    days = _UNITS[match["unit"]]
    back = days // 2 if match["count"] == "半" else _count(match["count"]) * days
    return today - timedelta(max(1, back) - 1), today


def _count(numeral: str) -> int:
    return int(numeral) if numeral.isdecimal() else int(plain(numeral.replace("两", "二") + "日").removesuffix("日"))


def _weekday(match: re.Match[str], today: date) -> tuple[date, date]:
    """The latest such day that is past; today counts."""
    if match["at"] == "末":
        saturday = today - timedelta((today.weekday() - 5) % 7)
        return saturday, min(saturday + timedelta(1), today)
    back = (today.weekday() - _WEEKDAYS.index(match["at"].replace("天", "日"))) % 7
    return (only := today - timedelta(back)), only


def _year_alone(match: re.Match[str], today: date) -> tuple[date, date]:
    year = _year(match, today) or today.year
    return date(year, 1, 1), date(year, 12, 31)


def _part_of_year(match: re.Match[str], today: date) -> tuple[date, date]:
    """上半年, 第三季度."""
    year = _year(match, today) or today.year
    if match["half"]:
        first = 1 if match["half"] == "上" else 7
        return date(year, first, 1), date(year, first + 5, monthrange(year, first + 5)[1])
    quarter = _count(match["quarter"])
    return date(year, 3 * quarter - 2, 1), date(year, 3 * quarter, monthrange(year, 3 * quarter)[1])


def _since(match: re.Match[str], today: date) -> tuple[date, date]:
    """今年以来, 本月以来, 9月以来."""
    if match["of"]:
        return (today.replace(day=1) if match["of"][1] == "月" else today.replace(month=1, day=1)), today
    return _month_and_day(match, today)[0], today


def _fixed_holiday(match: re.Match[str], today: date) -> tuple[date, date]:
    (month, day), (to_month, to_day) = _FIXED[match["holiday"]]
    year = _year(match, today) or today.year - ((month, day) > (today.month, today.day))
    return date(year, month, day), date(year, to_month, to_day)


def _new_year(match: re.Match[str], today: date) -> tuple[date, date]:
    """The eve of the lunar year and its first seven days."""
    year = _year(match, today)
    if year is None:
        year = today.year if date(today.year, *_NEW_YEAR[today.year]) - timedelta(1) <= today else today.year - 1
    first = date(year, *_NEW_YEAR[year])
    return first - timedelta(1), first + timedelta(6)


def _this_month(match: re.Match[str], today: date) -> tuple[date, date]:
    last = today.replace(day=1) - timedelta(1) if match["which"][0] == "上" else today
    return last.replace(day=1), last


def _day_alone(match: re.Match[str], today: date) -> tuple[date, date]:
    """The latest such day of a month that is past; today counts."""
    month = today if _count(match["day"]) <= today.day else today.replace(day=1) - timedelta(1)
    return (only := month.replace(day=_count(match["day"]))), only


def _these_days(match: re.Match[str], today: date) -> tuple[date, date]:
    """这两天 ends today, 前两天 yesterday."""
    days, last = 2 if match["count"] == "两" else _SOME_DAYS, today - timedelta(match["which"] == "前")
    return last - timedelta(days - 1), last


def _recently(_: re.Match[str], today: date) -> tuple[date, date]:
    return today - timedelta(RECENT_DAYS), today


# A holiday alone is a topic: 春节.
_DURING = rf"(?:期间|假期|小?长假|黄金周|(?=(?:都|还)?(?:有|发生|出)[了过]?(?:什么|哪些|啥)|的?{NEWS}))"
_COUNT = r"(?P<count>[0-9]{1,3}|[一二两三四五六七八九十]{1,3}|半)"
# From the longest form to the shortest: a part of a longer one names nothing.
_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], date], tuple[date, date]]], ...] = (
    (
        re.compile(
            rf"{_YEAR}(?P<month>{_N})月(?P<day>{_N})[日号]?{_TO}(?:(?P<to_month>{_N})月)?"
            rf"(?P<to_day>{_N})[日号]"
        ),
        _range,
    ),
    (re.compile(r"(?<![0-9])(?P<y>[12][0-9]{3})[-./](?P<m>[0-9]{1,2})[-./](?P<d>[0-9]{1,2})(?![0-9])"), _whole),
    (
        re.compile(
            rf"(?:自?从?(?P<of>[今本]年|本月|这个?月|年初)|{_YEAR}(?P<month>{_N})月(?:(?P<day>{_N})[日号])?)(?:以来|至今)"
        ),
        _since,
    ),
    (
        re.compile(rf"{_YEAR}(?P<month>{_N})月份?(?:(?P<day>{_N})[日号])?"),
        _month_and_day,
    ),
    (re.compile(rf"{_YEAR}(?P<holiday>元旦|五一|劳动节|国庆)节?{_DURING}"), _fixed_holiday),
    (re.compile(rf"{_YEAR}(?:春节|过年){_DURING}"), _new_year),
    (re.compile(rf"{_YEAR}(?:(?P<half>[上下])半年|第?(?P<quarter>[一二三四1-4])季度)"), _part_of_year),
    (re.compile(rf"(?<![第近]){_COUNT}(?P<unit>{_UNIT})(?:以?前|之前)"), _ago),
    (re.compile(rf"(?:最近|过去|近)?的?{_COUNT}(?P<unit>{_UNIT})(?:之?内|以内|以来|里)"), _within),
    (re.compile(rf"(?:最近|过去|近)的?{_COUNT}(?P<unit>{_UNIT})"), _within),
    (re.compile(r"(?<![上下本这每])(?:周|星期|礼拜)(?P<at>[一二三四五六日天末])"), _weekday),
    (re.compile(r"(?P<year>[12][0-9]{3})年(?:全年)?|(?P<named_year>[今去前]年)(?:全年)?"), _year_alone),
    (re.compile("(?P<which>上个?|这个?|本)月"), _this_month),
    (re.compile(f"(?<![0-9一二三四五六七八九十月])(?P<day>{_N})[日号]"), _day_alone),
    (re.compile("(?P<which>[前这])(?P<count>[两几])天"), _these_days),
    (re.compile("近期|近来|近日|这阵子|这段时间"), _recently),
)


def exactly(folded: str, today: date) -> Days | None:
    """The days of `days_of` and `browsed_days_of` together, exact: the day after does not count (see `days_of`)."""
    named = [days for days in (days_of(folded, today, is_exact=True), browsed_days_of(folded, today)) if days]
    if len(named) < 2:
        return named[0] if named else None
    taken, other = named
    if any(one.start < two.end and two.start < one.end for one in taken.words for two in other.words):
        return max(named, key=lambda days: sum(end - start for start, end in days.words))
    until = max(taken.until or today, other.until or today)
    return Days(min(taken.since, other.since), until, tuple(sorted((*taken.words, *other.words))))


_DAY_LIKE = re.compile(
    r"[0-9一二三四五六七八九十]+[月日号](?:[0-9一二三四五六七八九十]+[日号])?|(?:农历|阴历|腊月|正月|初|上上上).{0,6}|第?[五六七八九5-9]季度"
)


# Numbers that stand as a month and a day beside 月 and 日: 13月5日, 2月30日.
_MONTH_AND_DAY = re.compile(rf"(?<![0-9个])({_N})月份?({_N})[日号]")


def impossible_day(folded: str) -> str | None:
    """The first month and day of a question that no calendar has: 2月30日."""
    for match in _MONTH_AND_DAY.finditer(folded):
        month, day = map(_count, match.groups())
        # A leap year has the longest February.
        if not (1 <= month <= 12 and 1 <= day <= monthrange(2024, month)[1]):
            return match.group()
    return None


def unread_day(rest: str) -> str | None:
    """The words that look like a day and name none: 2月30日. None for any other rest of a question."""
    match = _DAY_LIKE.fullmatch(rest.strip())
    return match.group() if match else None
