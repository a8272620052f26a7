"""The folder of a collection: its files, and mistakes in them."""

import gzip
from dataclasses import replace
from pathlib import Path

import pytest

from retrieval.evaluation.collection import Collection, EvaluationError, Question, Row, load, load_passages
from tests.support.small_collection import SMALL, write


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


def test_fewer_than_one_mistake_in_a_thousand_is_passed_over_with_a_warning(tmp_path: Path) -> None:
    rows = [Row(f"p{number}", "", "字", f"p{number}", date="2031-05-02") for number in range(1001)]
    questions = [Question(f"q{number}", "谁？") for number in range(1001)]
    write(tmp_path, Collection(rows, questions, {"q0": {"p0"}, "q1": {"p1"}}))
    for name, right, wrong in (("corpus", "2031-05-02", "2031-02-30"), ("queries", "谁？", " ")):
        path = tmp_path / f"{name}.jsonl"
        path.write_text(path.read_text("utf-8").replace(right, wrong, 1), "utf-8")
    collection = load(tmp_path)
    assert collection.passages == [replace(rows[0], date=None), *rows[1:]]
    assert [question.id for question in collection.judged] == ["q1"]
    dates, empty = collection.warnings
    assert "corpus.jsonl 第 1 行的 date" in dates
    assert "queries.jsonl 第 1 行缺 question" in empty


def test_one_mistake_in_a_thousand_is_an_error(tmp_path: Path) -> None:
    rows = [
        Row(f"p{number}", "", "字", f"p{number}", date="2031-02-30"[: 10 * (number == 5)]) for number in range(1000)
    ]
    write(tmp_path, Collection(rows, SMALL.questions, {"q1": {"p0"}}))
    with pytest.raises(EvaluationError, match=r"corpus\.jsonl 第 6 行的 date"):
        load(tmp_path)


@pytest.mark.parametrize("name", ["others.jsonl", "others.jsonl.gz"])
def test_other_passages_are_read_from_a_file_and_share_no_id_with_a_folder(tmp_path: Path, name: str) -> None:
    content = (write(tmp_path) / "corpus.jsonl").read_bytes()
    path = tmp_path / name
    path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    others = load_passages(path)
    assert [(row.title, row.text, row.source, row.date) for row in others.passages] == [
        (row.title, row.text, row.source, row.date) for row in SMALL.passages
    ]
    assert len({row.article_id for row in others.passages}) == len({row.article_id for row in SMALL.passages})
    for attribute in ("id", "article_id"):
        taken, given = ({getattr(row, attribute) for row in rows} for rows in (SMALL.passages, others.passages))
        assert not taken & given
    assert others.judged == []
    assert others.warnings == ()


def test_bad_dates_of_other_passages_are_passed_over_however_many(tmp_path: Path) -> None:
    path = tmp_path / "others.jsonl"
    path.write_text('{"id": "a", "text": "字", "date": "2031-23-08"}\n', "utf-8")
    others = load_passages(path)
    assert [row.date for row in others.passages] == [None]
    assert len(others.warnings) == 1


@pytest.mark.parametrize(
    "content",
    [b"no gzip", gzip.compress(b'{"id": "p", "text": "a"}\n' * 90)[:-9]],
    ids=["no gzip", "cut short"],
)
def test_a_damaged_gzip_file_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "others.jsonl.gz").write_bytes(content)
    with pytest.raises(EvaluationError, match=r"others\.jsonl\.gz"):
        load_passages(tmp_path / "others.jsonl.gz")


def test_a_missing_file_and_a_folder_without_judgements_are_told(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match=r"corpus\.jsonl"):
        load(tmp_path)
    write(tmp_path, replace(SMALL, relevant={"q1": set()}))
    with pytest.raises(EvaluationError, match="没有一个"):
        load(tmp_path)
