"""Folders of compiled code, in which no other user may write."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.settings import code_folders


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    return home


def test_compiled_code_is_cached_beside_the_database_and_in_the_user_cache(home: Path, tmp_path: Path) -> None:
    assert code_folders(tmp_path / "news.db") == [tmp_path / "cache" / "code", home / ".cache" / "news-answers"]


def test_a_configured_cache_folder_replaces_the_one_in_the_home_folder(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "xdg").mkdir()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert code_folders(tmp_path / "news.db")[1:] == [tmp_path / "xdg" / "news-answers"]
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert code_folders(tmp_path / "news.db")[1:] == [home / ".cache" / "news-answers"]


def no_home(home: Path, patch: pytest.MonkeyPatch) -> None:
    patch.setenv("HOME", str(home / "missing"))


def another_users(home: Path, patch: pytest.MonkeyPatch) -> None:
    patch.setattr("os.geteuid", lambda: home.stat().st_uid + 1)


def read_only(home: Path, patch: pytest.MonkeyPatch) -> None:
    (home / ".cache").write_text("no folder can be made here")


def nameless(home: Path, patch: pytest.MonkeyPatch) -> None:
    def unknown() -> Path:
        raise RuntimeError("Could not determine home directory.")

    patch.setattr(Path, "home", unknown)


@pytest.mark.parametrize("unusable", [no_home, another_users, read_only, nameless])
def test_a_temporary_folder_of_the_user_replaces_an_unwritable_home(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, unusable: Callable[[Path, pytest.MonkeyPatch], None]
) -> None:
    unusable(home, monkeypatch)
    folders = code_folders(tmp_path / "news.db")
    assert folders == [tmp_path / "cache" / "code", tmp_path / "tmp" / f"news-answers-{os.geteuid()}"]
    assert not (home / ".cache").is_dir()
    assert not (home / "missing").exists()


@pytest.mark.parametrize("mode", [0o777, 0o770, 0o1777])
def test_a_temporary_folder_is_added_when_others_can_write_to_the_cache(home: Path, tmp_path: Path, mode: int) -> None:
    own = home / ".cache" / "news-answers"
    own.mkdir(parents=True)
    own.chmod(mode)
    assert code_folders(tmp_path / "news.db")[1:] == [own, tmp_path / "tmp" / f"news-answers-{os.geteuid()}"]


def test_no_code_is_cached_on_systems_without_folder_owners(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "geteuid")
    assert code_folders(tmp_path / "news.db") == []
