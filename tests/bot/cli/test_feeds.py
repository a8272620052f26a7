"""The command `feeds`: lines for people, one object for programs, and exit codes."""

import asyncio
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.service.feeds import Feeds
from bot.service.memory import Memory
from bot.words import operators
from retrieval.store.database import Database
from retrieval.text.analyzer import Analyzer
from tests.support.command_line import Run, assert_one_sentence
from tests.support.feed_site import Page, Site, site

FEED = {"id", "address", "title", "full_text", "next", "failures", "trouble", "entries", "left", "last"}


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch, analyzer: Analyzer) -> Iterator[Site]:
    monkeypatch.setattr("bot.cli.database.Analyzer", lambda: analyzer)
    with site() as made:
        monkeypatch.setattr("bot.cli.feeds.Fetcher", lambda **_: made.fetcher)
        yield made


def test_a_feed_is_added_listed_polled_and_removed(run: Run, web: Site) -> None:
    address = web.feed("1", "2")
    added = run("feeds", "--add", address, "--summary")
    assert (added.code, added.out, added.err) == (
        0,
        "已加上订阅源 #1《城北公告》：2 条，新增 2 · 更正 0 · 已有 0 · 未收录 0。只收源里的文字。\n",
        "",
    )
    listed = run("feeds")
    assert listed.code == 0
    number, title, where, state = listed.out.rstrip("\n").split("\t")
    assert (number, title, where) == ("1", "城北公告", address)
    assert "取到：新增 2" in state
    web.feed("3", "1", "2")
    polled = run("feeds", "--poll")
    assert polled.code == 0
    assert polled.out.startswith("1\t城北公告\t")
    assert polled.out.endswith("取到：新增 1 · 更正 0 · 已有 0 · 未收录 0\n")
    assert "没有新条目" in run("feeds", "--poll").out
    assert "第3号公告" in run("list").out
    removed = run("feeds", "--remove", "1")
    assert (removed.code, removed.out) == (0, "已去掉订阅源 #1《城北公告》，收录的报道还在。\n")
    again = run("feeds", "--remove", "1")
    assert (again.code, again.out, again.err) == (1, "", "没有编号为 1 的订阅源。\n")
    assert run("feeds").err == f"{operators.NO_FEEDS}\n"


def test_full_text_reads_the_pages(run: Run, web: Site) -> None:
    web.article("1")
    assert run("feeds", "--add", web.feed("1"), "--full-text").out.endswith("会取每条链接里的全文。\n")
    assert web.paths() == ["/feed", "/1.html"]


def test_programs_get_one_object(run: Run, web: Site) -> None:
    added = run("feeds", "--add", web.feed("1"), "--summary", "--json").json
    assert (added["added"], set(added["feed"])) == (True, FEED)
    [listed] = run("feeds", "--json").json["feeds"]
    assert set(listed) == FEED
    assert (listed["id"], listed["full_text"], listed["trouble"], listed["left"]) == (1, False, None, 0)
    assert set(listed["last"]) == {"result", "at", "reason", "added", "updated", "duplicates", "refused"}
    [polled] = run("feeds", "--poll", "--json").json["feeds"]
    assert (polled["polled"], polled["last"]["result"]) == (True, "same")
    assert run("feeds", "--remove", "1", "--json").json == {"removed": 1}
    missing = run("feeds", "--remove", "1", "--json")
    assert (missing.code, missing.json) == (1, {"removed": None})
    assert run("feeds", "--json").json == {"feeds": []}


def test_a_feed_that_fails_is_named_and_the_others_are_polled(run: Run, web: Site) -> None:
    run("feeds", "--add", web.feed("1", path="/a"), "--summary")
    run("feeds", "--add", web.feed("2", path="/b"), "--summary")
    web.pages["/a"] = Page(status=503)
    web.feed("3", path="/b")
    polled = run("feeds", "--poll")
    assert polled.code == 1
    first, second = polled.out.splitlines()
    assert first.endswith("没取到（连续 1 次）：网站出错（503）")
    assert "新增 1" in second
    web.pages["/a"] = Page(status=410)
    assert run("feeds", "--poll").code == 1
    # An ended feed is left out.
    assert run("feeds", "--poll").out.count("\n") == 1
    assert run("feeds", "--json").json["feeds"][0]["trouble"] == "ended"


def test_a_feed_that_another_process_polls_is_left_to_it(run: Run, web: Site, database: Path) -> None:
    run("feeds", "--add", web.feed("1"), "--summary")
    with ThreadPoolExecutor(1) as thread:
        asyncio.run(Feeds(Memory(Database(database)), thread).change(1, claimed_until=int(time.time()) + 600))
    polled = run("feeds", "--poll")
    assert (polled.code, polled.out) == (0, "1\t城北公告\t没有取：另一个程序正在取\n")
    assert web.paths() == ["/feed"]


def test_what_is_no_feed_is_refused_on_standard_error(run: Run, web: Site) -> None:
    refused = run("feeds", "--add", f"{web.host}/none")
    assert (refused.code, refused.out, refused.err) == (1, "", "没有加上：网页不存在或已被删除（404）。\n")


@pytest.mark.parametrize("arguments", [["--poll"], ["--remove", "1"], []])
def test_without_a_database_there_is_nothing_to_do(arguments: list[str], run: Run, database: Path) -> None:
    assert_one_sentence(run("feeds", *arguments))
    assert not database.exists()


@pytest.mark.parametrize(
    "arguments", [["--full-text"], ["--poll", "--summary"], ["--add"], ["--add", "x", "--poll"], ["--remove", "x"]]
)
def test_a_wrong_call_is_a_mistake_of_usage(arguments: list[str], run: Run) -> None:
    assert run("feeds", *arguments).code == 2
