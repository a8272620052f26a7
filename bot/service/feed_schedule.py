"""Decisions about polled feeds: when one is polled next, whether its pages are read, and what owners are told."""

import re
from collections.abc import Sequence
from datetime import UTC
from email.utils import parsedate_to_datetime

from bot.service.feed import Feed, Trouble
from retrieval.article import Article
from retrieval.intake import Refusal

HOUR, DAY = 3_600, 86_400
# A feed whose entries come over several polls is polled again so soon.
_SOON = 300
# What a feed itself says about its pace counts up to so many intervals.
_MOST_INTERVALS = 4
_LONGEST_WAIT = 7 * DAY
# A daily feed has new entries on so many of the seven days up to its last one. One that keeps weekends has not.
_DAYS_OF_WEEK, _WEEK = 6, 7
_SILENT, _FAILING = 36 * HOUR, DAY
KEPT_DAYS = 14
# A text of fewer characters, or one that ends like this, is a summary.
_SUMMARY = 150
_CUT_OFF = re.compile(r"(?:…|\.\.\.|。。。)\s*[\])】）]?$|(?:阅读|查看|点击)?(?:全文|原文|更多|详情)[>》]*$")


def interval(minutes: int, hint: int | None) -> int:
    """Seconds between two polls: the setting, or what the feed says itself if that is longer, within a bound."""
    return 60 * max(minutes, min(hint or 0, minutes * _MOST_INTERVALS, DAY // 60))


def next_poll(
    now: float, seconds: int, chance: float, *, failures: int = 0, wait: int | None = None, left: int = 0
) -> int:
    """The moment of the next poll, up to a tenth of the pause earlier or later, so that feeds do not come together.

    Args:
        seconds: the interval.
        chance: a random number from 0 to 1.
        failures: polls that have failed in a row; each doubles the pause, up to a day.
        wait: seconds for which the server asks to be left alone; the poll is not earlier, within a week.
        left: entries that wait to be taken.
    """
    pause: float = min(seconds, _SOON) if left else seconds
    if failures:
        pause = max(seconds, min(DAY, seconds * 2 ** min(failures - 1, 20)))
    pause *= 0.9 + 0.2 * chance
    return int(now + max(pause, min(wait or 0, _LONGEST_WAIT)))


def waiting(header: str, now: float) -> int | None:
    """The seconds of a Retry-After header, which names seconds or a moment; None for any other one."""
    if re.fullmatch(r"[0-9]{1,9}", header):
        return int(header)
    try:
        moment = parsedate_to_datetime(header)
    except (ValueError, TypeError, OverflowError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0, int(moment.timestamp() - now))


def day_of(now: float) -> int:
    """The day of a moment, counted from 1970."""
    return int(now // DAY)


def with_day(days: Sequence[int], day: int) -> tuple[int, ...]:
    """The days with this one, the last `KEPT_DAYS` of them."""
    return tuple(sorted({*days, day}))[-KEPT_DAYS:]


def speaks_daily(days: Sequence[int]) -> bool:
    """Whether a feed had new entries on nearly every day of the week up to its last one."""
    return sum(1 for day in days if day > days[-1] - _WEEK) >= _DAYS_OF_WEEK


def trouble(feed: Feed, now: float) -> Trouble:
    """What is wrong with a feed at this moment. A feed that should have been polled by now is given the time."""
    if feed.has_ended:
        return Trouble.ENDED
    if now >= feed.next_at:
        return feed.told
    if feed.failures:
        is_long = now - feed.first_failure_at >= _FAILING
        # A failure neither ends a silence nor begins one.
        return Trouble.FAILING if is_long else feed.told
    return Trouble.SILENT if is_silent(feed.days, feed.last_new_at, now) else Trouble.NONE


def is_silent(days: Sequence[int], last_new_at: int, now: float) -> bool:
    """Whether a source that speaks daily has had nothing new for a day and a half."""
    return bool(days) and speaks_daily(days) and now - last_new_at >= _SILENT


def shows_summaries(shown: Sequence[Article | Refusal]) -> bool:
    """Whether most of these entries show a summary only: a short text, one that is cut off, or none."""
    return 2 * sum(map(_is_summary, shown)) > len(shown)


def _is_summary(entry: Article | Refusal) -> bool:
    if isinstance(entry, Refusal):
        return True
    text = entry.text.rstrip()
    return len(text) < _SUMMARY or _CUT_OFF.search(text[-20:]) is not None
