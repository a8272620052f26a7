"""When is an update done with? Telegram is told so only after it was carried out: a kill loses nothing.

Whatever Telegram has not been told about comes again after a restart, so each update is carried out at least once,
and at most once more per kill. (The library's own Updater confirms as soon as it has received.)
"""

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

from telegram import Update
from telegram.ext import Application

App = Application[Any, Any, Any, Any, Any, Any]
# Telegram remembers the list of the last call: it is passed each time.
ALLOWED = ["message", "edited_message", "inline_query", "callback_query", "my_chat_member"]
_log = logging.getLogger(__name__)


class Updates:
    """Carries out updates side by side, each once however often it is delivered meanwhile."""

    def __init__(self, application: App) -> None:
        self._application = application
        self._running: dict[int, asyncio.Task[None]] = {}
        self._inline: set[int] = set()

    def begin(self, raw: Mapping[str, Any]) -> "asyncio.Task[None] | None":
        """Start carrying out an update, as Telegram's JSON has it; None for one that nobody can read."""
        number = raw.get("update_id")
        if not isinstance(number, int):
            return None
        if number not in self._running:
            task = asyncio.create_task(self._carry_out(raw))
            self._running[number] = task
            if "inline_query" in raw:
                self._inline.add(number)
            task.add_done_callback(lambda _: self._forget(number))
        return self._running[number]

    def oldest(self) -> int | None:
        """The lowest number of those that are not done and must not be lost; None when all are done."""
        return min(self._unlosable(), default=None)

    async def done(self, seconds: float) -> None:
        """Wait until these are done, but no longer than that."""
        if running := [self._running[number] for number in self._unlosable()]:
            await asyncio.wait(running, timeout=seconds)

    def _unlosable(self) -> list[int]:
        # Whoever asks inline goes on typing: an answer after a restart would come too late in any case.
        return [number for number in self._running if number not in self._inline]

    def _forget(self, number: int) -> None:
        del self._running[number]
        self._inline.discard(number)

    async def _carry_out(self, raw: Mapping[str, Any]) -> None:
        try:
            update = Update.de_json(dict(raw), self._application.bot)
            await self._application.process_update(update)
        except Exception:
            # One update that cannot be read, or an error that could not even be told, must not stop the others.
            _log.exception("第 %s 号更新没能处理。", raw.get("update_id"))
