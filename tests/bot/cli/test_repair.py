"""The command `check --repair` over damaged pages: what is saved, named and kept."""

import json
import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from bot.service.file_storage import file_memory
from bot.words import operators
from retrieval.article import Article, Paragraph
from retrieval.engine import SearchEngine
from retrieval.text.analyzer import Analyzer
from tests.support.command_line import (
    Run,
    execute,
    jsonl,
)
from tests.support.writer_process import go, writer


def test_damaged_versions_are_left_behind_when_a_file_is_made_anew(run: Run, database: Path, sound: bytes) -> None:
    database.write_bytes(sound)
    execute(database, "UPDATE versions SET text = x'ff' WHERE id = 1")
    lose_a_page(database, 16)
    ran = run("check", "--repair")
    assert (ran.code, ran.out.endswith(f"{operators.SOUND}\n")) == (0, True)


WORDS = "桥梁通车地铁试运行游乐园开放企业签约投资数据湖政府会议天气转凉记者报道群众生活交通出行学校医院市场"


def article(random_: random.Random, number: int) -> Article:
    texts = ["".join(random_.choices(WORDS, k=random_.choice((40, 200, 900)))) for _ in range(2)]
    paragraphs = (Paragraph(f"第{number}条。{texts[0]}"), Paragraph(texts[1], "小标题"))
    return Article(
        f"第{number}号", paragraphs, source=f"报{number % 7}", published="2024-01-01", url=f"https://a.cn/{number}"
    )


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory, analyzer: Analyzer) -> bytes:
    """A file of 24 articles with versions, answers that the bot remembers, removals and several segments."""
    path = tmp_path_factory.mktemp("sound") / "news.db"
    random_ = random.Random(1)
    engine = SearchEngine.open(path, analyzer=analyzer)
    answers = file_memory(engine.archive.database).answers
    for start in range(0, 24, 4):
        batch = [article(random_, number) for number in range(start, start + 4)]
        engine.add_all(batch, record=lambda _, key=start: answers.put(key, "值" * 600))  # type: ignore[misc]
    engine.add_all([article(random_, number) for number in range(1, 20, 5)])
    engine.remove([10, 11, 20])
    engine.close()
    return path.read_bytes()


