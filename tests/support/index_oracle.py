"""An exhaustive index that adds up every score, and random collections to compare it with."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np
from hypothesis import strategies as st

from retrieval.evaluation.rank_bm25_index import RankBM25Index
from retrieval.index import bm25
from retrieval.index.protocol import Document, Expansions, Filters, Index, Match
from retrieval.index.segment import build
from retrieval.index.segment_format import pack
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
# One publication: added articles, and which of the present ones are removed (an update does both).
HISTORIES = st.lists(
    st.tuples(st.lists(st.lists(ARTICLES, max_size=4), max_size=2), st.sets(st.integers(0, 9))), max_size=6
)
_CONDITIONS = st.builds(
    Filters,
    since=st.none() | st.sampled_from([date(2020, 2, 23), date(2020, 2, 24), date(2020, 2, 25)]),
    until=st.none() | st.sampled_from([date(2020, 2, 22), date(2020, 2, 23), date(2020, 2, 24)]),
    source=st.none() | st.sampled_from(["兰州", "州日报", "蘭", "bbc", " ", "nothing", "bbc、日报"]),
    exclude_ids=st.frozensets(st.integers(1, 6)),
    include_ids=st.none() | st.frozensets(st.integers(1, 9)),
)
FILTERS = st.builds(replace, _CONDITIONS, within=st.none() | _CONDITIONS)
EXPANSIONS = st.dictionaries(st.sampled_from(TERMS), st.lists(st.sampled_from([*TERMS, "unknown"]), max_size=3))
QUESTIONS = st.tuples(
    QUERIES, st.sampled_from([-1, 0, 1, 2, 3, 100]), st.just(EVERYTHING) | FILTERS, st.just({}) | EXPANSIONS
)


class Collection:
    """The live documents, and scores added up over all of them one by one."""

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
        remaining = [document for document in self.documents if document.article_id not in gone]
        self.documents = remaining + [document for segment in made for document in segment]
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

    def search(
        self, terms: Sequence[str], k: int, filters: Filters, expansions: Expansions
    ) -> list[tuple[int, float, float]]:
        weights = self.weights(terms, expansions)
        term_frequencies = {document.passage_id: self.bag(document) for document in self.documents}
        articles: dict[int, Counter[str]] = {}
        for document in self.documents:
            articles.setdefault(document.article_id, Counter()).update(term_frequencies[document.passage_id])
        hits = []
        for document in self.documents:
            score = self.score(weights, term_frequencies[document.passage_id], list(term_frequencies.values()))
            if score > 0 and passes(document, filters):
                article = self.score(weights, articles[document.article_id], list(articles.values()))
                hits.append((-score, age(document), document.passage_id, article))
        return [(number, -score, article) for score, _, number, article in sorted(hits)[: max(k, 0)]]

    def weights(self, terms: Sequence[str], expansions: Expansions) -> list[tuple[str, float]]:
        """The weight of each term, and of each expansion."""
        weights = []
        for term in terms:
            own = expansions.get(term, ())
            together = min(len(self.documents), sum(self.frequency(word) for word in [term, *own]))
            weight = math.log((len(self.documents) + 1) / together) if together else 0.0
            weights += [(term, weight), *((expansion, bm25.EXPANSION * weight) for expansion in own)]
        return weights

    @staticmethod
    def score(weights: list[tuple[str, float]], bag: Counter[str], term_frequencies: list[Counter[str]]) -> float:
        average = sum(frequencies.total() for frequencies in term_frequencies) / len(term_frequencies)
        norm = 0.9 * (1 - 0.4 + 0.4 * bag.total() / average)
        return sum(weight * bag[term] * 1.9 / (bag[term] + norm) for term, weight in weights)

    def frequency(self, term: str) -> int:
        return sum(term in document.terms for document in self.documents)

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
    if filters.source is not None:
        names = [name for name in (fold(part).strip() for part in filters.source.split("、")) if name]
        if document.source is None or not any(name in fold(document.source) for name in names):
            return False
    if filters.within is not None and not passes(document, filters.within):
        return False
    if filters.include_ids is not None and document.article_id not in filters.include_ids:
        return False
    return document.article_id not in filters.exclude_ids


def publish(index: Index, segments: Sequence[Sequence[Document]], removed: Sequence[int] = ()) -> None:
    index.publish([pack(build(segment)) for segment in segments], removed)


def numbers(matches: Sequence[Match]) -> list[int]:
    return [match.passage_id for match in matches]


class Scattered(SegmentedIndex):
    """An index that never merges by itself."""

    _at_once = -1
