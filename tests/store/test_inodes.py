"""Writes to files that were moved, removed or copied over: refused, and never reported as stored."""

import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from retrieval.engine import SearchEngine
from retrieval.store.articles import Articles
from retrieval.store.errors import StoreError
from tests.support.articles import make_article
from tests.support.project import ROOT
from tests.support.writer_process import go, writer

BRIDGES = [make_article(f"第{n}座大桥通车，全长{n}米。" + "桥" * 300, title=f"大桥{n}") for n in range(60)]
Happen = Callable[[Path], object]


def copy(path: Path, to: Path) -> Path:
    """A whole copy made by another process, like `cp`: closing the file in this process would drop SQLite's locks."""
    subprocess.run(["cp", path, to], check=True)
    return to


def replaced(path: Path) -> None:
    copy(path, path.with_name("other.db")).replace(path)


def folder_moved(path: Path) -> None:
    path.parent.rename(path.parent.with_name(f"{path.parent.name}-moved"))


def removed_with_all(path: Path) -> None:
    for left in path.parent.glob("news.db*"):
        left.unlink()


HAPPENS: list[Happen] = [
    Path.unlink,
    replaced,
    folder_moved,
    removed_with_all,
    lambda path: path.rename(path.with_name("old.db")),
    lambda path: path.with_name("news.db-wal").unlink(),
    lambda path: path.with_name("news.db-shm").unlink(),
    lambda path: replaced(path.with_name("news.db-wal")),
]


@pytest.fixture
def engine(open_engine: Callable[..., SearchEngine]) -> SearchEngine:
    opened = open_engine()
    opened.add(BRIDGES[0])
    return opened


@pytest.mark.parametrize("happens", HAPPENS)
def test_a_removed_file_accepts_no_article_but_answers_questions(engine: SearchEngine, happens: Happen) -> None:
    path = engine.archive.database.path
    happens(path)
    there = sorted(path.parent.glob("*"))
    for change in (
        lambda: engine.add(BRIDGES[1]),
        lambda: engine.remove([1]),
        engine.rebuild,
        engine.archive.database.checkpoint,
    ):
        with pytest.raises(StoreError, match=r"没有保存这次改动.*重新启动"):
            change()
    assert [hit.passage.title for hit in engine.search("大桥通车").hits] == ["大桥0"]
    assert sorted(path.parent.glob("*")) == there


@pytest.mark.parametrize("happens", HAPPENS)
def test_a_file_lost_during_a_transaction_is_noticed_before_success_is_reported(
    engine: SearchEngine, happens: Happen
) -> None:
    with pytest.raises(StoreError, match="没有保存"):
        engine.add_all([BRIDGES[1]], record=lambda _: happens(engine.archive.database.path))
    assert Articles(engine.archive.database).size()[0] == 1


