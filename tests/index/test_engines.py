import math
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rank_bm25 import BM25Plus

from retrieval.evaluation.rank_bm25_index import RankBM25Index
from retrieval.index import bm25, segmented
from retrieval.index.protocol import Document, Filters, Index, Match, first_minute, last_minute, minute_of
from retrieval.index.segment import SegmentError
from retrieval.index.segment_reader import SegmentReader, joined
from retrieval.index.segmented import SegmentedIndex
from retrieval.text.folding import fold

ENGINES = [SegmentedIndex, RankBM25Index]
EVERYTHING = Filters()
ZIPF = (1 / np.arange(1, 301)) / (1 / np.arange(1, 301)).sum()
TERMS = "abcdefg"
QUERIES = st.lists(st.sampled_from([*TERMS, "unknown"]), max_size=5)
BAGS = st.dictionaries(st.sampled_from(TERMS), st.integers(1, 4) | st.just(300), min_size=1, max_size=5)
DATES = st.sampled_from([None, "2020-02-23", "2020-02-24", "2020-02-24 00:00", "2020-02-24 23:59", "2020-02-25 08:00"])
SOURCES = st.sampled_from([None, "兰州晚报", "蘭州日報", "ＢＢＣ"])
ARTICLES = st.tuples(DATES, SOURCES, st.lists(BAGS, min_size=1, max_size=4))
# One publication: articles that come, and which of those that are there go (an update is both at once).
HISTORIES = st.lists(
    st.tuples(st.lists(st.lists(ARTICLES, max_size=4), max_size=2), st.sets(st.integers(0, 9))), max_size=6
)
FILTERS = st.builds(
    Filters,
    since=st.none() | st.sampled_from([date(2020, 2, 23), date(2020, 2, 24), date(2020, 2, 25)]),
    until=st.none() | st.sampled_from([date(2020, 2, 22), date(2020, 2, 23), date(2020, 2, 24)]),
    source=st.none() | st.sampled_from(["兰州", "州日报", "蘭", "bbc", " ", "nothing"]),
    exclude_ids=st.frozensets(st.integers(1, 6)),
    include_ids=st.none() | st.frozensets(st.integers(1, 9)),
)
QUESTIONS = st.tuples(QUERIES, st.sampled_from([-1, 0, 1, 2, 3, 100]), st.just(EVERYTHING) | FILTERS)


class Collection:
    """The documents that are alive, and scores added up over all of them, one by one."""

    def __init__(self) -> None:
        self.documents: list[Document] = []
        self.passages = self.articles = 0

    def change(
        self, segments: Sequence[Sequence[tuple[str | None, str | None, list[dict[str, int]]]]], going: set[int]
    ) -> tuple[list[list[Document]], list[int]]:
        there = sorted({document.article_id for document in self.documents})
        gone = {there[place] for place in going if place < len(there)}
        removed = [document.passage_id for document in self.documents if document.article_id in gone]
        made = [[document for article in segment for document in self._article(*article)] for segment in segments]
        kept = [document for document in self.documents if document.article_id not in gone]
        self.documents = kept + [document for segment in made for document in segment]
        return made, removed

    def _article(
        self, published: str | None, source: str | None, term_frequencies: list[dict[str, int]]
    ) -> list[Document]:
        self.articles += 1
        self.passages += len(term_frequencies)
        first = self.passages - len(term_frequencies) + 1
        return [
            Document(first + place, self.articles, bag, published, source) for place, bag in enumerate(term_frequencies)
        ]

    def search(self, terms: Sequence[str], k: int, filters: Filters) -> list[tuple[int, float, float]]:
        term_frequencies = {one.passage_id: self.bag(one) for one in self.documents}
        articles: dict[int, Counter[str]] = {}
        for one in self.documents:
            articles.setdefault(one.article_id, Counter()).update(term_frequencies[one.passage_id])
        found = []
        for one in self.documents:
            score = self.score(terms, term_frequencies[one.passage_id], list(term_frequencies.values()))
            if score > 0 and passes(one, filters):
                article = self.score(terms, articles[one.article_id], list(articles.values()))
                found.append((-score, age(one), one.passage_id, article))
        return [(number, -score, article) for score, _, number, article in sorted(found)[: max(k, 0)]]

    def score(self, terms: Sequence[str], bag: Counter[str], term_frequencies: list[Counter[str]]) -> float:
        average = sum(one.total() for one in term_frequencies) / len(term_frequencies)
        score = 0.0
        for term in terms:
            share = bag[term] * 1.9 / (bag[term] + 0.9 * (1 - 0.4 + 0.4 * bag.total() / average))
            score += self.idf(term) * share if self.frequency(term) else 0.0
        return score

    def frequency(self, term: str) -> int:
        return sum(term in one.terms for one in self.documents)

    def idf(self, term: str) -> float:
        return math.log((len(self.documents) + 1) / max(1, self.frequency(term)))

    @staticmethod
    def bag(document: Document) -> Counter[str]:
        return Counter({term: min(255, count) for term, count in document.terms.items()})


