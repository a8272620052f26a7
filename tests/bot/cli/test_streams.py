"""Standard streams that are closed, full or not text, and an interrupt."""

import os
from pathlib import Path

import pytest

from bot.words import answers, operators
from tests.support.command_line import PARK, Run, Start, generated, jsonl


def test_an_interrupt_ends_with_a_sentence_and_exit_code_130(three: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("bot.cli.articles.print_json", interrupt)
    ran = three("stats", "--json")
    assert (ran.code, ran.out, ran.err) == (130, "", f"\n{operators.INTERRUPTED}\n")


@pytest.mark.parametrize("arguments", [("list",), ("export", "-"), ("ask", "地铁站试运行")], ids=" ".join)
def test_a_reader_that_closes_the_pipe_early_causes_no_error(
    run: Run, start: Start, arguments: tuple[str, ...]
) -> None:
    run("add", "-", stdin=jsonl(*generated(0, 400)))
    process = start(*arguments)
    process.stdout.close()
    err = process.stderr.read()
    assert (process.wait(timeout=20), err) == (0, b"")


def test_undecodable_bytes_count_as_a_question_without_words(
    start: Start,
) -> None:
    process = start("ask", b"\xff\xfe\xe4")
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out.decode(), err) == (1, f"{answers.NO_WORDS}\n", b"")


@pytest.mark.parametrize("closed", [0, 1])
def test_a_stream_that_is_closed_from_the_start_causes_no_error(run: Run, start: Start, closed: int) -> None:
    run("add", "-", stdin=PARK.encode())
    process = start("list", preexec_fn=lambda: os.close(closed))
    _, err = process.communicate(timeout=30)
    assert b"Traceback" not in err


def test_a_full_disk_behind_standard_output_is_reported_in_a_sentence(run: Run, start: Start) -> None:
    run("add", "-", stdin=PARK.encode())
    with Path("/dev/full").open("wb") as full:
        process = start("list", stdout=full)
        _, err = process.communicate(timeout=30)
    assert (process.returncode, b"Traceback" in err) == (2, False)
