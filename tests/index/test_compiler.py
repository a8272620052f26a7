"""Compilation of kernels: compiled once and read the next time; a bad cache only costs time."""

import os
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from numba import types

from retrieval.index.code_cache import CodeCache
from retrieval.index.compiler import compiled, prepare
from tests.support.project import ROOT

SOURCE = Path(__file__)


def kernel() -> Any:
    """A new kernel at each call, as in another process."""

    def doubled(number: Any) -> Any:
        return 2 * number

    return compiled(doubled)


def ready(folder: Path, source: Path = SOURCE) -> Any:
    doubling = kernel()
    prepare(doubling, [types.int64], [source], CodeCache([folder]))
    assert doubling(21) == 42
    assert len(doubling.signatures) == 1
    return doubling


def was_compiled(doubling: Any) -> bool:
    return sum(doubling.stats.cache_misses.values()) > 0


def test_compiled_code_is_read_the_next_time(tmp_path: Path) -> None:
    assert was_compiled(ready(tmp_path / "code"))
    assert not was_compiled(ready(tmp_path / "code"))
    assert len(list((tmp_path / "code").iterdir())) == 1


def test_different_source_or_types_give_different_code(tmp_path: Path) -> None:
    folder, source = tmp_path / "code", tmp_path / "source.py"
    source.write_text("before")
    ready(folder, source)
    source.write_text("after")
    assert was_compiled(ready(folder, source))
    other = kernel()
    prepare(other, [types.float64], [source], CodeCache([folder]))
    assert was_compiled(other)
    assert len(list(folder.iterdir())) == 3


def test_code_of_another_processor_is_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    doubling = ready(tmp_path / "code")
    codegen = type(doubling.targetctx.codegen())
    monkeypatch.setattr(codegen, "magic_tuple", lambda _: ("another", "processor", ""))
    assert was_compiled(ready(tmp_path / "code"))


@pytest.mark.parametrize("cached", [b"", b"no pickle", pickle.dumps(()), pickle.dumps(("of", "another", "numba"))])
def test_unusable_code_is_compiled_again(tmp_path: Path, cached: bytes) -> None:
    ready(tmp_path / "code")
    (name,) = [path.name for path in (tmp_path / "code").iterdir()]
    CodeCache([tmp_path / "code"]).write(name, cached)
    assert was_compiled(ready(tmp_path / "code"))
    assert not was_compiled(ready(tmp_path / "code"))


def test_without_a_folder_or_source_text_a_kernel_is_compiled_every_time(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder can be made under it")
    assert was_compiled(ready(tmp_path / "file" / "code"))
    assert was_compiled(ready(tmp_path / "code", tmp_path / "missing.py"))
    assert not (tmp_path / "code").exists()


APART = """
import sys
from pathlib import Path
import numpy as np
from numba import types
from retrieval.index.code_cache import CodeCache
from retrieval.index.compiler import compiled, prepare
from tests.support.project import ROOT

@compiled
def halves(count, by):
    found = np.empty(count)
    for place in range(count):
        found[place] = place / by
    return np.append(found, found[:1])

prepare(halves, [types.int64, types.float64], [Path(__file__)], CodeCache([Path(sys.argv[1])]))
print(sum(halves.stats.cache_hits.values()), "numba.np.polynomial" in sys.modules)
print(*halves(3, 2.0))
try:
    halves(3, 0.0)
except ZeroDivisionError as error:
    print(error)
"""


def test_kept_code_runs_without_what_a_compilation_needs(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(APART)
    command, environment = (
        [sys.executable, str(program), str(tmp_path / "code")],
        os.environ | {"PYTHONPATH": str(ROOT)},
    )
    first, second = (
        subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout.splitlines()
        for _ in range(2)
    )
    assert (first[0], second[0]) == ("0 True", "1 False")
    assert second[1:] == first[1:] == ["0.0 0.5 1.0 0.0", "division by zero"]
