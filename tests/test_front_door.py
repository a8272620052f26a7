"""The names of `retrieval`: imported at their first use, and the same for a type checker."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import retrieval

HEAVY = ("numba", "numpy", "jieba", "rjieba", "opencc", "sqlite3", "sqlite_utils", "lxml", "pypdf", "httpx")


def loaded_by(code: str) -> set[str]:
    """The modules that a fresh interpreter has loaded after this code."""
    command = [sys.executable, "-W", "ignore", "-c", f"{code}\nimport sys\nprint(*sys.modules)"]
    done = subprocess.run(command, cwd=Path(__file__).parent.parent, capture_output=True, encoding="utf-8", check=True)
    return set(done.stdout.split())


def test_importing_the_library_loads_none_of_its_parts() -> None:
    loaded = loaded_by("import retrieval")
    assert not loaded & set(HEAVY)
    assert {name for name in loaded if name.startswith("retrieval.")} == set()


def test_the_engine_needs_neither_the_parsers_nor_the_compiler() -> None:
    loaded = loaded_by("from retrieval import SearchEngine")
    assert "retrieval.engine" in loaded
    assert not loaded & {"numba", "llvmlite", "lxml", "pypdf", "httpx", "feedparser", "docx"}
    assert not [name for name in loaded if name.startswith("retrieval.intake")]


def test_intake_needs_no_engine() -> None:
    loaded = loaded_by("from retrieval.intake import read")
    assert not loaded & {"numba", "numpy", "jieba", "sqlite3", "retrieval.engine"}


def test_the_stub_names_what_the_package_names_and_where_it_stands() -> None:
    stub = ast.parse((Path(retrieval.__file__).with_suffix(".pyi")).read_text("utf-8"))
    imports = [node for node in stub.body if isinstance(node, ast.ImportFrom)]
    assert {alias.name: node.module for node in imports for alias in node.names} == retrieval._MODULES
    (names,) = [ast.literal_eval(node.value) for node in stub.body if isinstance(node, ast.Assign)]
    assert names == sorted(names) == sorted(retrieval.__all__)


@pytest.mark.parametrize("name", retrieval.__all__)
def test_every_name_is_there_and_listed(name: str) -> None:
    assert getattr(retrieval, name).__name__ == name
    assert name in dir(retrieval)


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="retrieval"):
        retrieval.Index  # noqa: B018
