"""How good and how fast are the ranking and the answers, on a folder of questions whose right passages are known?"""

import resource
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol, TypeVar

import numpy as np
from rank_bm25 import BM25Okapi

from retrieval.article import Article, Paragraph, Passage
from retrieval.engine import SearchEngine
from retrieval.evaluation.collection import Collection, Question, Row
from retrieval.evaluation.token_cache import CachedAnalyzer
from retrieval.index.protocol import Filters, Index
from retrieval.index.segmented import SegmentedIndex
from retrieval.text.analyzer import Analyzer
from retrieval.text.folding import squeeze
from retrieval.text.sentences import Span, sentences

# The keys of every report, in the order in which they are shown.
KEYS = (
    *("passages", "queries", "recall@1", "recall@5", "recall@10", "mrr@10", "article_recall@1", "article_recall@5"),
    *("answer_in_passage@1", "answer_in_sentence@1", "best_sentence_possible@1", "no_answer_auroc"),
    *("refused_when_answerable", "refused_when_unanswerable", "refused_when_unrelated"),
    *("p50_ms", "p95_ms", "index_seconds", "peak_mb"),
)
_DEPTH = 10
_BATCH = 500

Report = dict[str, int | float | None]
_T = TypeVar("_T")


class Progress(Protocol):
    """Hands the items on, and may show on the way how many of how many there were, of what."""

    def __call__(self, items: Iterable[_T], total: int, label: str, /) -> Iterable[_T]: ...


@dataclass(frozen=True, slots=True)
class _Found:
    """What came of one question: the rows, best first, and what the product says of the first one."""

    rows: list[Row]
    milliseconds: float
    answer: Span | None = None
    confidence: float = 0.0
    refused: bool = False


def evaluate(
    collection: Collection,
    analyzer: Analyzer,
    *,
    new_index: Callable[[], Index] = SegmentedIndex,
    plain: bool = False,
    unrelated: Collection | None = None,
    cache: Path | None = None,
    progress: Progress = lambda items, total, label: items,
) -> Report:
    """Ask every question that has a relevant passage, and measure; see `KEYS`. None is what doesn't apply.

    The ranking is the product's own path, from the article to the hit; with `plain` it is rank_bm25.BM25Okapi as it is
    over jieba's tokens of the texts, the recipe of most tutorials, which can't refuse and points at no sentence.

    recall@k is the share of questions with at least one relevant passage among the first k (not the share of the
    relevant passages found), article_recall@k the same of their articles. The shares of answers are over the questions
    that have one, letters and digits compared. no_answer_auroc is the chance that a question is asked with more
    confidence than a question whose relevant articles are left out, a tie counting half. `unrelated` are another
    folder's questions. index_seconds is tokenizing and adding, times are of the questions as asked, and peak_mb is the
    whole process's. A `cache` is a folder in which the terms of passages are kept between runs; the seconds that they
    took are kept too and counted in index_seconds, but the kept terms take memory.
    """
    questions = collection.judged
    report: Report = dict.fromkeys(KEYS) | {"passages": len(collection.passages), "queries": len(questions)}
    if plain:
        started = time.perf_counter()
        tutorial = _Plain(collection.passages, analyzer)
        seconds = time.perf_counter() - started
        found = [tutorial.ask(question.question) for question in progress(questions, len(questions), "提问")]
    else:
        with tempfile.TemporaryDirectory() as folder:
            product = _Product(collection.passages, analyzer, new_index, Path(folder) / "news.db", cache, progress)
            seconds = product.index_seconds
            found = [product.ask(question.question) for question in progress(questions, len(questions), "提问")]
            rows = {row.id: row for row in collection.passages}
            missing = [
                product.ask(question.question, {rows[number].article_id for number in collection.relevant[question.id]})
                for question in progress(questions, len(questions), "去掉答案再问")
            ]
            strangers = unrelated.questions if unrelated else []
            strange = [product.ask(one.question) for one in progress(strangers, len(strangers), "问无关的问题")]
            product.close()
        report["no_answer_auroc"] = auroc([one.confidence for one in found], [one.confidence for one in missing])
        report["refused_when_answerable"] = _share(one.refused for one in found)
        report["refused_when_unanswerable"] = _share(one.refused for one in missing)
        report["refused_when_unrelated"] = _share(one.refused for one in strange)
    report |= _ranking(collection, found) | _answers(questions, found)
    if plain:
        report["answer_in_sentence@1"] = None
    times = [one.milliseconds for one in found]
    report |= {"p50_ms": float(np.percentile(times, 50)), "p95_ms": float(np.percentile(times, 95))}
    return report | {"index_seconds": seconds, "peak_mb": _peak_mb()}


def auroc(positive: Sequence[float], negative: Sequence[float]) -> float:
    """The share of pairs in which the positive one is greater, ties counting half; neither may be empty."""
    ordered = np.sort(negative)
    below, not_above = (np.searchsorted(ordered, positive, side).sum() for side in ("left", "right"))
    return float((below + not_above) / 2 / (len(positive) * len(negative)))


