"""Reprint links of articles that were stored before their signatures."""

import threading
from dataclasses import replace

import pytest

from retrieval.engine import SearchEngine
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
    """What a file of an earlier version has of it: nothing."""
    with engine.store.write():
        engine.store.forget_signatures()


def test_a_file_of_an_earlier_version_gets_its_tables_at_once_and_its_links_by_and_by(open_engine: Open) -> None:
    engine = open_engine()
    engine.add_all([BRIDGE, COPY])
    engine.close()
    with engine.store.write():
        for table in ("signatures", "signature_keys", "reprints"):
            engine.store._db.execute(f"DROP TABLE {table}")
        for column in ("signature_rules", "compared"):
            engine.store._db.execute(f"ALTER TABLE state DROP COLUMN {column}")
        engine.store._db.execute("DELETE FROM _sqlite_migrations WHERE name = 'reprints'")
    later = open_engine()
    assert sorted(shown(later)) == [("乙网", []), ("甲报", [])]
    later.add(THIRD)
    assert later._tidying is not None
    later._tidying.join()
    assert shown(later) == [("乙网", ["丙台", "甲报"])]


def test_articles_of_before_are_compared_after_a_write_and_found_meanwhile(open_engine: Open) -> None:
    engine = open_engine()
    engine.add_all([replace(BRIDGE, id=0), COPY])
    forget(engine)
    assert links(engine) == {}
    assert engine.store.compared() is not None
    assert engine.check() == []
    assert sorted(shown(engine)) == [("乙网", []), ("甲报", [])]
    engine.add(THIRD)
    assert engine._tidying is not None
    engine._tidying.join()
    assert engine.store.compared() is None
    assert links(engine) == {0: {1, 2}, 1: {0, 2}, 2: {0, 1}}
    assert shown(engine) == [("乙网", ["丙台", "甲报"])]
    assert engine.check() == []


def test_many_articles_of_before_are_compared_a_part_at_a_time(
    engine: SearchEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("retrieval.indexing.maintenance._COMPARED_AT_ONCE", 2)
    engine.add_all([BRIDGE, METRO, COPY, THIRD, OTHER_FIGURE])
    before = links(engine)
    forget(engine)
    steps = 0
    while engine._upkeep.compare_next():
        steps += 1
    assert steps == 4
    assert links(engine) == before


def test_what_changes_while_an_article_of_before_is_read_is_compared_once(
    engine: SearchEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.add_all([BRIDGE, METRO, COPY])
    forget(engine)
    meanwhile = [lambda: engine.remove([3]), lambda: engine.add(replace(METRO, paragraphs=BRIDGE.paragraphs))]
    read = engine.store.passages_of
    asker = threading.current_thread()

    def interrupted(article_id: int) -> object:
        found = read(article_id)
        if meanwhile and article_id == 2 and threading.current_thread() is asker:
            meanwhile.pop()()
        return found

    monkeypatch.setattr(engine.store, "passages_of", interrupted)
    while engine._upkeep.compare_next():
        pass
    if engine._tidying is not None:
        engine._tidying.join()
    assert links(engine)[1] >= {2}
    assert engine.check() == []


def test_signatures_of_other_rules_are_made_anew(open_engine: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = open_engine()
    engine.add_all([BRIDGE, COPY])
    monkeypatch.setattr("retrieval.duplicates.signatures.RULES", "others")
    newer = open_engine()
    assert newer.store.compared() is not None
    newer.add(THIRD)
    newer.close()
    while newer._upkeep.compare_next():
        pass
    assert links(newer) == {1: {2, 3}, 2: {1, 3}, 3: {1, 2}}


def test_a_repair_makes_the_links_anew(engine: SearchEngine) -> None:
    engine.add_all([BRIDGE, COPY])
    with engine.store.write():
        engine.store._db.execute("DELETE FROM signatures WHERE article_id = 1")
        engine.store._db.execute("DELETE FROM reprints")
    assert engine.check() == ["有 1 篇文章还没有与其他报道比对过转载。"]
    engine.rebuild()
    assert engine.check() == []
    assert links(engine) == {1: {2}, 2: {1}}


def test_the_first_article_of_a_new_file_is_compared_too(open_engine: Open) -> None:
    engine = open_engine(first_articles=[BRIDGE])
    engine.add(COPY)
    assert shown(engine) == [("乙网", ["甲报"])]
