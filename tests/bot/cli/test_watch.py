"""The command `add --watch`, as a process of its own."""

import json
import os
import queue
import signal
import subprocess
import threading
import time
from pathlib import Path
from typing import IO, Any

import pytest

from bot.cli.desk import OPERATOR
from bot.words import operators
from tests.support.command_line import BRIDGE, METRO, PARK, Run, Start, jsonl
from tests.support.json_shapes import ADD, assert_shape

WAIT = 40.0


class Watching:
    """A process that watches, and the lines that it has written."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self._process = process
        self._lines: dict[str, queue.Queue[str]] = {"out": queue.Queue(), "err": queue.Queue()}
        for name, pipe in (("out", process.stdout), ("err", process.stderr)):
            assert pipe is not None
            threading.Thread(target=self._read, args=(pipe, self._lines[name]), daemon=True).start()

    @staticmethod
    def _read(pipe: IO[bytes], lines: "queue.Queue[str]") -> None:
        for line in iter(pipe.readline, b""):
            lines.put(line.decode().rstrip("\n"))

    def line(self, name: str = "out") -> str:
        return self._lines[name].get(timeout=WAIT)

    def stop(self, number: signal.Signals) -> int:
        self._process.send_signal(number)
        return self._process.wait(WAIT)

    def rest(self, name: str) -> list[str]:
        time.sleep(0.2)  # for the thread that reads
        return list(self._lines[name].queue)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "inbox").mkdir()
    return tmp_path / "inbox"


def test_files_are_added_as_they_come_and_remembered_by_the_next_process(run: Run, start: Start, folder: Path) -> None:
    (folder / "park.txt").write_text(PARK, "utf-8")
    (folder / "bad.rar").write_bytes(b"Rar!")
    watching = Watching(start("add", "--watch", str(folder)))
    assert watching.line("err") == operators.watching(str(folder))
    assert watching.line("err").startswith(f"未收录 {folder / 'bad.rar'}")
    assert watching.line() == f"{folder / 'bad.rar'}：新增 0 · 更正 0 · 已有 0 · 未收录 1"
    assert watching.line().startswith("已收录 #1")
    assert watching.line() == f"{folder / 'park.txt'}：新增 1 · 更正 0 · 已有 0 · 未收录 0"
    (folder / "sub").mkdir()
    (folder / "sub" / "metro.txt").write_text(METRO, "utf-8")
    assert watching.line().startswith("已收录 #2")
    assert watching.stop(signal.SIGTERM) == 0
    assert watching.rest("err") == [operators.STOPPED]
    assert {path.name for path in folder.rglob("*.*")} == {"park.txt", "bad.rar", "metro.txt"}

    (folder / "park.txt").write_bytes(jsonl({"text": BRIDGE}))
    os.utime(folder / "bad.rar")
    watching = Watching(start("add", "--watch", str(folder), "--json"))
    found = [json.loads(watching.line()) for _ in range(2)]
    assert [(Path(one.pop("item")).name, one["added"], len(one["refused"])) for one in found] == [
        ("bad.rar", 0, 1),
        ("park.txt", 1, 0),
    ]
    assert_shape(found[1], ADD)
    assert watching.stop(signal.SIGINT) == 0
    assert watching.rest("out") == []
    assert [article["paragraphs"] for article in (run("show", str(n), "--json").json for n in (1, 2, 3))] == [
        [PARK],
        [METRO],
        [BRIDGE],
    ]


def test_each_file_is_a_change_of_its_own(run: Run, start: Start, folder: Path) -> None:
    (folder / "a.txt").write_text(PARK, "utf-8")
    (folder / "b.txt").write_text(METRO, "utf-8")
    watching = Watching(start("add", "--watch", str(folder)))
    for _ in range(4):
        watching.line()
    assert watching.stop(signal.SIGTERM) == 0
    entries = run("log", "--json").json["entries"]
    assert [entry["what"] for entry in entries] == ["add", "add"]
    assert run("undo", str(entries[0]["id"])).code == 0
    assert [article["title"] for article in run("list", "--json").json["articles"]] == [
        run("show", "1", "--json").json["title"]
    ]


def corrections(start: Start, folder: Path, *written: str) -> list[dict[str, Any]]:
    """What a watch of `a.txt` prints, which holds one text after the other; each is read by a process of its own."""
    printed = []
    for text in written:
        (folder / "a.txt").write_text(text, "utf-8")
        watching = Watching(start("add", "--watch", str(folder), "--json"))
        printed.append(json.loads(watching.line()))
        assert watching.stop(signal.SIGTERM) == 0
    return printed


def test_a_changed_file_corrects_the_article_that_came_from_it(run: Run, start: Start, folder: Path) -> None:
    title, last = "游乐园重新开放\n城北日报\n\n", "游乐园的夜场下个月恢复，票价另定。"
    before, after = (f"{title}{PARK.replace('两万', many)}\n{last}" for many in ("两万", "三万五千"))
    first, second = corrections(start, folder, before, after)
    assert [first["added"], second["added"], second["updated"]] == [1, 0, 1]
    assert second["articles"][0]["outcome"] == "updated"
    assert [article["id"] for article in run("list", "--json").json["articles"]] == [1]
    assert "三万五千" in run("show", "1", "--json").json["paragraphs"][0]
    assert len(run("history", "1", "--json").json["versions"]) == 1
    # The correction is taken back as one change.
    newest = run("log", "--json").json["entries"][0]["id"]
    assert run("undo", str(newest)).code == 0
    assert "两万" in run("show", "1", "--json").json["paragraphs"][0]
    assert [article["id"] for article in run("list", "--json").json["articles"]] == [1]


def test_a_file_that_holds_the_report_of_another_day_corrects_nothing(run: Run, start: Start, folder: Path) -> None:
    texts = [f"城北天气\n城北日报 2024-05-0{day}\n\n城北今天晴，最高气温二十{day}度，请注意防晒。" for day in "89"]
    first, second = corrections(start, folder, *texts)
    assert [first["added"], second["added"]] == [1, 1]


def test_a_report_in_other_words_under_the_same_title_corrects_nothing(run: Run, start: Start, folder: Path) -> None:
    first, second = corrections(start, folder, f"城北快讯\n\n{PARK}", f"城北快讯\n\n{METRO}")
    assert [first["added"], second["added"]] == [1, 1]
    assert len(run("list", "--json").json["articles"]) == 2


def test_a_file_that_was_half_written_for_a_while_still_corrects_its_article(
    run: Run, start: Start, folder: Path
) -> None:
    title, last = "游乐园重新开放\n\n", "游乐园的夜场下个月恢复，票价另定。"
    before, after = f"{title}{PARK}\n{last}", f"{title}{PARK.replace('两万', '三万五千')}\n{last}"
    _, refused, third = corrections(start, folder, before, title, after)
    assert (len(refused["refused"]), third["updated"]) == (1, 1)
    assert [article["id"] for article in run("list", "--json").json["articles"]] == [1]


def test_a_file_that_replaces_what_somebody_else_has_changed_says_so(run: Run, start: Start, folder: Path) -> None:
    title, last = "游乐园重新开放\n城北日报\n\n", "游乐园的夜场下个月恢复，票价另定。"
    texts = [f"{title}{PARK.replace('两万', many)}\n{last}" for many in ("两万", "三万五千", "四万")]
    corrections(start, folder, *texts[:2])
    assert run("undo", str(run("log", "--json").json["entries"][0]["id"])).code == 0
    (folder / "a.txt").write_text(texts[2], "utf-8")
    watching = Watching(start("add", "--watch", str(folder)))
    assert watching.line().startswith("已更正 #1")
    assert watching.line("err") == operators.watching(str(folder))
    said = watching.line("err")
    newest = run("log", "--json").json["entries"][0]["id"]
    assert said == operators.replaced(1, OPERATOR, newest)
    assert watching.stop(signal.SIGTERM) == 0
    # The file itself may change again without a word.
    (folder / "a.txt").write_text(texts[1], "utf-8")
    watching = Watching(start("add", "--watch", str(folder)))
    assert watching.line().startswith("已更正 #1")
    assert watching.stop(signal.SIGTERM) == 0
    assert watching.rest("err") == [operators.watching(str(folder)), operators.STOPPED]


def test_a_folder_that_does_not_exist_is_one_sentence(run: Run) -> None:
    ran = run("add", "--watch", "missing")
    assert (ran.code, ran.err, ran.out) == (2, f"{operators.failure(operators.no_folder('missing'))}\n", "")
