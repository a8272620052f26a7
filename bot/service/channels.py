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
        rows = (_from_row(number, row) for number, row in memory.channels.items())
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
        known = self._channels.get(number, Channel(number, ""))
        return await self._put(replace(known, title=" ".join(title.split())[:_LONGEST]))

    async def decide(self, number: int, by: Actor, *, is_connected: bool) -> Channel | None:
        """Connect a channel or not, with an entry in the journal; None when the channel is unknown."""
        channel = self._channels.get(number)
        if channel is None or channel.is_connected == is_connected:
            return channel
        what = "channel_connected" if is_connected else "channel_refused"
        return await self._put(
            replace(channel, is_connected=is_connected), Change(by, what, note=f"{number} {channel.title}")
        )

    async def spoke(self, number: int, now: float) -> None:
        """A channel has a new post."""
        channel = self._channels.get(number)
        if channel is not None:
            days = schedule.with_day(channel.days, schedule.day_of(now))
            await self._put(replace(channel, days=days, last_new_at=int(now)))

    async def told(self, number: int, *, is_told: bool) -> None:
        """Owners have been told of a silence, or of its end."""
        channel = self._channels.get(number)
        if channel is not None:
            await self._put(replace(channel, is_told=is_told))

    async def left(self, number: int) -> Channel | None:
        """The bot administers a channel no more: forget it."""

        def write() -> None:
            with self._memory.write():
                self._memory.channels.delete(number)

        await self._run(write)
        return self._channels.pop(number, None)

    async def _put(self, channel: Channel, change: Change | None = None) -> Channel:
        def write() -> None:
            fields = asdict(channel)
            del fields["number"]
            with self._memory.write():
                self._memory.channels.put(channel.number, json.dumps({"version": _VERSION, **fields}))
                if change is not None:
                    self._memory.journal.append(change)

        await self._run(write)
        self._channels[channel.number] = channel
        return channel

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
