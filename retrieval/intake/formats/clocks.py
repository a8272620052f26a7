"""Clocks in fields that machines write: 9:5, 上午9点半, 09:30:00 +0800, 01:30:00.000Z."""

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple

from retrieval.intake.lexicon import one_of, words
from retrieval.intake.prose.dates import DIGITS

_CHINA = timedelta(hours=8)
_DIGITS = DIGITS | {"两": 2}
_NUMERALS = f"{''.join(_DIGITS)}十"
# 九点半, 二十三时零五分, 五月: numerals of a clock, and of a month and a day.
_NUMERAL = re.compile(rf"(?<![{_NUMERALS}初廿])[{_NUMERALS}]{{1,3}}(?=\s?[点时分月日号])")
_YEAR_IN_NUMERALS = re.compile(rf"[{_NUMERALS}元]{{1,5}}\s?年")
_ZONE = r"(?P<zone>z|(?:utc|gmt)?\s?[+-][0-9]{1,2}(?::?[0-9]{2})?|utc?|gmt)(?![a-z0-9:])"
# Names of zones whose clock stays as printed. Java writes CST for that of China.
_NAMED_ZONE = r"\(?(?:cst|bjt|hkt|[ecmp][sd]t|中国标准时间|北京时间)\)?(?![a-z])"
_HALF = one_of("time.before_noon", "time.noon", "time.after_noon", "time.night")
_CLOCK = re.compile(
    rf"(?<![0-9.:/+-])(?:(?P<half>{_HALF}|[ap]m)\s?)?"
    r"(?P<hour>[0-9]{1,2})(?:\s?:\s?(?P<minute>[0-9]{1,2})(?:\s?:\s?[0-9]{1,2}(?:[.,][0-9]{1,9})?)?"
    r"|\s?[点时](?:\s?(?P<spoken>[0-9]{1,2})(?:\s?分|(?![0-9]))(?:\s?[0-9]{1,2}\s?秒)?|(?P<part>半|整|一刻|三刻))?)"
    rf"(?:\s?(?P<english>[ap])\.?m\b\.?)?(?:\s?{_ZONE})?(?:\s?{_NAMED_ZONE})?(?![0-9:])"
)
_PARTS = {"半": 30, "整": 0, "一刻": 15, "三刻": 45}
_UTC = re.compile(r"(?:z|utc?|gmt)|(?:utc|gmt)?\s?[+-]0{1,2}:?(?:00)?")
_UTC_WORD = re.compile(r"\b(?:utc|gmt)\b")
_MORNING, _NIGHT = words("time.before_noon"), words("time.night")


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of a day; `hour` is None when the words leave it open: 晚上12点 may be of the day or of the next one."""

    hour: int | None
    minute: int
    zone: str = ""

    def on(self, day: str) -> str | None:
        """'YYYY-MM-DD HH:MM', or `day` itself when the hour is open; None for no clock at all, such as 25:70."""
        if self.hour is None:
            return day
        if self.hour > 23 or self.minute > 59:
            return day if (self.hour, self.minute) == (24, 0) else None
        moment = datetime.fromisoformat(day) + timedelta(hours=self.hour, minutes=self.minute)
        if _UTC.fullmatch(self.zone):
            moment += _CHINA
        return f"{moment:%Y-%m-%d %H:%M}"

    def beside(self, words: str) -> "Clock":
        """The clock with the zone that stands apart: 09:30 (UTC)."""
        return replace(self, zone="utc") if not self.zone and _UTC_WORD.search(words) else self


class Found(NamedTuple):
    """A clock in a text, from `start` to `end`."""

    clock: Clock
    start: int
    end: int


def find(folded: str) -> Found | None:
    """The first clock in a folded text whose numerals are digits."""
    match = _CLOCK.search(folded)
    if match is None:
        return None
    half = match["half"] or (f"{match['english']}m" if match["english"] else "")
    minute = int(match["minute"] or match["spoken"] or 0) + _PARTS.get(match["part"] or "", 0)
    return Found(Clock(_hour(int(match["hour"]), half), minute, match["zone"] or ""), match.start(), match.end())


def is_clock(text: str) -> bool:
    """Whether a folded text is a clock and nothing else."""
    found = find(text)
    return found is not None and (found.start, found.end) == (0, len(text))


def with_digits(folded: str) -> str:
    """The text with digits for the numerals of its clock and, unless the year is in numerals too, of its day."""
    if _YEAR_IN_NUMERALS.search(folded):
        year, stroke, rest = folded.rpartition("日")
        return year + stroke + _NUMERAL.sub(_number, rest) if stroke else folded
    return _NUMERAL.sub(_number, folded)


def _number(match: re.Match[str]) -> str:
    tens, ten, ones = match[0].rpartition("十")
    if not ten:
        return "".join(str(_DIGITS[character]) for character in match[0])
    if len(tens) > 1 or len(ones) > 1 or "十" in tens:
        return match[0]
    return str(10 * (_DIGITS[tens] if tens else 1) + (_DIGITS[ones] if ones else 0))


def _hour(hour: int, half: str) -> int | None:
    """The hour from 0 to 23 of an hour in a part of the day; None when both do not agree on one."""
    if hour > 12 or not half:
        return hour if half not in (*_MORNING, "am") else None
    if half == "am":
        return hour % 12
    if half == "pm":
        return hour % 12 + 12
    if half in _MORNING:
        return hour if hour < 12 else 0 if half == "凌晨" else None
    if half == "中午":
        return hour if hour > 10 else hour + 12 if 0 < hour < 3 else None
    if half in _NIGHT:
        return hour + 12 if 5 <= hour < 12 else None
    return hour + 12 if hour < 12 else 12
