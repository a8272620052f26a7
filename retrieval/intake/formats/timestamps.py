"""Moments in fields that machines write: RSS dates, seconds since 1970, cells of a table.

Nothing is guessed. A field that names no day, or leaves open which one, gives no moment; `fault` says why.
"""

import re
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from retrieval.intake.formats import clocks
from retrieval.intake.prose import dates
from retrieval.text.folding import fold

RELATIVE, AMBIGUOUS, INCOMPLETE, UNREADABLE = "是相对的说法", "分不清哪个是月、哪个是日", "不是完整的日期", "看不懂"
_CHINA = timedelta(hours=8)
# 50 is 2050, 51 is 1951.
_LAST_SHORT_YEAR = 50
# Characters of a field that may be a moment, and of the words beside its day and clock.
_LONGEST, _LONGEST_LABEL = 90, 40
# Years that programs write for an unknown moment, and such days: zero in Unix, in Excel and in SQL Server.
_NO_YEAR = re.compile(r"(?:^-|(?<![0-9+-]))(?:000[01]|1899)(?![0-9])")
_NO_DAYS = ("1970-01-01", "1900-01-01", "1900-01-00")
_NEVER = re.compile(r"-[0-9.]+|[-0.: /]+")
_NUMBER = re.compile(r"-?[0-9]{1,30}(?:\.[0-9]{1,30})?")
_MICROSECONDS = re.compile(r"1[0-9]{9}(?:[0-9]{3}){0,3}")
# pandas makes floats of whole numbers: 20260508.0.
_ZERO_FRACTION = re.compile(r"\.0{1,30}$")
# The form of ASP.NET: /Date(1760000000000)/, with a zone that only tells how to show it.
_MILLISECONDS = re.compile(r"/date\((-?[0-9]{1,15})(?:[+-][0-9]{4})?\)/")
_COMPACT = re.compile(
    r"((?:19|20)[0-9]{6})[t ]?([0-9]{2})([0-9]{2})(?:[0-9]{2}(?:\.?[0-9]{3,9})?)?(z|[+-][0-9:]{2,6})?"
)
# Days since 1899-12-30, as Excel counts them: 1982 to 2064.
_SERIAL = re.compile(r"[3-5][0-9]{4}(?:\.[0-9]{1,20})?")
_EXCEL_ZERO = datetime(1899, 12, 30)
# xs:date: 2026-05-08+08:00
_DAY_WITH_ZONE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:z|[+-][0-9]{2}:[0-9]{2})")
_MONTH = r"(?P<m>[0-9]{1,2})\s?月"
_CHINESE_MONTH = re.compile(
    rf"(?:(?<![0-9年月])(?P<d>[0-9]{{1,2}})日?\s?{_MONTH},?\s?|(?<![0-9年]){_MONTH.replace('<m>', '<m2>')}\s?"
    r"(?P<d2>[0-9]{1,2})日?(?:,\s?|\s))(?P<y>[0-9]{4})(?![0-9])年?"
)
# 25-06-2025, 05/08/2026
_DAY_FIRST = re.compile(
    r"(?<![0-9])(?P<a>[0-9]{1,2})(?P<stroke>[-/.])(?P<b>[0-9]{1,2})(?P=stroke)(?P<y>[0-9]{4})(?![0-9])"
)
# 05/08/26: any of the three may be the year.
_SHORT_YEAR = re.compile(r"(?<![0-9])[0-9]{1,2}(?P<stroke>[-/.])[0-9]{1,2}(?P=stroke)[0-9]{2}(?![0-9])")
_NAMED_MONTH = re.compile(r"(?<![0-9])([0-9]{1,2})[- ]([a-z]{3,9})[- ]([0-9]{2}(?:[0-9]{2})?)(?![0-9])")
# Numbers beside a moment that are none: 阅读 1234, 第A03版.
_COUNT = re.compile(
    r"(?:阅读|浏览|点击|评论|点赞|转发|访问|人气)[量数次]{0,2}\s?:?\s?[0-9]{1,9}\s?[次万]?|第\s?[a-z]?[0-9]{1,3}\s?版"
)
# 2024年3月, 05-08 09:30, 09:30
_INCOMPLETE = re.compile(
    r"(?:19|20)[0-9]{2}\s?(?:年|[-/.]?\s?(?=[0-9]))?(?:\s?[0-9]{1,2}\s?月?)?"
    r"|(?:[0-9]{1,2}\s?(?:[-/]|月)\s?[0-9]{1,2}\s?日?)?\s?(?:[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?)?"
)
_RELATIVE = re.compile(
    r"昨|前[天日晚]|今[天日早晚]|明[天日]|刚刚|刚才|方才|[0-9半几一二三四五六七八九十]\s?个?(?:秒|分|小时|天|周|星期|月|年)\w?[以之]?前"
    r"|[上本这]个?(?:周|月|星期)|周[一二三四五六日天]|星期|\bago\b|yesterday|\btoday|just now"
)


def normalise(text: str) -> str | None:
    """'YYYY-MM-DD HH:MM' or 'YYYY-MM-DD', or None when `text` does not name exactly one day.

    As in `dates`, a clock stays as printed, and a time without a zone is Chinese; only UTC becomes Chinese time.
    """
    moment = _moment(text)
    return moment if moment is not None and not moment.startswith(_NO_DAYS) else None


