"""The tally of the day: what was asked today, and since when it is counted."""

from datetime import datetime

from bot.service.tally import Tally, Today


class Clock:
    def __init__(self, moment: str) -> None:
        self.now = datetime.fromisoformat(moment)

    def __call__(self) -> datetime:
        return self.now


def test_a_question_counts_with_its_time_and_whether_anything_was_found() -> None:
    tally = Tally(Clock("2026-11-27 14:05"))
    for is_found in (True, False, True):
        with tally.timed() as count:
            count(is_found)
    today = tally.today()
    assert (today.questions, today.unanswered, today.since) == (3, 1, "14:05")
    assert today.seconds is not None
    assert 0 <= today.seconds < 1


def test_a_question_that_failed_does_not_count() -> None:
    tally = Tally(Clock("2026-11-27 14:05"))
    with tally.timed():
        pass
    assert tally.today() == Today(0, 0, None, "14:05")


def test_a_new_day_begins_at_nothing_and_is_counted_whole() -> None:
    clock = Clock("2026-11-27 23:59")
    tally = Tally(clock)
    with tally.timed() as count:
        count(False)
    clock.now = datetime.fromisoformat("2026-11-28 00:00")
    assert tally.today() == Today(0, 0, None, None)
