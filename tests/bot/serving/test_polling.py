"""Confirmation of updates by polling while some of them take long."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import pytest
from telegram import Update

from bot.service.fellows import Fellows
from bot.service.sharing import ALONE
from bot.serving.polling import Link, Polling
from bot.serving.updates import Updates

pytestmark = pytest.mark.anyio
MESSAGE = {"message_id": 1, "date": 0, "chat": {"id": 1, "type": "private"}, "text": "新桥"}
COUNT = 80
SLOW = set(range(1, 41, 2))


class Telegram:
    """Delivers its updates from the offset on at each request, then stops the bot."""

    def __init__(self, polls: int) -> None:
        self.offsets: list[int] = []
        self._polls = polls

    async def do_api_request(self, _: str, parameters: Mapping[str, Any], **__: object) -> list[dict[str, Any]]:
        if len(self.offsets) == self._polls:
            raise asyncio.CancelledError
        self.offsets.append(parameters.get("offset", 0))
        return [{"update_id": number, "message": MESSAGE} for number in range(max(1, self.offsets[-1]), COUNT + 1)]


class Application:
    bot = None

    async def process_update(self, update: Update) -> None:
        if update.update_id in SLOW:
            await asyncio.Event().wait()


class Pending:
    def __init__(self) -> None:
        self.stored: set[int] = set()

    async def store(self, number: int, _: Mapping[str, Any]) -> None:
        self.stored.add(number)

    async def done(self, number: int) -> None:
        self.stored.discard(number)


async def test_slow_updates_are_stored_together_so_that_later_updates_are_confirmed() -> None:
    application, telegram, pending = Application(), Telegram(3), Pending()
    fakes: Any = application, telegram
    updates = Updates(fakes[0], pending, Fellows(ALONE))
    with suppress(asyncio.CancelledError):
        await Polling(fakes[1], updates, Link()).run()
    await updates.finish(0)
    assert pending.stored == SLOW
    assert telegram.offsets[-1] == COUNT + 1