def flipped(data: bytes, seed: int) -> bytes:
    """A few bits of one page changed; the seeds go through all pages."""
    random_, damaged = random.Random(seed), bytearray(data)
    start = seed * 7919 % (len(data) // 4096) * 4096
    for _ in range(random_.choice((1, 3, 20))):
        damaged[start + random_.randrange(12 if random_.random() < 0.3 else 4096)] ^= 1 << random_.randrange(8)
    return bytes(damaged)


def scattered(data: bytes, seed: int) -> bytes:
    """Bits changed anywhere but in the first page."""
    random_, damaged = random.Random(seed), bytearray(data)
    for _ in range(random_.choice((5, 50))):
        damaged[random_.randrange(4096, len(data))] ^= 1 << random_.randrange(8)
    return bytes(damaged)


def emptied(data: bytes, seed: int) -> bytes:
    """A page of zeros, as a disk gives back what it lost."""
    start = (1 + seed * 7919 % (len(data) // 4096 - 1)) * 4096
    return data[:start] + bytes(4096) + data[start + 4096 :]


def cut_off(data: bytes, seed: int) -> bytes:
    return data[: random.Random(seed).randrange(2, len(data) // 4096) * 4096]


def read_one_by_one(path: Path) -> set[int]:
    """The articles whose text a plain query by number still gives."""
    found = set()
    with closing(sqlite3.connect(path)) as file:
        file.text_factory = bytes
        for number in range(1, 30):
            try:
                rows = file.execute("SELECT title, text FROM articles WHERE id = ?", [number]).fetchall()
            except sqlite3.DatabaseError:
                continue
            found |= {number for _, text in rows if isinstance(text, bytes) and text}
    return found


def exported(run: Run, target: Path) -> set[int]:
    ran = run("export", target)
    assert ran.code in (0, 1)
    return {json.loads(line)["id"] for line in target.read_text("utf-8").splitlines()}


@pytest.mark.parametrize("damage", [flipped, scattered, emptied, cut_off])
@pytest.mark.parametrize("seed", range(8))
def test_every_article_that_can_be_read_is_saved_from_a_damaged_file(
    run: Run, database: Path, tmp_path: Path, sound: bytes, damage: Callable[[bytes, int], bytes], seed: int
) -> None:
    database.write_bytes(damage(sound, seed + 1))  # the first page has a test of its own
    readable = read_one_by_one(database)
    ran = run("check")
    assert ran.code in (0, 1)
    assert ran.out
    saved = exported(run, tmp_path / "before.jsonl")
    assert saved >= readable
    if ran.code == 0:
        return
    ran = run("check", "--repair")
    if not saved:
        assert (ran.code, ran.err) == (1, f"{operators.NOTHING_TO_REPAIR}\n")
        return
    assert (ran.code, ran.out.endswith(f"{operators.SOUND}\n")) == (0, True)
    assert exported(run, tmp_path / "after.jsonl") >= readable


@pytest.mark.parametrize("seed", range(6))
def test_a_damaged_first_page_ends_no_command_with_a_traceback(
    run: Run, database: Path, tmp_path: Path, sound: bytes, seed: int
) -> None:
    data = bytearray(sound)
    for _ in range(3):
        data[random.Random(seed).randrange(16, 4096)] ^= 0x41
    database.write_bytes(data)
    for command in (
        ("check",),
        ("check", "--repair"),
        ("list",),
        ("ask", "第7条"),
        ("export", tmp_path / "a"),
        ("stats",),
    ):
        ran = run(*command)
        assert ran.code in (0, 1, 2)
        assert ran.out or ran.err


def lose_a_page(path: Path, number: int) -> None:
    """Damage the page on which an article begins."""
    with closing(sqlite3.connect(path)) as file:
        (begins,) = file.execute("SELECT title || source FROM articles WHERE id = ?", [number]).fetchone()
    data = bytearray(path.read_bytes())
    place = data.find(begins.encode())
    data[place // 4096 * 4096 : place // 4096 * 4096 + 8] = b"\xff" * 8
    path.write_bytes(data)


def test_what_is_lost_is_named_and_the_rest_keeps_its_numbers_and_all_that_belongs_to_it(
    run: Run, database: Path, tmp_path: Path, sound: bytes
) -> None:
    database.write_bytes(sound)
    with closing(sqlite3.connect(database)) as file:
        before = dict(file.execute("SELECT id, article_id FROM passages"))
        versions = file.execute("SELECT count(*) FROM versions").fetchone()
    lose_a_page(database, 16)
    damaged = database.read_bytes()
    ran = run("check")
    assert "篇文章读不出：" in ran.out
    assert "#16" in ran.out
    export = run("export", tmp_path / "a.jsonl")
    assert (export.code, "第 16 号文章读不出，没有导出。" in export.err) == (1, True)
    ran = run("check", "--repair")
    kept = tmp_path / "news.db.damaged"
    assert ran.code == 0
    assert str(kept) in ran.out
    assert kept.read_bytes() == damaged
    assert not list(tmp_path.glob("*.repaired*"))
    with closing(sqlite3.connect(database)) as file:
        after = dict(file.execute("SELECT id, article_id FROM passages"))
        assert file.execute("SELECT count(*) FROM bot_answers").fetchone() == (6,)
        assert file.execute("SELECT count(*) FROM versions").fetchone() == versions
    assert after.items() <= before.items()
    assert 16 not in after.values()
    number = run("add", "-", "--json", stdin=jsonl({"text": "天气转凉，明天有雨，请大家出门带好雨具。"})).json[
        "articles"
    ][0]["id"]
    assert number > max(before.values())
    lose_a_page(database, 5)
    run("check", "--repair")
    assert (tmp_path / "news.db.damaged-2").exists()


def test_a_bot_that_runs_while_the_file_is_made_anew_stores_nothing_into_the_damaged_one(
    run: Run, database: Path, sound: bytes
) -> None:
    database.write_bytes(sound)
    lose_a_page(database, 16)
    child = writer(database, "甲")
    assert child.stdout.readline() == "ready\n"
    assert run("check", "--repair").code == 0
    go(child)
    told = child.communicate(timeout=60)[0]
    assert (child.returncode, told) == (1, "")
    assert run("check").code == 0


def test_a_repair_that_is_stopped_leaves_the_file_as_it_was(
    run: Run, database: Path, tmp_path: Path, sound: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    database.write_bytes(sound)
    lose_a_page(database, 16)
    damaged = database.read_bytes()

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("retrieval.indexing.repair._exchange", interrupted)
        assert run("check", "--repair").code == 130
    assert database.read_bytes() == damaged
    assert not list(tmp_path.glob("*.repaired*"))
    assert run("check", "--repair").code == 0
