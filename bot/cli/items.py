"""What is meant by an item of `add`? A file, a folder, a link, standard input: read one after the other."""

import sys
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from bot.words import operators
from retrieval import intake
from retrieval.article import Article
from retrieval.intake import File, Lines, Refusal, read_in_pieces, too_large

_CHUNK = 1 << 20
Item = Article | Refusal | File | Lines


def read_all(items: Iterable[str]) -> Iterator[Item]:
    """The articles of files, folders, links and standard input, and a refusal for each thing that can't be taken.

    What takes long to read comes unread, in its place.
    """
    for item in items:
        if item == "-":
            yield from _read(sys.stdin.buffer, operators.STANDARD_INPUT)
        elif item.lower().startswith(("http://", "https://")):
            # These names load an HTTP client, which other items do without.
            yield from intake.read_link(item, intake.Fetcher())
        else:
            paths = _files(Path(item)) if item else []
            if not paths:
                yield Refusal(item, operators.NOTHING_IN_IT)
            for path in paths:
                try:
                    yield from _read_file(path)
                except OSError as error:
                    yield Refusal(str(path), operators.cannot_read(error))


def _read_file(path: Path) -> Iterator[Item]:
    refusal = too_large(str(path), path.stat().st_size)
    if refusal is not None:
        yield refusal
        return
    with path.open("rb") as opened:
        yield from _read(opened, str(path))


def _read(opened: BinaryIO, name: str) -> Iterator[Item]:
    """A pipe or a device tells no size beforehand, so what is read is counted."""
    held = BytesIO()
    start = b""
    while chunk := opened.read(_CHUNK):
        start = start or chunk
        held.write(chunk)
        refusal = too_large(name, held.tell(), start)
        if refusal is not None:
            yield refusal
            return
    yield from read_in_pieces(held.getvalue(), name)


def _files(path: Path) -> list[Path]:
    """The file itself, or a folder's files at any depth but hidden ones, in order of their names."""
    try:
        if not path.is_dir():
            return [path]
    except OSError:  # a name that no file can have: reading it says so
        return [path]
    inside = (found for found in path.rglob("*") if found.is_file())
    return sorted(found for found in inside if not any(part.startswith(".") for part in found.relative_to(path).parts))
