"""Standard streams that are closed, full or not text, and an interrupt."""

import os
import subprocess
from pathlib import Path

import pytest

from bot.words import answers, operators
from tests.support.command_line import PARK, Run, Start, execute, generated, jsonl


def test_an_interrupt_ends_with_a_sentence_and_exit_code_130(three: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("bot.cli.articles.print_json", interrupt)
    ran = three("stats", "--json")
    assert (ran.code, ran.out, ran.err) == (130, "", f"\n{operators.INTERRUPTED}\n")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("list",), 141),
        (("export", "-"), 141),
        (("ask", "地铁站试运行"), 0),
        (("ask", "火星上有没有水"), 1),
        (("stats",), 0),
        (("show", "401"), 1),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else str(value),
)
def test_without_a_reader_a_command_ends_quietly_and_never_with_a_false_success(
    run: Run, start: Start, arguments: tuple[str, ...], code: int
) -> None:
    run("add", "-", stdin=jsonl(*generated(0, 400)))
    process = start(*arguments)
    process.stdout.close()
    err = process.stderr.read()
    assert process.wait(timeout=60) == code
    assert b"Traceback" not in err
    assert b"Broken pipe" not in err


@pytest.mark.parametrize("streams", [("stdout",), ("stdout", "stderr")], ids=" and ".join)
def test_a_damaged_database_is_told_and_repaired_without_a_reader(
    three: Run, start: Start, database: Path, streams: tuple[str, ...]
) -> None:
    execute(database, "UPDATE segments SET data = x'00'")

    def code(*arguments: str) -> int:
        reader, writer = os.pipe()
        os.close(reader)  # the command finds its streams without a reader, however slow or quick it is
        try:
            return start(*arguments, **dict.fromkeys(streams, writer)).wait(timeout=60)
        finally:
            os.close(writer)

    assert code("check") == 1
    assert code("check", "--repair") == 0
    assert three("check").code == 0


def test_a_conversation_ends_when_nobody_reads_its_answers(three: Run, start: Start) -> None:
    process = start(stdin=subprocess.PIPE)
    process.stdout.close()
    process.stdin.write("游乐园每天限多少人\n".encode())
    process.stdin.flush()
    assert process.wait(timeout=60) == 141  # its input is still open


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
    assert process.returncode == 0


def test_a_full_disk_behind_standard_output_is_reported_in_a_sentence(run: Run, start: Start) -> None:
    run("add", "-", stdin=PARK.encode())
    with Path("/dev/full").open("wb") as full:
        process = start("list", stdout=full)
        _, err = process.communicate(timeout=30)
    assert (process.returncode, b"Traceback" in err) == (2, False)
