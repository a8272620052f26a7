import json
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rank_bm25 import BM25Okapi

from retrieval.engine import Result, SearchEngine
from retrieval.evaluation import metrics as evaluation
from retrieval.evaluation.collection import Collection, EvaluationError, Question, Row, load
from retrieval.evaluation.engines import ENGINES
from retrieval.evaluation.metrics import KEYS, auroc, evaluate
from retrieval.evaluation.token_cache import CachedAnalyzer
from retrieval.index.protocol import Filters, Index
from retrieval.text.analyzer import Analyzer

# Two sentences each, so that the sentence shown can be the wrong one. The rows of "bridge" lie apart.
ROWS = [
    Row("p1", "青岭大桥通车", "青岭大桥昨日正式通车。大桥全长820米，双向六车道。", "bridge", "青岭日报", "2031-05-02"),
    Row("p2", "松湖镇办起灯会", "松湖镇灯会周五开幕。灯会展出彩灯三百盏。", "lanterns"),
    Row("p3", "青岭大桥通车", "设计师何望川说，施工用了四年。", "bridge", "青岭日报", "2031-05-02"),
    Row("p4", "白石滩清理垃圾", "志愿者在白石滩捡起垃圾两吨。", "p4"),
]
QUESTIONS = [
    Question("q1", "青岭大桥全长多少米？", ("820 米",)),
    Question("q2", "松湖镇灯会展出多少盏彩灯？", ("三百盏", "300盏")),
    Question("q3", "谁在白石滩捡起垃圾？", ("何望川",)),
    Question("q4", "设计师何望川说施工用了几年？"),
]
RELEVANT = {"q1": {"p1"}, "q2": {"p2"}, "q3": {"p3"}, "q4": {"p3", "p1"}}
SMALL = Collection(ROWS, QUESTIONS, RELEVANT)


def write(folder: Path, collection: Collection = SMALL, header: str = "query-id\tcorpus-id\tscore\n") -> Path:
    """The three files of a collection."""
    folder.mkdir(exist_ok=True)
    rows = [
        {"id": row.id, "title": row.title, "text": row.text, "source": row.source or "", "date": row.date or ""}
        | ({} if row.article_id == row.id else {"article_id": row.article_id})
        for row in collection.passages
    ]
    questions = [{"id": one.id, "question": one.question, "answers": one.answers} for one in collection.questions]
    for name, records in (("corpus", rows), ("queries", questions)):
        lines = (json.dumps(record, ensure_ascii=False) + "\n" for record in records)
        (folder / f"{name}.jsonl").write_text("".join(lines), "utf-8")
    judged = [f"{one}\t{passage}\t1\n" for one, passages in collection.relevant.items() for passage in sorted(passages)]
    (folder / "qrels.tsv").write_text(header + "".join(judged), "utf-8")
    return folder


# The folder


@pytest.mark.parametrize("header", ["", "query-id\tcorpus-id\tscore\n"], ids=["without header", "with header"])
def test_a_folder_is_read_as_it_was_written(tmp_path: Path, header: str) -> None:
    assert load(write(tmp_path, header=header)) == SMALL


def test_grade_zero_is_not_relevant_and_blank_lines_and_carriage_returns_do_not_matter(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "qrels.tsv").write_bytes(b"q1\tp1\t1\r\n\r\nq1\tp2\t0\r\nq2\tp2\t2\r\n")
    collection = load(tmp_path)
    assert collection.relevant == {"q1": {"p1"}, "q2": {"p2"}}
    assert [question.id for question in collection.judged] == ["q1", "q2"]


