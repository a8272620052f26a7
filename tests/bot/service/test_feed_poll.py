"""Polls of feeds over a real web server: what is asked for, what is stored, and what happens when things go wrong."""

from collections.abc import Callable

import pytest

from bot.service.feed import Counts, Feed
from bot.service.feed_poll import FIRST, Added, FeedError
from retrieval.change import NOBODY
from retrieval.engine import SearchEngine
from tests.support.feed_desk import START, Desk, counts, desk_over
from tests.support.feed_site import HTML, Page, Site, rss_of, summary, whole

pytestmark = pytest.mark.anyio


def code(feed: Feed) -> str:
    assert feed.last is not None
    return feed.last.code


def reason(feed: Feed) -> str:
    assert feed.last is not None
    return feed.last.reason


async def test_a_feed_is_stored_with_its_entries_and_polled_again_when_due(desk: Desk, web: Site) -> None:
    feed = await desk.add(web.feed("1", "2"))
    assert (feed.number, feed.title, counts(feed), feed.left) == (1, "城北公告", (2, 0, 0, 0), 0)
    assert feed.next_at == START + 900
    assert await desk.polls.due() == []
    found = await desk.service.search("第1片区停水", 5)
    assert found.hits[0].passage.url == f"{web.host}/1.html"
    assert found.hits[0].passage.source == "城北公告"
    web.feed("3", "1", "2")
    desk.now = START + 900
    assert [feed.number for feed in await desk.polls.due()] == [1]
    assert counts(await desk.poll()) == (1, 0, 0, 0)
    assert await desk.articles() == 3


async def test_an_unchanged_feed_is_neither_sent_nor_read_again(desk: Desk, web: Site) -> None:
    await desk.add(web.feed("1", etag='"1"', modified="Tue, 05 Mar 2024 01:30:00 GMT"))
    assert code(await desk.poll()) == "same"
    sent = web.requests[-1][1]
    assert (sent["If-None-Match"], sent["If-Modified-Since"]) == ('"1"', "Tue, 05 Mar 2024 01:30:00 GMT")
    # A server without validators sends the same bytes.
    await desk.add(web.feed("2", path="/plain"))
    assert code(await desk.poll(2)) == "same"
    assert "If-None-Match" not in web.requests[-1][1]


async def test_after_a_restart_nothing_is_fetched_twice(open_engine: Callable[..., SearchEngine], web: Site) -> None:
    for name in ("1", "2"):
        web.article(name)
    async with desk_over(open_engine, web) as desk:
        await desk.add(web.feed("1", "2", etag='"1"'), is_full=True)
    fetched = web.paths()
    assert sorted(fetched) == ["/1.html", "/2.html", "/feed"]
    async with desk_over(open_engine, web, START + 60) as desk:
        assert await desk.polls.due() == []
        desk.now = START + 900
        assert [feed.number for feed in await desk.polls.due()] == [1]
        assert code(await desk.poll()) == "same"
        web.feed("3", "1", "2")
        web.article("3")
        assert counts(await desk.poll()) == (1, 0, 0, 0)
    assert web.paths()[len(fetched) :] == ["/feed", "/feed", "/3.html"]


async def test_the_pages_of_a_feed_with_summaries_are_read(desk: Desk, web: Site) -> None:
    web.article("1")
    added = await desk.polls.add(web.feed("1", "2"), None)
    assert added == Added(added.feed, is_new=True, is_decided=True)
    assert added.feed.is_full is True
    texts = await desk.texts()
    assert whole("1") in texts
    # The page of the second entry is missing: what the feed shows is stored.
    assert summary("2").rstrip("…") in texts
    first = await desk.service.article(1)
    assert first is not None
    assert (first.title, first.url, first.source) == ("第1号公告", f"{web.host}/1.html", "城北公告")


async def test_no_page_is_read_when_the_editor_wants_the_summaries(desk: Desk, web: Site) -> None:
    web.article("1")
    added = await desk.polls.add(web.feed("1"), False)
    assert (added.feed.is_full, added.is_decided) == (False, False)
    assert web.paths() == ["/feed"]
    # The same address again changes only that.
    again = await desk.polls.add(f"{web.host}/feed", True)
    assert (again.is_new, again.feed.is_full) == (False, True)
    assert web.paths() == ["/feed"]
    web.feed("2", "1")
    web.article("2")
    await desk.poll()
    assert whole("2") in await desk.texts()


