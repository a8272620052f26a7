"""Questions that are typed or piped into the bot when it has no token."""

import os
import pty
import signal
import subprocess

from bot.words import operators, readers
from tests.support.command_line import METRO, PARK, Run, Start


def test_a_typed_question_is_searched_within_its_scope(three: Run) -> None:
    source = three("show", 1, "--json").json["source"]
    assert f"只查了{source}的报道。" in three(stdin=f"{source}有什么新闻\n".encode()).out


def test_without_a_token_the_bot_says_so_and_answers_each_line_as_a_question(three: Run) -> None:
    ran = three(stdin="地铁十七号线全长多少公里\n\n火星上的外星人基地\n游乐园每天限多少人".encode())
    assert (ran.code, ran.err) == (0, f"{operators.NO_TOKEN}\n")
    assert ran.out.index(METRO) < ran.out.index("“火星上的外星人基地”") < ran.out.index(PARK)
    assert operators.PROMPT not in ran.out


def test_undecodable_bytes_do_not_end_a_conversation(three: Run) -> None:
    ran = three(stdin=b"\xff\xfe\x00\xe4\n" + "游乐园每天限多少人\n".encode())
    assert ran.code == 0
    assert PARK in ran.out


def default_interrupts() -> None:
    """Restores the handling of Ctrl-C, which a shell turns off for tests that it runs in the background."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_control_c_ends_a_conversation_without_a_traceback(start: Start) -> None:
    process = start(stdin=subprocess.PIPE, preexec_fn=default_interrupts)
    process.stdin.write("兰州市数据湖项目投资约多少亿元\n".encode())
    process.stdin.flush()
    assert "60亿元".encode() in process.stdout.readline()
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert err.decode() == f"{operators.NO_TOKEN}\n\n{operators.INTERRUPTED}\n"


def test_a_bot_process_answers_a_question_from_a_pipe(start: Start) -> None:
    process = start(stdin=subprocess.PIPE)
    out, err = process.communicate("兰州市数据湖项目投资约多少亿元\n".encode(), timeout=30)
    assert process.returncode == 0
    assert "60亿元" in out.decode().splitlines()[0]
    assert err.decode() == f"{operators.NO_TOKEN}\n"


def test_a_terminal_conversation_has_a_prompt_and_colour(start: Start, environment: dict[str, str]) -> None:
    ours, theirs = pty.openpty()
    environment["TERM"] = "dumb"
    process = start(stdin=theirs, stdout=theirs, stderr=subprocess.DEVNULL)
    os.close(theirs)
    shown, read_up_to = b"", 0
    for wanted, typed in (
        (operators.PROMPT, "兰州市数据湖项目投资约多少亿元\n"),
        ("亿元", ""),
        (operators.PROMPT, "\x04"),
    ):
        # One read may hold the answer and the next prompt, so the search continues after the last match.
        while wanted.encode() not in shown[read_up_to:]:
            shown += os.read(ours, 4096)
        read_up_to = shown.index(wanted.encode(), read_up_to) + len(wanted.encode())
        os.write(ours, typed.encode())
    assert process.wait(timeout=20) == 0
    assert b"\x1b[1;33m" in shown
    os.close(ours)


def test_a_greeting_is_answered_with_how_to_ask_and_a_word_ends_the_conversation(three: Run) -> None:
    ran = three(stdin="你好\n谢谢\n".encode())
    assert ran.out == f"{operators.CHAT_HELP}\n\n{readers.WELCOME}\n\n"


def test_a_question_for_news_lists_titles(three: Run) -> None:
    lines = three(stdin="最新的新闻\n".encode()).out.splitlines()
    assert lines[0].endswith("篇：")
    assert [line[:3] for line in lines[2:4]] == ["1. ", "2. "]
