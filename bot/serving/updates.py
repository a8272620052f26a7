"""Updates from Telegram: started side by side, and acknowledged only when they are done or stored.

Telegram delivers an update again until it is acknowledged, so a kill loses nothing: each update is processed at least
once, and at most once more per kill. (The library's own Updater acknowledges an update as soon as it receives it.)

A slow update is stored as pending and then acknowledged. Polling acknowledges all updates before an offset, so an
unacknowledged slow update would block the queue: Telegram delivers at most 100 updates beyond the offset. A webhook
delivers an unacknowledged update again after about a minute.
"""

import asyncio
import hashlib
import json
import logging
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any, Protocol

from telegram import Update

from bot.service.fellows import Fellows
from bot.telegram.application import App
from retrieval.store.errors import StoreError

# Passed with each call, because Telegram applies the list of the last call.
ALLOWED = [
    *("message", "edited_message", "channel_post", "edited_channel_post"),
    *("inline_query", "callback_query", "my_chat_member", "guest_message"),
]
_LARGEST_NUMBER = 2**63 - 1
# Digests of finished updates: Telegram delivers an update again soon, or when an acknowledgement was lost.
_REMEMBERED = 10_000
_log = logging.getLogger(__name__)


class PendingUpdates(Protocol):
    """The store of slow updates; see `bot.service.pending`."""

    async def store(self, number: int, raw: Mapping[str, Any]) -> None: ...

    async def done(self, number: int) -> None: ...


def number_of(raw: object) -> int | None:
    """The number of an update in Telegram's JSON; None when the JSON is no update."""
    number = raw.get("update_id") if isinstance(raw, dict) else None
    usable = isinstance(number, int) and not isinstance(number, bool) and 0 <= number <= _LARGEST_NUMBER
    return number if usable else None


class Updates:
    """The updates of this process: each is processed once, however often Telegram delivers it."""

    def __init__(self, application: App, pending: PendingUpdates, fellows: Fellows) -> None:
        self._application = application
        self._pending = pending
        self._fellows = fellows
        self._running: dict[int, asyncio.Task[None]] = {}
        self._inline: set[int] = set()
        self._raw: dict[int, Mapping[str, Any]] = {}
        self._stored: set[int] = set()
        # Another process may be at these.
        self._unclaimed: set[int] = set()
        # Digests of finished updates by number: after a week without updates, Telegram may reuse a number.
        self._done: OrderedDict[int, bytes] = OrderedDict()

    def begin(self, raw: Mapping[str, Any], *, stored: bool = False) -> "asyncio.Task[None] | None":
        """Start processing an update of Telegram's JSON; None for a finished update, and for JSON that is no update.

        Args:
            stored: an earlier process stored the update as pending; it is marked done at the end.
        """
        number = number_of(raw)
        if number is None:
            return None
        if number in self._running:
            return self._running[number]
        digest = _digest(raw)
        if self._done.get(number) == digest:
            return None
        if stored:
            self._stored.add(number)
        if "inline_query" in raw:
            self._inline.add(number)
        task = asyncio.create_task(self._process_and_mark(number, raw, digest))
        self._running[number], self._raw[number] = task, raw
        task.add_done_callback(lambda _: self._forget(number, digest))
        return task

    def oldest(self) -> int | None:
        """The lowest number of an unfinished update that a kill would lose; None when there is none."""
        return min(self._unlosable(), default=None)

    def is_running(self, number: int) -> bool:
        return number in self._running

    async def done(self, seconds: float) -> None:
        """Wait until these updates are done, at most so many seconds."""
        if running := [self._running[number] for number in self._unlosable()]:
            await asyncio.wait(running, timeout=seconds)

    async def is_safe(self, number: int, seconds: float) -> bool:
        """Wait for an update at most so many seconds, then store it as pending; False when a kill can still lose it."""
        task = self._running.get(number)
        if task is None:
            return True
        await asyncio.wait([task], timeout=seconds)
        if task.done():
            return not task.cancelled()
        return number not in self._unlosable() or await self._store(number)

    async def finish(self, seconds: float) -> None:
        """Wait at the end for all updates but inline queries, at most so many seconds, and cancel the rest."""
        running = list(self._running.values())
        if not running:
            return
        # An inline query is followed by the next one as the person types.
        waited_for = [task for number, task in self._running.items() if number not in self._inline]
        if waited_for:
            await asyncio.wait(waited_for, timeout=seconds)
        for task in running:
            task.cancel()
        await asyncio.wait(running)

    def _unlosable(self) -> list[int]:
        # An answer to an inline query would come too late after a restart.
        return [number for number in self._running if number not in self._inline and number not in self._stored]

    def _forget(self, number: int, digest: bytes) -> None:
        if self._running[number].cancelled():
            return  # a cancelled update is not done
        self._done[number] = digest
        if len(self._done) > _REMEMBERED:
            self._done.popitem(last=False)
        del self._running[number], self._raw[number]
        self._inline.discard(number)
        self._stored.discard(number)

    async def store_oldest(self) -> None:
        """Store the oldest unfinished update as pending, so that the updates behind it can be acknowledged."""
        number = self.oldest()
        if number is not None:
            await self._store(number)

    async def _store(self, number: int) -> bool:
        """Store a running update as pending; False when that fails, and the update must not be acknowledged."""
        if number in self._unclaimed:
            return False  # it is the other process that acknowledges it
        task = self._running[number]
        try:
            await self._pending.store(number, self._raw[number])
        except StoreError as error:
            _log.warning("%s", error)
            return False
        if task.done() and not task.cancelled():
            await self._mark_done(number)
        else:
            self._stored.add(number)
            await self._fellows.settle(_digest(self._raw[number]))
        return True

    async def _process_and_mark(self, number: int, raw: Mapping[str, Any], digest: bytes) -> None:
        if number in self._stored or number in self._inline:
            # The process that has stored an update carries it out; two answers to an inline query are the same one.
            await self._process(raw)
        elif await self._is_ours(number, digest):
            await self._process(raw)
            await self._fellows.settle(digest)
        if number in self._stored:
            await self._mark_done(number)

    async def _is_ours(self, number: int, digest: bytes) -> bool:
        self._unclaimed.add(number)
        try:
            return await self._fellows.take(digest)
        finally:
            self._unclaimed.discard(number)

    async def _mark_done(self, number: int) -> None:
        try:
            await self._pending.done(number)
        except StoreError as error:
            _log.warning("%s", error)  # the update is processed again after a restart

    async def _process(self, raw: Mapping[str, Any]) -> None:
        try:
            update = Update.de_json(dict(raw), self._application.bot)
            await self._application.process_update(update)
        except Exception:
            # An unreadable update, or an error in the error handler itself, must not stop the other updates.
            _log.exception("第 %s 号更新没能处理。", raw.get("update_id"))


def _digest(raw: Mapping[str, Any]) -> bytes:
    return hashlib.blake2b(json.dumps(raw, sort_keys=True).encode(), digest_size=16).digest()
