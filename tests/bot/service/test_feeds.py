"""The rows of feeds: read back, claimed by one process, and forgotten."""

import json
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from bot.service import feed, feed_entries
from bot.service.feed import Counts, Feed, LastPoll, Trouble
from bot.service.feed_entries import DAYS, MOST, Taken
from bot.service.feeds import MOST_FEEDS, Feeds
from bot.service.file_storage import file_memory
from bot.service.search_service import SearchService
from retrieval.engine import SearchEngine
from retrieval.store.database import Database
from tests.support.services import service_over

pytestmark = pytest.mark.anyio
PLAIN = Feed(1, "https://a.cn/feed")
FULL = Feed(
    *(7, "https://a.cn/feed", "城北公告", True, 60, '"1"', "Tue, 05 Mar 2024 01:30:00 GMT", "ab", 9, 8, 3, 2, 1),
    days=(1, 2),
    has_ended=True,
    told=Trouble.FAILING,
    last=LastPoll("failed", 5, "连接不上网站。", Counts(1, 2, 3, 4), 40, 7),
)


@pytest.mark.parametrize("made", [PLAIN, FULL, replace(FULL, is_full=False, told=Trouble.NONE)])
async def test_a_feed_is_read_back(made: Feed) -> None:
    assert feed.from_row(made.number, feed.to_row(made)) == made


@pytest.mark.parametrize(
    "row", ["", "{", "{}", "[]", '{"version": 2}', feed.to_row(PLAIN).replace('"days": []', '"days": 1')]
)
async def test_a_broken_row_and_a_row_of_a_later_version_are_no_feed(row: str) -> None:
    assert feed.from_row(1, row) is None


@pytest.mark.parametrize("taken", [Taken(), Taken({1: 5, 2**63 - 1: 6}), Taken({1: 5}).begun(9, [2, 3])])
async def test_what_was_taken_is_read_back(taken: Taken) -> None:
    assert feed_entries.from_row(feed_entries.to_row(taken)) == taken


@pytest.mark.parametrize("row", [None, "", "{", "{}", "[]", '{"version": 1, "days": 5}', '{"version": 2}'])
async def test_of_a_broken_row_nothing_was_taken(row: str | None) -> None:
    assert feed_entries.from_row(row) == Taken()


async def test_ten_thousand_entries_take_little_room() -> None:
    many = Taken(dict.fromkeys(range(10_000), 20_000))
    assert len(feed_entries.to_row(many)) < 120_000
    assert feed_entries.from_row(feed_entries.to_row(many)) == many


async def test_an_entry_is_forgotten_after_its_days_outside_the_feed() -> None:
    taken = Taken({1: 100, 2: 100})
    assert taken.seen([1, 5], 100 + DAYS - 1).days == {1: 100 + DAYS - 1, 2: 100}
    assert taken.seen([1, 5], 100 + DAYS).days == {1: 100 + DAYS}


async def test_the_entries_of_a_feed_are_bounded() -> None:
    taken = Taken(dict.fromkeys(range(MOST + 10), 100)).seen(range(20), 101)
    assert len(taken.days) == MOST
    assert set(range(20)) < set(taken.days)


@pytest.fixture
async def service(open_engine: Callable[..., SearchEngine]) -> AsyncIterator[SearchService]:
    made = service_over(open_engine)
    await made.open()
    yield made
    await made.close()


@pytest.fixture
def feeds(service: SearchService) -> Feeds:
    return service.feeds


async def test_numbers_are_not_given_twice(feeds: Feeds) -> None:
    for number in (1, 2, 3):
        assert await feeds.add(Feed(0, f"https://a.cn/{number}")) == (Feed(number, f"https://a.cn/{number}"), True)
    await feeds.remove(3)
    assert await feeds.add(Feed(0, "https://a.cn/4")) == (Feed(4, "https://a.cn/4"), True)
    assert [known.number for known in await feeds.all()] == [1, 2, 4]


async def test_an_address_is_one_feed(feeds: Feeds) -> None:
    await feeds.add(Feed(0, "https://a.cn/1"))
    assert await feeds.add(Feed(0, "https://a.cn/1", "别的")) == (Feed(1, "https://a.cn/1"), False)
    await feeds.add(Feed(0, "https://a.cn/2"))
    moved = await feeds.change(2, address="https://a.cn/1", title="搬了")
    assert moved == Feed(2, "https://a.cn/2", "搬了")


async def test_the_number_of_feeds_is_bounded(feeds: Feeds) -> None:
    for number in range(MOST_FEEDS):
        await feeds.add(Feed(0, f"https://a.cn/{number}"))
    assert await feeds.add(Feed(0, "https://a.cn/more")) is None


async def test_one_process_at_a_time_has_a_feed(feeds: Feeds, path: Path) -> None:
    await feeds.add(Feed(0, "https://a.cn/1"))
    with ThreadPoolExecutor(1) as thread:
        await _two(feeds, Feeds(file_memory(Database(path)), thread))


async def _two(feeds: Feeds, others: Feeds) -> None:
    assert await feeds.claim(1, 100, 700) == Feed(1, "https://a.cn/1", claimed_until=700)
    assert await others.claim(1, 200, 800) is None
    await feeds.change(1, claimed_until=0)
    assert await others.claim(1, 200, 800) is not None
    # A killed process has it no longer than that.
    assert await feeds.claim(1, 800, 1_400) is not None


async def test_a_removed_feed_is_not_brought_back_by_its_poll(feeds: Feeds) -> None:
    await feeds.add(Feed(0, "https://a.cn/1"))
    assert await feeds.remove(1) == Feed(1, "https://a.cn/1")
    assert await feeds.change(1, Taken({1: 1}), title="城北公告") is None
    assert await feeds.claim(1, 0, 100) is None
    assert await feeds.all() == []
    assert await feeds.taken(1) == Taken()
    assert await feeds.remove(1) is None


async def test_a_broken_row_hides_no_other_feed(feeds: Feeds, path: Path) -> None:
    await feeds.add(Feed(0, "https://a.cn/1"))
    await feeds.add(Feed(0, "https://a.cn/2"))
    memory = file_memory(Database(path))
    with memory.write():
        memory.feeds.put(1, json.dumps({"version": 1}))
    assert [known.number for known in await feeds.all()] == [2]
    # The broken one can be removed nevertheless.
    await feeds.remove(1)
    assert memory.feeds.value(1) is None