def age(document: Document) -> tuple[int, ...]:
    """Sorts newest first: a day is its first minute; undated is older than everything."""
    published = document.published or ""
    return tuple(
        -ord(character) for character in (f"{published} 00:00" if len(published) == 10 else published.ljust(16))
    )


def passes(document: Document, filters: Filters) -> bool:
    day = (document.published or "")[:10]
    if (filters.since or filters.until) and not day:
        return False
    if filters.since and day < filters.since.isoformat():
        return False
    if filters.until and day > filters.until.isoformat():
        return False
    if filters.source is not None and (
        document.source is None or fold(filters.source).strip() not in fold(document.source)
    ):
        return False
    if filters.include_ids is not None and document.article_id not in filters.include_ids:
        return False
    return document.article_id not in filters.exclude_ids


def publish(index: Index, segments: Sequence[Sequence[Document]], removed: Sequence[int] = ()) -> None:
    index.publish([index.prepare(segment) for segment in segments], removed)


def numbers(matches: Sequence[Match]) -> list[int]:
    return [match.passage_id for match in matches]


class Scattered(SegmentedIndex):
    """Joins nothing by itself."""

    _at_once = -1


@settings(max_examples=150, deadline=None)
@given(HISTORIES, st.lists(QUESTIONS, min_size=1, max_size=4), st.lists(st.booleans(), min_size=6))
@example(([([[(None, None, [{"a": 3, "c": 3}, {"b": 2}])]], set())]), [(["a", "b"], 1, Filters())], [False] * 6)
def test_all_engines_find_what_adding_everything_up_finds(history: list, questions: list, compacted: list) -> None:
    collection, scattered = Collection(), Scattered()
    engines = [SegmentedIndex(), scattered, RankBM25Index()]
    for (articles, going), compact in zip(history, compacted, strict=False):
        segments, removed = collection.change(articles, going)
        for index in engines:
            publish(index, segments, removed)
        if compact:
            scattered.compact()
            assert not scattered.is_crowded()
        for terms, k, filters in questions:
            everything = collection.search(terms, len(collection.documents), filters)
            scores = {number: (score, article_score) for number, score, article_score in everything}
            ages = {one.passage_id: age(one) for one in collection.documents}
            for index in engines:
                found = index.search(terms, k, filters)
                # Scores that are equal but for the order in which an engine adds up may change places, no others.
                expected = [score for _, score, _ in everything[: max(k, 0)]]
                assert [match.score for match in found] == pytest.approx(expected, abs=1e-9)
                assert len(set(numbers(found))) == len(found)
                for match in found:
                    assert (match.score, match.article_score) == pytest.approx(scores[match.passage_id], abs=1e-9)
                order = [(-match.score, ages[match.passage_id], match.passage_id) for match in found]
                assert order == sorted(order)
        for term in [*TERMS, "unknown"]:
            for index in engines:
                assert index.idf(term) == pytest.approx(collection.idf(term), abs=1e-9)


@settings(max_examples=30, deadline=None)
@given(HISTORIES)
def test_reading_the_segments_in_one_go_gives_the_same_index(history: list) -> None:
    collection, grown, everything, gone = Collection(), SegmentedIndex(), [], []
    for articles, going in history:
        segments, removed = collection.change(articles, going)
        publish(grown, segments, removed)
        everything += segments
        gone += removed
    fresh = SegmentedIndex()
    publish(fresh, everything, gone)
    for term in TERMS:
        assert fresh.search([term], 100, EVERYTHING) == grown.search([term], 100, EVERYTHING)


