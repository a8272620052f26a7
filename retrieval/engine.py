"""How is a question answered, and how does an article become searchable? The two ways through the house."""

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from retrieval import answer
from retrieval.analysis import Analyzer
from retrieval.article import Article, Passage, passages
from retrieval.index import Document, Filters, Index, Match
from retrieval.postings import Postings
from retrieval.ranking import Candidate, Ranking
from retrieval.ranking import Hit as Hit
from retrieval.reference import RankBM25
from retrieval.segment import SegmentError, unpack
from retrieval.store import Position, Store, StoreError
from retrieval.text import printable, squeeze

ENGINES: dict[str, Callable[[], Index]] = {"postings": Postings, "rank_bm25": RankBM25}
CANDIDATES = 100
# Documents of one segment when postings are made anew.
_REBUILD_BATCH = 20_000
_NO_FILTERS = Filters()
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an article that was added; `article` is what is stored now."""

    id: int
    outcome: Literal["added", "updated", "duplicate"]
    article: Article


@dataclass(frozen=True, slots=True)
class Result:
    """The answer to a question, best hit first. Hits may be there when the status is none."""

    question: str
    filters: Filters
    status: str
    confidence: float
    hits: list[Hit]
    weights: dict[str, float]
    articles: int
    newest: str | None
    took_ms: float


class SearchEngine:
    """Articles in, answers out, over one file. Safe to use from several threads: writers wait for each other."""

    def __init__(self, store: Store, analyzer: Analyzer, new_index: Callable[[], Index] = Postings) -> None:
        self.store = store
        self._analyzer = analyzer
        self._new_index = new_index
        self._index = new_index()
        self._position = Position()
        self._size: tuple[int, str | None] = (0, None)
        self._refreshing = threading.Lock()

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        analyzer: Analyzer | None = None,
        new_index: Callable[[], Index] = Postings,
        must_exist: bool = False,
        first_articles: Sequence[Article] = (),
    ) -> "SearchEngine":
        """Open the file, or create it with these first articles, both or neither. Raises StoreError."""
        store = Store(path, must_exist=must_exist)
        engine = cls(store, analyzer or Analyzer(), new_index)
        if not store.is_current():
            with store.write():
                if store.migrate():
                    store.forget_postings(engine._analyzer.fingerprint)
                    engine._write(engine._analysed(first_articles, passages), distinct=True)
        if store.fingerprint() != engine._analyzer.fingerprint:
            _log.warning("词典、停用词或分词规则有变，正在按文章重建索引。")
            engine.rebuild()
        engine.refresh()
        return engine

    # Push → searchable

    def add(self, article: Article) -> Outcome:
        """Store one article; the next search finds it."""
        return self.add_all([article])[0]

    def add_all(
        self,
        articles: Sequence[Article],
        *,
        cut: Callable[[Article], list[Passage]] = passages,
        distinct: bool = False,
    ) -> list[Outcome]:
        """Store these articles in one transaction, all of them or none, and publish them; their outcomes in order.

        Articles known to be `distinct` are not compared with those that are stored.
        """
        # Tokenizing is the long part: other writers need not wait for it.
        analysed = self._analysed(articles, cut)
        with self.store.write():
            outcomes = self._write(analysed, distinct=distinct)
        self.refresh()
        return outcomes

    def remove(self, article_ids: Iterable[int]) -> list[int]:
        """Take articles down; the numbers of those that were there."""
        with self.store.write():
            gone = [number for number in article_ids if self.store.remove(number)]
            if gone:
                self.store.raise_generation()
        self.refresh()
        return gone

    def rebuild(self) -> None:
        """Make the postings anew from the stored passages, in one transaction."""
        with self.store.write():
            self.store.forget_postings(self._analyzer.fingerprint)
            documents: list[Document] = []
            for article in self.store.articles():
                assert article.id is not None
                stored = self.store.passages_of(article.id)
                bags = self._bags(article, [passage for _, passage in stored])
                documents += _documents(article.id, article, [number for number, _ in stored], bags)
                if len(documents) >= _REBUILD_BATCH:
                    self.store.append_segment(self._index.prepare(documents))
                    documents = []
            if documents:
                self.store.append_segment(self._index.prepare(documents))
        self.refresh()

    def check(self) -> list[str]:
        """What is wrong with the file, a sentence each: damage, and postings that don't fit the articles."""
        faults = self.store.faults()
        changes = self.store.changes(Position())
        indexed: list[int] = []
        for number, data in enumerate(changes.segments, start=1):
            try:
                indexed += unpack(data).passage_ids.tolist()
            except SegmentError:
                faults.append(f"第 {number} 个索引段已损坏。")
        live = set(indexed) - set(changes.removed)
        stored = self.store.passage_ids()
        if live != stored or len(indexed) != len(set(indexed)):
            faults.append(f"索引与文章不符：缺 {len(stored - live)} 段，多 {len(live - stored)} 段。")
        return faults

    def refresh(self) -> None:
        """Load what any process has committed since the last time."""
        with self._refreshing:
            if self.store.generation() == self._position.generation:
                return
            changes = self.store.changes(self._position)
            index = self._new_index() if changes.from_scratch else self._index
            try:
                index.publish(changes.segments, changes.removed)
            except SegmentError as error:
                raise StoreError(f"{self.store.path} 的索引已损坏；请用 check --repair 按文章重建。") from error
            self._index, self._position, self._size = index, changes.position, self.store.size()

    def _analysed(
        self, articles: Iterable[Article], cut: Callable[[Article], list[Passage]]
    ) -> list[tuple[Article, list[Passage], list[Counter[str]]]]:
        analysed = []
        for article in articles:
            pieces = cut(article)
            analysed.append((article, pieces, self._bags(article, pieces)))
        return analysed

    def _bags(self, article: Article, pieces: Sequence[Passage]) -> list[Counter[str]]:
        """The terms of each passage: its own, its heading's and its article's title's."""
        title = self._analyzer.terms(article.title)
        return [
            Counter(title + self._analyzer.terms(piece.heading or "") + self._analyzer.terms(piece.text))
            for piece in pieces
        ]

    def _write(
        self, analysed: Iterable[tuple[Article, list[Passage], list[Counter[str]]]], *, distinct: bool
    ) -> list[Outcome]:
        outcomes: list[Outcome] = []
        documents: dict[int, list[Document]] = {}
        for article, pieces, bags in analysed:
            stored = None if distinct else self.store.same(article)
            if stored is None:
                number, passage_ids = self.store.insert(article, pieces)
                outcome = Outcome(number, "added", replace(article, id=number))
            else:
                assert stored.id is not None
                number, newer = stored.id, _newer(stored, article)
                if newer == stored:
                    outcomes.append(Outcome(number, "duplicate", stored))
                    continue
                if newer.title != article.title:
                    bags = self._bags(newer, pieces)
                passage_ids = self.store.replace(number, newer, pieces)
                outcome = Outcome(number, "updated", newer)
            outcomes.append(outcome)
            # An article that comes twice in one batch leaves its last words alone.
            documents.pop(number, None)
            documents[number] = _documents(number, outcome.article, passage_ids, bags)
        if documents:
            flat = [document for group in documents.values() for document in group]
            self.store.append_segment(self._index.prepare(flat))
            self.store.raise_generation()
        return outcomes

    # Question → answer

    def search(self, question: str, k: int = 5, filters: Filters = _NO_FILTERS, *, explain: bool = False) -> Result:
        """The k best passages for a question, and whether the first one answers it.

        With `explain`, each hit says what every piece of the question gave it; that takes much longer.
        """
        started = time.perf_counter()
        self.refresh()
        index, (articles, newest) = self._index, self._size
        question = printable(question)
        weights = {term: index.idf(term) for term in self._analyzer.query_terms(question)}
        matches = index.search(list(weights), max(k, CANDIDATES) if k > 0 else 0, filters)
        ranking = Ranking(question, weights, self._candidates(matches))
        hits = ranking.hits(k) if k > 0 else []
        confidence = self._confidence(ranking) if hits else 0.0
        if explain:
            hits = ranking.explained(hits, self._by_term(index, weights, filters))
        return Result(
            question=question,
            filters=filters,
            status=answer.status(confidence),
            confidence=confidence,
            hits=hits,
            weights=weights,
            articles=articles,
            newest=newest,
            took_ms=(time.perf_counter() - started) * 1000,
        )

    def _candidates(self, matches: Sequence[Match]) -> list[Candidate]:
        stored = self.store.passages([match.passage_id for match in matches])
        # A row may have gone since the postings were read.
        return [Candidate(stored[match.passage_id], match) for match in matches if match.passage_id in stored]

    def _confidence(self, ranking: Ranking) -> float:
        folded = ranking.best[0].folded
        return answer.confidence(ranking.wanted, set(self._analyzer.terms(folded)), folded)

    def _by_term(self, index: Index, terms: Iterable[str], filters: Filters) -> dict[str, dict[int, Match]]:
        """What each term finds when it is asked alone: a score is the sum of its terms'."""
        everything = self.store.statistics().passages
        return {term: {one.passage_id: one for one in index.search([term], everything, filters)} for term in terms}


def _documents(
    article_id: int, article: Article, passage_ids: Iterable[int], bags: Iterable[Counter[str]]
) -> list[Document]:
    return [
        Document(passage_id, article_id, bag, article.published, article.source)
        for passage_id, bag in zip(passage_ids, bags, strict=True)
    ]


def _newer(stored: Article, article: Article) -> Article:
    """The stored article with the new words and fields; what the new one does not know is kept."""
    fields = ("source", "author", "editor", "published", "url")
    known = {name: getattr(article, name) or getattr(stored, name) for name in fields}
    # A title that was made from the first sentence is no better than a printed one.
    made_up = squeeze(article.text).startswith(squeeze(article.title))
    title = stored.title if made_up and not squeeze(stored.text).startswith(squeeze(stored.title)) else article.title
    return replace(article, id=stored.id, title=title, **known)
