"""Polls of feeds: a conditional request, the entries that are new, and what is stored of them.

A poll takes a bounded number of entries; the next one goes on. Each batch of forty is noted before it is stored and
after it, so that a kill at any moment takes no entry twice and loses none.
"""

import asyncio
import hashlib
import random
import secrets
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.service import feed_schedule as schedule
from bot.service.feed import Counts, Feed, LastPoll
from bot.service.feed_entries import Taken
from bot.service.feed_reading import Reading
from bot.service.feeds import MOST_FEEDS
from bot.service.search_service import SearchService
from retrieval.article import Article
from retrieval.change import NOBODY, Actor, Change
from retrieval.intake import (
    Entry,
    FeedFile,
    Fetcher,
    LinkError,
    NoFeedError,
    Refusal,
    Reply,
    Robots,
    Validators,
    cut_feed,
    fault,
)

# Articles of one transaction, as everywhere.
_BATCH = 40
# Entries by which the first poll decides whether pages are read.
_SAMPLE = 20
# Seconds for which a process has a feed; noted anew with each batch. After a kill nobody polls the feed for so long.
_LEASE = 600.0
TOO_MANY = f"最多 {MOST_FEEDS} 个订阅源，先去掉一个再加。"
# Characters of the name of a feed in the journal.
_LONGEST_NAME = 60


class FeedError(Exception):
    """A feed that is not added; the message is a Chinese sentence for an editor."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that one poll takes: entries, pages of entries, and seconds for pages."""

    entries: int = 1_000
    pages: int = 100
    seconds: float = 300.0


POLL = Limits()
# An editor waits for the first poll.
FIRST = Limits(entries=200, pages=20, seconds=60.0)


@dataclass(frozen=True, slots=True)
class Added:
    """A feed after it was added: `is_new` unless it was known before, `is_decided` when the entries chose `is_full`."""

    feed: Feed
    is_new: bool
    is_decided: bool


