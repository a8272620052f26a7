"""The commands that the documents show, run in an empty folder with the files that they name."""

import io
import json
import re
import shlex
import signal
import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.settings import Settings
from tests.support.documents import BODY, LAST, MORE, docx_of
from tests.support.feed_site import site

ROOT = Path(__file__).parent.parent.parent
PAGES = ("README", "docs/operator", "docs/editor")
# The feed that the pages name stands on the loopback here.
FEED = "https://news.example.cn/rss"
OURS = (["python", "-m", "bot"], ["news-answers"])


def shown(page: str) -> list[list[str]]:
    """The words of each command in the code blocks of a page, from the program's name or an `echo` before it on."""
    blocks = re.findall(r"^ *```\n(.*?)^ *```", (ROOT / page).read_text("utf-8"), re.MULTILINE | re.DOTALL)
    lines = [shlex.split(line) for block in blocks for line in block.splitlines() if "'" not in line]
    return [words for words in lines if any(words[: len(ours)] == ours for ours in (*OURS, ["echo"]))]


def carried_out(words: list[str], feed: str, monkeypatch: pytest.MonkeyPatch) -> int:
    """Run one command in this process, as a shell would, but without its links to articles; its exit code."""
    typed = b""
    if "|" in words:
        echo, words = words[: words.index("|")], words[words.index("|") + 1 :]
        typed = " ".join(echo[1:]).encode()
    if "<" in words:
        words, (file,) = words[: words.index("<")], words[words.index("<") + 1 :]
        typed = Path(file).read_bytes()
    if ">" in words:  # what a command prints into a file is read by nobody here
        words = words[: words.index(">")]
    ours = next(ours for ours in OURS if words[: len(ours)] == ours)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(typed)))
    words = [feed if word == FEED else word for word in words[len(ours) :]]
    return main([word for word in words if not word.startswith("https://")])


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which the commands run, with the files that they name."""
    rows = [
        {"id": "a", "title": "大桥", "text": BODY},
        {"id": "b", "title": "车程", "text": MORE},
    ]
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    (tmp_path / "page.txt").write_text(f"城北新桥通车\n{BODY}\n{MORE}\n", "utf-8")
    (tmp_path / "page.html").write_text(f"<title>新桥</title><h1>新桥</h1><p>{MORE}</p><p>{LAST}</p>", "utf-8")
    (tmp_path / "report.docx").write_bytes(docx_of("公交换乘站", LAST))
    (tmp_path / "articles.jsonl").write_text(lines, "utf-8")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "other.md").write_text(f"# 换乘站\n\n{LAST}\n", "utf-8")
    (tmp_path / "FOLDER").mkdir()
    (tmp_path / "FOLDER" / "corpus.jsonl").write_text(lines, "utf-8")
    (tmp_path / "FOLDER" / "queries.jsonl").write_text('{"id": "q", "question": "新桥全长多少米"}\n', "utf-8")
    (tmp_path / "FOLDER" / "qrels.tsv").write_text("q\ta\t1\n", "utf-8")
    (tmp_path / "inbox").mkdir()
    # A person ends the command that watches the folder.
    monkeypatch.setattr("bot.cli.watch.WatchedFolder.ready", lambda *_: signal.raise_signal(signal.SIGINT) or [])
    monkeypatch.chdir(tmp_path)
    for field in fields(Settings):
        monkeypatch.delenv(field.name.upper(), raising=False)
    return tmp_path


@pytest.fixture
def feed(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with site() as web:
        monkeypatch.setattr("bot.cli.feeds.Fetcher", lambda **_: web.fetcher)
        web.feed("3", path="/feed/listed")
        yield web.feed("1", "2")


@pytest.mark.parametrize("page", PAGES)
def test_every_command_that_a_page_shows_succeeds(
    page: str, folder: Path, feed: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "feeds.opml").write_text(f'<opml><body><outline xmlUrl="{feed}/listed"/></body></opml>', "utf-8")
    commands = shown(f"{page}.md")
    assert len(commands) >= 3
    commands = [["news-answers", "ask", "投资"], *commands]
    codes = {" ".join(words): carried_out(words, feed, monkeypatch) for words in commands}
    assert {command: code for command, code in codes.items() if code} == {}, capsys.readouterr().err
    assert (folder / "data" / "news.db").exists()


@pytest.mark.parametrize("page", PAGES)
def test_the_chinese_page_shows_the_same_commands(page: str) -> None:
    assert shown(f"{page}.zh-CN.md") == shown(f"{page}.md")
