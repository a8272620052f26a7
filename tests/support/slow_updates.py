"""An application whose handlers wait, and the rows of updates that are stored meanwhile."""

import asyncio
from collections.abc import Mapping
from typing import Any

from telegram import Update

from retrieval.store.errors import StoreError

RAW = {"update_id": 7, "message": {"message_id": 1, "date": 0, "chat": {"id": 1, "type": "private"}, "text": "新桥"}}


class SlowApplication:
    """Its handlers wait until `may_end` is set."""

    bot = None

    def __init__(self) -> None:
        self.may_end = asyncio.Event()
        self.begun: list[int] = []

    async def process_update(self, update: Update) -> None:
        self.begun.append(update.update_id)
        await self.may_end.wait()


class PendingRows:
    """Pending updates in memory; a `full` disk takes none."""

    def __init__(self, *, full: bool = False) -> None:
        self.full = full
        self.stored: dict[int, Mapping[str, Any]] = {}

    async def store(self, number: int, raw: Mapping[str, Any]) -> None:
        await asyncio.sleep(0)
        if self.full:
            raise StoreError("磁盘已满")
        self.stored[number] = raw

    async def done(self, number: int) -> None:
        await asyncio.sleep(0)
        del self.stored[number]
