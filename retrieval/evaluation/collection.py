"""Collections for an evaluation: passages, questions, and the passages that answer them, read from a folder."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from retrieval.text.folding import printable


class EvaluationError(ValueError):
    """A folder can't be evaluated; the message says why in a sentence, with file and line."""


@dataclass(frozen=True, slots=True)
class Row:
    """A passage that is never split; the rows of one `article_id` are one article, in the order of the file."""

    id: str
    title: str
    text: str
    article_id: str
    source: str | None = None
    date: str | None = None


@dataclass(frozen=True, slots=True)
class Question:
    id: str
    question: str
    answers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Collection:
    """Passages, and questions with the numbers of the passages that answer them."""

    passages: list[Row]
    questions: list[Question]
    relevant: dict[str, set[str]]

    @property
    def judged(self) -> list[Question]:
        """The questions that have a relevant passage; only their results can be right or wrong."""
        return [question for question in self.questions if self.relevant.get(question.id)]


def load(folder: Path) -> Collection:
    """Read corpus.jsonl, queries.jsonl and qrels.tsv. Raises EvaluationError."""
    passages = [_row(record, place) for record, place in _records(folder / "corpus.jsonl")]
    questions = [_question(record, place) for record, place in _records(folder / "queries.jsonl")]
    relevant = _relevant(folder / "qrels.tsv", {row.id for row in passages}, {question.id for question in questions})
    collection = Collection(passages, questions, relevant)
    if not collection.judged:
        raise EvaluationError(f"{folder} 里没有一个标出了相关段落的问题。")
    return collection


def _lines(path: Path) -> Iterator[tuple[str, str]]:
    """Each line that is not blank, with its place in words for a message."""
    try:
        text = path.read_text("utf-8-sig")
    except OSError as error:
        raise EvaluationError(f"读不了 {path}：{error.strerror}。") from error
    except UnicodeDecodeError as error:
        number = error.object.count(b"\n", 0, error.start) + 1
        raise EvaluationError(f"{path} 第 {number} 行不是 UTF-8。") from error
    # Not splitlines, which also splits at U+2028 inside a JSON string.
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield line.rstrip("\r"), f"{path} 第 {number} 行"


def _records(path: Path) -> Iterator[tuple[dict[str, Any], str]]:
    ids = set()
    for line, place in _lines(path):
        try:
            record = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise EvaluationError(f"{place}不是 JSON。") from error
        if not isinstance(record, dict):
            raise EvaluationError(f"{place}不是 JSON 对象。")
        if not _string(record, "id", place):
            raise EvaluationError(f"{place}缺 id。")
        if record["id"] in ids:
            raise EvaluationError(f"{place}的 id 前面已经有了。")
        ids.add(record["id"])
        yield record, place


def _string(record: Mapping[str, Any], key: str, place: str) -> str:
    """A field that is a string; empty when it is missing or null."""
    value = record.get(key)
    if value is not None and not isinstance(value, str):
        raise EvaluationError(f"{place}的 {key} 不是字符串。")
    return printable(value or "")


def _row(record: Mapping[str, Any], place: str) -> Row:
    number, title, text, article_id, source, published = (
        _string(record, key, place) for key in ("id", "title", "text", "article_id", "source", "date")
    )
    if not text.strip():
        raise EvaluationError(f"{place}缺 text。")
    try:
        _ = date.fromisoformat(published[:10]) if published else None
    except ValueError as error:
        raise EvaluationError(f"{place}的 date 不是 YYYY-MM-DD。") from error
    return Row(number, title, text, article_id or number, source or None, published[:10] or None)


def _question(record: Mapping[str, Any], place: str) -> Question:
    question, answers = _string(record, "question", place), record.get("answers") or []
    if not question.strip():
        raise EvaluationError(f"{place}缺 question。")
    if not isinstance(answers, list) or not all(isinstance(answer, str) for answer in answers):
        raise EvaluationError(f"{place}的 answers 不是字符串的列表。")
    return Question(record["id"], question, tuple(answers))


def _relevant(path: Path, passages: set[str], questions: set[str]) -> dict[str, set[str]]:
    relevant: defaultdict[str, set[str]] = defaultdict(set)
    for number, (line, place) in enumerate(_lines(path)):
        fields = [field.strip() for field in line.split("\t")]
        if len(fields) != 3:
            raise EvaluationError(f"{place}不是用制表符隔开的三列。")
        question, passage, grade = fields
        if not grade.removeprefix("-").isdecimal():
            if number == 0:
                continue  # the header
            raise EvaluationError(f"{place}的第三列不是整数。")
        if question not in questions:
            raise EvaluationError(f"{place}的问题 {question} 不在 queries.jsonl 里。")
        if passage not in passages:
            raise EvaluationError(f"{place}的段落 {passage} 不在 corpus.jsonl 里。")
        if int(grade) > 0:
            relevant[question].add(passage)
    return dict(relevant)
