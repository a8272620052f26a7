"""The command `export`, and its file read back by `add`."""

import json
from pathlib import Path

import pytest

from bot.words import operators
from retrieval.article import Article
from tests.support.command_line import (
    METRO,
    PARK,
    THREE,
    Run,
    assert_one_sentence,
    generated,
    ids,
    jsonl,
)
from tests.support.project import ROOT


def test_exported_articles_are_read_back_byte_for_byte_with_their_ids(
    three: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    three("add", next((ROOT / "data").glob("*.txt")))
    newer = {**THREE[1], "text": METRO + "票价三元起。\n\n首班车六点。"}
    three("add", "-", stdin=jsonl(newer, {"text": "没有题目的一条消息，说的是天气转凉。"}))
    three("remove", 1, 5)
    three("add", "-", stdin=jsonl({**THREE[0], "source": "转载的报", "title": '题目里有"引号"和\\，还有🎢'}))
    assert three("export", "first.jsonl").code == 0
    monkeypatch.setenv("DATABASE_PATH", str(tmp_path / "fresh.db"))
    assert three("add", "first.jsonl").code == 0
    assert three("export", "second.jsonl").code == 0
    first = (tmp_path / "first.jsonl").read_bytes()
    assert first == (tmp_path / "second.jsonl").read_bytes()
    assert [json.loads(line)["id"] for line in first.splitlines()] == [2, 3, 4, 6]
    assert three("add", "first.jsonl", "--json").json["duplicates"] == 4
    assert three("check").code == 0


def test_two_articles_made_equal_by_an_update_are_exported_and_read_back_as_two(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = {"title": "游乐园开放", "text": PARK, "url": "https://a.cn/1"}
    two = {"title": "地铁试运行", "text": METRO, "url": "https://a.cn/2"}
    for article in (record, two, {**two, "text": PARK}):
        run("add", "-", stdin=jsonl(article))
    run("export", "first.jsonl")
    monkeypatch.setenv("DATABASE_PATH", str(tmp_path / "fresh.db"))
    run("add", "first.jsonl")
    assert ids(run) == [1, 2]


def test_an_export_to_standard_output_prints_only_article_lines(three: Run) -> None:
    ran = three("export", "-")
    assert [json.loads(line)["id"] for line in ran.out.splitlines()] == [1, 2, 3]
    assert ran.err == operators.exported(3, "-") + "\n"


def test_a_failing_export_keeps_the_old_file(three: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    three("export", "old.jsonl")
    old = (tmp_path / "old.jsonl").read_text("utf-8")

    def fail_at_the_second(number: int, article: Article) -> str:
        if number == 2:
            raise OSError(28, "No space left on device")
        return "x" * 100_000

    monkeypatch.setattr("bot.service.copies.write_line", fail_at_the_second)
    assert_one_sentence(three("export", "old.jsonl"))
    assert (tmp_path / "old.jsonl").read_text("utf-8") == old


def test_an_export_replaces_the_whole_file_and_leaves_no_temporary_file(three: Run, tmp_path: Path) -> None:
    three("export", "old.jsonl")
    line = (tmp_path / "old.jsonl").read_text("utf-8").splitlines(keepends=True)[0]
    (tmp_path / "old.jsonl").write_text(line * 100, "utf-8")
    assert three("export", "old.jsonl").code == 0
    assert len((tmp_path / "old.jsonl").read_text("utf-8").splitlines()) == 3
    assert list(tmp_path.glob("old*")) == [tmp_path / "old.jsonl"]


@pytest.mark.parametrize("target", ["", ".", "/", "folder", "missing/a.jsonl"])
def test_an_export_to_a_target_that_is_not_a_file_is_refused_with_a_sentence(
    three: Run, tmp_path: Path, target: str
) -> None:
    (tmp_path / "folder").mkdir()
    assert_one_sentence(three("export", target))


def test_an_article_whose_number_is_taken_takes_none_of_the_following_lines_numbers(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("add", "-", stdin=jsonl(*generated(0, 100)))
    run("export", "all.jsonl")
    exported = run("list").out.splitlines()
    monkeypatch.setenv("DATABASE_PATH", str(tmp_path / "other.db"))
    run("add", "-", stdin=PARK.encode())
    added = run("add", "all.jsonl")
    assert "导出的编号 #1：已是另一篇文章的，改为 #101。" in added.err
    listed = run("list").out.splitlines()
    assert listed[1:100] == exported[1:]
    assert listed[100].split("\t")[1:] == exported[0].split("\t")[1:]
    assert len(listed) == 101
    assert run("check").code == 0


def test_of_many_taken_numbers_a_few_are_named_and_the_others_counted(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("add", "-", stdin=jsonl(*generated(0, 60)))
    run("export", "all.jsonl")
    monkeypatch.setenv("DATABASE_PATH", str(tmp_path / "other.db"))
    run("add", "-", stdin=jsonl(*generated(60, 120)))
    added = run("add", "all.jsonl")
    assert [line for line in added.err.splitlines() if "导出的编号" in line] == [
        *(f"导出的编号 #{number}：已是另一篇文章的，改为 #{number + 60}。" for number in range(1, 6)),
        "导出的编号 另有 55 处：已是另一篇文章的，改为 #61。",
    ]
    assert ids(run) == list(range(1, 121))
