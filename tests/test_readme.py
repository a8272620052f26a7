"""Commands and Makefile targets that the READMEs name."""

import argparse
import importlib
import re
import shlex
from collections.abc import Iterator, Mapping

import pytest

from tests.support.project import ROOT

READMES = [name for name in ("README.md", "README.zh-CN.md") if (ROOT / name).exists()]


def commands(page: str) -> Iterator[list[str]]:
    """The shell commands in a page's code blocks, split into words; a pipe or the like ends a command."""
    for block in re.findall(r"^ *```[^\n]*\n(.*?)^ *```", page, re.MULTILINE | re.DOTALL):
        for line in block.replace("\\\n", " ").splitlines():
            if not re.search(r"\bmake\b|-m bot\b", line):
                continue
            lexer = shlex.shlex(line.strip().removeprefix("$ "), posix=True, punctuation_chars=True)
            lexer.whitespace_split = True
            command: list[str] = []
            for word in lexer:
                if re.fullmatch(r"[|&;<>()]+", word):
                    yield command
                    command = []
                else:
                    command.append(word)
            yield command


def subparsers(parser: argparse.ArgumentParser) -> Mapping[str, argparse.ArgumentParser]:
    """The subcommands of a parser, by name."""
    return {
        name: sub
        for action in parser._actions
        if isinstance(action, argparse._SubParsersAction)
        for name, sub in action.choices.items()
    }


def unknown_words(words: list[str], parser: argparse.ArgumentParser) -> Iterator[str]:
    """The words after `python -m bot` that are neither subcommands nor options of the parser."""
    known = subparsers(parser)
    options = set(parser._option_string_actions)
    words = [word.strip("[]") for word in words]
    if words and not words[0].startswith("-"):
        if words[0] not in known:
            yield f"no subcommand {words[0]}"
            return
        options |= set(known[words[0]]._option_string_actions)
    for word in words:
        option = word.partition("=")[0]
        if re.match(r"--?[A-Za-z]", option) and option not in options:
            yield f"no option {option} in python -m bot {' '.join(words)}"


def targets(command: list[str]) -> list[str]:
    """The targets of a `make` command; none for any other command."""
    words = [word for word in command if not re.match(r"[A-Za-z_]+=", word)]
    return [word for word in words[1:] if not word.startswith("-")] if words[:1] == ["make"] else []


@pytest.mark.skipif(not READMES, reason="README.md is not written yet")
@pytest.mark.parametrize("name", READMES)
def test_the_commands_in_the_readme_exist(name: str) -> None:
    page = (ROOT / name).read_text("utf-8")
    bot_commands = [
        command[number + 2 :]
        for command in commands(page)
        for number in range(len(command) - 1)
        if command[number : number + 2] == ["-m", "bot"]
    ]
    assert bot_commands, f"{name} shows no python -m bot command in a code block"
    parser: argparse.ArgumentParser = importlib.import_module("bot.__main__").parser()
    assert not [sentence for words in bot_commands for sentence in unknown_words(words, parser)]


@pytest.mark.skipif(not READMES, reason="README.md is not written yet")
@pytest.mark.parametrize("name", READMES)
def test_the_makefile_targets_in_the_readme_exist(name: str) -> None:
    made = set(re.findall(r"^([a-z][a-z-]*):(?!=)", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = {target for command in commands((ROOT / name).read_text("utf-8")) for target in targets(command)}
    assert named <= made


def test_commands_are_found_in_code_blocks_only() -> None:
    page = """Not `make nothing`.
```sh
$ echo 问题 | make -s run   # make nothing
TELEGRAM_BOT_TOKEN=1:a PYTHON=python3.12 make test lint && .venv/bin/python -m bot ask '问 题' -k 3 > out
```
"""
    words = list(commands(page))
    assert [targets(command) for command in words if targets(command)] == [["run"], ["test", "lint"]]
    assert [".venv/bin/python", "-m", "bot", "ask", "问 题", "-k", "3"] in words


def test_unknown_subcommands_and_options_are_reported() -> None:
    parser = argparse.ArgumentParser()
    ask = parser.add_subparsers().add_parser("ask")
    ask.add_argument("--since")
    assert not list(unknown_words(["ask", "问题", "[--since", "D]", "--since=2020-02-24"], parser))
    assert not list(unknown_words(["--help"], parser))
    assert list(unknown_words(["asks"], parser)) == ["no subcommand asks"]
    assert list(unknown_words(["ask", "--until=2020"], parser)) == [
        "no option --until in python -m bot ask --until=2020"
    ]
