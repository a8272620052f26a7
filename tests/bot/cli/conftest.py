"""Fixtures of the command line: its database, a function that runs a command, and separate processes."""

import io
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from bot.__main__ import main
from bot.service.file_storage import file_memory
from bot.settings import Settings
from retrieval.store.database import Database
from retrieval.text.analyzer import Analyzer
from tests.support.command_line import (
    THREE,
    Ran,
    Run,
    jsonl,
)
from tests.support.project import ROOT


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "news.db"


@pytest.fixture
def run(
    tmp_path: Path,
    database: Path,
    analyzer: Analyzer,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """Runs a command in this process, in a folder without .env and with one shared dictionary; fails on a traceback."""
    monkeypatch.chdir(tmp_path)
    for field in fields(Settings):
        monkeypatch.delenv(field.name.upper(), raising=False)
    monkeypatch.setenv("DATABASE_PATH", str(database))
    # A process can't take it back: all later tests of this one would wait for whatever else runs.
    monkeypatch.setattr(os, "nice", lambda _: 0, raising=False)
    for module in ("retrieval.engine", "bot.cli.database"):
        monkeypatch.setattr(f"{module}.Analyzer", lambda *_, **__: analyzer)

    def run_it(*arguments: str, stdin: bytes = b"") -> Ran:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as stopped:
            code = stopped.code  # type: ignore[assignment]
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return Ran(code, out, err)

    return run_it


@pytest.fixture
def three(run: Run, database: Path) -> Run:
    """The same, over a database with three articles and the bot's own tables."""
    assert run("add", "-", stdin=jsonl(*THREE)).code == 0
    store = Database(database)
    file_memory(store)
    store.close()
    return run


@pytest.fixture
def environment(database: Path) -> dict[str, str]:
    """Environment of a separate process."""
    ours = {field.name.upper() for field in fields(Settings)}
    return {name: value for name, value in os.environ.items() if name not in ours} | {"DATABASE_PATH": str(database)}


@pytest.fixture
def start(environment: dict[str, str]) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Starts separate processes and kills those that still run at the end of the test."""
    started: list[subprocess.Popen[bytes]] = []

    def start_it(*arguments: str | bytes, **options: Any) -> subprocess.Popen[bytes]:
        pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options
        process = subprocess.Popen([sys.executable, "-m", "bot", *arguments], cwd=ROOT, env=environment, **pipes)
        started.append(process)
        return process

    yield start_it
    for process in started:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()
