"""When is an update done with? Telegram is told so only after it was carried out or written down: a kill loses nothing.

Whatever Telegram has not been told about comes again after a restart, so each update is carried out at least once,
and at most once more per kill. (The library's own Updater confirms as soon as it has received.)

An update that takes long is written down in the journal, and is then no longer Telegram's: one that polling cannot
confirm holds back all behind it, of which Telegram delivers a hundred; one that comes by webhook is delivered again
after a minute.
"""

import asyncio
import hashlib
import json
import logging
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any, Protocol

from telegram import Update

from bot.telegram.application import App
from retrieval.store.errors import StoreError

# Telegram remembers the list of the last call: it is passed each time.
ALLOWED = ["message", "edited_message", "inline_query", "callback_query", "my_chat_member"]
_LARGEST_NUMBER = 2**63 - 1
# Updates that are known to be done: Telegram delivers one again soon, or when an acknowledgement was lost.
_REMEMBERED = 10_000
_log = logging.getLogger(__name__)


class Journal(Protocol):
    """Where updates are written down; see Newsroom."""

    async def write_down(self, number: int, raw: Mapping[str, Any]) -> None: ...

    async def mark_done(self, number: int) -> None: ...


def number_of(raw: object) -> int | None:
    """The number of an update, as Telegram's JSON has it; None when it is no update."""
    number = raw.get("update_id") if isinstance(raw, dict) else None
    usable = isinstance(number, int) and not isinstance(number, bool) and 0 <= number <= _LARGEST_NUMBER
    return number if usable else None


class Updates:
    """Carries out updates side by side, each once however often it is delivered to this process."""

    def __init__(self, application: App, journal: Journal) -> None:
        self._application = application
        self._journal = journal
        self._running: dict[int, asyncio.Task[None]] = {}
        self._inline: set[int] = set()
        self._raw: dict[int, Mapping[str, Any]] = {}
        self._written: set[int] = set()
        # What these were like that are done: after a week without any, Telegram may give a number again.
        self._done: OrderedDict[int, bytes] = OrderedDict()

    def begin(self, raw: Mapping[str, Any], *, written: bool = False) -> "asyncio.Task[None] | None":
        """Start carrying out an update, as Telegram's JSON has it; None for one that is done or is no update.

        One that was `written` down by a process before this is crossed out when it is done.
        """
        number = number_of(raw)
        if number is None:
            return None
        if number in self._running:
            return self._running[number]
        digest = _digest(raw)
        if self._done.get(number) == digest:
            return None
        if written:
            self._written.add(number)
        if "inline_query" in raw:
            self._inline.add(number)
        task = asyncio.create_task(self._carry_out(number, raw))
        self._running[number], self._raw[number] = task, raw
        task.add_done_callback(lambda _: self._forget(number, digest))
        return task

    def oldest(self) -> int | None:
        """The lowest number of those that are not done and must not be lost; None when all are done."""
        return min(self._unlosable(), default=None)

    def is_running(self, number: int) -> bool:
        return number in self._running

    async def done(self, seconds: float) -> None:
        """Wait until these are done, but no longer than that."""
        if running := [self._running[number] for number in self._unlosable()]:
            await asyncio.wait(running, timeout=seconds)

    async def are_safe(self, number: int, seconds: float) -> bool:
        """Wait until this update is done, or so many seconds, and write it down then; False when a kill can lose it."""
        task = self._running.get(number)
        if task is None:
            return True
        await asyncio.wait([task], timeout=seconds)
        if task.done():
            return not task.cancelled()
        return number not in self._unlosable() or await self._write_down(number)

    async def finish(self, seconds: float) -> None:
        """As `done`, at the end, for all that somebody waits for; what takes longer is broken off and stays undone."""
        running = list(self._running.values())
        if not running:
            return
        # Whoever asks inline goes on typing: that is not waited for.
        waited_for = [task for number, task in self._running.items() if number not in self._inline]
        if waited_for:
            await asyncio.wait(waited_for, timeout=seconds)
        for task in running:
            task.cancel()
        await asyncio.wait(running)

    def _unlosable(self) -> list[int]:
        # Whoever asks inline goes on typing: an answer after a restart would come too late in any case.
        return [number for number in self._running if number not in self._inline and number not in self._written]

    def _forget(self, number: int, digest: bytes) -> None:
        if self._running[number].cancelled():
            return  # it is not done
        self._done[number] = digest
        if len(self._done) > _REMEMBERED:
            self._done.popitem(last=False)
        del self._running[number], self._raw[number]
        self._inline.discard(number)
        self._written.discard(number)

    async def write_down_oldest(self) -> None:
        """Take over the oldest that is not done, so that Telegram can be told of those behind it."""
        number = self.oldest()
        if number is not None:
            await self._write_down(number)

    async def _write_down(self, number: int) -> bool:
        """Write down an update that is being carried out; False when that fails, and it stays Telegram's."""
        task = self._running[number]
        try:
            await self._journal.write_down(number, self._raw[number])
        except StoreError as error:
            _log.warning("%s", error)
            return False
        if task.done() and not task.cancelled():
            await self._cross_out(number)
        else:
            self._written.add(number)
        return True

    async def _carry_out(self, number: int, raw: Mapping[str, Any]) -> None:
        await self._process(raw)
        if number in self._written:
            await self._cross_out(number)

    async def _cross_out(self, number: int) -> None:
        try:
            await self._journal.mark_done(number)
        except StoreError as error:
            _log.warning("%s", error)  # it is carried out again after a restart

    async def _process(self, raw: Mapping[str, Any]) -> None:
        try:
            update = Update.de_json(dict(raw), self._application.bot)
            await self._application.process_update(update)
        except Exception:
            # One update that cannot be read, or an error that could not even be told, must not stop the others.
            _log.exception("第 %s 号更新没能处理。", raw.get("update_id"))


def _digest(raw: Mapping[str, Any]) -> bytes:
    return hashlib.blake2b(json.dumps(raw, sort_keys=True).encode(), digest_size=16).digest()
