"""Folders that Telegram Desktop exports: the files in them that show the messages and hold none."""

import re
from collections.abc import Iterable

_MESSAGES = re.compile(r"messages\d{0,6}\.html|result\.json")
# Beside the messages. `files` is not among them: a document in it may be a report.
_FOLDERS = frozenset(
    ["css", "js", "images", "photos", "profile_pictures", "stickers", "stories", "video_files", "voice_messages"]
) | {"round_video_messages"}


def export_furniture(paths: Iterable[str]) -> set[str]:
    """Those of the paths, written with "/", that are scripts, pictures and sounds of an export."""
    paths = list(paths)
    exports = {folder for folder, _, name in (path.rpartition("/") for path in paths) if _MESSAGES.fullmatch(name)}
    return {path for path in paths if any(folder in exports for folder in _parents(path))}


def _parents(path: str) -> Iterable[str]:
    """The folders in which a folder of `_FOLDERS` holds the path."""
    parts = path.split("/")
    return ("/".join(parts[:number]) for number, part in enumerate(parts[:-1]) if part in _FOLDERS)
