"""Damaged segments and full disks."""

import logging
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from retrieval.indexing import preparation
from retrieval.indexing.merge import _FEWEST
from retrieval.store.database import Database
from retrieval.store.errors import StoreError
from tests.support.bridges import BRIDGES, LONG, Open, answers, push, segments


def corrupt(path: Path, change: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(f"UPDATE segments SET data = {change} WHERE id = (SELECT max(id) FROM segments)")


@pytest.mark.parametrize("change", ["substr(data, 1, 100)", "zeroblob(length(data))", "x''"])
def test_a_damaged_segment_is_reported_and_repaired_and_stops_no_merge(
    open_engine: Open, path: Path, change: str, caplog: pytest.LogCaptureFixture
) -> None:
    engine = open_engine()
    push(engine, BRIDGES[:_FEWEST])
    expected = answers(engine)
    engine.archive.database.close()
    corrupt(path, change)
    assert f"第 {_FEWEST} 号索引段已损坏。" in engine.check()
    with pytest.raises(StoreError, match="check --repair"):
        open_engine()
    engine.archive.background.may_write = True
    with caplog.at_level(logging.WARNING):
        engine.archive.background.run()
    assert "原有索引照常使用" in caplog.text
    assert segments(engine) == _FEWEST
    engine.rebuild()
    assert engine.check() == []
    assert answers(engine) == answers(open_engine()) == expected


def full(store: Database) -> None:
    """Lets the database grow by no page, like a full disk; for the connection of this thread."""
    store.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    pages = store.value("PRAGMA page_count")
    store.execute(f"PRAGMA max_page_count = {pages}").fetchall()


def test_a_full_disk_stops_a_rebuild_and_the_old_segments_stay_in_use(open_engine: Open) -> None:
    engine = open_engine()
    push(engine, LONG[:_FEWEST])
    expected = answers(engine)
    full(engine.archive.database)
    with pytest.raises(StoreError, match=r"磁盘已满.*此前已保存的都在"):
        engine.rebuild()
    assert answers(engine) == answers(open_engine()) == expected
    assert engine.check() == []


def test_a_full_disk_stops_an_import_and_reported_articles_are_stored(
    open_engine: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preparation, "BATCH", 10)
    engine = open_engine()
    reported: list[int] = []

    def until_full() -> None:
        for number, outcomes in enumerate(engine.add_many(LONG)):
            reported.extend(outcome.id for outcome in outcomes)
            if number == 1:
                full(engine.archive.database)

    with pytest.raises(StoreError, match=r"磁盘已满.*此前已保存的都在"):
        until_full()
    again = open_engine()
    assert 20 <= len(reported) < len(LONG)
    assert [article.id for article in again.archive.articles()] == reported
    assert again.check() == []
