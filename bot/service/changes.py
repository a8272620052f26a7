"""Changes that editors make to stored articles, each with its receipt, in the thread of writes."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from bot.service import receipts
from bot.service.drafts import Draft, Drafts
from bot.service.erasure import Erasure
from bot.service.memory import Memory
from bot.service.receipts import Removal, RepeatedError
from bot.service.shown import ShownMessage, ShownMessages
from retrieval.article import Article
from retrieval.change import Actor, Change, Entry, Version
from retrieval.desk import UNDO_HOURS, Desk, Edited, Undone
from retrieval.engine import SearchEngine

# Minutes for which editors are told of each other's changes of one article.
_AT_ONCE = 60
_T = TypeVar("_T")


class Changes:
    """Every method is a coroutine that raises StoreError. The caller asks the gate first.

    A change whose update has a receipt already raises RepeatedError: two processes were given the update at once.

    `told` makes the reply to a change, as HTML: it is stored as the receipt of the update `key`, in the transaction of
    the change. `told` speaks the language of the calling task.
    """

    def __init__(
        self,
        engine: SearchEngine,
        memory: Memory,
        writing: ThreadPoolExecutor,
        shown: ShownMessages,
        flush_answers: Callable[[], None],
    ) -> None:
        """`flush_answers` leaves no answer in memory only; it runs in the thread of writes."""
        self._engine, self._memory, self._writing = engine, memory, writing
        self._shown, self._flush_answers = shown, flush_answers
        self._desk, self._drafts = Desk(engine.archive), Drafts(memory)

    async def edit(
        self, number: int, edit: Callable[[Article], Article], by: Actor, key: int, told: Callable[[Edited], str]
    ) -> Edited | None:
        """Correct an article: see `Desk.edit`."""
        change = Change(by, "edit", key)
        return await self._run(
            lambda: self._desk.edit(number, edit, change, lambda edited: self._put(key, told(edited)))
        )

    async def merge(self, kept: int, other: int, by: Actor, key: int, told: Callable[[Edited], str]) -> Edited | None:
        """Make one article of two: see `Desk.merge`."""
        change = Change(by, "merge", key)
        return await self._run(
            lambda: self._desk.merge(kept, other, change, lambda edited: self._put(key, told(edited)))
        )

    async def undo(
        self, undone: int, by: Actor, key: int, told: Callable[[Undone], str], *, anyway: bool = False
    ) -> Undone:
        """Take back the change of the key `undone`: see `Desk.undo`."""
        change = Change(by, "undo", key, undoes=undone)
        return await self._run(
            lambda: self._desk.undo(change, lambda outcome: self._put(key, told(outcome)), anyway=anyway)
        )

    async def remove(self, numbers: Sequence[int], by: Actor, key: int) -> Removal:
        """Take articles down; each leaves a tombstone."""
        return await self._run(lambda: self._remove(numbers, by, key))

    def _remove(self, numbers: Sequence[int], by: Actor, key: int) -> Removal:
        articles = {number: self._engine.archive.article(number) for number in numbers}
        removal = Removal((), ())

        def record(gone: list[int]) -> None:
            nonlocal removal
            removed = [(number, article.title) for number in gone if (article := articles[number])]
            removal = Removal.of(removed, [number for number in numbers if number not in gone])
            self._put(key, receipts.to_row(removal))

        self._engine.remove(numbers, record=record, change=Change(by, "remove", key))
        return removal

    async def erase(self, numbers: Sequence[int], by: Actor, key: int) -> tuple[list[int], list[ShownMessage]]:
        """Delete articles by law: those that were known, and the messages that still show them."""

        def erase() -> tuple[list[int], list[ShownMessage]]:
            self._flush_answers()
            erased = Erasure(self._engine, self._memory).erase(numbers, by, key)
            return erased, self._shown.of(numbers)

        return await self._run(erase)

    # What was changed

    async def last(self, person: int) -> Entry | None:
        """The last change of a person that can be taken back."""
        since = (datetime.now(UTC) - timedelta(hours=UNDO_HOURS)).isoformat(timespec="seconds")
        return await self._run(lambda: self._engine.archive.last_change(person, since))

    async def is_known(self, number: int) -> bool:
        """Whether former versions of an article are kept."""
        return bool(await self._run(lambda: self._engine.archive.last_versions([number])))

    async def entries(self, key: int) -> list[Entry]:
        """The entries of the change of this key, in order."""
        return await self._run(lambda: self._engine.archive.entries(key))

    async def by_another(self, number: int, person: int | None) -> Entry | None:
        """The last change of an article within the hour, if somebody else made it."""

        def read() -> Entry | None:
            versions = self._engine.archive.versions(number)
            if not versions or versions[-1].entry is None or not _is_recent(versions[-1]):
                return None
            entry = next(iter(self._engine.archive.journal(1, before=versions[-1].entry + 1)), None)
            return entry if entry is not None and entry.by.number not in (None, person) else None

        return await self._run(read)

    # What waits for a press

    async def keep_draft(self, draft: Draft) -> int:
        """Store a draft; its number."""
        return await self._run(lambda: self._drafts.keep(draft))

    async def draft(self, number: int) -> Draft | None:
        """The draft of this number; None when it is unknown, or was forgotten as too old."""
        return await self._run(lambda: self._drafts.draft(number))

    async def redraft(self, place: int, text: str) -> bool:
        """Give the draft of an edited message its new text: see `Drafts.redraft`."""
        return await self._run(lambda: self._drafts.redraft(place, text))

    async def drop_draft(self, number: int) -> None:
        """Forget a draft that is done."""
        await self._run(lambda: self._drafts.drop(number))

    async def reprints(self, numbers: Sequence[int]) -> list[Article]:
        """The articles of other papers that print the same reports, by number."""

        def read() -> list[Article]:
            linked = self._engine.archive.reprints(numbers)
            others = sorted(set().union(*linked.values()) - set(numbers))
            return [article for number in others if (article := self._engine.archive.article(number))]

        return await self._run(read)

    # Pushed messages, whose edits correct the article that they brought

    async def note_pushed(self, message: int, number: int, *, is_whole: bool) -> None:
        """Remember which article a message has brought; `message` is a key of chat and message.

        The message `is_whole` when it holds all of the article, which an edit of it then corrects.
        """

        def write() -> None:
            with self._memory.write():
                self._memory.pushed.put(message, f"{number}" if is_whole else f"{number} part")

        await self._run(write)

    async def pushed(self, message: int) -> tuple[int, bool] | None:
        """The article that a message has brought, and whether the message holds all of it."""
        row = await self._run(lambda: self._memory.pushed.value(message))
        number, _, part = (row or "").partition(" ")
        return (int(number), not part) if number.isdecimal() else None

    def _put(self, key: int, receipt: str) -> None:
        if self._memory.receipts.value(key) is not None:
            raise RepeatedError
        self._memory.receipts.put(key, receipt)

    async def _run(self, function: Callable[[], _T]) -> _T:
        # `told` speaks the language of this task, which the thread would not know.
        context: Any = copy_context()
        return await asyncio.get_running_loop().run_in_executor(self._writing, context.run, function)


def replaced(fields: dict[str, Any]) -> Callable[[Article], Article]:
    """The edit that gives an article these fields."""
    return lambda article: replace(article, **fields)


def _is_recent(version: Version) -> bool:
    return datetime.now(UTC) - datetime.fromisoformat(version.replaced) < timedelta(minutes=_AT_ONCE)
