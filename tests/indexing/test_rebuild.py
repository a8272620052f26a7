"""Rebuilds of the index with another analyzer."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from retrieval.index import segment
from retrieval.index.protocol import Document
from retrieval.indexing import rebuild
from retrieval.store.errors import StoreError
from tests.support.articles import make_article
from tests.support.bridges import BRIDGES, Open, answers, push, segments


def test_a_rebuild_gives_the_same_answers_and_numbers(open_engine: Open) -> None:
    engine, watching = open_engine(), open_engine()
    push(engine, BRIDGES)
    push(engine, [make_article("改过的大桥全长7米。", title="大桥5", url="u"), make_article("大桥改了。", url="u")])
    engine.remove([7, 8])
    expected = answers(watching)
    engine.rebuild()
    for reader in (engine, watching, open_engine()):
        assert answers(reader) == expected
        assert reader.check() == []
    assert engine.archive.database.value("SELECT count(*) FROM removals") == 0


def test_a_rebuild_includes_additions_and_removals_made_meanwhile(
    open_engine: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rebuild, "_BATCH", 5)
    engine, other = open_engine(), open_engine()
    push(engine, BRIDGES[:20])
    changes = iter(
        [lambda: push(other, [BRIDGES[30]]), lambda: other.remove([2, 19]), lambda: push(other, [BRIDGES[31]])]
    )
    build = rebuild.build

    def meanwhile(documents: list[Document]) -> segment.Segment:
        next(changes, lambda: None)()
        assert len(other.search("大桥", 100).hits) >= 18
        return build(documents)

    monkeypatch.setattr(rebuild, "build", meanwhile)
    engine.rebuild()
    for reader in (engine, other, open_engine()):
        assert len(answers(reader)) == 20
        assert reader.check() == []


def test_a_killed_rebuild_leaves_the_old_postings_in_use(open_engine: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rebuild, "_BATCH", 5)
    engine = open_engine()
    push(engine, BRIDGES[:20])
    expected = answers(engine)
    build = rebuild.build
    calls = iter(range(100))

    def interrupted(*parts: object) -> object:
        if next(calls) == 2:
            raise KeyboardInterrupt
        return build(*parts)  # type: ignore[arg-type]

    monkeypatch.setattr(rebuild, "build", interrupted)
    with pytest.raises(KeyboardInterrupt):
        engine.rebuild()
    assert answers(engine) == answers(open_engine()) == expected
    assert engine.archive.database.value("SELECT count(*) FROM segments") == 22
    engine.rebuild()
    assert engine.archive.database.value("SELECT count(*) FROM segments") == segments(engine) == 4
    assert answers(open_engine()) == expected


def test_a_writer_with_an_outdated_analyzer_is_told_to_restart(open_engine: Open, path: Path) -> None:
    engine = open_engine()
    engine.add(BRIDGES[0])
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE state SET fingerprint = 'newer'")
    with pytest.raises(StoreError, match="重新启动"):
        engine.add(BRIDGES[1])
    assert len(answers(engine)) == 1
