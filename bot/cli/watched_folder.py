"""A folder that is looked at again and again: the files in it that have come, or have changed, and grow no more."""

import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

from bot.service.watched_files import fingerprint
from retrieval.intake import export_furniture

# A file is read when it has looked the same for so many seconds: copies over a network pause for a moment. An empty
# file is mostly one that another program is about to fill.
STILL, STILL_EMPTY = 5.0, 60.0
# Files that programs make for themselves: downloads and copies that go on, locks of Office, views of folders.
_TEMPORARY = (
    *(".part", ".partial", ".crdownload", ".download", ".downloading", ".opdownload", ".filepart", ".aria2", ".bc!"),
    *(".xltd", ".td", ".tmp", ".temp", ".swp", ".lock", "~"),
)
_BEGINNINGS = (".", "~$", "~wrl")
OF_SYSTEMS = frozenset(
    ("thumbs.db", "desktop.ini", "@eadir", "$recycle.bin", "system volume information", "lost+found")
)


class WatchedFolder:
    """The files below a folder. Links to files are followed, links to folders are not.

    `read_as` gives the fingerprint under which a file was read before, if it was.
    """

    def __init__(self, path: Path, read_as: Callable[[Path], str | None]) -> None:
        self._path, self._read_as = path, read_as
        # Each file that waits: its fingerprint, and since when it has it.
        self._waiting: dict[Path, tuple[str, float]] = {}

    def ready(self, now: float) -> list[tuple[Path, str]]:
        """The files that may be read now, by name, and their fingerprints; `now` is in seconds.

        Raises OSError when the folder cannot be listed.
        """
        waiting: dict[Path, tuple[str, float]] = {}
        ready: list[tuple[Path, str]] = []
        for path in self.files():
            try:
                status = path.stat()
            except OSError:  # removed meanwhile, or a link to nothing
                continue
            if not stat.S_ISREG(status.st_mode):
                continue
            seen = fingerprint(status)
            if self._read_as(path) == seen:
                continue
            before, since = self._waiting.get(path, ("", now))
            waiting[path] = (seen, since if before == seen else now)
            if now - waiting[path][1] >= (STILL if status.st_size else STILL_EMPTY):
                ready.append((path, seen))
        self._waiting = waiting
        return ready

    def files(self) -> list[Path]:
        """The files that may be read at some time, by name. Raises OSError when the folder cannot be listed."""
        os.scandir(self._path).close()  # os.walk passes over a folder that it cannot list
        names = {path.relative_to(self._path).as_posix(): path for path in self._walk()}
        furniture = export_furniture(names)
        return [path for name, path in sorted(names.items()) if name not in furniture]

    def _walk(self) -> Iterator[Path]:
        for folder, folders, files in os.walk(self._path):
            folders[:] = filter(_is_meant, folders)
            yield from (Path(folder, name) for name in filter(_is_meant, files))


def _is_meant(name: str) -> bool:
    """Whether a person may have put a file or folder of this name there to be read."""
    small = name.lower()
    return not small.startswith(_BEGINNINGS) and not small.endswith(_TEMPORARY) and small not in OF_SYSTEMS
