"""Which answers are kept, for how long, in how much room; and what becomes of rows that this version did not write."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.service import answers
from bot.service.answers import Answer, Answers, Page, read, written
from bot.service.file_storage import file_memory
from bot.words.answer_notes import Notes
from retrieval.store.database import Database
from retrieval.text.sentences import Span

ANSWER = Answer(
    "answered",
    (Page(3, Span(0, 12), ("另有 1 家报道：城南晚报",)), Page(4, None)),
    Notes(below="只查了昨天的。"),
    "新桥全长多少米",
    asker=7,
)


def fill(store: Database, ages: list[int]) -> None:
    """Store answers that are this many days old."""
    now = datetime.now(UTC)
    at = [(now - timedelta(days=age)).isoformat(timespec="seconds") for age in ages]
    rows = [(number, written(ANSWER), moment) for number, moment in enumerate(at, 1)]
    file_memory(store)
    with store.write():
        store.execute_many("INSERT INTO bot_answers VALUES (?, ?, ?)", rows)


def count(store: Database) -> int:
    return store.number("SELECT count(*) FROM bot_answers")


def test_an_answer_is_read_back_as_it_was() -> None:
    assert read(written(ANSWER)) == ANSWER


def test_a_row_of_the_version_before_is_read_without_question_and_asker() -> None:
    fields = json.loads(written(ANSWER)) | {"version": 1}
    for new in ("question", "asker", "list", "written", "continues"):
        del fields[new]
    assert read(json.dumps(fields)) == replace(ANSWER, question="", asker=None)


BROKEN = {
    "of before there were versions": {"question": "新桥", "status": "answered", "pages": [], "notes": ["", ""]},
    "of a later version": json.loads(written(ANSWER)) | {"version": 3},
    "asked by a word": json.loads(written(ANSWER)) | {"asker": "小李"},
    "without pages": {"version": 1, "status": "answered", "notes": ["", ""]},
    "with other pages": json.loads(written(ANSWER)) | {"pages": [[1, 2]]},
    "with pages of words": json.loads(written(ANSWER)) | {"pages": [["新桥", None, []]]},
    "with half a sentence": json.loads(written(ANSWER)) | {"pages": [[1, [0], []]]},
    "with other notes": json.loads(written(ANSWER)) | {"notes": ["", "", "", ""]},
    "with a number beyond all": json.loads(written(ANSWER)) | {"pages": [[float("inf"), None, []]]},
    "with half a character": json.loads(written(ANSWER)) | {"notes": ["\ud83d", ""]},
    "a list": [],
    "null": None,
}


@pytest.mark.parametrize("row", [*(json.dumps(one) for one in BROKEN.values()), "", "{", "[" * 100_000])
def test_a_row_that_this_version_did_not_write_is_no_answer(row: str) -> None:
    assert read(row) is None


def test_a_row_is_of_a_bounded_size() -> None:
    long = Answer(
        "answered", (Page(1, None, ("报" * 100_000,) * 5),) * 5, Notes("上" * 100_000, "下" * 100_000), "问" * 100_000
    )
    assert len(written(long)) < 15_000


def test_what_is_too_old_is_forgotten_in_small_transactions(store: Database) -> None:
    fill(store, [31] * 500 + [29] * 10)
    kept = Answers(file_memory(store), lambda _: None)
    left = []
    while kept.prune():
        left.append(count(store))
    assert left == [310, 110]
    assert count(store) == 10


def test_the_oldest_of_too_many_are_forgotten(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "MOST", 120)
    monkeypatch.setattr(answers, "BETWEEN", 20)
    fill(store, [1] * 50 + [2] * 90 + [3] * 10)
    kept = Answers(file_memory(store), lambda _: None)
    while kept.prune():
        pass
    ages = store.rows("SELECT count(*) AS number FROM bot_answers GROUP BY at ORDER BY at DESC")
    assert [row["number"] for row in ages] == [50, 50]


def test_there_are_never_more_than_the_most(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "MOST", 60)
    monkeypatch.setattr(answers, "BETWEEN", 20)
    waiting: list[Callable[[], None]] = []
    kept = Answers(file_memory(store), waiting.append)
    counted = []
    for _ in range(200):
        kept.keep(ANSWER)
        while waiting:
            waiting.pop(0)()
        counted.append(count(store))
    assert 40 <= max(counted) <= 60
    assert counted[-1] >= 39


def test_old_rows_are_found_by_an_index(store: Database) -> None:
    file_memory(store)
    for query in (
        "SELECT 1 FROM bot_answers WHERE at < '2026'",
        "SELECT number FROM bot_answers ORDER BY at",
    ):
        plan = store.rows(f"EXPLAIN QUERY PLAN {query}")
        assert all("USING COVERING INDEX bot_answers_by_age" in step["detail"] for step in plan), plan
