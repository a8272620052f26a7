"""Compiled code on disk: read whole, and only from folders that nobody else can write to."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from retrieval.index.code_cache import CodeCache

CODE = b"\x7fELF and so on" * 100


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "code"


def test_written_code_is_read_back_by_name(folder: Path) -> None:
    CodeCache([folder]).write("scores-1", CODE)
    assert CodeCache([folder]).read("scores-1") == CODE
    assert CodeCache([folder]).read("scores-2") is None
    assert [path.name for path in folder.iterdir()] == ["scores-1"]


def test_a_created_folder_is_private(folder: Path) -> None:
    before = os.umask(0)
    try:
        CodeCache([folder]).write("scores", CODE)
    finally:
        os.umask(before)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert (folder / "scores").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("mode", [0o777, 0o1777, 0o770, 0o702])
def test_a_folder_that_others_can_write_to_is_neither_read_nor_written(folder: Path, mode: int) -> None:
    CodeCache([folder]).write("scores", CODE)
    folder.chmod(mode)
    assert CodeCache([folder]).read("scores") is None
    CodeCache([folder]).write("candidates", CODE)
    assert [path.name for path in folder.iterdir()] == ["scores"]


def test_a_file_that_others_can_write_to_is_not_read(folder: Path) -> None:
    CodeCache([folder]).write("scores", CODE)
    (folder / "scores").chmod(0o666)
    assert CodeCache([folder]).read("scores") is None


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
@pytest.mark.parametrize("given_away", [".", "scores"])
def test_a_file_of_another_user_is_not_read(folder: Path, given_away: str) -> None:
    CodeCache([folder]).write("scores", CODE)
    os.chown(folder / given_away, 65534, 65534)
    assert CodeCache([folder]).read("scores") is None


@pytest.mark.parametrize(
    "damage", [lambda _: b"", lambda data: data[:-1], lambda data: data[:40] + bytes(len(data) - 40)]
)
def test_a_damaged_file_is_ignored_and_replaced(folder: Path, damage: object) -> None:
    cache = CodeCache([folder])
    cache.write("scores", CODE)
    (folder / "scores").write_bytes(damage((folder / "scores").read_bytes()))  # type: ignore[operator]
    assert cache.read("scores") is None
    cache.write("scores", CODE)
    assert cache.read("scores") == CODE


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir])
def test_an_entry_that_is_not_a_file_is_ignored_without_blocking(
    folder: Path, make: Callable[[Path, int], None]
) -> None:
    folder.mkdir(mode=0o700, parents=True)
    make(folder / "scores", 0o600)
    assert CodeCache([folder]).read("scores") is None
    CodeCache([folder]).write("scores", CODE)


def test_every_usable_folder_gets_a_copy_and_one_copy_suffices(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder can be made under it")
    beside, own = tmp_path / "beside", tmp_path / "own"
    CodeCache([tmp_path / "file" / "code", beside, own]).write("scores", CODE)
    assert CodeCache([beside]).read("scores") == CodeCache([own]).read("scores") == CODE
    (beside / "scores").write_bytes(b"damaged")
    assert CodeCache([tmp_path / "file" / "code", tmp_path / "missing", beside, own]).read("scores") == CODE
    assert not (tmp_path / "missing").exists()
