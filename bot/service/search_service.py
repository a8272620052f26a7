"""The search engine for the event loop: searches, changes, and what the bot remembers between updates.

One thread searches, one reads rows, one changes articles, and one writes short notes: pending updates, opinions,
settings of chats. A question never waits for an import, nor an answer for the next question. Another process stores a
large push. The bot remembers answers, whose pages can be turned later, and receipts of the changes of an update.

Several processes may serve one bot over a search server. Each one sees what another has changed of chats, channels,
staff and waits some seconds later; the pages of each answer turn in all of them.
"""

import asyncio
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date
from typing import Any, TypeVar

from bot.service import feedback, receipts
from bot.service.answers import Answer, Answers
from bot.service.changes import Changes
from bot.service.channels import Channels
from bot.service.chats import Chats, ChatSettings
from bot.service.chronicle import Chronicle
from bot.service.feedback import Opinion
from bot.service.feeds import Feeds
from bot.service.fellows import Fellows
from bot.service.following import Following
from bot.service.gaps import Gaps
from bot.service.later import Later
from bot.service.memory import Memory
from bot.service.pending import Pending
from bot.service.pruning import Pruning
from bot.service.push_process import Job, store_elsewhere
from bot.service.push_summary import PushSummary
from bot.service.pushed import Item, Pushed
from bot.service.pushes import Pushes
from bot.service.receipts import Receipt
from bot.service.rows import Rows
from bot.service.sharing import ERASED
from bot.service.shown import ShownMessage, ShownMessages
from bot.service.staff import Staff
from bot.service.waits import Waits
from retrieval.archive import StoredPassage
from retrieval.change import Change
from retrieval.engine import Hit, Last, Result, SearchEngine
from retrieval.index.protocol import Filters
from retrieval.store.errors import StoreError

# Questions that may wait for the search thread: at some 20 ms each, the last of them is answered within two seconds.
_LONGEST_QUEUE = 100
_SEARCH_SECONDS = 8.0
# Seconds, and tries, until another process has written an answer whose button is pressed here.
_UNWRITTEN, _TRIES = 0.5, 4
_T = TypeVar("_T")


class BusyError(Exception):
    """Too many other questions are waiting to answer this one soon."""


class SlowError(Exception):
    """A question took too long, although its search had begun or nothing was waiting before it."""


