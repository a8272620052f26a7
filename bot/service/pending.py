"""Pending updates: slow ones, that are stored and acknowledged to Telegram before they are done."""

import json
import logging
import secrets
import time
from collections.abc import Callable, Mapping
from typing import Any

from bot.service.memory import Memory

# Seconds for which a process holds an update, where others serve the same bot; it renews the time as long as it lives.
HELD = 180.0
# A field beside those of Telegram, which names the process that has an update in hand.
_HOLDER = "_held"
_log = logging.getLogger(__name__)


class Pending:
    """The pending updates, for one thread. Every method raises StoreError.

    Over a file, whose one serving process has ended when the next one starts, each stored update is free. Over a shared
    memory a process takes only updates that no other one holds: those of a killed process are free `HELD` seconds after
    it renewed them last, so that an update is carried out by one process at a time.
    """

    def __init__(self, memory: Memory, clock: Callable[[], float] = time.time) -> None:
        """`clock` tells seconds since 1970."""
        self._memory, self._clock, self._own = memory, clock, secrets.token_hex(8)
        self._is_shared = memory.sharing.is_shared
        self._held: dict[int, Mapping[str, Any]] = {}

    def store(self, number: int, raw: Mapping[str, Any]) -> None:
        """Store an update, as Telegram's JSON has it."""
        with self._memory.write():
            self._put(number, raw)
        self._held[number] = raw

    def done(self, number: int) -> None:
        """Forget an update that is done."""
        with self._memory.write():
            self._memory.pending.delete(number)
        self._held.pop(number, None)

    def take(self) -> list[dict[str, Any]]:
        """The updates that no process has in hand, by number, which this one takes; broken rows are left out."""
        free = self._free(dict(self._memory.pending.items()))
        if free and self._is_shared:
            with self._memory.write():
                rows = {number: self._memory.pending.value(number) for number in free}
                free = self._free({number: row for number, row in rows.items() if row is not None})
                for number, raw in free.items():
                    self._put(number, raw)
        self._held |= free
        return list(free.values())

    def renew(self) -> None:
        """Hold the updates that are in hand for longer."""
        if self._is_shared and self._held:
            with self._memory.write():
                for number, raw in self._held.items():
                    # Another process has taken and finished it, when this one stood still for minutes.
                    if self._memory.pending.value(number) is not None:
                        self._put(number, raw)

    def _put(self, number: int, raw: Mapping[str, Any]) -> None:
        held = {_HOLDER: [self._own, self._clock() + HELD]} if self._is_shared else {}
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
