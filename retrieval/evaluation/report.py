"""The report of an evaluation: quality, speed and memory of a ranking on a collection."""

import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np

from retrieval.evaluation import metrics, robustness
from retrieval.evaluation.collection import Collection, Question
from retrieval.evaluation.rankings import ProductRanking, Progress, Ranked, TutorialRanking
from retrieval.index.protocol import Index
from retrieval.index.segmented import SegmentedIndex
from retrieval.text.analyzer import Analyzer
from retrieval.text.parts_of_speech import PartsOfSpeech

try:
    import resource
except ImportError:  # Windows has no such module
    resource = None  # type: ignore[assignment, unused-ignore]

# The keys of every report, in the order in which they are shown.
KEYS = (
    *("passages", "queries", "recall@1", "recall@5", "recall@10", "mrr@10", "article_recall@1", "article_recall@5"),
    *("answer_in_passage@1", "answer_in_sentence@1", "best_sentence_possible@1", "no_answer_auroc"),
    *("refused_when_answerable", "refused_when_unanswerable", "refused_when_unrelated"),
    *("answered_when_answerable", "answered_when_unanswerable", "answered_when_unrelated"),
    "answer_found_when_unanswerable",
    *robustness.KEYS,
    *("p50_ms", "p95_ms", "index_seconds", "peak_mb"),
)
Report = dict[str, int | float | None]


def evaluate(
    collection: Collection,
    analyzer: Analyzer,
    *,
    new_index: Callable[[], Index] = SegmentedIndex,
    plain: bool = False,
    unrelated: Collection | None = None,
    others: Collection | None = None,
    robust: bool = False,
    cache: Path | None = None,
    progress: Progress = lambda items, total, label: items,
) -> Report:
    """Ask every question that has a relevant passage, and measure. The report has `KEYS`; None means not measured.

    The ranking is the product's own path, from the article to the hit. With `plain` it is `TutorialRanking`, which
    cannot refuse and points at no sentence. The passages of `others` are stored beside those of the collection, and are
    relevant to no question. With `robust`, variants of the questions are asked too: see `robustness`.

    recall@k is the share of questions with at least one relevant passage among the first k (not the share of the
    relevant passages found), article_recall@k the same of their articles. The shares of answers are over the questions
    that have one; letters and digits are compared. no_answer_auroc is the probability that a question is answered with
    more confidence than a question whose relevant articles are left out, a tie counting half. `unrelated` has the
    questions of another folder. refused_ and answered_ are the shares of questions with the status none and answered;
    see `metrics.unanswerable` for the questions that are counted apart. index_seconds covers tokenizing and adding, the
    times are those of questions as asked, and peak_mb is that of the whole process; it is None on a system that does
    not tell it. `cache` is a folder that keeps the terms of passages between runs, and the seconds that they took,
    which are counted in index_seconds.
    """
    questions = collection.judged
    passages = collection.passages + (others.passages if others else [])
    report: Report = dict.fromkeys(KEYS) | {"passages": len(passages), "queries": len(questions)}
    if plain:
        started = time.perf_counter()
        tutorial = TutorialRanking(passages, analyzer)
        seconds = time.perf_counter() - started
        responses = [tutorial.ask(question.question) for question in progress(questions, len(questions), "提问")]
    else:
        with (
            tempfile.TemporaryDirectory() as folder,
            closing(
                ProductRanking(passages, analyzer, new_index, Path(folder) / "news.db", cache, progress)
            ) as product,
        ):
            seconds = product.index_seconds
            responses = [product.ask(question.question) for question in progress(questions, len(questions), "提问")]
            report |= _verdicts(collection, product, responses, unrelated.questions if unrelated else [], progress)
            if robust:
                parts = PartsOfSpeech(analyzer)
                report |= robustness.robustness(collection, passages, product.ask, parts, progress)
    report |= metrics.ranking(collection, responses) | metrics.answers(questions, responses)
    if plain:
        report["answer_in_sentence@1"] = None
    times = [response.milliseconds for response in responses]
    report |= {"p50_ms": float(np.percentile(times, 50)), "p95_ms": float(np.percentile(times, 95))}
    return report | {"index_seconds": seconds, "peak_mb": _peak_mb()}


def _verdicts(
    collection: Collection,
    product: ProductRanking,
    responses: Sequence[Ranked],
    unrelated: Sequence[Question],
    progress: Progress,
) -> metrics.Figures:
    """The verdicts on answerable, unanswerable and unrelated questions; `responses` are those to the first."""
    questions = collection.judged
    rows = {row.id: row for row in collection.passages}
    without_answer = [
        product.ask(question.question, {rows[number].article_id for number in collection.relevant[question.id]})
        for question in progress(questions, len(questions), "去掉答案再问")
    ]
    to_unrelated = [product.ask(question.question) for question in progress(unrelated, len(unrelated), "问无关的问题")]
    return {
        "no_answer_auroc": metrics.auroc(
            [response.confidence for response in responses], [response.confidence for response in without_answer]
        ),
        **metrics.verdicts(responses, "answerable"),
        **metrics.unanswerable(questions, without_answer),
        **metrics.verdicts(to_unrelated, "unrelated"),
    }


def _peak_mb() -> float | None:
    """The most memory that this process has had resident; None where the system has no getrusage (Windows)."""
    if resource is None:
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024**2 if sys.platform == "darwin" else 1024)