@pytest.mark.parametrize("engine", ENGINES)
class TestBothEngines:
    def test_scores_are_those_worked_out_by_hand(self, engine: Callable[[], Index]) -> None:
        index = engine()
        publish(index, [[Document(1, 1, {"a": 1, "b": 3}), Document(2, 1, {"a": 2}), Document(3, 2, {"b": 6})]])
        # N = 3, df(a) = 2, average passage 4, average article 6 (of 6 and 6).
        long, short = 1.9 / 1.9, 3.8 / (2 + 0.9 * (0.6 + 0.4 * 2 / 4))
        found = index.search(["a"], 5, EVERYTHING)
        assert numbers(found) == [2, 1]
        assert [match.score for match in found] == pytest.approx([math.log(2) * short, math.log(2) * long])
        assert [match.article_score for match in found] == pytest.approx([math.log(2) * 5.7 / 3.9] * 2)

    def test_a_term_asked_twice_counts_twice(self, engine: Callable[[], Index]) -> None:
        index = engine()
        publish(index, [[Document(1, 1, {"a": 1})]])
        once, twice = (index.search(terms, 1, EVERYTHING)[0] for terms in (["a"], ["a", "a"]))
        assert twice.score == pytest.approx(2 * once.score)
        assert twice.article_score == pytest.approx(2 * once.article_score)

    def test_equals_come_newest_first_then_lowest_id_and_undated_last(self, engine: Callable[[], Index]) -> None:
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

    def test_k_below_one_finds_nothing_and_a_large_one_all(self, engine: Callable[[], Index]) -> None:
        index = engine()
        publish(index, [[Document(n, n, {"a": 1}) for n in range(1, 4)]])
        assert index.search(["a"], 0, EVERYTHING) == index.search(["a"], -5, EVERYTHING) == []
        assert numbers(index.search(["a"], 10**6, EVERYTHING)) == [1, 2, 3]

    def test_an_empty_index_and_an_emptied_one_find_nothing(self, engine: Callable[[], Index]) -> None:
        index = engine()
        assert index.search(["a"], 5, EVERYTHING) == []
        assert index.idf("a") == 0
        publish(index, [[Document(1, 1, {"a": 1})]])
        assert index.search([], 5, EVERYTHING) == index.search(["x"], 5, EVERYTHING) == []
        publish(index, [], [1])
        assert index.search(["a"], 5, EVERYTHING) == []
        assert index.idf("a") == 0

    def test_a_term_that_nobody_knows_weighs_as_if_one_did(self, engine: Callable[[], Index]) -> None:
        index = engine()
        publish(index, [[Document(n, n, {"a": 1}) for n in range(1, 10)]])
        assert index.idf("x") == pytest.approx(math.log(10))
        assert index.idf("a") == pytest.approx(math.log(10 / 9))

    @pytest.mark.parametrize(
        ("filters", "found"),
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
            (Filters(exclude_ids=frozenset({4, 2, 99})), [5, 3, 1]),
            (Filters(source="兰州", since=date(2020, 2, 24), exclude_ids=frozenset({2})), [3]),
            (Filters(include_ids=frozenset({4, 2, 99})), [4, 2]),
            (Filters(include_ids=frozenset()), []),
            (Filters(include_ids=frozenset({4, 2}), exclude_ids=frozenset({4})), [2]),
        ],
    )
    def test_filters_let_through(self, engine: Callable[[], Index], filters: Filters, found: list[int]) -> None:
        index = engine()
        rows = [
            (None, None),
            ("2020-02-23 23:59", "兰州晚报"),
            ("2020-02-24", "蘭州日報"),
            ("2020-02-24 23:59", "BBC中文"),
            ("2020-02-25", None),
        ]
        publish(index, [[Document(n, n, {"a": 1}, *row) for n, row in enumerate(rows, start=1)]])
        assert numbers(index.search(["a"], 9, filters)) == found
        assert numbers(index.search(["a"], 1, filters)) == found[:1]

    def test_more_than_255_occurrences_count_as_255(self, engine: Callable[[], Index]) -> None:
        index = engine()
        publish(index, [[Document(1, 1, {"a": 255}), Document(2, 2, {"a": 9999})]])
        one, other = index.search(["a"], 2, EVERYTHING)
        assert one[1:] == other[1:]

    def test_a_removal_changes_the_weights_of_what_is_left(self, engine: Callable[[], Index]) -> None:
        changed, fresh = engine(), engine()
        kept = [Document(1, 1, {"a": 1, "b": 2}), Document(2, 1, {"b": 1})]
        publish(changed, [[*kept, Document(3, 2, {"a": 9, "c": 4})]])
        publish(changed, [], [3, 77])
        publish(fresh, [kept])
        assert changed.search(["a", "b", "c"], 5, EVERYTHING) == fresh.search(["a", "b", "c"], 5, EVERYTHING)
        assert changed.idf("a") == fresh.idf("a")

    def test_damaged_bytes_change_nothing(self, engine: Callable[[], Index]) -> None:
        index = engine()
        publish(index, [[Document(1, 1, {"a": 1})]])
        more = index.prepare([Document(2, 2, {"a": 1})])
        with pytest.raises(SegmentError):
            index.publish([more, more[:-1]], [1])
        assert numbers(index.search(["a"], 5, EVERYTHING)) == [1]


