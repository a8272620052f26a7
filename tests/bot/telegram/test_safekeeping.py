"""/export and /backup: files for owners in private, of at most what Telegram takes."""

import asyncio
import gzip
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from bot.service import copies
from bot.telegram import safekeeping
from bot.words import upkeep
from retrieval.article import Article
from retrieval.engine import SearchEngine
from retrieval.store.database import Database
from retrieval.store.errors import NoRoomError
from tests.support.articles import make_article
from tests.support.conversation import Talk, talking

pytestmark = pytest.mark.anyio
BOTH = [("/export", "文章"), ("/backup", "整个数据库")]


def left(path: Path) -> set[str]:
    """The names beside the database that are not the database's own, nor the compiled code."""
    return (
        {file.name for file in path.parent.iterdir()}
        - {f"{path.name}{end}" for end in ("", "-wal", "-shm")}
        - {"cache"}
    )


async def test_export_sends_all_articles_as_lines_that_add_reads(talk: Talk, path: Path) -> None:
    sent = await talk.api.ask(talk.desk, talk.editor, "/export")
    assert sent.text.startswith("2 篇文章，每行一篇")
    name = sent.raw["document"]["file_name"]
    assert name.startswith("news-articles-20")
    assert name.endswith(".jsonl.gz")
    lines = gzip.decompress(talk.api.file(sent)).decode().splitlines()
    assert [json.loads(line)["title"] for line in lines] == ["城北新桥通车", "菜市场搬迁"]
    await talk.api.fetched()
    assert left(path) == set()


async def test_backup_sends_the_database_as_it_is_with_all_that_the_bot_remembers(talk: Talk, path: Path) -> None:
    await talk.service.waits.add(talk.reader.id, "火星基地", "SIMPLIFIED")
    sent = await talk.api.ask(talk.desk, talk.editor, "/backup")
    assert sent.raw["document"]["file_name"].endswith(".db.gz")
    restored = path.with_name("restored.db")
    restored.write_bytes(gzip.decompress(talk.api.file(sent)))
    with closing(sqlite3.connect(restored)) as file:
        assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert file.execute("SELECT count(*) FROM articles").fetchone() == (2,)
        assert file.execute("SELECT count(*) FROM bot_waits").fetchone() == (1,)
    restored.unlink()
    await talk.api.fetched()
    assert left(path) == set()


@pytest.mark.parametrize("command", ["/export", "/backup"])
async def test_a_copy_that_telegram_does_not_take_stays_beside_the_database(
    talk: Talk, path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setattr(safekeeping, "_MOST_BYTES", 100)
    for _ in range(2):  # the second one takes the place of the first
        told = await talk.api.ask(talk.desk, talk.editor, command)
        assert "document" not in told.raw
        name, again = told.marked("code")
        assert again.startswith(f"news-answers {command[1:]} ")
        gzip.decompress((path.parent / name).read_bytes())
        await talk.api.fetched()
        assert left(path) == {name}


@pytest.mark.parametrize("command", ["/export", "/backup"])
async def test_copies_are_for_owners_in_private(talk: Talk, command: str) -> None:
    assert (await talk.api.ask(talk.chat, talk.reader, command)).text == upkeep.NOT_AN_OWNER
    group = talk.api.group("编辑部", [talk.editor, talk.reader])
    assert (await talk.api.ask(group, talk.editor, command)).text == upkeep.COPIES_IN_PRIVATE
    assert (await talk.api.ask(group, talk.reader, command)).text == upkeep.NOT_AN_OWNER
    forwarded = await talk.api.ask(talk.desk, talk.editor, command, forwarded_from=talk.reader)
    assert forwarded.text == upkeep.NOT_AN_OWNER
    assert not [name for name, _ in talk.api.calls if name == "sendDocument"]


async def test_a_full_disk_is_told_in_a_sentence_and_leaves_nothing(
    talk: Talk, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise NoRoomError(123_456)

    monkeypatch.setattr(Database, "copy_to", full)
    told = await talk.api.ask(talk.desk, talk.editor, "/backup")
    assert told.text == "没有做成：磁盘已满，副本约需 123,456 字节。"
    await talk.api.fetched()
    assert left(path) == set()


async def test_questions_are_answered_while_a_copy_is_made_and_a_second_copy_waits(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copies, "_PAUSE_SECONDS", 0.5)
    begun = await talk.api.send(talk.desk, talk.editor, "/export")
    assert "一千二百米" in (await talk.api.ask(talk.chat, talk.reader, "新桥全长多少米")).text
    assert (await talk.api.ask(talk.desk, talk.editor, "/backup")).text == upkeep.COPYING
    await talk.api.until(lambda: any("document" in message.raw for message in talk.api.sent[begun.mark :]))


async def test_what_a_kill_has_left_behind_goes_with_the_next_copy(talk: Talk, path: Path) -> None:
    folder = path.parent / ".news.db.copy"
    folder.mkdir()
    (folder / "news.db").write_bytes(b"half a copy")
    assert "document" in (await talk.api.ask(talk.desk, talk.editor, "/backup")).raw
    await talk.api.fetched()
    assert left(path) == set()


async def test_a_stop_does_not_wait_for_a_long_export(
    path: Path, open_engine: Callable[..., SearchEngine], monkeypatch: pytest.MonkeyPatch
) -> None:
    lines, write_line, most = list[str](), copies.write_line, 300

    def counted(number: int, article: Article) -> str:
        lines.append(write_line(number, article))
        return lines[-1]

    monkeypatch.setattr("bot.serving.server._FINISHING_SECONDS", 0.1)
    monkeypatch.setattr(copies, "_PAUSE_SECONDS", 0.05)
    monkeypatch.setattr(copies, "write_line", counted)
    articles = [make_article(f"第{n}号公告：城北第{n}片区停水。", title=f"第{n}号公告") for n in range(most)]
    async with talking(path, open_engine, articles) as talk:
        await talk.api.send(talk.desk, talk.editor, "/export")
        async with asyncio.timeout(30):
            while not lines:
                await asyncio.sleep(0.01)
    assert len(lines) < most
    assert left(path) == set()
