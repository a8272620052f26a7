"""How is a question answered, and how does an article become searchable? The two ways through the house."""

import logging
import threading
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TypeVar

from retrieval.article import Article, Passage, passages
from retrieval.duplicates.collapse import ConflictingReport as ConflictingReport
from retrieval.duplicates.collapse import Reprint as Reprint
from retrieval.index.protocol import Filters, Index
from retrieval.index.segment import FORMAT, SegmentError
from retrieval.index.segmented import SegmentedIndex
from retrieval.indexing.check import Findings as Findings
from retrieval.indexing.check import Inspection
from retrieval.indexing.commit import Outcome as Outcome
from retrieval.indexing.commit import Writer
from retrieval.indexing.maintenance import Maintenance
from retrieval.indexing.memory import trim_heap
from retrieval.indexing.preparation import Batch, Unread
from retrieval.indexing.repair import Repair
from retrieval.query.scope import Attempt, Scopes
from retrieval.query.scope import Scope as Scope
from retrieval.ranking.rank import Hit as Hit
from retrieval.ranking.search import Finder
from retrieval.store.articles import DamagedError, Position, Store, StoreError
from retrieval.text.analyzer import Analyzer
from retrieval.text.folding import printable

_NO_FILTERS = Filters()
_ANYTHING = "今天有什么新闻"
# So many characters of a question are searched for: the work grows with each of them, and others wait meanwhile. A
# passage that somebody pastes in has 350. What the question confines itself to may be said in so many more: all that a
# message of Telegram holds.
LONGEST_QUESTION, _LONGEST_MESSAGE = 1_000, 4_096
_log = logging.getLogger(__name__)
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Result:
    """The answer to a question, best hit first. Hits may be there when the status is none.

    `question` is as it was asked; when it `is_cut`, its first `LONGEST_QUESTION` characters were searched for.
    `filters` are those that were used; `scope` is what was recognised in the question's own words, if anything was.
    """

    question: str
    filters: Filters
    status: str
    confidence: float
    hits: list[Hit]
    weights: dict[str, float]
    articles: int
    newest: str | None
    took_ms: float
    scope: Scope | None = None
    is_cut: bool = False


