"""An editor's feeds over a web server on the loopback, for the tests of polls."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from bot.service.feed import Feed
from bot.service.feed_poll import FeedPolls, Limits
from bot.service.search_service import SearchService
from retrieval.engine import SearchEngine
from tests.support.feed_site import Site
from tests.support.services import service_over

START = 20_000 * 86_400.0


@dataclass
class Desk:
    """An editor's feeds, over one file, with a clock that a test sets."""

    service: SearchService
    web: Site
    now: float = START
    polls: FeedPolls = field(init=False)

    def __post_init__(self) -> None:
        self.polls = FeedPolls(self.service, self.web.fetcher, 15, clock=lambda: self.now, chance=lambda: 0.5)

    async def add(self, address: str, is_full: bool | None = False) -> Feed:
        return (await self.polls.add(address, is_full)).feed

    async def poll(self, number: int = 1, **limits: Any) -> Feed:
        """Poll when the feed is due."""
        feed = await self.service.feeds.one(number)
        assert feed is not None
        self.now = max(self.now, float(feed.next_at))
        polled = await self.polls.poll(number, Limits(**limits))
        assert polled is not None
        return polled

    async def articles(self) -> int:
        return (await self.service.statistics()).articles

    async def texts(self) -> str:
        found = [await self.service.article(number) for number in range(1, 1 + await self.articles())]
        return "\n".join(article.text for article in found if article)


@asynccontextmanager
async def desk_over(open_engine: Callable[..., SearchEngine], web: Site, now: float = START) -> AsyncIterator[Desk]:
    service = service_over(open_engine)
    await service.open()
    try:
        yield Desk(service, web, now)
    finally:
        await service.close()


def counts(feed: Feed) -> tuple[int, int, int, int]:
    assert feed.last is not None
    found = feed.last.counts
    return found.added, found.updated, found.duplicates, found.refused
