import logging
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.article import Article, passages
from retrieval.engine import Outcome, SearchEngine
from retrieval.evaluation.rank_bm25_index import RankBM25Index
from retrieval.index.protocol import Document
from retrieval.indexing import commit, maintenance, preparation, workers
from retrieval.indexing.maintenance import _CAP, _FEWEST, _GROWTH, _run
from retrieval.intake import File, Lines, Refusal, write_line
from retrieval.store.articles import Store, StoreError
from retrieval.store.database import _BUSY_PAUSE
from retrieval.text.analyzer import Analyzer
from tests.support.articles import make_article

Open = Callable[..., SearchEngine]
BRIDGES = [make_article(f"第{n}座大桥通车，全长{n}米。" + "桥" * n, title=f"大桥{n}") for n in range(1, 41)]

LONG = [make_article("桥".join(map(str, range(n, n + 400))), title=f"长{n}") for n in range(60)]


def answers(engine: SearchEngine) -> list[tuple[int, float]]:
    hits = engine.search("大桥 7 通车 全长", 100).hits
    return [(hit.passage.id, pytest.approx(hit.score, abs=1e-9)) for hit in hits]


def segments(engine: SearchEngine) -> int:
    return len(engine.store.segment_sizes())


# Which segments become one


@given(st.lists(st.integers(1, _CAP), max_size=30) | st.lists(st.sampled_from([1, 2, 100, 1000]), max_size=60))
def test_neighbours_are_merged_that_are_many_alike_and_small_enough(sizes: list[int]) -> None:
    run = _run(sizes)
    if run:
        chosen = [sizes[place] for place in run]
        assert len(chosen) >= _FEWEST
        assert _GROWTH * max(chosen) <= sum(chosen) <= _CAP


def test_segments_stay_few_and_a_posting_is_copied_seldom() -> None:
    sizes: list[int] = []
    copied = most = 0
    for _ in range(20_000):
        sizes.append(10_000)
        while run := _run(sizes):
            total = sum(sizes[place] for place in run)
            copied += total
            sizes[run.start : run.stop] = [total]
        most = max(most, len(sizes))
    assert sum(sizes) == 20_000 * 10_000
    assert most < 60
    assert copied < 6 * sum(sizes)
    assert max(sizes) <= _CAP


# Merges


def test_merging_changes_nothing_that_is_found(open_engine: Open) -> None:
    engine, watching = open_engine(), open_engine()
    for article in BRIDGES:
        engine.add(article)
        watching.search("大桥")
    engine.remove([3, 4, 39])
    expected = answers(watching)
    assert len(expected) == 37
    engine.close()
    while engine._upkeep.merge():
        pass
    assert segments(engine) < _FEWEST
    for one in (engine, watching, open_engine(), open_engine(new_index=RankBM25Index)):
        assert answers(one) == expected
        assert one.check() == []
    engine.add(make_article("第99座大桥通车。", title="大桥99"))
    assert len(answers(watching)) == len(answers(open_engine())) == 38


def test_a_reader_that_knew_some_of_what_was_merged_loads_only_the_rest(open_engine: Open) -> None:
    engine, watching = open_engine(), open_engine()
    for number, article in enumerate(BRIDGES):
        engine.add(article)
        if number == 17:
            watching.search("大桥")
    engine.close()
    while engine._upkeep.merge():
        pass
    assert answers(watching) == answers(open_engine())
    assert sum(piece.documents for piece in watching._index._snapshot.pieces) == 40


def test_pushes_are_merged_by_themselves(open_engine: Open) -> None:
    engine = open_engine()
    for article in BRIDGES:
        engine.add(article)
    engine.close()
    assert segments(engine) <= 2 * _FEWEST
    assert len(answers(engine)) == 40


def test_who_only_asks_merges_nothing(open_engine: Open) -> None:
    push(open_engine(), BRIDGES[:_FEWEST])
    asking = open_engine()
    assert len(answers(asking)) == _FEWEST
    asking.close()
    assert segments(asking) == _FEWEST


def push(engine: SearchEngine, articles: list[Article]) -> None:
    """Each in a transaction of its own, and nobody tidies up behind them."""
    for article in articles:
        engine._writer.add([article], passages, distinct=False)


