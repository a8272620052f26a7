"""Requests that a program repeats: conditions, statuses, redirects that last, and robots.txt."""

from collections.abc import Iterator

import pytest

from retrieval.intake import LinkError, Robots, Validators
from retrieval.intake.link.robots import FORBIDDEN
from tests.support.feed_site import Page, Site, site


@pytest.fixture
def web() -> Iterator[Site]:
    with site() as made:
        yield made


@pytest.mark.parametrize("page", [Page(b"a", etag='"1"'), Page(b"a", modified="Tue, 05 Mar 2024 01:30:00 GMT")])
def test_an_unchanged_file_is_not_sent_again(page: Page, web: Site) -> None:
    web.pages["/feed"] = page
    first = web.fetcher.ask(f"{web.host}/feed")
    assert (first.status, first.data) == (200, b"a")
    assert first.validators == Validators(page.etag, page.modified)
    again = web.fetcher.ask(f"{web.host}/feed", first.validators)
    assert (again.status, again.data) == (304, b"")


def test_a_validator_that_can_not_be_sent_back_is_dropped(web: Site) -> None:
    web.pages["/feed"] = Page(b"a", headers={"ETag": "x" * 600, "Last-Modified": "\xe9t\xe9"})
    assert web.fetcher.ask(f"{web.host}/feed").validators == Validators()


@pytest.mark.parametrize("status", [404, 410, 429, 503])
def test_a_status_comes_as_a_value_with_the_time_to_wait(status: int, web: Site) -> None:
    web.pages["/feed"] = Page(status=status, headers={"Retry-After": "120"})
    reply = web.fetcher.ask(f"{web.host}/feed")
    assert (reply.status, reply.retry_after, reply.data) == (status, "120", b"")


@pytest.mark.parametrize(
    ("statuses", "lasting"),
    [((301,), "/1"), ((308, 301), "/2"), ((302,), "/0"), ((301, 302), "/1"), ((302, 301), "/0"), ((), "/0")],
)
def test_permanent_redirects_before_any_other_change_the_address(
    statuses: tuple[int, ...], lasting: str, web: Site
) -> None:
    for number, status in enumerate(statuses):
        web.pages[f"/{number}"] = Page(status=status, headers={"Location": f"/{number + 1}"})
    web.pages[f"/{len(statuses)}"] = Page(b"a")
    reply = web.fetcher.ask(f"{web.host}/0")
    assert (reply.address, reply.url) == (f"{web.host}{lasting}", f"{web.host}/{len(statuses)}")


def test_a_redirect_into_the_network_is_refused(web: Site) -> None:
    web.pages["/feed"] = Page(status=301, headers={"Location": "http://192.168.0.1/feed"})
    with pytest.raises(LinkError, match=r"内部网络|80 和 443"):
        web.fetcher.ask(f"{web.host}/feed")


def test_a_file_of_any_type_is_taken_up_to_its_limit(web: Site) -> None:
    web.pages["/feed"] = Page(b"x" * 6_000_000, type="application/x-odd")
    assert len(web.fetcher.ask(f"{web.host}/feed").data) == 6_000_000
    web.pages["/feed"] = Page(b"x" * 21_000_000)
    with pytest.raises(LinkError, match="超过 20 MB"):
        web.fetcher.ask(f"{web.host}/feed")


def robots_of(web: Site, *lines: str, **page: int) -> Robots:
    web.pages["/robots.txt"] = Page("\n".join(lines).encode(), type="text/plain", **page)
    return Robots(web.fetcher)


@pytest.mark.parametrize(
    ("lines", "path", "is_allowed"),
    [
        (["User-agent: *", "Disallow: /private"], "/private/1", False),
        (["User-agent: *", "Disallow: /private"], "/feed", True),
        (["User-agent: news-answers", "Disallow: /"], "/feed", False),
        (["User-agent: other", "Disallow: /"], "/feed", True),
        (["User-agent: *", "Disallow: /", "", "User-agent: news-answers", "Allow: /"], "/feed", True),
        (["<html>没有这个文件</html>"], "/feed", True),
        ([], "/feed", True),
        (["\ufeffUser-agent: *", "Disallow: /private"], "/private/1", False),
    ],
)
def test_robots_txt_decides_what_is_fetched(lines: list[str], path: str, is_allowed: bool, web: Site) -> None:
    web.pages[path] = Page(b"a")
    fetcher = web.fetcher.permitted(robots_of(web, *lines).permit)
    if is_allowed:
        assert fetcher.ask(f"{web.host}{path}").status == 200
    else:
        with pytest.raises(LinkError, match=FORBIDDEN):
            fetcher.ask(f"{web.host}{path}")
        assert path not in [path for path, _ in web.requests]


def test_a_redirect_to_a_forbidden_page_is_not_followed(web: Site) -> None:
    robots = robots_of(web, "User-agent: *", "Disallow: /private")
    web.pages["/feed"] = Page(status=302, headers={"Location": "/private"})
    with pytest.raises(LinkError, match=FORBIDDEN):
        web.fetcher.permitted(robots.permit).ask(f"{web.host}/feed")


def test_a_host_that_does_not_give_its_rules_allows_nothing_for_some_minutes(web: Site) -> None:
    web.pages["/robots.txt"] = Page(status=503)
    now = 0.0
    robots = Robots(web.fetcher, clock=lambda: now)
    for _ in range(2):
        with pytest.raises(LinkError, match=r"robots\.txt：网站出错（503）。"):
            robots.permit(f"{web.host}/feed")
    assert len(web.requests) == 1
    web.pages["/robots.txt"] = Page(status=404)
    now = 400.0
    robots.permit(f"{web.host}/feed")


def test_the_rules_of_a_host_are_fetched_once_a_day(web: Site) -> None:
    now = 0.0
    robots = Robots(web.fetcher, clock=lambda: now)
    for now in (0.0, 80_000.0, 90_000.0):  # noqa: B007
        robots.permit(f"{web.host}/feed")
    assert len(web.requests) == 2


def test_the_wait_between_two_requests_is_the_hosts_within_a_bound(web: Site) -> None:
    assert robots_of(web, "User-agent: *", "Crawl-delay: 3").pause(f"{web.host}/1") == 3
    assert robots_of(web, "User-agent: *", "Crawl-delay: 999").pause(f"{web.host}/1") == 10
    assert robots_of(web).pause(f"{web.host}/1") == 0
