"""Stored answers, whose pages can be turned after a restart too."""

import json
import logging
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass

from bot.service.memory import Memory
from bot.words.answer_notes import NO_NOTES, Notes
from retrieval.store.errors import StoreError
from retrieval.text.sentences import Span

# The version of the rows, and the earlier one that is read too: it has neither question nor asker. No other is read.
_VERSION, _FORMER_VERSION = 2, 1
_RECENT, _LARGEST = 1000, 2**63 - 1
# Days and rows that are kept. Every BETWEEN rows the oldest are pruned, so that there are never more than MOST.
DAYS, MOST, BETWEEN = 30, 200_000, 10_000
# Rows of one transaction: each row lies on a page of its own, and other writers wait for the transaction.
_AT_ONCE = 200
# Characters of a line about other papers or the scope, and of a question: replies show fewer.
_LONGEST_LINE, _LONGEST_QUESTION = 400, 1000
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Page:
    """One hit of an answer: the number of the passage, and the span of its answering sentence."""

    passage_id: int
    answer: Span | None
    # Lines about other papers, as they were when the question was asked.
    other_papers: tuple[str, ...] = ()
    # The numbers of the articles that these lines quote.
    quoted: tuple[int, ...] = ()
    # The article, whose other passages take the place of one that a correction has replaced; 0 when it is not known.
    article_id: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """The hits of a question: passages with their answering sentences, or the articles of a list.

    The `question` of a follow-up is the completed one.
    """

    status: str
    pages: tuple[Page, ...]
    # Lines about the scope of the question.
    notes: Notes = NO_NOTES
    question: str = ""
    # The number of the person who asked in a group; None in private, where nobody else sees the answer.
    asker: int | None = None
    is_list: bool = False
    # A follow-up has the words that the person wrote, and the question that it continues; both are empty otherwise.
    written: str = ""
    continues: str = ""
    # The limit of the group that asked; see `ChatSettings`. A group with another one does not see the answer.
    limit: str = ""
    # The label, in Chinese, of the button that searches without the scope; empty when the question has none.
    widening: str = ""
    # Whether other articles tell of the affair, which a timeline lists.
    has_timeline: bool = False


class Answers:
    """Answers by their numbers, in memory at once and in the file soon. Safe to use from several threads."""

    def __init__(self, memory: Memory, later: Callable[[Callable[[], None]], object]) -> None:
        """`later` passes a function to the thread of writes."""
        self._memory, self._later = memory, later
        self._recent: dict[int, Answer] = {}
        self._unwritten: dict[int, Answer] = {}
        self._handing_over = threading.Lock()
        self._since_pruning = 0

    def keep(self, answer: Answer) -> int:
        """Remember an answer, and return its number. The thread of writes stores it later, with others that wait."""
        number = secrets.randbits(62)
        self._recent[number] = answer
        if len(self._recent) > _RECENT:
            self._recent.pop(next(iter(self._recent)))
        # `_write` takes all unwritten answers at once: an answer that arrives meanwhile must not be left behind.
        with self._handing_over:
            if not self._unwritten:
                self._later(self._write)
            self._unwritten[number] = answer
        return number

    def recent(self, number: int) -> Answer | None:
        """An answer in memory, which may not be written yet; None when it must be loaded."""
        return self._recent.get(number)

    def flush(self) -> None:
        """Write the answers that wait, and let all be read from the file again: their rows are about to change."""
        self._write()
        self._recent.clear()

    def load(self, number: int) -> Answer | None:
        """An answer of the file; None when it is unknown, was forgotten as too old, or has another version."""
        # A made-up button or inline query may hold a number that SQLite can't.
        value = self._memory.answers.value(number) if number <= _LARGEST else None
        return None if value is None else read(value)

    def prune(self) -> bool:
        """Forget answers that are too old or too many, `_AT_ONCE` in a transaction; False when these were the last."""
        self._since_pruning = 0
        with self._memory.write():
            deleted = self._memory.answers.delete_oldest(days=DAYS, most=MOST - BETWEEN, limit=_AT_ONCE)
        return deleted == _AT_ONCE

    def _write(self) -> None:
        with self._handing_over:
            unwritten, self._unwritten = self._unwritten, {}
        try:
            with self._memory.write():
                for number, answer in unwritten.items():
                    self._memory.answers.put(number, written(answer))
        except StoreError as error:
            # The loss is small: the pages of these answers can't be turned after a restart.
            _log.warning("%s", error)
        self._since_pruning += len(unwritten)
        if self._since_pruning >= BETWEEN:
            self._prune_more()

    def _prune_more(self) -> None:
        """Prune once; the next round queues behind the writes that wait meanwhile."""
        try:
            if self.prune():
                self._later(self._prune_more)
        except StoreError as error:
            _log.warning("%s", error)


def written(answer: Answer) -> str:
    """The row of an answer: JSON, of a bounded size."""
    pages = [
        (
            page.passage_id,
            page.answer,
            [line[:_LONGEST_LINE] for line in page.other_papers],
            page.quoted,
            page.article_id,
        )
        for page in answer.pages
    ]
    notes = [line[:_LONGEST_LINE] for line in answer.notes]
    fields = {
        "version": _VERSION,
        "status": answer.status,
        "pages": pages,
        "notes": notes,
        "question": answer.question[:_LONGEST_QUESTION],
        "asker": answer.asker,
        "list": answer.is_list,
        "written": answer.written[:_LONGEST_QUESTION],
        "continues": answer.continues[:_LONGEST_QUESTION],
        "limit": answer.limit,
        "widening": answer.widening,
        "timeline": answer.has_timeline,
    }
    return json.dumps(fields, ensure_ascii=False)


def read(row: str) -> Answer | None:
    """The answer of a row that `written` made; None for a broken row, and for a row of an unknown version."""
    try:
        fields = json.loads(row)
        json.dumps(fields, ensure_ascii=False).encode()  # half a character can't be sent
        if fields["version"] == _FORMER_VERSION:
            fields |= {"question": "", "asker": None, "list": False, "written": "", "continues": ""}
        elif fields["version"] != _VERSION:
            return None
        pages = tuple(
            Page(
                int(number),
                Span(*map(int, span)) if span else None,
                tuple(map(str, lines)),
                # Earlier rows end before one of these.
                tuple(map(int, more[0] if more else ())),
                int(more[1]) if len(more) > 1 else 0,
            )
            for number, span, lines, *more in fields["pages"]
        )
        asker = fields["asker"]
        return Answer(
            str(fields["status"]),
            pages,
            Notes(*map(str, fields["notes"])),
            str(fields["question"]),
            None if asker is None else int(asker),
            bool(fields["list"]),
            str(fields["written"]),
            str(fields["continues"]),
            # The rows before 2026-11-27 have none of these.
            str(fields.get("limit", "")),
            str(fields.get("widening", "")),
            bool(fields.get("timeline")),
        )
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return None
