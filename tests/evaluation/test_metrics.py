"""Measures worked out by hand, and the path of the product that they measure."""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rank_bm25 import BM25Okapi

from retrieval.engine import Result, SearchEngine
from retrieval.evaluation import metrics as evaluation
from retrieval.evaluation.collection import Collection, Question, Row
from retrieval.evaluation.engines import ENGINES
from retrieval.evaluation.metrics import KEYS, auroc, evaluate
from retrieval.index.protocol import Filters, Index
from retrieval.store.passages import Passages
from retrieval.text.analyzer import Analyzer
from tests.support.small_collection import QUESTIONS, RELEVANT, ROWS, SMALL


@pytest.mark.parametrize("new_index", ENGINES.values(), ids=ENGINES)
def test_the_product_is_measured_as_worked_out_by_hand(analyzer: Analyzer, new_index: Callable[[], Index]) -> None:
    report = evaluate(SMALL, analyzer, new_index=new_index)
    assert tuple(report) == KEYS
    # q1 and q2 are found at once; q3 looks for p3 but finds p4, and p3 shares no term with it; q4 finds p3.
    assert (report["passages"], report["queries"]) == (4, 4)
    assert [report[f"recall@{k}"] for k in (1, 5, 10)] == [0.75, 0.75, 0.75]
    assert report["mrr@10"] == 0.75
    assert [report[f"article_recall@{k}"] for k in (1, 5)] == [0.75, 0.75]
    # q4 has no answer, that of q3 does not stand in p4.
    assert report["answer_in_passage@1"] == pytest.approx(2 / 3)
    assert report["answer_in_sentence@1"] == pytest.approx(2 / 3)
    assert report["best_sentence_possible@1"] == pytest.approx(2 / 3)
    assert report["refused_when_answerable"] == 0
    # q3's article is no answer, so q3 is answered without it as well.
    assert report["refused_when_unanswerable"] == 0.75
    # Confidences as asked 1, .94, 1, .87 against 0, 0, 1, 0: twelve pairs of 16 are won, two are ties.
    assert report["no_answer_auroc"] == 13 / 16
    assert report["refused_when_unrelated"] is None
    for name in ("p50_ms", "p95_ms", "index_seconds", "peak_mb"):
        assert report[name]


def test_ranks_beyond_the_first_count_for_recall_and_mrr() -> None:
    rows = [Row(f"p{number}", "", "文", f"a{number // 4}") for number in range(12)]
    questions = [Question(f"q{number}", "问") for number in range(3)]
    collection = Collection(rows, questions, {"q0": {"p3", "p9"}, "q1": {"p0"}, "q2": {"p11"}})
    found = [evaluation._Found(rows[:10], 1.0)] * 3
    # The ranks are 4, 1 and none; of the articles 1, 1 and 9.
    assert evaluation._ranking(collection, found) == {
        "recall@1": pytest.approx(1 / 3),
        "recall@5": pytest.approx(2 / 3),
        "recall@10": pytest.approx(2 / 3),
        "mrr@10": pytest.approx((1 / 4 + 1) / 3),
        "article_recall@1": pytest.approx(2 / 3),
        "article_recall@5": pytest.approx(2 / 3),
    }


def test_an_answer_is_looked_for_in_the_passage_in_the_sentence_shown_and_in_each_sentence() -> None:
    row = Row("p", "", "灯会开幕。展出彩灯三百盏。门票五元！", "p")
    first = evaluation._Found([row], 1.0, answer=evaluation.Span(0, 5))
    questions = [
        Question("a", "?", ("灯会",)),  # everywhere
        Question("b", "?", ("三 百盏",)),  # in another sentence
        Question("c", "?", ("三百盏。门票五元",)),  # in no single sentence
        Question("d", "?", ("六元", "。")),  # nowhere; a stop is no answer
        Question("e", "?", ("。",)),  # not counted
    ]
    assert evaluation._answers(questions, [first] * 5) == {
        "answer_in_passage@1": 0.75,
        "answer_in_sentence@1": 0.25,
        "best_sentence_possible@1": 0.5,
    }


