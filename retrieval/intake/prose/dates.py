"""Full dates in header lines, as printed: 2024年5月8日 09:05, 民国113年5月8日, 8 May 2024.

No year, time or day is ever made up, and 2 月 30 日 is not a date.
"""

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from retrieval.intake.lexicon import one_of, words
from retrieval.text.folding import fold
from retrieval.text.sentences import Span

# Years have four digits, because dates sort as text; years outside are misprints.
FIRST_YEAR, LAST_YEAR = 1900, 2099
# 50 is 2050, 51 is 1951.
_LAST_SHORT_YEAR = 50
# 民国1年 is 1912.
_REPUBLIC = 1911
DIGITS = {digit: value for value, digit in enumerate(words("time.digit"))} | dict.fromkeys(words("time.zero"), 0)
_DIGIT = f"[{''.join(DIGITS)}]"
_NUMBER = rf"(?:[0-9]{{1,2}}|[{''.join(DIGITS)}十]{{1,3}})"
_MONTHS = words("time.month")
_MONTH = "|".join(_MONTHS)
_LATER = words("time.after_noon", "time.night")
# Forms of a date on folded text, in the order in which they are tried at one place. Digits are [0-9]: `\d` matches the
# digits of all scripts (٣, ๓), and folding keeps them.
_FORMS = (
    # 2024年5月8日, 24年5月8日, 二〇二四年五月八日, 民国113年5月8日
    rf"(?:民国\s?(?P<republic>[0-9]{{1,3}}|[{''.join(DIGITS)}十]{{1,5}})|(?<![0-9])(?P<y1>(?:[0-9]{{2}}){{1,2}}|{_DIGIT}{{4}}))"
    rf"\s?年\s?(?P<m1>{_NUMBER})\s?月\s?(?P<d1>{_NUMBER})\s?[日号]",
    # 2024-05-08, 2024/5/8, 2024.5.8
    r"(?<![0-9.])(?P<y4>[0-9]{4})(?P<stroke4>\s?[-/.]\s?)(?P<m4>[0-9]{1,2})(?P=stroke4)(?P<d4>[0-9]{1,2})(?![0-9])",
    # 2023 01/05 10:20, printed by pages in three elements
    r"(?<![0-9.])(?P<y6>20[0-9]{2})\s(?P<m6>[0-9]{2})\s?/\s?(?P<d6>[0-9]{2})(?=\s{1,3}[0-9]{1,2}:[0-9]{2})",
    # 24-03-05 07:12: two digits are a year only where the whole cannot be a score or a number.
    r"(?<![0-9./-])(?<![0-9]:)(?P<y7>[0-9]{2})(?P<stroke7>[-/.])(?P<m7>[0-9]{1,2})(?P=stroke7)(?P<d7>[0-9]{1,2})"
    r"(?=\s{1,3}[0-9]{1,2}:[0-9]{2})",
    # 16/11/2021: the first number can only be a day
    r"(?<![0-9./-])(?P<dd>1[3-9]|2[0-9]|3[01])(?P<strokedd>[-/.])(?P<md>[0-9]{1,2})(?P=strokedd)(?P<yd>20[0-9]{2})"
    r"(?![0-9.])",
    # 20240508
    r"(?<![0-9.])(?P<y5>(?:19|20)[0-9]{2})(?P<m5>[0-9]{2})(?P<d5>[0-9]{2})(?![0-9])",
    # May 8, 2024
    rf"(?<![a-z])(?P<m9>{_MONTH})[a-z]{{0,6}}\.?\s(?P<d9>[0-9]{{1,2}})(?:st|nd|rd|th)?,?\s(?P<y9>[0-9]{{4}})(?![0-9])",
    # 8 May 2024
    rf"(?<![0-9:])(?P<d0>[0-9]{{1,2}})(?:st|nd|rd|th)?\s(?P<m0>{_MONTH})[a-z]{{0,6}}\.?,?\s(?P<y0>[0-9]{{4}})(?![0-9])",
)
_DATE = re.compile("|".join(_FORMS))
# 20240508090500
_COMPACT = re.compile(r"(?<![0-9])((?:19|20)[0-9]{6})([0-2][0-9])([0-5][0-9])[0-5][0-9](?![0-9])")
# Every form has a digit or the year's character.
_MAY_HAVE_DATE = re.compile("[0-9年]")
# The time behind a date: T09:05, - 09:05, (星期三) 上午9:05, 21时05分, 9:05 pm, 01:05Z.
_TIME = re.compile(
    rf"(?:\s?t\s?|,?\s{{0,4}}\(?{one_of('time.weekday')}\)?\s{{0,4}}|,?\s{{0,4}}|\s?[|-]\s?)"
    r"(?:(?:hkt|cst|bjt)\s)?"
    rf"(?P<half>{one_of('time.before_noon', 'time.noon', 'time.after_noon', 'time.night')}|[ap]m)?\s?"
    r"(?P<hour>[0-9]{1,2})\s?"
    r"(?:[:时点]\s?(?P<minute>[0-9]{2})(?![0-9])(?:分|:[0-9]{2}(?![0-9]))?(?:\.[0-9]{1,9})?秒?"
    r"|点(?P<part>半)?(?![0-9多许左几一二三四五六七八九十]))"
    r"(?:\s?(?P<english>[ap])\.?m\b\.?)?"
    r"(?P<zone>\s?(?:z|utc|gmt|[+-][0-9]{2}:?[0-9]{2}))?(?![0-9:])"
)
# The time in front of a date: 15:31 2026/05/08, 1:05pm 15/03/2022.
_TIME_BEFORE = re.compile(
    r"(?<![0-9])(?<![0-9]:)(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::[0-9]{2})?(?:\s?(?P<english>[ap])m)?\s{1,3}$"
)
_LONGEST_TIME = 12
# 05-08 09:05, 5月8日 09:05
_DAY = re.compile(r"(?<![0-9./年-])[0-9]{1,2}(?:-|/|月)[0-9]{1,2}日?\s{0,3}[0-9]{1,2}:[0-9]{2}")
# Characters of a text whose date is kept.
_SHORT = 200
_UTC = re.compile(r"z|utc|gmt|[+-]00:?00")
_CHINA = timedelta(hours=8)


