"""The schedule of feeds: a fault of one feed, or of Telegram, stops no other, and an alarm is not lost."""

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field

import pytest

from bot.service.feed import Feed, Trouble
from bot.service.feed_poll import FeedPolls, Limits
from bot.service.search_service import SearchService
from bot.serving.feeds import FeedWatch
from retrieval.engine import SearchEngine
from retrieval.store.errors import StoreError
from tests.support.feed_site import Site, site
from tests.support.services import service_over

pytestmark = pytest.mark.anyio
START = 20_000 * 86_400.0


@dataclass
class Owner:
    """An owner who hears alarms, and a clock that a test sets."""

    heard: list[str] = field(default_factory=list)
    is_away: bool = False
    now: float = START

    async def tell(self, sentence: str) -> None:
        if self.is_away:
            raise StoreError("磁盘已满。")
        self.heard.append(sentence)

    def clock(self) -> float:
        return self.now


@pytest.fixture
def owner() -> Owner:
    return Owner()


@pytest.fixture
def web() -> Iterator[Site]:
    with site() as made:
        yield made


@pytest.fixture
async def service(open_engine: Callable[..., SearchEngine]) -> AsyncIterator[SearchService]:
    made = service_over(open_engine)
    await made.open()
    yield made
    await made.close()


def watch_over(service: SearchService, web: Site, owner: Owner) -> FeedWatch:
    polls = FeedPolls(service, web.fetcher, 15, clock=owner.clock, chance=lambda: 0.5)
    return FeedWatch(service, polls, owner.tell, owner.clock)


async def poll(watch: FeedWatch) -> None:
    await watch.poll()
    await watch.finished()


async def test_due_feeds_are_polled_and_the_others_are_not(service: SearchService, web: Site, owner: Owner) -> None:
    for number, moment in enumerate((START, START + 1)):
        await service.feeds.add(Feed(0, web.feed(str(number), path=f"/{number}"), is_full=False, next_at=int(moment)))
    watch = watch_over(service, web, owner)
    await poll(watch)
    assert web.paths() == ["/0"]
    await poll(watch)
    assert web.paths() == ["/0"]
    owner.now = START + 900
    await poll(watch)
    assert sorted(web.paths()) == ["/0", "/0", "/1"]


@pytest.mark.parametrize("fault", [StoreError("磁盘已满。"), ValueError("a fault of the program")])
async def test_a_feed_whose_poll_breaks_is_left_alone_and_the_others_go_on(
    fault: Exception, service: SearchService, web: Site, owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(2):
        await service.feeds.add(Feed(0, web.feed(str(number), path=f"/{number}"), is_full=False))
    whole_poll, broken = FeedPolls.poll, 0

    async def breaking(polls: FeedPolls, number: int, limits: Limits = Limits()) -> Feed | None:  # noqa: B008
        nonlocal broken
        if number == 1:
            broken += 1
            raise fault
        return await whole_poll(polls, number, limits)

    monkeypatch.setattr(FeedPolls, "poll", breaking)
    watch = watch_over(service, web, owner)
    for _ in range(3):
        await poll(watch)
    assert (web.paths(), broken) == (["/1"], 1)
    owner.now += 900
    await poll(watch)
    assert broken == 2


async def test_an_alarm_that_could_not_be_given_comes_later_and_once(
    service: SearchService, web: Site, owner: Owner
) -> None:
    await service.feeds.add(Feed(0, web.feed("1"), "城北公告", has_ended=True))
    watch = watch_over(service, web, owner)
    owner.is_away = True
    with pytest.raises(StoreError):
        await watch.tell()
    owner.is_away = False
    for _ in range(3):
        await watch.tell()
    assert len(owner.heard) == 1
    feed = await service.feeds.one(1)
    assert feed is not None
    assert feed.told is Trouble.ENDED


async def test_a_daily_feed_that_falls_silent_is_told_once_and_once_more_when_it_speaks(
    service: SearchService, web: Site, owner: Owner
) -> None:
    await service.feeds.add(Feed(0, web.feed("0"), is_full=False))
    watch = watch_over(service, web, owner)
    for day in range(8):
        owner.now = START + day * 86_400
        web.feed(str(day))
        await poll(watch)
        await watch.tell()
    assert owner.heard == []
    for quarter in range(1, 400):
        owner.now = START + 7 * 86_400 + quarter * 900
        await poll(watch)
        await watch.tell()
    assert owner.heard == ["⚠️ 订阅源 #1《城北公告》 一向每天更新，已有 36 小时没有新条目。恢复时再说一次。"]
    web.feed("9")
    owner.now += 1_000
    await poll(watch)
    await watch.tell()
    assert owner.heard[1:] == ["订阅源 #1《城北公告》 恢复了。"]
