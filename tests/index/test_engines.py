"""Both indexes: scores worked out by hand, order, filters and removals."""

import math
from collections import Counter
from collections.abc import Callable
from datetime import date

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rank_bm25 import BM25Plus

from retrieval.evaluation.rank_bm25_index import RankBM25Index
from retrieval.index import bm25
from retrieval.index.protocol import Document, Filters, Index, first_minute, last_minute, minute_of
from retrieval.index.segment import build
from retrieval.index.segment_format import SegmentError, pack
from retrieval.index.segmented import SegmentedIndex
from tests.support.index_oracle import (
    ENGINES,
    EVERYTHING,
    HISTORIES,
    QUESTIONS,
    TERMS,
    ZIPF,
    Collection,
    Scattered,
    age,
    numbers,
    publish,
)


@settings(max_examples=150)
@given(HISTORIES, st.lists(QUESTIONS, min_size=1, max_size=4), st.lists(st.booleans(), min_size=6))
@example(([([[(None, None, [{"a": 3, "c": 3}, {"b": 2}])]], set())]), [(["a", "b"], 1, Filters(), {})], [False] * 6)
def test_all_engines_match_exhaustive_scoring(history: list, questions: list, compacted: list) -> None:
    collection, scattered = Collection(), Scattered()
    engines = [SegmentedIndex(), scattered, RankBM25Index()]
    for (articles, going), compact in zip(history, compacted, strict=False):
        segments, removed = collection.change(articles, going)
        for index in engines:
            publish(index, segments, removed)
        if compact:
            scattered.compact()
            assert not scattered.is_crowded()
        for terms, k, filters, expansions in questions:
            everything = collection.search(terms, len(collection.documents), filters, expansions)
            scores = {number: (score, article_score) for number, score, article_score in everything}
            ages = {document.passage_id: age(document) for document in collection.documents}
            for index in engines:
                hits = index.search(terms, k, filters, expansions)
                # Only documents whose scores differ by the order of addition alone may change places.
                expected = [score for _, score, _ in everything[: max(k, 0)]]
                assert [match.score for match in hits] == pytest.approx(expected, abs=1e-9)
                assert len(set(numbers(hits))) == len(hits)
                for match in hits:
                    assert (match.score, match.article_score) == pytest.approx(scores[match.passage_id], abs=1e-9)
                order = [(-match.score, ages[match.passage_id], match.passage_id) for match in hits]
                assert order == sorted(order)
        for term in [*TERMS, "unknown"]:
            for index in engines:
                assert index.weights([term])[term] == pytest.approx(collection.idf(term), abs=1e-9)


