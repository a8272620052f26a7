"""The file that a search engine opens: first articles, older postings and compiled code."""

import itertools
import logging
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from retrieval.article import Article
from retrieval.engine import SearchEngine
from retrieval.index import kernels
from retrieval.index.protocol import Filters
from retrieval.index.segment_format import FORMAT
from retrieval.store.errors import StoreError
from retrieval.store.segments import Position, Segments
from retrieval.text.analyzer import Analyzer
from tests.support.articles import make_article
from tests.support.engines import BRIDGE, METRO, QUESTIONS, SNOW, Open, found_titles
from tests.support.project import ROOT


def test_first_articles_are_loaded_only_when_the_file_is_created(open_engine: Open) -> None:
    assert found_titles(open_engine(first_articles=[BRIDGE]), "大桥") == [BRIDGE.title]
    again = open_engine(first_articles=[METRO])
    assert found_titles(again, "地铁") == []
    again.remove([1])
    assert open_engine(first_articles=[BRIDGE]).search("大桥").articles == 0


def test_first_articles_of_an_existing_file_are_not_read(open_engine: Open) -> None:
    open_engine(first_articles=[BRIDGE])
    unread = iter([METRO])
    open_engine(first_articles=unread)
    assert list(unread) == [METRO]


def test_a_file_created_without_first_articles_never_gets_them(open_engine: Open) -> None:
    open_engine()
    assert open_engine(first_articles=[BRIDGE]).search("大桥").articles == 0


def test_a_first_article_that_fails_is_loaded_at_the_next_opening(open_engine: Open) -> None:
    with pytest.raises(UnicodeEncodeError):
        open_engine(first_articles=[replace(BRIDGE, source="\ud800")])
    assert found_titles(open_engine(first_articles=[BRIDGE]), "大桥") == [BRIDGE.title]


def test_a_missing_file_is_not_created_when_it_must_exist(open_engine: Open, path: Path) -> None:
    with pytest.raises(StoreError):
        open_engine(must_exist=True)
    assert not path.exists()


def test_postings_of_another_analyzer_are_rebuilt_with_the_same_answers(
    open_engine: Open, path: Path, analyzer: Analyzer, first_article: Article, caplog: pytest.LogCaptureFixture
) -> None:
    running = open_engine(first_articles=[first_article])
    running.add_all([BRIDGE, METRO, SNOW])
    running.remove([3])
    before = [running.search(question, 100).hits for question in QUESTIONS]
    assert all(before[:4])
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE state SET fingerprint = 'other'")
    connection.close()
    with caplog.at_level(logging.WARNING):
        reopened = open_engine()
    assert "重建索引" in caplog.text
    assert Segments(reopened.archive.database).fingerprint() == f"{analyzer.fingerprint} {FORMAT}"
    for engine in (reopened, running):
        after = [engine.search(question, 100).hits for question in QUESTIONS]
        for old, new in zip(before, after, strict=True):
            assert [hit.passage for hit in new] == [hit.passage for hit in old]
            assert [hit.score for hit in new] == pytest.approx([hit.score for hit in old], abs=1e-9)
        assert engine.check() == []
    caplog.clear()
    open_engine()
    assert caplog.text == ""


def test_segments_of_the_first_format_are_upgraded(
    open_engine: Open, path: Path, analyzer: Analyzer, caplog: pytest.LogCaptureFixture
) -> None:
    engine = open_engine()
    engine.add_all([BRIDGE, METRO])
    engine.remove([2])
    engine.close()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript(
            "DROP TABLE segments; CREATE TABLE segments (id INTEGER PRIMARY KEY AUTOINCREMENT, data BLOB NOT NULL);"
            "INSERT INTO segments (data) VALUES ('news segment 1');"
            "DELETE FROM _sqlite_migrations WHERE name = 'segments_in_epochs';"
            "ALTER TABLE state DROP COLUMN epoch; ALTER TABLE state DROP COLUMN epochs;"
            "ALTER TABLE state DROP COLUMN articles;"
        )
        connection.execute("UPDATE state SET fingerprint = ?", [analyzer.fingerprint])
    with caplog.at_level(logging.WARNING):
        again = open_engine()
    assert "索引格式" in caplog.text
    assert found_titles(again, "大桥 地铁") == [BRIDGE.title]
    assert again.search("大桥").articles == 1
    assert again.check() == []


