"""Processes of one bot tell each other which of them carries out an update, and which answer a chat has seen last."""

import asyncio
import hashlib
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from bot.service.sharing import Share, Sharing
from retrieval.store.errors import StoreError

# Seconds between two looks whether another process has carried out an update.
_LOOK_AGAIN = 1.0
# Seconds for which nothing is tried after a failure: each answer would wait for it in vain.
_PAUSE = 30.0
# An answer waits for its own requests, and not for those of others.
_THREADS = 4
_T = TypeVar("_T")
_log = logging.getLogger(__name__)


class Fellows:
    """The other processes. Where the memory is not shared there are none, and nothing is stored.

    While the server takes no writes, each process carries out what it gets: two answers are better than none.
    """

    def __init__(self, sharing: Sharing) -> None:
        self._sharing = sharing
        self._threads = ThreadPoolExecutor(_THREADS, "fellows") if sharing.is_shared else None
        self._held: set[int] = set()
        self._next_try = 0.0

    async def take(self, digest: bytes) -> bool:
        """Whether this process carries out the update of this digest; False when another one has done it.

        Waits while another process is at it, which may be killed before it is done.
        """
        number = _number(digest)
        while True:
            share = await self._run(self._sharing.claim, number, otherwise=Share.OURS)
            if share is not Share.OTHERS:
                break
            await asyncio.sleep(_LOOK_AGAIN)
        if share is Share.OURS:
            self._held.add(number)
        return share is Share.OURS

    async def settle(self, digest: bytes) -> None:
        """Note that this process has carried out the update, or stored it as pending."""
        self._held.discard(number := _number(digest))
        await self._run(self._sharing.settle, number, otherwise=None)

    def note_last(self, chat: bytes, answer: int, place: int) -> None:
        """Tell the others which answer, and which hit of it, a chat has seen last; see `digest_of_chat`."""
        if self._threads is not None and time.monotonic() >= self._next_try:
            self._threads.submit(self._note_last, _number(chat), answer, place)

    def _note_last(self, chat: int, answer: int, place: int) -> None:
        try:
            self._sharing.note_last(chat, answer, place)
        except StoreError as error:
            self._failed(error)

    async def last(self, chat: bytes) -> tuple[int, int] | None:
        """The answer, and the place in it, that a chat has seen last from any process; None when it is not known."""
        return await self._run(self._sharing.last, _number(chat), otherwise=None)

    async def close(self) -> None:
        """Leave to the others what this process has not carried out."""
        while self._held:
            await self._run(self._sharing.release, self._held.pop(), otherwise=None)
        if self._threads is not None:
            await asyncio.to_thread(self._threads.shutdown)

    async def _run(self, function: Callable[[int], _T], number: int, *, otherwise: _T) -> _T:
        if self._threads is None or time.monotonic() < self._next_try:
            return otherwise
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, function, number)
        except StoreError as error:
            self._failed(error)
            return otherwise

    def _failed(self, error: StoreError) -> None:
        _log.warning("%s", error)
        self._next_try = time.monotonic() + _PAUSE


def digest_of_chat(token: str, chat_id: int) -> bytes:
    """A digest of a chat, which only those can make who know the bot's token: numbers of chats can be guessed."""
    return hashlib.blake2b(str(chat_id).encode(), key=token.encode()[:64], digest_size=8).digest()


def _number(digest: bytes) -> int:
    return int.from_bytes(digest[:8]) >> 1