def fault(text: str) -> str | None:
    """Why `normalise` finds no moment in `text`, as the end of a Chinese sentence.

    None when it finds one, and when `text` says that there is none: 不详, 0000-00-00, 1970-01-01 00:00:00.
    """
    if _moment(text) is not None:
        return None
    folded = " ".join(fold(text[: _LONGEST + 1]).split())
    if _RELATIVE.search(folded):
        return RELATIVE
    if len(text) <= _LONGEST and (_NO_YEAR.search(folded) or _is_zero(folded) or not any(map(str.isdigit, folded))):
        return None
    if _DAY_FIRST.search(folded) or _SHORT_YEAR.search(folded):
        return AMBIGUOUS
    if _INCOMPLETE.fullmatch(folded):
        return INCOMPLETE
    return UNREADABLE


def of_epoch(seconds: float) -> str | None:
    """The moment of seconds since 1970; None outside of the years that an article may have."""
    try:
        moment = datetime.fromtimestamp(seconds, UTC) + _CHINA
    except (ValueError, OverflowError, OSError):
        return None
    return f"{moment:%Y-%m-%d %H:%M}" if dates.FIRST_YEAR <= moment.year <= dates.LAST_YEAR else None


def _moment(text: str) -> str | None:
    """The moment of a text; also one of `_NO_DAYS`, which stands for none."""
    return _moment_of_short(text) if len(text) <= _LONGEST else None


@lru_cache(maxsize=4_096)  # the records of a file share their days
def _moment_of_short(text: str) -> str | None:
    folded = " ".join(fold(text).split())
    if not folded or _NO_YEAR.search(folded):
        return None
    if milliseconds := _MILLISECONDS.fullmatch(folded):
        return of_epoch(int(milliseconds[1]) / 1000)
    if _NUMBER.fullmatch(folded) or _COMPACT.fullmatch(folded):
        return _of_digits(folded)
    return _of_words(_COUNT.sub(" ", folded))


def _is_zero(folded: str) -> bool:
    return any(day in folded.replace("/", "-") for day in _NO_DAYS) or _NEVER.fullmatch(folded) is not None


def _of_digits(folded: str) -> str | None:
    """The moment of seconds or of parts of them since 1970, of Excel's days, and of 20260508093000."""
    folded = _ZERO_FRACTION.sub("", folded) if _NUMBER.fullmatch(folded) else folded
    whole = folded.partition(".")[0]
    if _MICROSECONDS.fullmatch(whole):
        return of_epoch(int(whole[:10]))
    if _SERIAL.fullmatch(folded):
        moment = _EXCEL_ZERO + timedelta(minutes=round(float(folded) * 24 * 60))
        return f"{moment:%Y-%m-%d %H:%M}" if "." in folded.rstrip("0").rstrip(".") else f"{moment:%Y-%m-%d}"
    compact = _COMPACT.fullmatch(folded)
    if compact is None:
        return dates.as_published(folded)
    day, clock = dates.as_published(compact[1]), clocks.Clock(int(compact[2]), int(compact[3]), compact[4] or "")
    return clock.on(day) if day is not None and clock.hour is not None else None


def _of_words(folded: str) -> str | None:
    """The moment of a day, a clock before or behind it, and at most a few words: 发布时间：2021年5月7日 星期五."""
    if with_zone := _DAY_WITH_ZONE.fullmatch(folded):
        return dates.as_published(with_zone[1])
    folded = clocks.with_digits(folded)
    found = clocks.find(folded)
    beside = folded if found is None else f"{folded[: found.start]} {folded[found.end :]}"
    day, rest = _day(beside, has_clock=found is not None)
    if day is None or len(rest) > _LONGEST_LABEL or any(map(str.isdigit, rest)):
        return None
    return day if found is None else found.clock.beside(rest).on(day)


def _day(text: str, *, has_clock: bool) -> tuple[str | None, str]:
    """The one day in `text`, and the text beside it; a year of two digits needs a clock."""
    for form, read in _FORMS:
        if match := form.search(text):
            return read(match, has_clock), text[: match.start()] + text[match.end() :]
    if "/" in text and _SHORT_YEAR.search(text):
        return None, text
    # Some forms of `dates` are read before a clock only.
    behind = " 00:00" if has_clock else ""
    whole = " ".join(text.split()) + behind
    found = dates.find(whole)
    if found is None:
        return None, text
    return found.value[:10], f"{whole[: found.span.start]} {whole[found.span.end :]}".removesuffix(behind)


def _chinese_month(match: re.Match[str], _: bool) -> str | None:
    return _of_numbers(match["y"], match["m"] or match["m2"], match["d"] or match["d2"])


def _day_first(match: re.Match[str], _: bool) -> str | None:
    """The day of 25-06-2025 and 06/25/2025; None for 05/08/2026, which is in May or in August."""
    day, month = match["a"], match["b"]
    if int(month) > 12:
        day, month = month, day
    return _of_numbers(match["y"], month, day) if int(day) > 12 or int(day) == int(month) else None


def _named_month(match: re.Match[str], has_clock: bool) -> str | None:
    """The day of 8-May-2026, and of 08 May 26 beside a clock, as mail and the first RSS write it."""
    if len(match[3]) == 2 and not has_clock:
        return None
    year = int(match[3])
    if year < 100:
        year += 2000 if year <= _LAST_SHORT_YEAR else 1900
    return dates.as_published(f"{match[1]} {match[2]} {year}")


def _of_numbers(year: str, month: str, day: str) -> str | None:
    try:
        moment = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return f"{moment}" if dates.FIRST_YEAR <= moment.year <= dates.LAST_YEAR else None


_FORMS = ((_CHINESE_MONTH, _chinese_month), (_DAY_FIRST, _day_first), (_NAMED_MONTH, _named_month))