def test_searches_pushes_and_removals_go_on_while_a_merge_is_computed(
    open_engine: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, other = open_engine(), open_engine()
    push(engine, BRIDGES[: 2 * _FEWEST])
    computing, go_on = threading.Event(), threading.Event()
    index = other._upkeep._index
    merge = index.merge

    def slowly(segments: list[bytes], removed: list[int]) -> bytes:
        computing.set()
        assert go_on.wait(30)
        return merge(segments, removed)

    monkeypatch.setattr(index, "merge", slowly)
    merging = threading.Thread(target=other._upkeep.merge)
    merging.start()
    try:
        assert computing.wait(30)
        engine.add(BRIDGES[30])
        engine.remove([1])
        titles = {hit.passage.title for hit in engine.search("大桥", 100).hits}
        assert BRIDGES[30].title in titles
        assert BRIDGES[0].title not in titles
    finally:
        go_on.set()
        merging.join()
    engine.close()
    for one in (engine, open_engine()):
        assert len(answers(one)) == 2 * _FEWEST
        assert one.check() == []


def test_of_two_processes_that_merge_the_same_both_end_well(open_engine: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    engine, other = open_engine(), open_engine()
    push(engine, BRIDGES[:_FEWEST])
    merge = other._upkeep._index.merge

    def overtaken(segments: list[bytes], removed: list[int]) -> bytes:
        assert engine._upkeep.merge()
        return merge(segments, removed)

    monkeypatch.setattr(other._upkeep._index, "merge", overtaken)
    assert other._upkeep.merge()
    assert segments(engine) == 1
    assert not engine._upkeep.merge_is_due()
    assert len(answers(open_engine())) == _FEWEST
    assert engine.check() == []


# What breaks


def corrupt(path: Path, change: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(f"UPDATE segments SET data = {change} WHERE id = (SELECT max(id) FROM segments)")


@pytest.mark.parametrize("change", ["substr(data, 1, 100)", "zeroblob(length(data))", "x''"])
def test_a_damaged_segment_is_named_and_repaired_and_breaks_no_merge(
    open_engine: Open, path: Path, change: str, caplog: pytest.LogCaptureFixture
) -> None:
    engine = open_engine()
    push(engine, BRIDGES[:_FEWEST])
    expected = answers(engine)
    engine.store.close()
    corrupt(path, change)
    assert f"第 {_FEWEST} 号索引段已损坏。" in engine.check()
    with pytest.raises(StoreError, match="check --repair"):
        open_engine()
    engine._has_written = True
    with caplog.at_level(logging.WARNING):
        engine._tidy_up()
    assert "原有索引照常使用" in caplog.text
    assert segments(engine) == _FEWEST
    engine.rebuild()
    assert engine.check() == []
    assert answers(engine) == answers(open_engine()) == expected


def full(store: Store) -> None:
    """No page more than there are, as when the disk is full; for the connection of this thread."""
    store._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    pages = store._value("PRAGMA page_count")
    store._db.execute(f"PRAGMA max_page_count = {pages}").fetchall()


def test_a_full_disk_stops_a_rebuild_and_the_old_segments_serve(open_engine: Open) -> None:
    engine = open_engine()
    push(engine, LONG[:_FEWEST])
    expected = answers(engine)
    full(engine.store)
    with pytest.raises(StoreError, match=r"磁盘已满.*此前已保存的都在"):
        engine.rebuild()
    assert answers(engine) == answers(open_engine()) == expected
    assert engine.check() == []


def test_a_full_disk_stops_an_import_and_what_was_reported_is_stored(
    open_engine: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preparation, "BATCH", 10)
    engine = open_engine()
    reported: list[int] = []

    def until_full() -> None:
        for number, outcomes in enumerate(engine.add_many(LONG)):
            reported.extend(outcome.id for outcome in outcomes)
            if number == 1:
                full(engine.store)

    with pytest.raises(StoreError, match=r"磁盘已满.*此前已保存的都在"):
        until_full()
    again = open_engine()
    assert 20 <= len(reported) < len(LONG)
    assert [article.id for article in again.store.articles()] == reported
    assert again.check() == []


# Making all postings anew


def test_a_rebuild_gives_the_same_answers_and_numbers(open_engine: Open) -> None:
    engine, watching = open_engine(), open_engine()
    push(engine, BRIDGES)
    push(engine, [make_article("改过的大桥全长7米。", title="大桥5", url="u"), make_article("大桥改了。", url="u")])
    engine.remove([7, 8])
    expected = answers(watching)
    engine.rebuild()
    for one in (engine, watching, open_engine()):
        assert answers(one) == expected
        assert one.check() == []
    assert engine.store._value("SELECT count(*) FROM removals") == 0


def test_articles_that_come_and_go_during_a_rebuild_are_in_it(
    open_engine: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(maintenance, "_REBUILD_BATCH", 5)
    engine, other = open_engine(), open_engine()
    push(engine, BRIDGES[:20])
    changes = iter(
        [lambda: push(other, [BRIDGES[30]]), lambda: other.remove([2, 19]), lambda: push(other, [BRIDGES[31]])]
    )
    prepare = engine._upkeep._index.prepare

    def meanwhile(documents: list[Document]) -> bytes:
        next(changes, lambda: None)()
        assert len(other.search("大桥", 100).hits) >= 18
        return prepare(documents)

    monkeypatch.setattr(engine._upkeep._index, "prepare", meanwhile)
    engine.rebuild()
    for one in (engine, other, open_engine()):
        assert len(answers(one)) == 20
        assert one.check() == []


def test_a_rebuild_that_is_killed_leaves_the_old_postings_in_use(
    open_engine: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(maintenance, "_REBUILD_BATCH", 5)
    engine = open_engine()
    push(engine, BRIDGES[:20])
    expected = answers(engine)
    term_frequencies = maintenance.Maintenance._segment_of
    calls = iter(range(100))

    def interrupted(*parts: object) -> object:
        if next(calls) == 2:
            raise KeyboardInterrupt
        return term_frequencies(*parts)  # type: ignore[arg-type]

    monkeypatch.setattr(maintenance.Maintenance, "_segment_of", interrupted)
    with pytest.raises(KeyboardInterrupt):
        engine.rebuild()
    assert answers(engine) == answers(open_engine()) == expected
    assert engine.store._value("SELECT count(*) FROM segments") == 22
    engine.rebuild()
    assert engine.store._value("SELECT count(*) FROM segments") == segments(engine) == 4
    assert answers(open_engine()) == expected


def test_who_writes_with_another_analyzer_is_told_to_start_again(open_engine: Open, path: Path) -> None:
    engine = open_engine()
    engine.add(BRIDGES[0])
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE state SET fingerprint = 'newer'")
    with pytest.raises(StoreError, match="重新启动"):
        engine.add(BRIDGES[1])
    assert len(answers(engine)) == 1


# Imports


def test_many_articles_are_stored_as_one_by_one(open_engine: Open, tmp_path: Path, analyzer: Analyzer) -> None:
    articles = [*BRIDGES, BRIDGES[0], replace(BRIDGES[1], author="记者"), *BRIDGES[:3]]
    engine, one_by_one = open_engine(), SearchEngine.open(tmp_path / "other.db", analyzer=analyzer)
    outcomes = [outcome for batch in engine.add_many(articles) for outcome in batch]
    assert outcomes == [one_by_one.add(article) for article in articles]
    assert [outcome.outcome for outcome in outcomes[40:]] == ["duplicate", "updated", *["duplicate"] * 3]
    assert answers(engine) == answers(one_by_one)
    assert engine.check() == []


def test_an_import_that_stopped_goes_on_with_what_is_missing(
    open_engine: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preparation, "BATCH", 10)
    engine = open_engine()
    stopped = engine.add_many(BRIDGES)
    assert len(next(stopped)) == len(next(stopped)) == 10
    stopped.close()
    assert engine.search("大桥").articles == 20
    tokenized: list[str] = []
    terms = engine._analyzer.terms
    with monkeypatch.context() as patch:
        patch.setattr(engine._analyzer, "terms", lambda text: tokenized.append(text) or terms(text))
        outcomes = [outcome.outcome for batch in engine.add_many(BRIDGES) for outcome in batch]
    assert outcomes == ["duplicate"] * 20 + ["added"] * 20
    assert not {article.text for article in BRIDGES[:20]} & set(tokenized)
    assert {article.text for article in BRIDGES[20:]} <= set(tokenized)


def test_an_article_that_went_between_the_first_look_and_the_transaction_is_added(
    open_engine: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = open_engine()
    engine.add_all(BRIDGES[:2])
    newer = preparation.newer

    def then_it_goes(stored: Article, article: Article) -> Article:
        known = newer(stored, article)
        engine.remove([1])
        return known

    monkeypatch.setattr(preparation, "newer", then_it_goes)
    (outcomes,) = engine.add_many(BRIDGES[:1])
    assert [(outcome.id, outcome.outcome) for outcome in outcomes] == [(3, "added")]
    assert len(answers(engine)) == 2
    assert engine.check() == []


def changed(article: Article, **fields: str) -> Article:
    return replace(article, url="https://news.example/1", **fields)  # type: ignore[arg-type]


def test_an_article_that_changes_within_one_batch_is_found_by_its_last_words_only(
    open_engine: Open, tmp_path: Path, analyzer: Analyzer
) -> None:
    articles = [
        *BRIDGES[:3],
        changed(BRIDGES[3]),
        changed(BRIDGES[4], title="改了题目", source="城北日报"),
        BRIDGES[5],
        changed(BRIDGES[6], published="2024-01-01"),
        BRIDGES[7],
    ]
    engine, one_by_one = open_engine(), SearchEngine.open(tmp_path / "other.db", analyzer=analyzer)
    (outcomes,) = engine.add_many(articles)
    assert outcomes == [one_by_one.add(article) for article in articles]
    for question in ("改了题目", "大桥 7 通车 全长"):
        found, expected = (one.search(question, 100).hits for one in (engine, one_by_one))
        assert [hit.passage for hit in found] == [hit.passage for hit in expected]
    assert (len(answers(engine)), segments(engine)) == (6, 1)
    assert engine.check() == []


@pytest.mark.parametrize("worth_it", [-1, 10**9])
def test_what_is_no_article_comes_back_in_its_place_whoever_reads_it(
    open_engine: Open, monkeypatch: pytest.MonkeyPatch, worth_it: int
) -> None:
    monkeypatch.setattr(workers, "WORTH_IT", worth_it)
    monkeypatch.setattr(preparation, "BATCH", 3)
    page = "\n".join(["{", *(write_line(n, article) for n, article in enumerate(BRIDGES[:5])), "[]"]).encode()
    items = [Refusal("a", "一。"), Lines(page, "页", 1), BRIDGES[5], Lines(b"{", "末", 1), File(b"", "b.txt")]
    engine = open_engine()
    found = [one for batch in engine.add_many(items) for one in batch]
    told = [one.article.title if isinstance(one, Outcome) else one.item for one in found]
    assert told == [
        "a",
        "页 第 1 行",
        *(one.title for one in BRIDGES[:5]),
        "页 第 7 行",
        "大桥6",
        "末 第 1 行",
        "b.txt",
    ]
    assert engine.store.size()[0] == len(answers(engine)) == 6
    assert engine.check() == []


def test_an_import_leaves_the_file_to_others_between_two_transactions(
    open_engine: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preparation, "BATCH", 5)
    engine = open_engine()
    now = 1000.0
    written: list[float] = []

    def sleep(seconds: float) -> None:
        nonlocal now
        now += seconds

    monkeypatch.setattr(commit.time, "monotonic", lambda: now)
    monkeypatch.setattr(commit.time, "sleep", sleep)
    append = Store.append_segment
    monkeypatch.setattr(Store, "append_segment", lambda *parts: (written.append(now), append(*parts)))
    assert len(list(engine._writer.add_many(BRIDGES))) == len(written) == 8
    # More than twice the time after which who waits asks again.
    assert min(later - earlier for earlier, later in pairwise(written)) > 2 * _BUSY_PAUSE