class FeedPolls:
    """Adds and polls feeds. `add` and `poll` raise StoreError, and leave the feed as the last stored batch has it."""

    def __init__(
        self,
        service: SearchService,
        fetcher: Fetcher,
        minutes: int,
        *,
        clock: Callable[[], float] = time.time,
        chance: Callable[[], float] = random.random,
    ) -> None:
        """`minutes` lie between two polls of a feed.

        `clock` tells seconds since 1970, `chance` a random number from 0 to 1.
        """
        self._service, self._minutes, self._clock, self._chance = service, minutes, clock, chance
        self._robots = Robots(fetcher)
        self._fetcher = fetcher.permitted(self._robots.permit)

    async def due(self) -> list[Feed]:
        """The feeds that are to be polled now, and that no process polls."""
        now = self._clock()
        feeds = await self._service.feeds.all()
        return [feed for feed in feeds if not feed.has_ended and feed.next_at <= now and feed.claimed_until <= now]

    async def add(self, address: str, is_full: bool | None, by: Actor = NOBODY, *, title: str = "") -> Added:
        """Fetch the feed of an address, or to which its page links, and take its first entries.

        A known feed is not polled; `is_full` is set when it is named. The `title` is for a feed that has none of its
        own. Raises FeedError.
        """
        feeds = self._service.feeds
        known = await feeds.at(address)
        if known is None:
            try:
                reply, file = await asyncio.to_thread(self._found, address)
            except (LinkError, NoFeedError) as error:
                raise FeedError(str(error)) from None
            now = self._clock()
            new = Feed(
                0, reply.address, file.title or title, is_full, next_at=int(now), claimed_until=int(now + _LEASE)
            )
            added = await feeds.add(new, by)
            if added is None:
                raise FeedError(TOO_MANY)
            known, is_new = added
            if is_new:
                polled = await self._released(known, self._take(known, reply, file, FIRST))
                return Added(polled or known, True, is_full is None)
        if is_full is not None and is_full != known.is_full:
            known = await feeds.change(known.number, is_full=is_full) or known
        return Added(known, False, False)

    async def poll(self, number: int, limits: Limits = POLL) -> Feed | None:
        """Poll a feed now; the feed afterwards, or None when it is gone, has ended or another process polls it."""
        now = self._clock()
        feed = await self._service.feeds.claim(number, now, now + _LEASE)
        return await self._released(feed, self._polled(feed, limits)) if feed else None

    async def _released(self, feed: Feed, poll: Awaitable[Feed | None]) -> Feed | None:
        """The feed after `poll`, which sets the claim free at its end. Any exception sets it free too."""
        try:
            return await poll
        except BaseException:
            await self._service.feeds.change(feed.number, claimed_until=0)
            raise

    async def _polled(self, feed: Feed, limits: Limits) -> Feed | None:
        try:
            known = Validators() if feed.left else Validators(feed.etag, feed.modified)
            reply = await asyncio.to_thread(self._fetcher.ask, feed.address, known)
            if reply.status == 410:
                return await self._noted(feed, LastPoll("ended", self._now()), has_ended=True)
            if reply.status == 304 or (reply.status == 200 and not feed.left and _digest(reply) == feed.digest):
                entries = feed.last.entries if feed.last else 0
                return await self._noted(feed, LastPoll("same", self._now(), entries=entries), address=reply.address)
            if reply.status != 200:
                return await self._failed(feed, f"{fault(reply.status)}。", reply.retry_after)
            file = await asyncio.to_thread(cut_feed, reply.data, reply.url)
        except (LinkError, NoFeedError) as error:
            return await self._failed(feed, str(error))
        return await self._take(feed, reply, file, limits)

    def _found(self, address: str) -> tuple[Reply, FeedFile]:
        """The feed behind an address, or the first one that its page names. Raises LinkError and NoFeedError."""
        reply = self._asked(address)
        try:
            return reply, cut_feed(reply.data, reply.url)
        except NoFeedError as error:
            if not error.feeds:
                raise
            reply = self._asked(error.feeds[0])
            return reply, cut_feed(reply.data, reply.url)

    def _asked(self, address: str) -> Reply:
        reply = self._fetcher.ask(address)
        if reply.status != 200:
            raise LinkError(f"{fault(reply.status)}。")
        return reply

    async def _take(self, feed: Feed, reply: Reply, file: FeedFile, limits: Limits) -> Feed | None:
        """Take the entries that are new, the first ones of the feed first; None when the feed was removed meanwhile."""
        taken = await self._settled(feed)
        new = [entry for entry in file.entries if entry.key not in taken.days]
        reading = Reading(self._fetcher, self._robots.pause, time.monotonic() + limits.seconds)
        is_full = feed.is_full
        if is_full is None and new:
            is_full = schedule.shows_summaries(await self._read(reading, new[:_SAMPLE], is_full=False))
        chosen = new[: limits.pages if is_full else limits.entries]
        counts, done = Counts(), 0
        while done < len(chosen):
            batch = chosen[done : done + _BATCH]
            items = await self._read(reading, batch, is_full=bool(is_full))
            push = secrets.randbits(62)
            taken = taken.begun(push, [entry.key for entry in batch[: len(items)]])
            until = int(self._clock() + _LEASE)
            if await self._service.feeds.change(feed.number, taken, is_full=is_full, claimed_until=until) is None:
                return None
            change = Change(Actor(feed.name[:_LONGEST_NAME]), key=push)
            counts = counts.plus(await self._service.add(iter(items), push, change, resumed=False))
            taken = taken.stored(schedule.day_of(self._clock()))
            done += len(items)
            if len(items) < len(batch):
                break
        now = self._now()
        taken = taken.seen([entry.key for entry in file.entries], schedule.day_of(now))
        left = len(new) - done
        fields: dict[str, Any] = {"title": file.title or feed.title, "is_full": is_full, "address": reply.address}
        # A file that was not read whole must come again.
        fields |= {"etag": "", "modified": "", "digest": ""} if left else _marks(reply)
        if done:
            fields |= {"last_new_at": now, "days": schedule.with_day(feed.days, schedule.day_of(now))}
        last = LastPoll("new" if done else "same", now, counts=counts, entries=len(file.entries), left=left)
        return await self._noted(feed, last, taken, minutes=file.minutes, **fields)

    async def _settled(self, feed: Feed) -> Taken:
        """What was taken of a feed. A receipt says whether the batch of a killed poll was stored."""
        taken = await self._service.feeds.taken(feed.number)
        if taken.push is None:
            return taken
        is_stored = await self._service.receipt(taken.push) is not None
        return taken.stored(schedule.day_of(self._clock())) if is_stored else taken.given_up()

    async def _read(self, reading: Reading, entries: Sequence[Entry], *, is_full: bool) -> list[Article | Refusal]:
        """Read entries in a thread, which ends behind its current page when the poll is cancelled."""
        try:
            return await asyncio.to_thread(lambda: reading.read(entries, is_full=is_full))
        except asyncio.CancelledError:
            reading.stop.set()
            raise

    async def _noted(self, feed: Feed, last: LastPoll, taken: Taken | None = None, **fields: Any) -> Feed | None:
        """Store what a poll came to, that of a server that answered."""
        seconds = schedule.interval(self._minutes, fields.get("minutes", feed.minutes))
        next_at = schedule.next_poll(self._clock(), seconds, self._chance(), left=last.left)
        fields |= {"last": last, "failures": 0, "first_failure_at": 0, "claimed_until": 0, "next_at": next_at}
        return await self._service.feeds.change(feed.number, taken, **fields)

    async def _failed(self, feed: Feed, reason: str, retry_after: str = "") -> Feed | None:
        now, failures = self._now(), feed.failures + 1
        wait = schedule.waiting(retry_after, now)
        next_at = schedule.next_poll(now, 60 * self._minutes, self._chance(), failures=failures, wait=wait)
        # What was left of the feed is left still.
        before = feed.last or LastPoll("failed", now)
        return await self._service.feeds.change(
            feed.number,
            last=replace(before, code="failed", at=now, reason=reason, counts=Counts()),
            failures=failures,
            first_failure_at=feed.first_failure_at or now,
            next_at=next_at,
            claimed_until=0,
        )

    def _now(self) -> int:
        return int(self._clock())


def _marks(reply: Reply) -> dict[str, Any]:
    validators = reply.validators
    return {"etag": validators.etag, "modified": validators.modified, "digest": _digest(reply)}


def _digest(reply: Reply) -> str:
    return hashlib.blake2b(reply.data, digest_size=16).hexdigest()
