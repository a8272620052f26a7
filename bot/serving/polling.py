"""Long polling: fetch updates with getUpdates, acknowledge finished ones, and wait while Telegram is away."""

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
from bot.settings import OperatorError
from bot.words import operators

# do_api_request returns plain objects, so that an update which the library can't read does not spoil the others.
warnings.filterwarnings("ignore", "Please use 'Bot.getUpdates'", PTBUserWarning)

_LONG_POLL_SECONDS = 50
# Between two polls while updates are running, so that new updates do not wait for them: doubled after each poll without
# news, up to the second figure, because a running update may last a minute (Telegram's rate limit in a group).
_LOOK_AGAIN_SECONDS, _LOOK_AGAIN_AT_LAST_SECONDS = 0.02, 0.5
# After an empty poll: Telegram itself waits, other Bot API servers may answer at once.
_SHORTEST_PAUSE_SECONDS = 0.05
# Finished updates behind an unfinished one, from which the unfinished one is stored: a kill would repeat all, and
# Telegram delivers at most 100.
_MANY_BEHIND = 10
_LONGEST_PAUSE_SECONDS = 30.0
# When two processes poll with one token, the newer one gives up and the older one continues.
_NEWCOMER_SECONDS = 30.0
_CONFLICTS_OF_A_NEWCOMER = 4
_log = logging.getLogger(__name__)


class UnusableError(OperatorError):
    """Telegram can't be served with these settings."""


class Link:
    """State of the connection to Telegram: logged once when it is lost, and once when it is back."""

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
    """A network error in few words, without an address, which would contain the token."""
    return "超时" if isinstance(error, TimedOut) else error.message.split("\n")[0]


class Polling:
    """The loop of getUpdates calls."""

    def __init__(self, bot: "ExtBot[Any]", updates: Updates, link: Link) -> None:
        self._bot = bot
        self._updates = updates
        self._link = link
        self._next: int | None = None

    async def run(self) -> None:
        """Fetch and start updates until cancelled. Raises UnusableError for a wrong token or another poller."""
        started, conflicts, pause, look = time.monotonic(), 0, 0.0, _LOOK_AGAIN_SECONDS
        while True:
            fetched = 0
            try:
                fetched = await self._fetch(_LONG_POLL_SECONDS if self._updates.oldest() is None else 0)
                self._link.works()
                conflicts, pause = 0, 0.0
                look = _LOOK_AGAIN_SECONDS if fetched else min(_LOOK_AGAIN_AT_LAST_SECONDS, look * 2)
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
            elif not fetched:
                await asyncio.sleep(_SHORTEST_PAUSE_SECONDS)

    async def confirm(self) -> None:
        """Acknowledge the finished updates, so that Telegram does not deliver them again."""
        try:
            await self._ask(0, limit=1)
        except TelegramError as error:
            _log.warning(operators.NOT_CONFIRMED.format(reason=reason(error)))

    async def _fetch(self, seconds: int) -> int:
        """Start the new updates, and return their number."""
        updates = await self._ask(seconds)
        # Running updates are delivered again until they are done.
        new = [raw for raw in updates if self._next is None or raw.get("update_id", 0) >= self._next]
        await self._store_slow({raw.get("update_id", 0) for raw in updates} - {raw.get("update_id", 0) for raw in new})
        for raw in new:
            self._updates.begin(raw)
            number = number_of(raw)
            if number is not None:
                self._next = max(self._next or 0, number + 1)
        return len(new)

    async def _store_slow(self, begun: set[int]) -> None:
        """Store the oldest unfinished updates as pending, as long as `_MANY_BEHIND` finished ones wait behind them."""
        while (oldest := self._updates.oldest()) is not None:
            done = sum(number > oldest and not self._updates.is_running(number) for number in begun)
            if done >= _MANY_BEHIND:
                await self._updates.store_oldest()
            if self._updates.oldest() == oldest:
                return

    async def _ask(self, seconds: int, limit: int = 100) -> list[dict[str, Any]]:
        """The updates from the oldest unfinished one on; the call acknowledges all updates before it."""
        oldest = self._updates.oldest()
        parameters = {
            "offset": self._next if oldest is None else oldest,
            "timeout": seconds,
            "limit": limit,
            "allowed_updates": ALLOWED,
        }
        updates: list[dict[str, Any]] = await self._bot.do_api_request(
            "getUpdates",
            {name: value for name, value in parameters.items() if value is not None},
            read_timeout=seconds + 10,
        )
        return updates