@pytest.mark.parametrize("engine", ENGINES)
class TestBothEngines:
    def test_scores_match_hand_computed_values(self, engine: Callable[[], Index]) -> None:
        index = engine()
        publish(index, [[Document(1, 1, {"a": 1, "b": 3}), Document(2, 1, {"a": 2}), Document(3, 2, {"b": 6})]])
        # N = 3, df(a) = 2, average passage 4, average article 6 (of 6 and 6).
        long, short = 1.9 / 1.9, 3.8 / (2 + 0.9 * (0.6 + 0.4 * 2 / 4))
        hits = index.search(["a"], 5, EVERYTHING)
        assert numbers(hits) == [2, 1]
        assert [match.score for match in hits] == pytest.approx([math.log(2) * short, math.log(2) * long])
        assert [match.article_score for match in hits] == pytest.approx([math.log(2) * 5.7 / 3.9] * 2)

    def test_a_repeated_query_term_counts_twice(self, engine: Callable[[], Index]) -> None:
        index = engine()
        publish(index, [[Document(1, 1, {"a": 1})]])
        once, twice = (index.search(terms, 1, EVERYTHING)[0] for terms in (["a"], ["a", "a"]))
        assert twice.score == pytest.approx(2 * once.score)
        assert twice.article_score == pytest.approx(2 * once.article_score)

    def test_equal_scores_are_ordered_newest_first_then_by_id_with_undated_last(
        self, engine: Callable[[], Index]
    ) -> None:
        index = engine()
        dates = [
            None,
            "2020-02-24",
            "2020-02-24 02:24",
            "2020-02-23 23:59",
            "2020-02-24 00:00",
            None,
            "2020-02-24 02:24",
        ]
        publish(index, [[Document(n, n, {"a": 1}, published)] for n, published in enumerate(dates, start=1)])
        order = [3, 7, 2, 5, 4, 1, 6]
        for k in range(1, 9):
            assert numbers(index.search(["a"], k, EVERYTHING)) == order[:k]

    def test_an_expansion_weighs_less_than_the_term_however_rare_it_is(self, engine: Callable[[], Index]) -> None:
        index = engine()
        documents = [Document(n, n, {"a" if n < 9 else "ab": 1}) for n in range(1, 10)]
        publish(index, [[*documents, Document(10, 10, {"c": 1})]])
        hits = index.search(["a"], 20, EVERYTHING, {"a": ["ab", "abc"]})
        assert numbers(hits) == list(range(1, 10))
        assert hits[0].score == pytest.approx(math.log(11 / 9))
        assert hits[-1].score == pytest.approx(bm25.EXPANSION * math.log(11 / 9))

    def test_k_below_one_finds_nothing_and_a_large_k_finds_everything(self, engine: Callable[[], Index]) -> None:
        index = engine()
        publish(index, [[Document(n, n, {"a": 1}) for n in range(1, 4)]])
        assert not index.search(["a"], 0, EVERYTHING)
        assert not index.search(["a"], -5, EVERYTHING)
        assert numbers(index.search(["a"], 10**6, EVERYTHING)) == [1, 2, 3]

    def test_an_index_that_is_or_becomes_empty_finds_nothing(self, engine: Callable[[], Index]) -> None:
        index = engine()
        assert not index.search(["a"], 5, EVERYTHING)
        assert index.weights(["a"])["a"] == 0
        publish(index, [[Document(1, 1, {"a": 1})]])
        assert not index.search([], 5, EVERYTHING)
        assert not index.search(["x"], 5, EVERYTHING)
        publish(index, [], [1])
        assert not index.search(["a"], 5, EVERYTHING)
        assert index.weights(["a"])["a"] == 0

    def test_an_unknown_term_weighs_as_if_one_document_had_it(self, engine: Callable[[], Index]) -> None:
        index = engine()
        publish(index, [[Document(n, n, {"a": 1}) for n in range(1, 10)]])
        assert index.weights(["x"])["x"] == pytest.approx(math.log(10))
        assert index.weights(["a"])["a"] == pytest.approx(math.log(10 / 9))

    @pytest.mark.parametrize(
        ("filters", "expected"),
        [
            (Filters(), [5, 4, 3, 2, 1]),
            (Filters(since=date(2020, 2, 24)), [5, 4, 3]),
            (Filters(until=date(2020, 2, 24)), [4, 3, 2]),
            (Filters(since=date(2020, 2, 24), until=date(2020, 2, 24)), [4, 3]),
            (Filters(since=date(2020, 2, 25), until=date(2020, 2, 24)), []),
            (Filters(source="兰州"), [3, 2]),
            (Filters(source=" 蘭州晚 "), [2]),
            (Filters(source="ｂｂｃ"), [4]),
            (Filters(source="长沙"), []),
            (Filters(source="长沙、BBC、 蘭州晚"), [4, 2]),
            (Filters(source="、"), []),
            (Filters(within=Filters(source="兰州")), [3, 2]),
            (Filters(since=date(2020, 2, 24), within=Filters(source="兰州")), [3]),
            (Filters(until=date(2020, 2, 24), within=Filters(since=date(2020, 2, 24))), [4, 3]),
            (Filters(include_ids=frozenset({4}), within=Filters(include_ids=frozenset({2}))), []),
            (Filters(exclude_ids=frozenset({4, 2, 99})), [5, 3, 1]),
            (Filters(source="兰州", since=date(2020, 2, 24), exclude_ids=frozenset({2})), [3]),
            (Filters(include_ids=frozenset({4, 2, 99})), [4, 2]),
            (Filters(include_ids=frozenset()), []),
            (Filters(include_ids=frozenset({4, 2}), exclude_ids=frozenset({4})), [2]),
        ],
    )
    def test_filters_restrict_the_documents(
        self, engine: Callable[[], Index], filters: Filters, expected: list[int]
    ) -> None:
        index = engine()
        rows = [
            (None, None),
            ("2020-02-23 23:59", "兰州晚报"),
            ("2020-02-24", "蘭州日報"),
            ("2020-02-24 23:59", "BBC中文"),
            ("2020-02-25", None),
        ]
        publish(index, [[Document(n, n, {"a": 1}, *row) for n, row in enumerate(rows, start=1)]])
        assert numbers(index.search(["a"], 9, filters)) == expected
        assert numbers(index.search(["a"], 1, filters)) == expected[:1]

    def test_more_than_255_occurrences_count_as_255(self, engine: Callable[[], Index]) -> None:
        index = engine()
        publish(index, [[Document(1, 1, {"a": 255}), Document(2, 2, {"a": 9999})]])
        first, second = index.search(["a"], 2, EVERYTHING)
        assert first[1:] == second[1:]

    def test_a_removal_changes_the_weights_of_the_remaining_documents(self, engine: Callable[[], Index]) -> None:
        changed, fresh = engine(), engine()
        remaining = [Document(1, 1, {"a": 1, "b": 2}), Document(2, 1, {"b": 1})]
        publish(changed, [[*remaining, Document(3, 2, {"a": 9, "c": 4})]])
        publish(changed, [], [3, 77])
        publish(fresh, [remaining])
        assert [*changed.search(["a", "b", "c"], 5, EVERYTHING)] == [*fresh.search(["a", "b", "c"], 5, EVERYTHING)]
        assert changed.weights(["a"])["a"] == fresh.weights(["a"])["a"]

    def test_publishing_damaged_bytes_leaves_the_index_unchanged(self, engine: Callable[[], Index]) -> None:
        index = engine()
        publish(index, [[Document(1, 1, {"a": 1})]])
        more = pack(build([Document(2, 2, {"a": 1})]))
        with pytest.raises(SegmentError):
            index.publish([more, more[:-1]], [1])
        assert numbers(index.search(["a"], 5, EVERYTHING)) == [1]


