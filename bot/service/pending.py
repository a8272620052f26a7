"""Pending updates: slow ones, that are stored and acknowledged to Telegram before they are done."""

import asyncio
import json
import logging
import secrets
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from bot.service.memory import Memory
from retrieval.store.errors import StoreError

# Seconds for which a process holds an update, where others serve the same bot; it renews the time while it lives.
HELD = 180.0
_RENEWING = 60.0
# A field beside those of Telegram, which names the process that has an update in hand.
_HOLDER = "_held"
_T = TypeVar("_T")
_log = logging.getLogger(__name__)


class Pending:
    """The pending updates. Every method but `keep` raises StoreError.

    Over a file, whose one serving process has ended when the next one starts, each stored update is free. Over a shared
    memory a process takes only updates that no other one holds: those of a killed process are free `HELD` seconds after
    it renewed them last, so that an update is carried out by one process at a time.
    """

    def __init__(self, memory: Memory, noting: ThreadPoolExecutor, clock: Callable[[], float] = time.time) -> None:
        """`noting` is the thread of short notes; `clock` tells seconds since 1970."""
        self._memory, self._noting, self._clock, self._own = memory, noting, clock, secrets.token_hex(8)
        self._is_shared = memory.sharing.is_shared
        self._held: dict[int, Mapping[str, Any]] = {}

    async def store(self, number: int, raw: Mapping[str, Any]) -> None:
        """Store an update, as Telegram's JSON has it."""
        await self._run(self._store, number, raw)

    def _store(self, number: int, raw: Mapping[str, Any]) -> None:
        with self._memory.write():
            self._put(number, raw)
        self._held[number] = raw

    async def done(self, number: int) -> None:
        """Forget an update that is done."""
        await self._run(self._done, number)

    def _done(self, number: int) -> None:
        with self._memory.write():
            self._memory.pending.delete(number)
        self._held.pop(number, None)

    async def take(self) -> list[dict[str, Any]]:
        """The updates that no process has in hand, by number, which this one takes; broken rows are left out."""
        return await self._run(self._take)

    def _take(self) -> list[dict[str, Any]]:
        free = self._free(dict(self._memory.pending.items()))
        if free and self._is_shared:
            with self._memory.write():
                rows = {number: self._memory.pending.value(number) for number in free}
                free = self._free({number: row for number, row in rows.items() if row is not None})
                for number, raw in free.items():
                    self._put(number, raw)
        self._held |= free
        return list(free.values())

    async def renew(self) -> None:
        """Hold the updates that are in hand for longer."""
        await self._run(self._hold, HELD)

    async def release(self) -> None:
        """Leave the updates that are in hand to other processes, at the end."""
        await self._run(self._hold, 0.0)

    def _hold(self, seconds: float) -> None:
        if not self._is_shared or not self._held:
            return
        with self._memory.write():
            for number, raw in list(self._held.items()):
                # Another process takes it when this one has stood still for minutes.
                row = json.loads(self._memory.pending.value(number) or "{}")
                if row.get(_HOLDER, [""])[0] == self._own:
                    self._put(number, raw, seconds)
                else:
                    del self._held[number]

    async def keep(self) -> None:
        """Renew again and again, until cancelled."""
        while True:
            await asyncio.sleep(_RENEWING)
            try:
                await self.renew()
            except StoreError as error:
                _log.warning("%s", error)

    def _put(self, number: int, raw: Mapping[str, Any], seconds: float = HELD) -> None:
        held = {_HOLDER: [self._own, self._clock() + seconds]} if self._is_shared else {}
        # `json.dumps` escapes lone surrogates, which SQLite does not store.
        self._memory.pending.put(number, json.dumps({**raw, **held}))

    def _free(self, rows: Mapping[int, str]) -> dict[int, dict[str, Any]]:
        free = dict[int, dict[str, Any]]()
        for number, row in rows.items():
            try:
                raw = json.loads(row)
                _, until = raw.pop(_HOLDER, ("", 0.0))
                if not self._is_shared or (number not in self._held and until <= self._clock()):
                    free[number] = raw
            except (ValueError, TypeError, AttributeError, RecursionError) as error:
                _log.warning("写下的一条更新已损坏，没有处理：%s", error)
        return free

    async def _run(self, function: Callable[..., _T], *arguments: object) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._noting, function, *arguments)
