"""The database file: refused, damaged, made, migrated and opened by several processes."""

import os
import pickle
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import pytest

from bot.settings import code_folders
from retrieval.store.articles import Articles
from retrieval.store.database import Database
from retrieval.store.errors import DamagedError, StoreError
from retrieval.store.segments import Position, Segments
from tests.support.articles import make_article
from tests.support.project import ROOT
from tests.support.stored_articles import STORED, insert


def another_programs_file(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE songs (id INTEGER)")
    connection.close()


def a_newer_file(path: Path) -> None:
    store = Database(path)
    with store.write():
        store.migrate()
        store.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('news', 'future', '2030')"
        )
    store.close()


def no_database(path: Path) -> None:
    path.write_bytes(b"this is a text, not a database. " * 100)


def a_folder(path: Path) -> None:
    path.mkdir()


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (no_database, "不是数据库文件。"),
        (another_programs_file, "是别的程序的数据库，没有使用。"),
        (a_newer_file, "由更新的版本建立，请先升级本程序。"),
        (a_folder, "请检查路径和权限。"),
    ],
)
def test_a_foreign_file_is_refused_with_a_sentence_and_left_unchanged(
    path: Path, make: Callable[[Path], None], sentence: str
) -> None:
    make(path)
    before = path.read_bytes() if path.is_file() else b""
    with pytest.raises(StoreError, match=sentence) as refusal:
        Database(path)
    assert str(path) in str(refusal.value)
    assert (path.read_bytes() if path.is_file() else b"") == before


@pytest.mark.parametrize("place", [18, 60, 103, *range(200, 4000, 97)])
def test_a_damaged_first_page_is_reported_in_a_sentence(store: Database, path: Path, place: int) -> None:
    number = insert(store, STORED)
    store.close()
    data = bytearray(path.read_bytes())
    data[place] ^= 0xC1
    path.write_bytes(data)
    with suppress(StoreError):  # and no other error
        assert Articles(Database(path)).article(number) == STORED


def test_a_table_without_its_row_is_reported_as_damage(store: Database) -> None:
    with store.write():
        store.execute("DELETE FROM state")
    for ask in (Segments(store).generation, Articles(store).size, lambda: Segments(store).changes(Position())):
        with pytest.raises(DamagedError, match="已损坏"):
            ask()


def test_a_cell_with_invalid_utf8_affects_nothing_else(store: Database) -> None:
    number = insert(store, STORED)
    with store.write():
        store.execute("UPDATE articles SET title = CAST(x'e585b0ff' AS TEXT)")
    article = Articles(store).article(number)
    assert article is not None
    assert (article.title, article.text) == ("兰\ufffd", STORED.text)


@pytest.mark.parametrize("number", [0, -1, 2**63, -(2**63) - 1, 10**30, -(10**30)])
def test_an_id_too_large_for_sqlite_finds_no_article(store: Database, number: int) -> None:
    insert(store, STORED)
    assert Articles(store).article(number) is None


def test_a_path_below_a_file_is_refused_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreError, match=r"不能在 .*file"):
        Database(tmp_path / "file" / "news.db")


def test_a_missing_file_that_must_exist_is_not_created(path: Path) -> None:
    with pytest.raises(StoreError, match="没有数据库"):
        Database(path, must_exist=True)
    assert not path.exists()


def test_an_existing_or_empty_file_is_opened(store: Database, tmp_path: Path) -> None:
    assert Database(store.path, must_exist=True).is_current()
    (tmp_path / "empty.db").touch()
    assert not Database(tmp_path / "empty.db").is_current()
    assert not Database(tmp_path / "new" / "folder" / "news.db").is_current()


def test_the_file_uses_wal_mode_and_full_sync(store: Database) -> None:
    assert store.value("PRAGMA journal_mode") == "wal"
    assert store.value("PRAGMA synchronous") == 2
    assert store.value("PRAGMA foreign_keys") == 1


def test_migrations_run_once(store: Database) -> None:
    with store.write():
        assert not store.migrate()
    with store.write():
        assert not Database(store.path).migrate()


def test_two_processes_that_create_the_file_at_once_load_the_first_article_once(
    path: Path,
) -> None:
    compiled = code_folders(ROOT / "data" / "news.db")[1]
    code = """
import sys
from pathlib import Path
from retrieval.text.analyzer import Analyzer
from retrieval.article import Article, Paragraph
from retrieval.engine import SearchEngine
from retrieval.index import maxscore
maxscore.load([Path(sys.argv[1])])
analyzer = Analyzer()
print("ready", flush=True)
for line in sys.stdin:
    first = [Article("第一篇", (Paragraph("兰州签约。"),))]
    engine = SearchEngine.open(Path(line.strip()), analyzer=analyzer, first_articles=first)
    print(engine.search("签约").articles, flush=True)
"""
    children = [
        subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", code, str(compiled)],
            cwd=ROOT,
            env=os.environ | {"PYTHONUTF8": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    try:
        assert [child.stdout.readline() for child in children] == ["ready\n"] * 2
        for round_number in range(10):
            made = path.with_name(f"{round_number}.db")
            for child in children:
                child.stdin.write(f"{made}\n")
                child.stdin.flush()
            assert [child.stdout.readline() for child in children] == ["1\n"] * 2
            assert Articles(Database(made)).size() == (1, None)
    finally:
        for child in children:
            child.stdin.close()
            child.wait(timeout=30)
            child.stdout.close()


def test_a_pickled_store_opens_the_same_file(store: Database, path: Path) -> None:
    number = insert(store, make_article("城北新桥通车。"))
    sent = pickle.dumps(store)
    assert Articles(pickle.loads(sent)).article(number) == Articles(store).article(number)
    store.close()
    for left in path.parent.iterdir():
        left.unlink()
    with pytest.raises(StoreError, match="没有数据库"):
        pickle.loads(sent)
