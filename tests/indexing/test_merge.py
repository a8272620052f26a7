"""Merges of segments: their choice, their time, and concurrent searches and pushes."""

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.evaluation.rank_bm25_index import RankBM25Index
from retrieval.indexing import merge
from retrieval.indexing.merge import _CAP, _FEWEST, _GROWTH, _run
from tests.support.articles import make_article
from tests.support.bridges import BRIDGES, Open, answers, push, segments


@given(st.lists(st.integers(1, _CAP), max_size=30) | st.lists(st.sampled_from([1, 2, 100, 1000]), max_size=60))
def test_small_adjacent_segments_of_similar_size_are_merged(sizes: list[int]) -> None:
    run = _run(sizes)
    if run:
        chosen = [sizes[place] for place in run]
        assert len(chosen) >= _FEWEST
        assert _GROWTH * max(chosen) <= sum(chosen) <= _CAP


def test_segments_stay_few_and_postings_are_rarely_copied() -> None:
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


def test_merging_does_not_change_the_hits(open_engine: Open) -> None:
    engine, watching = open_engine(), open_engine()
    for article in BRIDGES:
        engine.add(article)
        watching.search("大桥")
    engine.remove([3, 4, 39])
    expected = answers(watching)
    assert len(expected) == 37
    engine.close()
    while merge.merge_next(engine.archive.database):
        pass
    assert segments(engine) < _FEWEST
    for reader in (engine, watching, open_engine(), open_engine(new_index=RankBM25Index)):
        assert answers(reader) == expected
        assert reader.check() == []
    engine.add(make_article("第99座大桥通车。", title="大桥99"))
    assert len(answers(watching)) == len(answers(open_engine())) == 38


def test_a_reader_that_knows_some_merged_parts_loads_only_the_rest(open_engine: Open) -> None:
    engine, watching = open_engine(), open_engine()
    for number, article in enumerate(BRIDGES):
        engine.add(article)
        if number == 17:
            watching.search("大桥")
    engine.close()
    while merge.merge_next(engine.archive.database):
        pass
    assert answers(watching) == answers(open_engine())
    assert sum(reader.documents for reader in watching.archive._index._snapshot.readers) == 40


def test_pushed_segments_are_merged_automatically(open_engine: Open) -> None:
    engine = open_engine()
    for article in BRIDGES:
        engine.add(article)
    engine.close()
    assert segments(engine) <= 2 * _FEWEST
    assert len(answers(engine)) == 40


def test_a_process_that_only_searches_merges_nothing(open_engine: Open) -> None:
    push(open_engine(), BRIDGES[:_FEWEST])
    asking = open_engine()
    assert len(answers(asking)) == _FEWEST
    asking.close()
    assert segments(asking) == _FEWEST


def test_searches_pushes_and_removals_continue_during_a_merge(
    open_engine: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, other = open_engine(), open_engine()
    push(engine, BRIDGES[: 2 * _FEWEST])
    computing, go_on = threading.Event(), threading.Event()
    compute = merge.merge

    def slowly(segments: list[bytes], removed: list[int]) -> bytes:
        computing.set()
        assert go_on.wait(30)
        return compute(segments, removed)

    monkeypatch.setattr(merge, "merge", slowly)
    merging = threading.Thread(target=merge.merge_next, args=[other.archive.database])
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
    for reader in (engine, open_engine()):
        assert len(answers(reader)) == 2 * _FEWEST
        assert reader.check() == []


def test_two_processes_merging_the_same_segments_both_succeed(
    open_engine: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, other = open_engine(), open_engine()
    push(engine, BRIDGES[:_FEWEST])
    compute = merge.merge

    def overtaken(segments: list[bytes], removed: list[int]) -> bytes:
        monkeypatch.setattr(merge, "merge", compute)
        assert merge.merge_next(engine.archive.database)
        return compute(segments, removed)

    monkeypatch.setattr(merge, "merge", overtaken)
    assert merge.merge_next(other.archive.database)
    assert segments(engine) == 1
    assert not merge.is_due(engine.archive.database)
    assert len(answers(open_engine())) == _FEWEST
    assert engine.check() == []
