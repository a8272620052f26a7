"""Waits: questions without an answer, and the people who want to know when an article answers one."""

import asyncio
import hashlib
import json
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from typing import TypeVar

from bot.service.memory import Memory
from retrieval.engine import Result, SearchEngine
from retrieval.store.errors import StoreError
from retrieval.text.folding import printable, squeeze

# Days for which a person waits, questions that one waits for at a time, and waits of all.
DAYS, MOST_OF_ONE, MOST = 7, 3, 10_000
_VERSION = 1
_LONGEST = 1000
_T = TypeVar("_T")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Wait:
    """A question of a person, whose private chat has the same number, with the language that the person reads.

    `known` is the last passage when the wait began, and `at` its moment in seconds since 1970.
    """

    number: int
    person: int
    question: str
    language: str
    known: int
    at: float

    def is_ended_by(self, result: Result) -> bool:
        """Whether a result answers the question plainly, with an article that came after the wait began."""
        return result.status == "answered" and bool(result.hits) and result.hits[0].passage.id > self.known


class Waits:
    """The waits of the file, all of them in memory too. Only the thread of the event loop may use it."""

    def __init__(
        self,
        engine: SearchEngine,
        memory: Memory,
        noting: ThreadPoolExecutor,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Read the file. Raises StoreError."""
        self._engine, self._memory, self._noting, self._clock = engine, memory, noting, clock
        self._waits = self._read()

    async def refresh(self) -> None:
        """Read the waits that another process may have changed. Raises StoreError."""
        self._waits = await self._run(self._read)

    def _read(self) -> dict[int, Wait]:
        rows = ((number, _from_row(number, row)) for number, row in self._memory.waits.items())
        return {number: wait for number, wait in rows if wait}

    def open(self) -> list[Wait]:
        """The waits that are not over, the oldest first."""
        return sorted(filter(self._is_open, self._waits.values()), key=lambda wait: wait.at)

    def of(self, person: int) -> list[Wait]:
        """The open waits of a person, the oldest first."""
        own = (wait for wait in self._waits.values() if wait.person == person and self._is_open(wait))
        return sorted(own, key=lambda wait: wait.at)

    def find(self, person: int, question: str) -> Wait | None:
        """The open wait of a person for a question."""
        wait = self._waits.get(_number_of(person, question))
        return wait if wait is not None and self._is_open(wait) else None

    def has_room(self) -> bool:
        return len(self._waits) < MOST

    async def add(self, person: int, question: str, language: str) -> bool:
        """Let a person wait for a question; False when it would be one too many. Raises StoreError.

        A wait that is open already begins anew.
        """
        number, question = _number_of(person, question), printable(question)[:_LONGEST]
        others = [wait for wait in self.of(person) if wait.number != number]
        if len(others) >= MOST_OF_ONE or not self.has_room():
            return False
        # In memory before anything is awaited: a second press at the same time sees it.
        before, self._waits[number] = (
            self._waits.get(number),
            Wait(number, person, question, language, 0, self._clock()),
        )

        def write() -> Wait:
            wait = Wait(number, person, question, language, self._engine.archive.last_passage(), self._clock())
            with self._memory.write():
                self._memory.waits.put(number, _to_row(wait))
            return wait

        try:
            self._waits[number] = await self._run(write)
        except StoreError:
            self._waits.pop(number, None)
            if before is not None:
                self._waits[number] = before
            raise
        return True

    async def drop(self, number: int) -> None:
        """End a wait. Raises StoreError."""
        self._waits.pop(number, None)
        await self._run(self._delete, [number])

    def forget(self, person: int) -> None:
        """End all waits of a person, who has blocked the bot; the file follows soon."""
        numbers = [number for number, wait in self._waits.items() if wait.person == person]
        for number in numbers:
            del self._waits[number]
        if numbers:
            self._noting.submit(self._forget, numbers)

    async def prune(self) -> None:
        """Forget the waits that are over. Raises StoreError."""
        over = [number for number, wait in self._waits.items() if not self._is_open(wait)]
        for number in over:
            del self._waits[number]
        if over:
            await self._run(self._delete, over)

    def _is_open(self, wait: Wait) -> bool:
        return self._clock() - wait.at < DAYS * 86_400

    def _forget(self, numbers: list[int]) -> None:
        try:
            self._delete(numbers)
        except StoreError as error:
            _log.warning("%s", error)  # the person gets no message either way: Telegram refuses it

    def _delete(self, numbers: list[int]) -> None:
        with self._memory.write():
            for number in numbers:
                self._memory.waits.delete(number)

    async def _run(self, function: Callable[..., _T], *arguments: object) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._noting, function, *arguments)


def _number_of(person: int, question: str) -> int:
    """The number of a person's wait: the same question in other punctuation or script has the same one."""
    digest = hashlib.blake2b(f"{person}:{squeeze(question[:_LONGEST])}".encode(), digest_size=8).digest()
    return int.from_bytes(digest) >> 1


def _to_row(wait: Wait) -> str:
    fields = asdict(wait)
    del fields["number"]
    return json.dumps({"version": _VERSION, **fields})


def _from_row(number: int, row: str) -> Wait | None:
    """The wait of a row; None for a broken row, and for a row of a later version."""
    try:
        fields = json.loads(row)
        if fields["version"] != _VERSION:
            return None
        person, known, at = int(fields["person"]), int(fields["known"]), float(fields["at"])
        return Wait(number, person, printable(str(fields["question"])), str(fields["language"]), known, at)
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return None
