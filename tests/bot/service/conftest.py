"""Fixtures of the tests of feeds: a web server, and an editor's feeds over it."""

from collections.abc import AsyncIterator, Callable, Iterator

import pytest

from bot.service import feed_reading
from retrieval.engine import SearchEngine
from tests.support.feed_desk import Desk, desk_over
from tests.support.feed_site import Site, site


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A web server whose pages are read without a pause between them."""
    monkeypatch.setattr(feed_reading, "_BETWEEN_PAGES", 0.0)
    with site() as made:
        yield made


@pytest.fixture
async def desk(open_engine: Callable[..., SearchEngine], web: Site) -> AsyncIterator[Desk]:
    async with desk_over(open_engine, web) as made:
        yield made
