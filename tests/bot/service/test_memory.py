"""The bot's own tables: rows of older versions, a second start, a repair, and other programs' tables."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import sqlite_utils

from bot.service.file_storage import file_memory
from bot.service.memory import Memory
from retrieval.indexing.check import check
from retrieval.indexing.repair import repair
from retrieval.store.database import Database
from retrieval.store.schema import migrations
from retrieval.text.analyzer import Analyzer

FORMER = [
    ("answer", 9, "an answer"),
    ("receipt", 7, "a receipt"),
    ("progress", 8, "half a push"),
    ("undone", 6, "the second update"),
    ("undone", 5, "the first update"),
]


def make_former(path: Path) -> None:
    """Make a file as version 0.1 has left it, with these rows."""
    db = sqlite_utils.Database(path)
    migrations.apply(db, stop_before="kept_is_handed_over")
    with db.atomic():
        db.conn.executemany("INSERT INTO kept VALUES (?, ?, ?, '2026-01-01T00:00:00+00:00')", FORMER)
    db.close()


def opened(path: Path) -> Memory:
    database = Database(path)
    if not database.is_current():
        with database.write():
            database.migrate()
    return file_memory(database)


def test_rows_of_the_former_table_are_moved_into_the_tables_of_their_kind(path: Path) -> None:
    make_former(path)
    for _ in range(2):
        memory = opened(path)
        assert memory.answers.values() == ["an answer"]
        assert memory.receipts.value(7) == "a receipt"
        assert memory.progress.value(8) == "half a push"
        assert memory.pending.values() == ["the first update", "the second update"]
    with closing(sqlite3.connect(path)) as file:
        names = {name for (name,) in file.execute("SELECT name FROM sqlite_master")}
        assert file.execute("SELECT at FROM bot_receipts").fetchall() == [("2026-01-01T00:00:00+00:00",)]
    assert not names & {"kept", "former_kept"}


def test_the_library_alone_leaves_the_former_rows_for_the_bot(path: Path) -> None:
    make_former(path)
    with Database(path).write():
        pass
    database = Database(path)
    with database.write():
        database.migrate()
    assert check(database).faults == []
    database.close()
    assert opened(path).receipts.value(7) == "a receipt"


@pytest.mark.parametrize("in_place", [True, False], ids=["in place", "as a new file"])
def test_a_repair_keeps_what_the_bot_remembers(path: Path, analyzer: Analyzer, in_place: bool) -> None:
    memory = opened(path)
    with memory.write():
        for number in range(40):
            memory.receipts.put(number, "收" * number)
        memory.pending.put(3, "an update")
    with closing(sqlite3.connect(path)) as file, file:
        file.execute("UPDATE bot_receipts SET value = CAST(x'ff' AS TEXT) WHERE number = 20")
        file.execute("CREATE TABLE notes (text TEXT NOT NULL)")
        file.executemany("INSERT INTO notes VALUES (?)", [("a table without a key",), ("of another program",)])
        if not in_place:
            file.execute("DELETE FROM state")
    database = Database(path)
    findings = check(database)
    assert any("表 bot_receipts 中有 1 条已损坏" in fault for fault in findings.faults)
    assert (repair(database, analyzer, "rules", findings) is None) == in_place
    database.close()
    memory = opened(path)
    assert memory.receipts.values() == ["收" * number for number in range(40) if number != 20]
    assert memory.pending.values() == ["an update"]
    with memory.write():
        memory.receipts.put(20, "again")
    assert memory.receipts.value(20) == "again"
    with closing(sqlite3.connect(path)) as file:
        assert len(file.execute("SELECT * FROM notes").fetchall()) == 2
        indexes = {name for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'index'")}
    assert "bot_receipts_by_age" in indexes


@pytest.mark.parametrize("table", ["kept", "former_kept"])
def test_a_repair_of_an_older_file_keeps_the_former_rows(path: Path, analyzer: Analyzer, table: str) -> None:
    make_former(path)
    with closing(sqlite3.connect(path)) as file, file:
        if table != "kept":
            file.execute(f"ALTER TABLE kept RENAME TO {table}")
        file.execute("DELETE FROM state")
    database = Database(path, damaged=True)
    repair(database, analyzer, "rules", check(database))
    database.close()
    assert opened(path).receipts.value(7) == "a receipt"
