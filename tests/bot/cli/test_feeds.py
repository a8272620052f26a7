"""The command `feeds`: lines for people, one object for programs, and exit codes."""

import asyncio
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.service.feeds import Feeds
from bot.service.file_storage import file_memory
from bot.words import operators
from retrieval.intake import ListedFeed, read_opml, write_opml
from retrieval.store.database import Database
from retrieval.text.analyzer import Analyzer
from tests.support.command_line import Run, assert_one_sentence
from tests.support.feed_site import Page, Site, site

FEED = {"id", "address", "title", "full_text", "next", "failures", "trouble", "entries", "left", "last"}


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch, analyzer: Analyzer) -> Iterator[Site]:
    monkeypatch.setattr("bot.cli.database.Analyzer", lambda *_, **__: analyzer)
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
        asyncio.run(Feeds(file_memory(Database(database)), thread).change(1, claimed_until=int(time.time()) + 600))
    polled = run("feeds", "--poll")
    assert (polled.code, polled.out) == (0, "1\t城北公告\t没有取：另一个程序正在取\n")
    assert web.paths() == ["/feed"]


def test_what_is_no_feed_is_refused_on_standard_error(run: Run, web: Site) -> None:
    refused = run("feeds", "--add", f"{web.host}/none")
    assert (refused.code, refused.out, refused.err) == (1, "", "没有加上：网页不存在或已被删除（404）。\n")


def opml(path: Path, *addresses: str) -> str:
    path.write_text(write_opml(ListedFeed(address, f"源{n}") for n, address in enumerate(addresses, 1)), "utf-8")
    return str(path)


def test_the_feeds_of_an_opml_file_are_added_and_written(run: Run, web: Site, tmp_path: Path) -> None:
    first, second = web.feed("1", path="/a"), web.feed("2", path="/b")
    run("feeds", "--add", first, "--summary")
    file = opml(tmp_path / "a.OPML", first, second, f"{web.host}/none", second, "ftp://a.cn/rss")
    added = run("feeds", "--add", file, "--summary")
    assert added.code == 1
    assert added.out.splitlines() == [
        "已有订阅源 #1《城北公告》，只收源里的文字。",
        "已加上订阅源 #2《城北公告》：1 条，新增 1 · 更正 0 · 已有 0 · 未收录 0。只收源里的文字。",
    ]
    assert added.err.splitlines() == [
        "没有加上 源3：网页不存在或已被删除（404）。",
        "没有加上 源4：文件里已经有这个网址。",
        "没有加上 源5：只能收录 http 或 https 链接。",
    ]
    report = run("feeds", "--add", file, "--json").json
    assert [(one["added"], one["feed"]["id"]) for one in report["feeds"]] == [(False, 1), (False, 2)]
    assert [one["item"] for one in report["refused"]] == ["源3", "源4", "源5"]
    written = run("feeds", "--opml")
    assert (written.code, written.err) == (0, "")
    assert read_opml(written.out.encode()) == [ListedFeed(first, "城北公告"), ListedFeed(second, "城北公告")]
    assert run("feeds", "--opml", "--json").json == {"opml": written.out}


def test_a_feed_without_a_title_gets_that_of_the_opml_file(run: Run, web: Site, tmp_path: Path) -> None:
    web.pages["/a"] = Page(b"<rss><channel></channel></rss>")
    run("feeds", "--add", opml(tmp_path / "a.opml", f"{web.host}/a"))
    assert run("feeds", "--json").json["feeds"][0]["title"] == "源1"


def test_more_feeds_than_there_is_room_for_are_not_fetched(
    run: Run, web: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.service.feed_list.MOST_FEEDS", 1)
    addresses = [web.feed(name, path=f"/{name}") for name in ("a", "b", "c")]
    added = run("feeds", "--add", opml(tmp_path / "a.opml", *addresses), "--summary")
    assert (added.code, added.out.count("\n"), web.paths()) == (1, 1, ["/a"])
    assert added.err.splitlines() == [f"没有加上 源{n}：最多 100 个订阅源，先去掉一个再加。" for n in (2, 3)]


def test_an_opml_file_that_can_not_be_read_is_refused(run: Run, web: Site, tmp_path: Path) -> None:
    assert_one_sentence(run("feeds", "--add", str(tmp_path / "missing.opml")))
    (tmp_path / "a.opml").write_bytes(b'<!DOCTYPE opml [<!ENTITY a "b">]><opml/>')
    refused = run("feeds", "--add", str(tmp_path / "a.opml"))
    assert (refused.code, refused.out) == (1, "")
    assert refused.err == "没有加上：XML 里有 DOCTYPE 或 ENTITY 声明，为安全起见不读取。\n"


def test_a_list_of_feeds_is_known_by_its_content(run: Run, web: Site, tmp_path: Path) -> None:
    address = web.feed("1")
    for name in ("a.xml", "b.txt"):
        assert run("feeds", "--add", opml(tmp_path / name, address), "--summary").code == 0
    (tmp_path / "c.txt").write_text("订阅源", "utf-8")
    refused = run("feeds", "--add", str(tmp_path / "c.txt"))
    assert (refused.code, refused.err) == (1, "没有加上：不是 OPML 文件。\n")


def test_the_feeds_before_a_break_are_added_and_the_break_is_told(run: Run, web: Site, tmp_path: Path) -> None:
    file = tmp_path / "a.opml"
    opml(file, web.feed("1"), f"{web.host}/none")
    file.write_bytes(file.read_bytes().partition(b"/none")[0])
    added = run("feeds", "--add", str(file), "--summary")
    assert (added.code, added.out.count("\n")) == (1, 1)
    assert added.err == f"没有加上 {file}：文件在中途断了，只读到断处之前的 1 个订阅源。\n"


def test_before_the_first_feed_the_list_is_empty(run: Run, database: Path) -> None:
    listed = run("feeds")
    assert (listed.code, listed.out, listed.err) == (0, "", f"{operators.NO_FEEDS}\n")
    assert run("feeds", "--json").json == {"feeds": []}
    written = run("feeds", "--opml")
    assert (written.code, written.out, written.err) == (0, write_opml([]), "")
    assert not database.exists()


@pytest.mark.parametrize("arguments", [["--poll"], ["--remove", "1"]])
def test_without_a_database_there_is_nothing_to_do(arguments: list[str], run: Run, database: Path) -> None:
    assert_one_sentence(run("feeds", *arguments))
    assert not database.exists()


@pytest.mark.parametrize(
    "arguments", [["--full-text"], ["--poll", "--summary"], ["--add"], ["--add", "x", "--poll"], ["--remove", "x"]]
)
def test_a_wrong_call_is_a_mistake_of_usage(arguments: list[str], run: Run) -> None:
    assert run("feeds", *arguments).code == 2
