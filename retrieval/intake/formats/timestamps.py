"""Moments in fields that machines write: RSS dates, seconds since 1970, cells of a table."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from retrieval.intake.prose import dates

_CHINA = timedelta(hours=8)
_SECONDS, _MILLISECONDS = re.compile(r"1[0-9]{9}"), re.compile(r"1[0-9]{12}")
_LONGEST_LABEL = 24


def normalise(text: str) -> str | None:
    """'YYYY-MM-DD HH:MM' or 'YYYY-MM-DD', or None when `text` does not name exactly one day.

    As in `dates`, a clock stays as printed, and a time without a zone is Chinese; only UTC becomes Chinese time.
    """
    text = text.strip()
    as_printed = dates.as_published(text)
    if as_printed is not None:
        return as_printed
    if _SECONDS.fullmatch(text) or _MILLISECONDS.fullmatch(text):
        return _written(datetime.fromtimestamp(int(text[:10]), UTC))
    return _mail(text) or _labelled(text)


def _mail(text: str) -> str | None:
    """The moment of an RSS date: Fri, 07 May 2021 07:10:00 GMT."""
    if not re.search("[A-Za-z]{3}", text):
        return None
    try:
        return _written(parsedate_to_datetime(text))
    except (ValueError, OverflowError):
        return None


def _labelled(text: str) -> str | None:
    """The moment of a date among words without another number: 发布时间：2021年5月7日 星期五."""
    date = dates.find(text)
    if date is None:
        return None
    rest = text[: date.span.start] + text[date.span.end :]
    return date.value if len(rest) <= _LONGEST_LABEL and not any(map(str.isdigit, rest)) else None


def _written(moment: datetime) -> str | None:
    if not dates.FIRST_YEAR <= moment.year <= dates.LAST_YEAR:
        return None
    if moment.utcoffset() == timedelta(0):
        moment += _CHINA
    return f"{moment:%Y-%m-%d %H:%M}"
