"""Reprint links of articles that were stored before their signatures."""

import threading
from collections import deque
from dataclasses import replace

import pytest

from retrieval.engine import SearchEngine
from retrieval.indexing import linking
from retrieval.store.fresh_keys import FreshKeys
from retrieval.store.passages import Passages
from retrieval.store.reprint_links import ReprintLinks
from tests.support.reprints import (
    BRIDGE,
    COPY,
    METRO,
    OTHER_FIGURE,
    THIRD,
    Open,
    links,
    shown,
)


def forget(engine: SearchEngine) -> None:
    """Removes the signatures and links, which a file of an earlier version lacks."""
    with engine.archive.database.write():
        ReprintLinks(engine.archive.database).forget_all()


def test_an_older_file_gets_tables_at_once_and_reprint_links_later(open_engine: Open) -> None:
    engine = open_engine()
    engine.add_all([BRIDGE, COPY])
    engine.close()
    with engine.archive.database.write():
        for table in ("signatures", "signature_keys", "reprints"):
            engine.archive.database.execute(f"DROP TABLE {table}")
        for column in ("signature_rules", "compared"):
            engine.archive.database.execute(f"ALTER TABLE state DROP COLUMN {column}")
        engine.archive.database.execute("DELETE FROM _sqlite_migrations WHERE name = 'reprints'")
    later = open_engine()
    assert sorted(shown(later)) == [("乙网", []), ("甲报", [])]
    later.add(THIRD)
    assert later.archive.background._thread is not None
    later.archive.background.join()
    assert shown(later) == [("乙网", ["丙台", "甲报"])]


def test_older_articles_are_compared_after_a_write_and_stay_searchable(open_engine: Open) -> None:
    engine = open_engine()
    engine.add_all([replace(BRIDGE, id=0), COPY])
    forget(engine)
    assert links(engine) == {}
    assert ReprintLinks(engine.archive.database).compared() is not None
    assert engine.check() == []
    assert sorted(shown(engine)) == [("乙网", []), ("甲报", [])]
    engine.add(THIRD)
    assert engine.archive.background._thread is not None
    engine.archive.background.join()
    assert ReprintLinks(engine.archive.database).compared() is None
    assert links(engine) == {0: {1, 2}, 1: {0, 2}, 2: {0, 1}}
    assert shown(engine) == [("乙网", ["丙台", "甲报"])]
    assert engine.check() == []


def test_many_older_articles_are_compared_in_parts(engine: SearchEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("retrieval.indexing.linking._AT_ONCE", 2)
    engine.add_all([BRIDGE, METRO, COPY, THIRD, OTHER_FIGURE])
    before = links(engine)
    forget(engine)
    steps = 0
    while linking.link_next(engine.archive.database):
        steps += 1
    assert steps == 4
    assert links(engine) == before


def test_an_article_that_changes_while_being_compared_is_compared_once(
    engine: SearchEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.add_all([BRIDGE, METRO, COPY])
    forget(engine)
    meanwhile = [lambda: engine.remove([3]), lambda: engine.add(replace(METRO, paragraphs=BRIDGE.paragraphs))]
    read = Passages.of_article
    asker = threading.current_thread()

    def interrupted(passages: Passages, article_id: int) -> object:
        result = read(passages, article_id)
        if meanwhile and article_id == 2 and threading.current_thread() is asker:
            meanwhile.pop()()
        return result

    monkeypatch.setattr(Passages, "of_article", interrupted)
    while linking.link_next(engine.archive.database):
        pass
    if engine.archive.background._thread is not None:
        engine.archive.background.join()
    assert links(engine)[1] >= {2}
    assert engine.check() == []


def test_signatures_of_other_rules_are_recomputed(open_engine: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = open_engine()
    engine.add_all([BRIDGE, COPY])
    monkeypatch.setattr("retrieval.duplicates.signatures.RULES", "others")
    newer = open_engine()
    assert ReprintLinks(newer.archive.database).compared() is not None
    newer.add(THIRD)
    newer.close()
    while linking.link_next(newer.archive.database):
        pass
    assert links(newer) == {1: {2, 3}, 2: {1, 3}, 3: {1, 2}}


def test_a_repair_rebuilds_the_links(engine: SearchEngine) -> None:
    engine.add_all([BRIDGE, COPY])
    with engine.archive.database.write():
        engine.archive.database.execute("DELETE FROM signatures WHERE article_id = 1")
        engine.archive.database.execute("DELETE FROM reprints")
    assert engine.check() == ["有 1 篇文章还没有与其他报道比对过转载。"]
    engine.rebuild()
    assert engine.check() == []
    assert links(engine) == {1: {2}, 2: {1}}


def test_the_first_article_of_a_new_file_is_compared_too(open_engine: Open) -> None:
    engine = open_engine(first_articles=[BRIDGE])
    engine.add(COPY)
    assert shown(engine) == [("乙网", ["甲报"])]


def test_reprints_are_found_after_the_background_has_moved_the_keys(
    engine: SearchEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("retrieval.store.fresh_keys._FEWEST_MOVED", 1)
    database = engine.archive.database
    engine.add_all([BRIDGE, METRO])
    engine.archive.background.join()
    assert database.number("SELECT count(*) FROM fresh_keys") == 0
    assert database.number("SELECT count(*) FROM signature_keys") > 0
    engine.add(COPY)
    engine.archive.background.join()
    assert links(engine) == {1: {3}, 3: {1}}
    engine.remove([1])
    assert not database.rows("SELECT 1 FROM signature_keys WHERE article_id = 1")
    assert engine.check() == []


def test_an_article_stored_before_there_were_blocks_is_found(open_engine: Open) -> None:
    engine = open_engine()
    engine.add_all([BRIDGE, METRO])
    database = engine.archive.database
    deque(FreshKeys(database).move(), maxlen=0)
    engine.close()
    with database.write():
        database.execute("DROP TABLE fresh_keys")
        database.execute("DELETE FROM _sqlite_migrations WHERE name = 'keys_in_blocks'")
    later = open_engine()
    later.add(COPY)
    assert links(later) == {1: {3}, 3: {1}}