@settings(max_examples=60, deadline=None)
@given(HISTORIES, st.integers(0, 5), st.lists(QUESTIONS, min_size=1, max_size=3))
def test_segments_merged_halfway_are_the_same_to_who_knew_some_and_to_who_knew_none(
    history: list, known: int, questions: list
) -> None:
    collection, indexes = Collection(), [SegmentedIndex(), RankBM25Index()]
    merged: dict[type, list[bytes]] = {type(index): [] for index in indexes}
    last, gone = {}, []
    for number, (articles, going) in enumerate(history):
        segments, removed = collection.change(articles, going)
        gone += removed
        for index in indexes:
            packed = [index.prepare(segment) for segment in segments]
            merged[type(index)] += packed
            if number < known:
                index.publish(packed, removed)
                last[type(index)] = collection.passages
    for index in indexes:
        whole = [index.merge(merged[type(index)], gone)] if merged[type(index)] else []
        fresh = type(index)()
        fresh.publish(whole, gone)
        index.publish(whole, gone, last.get(type(index), -1))
        for terms, k, filters in questions:
            due = [match[:1] for match in collection.search(terms, k, filters)]
            assert [match[:1] for match in index.search(terms, k, filters)] == due
            assert [match[:1] for match in fresh.search(terms, k, filters)] == due


def test_what_comes_and_goes_while_pieces_are_joined_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    index = Scattered()
    for n in range(1, 9):
        publish(index, [[Document(n, n, {"a": 1})]])

    def meanwhile(pieces: Sequence[SegmentReader]) -> SegmentReader:
        monkeypatch.undo()
        whole = joined(pieces)
        publish(index, [[Document(9, 9, {"a": 1})]], [2, 3])
        assert numbers(index.search(["a"], 9, EVERYTHING)) == [1, 4, 5, 6, 7, 8, 9]
        index.compact()  # one at a time: the second does nothing
        return whole

    monkeypatch.setattr(segmented, "joined", meanwhile)
    index.compact()
    assert len(index._snapshot.pieces) == 2
    assert numbers(index.search(["a"], 9, EVERYTHING)) == [1, 4, 5, 6, 7, 8, 9]
    assert index.idf("a") == bm25.idf(7, 7)
    publish(index, [], [9, 1])
    index.compact()
    assert numbers(index.search(["a"], 9, EVERYTHING)) == [4, 5, 6, 7, 8]


def test_scores_are_those_of_the_library_but_for_a_constant() -> None:
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
        found = index.search(terms, 100, EVERYTHING)
        assert len(found) == 100
        assert [match.score for match in found] == pytest.approx(np.sort(due)[::-1][:100].tolist(), abs=1e-9)
        assert [due[match.passage_id] for match in found] == pytest.approx([match.score for match in found], abs=1e-9)


def test_a_passage_of_a_hundred_thousand_characters_and_a_term_of_three_hundred_bytes_are_found() -> None:
    index = SegmentedIndex()
    long = "长" * 100
    publish(index, [[Document(1, 1, {str(n): 1 for n in range(60_000)}), Document(2, 2, {long: 1, "7": 1})]])
    assert len(long.encode()) == 300
    assert numbers(index.search([long], 5, EVERYTHING)) == [2]
    assert numbers(index.search(["59999"], 5, EVERYTHING)) == [1]
    assert numbers(index.search(["7"], 5, EVERYTHING)) == [2, 1]


def test_a_search_under_way_sees_one_state_of_the_collection() -> None:
    index = SegmentedIndex()
    finished = threading.Event()
    wrong: list[tuple[int, list[float]]] = []

    def ask() -> None:
        while not finished.is_set():
            matches = index.search(["a"], 10**6, EVERYTHING)
            # Every state holds pairs, all alike: with n documents each scores idf(n, n), and no other score fits n.
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


def test_a_day_is_its_first_minute_and_ends_with_its_last() -> None:
    day = date(2020, 2, 24)
    assert minute_of("2020-02-24") == minute_of("2020-02-24 00:00") == first_minute(day)
    assert minute_of("2020-02-24 23:59") == last_minute(day) == first_minute(date(2020, 2, 25)) - 1
    assert minute_of("2020-02-24 02:24") - first_minute(day) == 144
    assert minute_of(None) == 0