async def test_robots_txt_holds_for_the_feed_and_for_the_pages(desk: Desk, web: Site) -> None:
    web.pages["/robots.txt"] = Page(b"User-agent: *\nDisallow: /1.html\nDisallow: /closed", type="text/plain")
    web.article("1")
    with pytest.raises(FeedError, match=r"robots\.txt"):
        await desk.add(web.feed("1", path="/closed"))
    await desk.add(web.feed("1"), is_full=True)
    assert web.paths() == ["/feed"]
    assert summary("1").rstrip("…") in await desk.texts()


@pytest.mark.parametrize("status", [301, 308])
async def test_a_permanent_redirect_changes_the_address(status: int, desk: Desk, web: Site) -> None:
    address = web.feed("1")
    await desk.add(address)
    web.pages["/feed"] = Page(status=status, headers={"Location": "/moved"})
    web.feed("2", "1", path="/moved")
    assert (await desk.poll()).address == f"{web.host}/moved"
    await desk.poll()
    assert web.paths()[-1] == "/moved"


async def test_a_temporary_redirect_or_one_to_no_feed_keeps_the_address(desk: Desk, web: Site) -> None:
    address = web.feed("1")
    await desk.add(address)
    web.pages["/feed"] = Page(status=302, headers={"Location": "/moved"})
    web.feed("2", path="/moved")
    assert (await desk.poll()).address == address
    web.pages["/feed"] = Page(status=301, headers={"Location": "/login"})
    web.pages["/login"] = Page(b"<!doctype html><html><body>login</body></html>", type=HTML)
    failed = await desk.poll()
    assert (failed.address, reason(failed)) == (address, "这个网址不是 RSS 或 Atom。")


async def test_a_feed_that_is_gone_ends(desk: Desk, web: Site) -> None:
    await desk.add(web.feed("1"))
    web.pages["/feed"] = Page(status=410)
    ended = await desk.poll()
    assert (code(ended), ended.has_ended) == ("ended", True)
    desk.now += 999_999
    assert await desk.polls.due() == []
    assert await desk.polls.poll(1) is None
    assert await desk.articles() == 1


async def test_a_server_is_left_alone_for_as_long_as_it_asks(desk: Desk, web: Site) -> None:
    await desk.add(web.feed("1"))
    web.pages["/feed"] = Page(status=429, headers={"Retry-After": "7200"})
    failed = await desk.poll()
    assert (code(failed), reason(failed), failed.failures) == ("failed", "网站说访问太频繁（429）。", 1)
    assert failed.next_at == desk.now + 7_200


async def test_failures_double_the_pause_and_a_success_ends_them(desk: Desk, web: Site) -> None:
    await desk.add(web.feed("1"))
    web.pages["/feed"] = Page(status=503)
    pauses = []
    for _ in range(4):
        failed = await desk.poll()
        pauses.append(failed.next_at - desk.now)
    assert pauses == [900, 1_800, 3_600, 7_200]
    assert (failed.failures, failed.first_failure_at) == (4, START + 900)
    web.feed("2", "1")
    works = await desk.poll()
    assert (works.failures, works.first_failure_at, works.next_at) == (0, 0, desk.now + 900)


@pytest.mark.parametrize(
    ("page", "why"),
    [
        (Page(status=404), "网页不存在或已被删除（404）。"),
        (Page(b"<html>x</html>", type=HTML), "这个网址不是 RSS 或 Atom。"),
        (Page(b""), "这个网址不是 RSS 或 Atom。"),
        (Page(status=302, headers={"Location": "http://10.0.0.1/feed"}), "网址指向内部网络，不能访问。"),
        (Page(status=302, headers={"Location": "file:///etc/passwd"}), "只能收录 http 或 https 链接。"),
        (Page(b"x" * 21_000_000), "文件太大，超过 20 MB。"),
        (Page(b"<rss>" + b"<item/>" * 50_001), "条目超过 50,000 个，没有读取。"),
    ],
)
async def test_each_fault_is_one_sentence(page: Page, why: str, desk: Desk, web: Site) -> None:
    web.pages["/bad"] = page
    with pytest.raises(FeedError) as refused:
        await desk.add(f"{web.host}/bad")
    assert str(refused.value) == why
    assert await desk.service.feeds.all() == []
    await desk.add(web.feed("1"))
    web.pages["/feed"] = page
    assert reason(await desk.poll()) == why


@pytest.mark.parametrize("address", ["ftp://a.cn/feed", "news.example.cn/rss", "http://192.168.1.1/rss", "rss"])
async def test_an_address_that_is_not_public_and_http_is_refused(address: str, desk: Desk) -> None:
    with pytest.raises(FeedError, match=r"。$"):
        await desk.add(address)


