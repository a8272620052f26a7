"""The command `evaluate`: its JSON, its table, and mistakes in what it is given."""

from pathlib import Path

from retrieval.evaluation.report import KEYS
from tests.support.command_line import Run
from tests.support.small_collection import write


def test_a_folder_is_measured_beside_other_passages(run: Run, tmp_path: Path) -> None:
    folder = write(tmp_path / "set")
    ran = run("evaluate", folder, "--with", folder / "corpus.jsonl", "--unrelated", folder, "--robust", "--json")
    assert ran.code == 0
    assert tuple(ran.json) == KEYS
    assert ran.json["passages"] == 8
    assert ran.json["polite_recall@1"] is not None


def test_the_table_has_a_line_for_each_figure(run: Run, tmp_path: Path) -> None:
    lines = run("evaluate", write(tmp_path / "set")).out.splitlines()
    assert [line.split()[0] for line in lines] == list(KEYS)
    assert "-" in {line.split()[1] for line in lines}


def test_an_empty_question_among_a_thousand_is_reported_and_not_fatal(run: Run, tmp_path: Path) -> None:
    folder = write(tmp_path / "set")
    questions = folder / "queries.jsonl"
    more = "".join(f'{{"id": "more{number}", "question": "谁"}}\n' for number in range(1000))
    questions.write_text(questions.read_text("utf-8") + more + '{"id": "empty", "question": ""}\n', "utf-8")
    ran = run("evaluate", folder, "--plain", "--json")
    assert ran.code == 0
    assert "queries.jsonl 第 1005 行缺 question" in ran.err


def test_an_unreadable_file_is_reported_in_one_sentence(run: Run, tmp_path: Path) -> None:
    ran = run("evaluate", write(tmp_path / "set"), "--with", tmp_path / "missing.jsonl")
    assert ran.code == 2
    assert "missing.jsonl" in ran.err
    assert ran.err.count("\n") == 1