def test_scores_differ_from_rank_bm25_by_a_constant() -> None:
    random = np.random.default_rng(3)
    words = [f"w{n}" for n in range(300)]
    texts = [random.choice(words, random.integers(1, 60), p=ZIPF).tolist() for _ in range(2_000)]
    library = BM25Plus(texts, k1=bm25.K1, b=bm25.B, delta=1)
    index = SegmentedIndex()
    documents = [Document(n, n, Counter(text)) for n, text in enumerate(texts)]
    for begin in range(0, 2_000, 130):
        publish(index, [documents[begin : begin + 130]])
    for _ in range(50):
        terms = random.choice(words, 6, p=ZIPF).tolist()
        shift = sum(library.idf[term] for term in terms)
        due = library.get_scores(terms) - shift
        hits = index.search(terms, 100, EVERYTHING)
        assert len(hits) == 100
        assert [match.score for match in hits] == pytest.approx(np.sort(due)[::-1][:100].tolist(), abs=1e-9)
        assert [due[match.passage_id] for match in hits] == pytest.approx([match.score for match in hits], abs=1e-9)


def test_a_day_sorts_as_its_first_minute_and_ends_with_its_last() -> None:
    day = date(2020, 2, 24)
    assert minute_of("2020-02-24") == minute_of("2020-02-24 00:00") == first_minute(day)
    assert minute_of("2020-02-24 23:59") == last_minute(day) == first_minute(date(2020, 2, 25)) - 1
    assert minute_of("2020-02-24 02:24") - first_minute(day) == 144
    assert minute_of(None) == 0
