"""The commands `merge`, `history`, `log` and `undo`, and what `add` says about removed and nearly equal articles."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.command_line import THREE, Ran, Run, execute, ids, jsonl

NEAR = {**THREE[0], "source": "解放日报"}


@pytest.fixture
def add(run: Run, tmp_path: Path) -> Callable[..., Ran]:
    """The command `add` over a file of these articles."""

    def add(*articles: dict[str, Any], options: tuple[str, ...] = ()) -> Ran:
        (tmp_path / "in.jsonl").write_bytes(jsonl(*articles))
        return run("add", str(tmp_path / "in.jsonl"), *options)

    return add


def test_add_says_which_stored_article_is_nearly_the_same(run: Run, add: Callable[..., Ran]) -> None:
    added = add(THREE[0], NEAR)
    assert "与 #1 几乎相同；是更正的话，请用 merge 1 2 合并。" in added.out
    assert [article["near"] for article in add(THREE[1], options=("--json",)).json["articles"]] == [None]


def test_merge_keeps_the_first_number_and_the_second_text(run: Run, add: Callable[..., Ran]) -> None:
    add(THREE[0], NEAR)
    merged = run("merge", "1", "2")
    assert (merged.code, merged.out) == (0, "#2 已并入 #1。来源：新民晚报 → 解放日报\n")
    assert ids(run) == [1]
    assert run("show", "1", "--json").json["source"] == "解放日报"


@pytest.mark.parametrize(
    ("numbers", "said"), [(("1", "9"), "没有编号为 9 的文章。"), (("1", "1"), "两个编号相同，没有改动。")]
)
def test_merge_of_nothing_is_refused(run: Run, add: Callable[..., Ran], numbers: tuple[str, str], said: str) -> None:
    add(THREE[0])
    refused = run("merge", *numbers)
    assert (refused.code, refused.out, refused.err) == (1, "", f"{said}\n")


def test_history_lists_what_an_article_was(run: Run, add: Callable[..., Ran]) -> None:
    add({**THREE[1], "source": None})
    add(THREE[1])
    run("remove", "1")
    history = run("history", "1")
    assert history.code == 0
    first, second = history.out.splitlines()
    assert first.endswith("命令行：来源：空 → 北京日报")
    assert second.endswith("命令行：下架了")
    fields = run("history", "1", "--json").json
    assert fields["current"] is None
    assert [version["article"]["source"] for version in fields["versions"]] == [None, "北京日报"]
    assert [version["what"] for version in fields["versions"]] == ["add", "remove"]
    for number in ("7", "9" * 30):
        assert run("history", number).err == f"没有编号为 {number} 的文章。\n"


def test_the_history_of_an_article_that_never_changed_is_the_article(run: Run, add: Callable[..., Ran]) -> None:
    add(THREE[1])
    history = run("history", "1")
    assert history.code == 0
    assert len(history.out.splitlines()) == 1
    assert history.out.startswith(f"现在：《{THREE[1]['title']}》")


def test_log_lists_changes_the_newest_first_and_undo_takes_one_back(run: Run, add: Callable[..., Ran]) -> None:
    add(*THREE)
    run("remove", "2")
    lines = run("log").out.splitlines()
    assert [line.split("\t")[0] for line in lines] == ["2", "1"]
    assert "命令行 下架了 #2" in lines[0]
    assert "命令行 收录了 #1、#2、#3 《游乐园开放》" in lines[1]
    assert run("undo", "2").out == "已撤销下架：已恢复 #2。\n"
    assert ids(run) == [1, 2, 3]
    again = run("undo", "2")
    assert (again.code, again.err) == (1, "这次改动已经撤销过了。\n")
    assert [entry["what"] for entry in run("log", "-n", "2", "--json").json["entries"]] == ["undo", "remove"]
    assert run("undo", "77").err == "没有这一条记录，或它不能撤销。\n"


def test_a_change_whose_number_has_more_than_three_digits_is_undone(
    run: Run, add: Callable[..., Ran], database: Path
) -> None:
    add(THREE[0])
    execute(database, "UPDATE sqlite_sequence SET seq = 123456 WHERE name = 'journal'")
    run("remove", "1")
    assert run("log", "-n", "1").out.startswith("123457\t")
    assert run("undo", "123457").out == "已撤销下架：已恢复 #1。\n"
    assert run("undo", "9" * 18).err == "没有这一条记录，或它不能撤销。\n"


def test_undo_of_a_change_on_which_others_built_must_be_confirmed(run: Run, add: Callable[..., Ran]) -> None:
    add({**THREE[1], "source": None})
    add(THREE[1])
    refused = run("undo", "1")
    assert (refused.code, refused.err) == (1, "#1 后来又有改动，没有撤销。仍要撤销请加 --anyway。\n")
    assert run("undo", "1", "--anyway").code == 0
    assert ids(run) == []


def test_an_article_that_another_person_removed_is_added_only_again(
    run: Run, add: Callable[..., Ran], database: Path
) -> None:
    add(THREE[0])
    run("remove", "1")
    execute(database, "UPDATE tombstones SET person = 7, name = '王'")
    refused = add(NEAR, THREE[1], options=("--json",))
    assert refused.code == 1
    assert refused.json["refused"] == [
        {"item": "游乐园开放", "reason": "王曾把它（#1）下架，没有再收录。确要收录请加 --again。"}
    ]
    assert refused.json["added"] == 1
    assert add(NEAR, options=("--again",)).code == 0
    assert len(ids(run)) == 2
