"""The parser and the table of commands: complete, and light to import."""

import importlib
import subprocess
import sys
from pathlib import Path

import pytest

from bot.cli import parser as module
from bot.cli.commands import COMMANDS
from bot.cli.parser import ENGINES, parser
from retrieval.evaluation import rankings
from tests.support.project import ROOT

HEAVY = {
    "retrieval.engine",
    "retrieval.intake",
    "telegram",
    "tornado",
    "numba",
    "numpy",
    "jieba",
    "lxml",
    "pypdf",
    "httpx",
}
# Runs the program as `python -m bot` does, and prints the loaded modules at the end.
PROGRAM = """
import atexit, runpy, sys
atexit.register(lambda: print("loaded", *sys.modules, file=sys.stderr))
sys.argv = ["bot", *sys.argv[1:]]
runpy.run_module("bot", run_name="__main__", alter_sys=True)
"""


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["ask", "--help"], ["ask"]], ids=" ".join)
def test_usage_imports_no_heavy_module(arguments: list[str]) -> None:
    command = [sys.executable, "-W", "ignore", "-c", PROGRAM, *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    loaded = set(done.stderr.rpartition("loaded ")[2].split())
    assert "bot.cli.parser" in loaded
    assert not loaded & HEAVY


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_in_the_table_is_a_function(name: str) -> None:
    assert callable(getattr(importlib.import_module(COMMANDS[name].module), COMMANDS[name].function))


def test_the_parser_offers_the_existing_engines() -> None:
    assert tuple(rankings.ENGINES) == ENGINES


@pytest.mark.parametrize(
    ("called", "prog"),
    [
        ("/usr/lib/bot/__main__.py", "python -m bot"),
        ("/usr/bin/news-answers", "news-answers"),
        ("news-answers.exe", "news-answers"),
    ],
)
def test_usage_shows_the_program_name_it_was_called_with(
    called: str, prog: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", [called])
    assert parser().format_usage().startswith(f"usage: {prog} ")


def test_a_copy_without_metadata_and_pyproject_has_an_unknown_version(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(module, "_NAME", "no-such-package")
    monkeypatch.setattr(module, "_PYPROJECT", tmp_path / "pyproject.toml")
    assert module.version() == "0+unknown"