class Date(NamedTuple):
    """`value` is 'YYYY-MM-DD HH:MM' or 'YYYY-MM-DD'; `span` is its place in the text."""

    value: str
    span: Span


def find(folded: str) -> Date | None:
    """The first full date in a folded text, with the time when one follows it.

    The time stays as printed, whatever its zone; only UTC, which machines write, becomes Chinese time (UTC+8).
    """
    return _find(folded) if len(folded) <= _SHORT else _find.__wrapped__(folded)


@lru_cache(maxsize=64)  # the rules ask for the date of a header several times
def _find(folded: str) -> Date | None:
    if not _MAY_HAVE_DATE.search(folded):
        return None
    # As long as before, so that places in the text hold.
    folded = _COMPACT.sub(r"\1 \2:\3", folded)
    for match in _DATE.finditer(folded):
        day = _day(match)
        if day is not None:
            return _with_time(day, folded, Span(*match.span()))
    return None


def place(folded: str) -> Span | None:
    """The place of the first full date, else of the first day with a time and no year: 05-08 09:05.

    Such a day is no date, because no year is made up.
    """
    if (date := find(folded)) is not None:
        return date.span
    match = _DAY.search(folded)
    return Span(*match.span()) if match is not None else None


def of_timestamp(seconds: int) -> str:
    """'YYYY-MM-DD HH:MM' in Chinese time (UTC+8) of seconds since 1970."""
    return f"{datetime.fromtimestamp(seconds, UTC) + _CHINA:%Y-%m-%d %H:%M}"


def as_published(text: str) -> str | None:
    """`text` as 'YYYY-MM-DD HH:MM' or 'YYYY-MM-DD' when it is a date and nothing else."""
    text = text.strip()
    date = find(fold(text))
    return date.value if date is not None and date.span == (0, len(text)) else None


def _day(match: re.Match[str]) -> datetime | None:
    """The day of a match of `_DATE`; None when there is no such day (2 月 30 日) or year."""
    groups = {name[0]: value for name, value in match.groupdict().items() if value is not None}
    year = _number(groups["y"]) if "y" in groups else _REPUBLIC + _number(groups["r"])
    if "y" in groups and len(groups["y"]) == 2:
        year += 2000 if year <= _LAST_SHORT_YEAR else 1900
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    month = _MONTHS.index(groups["m"]) + 1 if groups["m"] in _MONTHS else _number(groups["m"])
    try:
        return datetime(year, month, _number(groups["d"]))
    except ValueError:
        return None


def _with_time(day: datetime, folded: str, span: Span) -> Date:
    """The date with the time printed right behind `span`, else right before it, if there is one."""
    behind = _TIME.match(folded, span.end)
    time = behind or _TIME_BEFORE.search(folded, max(0, span.start - _LONGEST_TIME), span.start)
    if time is None:
        return Date(f"{day:%Y-%m-%d}", span)
    found = time.groupdict("")
    hour, minute = int(found["hour"]), 30 if found.get("part") else int(found["minute"] or 0)
    # 下午, pm, p; noon lasts until three.
    half = found.get("half") or found.get("english") or ""
    is_later = half.startswith("p") or half in _LATER or (half in words("time.noon") and hour < 3)
    if hour == 12 and half.startswith("a"):
        hour = 0
    try:
        moment = day.replace(hour=hour + 12 if is_later and hour < 12 else hour, minute=minute)
    except ValueError:
        return Date(f"{day:%Y-%m-%d}", span)
    if _UTC.fullmatch(found.get("zone", "").strip()):
        moment += _CHINA
    return Date(f"{moment:%Y-%m-%d %H:%M}", Span(min(span.start, time.start()), max(span.end, time.end())))


def _number(text: str) -> int:
    """The value of 109, 一〇九 or 二十四. Dates write 一百 and above digit by digit."""
    if text.isascii():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return int("".join(str(DIGITS[character]) for character in text))
    return 10 * (_number(tens) if tens else 1) + (_number(ones) if ones else 0)
