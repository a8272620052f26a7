"""Adding all feeds of a list (OPML): a result for each, in the order of the list."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from bot.service.feed_poll import TOO_MANY, Added, FeedError, FeedPolls
from bot.service.feeds import MOST_FEEDS, Feeds
from retrieval.change import Actor
from retrieval.intake import ListedFeed
from retrieval.store.errors import StoreError

# Feeds that are fetched at the same time, as in the polls of the bot.
_AT_ONCE = 3
_TWICE = "文件里已经有这个网址。"


@dataclass(frozen=True, slots=True)
class Listing:
    """What became of a feed of a list: it was added or known before, or the reason why it was not added."""

    listed: ListedFeed
    result: Added | str

    @property
    def name(self) -> str:
        """The title that the list gives the feed, else its address."""
        return self.listed.title or self.listed.address


async def add_listed(
    polls: FeedPolls, feeds: Feeds, listed: Sequence[ListedFeed], is_full: bool | None, by: Actor
) -> list[Listing]:
    """Add the feeds, three at a time. Those beyond the most are not fetched. Raises StoreError."""
    known = {feed.address for feed in await feeds.all()}
    room, turns = MOST_FEEDS - len(known), asyncio.Semaphore(_AT_ONCE)
    seen: set[str] = set()
    results: list[asyncio.Task[Listing]] = []

    async def add(one: ListedFeed, reason: str) -> Listing:
        if reason:
            return Listing(one, reason)
        async with turns:
            try:
                return Listing(one, await polls.add(one.address, is_full, by, title=one.title))
            except FeedError as error:
                return Listing(one, str(error))

    try:
        async with asyncio.TaskGroup() as group:
            for one in listed:
                is_new = one.address not in known
                reason = _TWICE if one.address in seen else TOO_MANY if is_new and room <= 0 else ""
                room -= is_new and not reason
                seen.add(one.address)
                results.append(group.create_task(add(one, reason)))
    except* StoreError as errors:
        failure = errors.exceptions[0]
    else:
        return [task.result() for task in results]
    raise failure
