"""Decisions about feeds: the next poll, the pace, alarms, and summaries."""

from dataclasses import replace

import pytest

from bot.service.feed import Feed, LastPoll, Trouble
from bot.service.feed_schedule import (
    DAY,
    HOUR,
    interval,
    next_poll,
    shows_summaries,
    speaks_daily,
    trouble,
    waiting,
    with_day,
)
from retrieval.article import Article
from retrieval.intake import Refusal
from tests.support.articles import make_article
from tests.support.documents import BODY, LAST, MORE

NOW = 20_000 * DAY + 12 * HOUR


@pytest.mark.parametrize(
    ("minutes", "hint", "seconds"),
    [(15, None, 900), (15, 5, 900), (15, 30, 1_800), (15, 1_440, 3_600), (1_440, 9_999, 86_400), (1, 0, 60)],
)
def test_the_pace_is_the_setting_or_within_bounds_what_the_feed_says(
    minutes: int, hint: int | None, seconds: int
) -> None:
    assert interval(minutes, hint) == seconds


@pytest.mark.parametrize(
    ("failures", "wait", "left", "pause"),
    [
        (0, None, 0, 900),
        (0, None, 7, 300),
        (1, None, 0, 900),
        (2, None, 0, 1_800),
        (4, None, 0, 7_200),
        (8, None, 0, DAY),
        (999, None, 0, DAY),
        (1, 5_000, 0, 5_000),
        (1, 10, 0, 900),
        (1, 10**9, 0, 7 * DAY),
        (3, 0, 5, 3_600),
    ],
)
def test_the_next_poll_comes_later_after_failures_and_as_late_as_the_server_asks(
    failures: int, wait: int | None, left: int, pause: int
) -> None:
    assert next_poll(NOW, 900, 0.5, failures=failures, wait=wait, left=left) == NOW + pause


def test_polls_are_spread_by_a_tenth_but_never_before_the_server_allows() -> None:
    assert (next_poll(NOW, 900, 0), next_poll(NOW, 900, 1)) == (NOW + 810, NOW + 990)
    assert next_poll(NOW, 900, 0, failures=1, wait=900) == NOW + 900


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        ("0", 0),
        ("Thu, 01 Jan 1970 00:02:00 GMT", 20),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
        ("soon", None),
        ("-5", None),
        ("", None),
        ("9" * 30, None),
    ],
)
def test_retry_after_names_seconds_or_a_moment(header: str, seconds: int | None) -> None:
    assert waiting(header, 100.0) == seconds


@pytest.mark.parametrize(
    ("days", "is_daily"),
    [
        (range(1, 8), True),
        ((1, 2, 3, 5, 6, 7), True),
        ((1, 2, 3, 4, 5), False),
        ((1, 2, 3, 4, 5, 8, 9, 10, 11, 12), False),  # keeps weekends
        ((7,), False),
        (range(1, 30, 2), False),
    ],
)
def test_a_feed_speaks_daily_when_it_missed_one_day_of_its_last_week_at_most(days: range, is_daily: bool) -> None:
    assert speaks_daily(tuple(days)) == is_daily


def test_the_rhythm_remembers_two_weeks() -> None:
    days: tuple[int, ...] = ()
    for day in [*range(30), 29, 28]:
        days = with_day(days, day)
    assert days == tuple(range(16, 30))


DAILY = Feed(
    1,
    "https://a.cn/feed",
    next_at=NOW + 600,
    last_new_at=NOW - HOUR,
    days=tuple(range(19_990, 20_001)),
    last=LastPoll("same", NOW),
)


@pytest.mark.parametrize(
    ("feed", "expected"),
    [
        (DAILY, Trouble.NONE),
        (replace(DAILY, last_new_at=NOW - 35 * HOUR), Trouble.NONE),
        (replace(DAILY, last_new_at=NOW - 36 * HOUR), Trouble.SILENT),
        # A feed that never spoke daily may be silent for long.
        (replace(DAILY, last_new_at=NOW - 99 * DAY, days=(19_000, 19_007)), Trouble.NONE),
        (replace(DAILY, last_new_at=0, days=()), Trouble.NONE),
        # What should have been polled by now, as after a stop of the bot, is polled first.
        (replace(DAILY, last_new_at=NOW - 36 * HOUR, next_at=NOW), Trouble.NONE),
        (replace(DAILY, failures=9, first_failure_at=NOW - 23 * HOUR), Trouble.NONE),
        (replace(DAILY, failures=9, first_failure_at=NOW - DAY), Trouble.FAILING),
        (replace(DAILY, failures=9, first_failure_at=NOW - DAY, next_at=NOW), Trouble.NONE),
        # A failure for some hours does not end a silence.
        (replace(DAILY, failures=1, first_failure_at=NOW - HOUR, told=Trouble.SILENT), Trouble.SILENT),
        (replace(DAILY, has_ended=True, next_at=0), Trouble.ENDED),
    ],
)
def test_owners_learn_of_a_silence_of_failures_for_a_day_and_of_an_end(feed: Feed, expected: Trouble) -> None:
    assert trouble(feed, NOW) is expected


LONG = make_article(*([BODY, MORE, LAST] * 3))


@pytest.mark.parametrize(
    ("shown", "so"),
    [
        ([LONG], False),
        ([make_article(BODY)], True),
        ([make_article(*([BODY, MORE, LAST] * 3), "点击查看全文>>")], True),
        ([make_article(*([BODY, MORE, LAST] * 3), "新桥将在下月……")], True),
        ([Refusal("《快讯》", "正文是空的。")], True),
        ([LONG, LONG, make_article(BODY)], False),
        ([LONG, make_article(BODY), Refusal("《快讯》", "正文是空的。")], True),
        ([], False),
    ],
)
def test_a_feed_shows_summaries_when_most_of_its_entries_do(shown: list[Article | Refusal], so: bool) -> None:
    assert shows_summaries(shown) == so
