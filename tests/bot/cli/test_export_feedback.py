"""Readers' opinions, written as a folder that `evaluate` reads."""

import json
from pathlib import Path

import pytest

from bot.service.feedback import Opinion, to_row
from bot.service.file_storage import file_memory
from retrieval.evaluation.collection import load
from retrieval.store.database import Database
from tests.support.command_line import Run, assert_one_sentence


def given(database: Path, *opinions: Opinion) -> None:
    memory = file_memory(Database(database))
    with memory.write():
        for number, opinion in enumerate(opinions):
            memory.feedback.put(number, to_row(opinion))


def test_liked_answers_are_questions_to_evaluate_and_disliked_ones_a_list(
    three: Run, database: Path, tmp_path: Path
) -> None:
    hit = three("ask", "地铁十七号线全长多少公里", "--json").json["hits"][0]
    passage, article = hit["passage_id"], hit["article_id"]
    given(
        database,
        Opinion("地铁多长", passage, article, "answered", is_good=True),
        Opinion("地铁多长", passage, article, "answered", is_good=True),
        Opinion("游乐园限多少人", 10**9, 99, "answered", is_good=True),  # taken down since
        Opinion("地铁票价", passage, article, "possible", is_good=False, wrong="o"),
    )
    folder = tmp_path / "feedback"
    ran = three("export-feedback", folder)
    assert (ran.code, ran.out) == (0, "")
    assert "1 个有人说好的问题，1 条不满意" in ran.err
    collection = load(folder)
    assert [question.question for question in collection.questions] == ["地铁多长"]
    assert len({row.article_id for row in collection.passages}) == 3
    assert json.loads((folder / "disliked.jsonl").read_text("utf-8")) == {
        "question": "地铁票价",
        "passage": passage,
        "status": "possible",
        "wrong": "o",
    }
    assert three("evaluate", folder, "--json").json["queries"] == 1


def test_a_folder_that_exists_is_not_written_to(three: Run, tmp_path: Path) -> None:
    assert_one_sentence(three("export-feedback", tmp_path))
    assert_one_sentence(three("export-feedback", tmp_path / "news.db" / "x"))


def test_nothing_is_left_of_a_folder_that_could_not_be_written(
    three: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    assert_one_sentence(three("export-feedback", tmp_path / "feedback"))
    assert not [path for path in tmp_path.iterdir() if path.name.startswith("feedback")]


def test_without_a_database_nothing_is_written(run: Run, tmp_path: Path) -> None:
    assert_one_sentence(run("export-feedback", tmp_path / "feedback"))
    assert not (tmp_path / "feedback").exists()
