"""The report of an evaluation: a collection worked out by hand, and which questions are asked for it."""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date

import pytest

from retrieval.engine import Result, SearchEngine
from retrieval.evaluation import report, robustness
from retrieval.evaluation.collection import Collection, Question, Row
from retrieval.evaluation.rankings import ENGINES
from retrieval.evaluation.report import KEYS, evaluate
from retrieval.index.protocol import Filters, Index
from retrieval.text.analyzer import Analyzer
from tests.support.small_collection import QUESTIONS, RELEVANT, ROWS, SMALL


@pytest.mark.parametrize("new_index", ENGINES.values(), ids=ENGINES)
def test_the_product_is_measured_as_worked_out_by_hand(analyzer: Analyzer, new_index: Callable[[], Index]) -> None:
    figures = evaluate(SMALL, analyzer, new_index=new_index)
    assert tuple(figures) == KEYS
    # q1 and q2 are found at once; q3 looks for p3 but finds p4, and p3 shares no term with it; q4 finds p3.
    assert (figures["passages"], figures["queries"]) == (4, 4)
    assert [figures[f"recall@{k}"] for k in (1, 5, 10)] == [0.75, 0.75, 0.75]
    assert figures["mrr@10"] == 0.75
    assert [figures[f"article_recall@{k}"] for k in (1, 5)] == [0.75, 0.75]
    # q4 has no answer, that of q3 does not stand in p4.
    assert figures["answer_in_passage@1"] == pytest.approx(2 / 3)
    assert figures["answer_in_sentence@1"] == pytest.approx(2 / 3)
    assert figures["best_sentence_possible@1"] == pytest.approx(2 / 3)
    assert figures["refused_when_answerable"] == 0
    # q3's article is no answer, so q3 is answered without it as well.
    assert figures["refused_when_unanswerable"] == 0.75
    # The answers to q1, q2 and q4 are plain as asked and refused without their article; q3 stays plain.
    assert figures["answered_when_answerable"] == 1
    assert figures["answered_when_unanswerable"] == 0.25
    assert figures["answer_found_when_unanswerable"] == 0
    assert figures["answered_when_unrelated"] is None
    # Each is surer as asked than q1, q2 and q4 without their articles: twelve pairs of 16. Against q3 without its
    # article, whose answer is the same, q3 and q4 tie, and q1 wins.
    assert figures["no_answer_auroc"] == 14 / 16
    assert figures["refused_when_unrelated"] is None
    assert all(figures[name] is None for name in robustness.KEYS)
    for name in ("p50_ms", "p95_ms", "index_seconds", "peak_mb"):
        assert figures[name]


def test_unanswerable_is_the_same_question_without_every_relevant_article(
    analyzer: Analyzer, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, set[str]]] = []
    search = SearchEngine.search

    def recording(self: SearchEngine, question: str, k: int, filters: Filters, *, today: date) -> Result:
        result = search(self, question, k, filters, today=today)
        assert k == 10
        asked.append((question, {hit.passage.title for hit in result.hits}))
        return result

    monkeypatch.setattr(SearchEngine, "search", recording)
    evaluate(SMALL, analyzer)
    assert [question for question, _ in asked] == [one.question for one in QUESTIONS] * 2
    titles = {row.id: row.title for row in ROWS}
    for (_, as_asked), (_, left), one in zip(asked[:4], asked[4:], QUESTIONS, strict=True):
        assert left == as_asked - {titles[number] for number in RELEVANT[one.id]}


def test_questions_of_another_folder_are_refused(analyzer: Analyzer) -> None:
    strangers = Collection([], [Question("x", "量子计算机何时量产？"), Question("y", "青岭大桥全长多少米？")], {})
    figures = evaluate(SMALL, analyzer, unrelated=strangers)
    assert (figures["refused_when_unrelated"], figures["answered_when_unrelated"]) == (0.5, 0.5)


@pytest.mark.parametrize("plain", [False, True])
def test_other_passages_are_found_too_and_are_never_right(analyzer: Analyzer, plain: bool) -> None:
    others = Collection([Row("\0p1", "", "青岭大桥全长多少米？全长820米。", "\0bridge")], [], {})
    figures = evaluate(SMALL, analyzer, plain=plain, others=others)
    assert figures["passages"] == 5
    # The other passage comes before p1 for q1; q3 finds p4 as without it. rank_bm25 lists all five passages.
    assert [figures[f"recall@{k}"] for k in (1, 5)] == [0.5, 1 if plain else 0.75]
    if not plain:
        # It answers q1, whose relevant article is left out.
        assert figures["answer_found_when_unanswerable"] == pytest.approx(1 / 3)


def test_variants_of_the_questions_are_asked_too(analyzer: Analyzer) -> None:
    figures = evaluate(SMALL, analyzer, robust=True)
    assert tuple(figures) == KEYS
    assert figures["keyword_found"] == 1
    assert figures == evaluate(SMALL, analyzer, robust=True) | {
        name: figures[name] for name in ("p50_ms", "p95_ms", "index_seconds", "peak_mb")
    }


def test_progress_is_told_of_every_stage(analyzer: Analyzer) -> None:
    told: Counter[str] = Counter()

    def progress(items: Iterable[object], total: int, label: str) -> Iterable[object]:
        for item in items:
            told[label] += 1
            yield item
        assert told[label] == total

    evaluate(SMALL, analyzer, unrelated=SMALL, progress=progress)  # type: ignore[arg-type]
    assert told == {"收录": 1, "提问": 4, "去掉答案再问": 4, "问无关的问题": 4}


def test_plain_reports_the_same_keys_and_nothing_that_it_can_not_do(analyzer: Analyzer) -> None:
    figures = evaluate(SMALL, analyzer, plain=True, unrelated=SMALL, robust=True)
    assert tuple(figures) == KEYS
    none = {name for name, value in figures.items() if value is None}
    verdicts = {name for name in KEYS if "_when_" in name}
    assert none == verdicts | {"no_answer_auroc", "answer_in_sentence@1", *robustness.KEYS}


def test_memory_that_the_system_does_not_tell_is_null(analyzer: Analyzer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "resource", None)
    assert evaluate(SMALL, analyzer, plain=True)["peak_mb"] is None
