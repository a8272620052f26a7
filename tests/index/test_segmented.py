"""Segments that are read, merged and searched while the collection changes."""

import threading
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.evaluation.rank_bm25_index import RankBM25Index
from retrieval.index import bm25, segmented
from retrieval.index.protocol import Document
from retrieval.index.segment import build
from retrieval.index.segment_format import merge, pack
from retrieval.index.segment_reader import SegmentReader, merge_readers
from retrieval.index.segmented import SegmentedIndex
from tests.support.index_oracle import (
    EVERYTHING,
    HISTORIES,
    QUESTIONS,
    TERMS,
    Collection,
    Scattered,
    numbers,
    publish,
)


@settings(max_examples=30)
@given(HISTORIES)
def test_reading_all_segments_at_once_gives_the_same_index(history: list) -> None:
    collection, grown, everything, gone = Collection(), SegmentedIndex(), [], []
    for articles, going in history:
        segments, removed = collection.change(articles, going)
        publish(grown, segments, removed)
        everything += segments
        gone += removed
    fresh = SegmentedIndex()
    publish(fresh, everything, gone)
    for term in TERMS:
        assert [*fresh.search([term], 100, EVERYTHING)] == [*grown.search([term], 100, EVERYTHING)]


@settings(max_examples=60)
@given(HISTORIES, st.integers(0, 5), st.lists(QUESTIONS, min_size=1, max_size=3))
def test_a_merged_segment_reads_the_same_with_and_without_known_parts(
    history: list, known: int, questions: list
) -> None:
    collection, indexes = Collection(), [SegmentedIndex(), RankBM25Index()]
    merged: dict[type, list[bytes]] = {type(index): [] for index in indexes}
    last, gone = {}, []
    for number, (articles, going) in enumerate(history):
        segments, removed = collection.change(articles, going)
        gone += removed
        for index in indexes:
            packed = [pack(build(segment)) for segment in segments]
            merged[type(index)] += packed
            if number < known:
                index.publish(packed, removed)
                last[type(index)] = collection.passages
    for index in indexes:
        whole = [merge(merged[type(index)], gone)] if merged[type(index)] else []
        fresh = type(index)()
        fresh.publish(whole, gone)
        index.publish(whole, gone, last.get(type(index), -1))
        for question in questions:
            due = [match[:1] for match in collection.search(*question)]
            assert [match[:1] for match in index.search(*question)] == due
            assert [match[:1] for match in fresh.search(*question)] == due


def test_changes_made_while_segments_are_joined_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    index = Scattered()
    for n in range(1, 9):
        publish(index, [[Document(n, n, {"a": 1})]])

    def meanwhile(readers: Sequence[SegmentReader]) -> SegmentReader:
        monkeypatch.undo()
        whole = merge_readers(readers)
        publish(index, [[Document(9, 9, {"a": 1})]], [2, 3])
        assert numbers(index.search(["a"], 9, EVERYTHING)) == [1, 4, 5, 6, 7, 8, 9]
        index.compact()  # Only one compaction runs at a time: the second does nothing.
        return whole

    monkeypatch.setattr(segmented, "merge_readers", meanwhile)
    index.compact()
    assert len(index._snapshot.readers) == 2
    assert numbers(index.search(["a"], 9, EVERYTHING)) == [1, 4, 5, 6, 7, 8, 9]
    assert index.weights(["a"])["a"] == bm25.idf(7, 7)
    publish(index, [], [9, 1])
    index.compact()
    assert numbers(index.search(["a"], 9, EVERYTHING)) == [4, 5, 6, 7, 8]


def test_a_huge_passage_and_a_very_long_term_are_found() -> None:
    index = SegmentedIndex()
    long = "长" * 100
    publish(index, [[Document(1, 1, {str(n): 1 for n in range(60_000)}), Document(2, 2, {long: 1, "7": 1})]])
    assert len(long.encode()) == 300
    assert numbers(index.search([long], 5, EVERYTHING)) == [2]
    assert numbers(index.search(["59999"], 5, EVERYTHING)) == [1]
    assert numbers(index.search(["7"], 5, EVERYTHING)) == [2, 1]


def test_a_running_search_sees_one_state_of_the_collection() -> None:
    index = SegmentedIndex()
    finished = threading.Event()
    wrong: list[tuple[int, list[float]]] = []

    def ask() -> None:
        while not finished.is_set():
            matches = index.search(["a"], 10**6, EVERYTHING)
            # Every state holds equal pairs: with n documents each scores idf(n, n), and no other score fits n.
            due = bm25.idf(len(matches), len(matches))
            scores = {match.score for match in matches}
            if len(matches) % 2 or any(abs(score - due) > 1e-9 for score in scores):
                wrong.append((len(matches), sorted(scores)))

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        for n in range(1, 150):
            new = [Document(2 * n, n, {"a": 1}), Document(2 * n + 1, n, {"a": 1})]
            old = [2 * (n - 2), 2 * (n - 2) + 1] if n % 3 == 0 else []
            publish(index, [new], old)
    finally:
        finished.set()
        asking.join()
    assert wrong == []


def test_what_is_kept_of_terms_follows_additions_and_removals(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("retrieval.index.segmented._KEPT_TERMS", 1)
    index = SegmentedIndex()
    for published in (1, 2, 3):
        index.publish([pack(build([Document(published, published, {"a": 1, "b": published})]))], [])
        for terms in (["a"], ["b", "c"], ["c", "a", "a"], ["a"]):
            held = list(range(1, published + 1))
            assert sorted(numbers(index.search(terms, 9, EVERYTHING))) == held
        assert index.weights(["c"])["c"] == index.weights(["d"])["d"] == bm25.idf(1, published)
        assert index.weights(["a"])["a"] == bm25.idf(published, published)
    index.publish([], [2])
    assert sorted(numbers(index.search(["a"], 9, EVERYTHING))) == [1, 3]
    assert index.weights(["a"])["a"] == bm25.idf(2, 2)


def test_matches_are_read_by_place_by_slice_and_in_order() -> None:
    index = SegmentedIndex()
    index.publish([pack(build([Document(number, number, {"a": 1}) for number in (1, 2, 3)]))], [])
    matches = index.search(["a"], 9, EVERYTHING)
    assert matches.passage_ids == [match.passage_id for match in matches] == [1, 2, 3]
    first, second, third = matches
    assert [matches[0], matches[-1], *matches[1:]] == [first, third, second, third]
    assert not matches[:0]
    with pytest.raises(IndexError):
        matches[3]
