"""Updates that Telegram delivers to several processes of one bot: one of them carries out each."""

import asyncio
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from bot.service.sharing import Share, Sharing
from retrieval.store.errors import StoreError

# Seconds between two looks whether another process has carried out an update.
_LOOK_AGAIN = 1.0
# Seconds for which no claim is tried after one that could not be stored: each answer would wait for it in vain.
_PAUSE = 30.0
# An answer waits for its claim, and not for the claims of others.
_THREADS = 4
_T = TypeVar("_T")
_log = logging.getLogger(__name__)


class Deliveries:
    """The claims of this process. Where the memory is not shared, each update is its own, and nothing is stored.

    Where claims can't be stored, each process carries out what it gets: two answers are better than none.
    """

    def __init__(self, sharing: Sharing) -> None:
        self._sharing = sharing
        self._claiming = ThreadPoolExecutor(_THREADS, "claim") if sharing.is_shared else None
        self._held: set[int] = set()
        self._next_try = 0.0

    async def take(self, digest: bytes) -> bool:
        """Whether this process carries out the update of this digest; False when another one has done it.

        Waits while another process is at it, which may be killed before it is done.
        """
        number = _number(digest)
        while True:
            share = await self._run(self._sharing.claim, number, Share.OURS)
            if share is not Share.OTHERS:
                break
            await asyncio.sleep(_LOOK_AGAIN)
        if share is Share.OURS:
            self._held.add(number)
        return share is Share.OURS

    async def settle(self, digest: bytes) -> None:
        """Note that this process has carried out the update, or stored it as pending."""
        self._held.discard(number := _number(digest))
        await self._run(self._sharing.settle, number, None)

    async def close(self) -> None:
        """Leave to other processes what this one has not carried out."""
        while self._held:
            await self._run(self._sharing.release, self._held.pop(), None)
        if self._claiming is not None:
            await asyncio.to_thread(self._claiming.shutdown)

    async def _run(self, function: Callable[[int], _T], number: int, otherwise: _T) -> _T:
        if self._claiming is None or time.monotonic() < self._next_try:
            return otherwise
        try:
            return await asyncio.get_running_loop().run_in_executor(self._claiming, function, number)
        except StoreError as error:
            _log.warning("%s", error)
            self._next_try = time.monotonic() + _PAUSE
            return otherwise


def _number(digest: bytes) -> int:
    return int.from_bytes(digest[:8]) >> 1