def test_an_engine_that_only_writes_loads_no_postings(open_engine: Open) -> None:
    open_engine().add(BRIDGE)
    writing = open_engine(load=False)
    writing.add(METRO)
    writing.remove([1])
    assert writing.archive._position == Position()
    assert found_titles(writing, "大桥 地铁") == [METRO.title]


def test_opening_reads_postings_without_tokenizing(
    open_engine: Open, analyzer: Analyzer, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_engine(first_articles=[BRIDGE])
    tokenized: list[str] = []
    monkeypatch.setattr(analyzer, "terms", lambda text: tokenized.append(text) or [])
    open_engine()
    assert tokenized == []


COLD = """
import sys
from pathlib import Path
from retrieval import SearchEngine
from retrieval.index import kernels
engine = SearchEngine.open(Path(sys.argv[1]))
engine.warm()
for kernel in (kernels.look_up, kernels.find):
    print(len(kernel.signatures), sum(kernel.stats.cache_hits.values()))
"""


def test_warming_up_an_empty_file_compiles_the_kernels_for_later_engines(tmp_path: Path) -> None:
    command = [sys.executable, "-c", COLD, str(tmp_path / "news.db")]
    first, second = (
        subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split() for _ in range(2)
    )
    assert first == ["1", "0"] * 2
    assert second == ["1", "1"] * 2
    kept = {path.name.partition("-")[0] for path in (tmp_path / "cache" / "code").iterdir()}
    assert kept == {"look_up", "find", "dictionary", "sounds"}


def test_no_search_waits_for_the_compiler(open_engine: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = open_engine()
    engine.warm()
    for kernel in (kernels.look_up, kernels.find):
        monkeypatch.setattr(kernel, "_can_compile", False)
    for question in QUESTIONS:
        assert engine.search(question).status == "none"
    engine.add(BRIDGE)
    engine.add_all([METRO, SNOW])
    engine.add_all([make_article(f"第{number}座大桥通车。", title=str(number)) for number in range(2_000)])
    engine.remove([2])
    other = open_engine(load=False)
    for reader in (engine, other):
        for question, k in itertools.product(QUESTIONS, (1, 5, 200)):
            reader.search(question, k)
            reader.search(question, k, Filters(since=date(2020, 1, 1), source="晚报", exclude_ids=frozenset([3])))
            reader.search(question, k, Filters(until=date(2020, 1, 1), include_ids=frozenset([1])), explain=True)
        assert reader.search("大桥全长多少米？").status == "answered"
    engine.rebuild()
    assert engine.search("大桥全长多少米？").status == "answered"
    assert [len(kernel.signatures) for kernel in (kernels.look_up, kernels.find)] == [1, 1]


def test_an_unreadable_part_of_the_file_does_not_stop_the_warm_up(
    engine: SearchEngine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def damaged(*_: object) -> None:
        raise StoreError("数据库已损坏。")

    monkeypatch.setattr(engine.archive, "newest", damaged)
    engine.warm()
    assert "数据库已损坏。" in caplog.text


def test_postings_that_do_not_match_the_articles_are_reported(open_engine: Open, path: Path) -> None:
    engine = open_engine()
    engine.add_all([BRIDGE])
    engine.add(METRO)
    assert engine.check() == []
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DELETE FROM segments WHERE id = 2")
    assert engine.check() == ["索引与文章不符：缺 1 段，多 0 段。"]
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE segments SET data = substr(data, 1, 40)")
    assert "第 1 号索引段已损坏。" in engine.check()
    engine.rebuild()
    assert engine.check() == []
    assert found_titles(engine, "大桥") == [BRIDGE.title]
