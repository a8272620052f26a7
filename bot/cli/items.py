"""Items of `add`: files, folders, links and standard input, read one after the other."""

import re
import sys
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from bot.cli.watched_folder import OF_SYSTEMS
from bot.words import operators
from retrieval import intake
from retrieval.article import Article
from retrieval.intake import File, Lines, Refusal, read_in_pieces, too_large

_CHUNK = 1 << 20
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
Item = Article | Refusal | File | Lines


def read_all(items: Iterable[str], proxy: str | None = None) -> Iterator[Item]:
    """The articles of all items, a refusal for each part that can't be taken, and unread pieces of large files.

    Links are followed through the `proxy`, if one is given. A File or Lines is a piece that takes long to read; the
    caller reads it.
    """
    for item in items:
        if item == "-":
            yield from _read(sys.stdin.buffer, operators.STANDARD_INPUT)
        elif item.lower().startswith(("http://", "https://")):
            # These names load an HTTP client, which other items do without.
            yield from intake.read_link(item, intake.Fetcher(proxy=proxy))
        elif _ADDRESS.match(item):
            yield Refusal(item, operators.ONLY_HTTP)
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
    """Count the bytes while reading, because a pipe or a device has no size beforehand."""
    data = BytesIO()
    start = b""
    while chunk := opened.read(_CHUNK):
        start = start or chunk
        data.write(chunk)
        refusal = too_large(name, data.tell(), start)
        if refusal is not None:
            yield refusal
            return
    yield from read_in_pieces(data.getvalue(), name)


def _files(path: Path) -> list[Path]:
    """The file itself, or the files of a folder at any depth, sorted by name.

    Hidden files, those that systems keep for themselves, and the scripts and pictures of an export of Telegram, are not
    among them.
    """
    try:
        if not path.is_dir():
            return [path]
    except OSError:  # an impossible name, which is refused when the file is read
        return [path]
    names = {file.relative_to(path): file for file in path.rglob("*") if file.is_file()}
    furniture = intake.export_furniture(name.as_posix() for name in names)
    return sorted(
        file
        for name, file in names.items()
        if not any(part.startswith(".") or part.lower() in OF_SYSTEMS for part in name.parts)
        and name.as_posix() not in furniture
    )
