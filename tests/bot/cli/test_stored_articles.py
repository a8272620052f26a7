"""The commands `remove`, `list`, `show` and `stats`."""

from pathlib import Path

import pytest

from bot.words import editors
from tests.support.command_line import METRO, PARK, Run, ids, jsonl
from tests.support.json_shapes import ARTICLE, LISTED, STATS, assert_shape


def test_remove_deletes_stored_articles_and_names_missing_ids(three: Run) -> None:
    ran = three("remove", 2, 99, 2, "--json")
    assert (ran.code, ran.json) == (1, {"removed": [2], "missing": [99]})
    assert "99" in ran.err
    assert three("ask", "地铁十七号线全长多少公里").code == 1
    ran = three("remove", 1, 3)
    assert (ran.code, ran.out, ran.err) == (0, "已下架 #1、#3。\n", "")
    assert ids(three) == []


def test_list_prints_a_line_or_an_object_per_article(three: Run) -> None:
    lines = [line.split("\t") for line in three("list").out.splitlines()]
    assert lines[0] == ["1", "2020-05-11 09:00", "新民晚报", "游乐园开放"]
    assert lines[2] == ["3", "-", "-", "大桥完工"]
    articles = three("list", "--json").json["articles"]
    for article in articles:
        assert_shape(article, LISTED)
    assert [article["id"] for article in articles] == [1, 2, 3]


def test_show_prints_the_whole_article(three: Run) -> None:
    out = three("show", 2).out
    assert all(part in out for part in ("《地铁试运行》", "北京日报 · 2021-12-31", "https://a.cn/2", METRO))
    article = three("show", 2, "--json").json
    assert_shape(article, ARTICLE)
    assert (article["id"], article["paragraphs"]) == (2, [METRO])


@pytest.mark.parametrize("command", ["show", "remove"])
@pytest.mark.parametrize("number", [0, -1, 99, 2**63, 10**30])
def test_an_unknown_article_id_is_reported_with_exit_code_1(three: Run, command: str, number: int) -> None:
    ran = three(command, number)
    assert (ran.code, ran.out, ran.err) == (1, "", editors.no_such_article(number) + "\n")


def test_stats_prints_one_object_or_a_line_per_figure(three: Run, database: Path) -> None:
    statistics = three("stats", "--json").json
    assert_shape(statistics, STATS)
    assert (statistics["articles"], statistics["passages"], statistics["sources"]) == (3, 3, 2)
    assert (statistics["oldest"], statistics["newest"]) == ("2020-05-11 09:00", "2021-12-31")
    assert (statistics["database"], statistics["bytes"]) == (str(database), database.stat().st_size)
    assert three("stats").out.splitlines()[0] == "文章：3"


def test_no_control_character_of_an_article_reaches_the_terminal(run: Run) -> None:
    evil = "\x1b]0;x\x07"
    line = {"title": f"题目{evil}", "text": f"{PARK}{evil}", "source": f"报{evil}", "headings": [], "heading_lines": []}
    shown = [run("add", "-", stdin=jsonl(line)), run("list"), run("show", 1), run("ask", "游乐园每天限多少人")]
    assert [ran.out for ran in shown if "\x1b" in ran.out or "\x07" in ran.out] == []
