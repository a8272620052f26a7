"""The names of `retrieval`: imported at first use, and equal in its stub for type checkers."""

import ast
import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import retrieval
import retrieval.intake
from tests.support.documents import BODY

HEAVY = ("numba", "numpy", "jieba", "rjieba", "opencc", "sqlite3", "sqlite_utils", "lxml", "pypdf", "httpx")


def loaded_by(code: str) -> set[str]:
    """The modules that a fresh interpreter has loaded after this code."""
    command = [sys.executable, "-W", "ignore", "-c", f"{code}\nimport sys\nprint(*sys.modules)"]
    done = subprocess.run(command, cwd=Path(__file__).parent.parent, capture_output=True, encoding="utf-8", check=True)
    return set(done.stdout.split())


def test_importing_the_library_loads_no_chapter() -> None:
    loaded = loaded_by("import retrieval")
    assert not loaded & set(HEAVY)
    assert {name for name in loaded if name.startswith("retrieval.")} == set()


def test_the_engine_needs_neither_the_parsers_nor_the_compiler() -> None:
    loaded = loaded_by("from retrieval import SearchEngine")
    assert "retrieval.engine" in loaded
    assert not loaded & {"numba", "llvmlite", "lxml", "pypdf", "httpx", "feedparser", "docx"}
    assert not [name for name in loaded if name.startswith("retrieval.intake")]


PARSERS = {"docx", "feedparser", "lxml", "markdown_it", "pypdf", "readability"}
HTTP = {"httpcore", "httpx"}


def test_intake_needs_no_engine_no_parser_and_no_http_client() -> None:
    loaded = loaded_by("from retrieval.intake import read")
    assert not loaded & {"numba", "numpy", "jieba", "sqlite3", "retrieval.engine", *PARSERS, *HTTP}


@pytest.mark.parametrize(
    ("name", "data", "parsers"),
    [
        ("a.txt", BODY, set()),
        ("a.jsonl", json.dumps({"text": BODY}), set()),
        ("a.csv", f"标题,正文\n桥,{BODY}", set()),
        ("a.json", json.dumps({"text": f"<p>{BODY}</p>"}), {"lxml"}),
        ("a.md", f"# 桥\n\n{BODY}", {"lxml", "markdown_it"}),
    ],
)
def test_reading_a_file_loads_only_the_parsers_of_its_kind(name: str, data: str, parsers: set[str]) -> None:
    loaded = loaded_by(
        f"from retrieval.intake import read\n[article] = read({data.encode()!r}, {name!r})\narticle.text"
    )
    assert loaded & {*PARSERS, *HTTP} == parsers


def test_the_stub_of_intake_matches_its_names_and_modules() -> None:
    stub = ast.parse((Path(retrieval.intake.__file__).with_suffix(".pyi")).read_text("utf-8"))
    for node in stub.body:
        for alias in node.names if isinstance(node, ast.ImportFrom) else []:
            assert getattr(retrieval.intake, alias.name) is getattr(import_module(node.module or ""), alias.name)
    (names,) = [ast.literal_eval(node.value) for node in stub.body if isinstance(node, ast.Assign)]
    assert names == retrieval.intake.__all__


def test_the_stub_matches_the_names_and_modules_of_the_package() -> None:
    stub = ast.parse((Path(retrieval.__file__).with_suffix(".pyi")).read_text("utf-8"))
    imports = [node for node in stub.body if isinstance(node, ast.ImportFrom)]
    assert {alias.name: node.module for node in imports for alias in node.names} == retrieval._MODULES
    (names,) = [ast.literal_eval(node.value) for node in stub.body if isinstance(node, ast.Assign)]
    assert names == sorted(names) == sorted(retrieval.__all__)


@pytest.mark.parametrize("name", retrieval.__all__)
def test_every_public_name_exists_and_is_listed(name: str) -> None:
    assert getattr(retrieval, name).__name__ == name
    assert name in dir(retrieval)


def test_an_unknown_name_raises_attribute_error() -> None:
    with pytest.raises(AttributeError, match="retrieval"):
        retrieval.Index  # noqa: B018


def test_a_refusal_brings_no_rule_and_no_reader() -> None:
    loaded = loaded_by("from retrieval.intake import Refusal")
    assert not {name for name in loaded if name.startswith(("retrieval.intake.prose", "retrieval.intake.formats"))}


def test_a_question_on_the_command_line_brings_no_rule_and_no_reader_of_articles() -> None:
    loaded = loaded_by("import bot.__main__, bot.cli.ask")
    assert "retrieval.engine" in loaded
    assert not {name for name in loaded if name.startswith(("retrieval.intake.prose", "retrieval.intake.formats"))}
    assert not loaded & {"telegram", "numba", *PARSERS, *HTTP}


def test_over_a_file_no_command_loads_the_search_server() -> None:
    modules = "serve, add, articles, ask, desk, export_feedback, safekeeping, watch"
    loaded = loaded_by(f"import bot.__main__\nfrom bot.cli import {modules}\nimport bot.service.push_process")
    assert "bot.service.storage" in loaded
    # The settings read the address, which loads nothing else.
    cluster = {name for name in loaded if name.startswith(("retrieval.cluster", "bot.service.cluster"))}
    assert cluster == {"retrieval.cluster", "retrieval.cluster.address"}


def test_the_bot_starts_without_the_parsers_and_the_rules_of_articles() -> None:
    loaded = loaded_by("import bot.cli.serve")
    assert "bot.telegram.application" in loaded
    assert not loaded & PARSERS
    assert not loaded & {
        f"retrieval.intake.{name}" for name in ("lexicon", "prose.byline", "prose.dates", "page.markup")
    }
