"""How is a question answered, and how does an article become searchable? The two ways through the house."""

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from retrieval import answer, collapse
from retrieval.analysis import Analyzer
from retrieval.article import Article, Passage, passages
from retrieval.collapse import Differing as Differing
from retrieval.collapse import Reprint as Reprint
from retrieval.index import Filters, Index, Match
from retrieval.memory import give_back
from retrieval.postings import Postings
from retrieval.ranking import Candidate, Ranking
from retrieval.ranking import Hit as Hit
from retrieval.reference import RankBM25
from retrieval.segment import FORMAT, SegmentError
from retrieval.store import Position, Store, StoreError
from retrieval.text import printable
from retrieval.upkeep import Upkeep
from retrieval.writer import Outcome as Outcome
from retrieval.writer import Writer

ENGINES: dict[str, Callable[[], Index]] = {"postings": Postings, "rank_bm25": RankBM25}
CANDIDATES = 100
_NO_FILTERS = Filters()
_log = logging.getLogger(__name__)


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
        self._fingerprint = f"{analyzer.fingerprint} {FORMAT}"
        self._writer = Writer(store, analyzer, new_index(), self._fingerprint)
        self._upkeep = Upkeep(store, analyzer, new_index(), self._fingerprint)
        self._tidying: threading.Thread | None = None
        self._has_written = False
        self._closing = threading.Event()

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        analyzer: Analyzer | None = None,
        new_index: Callable[[], Index] = Postings,
        must_exist: bool = False,
        first_articles: Sequence[Article] = (),
        load: bool = True,
    ) -> "SearchEngine":
        """Open the file, or create it with these first articles, both or neither. Raises StoreError.

        Without `load`, the postings are read at the first search only: who writes does not need them.
        """
        store = Store(path, must_exist=must_exist)
        engine = cls(store, analyzer or Analyzer(), new_index)
        if not store.is_current():
            engine._writer.create(first_articles)
        if store.fingerprint() != engine._fingerprint:
            _log.warning("词典、停用词、分词规则或索引格式有变，正在按文章重建索引。")
            engine._upkeep.rebuild()
            engine._after_writing()
        engine._upkeep.begin_signatures()
        if load:
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
        record: Callable[[list[Outcome]], None] = lambda _: None,
    ) -> list[Outcome]:
        """Store these articles in one transaction, all of them or none, and publish them; their outcomes in order.

        Articles known to be `distinct` are not compared with others: they replace and reprint nothing. `record` is
        called inside the transaction, to store what belongs to it.
        """
        outcomes = self._writer.add(articles, cut, distinct=distinct, record=record)
        self._after_writing()
        return outcomes

    def add_many(self, articles: Iterable[Article]) -> Iterator[list[Outcome]]:
        """Store any number of articles on every core; outcomes in order, as soon as a batch of them is safe.

        Each batch is a transaction of its own: after an interruption, what is missing is added by doing it again.
        """
        for outcomes in self._writer.add_many(articles):
            self._after_writing()
            yield outcomes

    def remove(self, article_ids: Iterable[int], *, record: Callable[[list[int]], None] = lambda _: None) -> list[int]:
        """Take articles down; the numbers of those that were there. `record` as in `add_all`."""
        gone = self._writer.remove(article_ids, record=record)
        self._after_writing()
        return gone

    def rebuild(self) -> None:
        """Make the postings anew from the stored passages; until that is done, questions are answered from the old.

        And compare all articles anew, for who reprinted whom.
        """
        self._upkeep.rebuild()
        self._upkeep.compare_all()
        self._after_writing()

    def check(self) -> list[str]:
        """What is wrong with the file, a sentence each: damage, and postings that don't fit the articles."""
        return self._upkeep.check()

    def refresh(self) -> None:
        """Load what any process has committed since the last time."""
        with self._refreshing:
            if self.store.generation() == self._position.generation:
                return
            changes = self.store.changes(self._position)
            index = self._new_index() if changes.from_scratch else self._index
            try:
                index.publish(changes.segments, changes.removed, changes.after)
            except SegmentError as error:
                raise StoreError(f"{self.store.path} 的索引已损坏；请用 check --repair 按文章重建。") from error
            self._index, self._position, self._size = index, changes.position, self.store.size()
        if changes.from_scratch or index.is_crowded():
            self._tidy()

    def close(self) -> None:
        """Wait for what is being tidied, and close the connection of the thread that calls."""
        self._closing.set()
        if self._tidying is not None:
            self._tidying.join()
        self.store.close()

    def _after_writing(self) -> None:
        # Who has never searched has nothing to refresh.
        if self._position != Position():
            self.refresh()
        self._has_written = True
        if self._upkeep.merge_is_due() or self.store.compared() is not None:
            self._tidy()

    def _tidy(self) -> None:
        """Merge segments and pieces, and compare older articles, in a thread of their own: nobody waits for it."""
        with self._refreshing:
            if self._tidying is None or not self._tidying.is_alive():
                self._closing.clear()
                self._tidying = threading.Thread(target=self._tidy_up, name="upkeep")
                self._tidying.start()

    def _tidy_up(self) -> None:
        try:
            self._index.compact()
            # Who only reads leaves the file as it is.
            while self._has_written and self._upkeep.merge():
                self._index.compact()
            # What is left at the end goes on after the next write, whenever that is.
            while self._has_written and not self._closing.is_set() and self._upkeep.compare_next():
                pass
        except (StoreError, SegmentError) as error:
            # Whatever it was, the old segments are still there and serve.
            _log.warning("整理没有完成，原有索引照常使用：%s", error)
        finally:
            self.store.close()
            give_back()

    # Question → answer

    def search(self, question: str, k: int = 5, filters: Filters = _NO_FILTERS, *, explain: bool = False) -> Result:
        """The k best passages for a question, and whether the first one answers it.

        What several papers print alike is one hit; articles that were added as distinct are each by themselves. With
        `explain`, each hit says what every piece of the question gave it; that takes much longer.
        """
        started = time.perf_counter()
        self.refresh()
        index, (articles, newest) = self._index, self._size
        question = printable(question)
        weights = {term: index.idf(term) for term in self._analyzer.query_terms(question)}
        candidates = max(k, CANDIDATES) if k > 0 else 0
        while True:
            matches = index.search(list(weights), candidates, filters)
            ranking = Ranking(question, weights, self._candidates(matches))
            groups = self._groups(ranking, k)
            if len(groups) >= k or len(matches) < candidates:
                break
            candidates *= 2  # so many of them were the same news
        hits = ranking.hits(groups)
        # Of the best, whose place the newest takes: which paper came last does not change what is known.
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

    def _groups(self, ranking: Ranking, k: int) -> list[collapse.Group]:
        passages = [one.passage for one in ranking.best]
        linked = self.store.linked(passage.article_id for passage in passages)
        return collapse.grouped(passages, linked, k, ranking.sentence)

    def _confidence(self, ranking: Ranking) -> float:
        folded = ranking.best[0].folded
        return answer.confidence(ranking.wanted, set(self._analyzer.terms(folded)), folded)

    def _by_term(self, index: Index, terms: Iterable[str], filters: Filters) -> dict[str, dict[int, Match]]:
        """What each term finds when it is asked alone: a score is the sum of its terms'."""
        everything = self.store.statistics().passages
        return {term: {one.passage_id: one for one in index.search([term], everything, filters)} for term in terms}
