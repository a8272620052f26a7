"""A watched folder: which files are ready, and when."""

import os
from pathlib import Path

import pytest

from bot.cli.watched_folder import STILL, STILL_EMPTY, WatchedFolder


class Clock:
    """A folder that is looked at, at the seconds that the test says."""

    def __init__(self, path: Path) -> None:
        self.read: dict[Path, str] = {}
        self._folder, self._path = WatchedFolder(path, self.read.get), path

    def look(self, now: float, *, keep: bool = True) -> list[str]:
        """The names that are ready; they count as read from now on."""
        ready = self._folder.ready(now)
        if keep:
            self.read |= dict(ready)
        return [path.relative_to(self._path).as_posix() for path, _ in ready]


@pytest.fixture
def clock(tmp_path: Path) -> Clock:
    return Clock(tmp_path)


def test_a_file_is_ready_once_it_has_stopped_growing(clock: Clock, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("一")
    assert clock.look(0) == []
    (tmp_path / "a.txt").write_text("一二")
    assert clock.look(STILL) == []
    assert clock.look(2 * STILL - 0.1) == []
    assert clock.look(2 * STILL) == ["a.txt"]
    assert clock.look(9 * STILL) == []


def test_a_changed_file_is_ready_again(clock: Clock, tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("一")
    clock.look(0)
    assert clock.look(STILL) == ["a.txt"]
    os.utime(file, ns=(1, 1))
    assert clock.look(10) == []
    assert clock.look(10 + STILL) == ["a.txt"]
    file.chmod(0o640 if file.stat().st_mode & 0o777 != 0o640 else 0o600)
    clock.look(20)
    assert clock.look(20 + STILL) == ["a.txt"]


def test_a_file_that_was_not_read_stays_ready(clock: Clock, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("一")
    clock.look(0)
    assert [clock.look(STILL + second, keep=False) for second in (0, 1)] == [["a.txt"], ["a.txt"]]


def test_an_empty_file_has_a_minute_to_be_filled(clock: Clock, tmp_path: Path) -> None:
    (tmp_path / "a.txt").touch()
    clock.look(0)
    assert clock.look(STILL) == []
    assert clock.look(STILL_EMPTY) == ["a.txt"]


def test_folders_are_read_at_any_depth_and_in_order(clock: Clock, tmp_path: Path) -> None:
    for name in ("b.txt", "a/z.txt", "a/b/c.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("一")
    clock.look(0)
    assert clock.look(STILL) == ["a/b/c.txt", "a/z.txt", "b.txt"]


@pytest.mark.parametrize(
    "name",
    [
        *(
            ".a.txt",
            ".git/a.txt",
            "~$报道.docx",
            "~WRL0001.tmp",
            "a.txt.part",
            "a.pdf.crdownload",
            "a.TMP",
            "Thumbs.db",
        ),
        *("desktop.ini", "@eaDir/a.txt", "$RECYCLE.BIN/a.txt", "a.docx.filepart"),
    ],
)
def test_hidden_and_temporary_files_are_passed_over(clock: Clock, tmp_path: Path, name: str) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("一")
    clock.look(0)
    assert clock.look(STILL_EMPTY) == []


def test_the_pictures_of_an_exported_chat_links_to_nothing_and_pipes_are_passed_over(
    clock: Clock, tmp_path: Path
) -> None:
    (tmp_path / "photos").mkdir()
    for name in ("messages.html", "photos/a.jpg"):
        (tmp_path / name).write_text("一")
    (tmp_path / "link.txt").symlink_to(tmp_path / "missing.txt")
    os.mkfifo(tmp_path / "pipe.txt")
    clock.look(0)
    assert clock.look(STILL) == ["messages.html"]


def test_a_folder_that_is_gone_raises_and_is_read_when_it_is_back(tmp_path: Path) -> None:
    folder = tmp_path / "share"
    clock = Clock(folder)
    with pytest.raises(OSError, match="share"):
        clock.look(0)
    folder.mkdir()
    (folder / "a.txt").write_text("一")
    clock.look(1)
    assert clock.look(1 + STILL) == ["a.txt"]
