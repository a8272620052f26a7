"""The schedule of feeds while the bot serves: due ones are polled, and owners are told of trouble."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable

from bot.service import feed_lines
from bot.service import feed_schedule as schedule
from bot.service.feed_poll import FeedPolls
from bot.service.search_service import SearchService
from bot.words import channels
from retrieval.store.errors import StoreError

# Seconds between two looks at what is due; feeds that are polled at a time; seconds for which a feed is left alone
# whose poll could not be stored.
_PAUSE, _AT_ONCE, _POSTPONED = 30.0, 3, 900.0
_log = logging.getLogger(__name__)


class FeedWatch:
    def __init__(
        self,
        service: SearchService,
        polls: FeedPolls,
        tell: Callable[[str], Awaitable[None]],
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`tell` sends a sentence to the owners, however long that takes; `clock` tells seconds since 1970."""
        self._service, self._polls, self._tell, self._clock = service, polls, tell, clock
        self._turns = asyncio.Semaphore(_AT_ONCE)
        self._running: dict[int, asyncio.Task[None]] = {}
        self._not_before: dict[int, float] = {}

    async def run(self) -> None:
        """Poll and tell until cancelled. A poll that runs then ends behind its current page."""
        telling = asyncio.create_task(self._repeat(self.tell))
        try:
            await self._repeat(self.poll)
        finally:
            tasks = [telling, *self._running.values()]
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)

    async def poll(self) -> None:
        """Begin to poll the feeds that are due."""
        now = self._clock()
        for feed in await self._polls.due():
            if feed.number not in self._running and self._not_before.get(feed.number, 0.0) <= now:
                self._running[feed.number] = asyncio.create_task(self._poll(feed.number))

    async def finished(self) -> None:
        """Wait for the polls that have begun."""
        while self._running:
            await asyncio.wait(list(self._running.values()))

    async def tell(self) -> None:
        """Tell the owners of each trouble of a feed or a channel that has begun or ended since they were told.

        When several processes serve one bot, one of them tells.
        """
        if not await self._service.takes("tell of feeds"):
            return
        now = self._clock()
        for feed in await self._service.feeds.all():
            trouble = schedule.trouble(feed, now)
            if trouble is not feed.told:
                await self._tell(feed_lines.alarm(feed, trouble, now))
                await self._service.feeds.change(feed.number, told=trouble)
        for channel in self._service.channels.all():
            is_silent = channel.is_connected and schedule.is_silent(channel.days, channel.last_new_at, now)
            if is_silent is not channel.is_told:
                hours = int((now - channel.last_new_at) // schedule.HOUR)
                alarm = channels.silent(channel.title, hours) if is_silent else channels.speaks_again(channel.title)
                await self._tell(alarm)
                await self._service.channels.told(channel.number, is_told=is_silent)

    async def _poll(self, number: int) -> None:
        try:
            async with self._turns:
                await self._polls.poll(number)
        except StoreError as error:
            _log.warning("%s", error)
            self._not_before[number] = self._clock() + _POSTPONED
        except Exception:
            # A fault of the program: the other feeds go on, and this one does not come at once again.
            _log.exception("订阅源 #%s 没有取成", number)
            self._not_before[number] = self._clock() + _POSTPONED
        finally:
            del self._running[number]

    async def _repeat(self, action: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await action()
            except StoreError as error:
                _log.warning("%s", error)
            except Exception:  # a fault of the program must not end the schedule
                _log.exception("订阅源的日程出错")
            await asyncio.sleep(_PAUSE)