class SearchService(Rows):
    """The search engine in threads of its own; every method that reads or writes the file is a coroutine."""

    def __init__(self, open_both: Callable[[], tuple[SearchEngine, Memory]]) -> None:
        """`open_both` opens the engine, and the bot's memory in the same file."""
        super().__init__()
        self._open = open_both
        self._searching = ThreadPoolExecutor(1, "search")
        self._writing = ThreadPoolExecutor(1, "write")
        # Short notes are stored while the thread of changes is busy: a change is what makes an update slow.
        self._noting = ThreadPoolExecutor(1, "note")
        self._waiting = 0

    async def open(self, admin_ids: Iterable[int] = ()) -> None:
        """Open the file and answer one question, so that the first reader does not wait. Raises StoreError.

        `admin_ids` are the numbers of those who are owners whatever the file says.
        """

        def opened() -> tuple[SearchEngine, Memory]:
            engine, memory = self._open()
            engine.warm()
            return engine, memory

        self._engine, self._memory = await self._run(self._searching, opened)
        is_shared = self._memory.sharing.is_shared
        self._later = Later(self._memory, self._writing) if is_shared else None
        self.pending = Pending(self._memory, self._noting)
        self.fellows = Fellows(self._memory.sharing)
        # What is known is older than what is read now.
        known = await self._run(self._searching, self._memory.sharing.changes)
        self._answers = Answers(self._memory, self._later or self._writing.submit)
        self._chats = await self._run(self._searching, Chats, self._memory)
        self.feeds = Feeds(self._memory, self._noting)
        self.channels = await self._run(self._searching, Channels, self._memory, self._noting)
        self.staff = await self._run(self._searching, Staff, self._memory, self._noting, admin_ids)
        self._chronicle = Chronicle(self._engine.archive)
        self._shown = ShownMessages(self._memory, self._later or self._noting.submit)
        self.changes = Changes(self._engine, self._memory, self._writing, self._shown, self._answers.flush)
        self.waits = await self._run(self._searching, Waits, self._engine, self._memory, self._noting)
        self._pushes = Pushes(self._engine, self._memory, self._writing)
        self.gaps = Gaps(self._engine, self._memory, self._reading, self._noting, self.search_aside, self._later)
        self._pruning = Pruning(self._engine.archive, self._memory, self._answers, self.waits, self._writing)
        self._hourly = asyncio.create_task(self._pruning.run())
        self._following = Following(
            self._memory,
            self._reading,
            known,
            {
                "bot_chats": lambda: self._run(self._noting, self._chats.load),
                "bot_channels": lambda: self._run(self._noting, self.channels.load),
                "bot_staff": self.staff.refresh,
                "bot_waits": self.waits.refresh,
                ERASED: lambda: self._run(self._writing, self._answers.flush),
            },
        )
        beside = (self._following.run, self.pending.keep) if is_shared else ()
        self._beside = [asyncio.create_task(work()) for work in beside]

    async def close(self) -> None:
        """Finish the running searches and changes, and close the engine."""
        for task in (self._hourly, *self._beside):
            task.cancel()
        if self._later is not None:
            self._later.finish()
        with suppress(StoreError):  # they are free some minutes later
            await self.pending.release()
        await self.fellows.close()
        await asyncio.to_thread(self._writing.shutdown)
        await asyncio.to_thread(self._noting.shutdown)
        await asyncio.to_thread(self._searching.shutdown)
        await asyncio.to_thread(self._reading.shutdown)
        # Background maintenance stops between two batches, so that the end is not held up.
        await asyncio.to_thread(self._engine.close)

    async def search(
        self,
        question: str,
        k: int,
        today: date | None = None,
        limit: Filters | None = None,
        *,
        most_listed: int = 0,
        is_widened: bool = False,
    ) -> Result:
        """The k best passages for a question of this day, or a list, within a limit: see `SearchEngine.search`.

        Raises BusyError or SlowError when the answer takes longer than `_SEARCH_SECONDS`, and StoreError.
        """
        within = Filters(within=limit)
        return await self._searched(
            lambda: self._engine.search(
                question, k, within, today=today, most_listed=most_listed, is_widened=is_widened
            )
        )

    async def search_on(
        self,
        question: str,
        last: Last,
        k: int,
        today: date | None = None,
        limit: Filters | None = None,
        *,
        most_listed: int = 0,
    ) -> Result | None:
        """The answer to a follow-up, or None: see `SearchEngine.search_on`. Raises as `search` does."""
        within = Filters(within=limit)
        return await self._searched(
            lambda: self._engine.search_on(question, last, k, within, today=today, most_listed=most_listed)
        )

    async def search_aside(self, question: str, today: date) -> Result | None:
        """The answer to a question that nobody waits for; None while readers wait for theirs."""
        if self._waiting:
            return None
        try:
            return await self.search(question, 1, today)
        except (BusyError, SlowError):
            return None

    async def generation(self) -> int:
        """A number that each change of articles raises, whichever process makes it; those until now are found."""
        return (await self._run(self._searching, self._engine.archive.refresh)).generation

    async def _searched(self, search: Callable[[], _T]) -> _T:
        if self._waiting >= _LONGEST_QUEUE:
            raise BusyError
        is_behind_others = self._waiting > 0
        has_begun = threading.Event()

        def begun() -> _T:
            has_begun.set()
            return search()

        self._waiting += 1
        try:
            # Not `wait_for`: before Python 3.12 it loses a cancellation that comes as the search ends, and a watch
            # that searches again and again would never stop.
            async with asyncio.timeout(_SEARCH_SECONDS):
                return await self._run(self._searching, begun)
        except TimeoutError:
            # A search that has begun goes on in its thread: its work is bounded, and the next search waits for it.
            raise BusyError if is_behind_others and not has_begun.is_set() else SlowError from None
        finally:
            self._waiting -= 1

    # Answers whose pages can be turned

    def keep_answer(self, answer: Answer) -> int:
        """Remember an answer, and return its number at once: the answer is written later."""
        return self._answers.keep(answer)

    async def answer(self, number: int) -> Answer | None:
        """The answer of this number; None when it is unknown, or was forgotten as too old."""
        answer = self._answers.recent(number) or await self._read(self._answers.load, number)
        for _ in range(_TRIES if answer is None and self.is_shared else 0):
            # The process that has given the answer writes it within a second or so.
            await asyncio.sleep(_UNWRITTEN)
            if (answer := await self._read(self._answers.load, number)) is not None:
                break
        return answer

    def note_shown(self, chat_id: int, message_id: int, number: int) -> None:
        """Remember that a message shows this answer, by the articles of the answer: see `ShownMessages`."""
        answer = self._answers.recent(number)
        articles = frozenset(page.article_id for page in answer.pages if page.article_id) if answer else frozenset()
        self._shown.note(ShownMessage(chat_id, message_id, articles))

    async def found_in(self, article_id: int, question: str, limit: Filters | None) -> Hit | None:
        """The passage of one article that fits a question best; None when the article was taken down."""
        only_there = Filters(include_ids=frozenset((article_id,)), within=limit)
        result = await self._searched(lambda: self._engine.search(question, 1, only_there, is_widened=True))
        return result.hits[0] if result.hits else None

    async def timeline(self, passage: StoredPassage, limit: Filters | None, most: int) -> list[Hit]:
        """The reports of the affair of a passage, by their days: see `SearchEngine.timeline`."""
        return await self._searched(lambda: self._engine.timeline(passage, Filters(within=limit), most=most))

    async def keep_opinion(self, key: int, opinion: Opinion) -> None:
        """Store what a reader thinks of an answer. Raises StoreError."""

        def write() -> None:
            with self._memory.write():
                self._memory.feedback.put(key, feedback.to_row(opinion))

        await self._run(self._noting, write)

    # What is set for a chat. The caller asks first who may set it.

    def chat(self, chat_id: int) -> ChatSettings:
        """The settings of a chat, from memory."""
        return self._chats.settings(chat_id)

    def listed(self) -> list[tuple[int, ChatSettings]]:
        """The chats whose people may ask."""
        return self._chats.listed()

    async def change_chat(self, chat_id: int, change: Change, name: str = "", **fields: Any) -> None:
        """Change these fields of a chat's settings: see `Chats.change`. Raises StoreError."""
        await self._run(self._noting, lambda: self._chats.change(chat_id, change, name, **fields))

    async def move_chat(self, chat_id: int, new_id: int) -> None:
        """A group has another number from now on. Raises StoreError."""
        await self._run(self._noting, self._chats.move, chat_id, new_id)

    async def suggestion(self, today: date) -> tuple[int, str] | None:
        """A question that one of the newest articles answers: see `SearchEngine.suggestion`."""
        return await self._run(self._searching, lambda: self._engine.suggestion(today=today))

    async def suggestion_of(self, number: int, today: date) -> str | None:
        """The question of this article: see `SearchEngine.suggestion_of`."""
        return await self._run(self._searching, lambda: self._engine.suggestion_of(number, today=today))

    # Changes. The caller asks the gate first.

    async def receipt(self, key: int) -> Receipt | None:
        """The receipt of the change of this key; None when the change has not been made."""
        row = await self._read(self._memory.receipts.value, key)
        return None if row is None else receipts.from_row(row)

    async def add(
        self, items: Iterator[Item], key: int, change: Change, *, large: bool = False, resumed: bool = True
    ) -> PushSummary:
        """Store the items of a push in a change, with its receipt; see `Pushes.store`. Raises StoreError."""
        return await self._pushes.store(items, key, change, large=large, resumed=resumed)

    async def add_pushed(self, pushed: Pushed, key: int, change: Change) -> PushSummary:
        """Store a push with its receipt, a large one in a process of its own. Raises StoreError."""
        if pushed.is_large:
            async with self._pushes.large:
                await store_elsewhere(Job(self._memory.storage, pushed, key, change))
            if isinstance(stored := await self.receipt(key), PushSummary):
                return stored
            # The process left no receipt: it failed, or was killed for want of memory. This one goes on from there.
        return await self._pushes.store(pushed.items(pauses=True), key, change, large=pushed.is_large, resumed=True)

    async def progress(self, key: int) -> PushSummary:
        """The stored part of an unfinished push; see `Pushes.progress`."""
        return await self._read(self._pushes.progress, key)

    # Other processes that serve the same bot

    @property
    def is_shared(self) -> bool:
        """Whether other processes may serve the same bot."""
        return self._memory.sharing.is_shared

    async def takes(self, task: str) -> bool:
        """Whether this process does a task that one process does for all: see `Sharing.takes`. Raises StoreError."""
        if not self.is_shared:
            return True
        return await self._run(self._noting, self._memory.sharing.takes, task)

    async def follow(self) -> None:
        """Read again what any process has changed of what this one keeps in memory. Raises StoreError."""
        await self._following.once()

    async def prune(self) -> None:
        """Forget what is kept for some days only: see `Pruning`. Raises StoreError."""
        await self._pruning.once()

    @staticmethod
    async def _run(executor: ThreadPoolExecutor, function: Callable[..., _T], *arguments: object) -> _T:
        return await asyncio.get_running_loop().run_in_executor(executor, function, *arguments)
