"""When is an update done with? Telegram is told so only after it was carried out: a kill loses nothing.

Whatever Telegram has not been told about comes again after a restart, so each update is carried out at least once,
and at most once more per kill. (The library's own Updater confirms as soon as it has received.)

Telegram is told of all before one update, or of none: one that takes long would hold back all behind it, of which it
delivers a hundred at most. So when many behind one are done, it is written down here, and is Telegram's no longer.
"""

import asyncio
import logging
from collections.abc import Mapping
from typing import Any, Protocol

from telegram import Update
from telegram.ext import Application

from retrieval.store import StoreError

App = Application[Any, Any, Any, Any, Any, Any]
# Telegram remembers the list of the last call: it is passed each time.
ALLOWED = ["message", "edited_message", "inline_query", "callback_query", "my_chat_member"]
_log = logging.getLogger(__name__)


class Journal(Protocol):
    """Where updates are written down; see Newsroom."""

    async def write_down(self, number: int, raw: Mapping[str, Any]) -> None: ...

    async def cross_out(self, number: int) -> None: ...


class Updates:
    """Carries out updates side by side, each once however often it is delivered meanwhile."""

    def __init__(self, application: App, journal: Journal) -> None:
        self._application = application
        self._journal = journal
        self._running: dict[int, asyncio.Task[None]] = {}
        self._inline: set[int] = set()
        self._raw: dict[int, Mapping[str, Any]] = {}
        # Those that are written down here, and those that were when this process started.
        self._written: set[int] = set()
        self._taken_over: dict[int, Mapping[str, Any]] = {}

    def begin(self, raw: Mapping[str, Any], *, written: bool = False) -> "asyncio.Task[None] | None":
        """Start carrying out an update, as Telegram's JSON has it; None for one that nobody can read.

        One that was `written` down by a process before this is crossed out when it is done. Telegram may not have been
        told yet, and deliver it too: then it is not carried out again.
        """
        number = raw.get("update_id")
        if not isinstance(number, int):
            return None
        if self._taken_over.get(number) == raw and number not in self._running:
            return None
        if number not in self._running:
            if written:
                self._written.add(number)
                self._taken_over[number] = raw
            task = asyncio.create_task(self._carry_out(number, raw))
            self._running[number], self._raw[number] = task, raw
            if "inline_query" in raw:
                self._inline.add(number)
            task.add_done_callback(lambda _: self._forget(number))
        return self._running[number]

    def oldest(self) -> int | None:
        """The lowest number of those that are not done and must not be lost; None when all are done."""
        return min(self._unlosable(), default=None)

    def is_running(self, number: int) -> bool:
        return number in self._running

    async def done(self, seconds: float) -> None:
        """Wait until these are done, but no longer than that."""
        if running := [self._running[number] for number in self._unlosable()]:
            await asyncio.wait(running, timeout=seconds)

    async def finish(self, seconds: float) -> None:
        """As `done`, at the end: for those that are written down too, whose people would wait for a restart."""
        if running := [task for number, task in self._running.items() if number not in self._inline]:
            await asyncio.wait(running, timeout=seconds)

    def _unlosable(self) -> list[int]:
        # Whoever asks inline goes on typing: an answer after a restart would come too late in any case.
        return [number for number in self._running if number not in self._inline and number not in self._written]

    def _forget(self, number: int) -> None:
        del self._running[number], self._raw[number]
        self._inline.discard(number)
        self._written.discard(number)

    async def write_down_oldest(self) -> None:
        """Take over the oldest that is not done, so that Telegram can be told of those behind it."""
        number = self.oldest()
        if number is None:
            return
        task = self._running[number]
        try:
            await self._journal.write_down(number, self._raw[number])
        except StoreError as error:
            _log.warning("%s", error)  # it stays Telegram's
            return
        if task.done():
            await self._cross_out(number)
        else:
            self._written.add(number)

    async def _carry_out(self, number: int, raw: Mapping[str, Any]) -> None:
        await self._process(raw)
        if number in self._written:
            await self._cross_out(number)

    async def _cross_out(self, number: int) -> None:
        try:
            await self._journal.cross_out(number)
        except StoreError as error:
            _log.warning("%s", error)  # it is carried out again after a restart

    async def _process(self, raw: Mapping[str, Any]) -> None:
        try:
            update = Update.de_json(dict(raw), self._application.bot)
            await self._application.process_update(update)
        except Exception:
            # One update that cannot be read, or an error that could not even be told, must not stop the others.
            _log.exception("第 %s 号更新没能处理。", raw.get("update_id"))
