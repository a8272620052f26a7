"""Files: the articles and refusals that one holds, whatever its kind.

`kinds` recognizes a file and names its reader. A ZIP is opened here, and each of its members is read as a file.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from retrieval.article import Article
from retrieval.intake import boundary, charset, kinds, zip_archive
from retrieval.intake.boundary import Refusal
from retrieval.intake.formats.jsonl import Lines
from retrieval.intake.kinds import Kind, Reader

# A file stands in memory several times while it is read. Lines of JSON, the form of whole collections, are read one by
# one.
LARGEST, LARGEST_LINES = 100_000_000, 2_000_000_000
# Files of at most this many bytes are read as a whole in another process.
_SMALL = 500_000
_BEFORE_JSON = b"\xef\xbb\xbf \t\r\n"
_NO_READER = "还不能收录 {} 文件，{}。"

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class File:
    """A file still to be read, here or, pickled, in another process."""

    data: bytes
    name: str
    content_type: str | None = None

    @property
    def characters(self) -> int:
        """The characters of plain text that would take as long to read."""
        # Most of a page is markup, which takes as long to read as text.
        return len(self.data) // 20

    def read(self) -> Iterator[Article | Refusal]:
        return read(self.data, self.name, self.content_type)


def read(data: bytes, name: str, content_type: str | None = None) -> Iterator[Article | Refusal]:
    """The articles of a file in order, and a refusal for each part of it that could not be taken; at least one of them.

    Articles are read as they are asked for where the kind of file allows it. `content_type` is written as in HTTP.
    Raises nothing: `boundary` turns what a reader raises into a refusal.
    """
    yield from boundary.results(name, _read, data, name, content_type, inside=False, reader_of=kinds.articles_reader)


def read_in_pieces(
    data: bytes, name: str, content_type: str | None = None
) -> Iterator[Article | Refusal | Lines | File]:
    """As `read`, but a small file comes unread, and lines of JSON come unread some at a time."""
    # A small ZIP may unpack to far more.
    if len(data) <= _SMALL and not data.startswith(b"PK"):
        yield File(data, name, content_type)
    else:
        yield from boundary.results(name, _read, data, name, content_type, inside=False, reader_of=kinds.pieces_reader)


def too_large(name: str, size: int, start: bytes = b"{") -> Refusal | None:
    """The refusal of a file whose `size` in bytes is over the limit of its kind; None for any other.

    `start`, the beginning of a file without a suffix (standard input), tells whether it may be lines of JSON.
    """
    looks_like_lines = not kinds.suffix(name) and start.lstrip(_BEFORE_JSON).startswith(b"{")
    limit = LARGEST_LINES if looks_like_lines or kinds.by_suffix(name) is kinds.LINES else LARGEST
    return Refusal(name, f"文件超过 {limit // 1_000_000:,} MB，没有读取。") if size > limit else None


def _read(
    data: bytes, name: str, content_type: str | None, *, inside: bool, reader_of: Callable[[Kind], Reader[_T] | None]
) -> Iterator[_T | Refusal]:
    """The results of the reader for the file's kind. `inside` says that the file is a member of a ZIP."""
    try:
        kind = kinds.recognized(data, name, content_type)
        oversize = too_large(name, len(data), b"{" if kind is kinds.LINES else b"")
        if oversize is not None:
            yield oversize
        elif kind is kinds.ZIP:
            yield from _members(data, name, inside, reader_of)
        elif (reader := reader_of(kind)) is None:
            yield Refusal(name, _NO_READER.format(kind.name, kind.hint))
        else:
            yield from reader(data, name)
    except (charset.NotTextError, zip_archive.ArchiveError) as error:
        yield Refusal(name, str(error))


def _members(
    data: bytes, name: str, inside: bool, reader_of: Callable[[Kind], Reader[_T] | None]
) -> Iterator[_T | Refusal]:
    """The results for each member of a ZIP; a bad member keeps out no other."""
    if inside:
        yield Refusal(name, "压缩包里的压缩包不再打开，请单独收录。")
        return
    for member in zip_archive.members(data, name):
        if isinstance(member, Refusal):
            yield member
        else:
            item = member.name
            yield from boundary.results(item, _read, member.data, item, None, inside=True, reader_of=reader_of)
