"""Collections for an evaluation: passages, questions, and the passages that answer them, read from a folder."""

import gzip
import json
import zlib
from codecs import BOM_UTF8
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from retrieval.text.folding import printable

# One mistake in so many records of a file is an error; fewer are passed over.
_PER_FAULT = 1_000
_T = TypeVar("_T")


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
    """Passages, and questions with the numbers of the passages that answer them.

    `warnings` are sentences about mistakes so few that they were passed over.
    """

    passages: list[Row]
    questions: list[Question]
    relevant: dict[str, set[str]]
    warnings: tuple[str, ...] = ()

    @property
    def judged(self) -> list[Question]:
        """The questions that have a relevant passage; only their results can be right or wrong."""
        return [question for question in self.questions if self.relevant.get(question.id)]


def load(folder: Path) -> Collection:
    """Read corpus.jsonl, queries.jsonl and qrels.tsv. Raises EvaluationError.

    Fewer than one bad date in a thousand passages, and fewer than one empty question in a thousand, are passed over:
    the passage has no date, the question is not asked.
    """
    passages, bad_dates = _read(folder / "corpus.jsonl", _row)
    questions, empty = _read(folder / "queries.jsonl", _question)
    relevant = _relevant(folder / "qrels.tsv", {row.id for row in passages}, {question.id for question in questions})
    asked = [question for question in questions if question.question]
    collection = Collection(passages, asked, relevant, bad_dates + empty)
    if not collection.judged:
        raise EvaluationError(f"{folder} 里没有一个标出了相关段落的问题。")
    return collection


def load_passages(path: Path) -> Collection:
    """Read passages without questions from a file like corpus.jsonl, or its gzip (.gz). Raises EvaluationError.

    No passage and no article has an id of a folder's. A bad date is passed over, however many there are: no question
    depends on it.
    """
    passages, bad_dates = _read(path, _row, is_lenient=True)
    # No id that was read holds NUL: see `printable`.
    apart = [replace(row, id=f"\0{row.id}", article_id=f"\0{row.article_id}") for row in passages]
    return Collection(apart, [], {}, bad_dates)


def _lines(path: Path) -> Iterator[tuple[str, str]]:
    """Each line that is not blank, with its place in words for a message."""
    try:
        # Lines of bytes end at "\n" alone; a string may hold U+2028.
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                place = f"{path} 第 {number} 行"
                text = _decoded(line.removeprefix(BOM_UTF8) if number == 1 else line, place)
                if text.strip():
                    yield text.rstrip("\r\n"), place
    except (OSError, EOFError, zlib.error) as error:
        raise EvaluationError(
            f"读不了 {path}：{getattr(error, 'strerror', None) or '不是完整的 gzip 文件'}。"
        ) from error


def _decoded(line: bytes, place: str) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError as error:
        raise EvaluationError(f"{place}不是 UTF-8。") from error


def _read(
    path: Path, parse: Callable[[Mapping[str, Any], str, list[str]], _T], *, is_lenient: bool = False
) -> tuple[list[_T], tuple[str, ...]]:
    """The parsed records of a file, and a warning if it has mistakes that are passed over."""
    faults = list[str]()
    parsed = [parse(record, place, faults) for record, place in _records(path)]
    if not faults:
        return parsed, ()
    if len(faults) * _PER_FAULT >= len(parsed) and not is_lenient:
        raise EvaluationError(f"{faults[0]}。")
    return parsed, (f"{faults[0]}，已跳过；这个文件里这样的共 {len(faults)} 处。",)


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


def _row(record: Mapping[str, Any], place: str, faults: list[str]) -> Row:
    number, title, text, article_id, source, published = (
        _string(record, key, place) for key in ("id", "title", "text", "article_id", "source", "date")
    )
    if not text.strip():
        raise EvaluationError(f"{place}缺 text。")
    try:
        _ = date.fromisoformat(published[:10]) if published else None
    except ValueError:
        faults.append(f"{place}的 date 不是 YYYY-MM-DD")
        published = ""
    return Row(number, title, text, article_id or number, source or None, published[:10] or None)


def _question(record: Mapping[str, Any], place: str, faults: list[str]) -> Question:
    question, answers = _string(record, "question", place), record.get("answers") or []
    if not question.strip():
        faults.append(f"{place}缺 question")
        question = ""
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