class SearchEngine:
    """Articles in, answers out, over one file. Safe to use from several threads: writers wait for each other."""

    def __init__(
        self,
        store: Store,
        analyzer: Analyzer,
        new_index: Callable[[], Index] = SegmentedIndex,
        code: Sequence[Path] | None = None,
    ) -> None:
        self.store = store
        self._analyzer = analyzer
        self._new_index = new_index
        self._index = new_index()
        self._position = Position()
        self._size: tuple[int, str | None] = (0, None)
        self._refreshing = threading.Lock()
        self._code = [store.path.parent / "cache" / "code"] if code is None else code
        self._is_compiled = False
        self._fingerprint = f"{analyzer.fingerprint} {FORMAT}"
        self._finder, self._scopes = Finder(store, analyzer), Scopes(store)
        self._writer = Writer(store, analyzer, new_index, self._fingerprint)
        self._upkeep = Maintenance(store, analyzer, new_index(), self._fingerprint)
        self._tidying: threading.Thread | None = None
        self._has_written = False
        self._closing = threading.Event()

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        analyzer: Analyzer | None = None,
        new_index: Callable[[], Index] = SegmentedIndex,
        must_exist: bool = False,
        first_articles: Sequence[Article] = (),
        load: bool = True,
        code: Sequence[Path] | None = None,
    ) -> "SearchEngine":
        """Open the file, or create it with these first articles, both or neither. Raises StoreError.

        Without `load`, the postings are read at the first search only: who writes does not need them. The search is
        compiled when it is first needed, which takes some seconds; the compiled code is kept in the folders `code`, by
        default in `cache/code` beside the file, and read from there the next time. See `CodeCache`.
        """
        store = Store(path, must_exist=must_exist)
        engine = cls(store, analyzer or Analyzer(), new_index, code)
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

    def warm(self) -> None:
        """Answer a question, so that the first one that somebody asks is answered as fast as all others.

        A part of the file that can't be read is left for the question that needs it.
        """
        try:
            newest = self.store.newest()
            self.search(newest.title if newest else _ANYTHING, today=date.today())
        except StoreError as error:
            _log.warning("%s", error)

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

    def add_many(self, items: Iterable[Article | Unread[_T] | _T]) -> Iterator[list[Outcome | _T]]:
        """Store any number of articles on every core; outcomes in order, as soon as a batch of them is safe.

        What is neither an article nor to be read, a refusal say, comes back in its place. Each batch is a transaction
        of its own: after an interruption, what is missing is added by doing it again.
        """
        for outcomes in self._writer.add_many(items):
            self._after_writing()
            yield outcomes

    def prepare(self, items: Iterable[Article | Unread[_T] | _T]) -> Generator[Batch[_T], None, None]:
        """What `add_many` does before each transaction, for `add_batch`, in whichever thread; few batches ahead."""
        return self._writer.prepare(items, ahead=True)

    def add_batch(
        self, batch: Batch[_T], *, record: Callable[[list[Outcome | _T]], None] = lambda _: None
    ) -> list[Outcome | _T]:
        """Store a prepared batch in one transaction; outcomes in order. `record` as in `add_all`."""
        outcomes = self._writer.add_batch(batch, record)
        self._after_writing()
        return outcomes

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
        """What is wrong with the file, a sentence each."""
        return self.inspect().faults

    def inspect(self) -> Findings:
        """What is wrong with the file, and which articles can be saved; nothing raises."""
        return Inspection(self.store).findings()

    def repair(self, findings: Findings) -> Path | None:
        """Make the file sound, with all articles that can be read; where the damaged one is kept, when that is another.

        Then this engine is one of the damaged file, to be closed. Raises StoreError, and all stays as it was.
        """
        repair = Repair(self.store, self._analyzer, self._new_index, self._fingerprint)
        if not findings.in_tables:
            with suppress(DamagedError):
                repair.in_place(findings)
                self._after_writing()
                return None
        return repair.anew()

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
            from_scratch = changes.from_scratch
            del changes  # its bytes, as many as the index has, are given back by who tidies
        if from_scratch or index.is_crowded():
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
            if self._has_written:
                self.store.checkpoint()
            # What is left at the end goes on after the next write, whenever that is.
            while self._has_written and not self._closing.is_set() and self._upkeep.compare_next():
                pass
        except (StoreError, SegmentError) as error:
            # Whatever it was, the old segments are still there and serve.
            _log.warning("整理没有完成，原有索引照常使用：%s", error)
        finally:
            self.store.close()
            trim_heap()

    # Question → answer

    def search(
        self,
        question: str,
        k: int = 5,
        filters: Filters = _NO_FILTERS,
        *,
        today: date | None = None,
        explain: bool = False,
    ) -> Result:
        """The k best passages for a question, and whether the first one answers it.

        What the question confines itself to (昨天的, 据某报报道) is searched first, `today` being when it is asked, and
        all articles when nothing good enough is there; the caller's own filters are never left.

        Of a long question the first `LONGEST_QUESTION` characters are searched for, the words that confine it and
        needless blanks not counted. What several papers print alike is one hit; articles that were added as distinct
        are each by themselves. With `explain`, each hit says what every piece of the question gave it; that takes much
        longer.
        """
        if not self._is_compiled:
            self._index.warm(self._code)
            self._is_compiled = True
        started = time.perf_counter()
        self.refresh()
        index, (articles, newest) = self._index, self._size
        question = printable(question)
        message = question.strip()
        read = message[:_LONGEST_MESSAGE]
        scope = self._scopes.of(read, today, self._position.generation)
        asked = scope.attempts(filters) if scope else [Attempt(read, filters)]
        attempts = [one._replace(query=_shortened(one.query), about=_shortened(one.about)) for one in asked]
        found = self._finder.first_good(index, attempts, k=k, explain=explain)
        kept = found.filters == attempts[0].filters
        return Result(
            question=question,
            filters=found.filters,
            status=found.status,
            confidence=found.confidence,
            hits=found.hits,
            weights=found.weights,
            articles=articles,
            newest=newest,
            took_ms=(time.perf_counter() - started) * 1000,
            scope=replace(scope.beside(filters), kept=kept) if scope else None,
            is_cut=read != message or attempts != asked,
        )


def _shortened(query: str | None) -> str | None:
    """The first `LONGEST_QUESTION` characters of a longer query, in which each row of blanks is one."""
    if query is None or len(query) <= LONGEST_QUESTION:
        return query
    written = " ".join(query.split())
    return written[:LONGEST_QUESTION] if len(written) > LONGEST_QUESTION else query
