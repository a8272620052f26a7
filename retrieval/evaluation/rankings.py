"""The rankings under evaluation: the product over a stored collection, and the tutorials' recipe. Both answer `ask`."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol, TypeVar

import numpy as np
from rank_bm25 import BM25Okapi

from retrieval.article import Article, Paragraph, Passage
from retrieval.engine import SearchEngine
from retrieval.evaluation.collection import Row
from retrieval.evaluation.rank_bm25_index import RankBM25Index
from retrieval.evaluation.token_cache import CachedAnalyzer
from retrieval.index.protocol import Filters, Index
from retrieval.index.segmented import SegmentedIndex
from retrieval.text.analyzer import Analyzer
from retrieval.text.sentences import Span

# The indexes that the product can be evaluated with, by their names on the command line.
ENGINES: dict[str, Callable[[], Index]] = {"postings": SegmentedIndex, "rank_bm25": RankBM25Index}
# Hits of each question.
DEPTH = 10
# Articles of one transaction.
_BATCH = 500
_T = TypeVar("_T")


class Progress(Protocol):
    """Passes the items on, and may show how many of `total` have passed, under the label."""

    def __call__(self, items: Iterable[_T], total: int, label: str, /) -> Iterable[_T]: ...


@dataclass(frozen=True, slots=True)
class Ranked:
    """The response to one question: rows, best first; the answering sentence in the first row; the verdict."""

    rows: list[Row]
    milliseconds: float
    answer: Span | None = None
    confidence: float = 0.0
    status: str = "none"


class TutorialRanking:
    """rank_bm25.BM25Okapi over jieba's tokens, as in most tutorials. Equal scores stay in the order of the file."""

    def __init__(self, rows: Sequence[Row], analyzer: Analyzer) -> None:
        self._rows, self._analyzer = rows, analyzer
        self._library = BM25Okapi([analyzer.raw_tokens(row.text) for row in rows])

    def ask(self, question: str) -> Ranked:
        started = time.perf_counter()
        scores = self._library.get_scores(self._analyzer.raw_tokens(question))
        best = np.argsort(-scores, kind="stable")[:DEPTH].tolist()
        return Ranked([self._rows[number] for number in best], (time.perf_counter() - started) * 1000)


class ProductRanking:
    """The engine over a new file in which each row is one passage. `index_seconds` is the time to store the rows."""

    def __init__(
        self,
        rows: Sequence[Row],
        analyzer: Analyzer,
        new_index: Callable[[], Index],
        path: Path,
        cache: Path | None,
        progress: Progress,
    ) -> None:
        self._rows: dict[int, Row] = {}
        self._article_ids: dict[str, int] = {}
        self.index_seconds = 0.0
        if cache:
            with closing(CachedAnalyzer(analyzer, cache)) as indexing:
                with closing(SearchEngine.open(path, analyzer=indexing, new_index=new_index)) as engine:
                    self._store(rows, engine, progress)
                indexing.save()
            self.index_seconds += indexing.seconds_saved
        else:
            with closing(SearchEngine.open(path, analyzer=analyzer, new_index=new_index)) as engine:
                self._store(rows, engine, progress)
        # Questions are timed, so they are analyzed without the cache.
        self._engine, self._today = SearchEngine.open(path, analyzer=analyzer, new_index=new_index), date.today()
        new_index().warm([cache / "code"] if cache else [])  # before the first question is timed

    def _store(self, rows: Iterable[Row], engine: SearchEngine, progress: Progress) -> None:
        """Store the rows, a transaction for every `_BATCH` articles."""
        rows_of_article: defaultdict[str, list[Row]] = defaultdict(list)
        for row in rows:
            rows_of_article[row.article_id].append(row)
        articles = list(rows_of_article.values())
        batches = [articles[start : start + _BATCH] for start in range(0, len(articles), _BATCH)]
        for batch in progress(batches, len(batches), "收录"):
            started = time.perf_counter()
            outcomes = engine.add_all([_article(group) for group in batch], cut=_as_they_stand, distinct=True)
            self.index_seconds += time.perf_counter() - started
            for group, outcome in zip(batch, outcomes, strict=True):
                self._article_ids[group[0].article_id] = outcome.id
                stored = engine.archive.passages_of([outcome.id], len(group), Filters())
                passage_ids = [passage.id for passage in stored]
                self._rows.update(zip(passage_ids, group, strict=True))

    def ask(self, question: str, without: Iterable[str] = ()) -> Ranked:
        """Ask as a user does. `without` are the `article_id`s of articles that are left out."""
        filters = Filters(exclude_ids=frozenset(self._article_ids[article_id] for article_id in without))
        started = time.perf_counter()
        result = self._engine.search(question, DEPTH, filters, today=self._today)
        milliseconds = (time.perf_counter() - started) * 1000
        rows = [self._rows[hit.passage.id] for hit in result.hits]
        answer = result.hits[0].answer if result.hits else None
        return Ranked(rows, milliseconds, answer, result.confidence, result.status)

    def close(self) -> None:
        self._engine.close()


def _article(rows: Sequence[Row]) -> Article:
    paragraphs = tuple(Paragraph(row.text) for row in rows)
    return Article(rows[0].title, paragraphs, source=rows[0].source, published=rows[0].date)


def _as_they_stand(article: Article) -> list[Passage]:
    return [Passage(paragraph.text) for paragraph in article.paragraphs]
