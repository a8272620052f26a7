"""Which answers are kept, so that their pages can be turned after a restart too?"""

import json
import logging
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass

from bot.words.answer_notes import NO_NOTES, Notes
from retrieval.store.errors import StoreError
from retrieval.store.kept import Kept
from retrieval.text.sentences import Span

# What is written down of an answer may change with the program: a row of another version is not read.
_VERSION = 1
_KIND = "answer"
_RECENT = 1000
# Days and rows. So many are written between two prunings at most, so that there are never more rows than MOST.
DAYS, MOST, BETWEEN = 30, 200_000, 10_000
# Rows of one transaction: each lies on a page of its own, and others who write wait for it.
_AT_ONCE = 200
# Characters of a line that is told of other papers or of the scope: replies show fewer.
_LONGEST_LINE = 400
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Page:
    """One hit of an answer: the passage, by number, and the sentence of it that answers."""

    passage_id: int
    answer: Span | None
    # What is told of other papers, as it was when the question was asked.
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found for a question; it does not say what was asked."""

    status: str
    pages: tuple[Page, ...]
    # What is said of the articles that the question confined itself to.
    notes: Notes = NO_NOTES


class Answers:
    """Answers by their numbers, in memory at once and in the file soon. Safe to use from several threads."""

    def __init__(self, kept: Kept, later: Callable[[Callable[[], None]], object]) -> None:
        """`later` has a function called by the thread that writes."""
        self._kept, self._later = kept, later
        self._recent: dict[int, Answer] = {}
        self._unwritten: dict[int, Answer] = {}
        self._handing_over = threading.Lock()
        self._since_pruning = 0

    def keep(self, answer: Answer) -> int:
        """Remember an answer; its number. It is written later, with others when there are many: nobody waits for it."""
        number = secrets.randbits(62)
        self._recent[number] = answer
        if len(self._recent) > _RECENT:
            self._recent.pop(next(iter(self._recent)))
        # The thread that writes takes them all at once: one that comes in between must not be left behind.
        with self._handing_over:
            if not self._unwritten:
                self._later(self._write)
            self._unwritten[number] = answer
        return number

    def recent(self, number: int) -> Answer | None:
        """An answer that may not be written yet, or spares a look at the file."""
        return self._recent.get(number)

    def load(self, number: int) -> Answer | None:
        """None when it is unknown, too old to be known still, or of another version of the program."""
        value = self._kept.value(_KIND, number)
        return None if value is None else read(value)

    def prune(self) -> bool:
        """Forget some of those that are too old or too many, in one small transaction; False when there are none."""
        self._since_pruning = 0
        with self._kept.write():
            return self._kept.drop_oldest(_KIND, days=DAYS, most=MOST - BETWEEN, limit=_AT_ONCE) == _AT_ONCE

    def _write(self) -> None:
        with self._handing_over:
            unwritten, self._unwritten = self._unwritten, {}
        try:
            with self._kept.write():
                for number, answer in unwritten.items():
                    self._kept.keep(_KIND, number, written(answer))
        except StoreError as error:
            # Only their pages can't be turned after a restart.
            _log.warning("%s", error)
        self._since_pruning += len(unwritten)
        if self._since_pruning >= BETWEEN:
            self._prune_more()

    def _prune_more(self) -> None:
        """One piece of it, and the next one behind what waits to be written meanwhile."""
        try:
            if self.prune():
                self._later(self._prune_more)
        except StoreError as error:
            _log.warning("%s", error)


def written(answer: Answer) -> str:
    """The row of an answer: JSON, of a bounded size."""
    pages = [(one.passage_id, one.answer, [line[:_LONGEST_LINE] for line in one.others]) for one in answer.pages]
    notes = [line[:_LONGEST_LINE] for line in answer.notes]
    fields = {"version": _VERSION, "status": answer.status, "pages": pages, "notes": notes}
    return json.dumps(fields, ensure_ascii=False)


def read(row: str) -> Answer | None:
    """The answer that `written` has made a row of; None for a row of another version, or a broken one."""
    try:
        fields = json.loads(row)
        json.dumps(fields, ensure_ascii=False).encode()  # half a character can't be sent
        if fields["version"] != _VERSION:
            return None
        pages = tuple(
            Page(int(number), Span(*map(int, span)) if span else None, tuple(map(str, others)))
            for number, span, others in fields["pages"]
        )
        return Answer(str(fields["status"]), pages, Notes(*map(str, fields["notes"])))
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return None