def test_a_file_lost_during_a_commit_is_not_reported_as_stored(
    engine: SearchEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = iter([False, False, True])
    monkeypatch.setattr(engine.archive.database._inodes, "have_moved", lambda: next(looks))
    with pytest.raises(StoreError, match="没有保存"):
        engine.add(BRIDGES[1])


@pytest.mark.parametrize("happens", HAPPENS)
def test_a_new_thread_neither_opens_another_file_nor_creates_one(engine: SearchEngine, happens: Happen) -> None:
    happens(engine.archive.database.path)
    there = sorted(engine.archive.database.path.parent.glob("*"))
    outcomes: list[object] = []

    def read() -> None:
        try:
            outcomes.append(Articles(engine.archive.database).size())
        except StoreError as error:
            outcomes.append(error)

    thread = threading.Thread(target=read)
    thread.start()
    thread.join()
    assert [type(outcome) for outcome in outcomes] == [StoreError]
    assert sorted(engine.archive.database.path.parent.glob("*")) == there


def test_a_link_moved_to_another_file_accepts_no_article(
    path: Path, open_engine: Callable[..., SearchEngine], tmp_path: Path
) -> None:
    real = tmp_path / "real.db"
    open_engine().archive.database.close()
    path.rename(real)
    path.symlink_to(real)
    engine = open_engine()
    engine.add(BRIDGES[0])
    copy(real, tmp_path / "other.db")
    path.unlink()
    path.symlink_to(tmp_path / "other.db")
    with pytest.raises(StoreError, match="没有保存"):
        engine.add(BRIDGES[1])
    assert len(engine.search("大桥通车").hits) == 1


def test_a_smaller_backup_copied_over_the_open_file_is_noticed(engine: SearchEngine, tmp_path: Path) -> None:
    engine.archive.database.copy_to(tmp_path / "backup.db")
    for article in BRIDGES[1:40]:
        engine.add(article)
    engine.archive.database.checkpoint()
    engine.add(BRIDGES[40])
    copy(tmp_path / "backup.db", engine.archive.database.path)
    with pytest.raises(StoreError, match="被别的文件覆盖，没有保存"):
        engine.add(BRIDGES[41])


def test_a_file_vacuumed_by_another_program_stays_writable(engine: SearchEngine) -> None:
    engine.add_all(BRIDGES)
    engine.remove(range(2, 61))
    engine.archive.database.checkpoint()
    before = engine.archive.database.path.stat().st_size
    engine.add(BRIDGES[1])
    vacuum = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('VACUUM')"
    checkpoint = "; c.execute('PRAGMA wal_checkpoint(TRUNCATE)').fetchall()"
    subprocess.run([sys.executable, "-c", vacuum + checkpoint, engine.archive.database.path], check=True)
    assert engine.archive.database.path.stat().st_size < before
    assert engine.add(BRIDGES[2]).outcome == "added"
    assert engine.check() == []


def test_articles_reported_as_stored_are_in_the_moved_file(path: Path, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    path = tmp_path / "data" / "news.db"
    child = writer(path, "甲")
    child.stdout.readline()
    go(child)
    lines = [child.stdout.readline() for _ in range(5)]
    path.parent.rename(tmp_path / "moved")
    try:
        lines += child.communicate(timeout=20)[0].splitlines()
    finally:
        child.kill()
        child.wait()
    assert child.returncode == 1
    added = {int(line.split()[0]) for line in lines if " added " in line}
    removed = {int(line.split()[0]) for line in lines if " removed " in line}
    with closing(sqlite3.connect(tmp_path / "moved" / "news.db")) as file:
        stored = {number for (number,) in file.execute("SELECT id FROM articles")}
    assert added - removed <= stored
    assert not path.exists()


# Adds an article, loses the log, and ends like a bot that is stopped.
LOSING = """
import sys
from pathlib import Path
from tests.support.articles import make_article
from retrieval.engine import SearchEngine
path = Path(sys.argv[1])
engine = SearchEngine.open(path)
engine.add(make_article("城北新桥今天通车，全长一千二百米。"))
for name in ("news.db-wal", "news.db-shm"):
    path.with_name(name).unlink()
print(flush=True)
sys.stdin.readline()
engine.close()
"""


def losing(path: Path) -> "subprocess.Popen[str]":
    child = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", LOSING, str(path)],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}", "PYTHONUTF8": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "\n"
    return child


def test_a_program_without_its_log_saves_reported_articles_on_exit(
    path: Path, open_engine: Callable[..., SearchEngine]
) -> None:
    child = losing(path)
    child.communicate("\n", timeout=60)
    engine = open_engine()
    assert Articles(engine.archive.database).size()[0] == 1
    assert engine.check() == []


def test_a_program_without_its_log_keeps_the_articles_of_a_later_writer(
    path: Path, open_engine: Callable[..., SearchEngine]
) -> None:
    child = losing(path)
    other = writer(path, "乙", 3)
    other.stdout.readline()
    go(other)
    assert other.communicate(timeout=60)[0].count(" added ") == 3
    child.communicate("\n", timeout=60)
    engine = open_engine()
    assert {article.title for article in engine.archive.articles()} >= {f"乙第{n}号" for n in range(3)}
    assert engine.check() == []