async def test_a_page_that_links_to_a_feed_leads_to_it(desk: Desk, web: Site) -> None:
    web.feed("1")
    head = "<link rel=alternate type='application/rss+xml' href='/feed'>"
    web.pages["/"] = Page(f"<!doctype html><html><head>{head}</head></html>".encode(), type=HTML)
    assert (await desk.add(f"{web.host}/")).address == f"{web.host}/feed"


async def test_a_feed_of_broken_xml_in_another_encoding_than_it_says_is_stored(desk: Desk, web: Site) -> None:
    broken = rss_of(web.host, "1", "2").decode().replace("</item>", "&nbsp;<br></item>").replace("</channel>", "")
    web.pages["/feed"] = Page(broken.encode("gb18030"), type="application/xml; charset=utf-8")
    assert counts(await desk.add(f"{web.host}/feed")) == (2, 0, 0, 0)
    assert summary("1").rstrip("…") in await desk.texts()


async def test_entries_without_links_and_dates_are_stored_once(desk: Desk, web: Site) -> None:
    items = [f"<item><description>{summary(str(number))}</description></item>" for number in range(3)]
    head = "<rss><channel><title>城北公告</title>"
    web.pages["/feed"] = Page(f"{head}{items[0]}{items[1]}</channel></rss>".encode())
    assert counts(await desk.add(f"{web.host}/feed")) == (2, 0, 0, 0)
    web.pages["/feed"] = Page(f"{head}{items[2]}{items[1]}{items[0]}</channel></rss>".encode())
    assert counts(await desk.poll()) == (1, 0, 0, 0)
    assert await desk.articles() == 3


async def test_a_large_feed_comes_over_several_polls_and_batches(desk: Desk, web: Site) -> None:
    names = [str(number) for number in range(10_000)]
    feed = await desk.add(web.feed(*names, etag='"1"'))
    assert (counts(feed), feed.left) == ((FIRST.entries, 0, 0, 0), 10_000 - FIRST.entries)
    assert feed.next_at == desk.now + 300
    # Reader's questions come in between two batches.
    answered = [await desk.service.search("第1片区停水", 1)]
    feed = await desk.poll(entries=400)
    assert (counts(feed), feed.left) == ((400, 0, 0, 0), 9_400)
    # What was not read whole is asked for without conditions.
    assert "If-None-Match" not in web.requests[-1][1]
    assert await desk.articles() == 600
    assert answered[0].hits


async def test_a_poll_reads_a_bounded_number_of_pages(desk: Desk, web: Site) -> None:
    names = [str(number) for number in range(50)]
    for name in names:
        web.article(name)
    feed = await desk.add(web.feed(*names), is_full=True)
    assert (counts(feed), feed.left) == ((FIRST.pages, 0, 0, 0), 30)
    feed = await desk.poll(pages=45)
    assert (counts(feed), feed.left) == ((30, 0, 0, 0), 0)
    assert len(web.paths()) == 52


async def test_a_poll_without_time_takes_one_page_and_leaves_the_rest(desk: Desk, web: Site) -> None:
    await desk.add(web.feed("1"), is_full=True)
    web.feed("3", "2", "1")
    feed = await desk.poll(seconds=0.0)
    assert (counts(feed), feed.left) == ((1, 0, 0, 0), 1)
    assert counts(await desk.poll()) == (1, 0, 0, 0)


async def test_a_removed_article_of_an_entry_that_was_taken_does_not_come_back(desk: Desk, web: Site) -> None:
    await desk.add(web.feed("1"))
    await desk.service.changes.remove([1], NOBODY, 1)
    web.feed("2", "1")
    assert counts(await desk.poll()) == (1, 0, 0, 0)
    assert await desk.service.article(1) is None


async def test_the_rhythm_of_a_feed_is_its_days_with_new_entries(desk: Desk, web: Site) -> None:
    feed = await desk.add(web.feed("0"))
    for day in range(1, 4):
        desk.now = START + day * 86_400
        web.feed(str(day))
        feed = await desk.poll()
    desk.now += 86_400
    assert (await desk.poll()).days == feed.days == (20_000, 20_001, 20_002, 20_003)
    assert feed.last_new_at == START + 3 * 86_400


async def test_the_counts_of_a_poll_are_those_of_its_batches(desk: Desk, web: Site) -> None:
    names = [str(number) for number in range(90)]
    assert (await desk.add(web.feed(*names))).last.counts == Counts(added=90)  # type: ignore[union-attr]
