"""Channels in which the bot is an administrator: whether their posts become articles, and how regularly they speak."""

import asyncio
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from typing import Any, TypeVar

from bot.service import feed_schedule as schedule
from bot.service.memory import Memory
from retrieval.change import Actor, Change

_VERSION = 1
_LONGEST = 100
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel by its number.

    It is connected when an owner has said so; until then its posts are ignored. `days` are the last days with posts,
    counted from 1970, and `last_new_at` is the second of the last one. `is_told` is whether owners know of a silence.
    """

    number: int
    title: str
    is_connected: bool = False
    last_new_at: int = 0
    days: tuple[int, ...] = ()
    is_told: bool = False


class Channels:
    """All channels: in memory, and in the file. Methods that write raise StoreError."""

    def __init__(self, memory: Memory, noting: ThreadPoolExecutor) -> None:
        """`noting` is the thread of short notes."""
        self._memory, self._noting = memory, noting
        self.load()

    def load(self) -> None:
        """Read the channels that another process may have changed. Raises StoreError."""
        rows = (_from_row(number, row) for number, row in self._memory.channels.items())
        # One assignment: the event loop reads meanwhile.
        self._channels = {channel.number: channel for channel in rows if channel}

    def all(self) -> list[Channel]:
        """All known channels, by title."""
        return sorted(self._channels.values(), key=lambda channel: channel.title)

    def one(self, number: int) -> Channel | None:
        return self._channels.get(number)

    def is_connected(self, number: int) -> bool:
        channel = self._channels.get(number)
        return channel is not None and channel.is_connected

    async def met(self, number: int, title: str) -> Channel:
        """Remember a channel that the bot administers; a known one keeps what owners decided."""
        tidy = " ".join(title.split())[:_LONGEST]
        return await self._put(Channel(number, tidy), lambda known: replace(known, title=tidy))

    async def decide(self, number: int, by: Actor, *, is_connected: bool) -> Channel | None:
        """Connect a channel or not, with an entry in the journal; None when the channel is unknown."""
        channel = self._channels.get(number)
        if channel is None or channel.is_connected == is_connected:
            return channel
        what = "channel_connected" if is_connected else "channel_refused"
        change = Change(by, what, note=f"{number} {channel.title}")
        return await self._put(channel, lambda known: replace(known, is_connected=is_connected), change)

    async def spoke(self, number: int, now: float) -> None:
        """A channel has a new post."""
        if (channel := self._channels.get(number)) is not None:
            day = schedule.day_of(now)
            await self._put(
                channel,
                lambda known: replace(known, days=schedule.with_day(known.days, day), last_new_at=int(now)),
            )

    async def told(self, number: int, *, is_told: bool) -> None:
        """Owners have been told of a silence, or of its end."""
        if (channel := self._channels.get(number)) is not None:
            await self._put(channel, lambda known: replace(known, is_told=is_told))

    async def left(self, number: int) -> Channel | None:
        """The bot administers a channel no more: forget it."""

        def write() -> None:
            with self._memory.write():
                self._memory.channels.delete(number)

        await self._run(write)
        return self._channels.pop(number, None)

    async def _put(self, channel: Channel, edit: Callable[[Channel], Channel], change: Change | None = None) -> Channel:
        """Edit the stored channel, which another process may have changed; `channel` is taken when none is stored."""

        def write() -> Channel:
            with self._memory.write():
                stored = _from_row(channel.number, self._memory.channels.value(channel.number) or "")
                edited = edit(stored or channel)
                fields = asdict(edited)
                del fields["number"]
                self._memory.channels.put(channel.number, json.dumps({"version": _VERSION, **fields}))
                if change is not None:
                    self._memory.journal.append(change)
            return edited

        edited = self._channels[channel.number] = await self._run(write)
        return edited

    async def _run(self, function: Callable[[], _T]) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._noting, function)


def _from_row(number: int, row: str) -> Channel | None:
    """The channel of a row; None for a broken row, and for one of a later version."""
    try:
        fields: dict[str, Any] = json.loads(row)
        if fields["version"] != _VERSION:
            return None
        return Channel(
            number,
            str(fields["title"])[:_LONGEST],
            fields["is_connected"] is True,
            int(fields["last_new_at"]),
            tuple(map(int, fields["days"])),
            fields["is_told"] is True,
        )
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return None