def test_without_hits_and_without_answers_there_is_no_division_by_zero() -> None:
    nothing = [evaluation._Found([], 1.0)]
    shares = evaluation._answers([Question("a", "?", ("灯会",))], nothing)
    assert set(shares.values()) == {0.0}
    assert set(evaluation._answers([Question("a", "?")], nothing).values()) == {None}


@given(
    st.lists(st.sampled_from([0.0, 0.25, 0.5, 1.0]), min_size=1),
    st.lists(st.sampled_from([0.0, 0.25, 0.75, 1.0]), min_size=1),
)
def test_auroc_counts_pairs(positive: list[float], negative: list[float]) -> None:
    won = sum((one > other) + (one == other) / 2 for one in positive for other in negative)
    assert auroc(positive, negative) == pytest.approx(won / (len(positive) * len(negative)))


# The product's own path


@pytest.fixture
def engines(monkeypatch: pytest.MonkeyPatch) -> list[SearchEngine]:
    """The engines that are opened during a test."""
    opened: list[SearchEngine] = []
    open_one = SearchEngine.open

    def recording(*arguments: object, **options: object) -> SearchEngine:
        opened.append(open_one(*arguments, **options))  # type: ignore[arg-type]
        return opened[-1]

    monkeypatch.setattr(SearchEngine, "open", recording)
    return opened


def _product(rows: list[Row], analyzer: Analyzer, path: Path) -> evaluation._Product:
    return evaluation._Product(rows, analyzer, evaluation.SegmentedIndex, path, None, lambda items, total, label: items)


def test_a_passage_is_never_split_and_never_joined(analyzer: Analyzer, path: Path, engines: list[SearchEngine]) -> None:
    long = "松湖镇今年的灯会比往年热闹得多。" * 60
    rows = [Row("long", "灯会", long, "a"), Row("short", "灯会", "散场。", "a"), Row("lines", "灯会", "一\n二", "a")]
    _product(rows, analyzer, path)
    stored = Passages(engines[0].archive.database).of_article(1)
    assert [passage.text for _, passage in stored] == [row.text for row in rows]


def test_rows_of_one_article_that_lie_apart_are_one_article_and_map_back(
    analyzer: Analyzer, path: Path, engines: list[SearchEngine], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evaluation, "_BATCH", 1)
    product = _product(ROWS, analyzer, path)
    assert engines[0].archive.statistics().articles == 3
    bridge = engines[0].archive.article(1)
    assert bridge is not None
    assert (bridge.title, bridge.source, bridge.published) == ("青岭大桥通车", "青岭日报", "2031-05-02")
    for row in ROWS:
        assert product.ask(row.text).rows[0] == row


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
    assert evaluate(SMALL, analyzer, unrelated=strangers)["refused_when_unrelated"] == 0.5


def test_progress_is_told_of_every_stage(analyzer: Analyzer) -> None:
    told: Counter[str] = Counter()

    def progress(items: Iterable[object], total: int, label: str) -> Iterable[object]:
        for item in items:
            told[label] += 1
            yield item
        assert told[label] == total

    evaluate(SMALL, analyzer, unrelated=SMALL, progress=progress)  # type: ignore[arg-type]
    assert told == {"收录": 1, "提问": 4, "去掉答案再问": 4, "问无关的问题": 4}


# The tutorial's recipe


def test_plain_is_rank_bm25_over_raw_tokens(analyzer: Analyzer) -> None:
    library = BM25Okapi([analyzer.raw_tokens(row.text) for row in ROWS])
    plain = evaluation._Plain(ROWS, analyzer)
    for question in [*(one.question for one in QUESTIONS), "无"]:
        scores = library.get_scores(analyzer.raw_tokens(question))
        expected = sorted(range(len(ROWS)), key=lambda number: -scores[number])
        assert plain.ask(question).rows == [ROWS[number] for number in expected]


def test_plain_reports_the_same_keys_and_nothing_that_it_can_not_do(analyzer: Analyzer) -> None:
    report = evaluate(SMALL, analyzer, plain=True, unrelated=SMALL)
    assert tuple(report) == KEYS
    none = {name for name, value in report.items() if value is None}
    assert none == {name for name in KEYS if "refused" in name} | {"no_answer_auroc", "answer_in_sentence@1"}
