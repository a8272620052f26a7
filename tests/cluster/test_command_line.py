"""The commands over a search server, each as a process of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import pytest

from bot.settings import Settings
from retrieval.cluster.address import Address
from tests.support.command_line import THREE, Ran, assert_one_sentence, jsonl
from tests.support.project import ROOT


@pytest.fixture
def run(node_address: Address, tmp_path: Path) -> Callable[..., Ran]:
    """Runs a command as a process over the search server, or with `file` over a database file."""
    ours = {f"{field.name.upper()}" for field in fields(Settings)}
    inherited = {name: value for name, value in os.environ.items() if name.removesuffix("_FILE") not in ours}
    url = f"opensearch+http://{','.join(node_address.hosts)}/{node_address.prefix}"

    def run_it(*arguments: str, stdin: bytes = b"", file: str | None = None) -> Ran:
        place = {"DATABASE_PATH": str(tmp_path / (file or "none.db"))} | ({} if file else {"ARCHIVE_URL": url})
        environment = inherited | place | {"PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-m", "bot", *arguments]
        done = subprocess.run(command, input=stdin, cwd=tmp_path, env=environment, capture_output=True, check=False)
        assert b"Traceback" not in done.stdout + done.stderr, done.stderr.decode()
        return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())

    return run_it


def test_the_commands_work_as_over_a_file(run: Callable[..., Ran], tmp_path: Path) -> None:
    assert_one_sentence(run("list"))
    added = run("add", "-", "--json", stdin=jsonl(*THREE)).json
    assert (added["added"], [article["id"] for article in added["articles"]]) == (3, [1, 2, 3])
    asked = run("ask", "地铁十七号线全长多少公里", "--json").json
    assert (asked["status"], asked["hits"][0]["article_id"]) == ("answered", 2)
    assert [article["title"] for article in run("list", "--json").json["articles"]] == [one["title"] for one in THREE]
    assert run("show", "2", "--json").json["source"] == "北京日报"
    assert run("merge", "1", "3", "--json").json["into"] == 1
    history = run("history", "1", "--json").json
    assert [version["article"]["title"] for version in history["versions"]] == ["游乐园开放"]
    assert run("remove", "2", "--json").json == {"removed": [2], "missing": []}
    entries = run("log", "--json").json["entries"]
    assert [entry["what"] for entry in entries] == ["remove", "merge", "add"]
    assert run("undo", str(entries[0]["id"])).code == 0
    stats = run("stats", "--json").json
    assert (stats["articles"], stats["health"], stats["nodes"]) == (2, "green", 1)
    assert stats["database"].startswith("opensearch+http://127.0.0.1:")
    assert run("check", "--repair").code == 0
    assert_one_sentence(run("backup", "copy.db"))
    assert not (tmp_path / "copy.db").exists()
    assert run("feeds", "--json").json == {"feeds": []}
    assert not (tmp_path / "none.db").exists()


def test_articles_move_to_a_file_and_back_with_their_numbers(run: Callable[..., Ran], tmp_path: Path) -> None:
    run("add", "-", stdin=jsonl(*THREE))
    run("remove", "1")
    assert run("export", "all.jsonl").code == 0
    exported = [json.loads(line) for line in (tmp_path / "all.jsonl").read_text("utf-8").splitlines()]
    assert [article["id"] for article in exported] == [2, 3]
    assert run("add", "all.jsonl", file="news.db").code == 0
    assert run("export", "again.jsonl", file="news.db").code == 0
    assert (tmp_path / "again.jsonl").read_text("utf-8") == (tmp_path / "all.jsonl").read_text("utf-8")
    assert run("remove", "2", "3").code == 0
    assert run("add", "again.jsonl", "--again").code == 0
    assert run("export", "-").out == (tmp_path / "all.jsonl").read_text("utf-8")
