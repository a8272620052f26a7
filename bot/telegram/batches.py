"""Batches of pushes: one card for the articles that an editor sends together, edited as they are stored.

A push opens a batch of its own, which further pushes join while it runs and for some seconds after. /add alone opens a
batch that lasts until /done, or until ten minutes pass without a push.
"""

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from telegram import Message
from telegram.error import BadRequest

from bot.service.push_summary import EMPTY, PushSummary
from bot.telegram import cards
from bot.telegram.pacing import UNTIL_DONE
from bot.telegram.replies import Reply
from bot.telegram.sending import edit, send
from bot.words import editors
from bot.words.language import said

# Seconds between two edits of a card, after which a push that joins none opens a batch, and of an open batch.
EDIT_SECONDS, JOIN_SECONDS, IDLE_SECONDS = 3.0, 5.0, 600.0


@dataclass
class Batch:
    """The pushes of one chat that share a card, and the key by which they are taken back together."""

    change: int
    is_open: bool = False
    done: PushSummary = EMPTY
    # How far each running push has come, by its key.
    running: dict[int, PushSummary] = field(default_factory=dict)
    # Keeps the last push as a draft, whose number is then `draft`.
    keep: Callable[[], Awaitable[int]] | None = None
    draft: int | None = None
    card: Message | None = None
    used: float = 0.0
    edited: float = 0.0
    # The state that the card shows lags behind the state of the batch.
    state: int = 0
    shown: int = 0
    showing: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def total(self) -> PushSummary:
        total = self.done
        for part in self.running.values():
            total = total.joined(part)
        return total

    def reply(self) -> Reply:
        """The card as it is now."""
        total = self.total
        draft = self.draft if total.items == total.withheld == 1 else None
        return cards.push(total, self.change, draft=draft, is_batch=self.is_open, is_working=bool(self.running))


class Batches:
    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._batches: dict[int, Batch] = {}

    def is_open(self, chat_id: int) -> bool:
        """Whether an editor has opened a batch in this chat: everything that is sent there is an article."""
        batch = self._current(chat_id)
        return batch is not None and batch.is_open

    def open(self, chat_id: int, change: int) -> None:
        """Open a batch, in place of the one before."""
        self._batches[chat_id] = Batch(change, is_open=True, used=self._clock())

    def close(self, chat_id: int) -> Batch | None:
        """End the open batch of a chat, and return it; None when none is open."""
        batch = self._batches.get(chat_id)
        if batch is None or not batch.is_open:
            return None
        del self._batches[chat_id]
        batch.is_open = False
        return batch

    def undone(self, change: int) -> None:
        """The pushes of this key were taken back: what comes next belongs to a batch of its own."""
        for chat_id, batch in list(self._batches.items()):
            if batch.change != change:
                continue
            if batch.is_open:
                self.open(chat_id, secrets.randbits(62))
            else:
                del self._batches[chat_id]

    def joined(self, chat_id: int, change: int) -> Batch:
        """The batch that a push of this key belongs to."""
        batch = self._current(chat_id)
        if batch is None:
            batch = self._batches[chat_id] = Batch(change)
        batch.used = self._clock()
        return batch

    def _current(self, chat_id: int) -> Batch | None:
        batch = self._batches.get(chat_id)
        if batch is None:
            return None
        left = self._clock() - batch.used
        if batch.running or left <= (IDLE_SECONDS if batch.is_open else JOIN_SECONDS):
            return batch
        if not batch.is_open:  # an open one that has ended by itself is shown by /done
            del self._batches[chat_id]
        return None

    @asynccontextmanager
    async def working(
        self, batch: Batch, key: int, message: Message, progress: Callable[[], Awaitable[PushSummary]]
    ) -> AsyncIterator[None]:
        """Show how far a push has come while it is being stored; `progress` tells it."""
        batch.running[key] = EMPTY
        is_over = asyncio.Event()

        async def follow() -> None:
            while not is_over.is_set():
                with suppress(TimeoutError):
                    async with asyncio.timeout(EDIT_SECONDS):
                        await is_over.wait()
                if not is_over.is_set():
                    batch.running[key] = await progress()
                    batch.state += 1
                    await self.show(batch, message)

        following = asyncio.create_task(follow())
        try:
            yield
        finally:
            # Not cancelled: a card that is being sent at this moment must be remembered.
            is_over.set()
            await asyncio.gather(following, return_exceptions=True)
            batch.running.pop(key, None)
            batch.used = self._clock()

    async def finish(self, batch: Batch, summary: PushSummary, message: Message) -> None:
        """Count a push that is stored, and show the card with it."""
        batch.done = batch.done.joined(summary)
        batch.state += 1
        await self.show(batch, message)

    async def show(self, batch: Batch, message: Message) -> None:
        """Bring the card up to date: the first one is sent, later ones are edited, `EDIT_SECONDS` apart at least.

        Returns when the card shows the state of this call, or a later one.
        """
        wanted = batch.state
        async with batch.showing:
            if batch.shown >= wanted:
                return
            if batch.card is not None:
                await asyncio.sleep(max(0.0, batch.edited + EDIT_SECONDS - self._clock()))
            state, reply = batch.state, batch.reply()
            if batch.card is None or not await _replace(batch.card, reply):
                batch.card = await send(message, reply, UNTIL_DONE)
            batch.shown, batch.edited = state, self._clock()

    async def end(self, batch: Batch, message: Message) -> None:
        """Send the card of a batch that is done below, and point to it from the former one."""
        former = batch.card
        batch.card = await send(message, batch.reply() if batch.total.items else Reply(said(editors.BATCH_EMPTY)))
        if former is not None:
            await _replace(former, Reply(said(editors.BATCH_CLOSED)))


async def _replace(card: Message, reply: Reply) -> bool:
    """Bring a card up to date; False when the editor has deleted it."""
    try:
        await edit(card, reply)
    except BadRequest as error:
        if not any(words in error.message.lower() for words in ("not found", "can't be edited")):
            raise
        return False
    return True