def _ranking(collection: Collection, found: Sequence[_Found]) -> Report:
    """Recall and mean reciprocal rank; `found` is in the order of the judged questions."""
    article_of = {row.id: row.article_id for row in collection.passages}
    ranks, article_ranks = [], []
    for question, one in zip(collection.judged, found, strict=True):
        relevant = collection.relevant[question.id]
        articles = {article_of[number] for number in relevant}
        ranks.append(_rank([row.id in relevant for row in one.rows]))
        article_ranks.append(_rank([row.article_id in articles for row in one.rows]))
    return {
        **{f"recall@{k}": _share(rank <= k for rank in ranks) for k in (1, 5, 10)},
        "mrr@10": float(np.mean([1 / rank if rank <= _DEPTH else 0.0 for rank in ranks])),
        **{f"article_recall@{k}": _share(rank <= k for rank in article_ranks) for k in (1, 5)},
    }


def _rank(right: Sequence[bool]) -> float:
    """The place of the first right one, from 1; infinity when there is none."""
    return right.index(True) + 1 if True in right else float("inf")


def _answers(questions: Sequence[Question], found: Sequence[_Found]) -> Report:
    """How often an answer stands in the first hit, in the sentence shown of it, and in any one sentence of it."""
    outcomes = []
    for question, one in zip(questions, found, strict=True):
        answers = [squeezed for squeezed in map(squeeze, question.answers) if squeezed]
        if not answers:
            continue
        text = one.rows[0].text if one.rows else ""
        shown = [one.answer] if one.answer else []
        outcomes.append([_any_in(answers, text, spans) for spans in ([Span(0, len(text))], shown, sentences(text))])
    names = ("answer_in_passage@1", "answer_in_sentence@1", "best_sentence_possible@1")
    return {name: _share(outcome[place] for outcome in outcomes) for place, name in enumerate(names)}


def _any_in(answers: Sequence[str], text: str, spans: Iterable[Span]) -> bool:
    return any(answer in squeeze(text[slice(*span)]) for span in spans for answer in answers)


def _share(outcomes: Iterable[bool]) -> float | None:
    """The share that is true; None of nothing."""
    counted = list(outcomes)
    return sum(counted) / len(counted) if counted else None


def _peak_mb() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024**2 if sys.platform == "darwin" else 1024)


class _Plain:
    """The recipe of most tutorials. Equal scores stay in the order of the file."""

    def __init__(self, rows: Sequence[Row], analyzer: Analyzer) -> None:
        self._rows, self._analyzer = rows, analyzer
        self._library = BM25Okapi([analyzer.raw_tokens(row.text) for row in rows])

    def ask(self, question: str) -> _Found:
        started = time.perf_counter()
        scores = self._library.get_scores(self._analyzer.raw_tokens(question))
        best = np.argsort(-scores, kind="stable")[:_DEPTH].tolist()
        return _Found([self._rows[number] for number in best], (time.perf_counter() - started) * 1000)


class _Product:
    """The engine over a new file, each row one passage of it."""

    def __init__(
        self,
        rows: Sequence[Row],
        analyzer: Analyzer,
        new_index: Callable[[], Index],
        path: Path,
        cache: Path | None,
        progress: Progress,
    ) -> None:
        grouped: defaultdict[str, list[Row]] = defaultdict(list)
        for row in rows:
            grouped[row.article_id].append(row)
        articles = list(grouped.values())
        batches = [articles[start : start + _BATCH] for start in range(0, len(articles), _BATCH)]
        self._rows: dict[int, Row] = {}
        self._numbers: dict[str, int] = {}
        indexing = CachedAnalyzer(analyzer, cache) if cache else analyzer
        engine = SearchEngine.open(path, analyzer=indexing, new_index=new_index)
        self.index_seconds = 0.0
        for batch in progress(batches, len(batches), "收录"):
            started = time.perf_counter()
            outcomes = engine.add_all([_article(group) for group in batch], cut=_as_they_stand, distinct=True)
            self.index_seconds += time.perf_counter() - started
            for group, outcome in zip(batch, outcomes, strict=True):
                self._numbers[group[0].article_id] = outcome.id
                stored = engine.archive.passages_of([outcome.id], len(group), Filters())
                numbers = [passage.id for passage in stored]
                self._rows.update(zip(numbers, group, strict=True))
        if isinstance(indexing, CachedAnalyzer):
            indexing.save()
            self.index_seconds += indexing.seconds_saved
            # Questions are asked without the cache: they are timed.
            engine.close()
            engine = SearchEngine.open(path, analyzer=analyzer, new_index=new_index)
        new_index().warm([cache / "code"] if cache else [])  # not timed
        self._engine, self._today = engine, date.today()

    def ask(self, question: str, without: Iterable[str] = ()) -> _Found:
        """Ask as a user does, these articles left out."""
        filters = Filters(exclude_ids=frozenset(self._numbers[article_id] for article_id in without))
        started = time.perf_counter()
        result = self._engine.search(question, _DEPTH, filters, today=self._today)
        milliseconds = (time.perf_counter() - started) * 1000
        rows = [self._rows[hit.passage.id] for hit in result.hits]
        answer = result.hits[0].answer if result.hits else None
        return _Found(rows, milliseconds, answer, result.confidence, result.status == "none")

    def close(self) -> None:
        self._engine.close()


def _article(rows: Sequence[Row]) -> Article:
    paragraphs = tuple(Paragraph(row.text) for row in rows)
    return Article(rows[0].title, paragraphs, source=rows[0].source, published=rows[0].date)


def _as_they_stand(article: Article) -> list[Passage]:
    return [Passage(paragraph.text) for paragraph in article.paragraphs]
