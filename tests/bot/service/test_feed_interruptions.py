"""Polls of feeds that something interrupts: kills, cancellations, other processes, removals, a full disk."""

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import pytest

from retrieval.engine import SearchEngine
from retrieval.store.errors import StoreError
from tests.support.feed_desk import START, Desk, counts, desk_over
from tests.support.feed_site import Site, whole

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("is_stored", [False, True])
async def test_a_kill_in_the_middle_of_a_poll_takes_nothing_twice_and_loses_nothing(
    is_stored: bool, open_engine: Callable[..., SearchEngine], web: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("1", "2"):
        web.article(name)
    async with desk_over(open_engine, web) as desk:
        add, change = desk.service.add, desk.service.feeds.change
        is_killed = False

        async def killed_add(*arguments: Any, **named: Any) -> Any:
            nonlocal is_killed
            if is_stored:
                await add(*arguments, **named)
            is_killed = True
            raise SystemError("killed")

        async def change_of_the_living(*arguments: Any, **named: Any) -> Any:
            return None if is_killed else await change(*arguments, **named)

        monkeypatch.setattr(desk.service, "add", killed_add)
        monkeypatch.setattr(desk.service.feeds, "change", change_of_the_living)
        with pytest.raises(SystemError):
            await desk.add(web.feed("1", "2"), is_full=True)
    fetched = len(web.paths())
    async with desk_over(open_engine, web) as desk:
        # The killed process has the feed for some minutes still.
        assert await desk.polls.due() == []
        desk.now += 600
        assert [feed.number for feed in await desk.polls.due()] == [1]
        assert counts(await desk.poll()) == ((0, 0, 0, 0) if is_stored else (2, 0, 0, 0))
        assert await desk.articles() == 2
        assert whole("1") in await desk.texts()
    assert web.paths()[fetched:] == (["/feed"] if is_stored else ["/feed", "/1.html", "/2.html"])


async def test_a_feed_whose_poll_is_cancelled_is_free_at_once(desk: Desk, web: Site) -> None:
    await desk.add(web.feed("1"))
    held = asyncio.Event()
    loop = asyncio.get_running_loop()
    web.before = lambda _: loop.call_soon_threadsafe(held.set)
    desk.now += 900
    poll = asyncio.create_task(desk.polls.poll(1))
    await held.wait()
    poll.cancel()
    with pytest.raises(asyncio.CancelledError):
        await poll
    web.before = None
    assert [feed.number for feed in await desk.polls.due()] == [1]


async def test_two_processes_poll_a_feed_once(desk: Desk, open_engine: Callable[..., SearchEngine], web: Site) -> None:
    await desk.add(web.feed("1"))
    web.feed("2", "1")
    async with desk_over(open_engine, web, START + 900) as other:
        desk.now = START + 900
        refused = threading.Event()
        web.before = lambda _: refused.wait(60)  # the site answers the one when the other has given up
        polls = [asyncio.create_task(one.polls.poll(1)) for one in (desk, other)]
        first, second = await asyncio.wait(polls, return_when=asyncio.FIRST_COMPLETED)
        refused.set()
        assert [task.result() for task in first] == [None]
        assert [feed is None for feed in await asyncio.gather(*second)] == [False]
    assert web.paths() == ["/feed", "/feed"]
    assert await desk.articles() == 2


async def test_a_feed_that_is_removed_during_its_poll_stays_removed(desk: Desk, web: Site) -> None:
    address = web.feed("1")
    await desk.add(address)
    web.feed("2", "1")
    loop = asyncio.get_running_loop()

    def remove(_: str) -> None:
        asyncio.run_coroutine_threadsafe(desk.service.feeds.remove(1), loop).result(10)

    web.before = remove
    desk.now += 900
    assert await desk.polls.poll(1) is None
    assert await desk.service.feeds.all() == []
    assert await desk.articles() == 1


async def test_a_full_disk_leaves_the_entries_for_the_next_poll(
    desk: Desk, web: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    await desk.add(web.feed("1"))
    web.feed("2", "1")

    async def full(*_: Any, **__: Any) -> Any:
        raise StoreError("磁盘已满。")

    with monkeypatch.context() as broken:
        broken.setattr(desk.service, "add", full)
        with pytest.raises(StoreError):
            await desk.poll()
    assert counts(await desk.poll()) == (1, 0, 0, 0)
