"""The tally of the current day: questions, those in vain, and the time that answers took."""

import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from statistics import median

# Times of which the median is taken: the last ones of a day of more questions.
_MOST = 10_000


@dataclass(frozen=True, slots=True)
class Today:
    """The questions of today in private and in groups; `seconds` is the median, None before the first question.

    `since` is the time of the start when that was today: earlier questions of the day are not counted.
    """

    questions: int
    unanswered: int
    seconds: float | None
    since: str | None


class Tally:
    """Counts in memory: the figures say how today goes, and are worth no write for each question."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        """`now` is the moment in the operator's time zone."""
        self._now = now
        self._started = now()
        self._day = self._started.date()
        self._questions = self._unanswered = 0
        self._seconds = deque[float](maxlen=_MOST)

    @contextmanager
    def timed(self) -> Iterator[Callable[[bool], None]]:
        """A function that counts a question, with whether it found anything, and the time since here."""
        began = time.perf_counter()

        def count(is_found: bool) -> None:
            self._turn()
            self._questions += 1
            self._unanswered += not is_found
            self._seconds.append(time.perf_counter() - began)

        yield count

    def today(self) -> Today:
        self._turn()
        since = self._started.strftime("%H:%M") if self._started.date() == self._day else None
        seconds = median(self._seconds) if self._seconds else None
        return Today(self._questions, self._unanswered, seconds, since)

    def _turn(self) -> None:
        """Begin anew on a new day."""
        if (day := self._now().date()) != self._day:
            self._day, self._questions, self._unanswered = day, 0, 0
            self._seconds.clear()