MALFORMED = {
    "not JSON": ("corpus.jsonl", '{"id": "a", "text": "字"}\n{"id":', "corpus.jsonl 第 2 行"),
    "a list": ("corpus.jsonl", "[]", "corpus.jsonl 第 1 行"),
    "no id": ("corpus.jsonl", '{"text": "字"}', "corpus.jsonl 第 1 行"),
    "an id twice": ("corpus.jsonl", '{"id": "a", "text": "字"}\n\n{"id": "a", "text": "词"}', "corpus.jsonl 第 3 行"),
    "no text": ("corpus.jsonl", '{"id": "a", "title": "题"}', "corpus.jsonl 第 1 行"),
    "a title that is a number": ("corpus.jsonl", '{"id": "a", "text": "字", "title": 5}', "corpus.jsonl 第 1 行"),
    "no such day": ("corpus.jsonl", '{"id": "a", "text": "字", "date": "2031-02-30"}', "corpus.jsonl 第 1 行"),
    "no UTF-8": ("corpus.jsonl", b'{"id": "a", "text": "b"}\n\xff', "corpus.jsonl 第 2 行"),
    "no question": ("queries.jsonl", '{"id": "q1", "question": " "}', "queries.jsonl 第 1 行"),
    "an answer that is no list": (
        "queries.jsonl",
        '{"id": "q1", "question": "谁", "answers": "他"}',
        "queries.jsonl 第 1 行",
    ),
    "two columns": ("qrels.tsv", "q1\tp1\t1\nq1\tp1", "qrels.tsv 第 2 行"),
    "a grade in words": ("qrels.tsv", "q1\tp1\t1\nq1\tp2\tyes", "qrels.tsv 第 2 行"),
    "an unknown question": ("qrels.tsv", "q9\tp1\t1", "qrels.tsv 第 1 行"),
    "an unknown passage": ("qrels.tsv", "q1\tp9\t1", "qrels.tsv 第 1 行"),
}


@pytest.mark.parametrize(("name", "content", "place"), MALFORMED.values(), ids=MALFORMED)
def test_what_is_malformed_is_named_with_file_and_line(
    tmp_path: Path, name: str, content: str | bytes, place: str
) -> None:
    write(tmp_path)
    (tmp_path / name).write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(EvaluationError) as caught:
        load(tmp_path)
    sentence = str(caught.value)
    assert place in sentence
    assert sentence.endswith("。")
    assert "\n" not in sentence


def test_a_missing_file_and_a_folder_without_judgements_are_told(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match=r"corpus\.jsonl"):
        load(tmp_path)
    write(tmp_path, replace(SMALL, relevant={"q1": set()}))
    with pytest.raises(EvaluationError, match="没有一个"):
        load(tmp_path)


# The measures


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
    stored = engines[0].store.passages_of(1)
    assert [passage.text for _, passage in stored] == [row.text for row in rows]


def test_rows_of_one_article_that_lie_apart_are_one_article_and_map_back(
    analyzer: Analyzer, path: Path, engines: list[SearchEngine], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evaluation, "_BATCH", 1)
    product = _product(ROWS, analyzer, path)
    assert engines[0].store.statistics().articles == 3
    bridge = engines[0].store.article(1)
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


# Kept terms


def test_kept_terms_are_read_by_the_next_run_and_their_seconds_count(analyzer: Analyzer, tmp_path: Path) -> None:
    cold = CachedAnalyzer(analyzer, tmp_path / "cache")
    terms = [cold.terms(row.text) for row in ROWS]
    assert terms == [analyzer.terms(row.text) for row in ROWS]
    cold.save()
    warm = CachedAnalyzer(analyzer, tmp_path / "cache")
    assert warm.seconds_saved == 0
    assert [warm.terms(row.text) for row in ROWS] == terms
    assert warm.seconds_saved == pytest.approx(sum(seconds for _, seconds in cold._kept.values()))
    assert len(list((tmp_path / "cache").iterdir())) == 1


def test_kept_terms_change_nothing_that_is_measured_and_no_question_is_kept(analyzer: Analyzer, tmp_path: Path) -> None:
    reports = [evaluate(SMALL, analyzer, cache=cache) for cache in (None, tmp_path, tmp_path)]
    timed = {"p50_ms", "p95_ms", "index_seconds", "peak_mb"}
    bare, *cached = [{name: value for name, value in report.items() if name not in timed} for report in reports]
    assert cached == [bare, bare]
    (file,) = tmp_path.iterdir()
    texts = {row.text for row in ROWS} | {row.title for row in ROWS} | {""}  # no heading is an empty one
    assert len(file.read_text("utf-8").splitlines()) == len(texts)


def test_other_rules_have_another_file_and_damage_is_forgotten(analyzer: Analyzer, tmp_path: Path) -> None:
    first = CachedAnalyzer(analyzer, tmp_path)
    first.terms("青岭大桥")
    first.save()
    (file,) = tmp_path.iterdir()
    file.write_bytes(b"\xff\n[1]\n5\n" + file.read_bytes()[:-9])
    damaged = CachedAnalyzer(analyzer, tmp_path)
    assert damaged.terms("青岭大桥") == analyzer.terms("青岭大桥")
    assert damaged.seconds_saved == 0
    first.fingerprint = "f" * 64
    assert CachedAnalyzer(first, tmp_path)._path != file
