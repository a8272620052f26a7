"""How do updates come in when the bot asks for them, and what if Telegram can't be asked?"""

import asyncio
import logging
import time
import warnings
from datetime import timedelta
from typing import Any

from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError, TimedOut
from telegram.ext import ExtBot
from telegram.warnings import PTBUserWarning

from bot.serving.updates import ALLOWED, Updates, number_of
from bot.words import operators

# The plain objects are wanted, so that an update that the library can't read does not take the others with it.
warnings.filterwarnings("ignore", "Please use 'Bot.getUpdates'", PTBUserWarning)

_LONG_POLL_SECONDS = 50
# While some updates are being carried out: until they are all done, but not so long that new ones would wait. Twice as
# long each time that there was nothing new, as where Telegram wants a group to wait for a minute.
_LOOK_AGAIN_SECONDS, _LOOK_AGAIN_AT_LAST_SECONDS = 0.02, 0.5
# Between polls that a server ends at once although there is nothing: Telegram itself waits.
_SHORTEST_PAUSE_SECONDS = 0.05
# Updates that are done and can't be confirmed: a kill repeats them all, and Telegram delivers a hundred at once.
_MANY_BEHIND = 10
_LONGEST_PAUSE_SECONDS = 30.0
# Whoever starts while another polls gives up; whoever was there first goes on.
_NEWCOMER_SECONDS = 30.0
_CONFLICTS_OF_A_NEWCOMER = 4
_log = logging.getLogger(__name__)


class UnusableError(Exception):
    """Telegram can't be served as the bot is set up; the message is a sentence for the operator."""


class Link:
    """Whether Telegram is reached: said once when it is lost, once when it is back."""

    def __init__(self) -> None:
        self._lost = False

    def lost(self, error: TelegramError) -> None:
        if not self._lost:
            _log.warning(operators.AWAY.format(reason=reason(error)))
        self._lost = True

    def works(self) -> None:
        if self._lost:
            _log.warning(operators.BACK)
        self._lost = False


def reason(error: TelegramError) -> str:
    """What went wrong on the way, in few words; never an address with the token in it."""
    return "超时" if isinstance(error, TimedOut) else error.message.split("\n")[0]


class Polling:
    def __init__(self, bot: "ExtBot[Any]", updates: Updates, link: Link) -> None:
        self._bot = bot
        self._updates = updates
        self._link = link
        self._next: int | None = None

    async def run(self) -> None:
        """Fetch and carry out updates until it is cancelled. Raises UnusableError."""
        started, conflicts, pause, look = time.monotonic(), 0, 0.0, _LOOK_AGAIN_SECONDS
        while True:
            found = 0
            try:
                found = await self._fetch(_LONG_POLL_SECONDS if self._updates.oldest() is None else 0)
                self._link.works()
                conflicts, pause = 0, 0.0
                look = _LOOK_AGAIN_SECONDS if found else min(_LOOK_AGAIN_AT_LAST_SECONDS, look * 2)
            except InvalidToken:
                raise UnusableError(operators.WRONG_TOKEN) from None
            except Conflict:
                conflicts += 1
                newcomer = time.monotonic() - started < _NEWCOMER_SECONDS
                if newcomer and conflicts >= _CONFLICTS_OF_A_NEWCOMER:
                    raise UnusableError(operators.SECOND_POLLER) from None
                if not newcomer and conflicts == 1:
                    _log.warning(operators.TWO_POLLERS)
                pause = 1.0
            except RetryAfter as error:
                wait = error.retry_after
                pause = wait.total_seconds() if isinstance(wait, timedelta) else float(wait)
            except TelegramError as error:
                self._link.lost(error)
                pause = min(_LONGEST_PAUSE_SECONDS, max(1.0, pause * 1.5))
            await asyncio.sleep(pause)
            if self._updates.oldest() is not None:
                await self._updates.done(look)
            elif not found:
                await asyncio.sleep(_SHORTEST_PAUSE_SECONDS)

    async def confirm(self) -> None:
        """Tell Telegram what is done with, so that it does not come again."""
        try:
            await self._ask(0, limit=1)
        except TelegramError as error:
            _log.warning(operators.NOT_CONFIRMED.format(reason=reason(error)))

    async def _fetch(self, seconds: int) -> int:
        """Begin with what is new; how much that was."""
        found = await self._ask(seconds)
        # Those that are being carried out come again until they are done.
        new = [raw for raw in found if self._next is None or raw.get("update_id", 0) >= self._next]
        await self._write_down({raw.get("update_id", 0) for raw in found} - {raw.get("update_id", 0) for raw in new})
        for raw in new:
            self._updates.begin(raw)
            number = number_of(raw)
            if number is not None:
                self._next = max(self._next or 0, number + 1)
        return len(new)

    async def _write_down(self, begun: set[int]) -> None:
        """Take over the oldest that are not done, as long as many that are done stand behind them."""
        while (oldest := self._updates.oldest()) is not None:
            done = sum(number > oldest and not self._updates.is_running(number) for number in begun)
            if done >= _MANY_BEHIND:
                await self._updates.write_down_oldest()
            if self._updates.oldest() == oldest:
                return

    async def _ask(self, seconds: int, limit: int = 100) -> list[dict[str, Any]]:
        """The updates from the oldest that is not done; asking for them confirms all before it."""
        oldest = self._updates.oldest()
        parameters = {
            "offset": self._next if oldest is None else oldest,
            "timeout": seconds,
            "limit": limit,
            "allowed_updates": ALLOWED,
        }
        found: list[dict[str, Any]] = await self._bot.do_api_request(
            "getUpdates",
            {name: value for name, value in parameters.items() if value is not None},
            read_timeout=seconds + 10,
        )
        return found
