"""What kind of file is this, and who reads it?

A new kind is a row of `_ADAPTERS` and the words by which it is known: suffixes, content types, or its first bytes.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import TypeVar

from retrieval.article import Article
from retrieval.intake import boundary, charset, zip_archive
from retrieval.intake.boundary import Refusal
from retrieval.intake.formats import docx, feed, json_document, jsonl, markdown, pdf, tables
from retrieval.intake.page import mhtml, webpage
from retrieval.intake.prose import plain_text

# A file is held in memory several times over; lines of JSON, which hold whole collections, are read one by one.
LARGEST, LARGEST_LINES = 100_000_000, 2_000_000_000
_START = 4_096
# Bytes of a file that is read as a whole elsewhere.
_SMALL = 500_000
_BEFORE_JSON = b"\xef\xbb\xbf \t\r\n"
_LATER = "还不能收录 {} 文件，请先存为纯文本。"

_T = TypeVar("_T")
Adapter = Callable[[bytes, str], Iterable[_T]]


def _plain(data: bytes, name: str) -> Iterator[Article | Refusal]:
    yield from plain_text.articles(charset.decode(data), name)


_ADAPTERS: Mapping[str, Adapter[Article | Refusal]] = {
    "text": _plain,
    "lines": jsonl.articles,
    "JSON": json_document.articles,
    "Markdown": markdown.articles,
    "CSV": tables.articles,
    "HTML": webpage.articles,
    "MHTML": mhtml.articles,
    "RSS": feed.articles,
    "Word": docx.articles,
    "PDF": pdf.articles,
}
_IN_PIECES: Mapping[str, Adapter[Article | Refusal | jsonl.Lines]] = {**_ADAPTERS, "lines": jsonl.pieces}
_SUFFIXES = {
    "lines": ".jsonl .ndjson",
    "JSON": ".json",
    "Markdown": ".md .markdown .mdown .mkd",
    "CSV": ".csv .tsv",
    "RSS": ".rss .atom .xml .rdf",
    "Word": ".docx .docm",
    "PDF": ".pdf",
    "ZIP": ".zip",
    "HTML": ".html .htm .xhtml .shtml",
    "MHTML": ".mhtml .mht",
    "旧版 Word": ".doc .wps",
    "OpenDocument": ".odt",
    "RTF": ".rtf",
    "压缩": ".rar .7z .gz .tar .bz2 .xz",
    "Excel": ".xlsx .xls .et",
    "PPT": ".pptx .ppt .dps",
    "EPUB": ".epub",
    "图片": ".jpg .jpeg .png .gif .webp .bmp .heic",
}
_CONTENT_TYPES = {
    "lines": "application/jsonl application/x-ndjson application/x-jsonlines",
    "JSON": "application/json text/json application/feed+json",
    "Markdown": "text/markdown text/x-markdown",
    "CSV": "text/csv text/tab-separated-values application/csv",
    "RSS": "application/rss+xml application/atom+xml application/xml text/xml application/rdf+xml",
    "Word": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "PDF": "application/pdf",
    "ZIP": "application/zip application/x-zip-compressed",
    "HTML": "text/html application/xhtml+xml",
    "MHTML": "multipart/related application/x-mimearchive message/rfc822",
}
_BY_SUFFIX = {suffix: kind for kind, suffixes in _SUFFIXES.items() for suffix in suffixes.split()}
_BY_CONTENT_TYPE = {one: kind for kind, types in _CONTENT_TYPES.items() for one in types.split()}
# The first bytes win over a wrong name. A ZIP is looked into: Word files are ZIP files.
_MAGIC = (
    (b"%PDF-", "PDF"),
    (b"PK\x03\x04", "ZIP"),
    (b"PK\x05\x06", "ZIP"),
    (b"\xd0\xcf\x11\xe0", "旧版或加密的 Office"),
    (b"Rar!", "压缩"),
    (b"7z\xbc\xaf\x27\x1c", "压缩"),
    (b"\x1f\x8b\x08", "压缩"),
    (b"\x89PNG", "图片"),
    (b"\xff\xd8\xff", "图片"),
    (b"GIF8", "图片"),
    (b"{\\rtf", "RTF"),
)
_FEED = ("<?xml", "<rss", "<feed")
# Paragraphs and line breaks alone are left to the rules for text; what else begins like a page is one.
_PAGE = re.compile(
    r"(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,1000}?-->\s*){0,3}<(?:!doctype html|(?:html|head|body|meta|title|script"
    r"|style|div|section|article|main|header|table|ul|span)\b)",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class File:
    """A file still to be read, here or, pickled, in another process."""

    data: bytes
    name: str
    content_type: str | None = None

    @property
    def characters(self) -> int:
        # Of a page most is no text, and to read it takes as long as if it were.
        return len(self.data) // 20

    def read(self) -> Iterator[Article | Refusal]:
        return read(self.data, self.name, self.content_type)


def read(data: bytes, name: str, content_type: str | None = None) -> Iterator[Article | Refusal]:
    """The articles of a file in order, and a refusal for each part of it that could not be taken; never nothing at all.

    Raises nothing: `boundary` turns what a reader raises into a refusal.

    The first bytes decide, then the name, then `content_type` (as HTTP has it), then what the text looks like.
    Articles are read as they are asked for where the kind of file allows it.
    """
    yield from boundary.results(name, _read, data, name, content_type, inside=False, adapters=_ADAPTERS)


def read_in_pieces(
    data: bytes, name: str, content_type: str | None = None
) -> Iterator[Article | Refusal | jsonl.Lines | File]:
    """As `read`, but what can be is left unread: a small file as a whole, lines of JSON some at a time."""
    # A ZIP may hold far more than it is large.
    if len(data) <= _SMALL and not data.startswith(b"PK"):
        yield File(data, name, content_type)
    else:
        yield from boundary.results(name, _read, data, name, content_type, inside=False, adapters=_IN_PIECES)


def too_large(name: str, size: int, start: bytes = b"{") -> Refusal | None:
    """The refusal for a file of `size` bytes that need not be read at all; None when it may be.

    Without a suffix (standard input) `start`, its first bytes, tell whether it may be lines of JSON.
    """
    suffix = _suffix(name)
    may_be_lines = _BY_SUFFIX.get(suffix) == "lines" or (not suffix and start.lstrip(_BEFORE_JSON).startswith(b"{"))
    most = LARGEST_LINES if may_be_lines else LARGEST
    return Refusal(name, f"文件超过 {most // 1_000_000:,} MB，没有读取。") if size > most else None


def _read(
    data: bytes, name: str, content_type: str | None, *, inside: bool, adapters: Mapping[str, Adapter[_T]]
) -> Iterator[_T | Refusal]:
    try:
        kind = _kind(data, name, content_type)
        oversize = too_large(name, len(data), b"{" if kind == "lines" else b"")
        if oversize is not None:
            yield oversize
        elif kind == "ZIP":
            yield from _members(data, name, inside, adapters)
        elif kind not in adapters:
            yield Refusal(name, _LATER.format(kind))
        else:
            yield from adapters[kind](data, name)
    except (charset.NotTextError, zip_archive.ArchiveError) as error:
        yield Refusal(name, str(error))


def _members(data: bytes, name: str, inside: bool, adapters: Mapping[str, Adapter[_T]]) -> Iterator[_T | Refusal]:
    """The articles of each file of a ZIP; a file that is bad does not keep out the others."""
    if inside:
        yield Refusal(name, "压缩包里的压缩包不再打开，请单独收录。")
        return
    for member in zip_archive.members(data, name):
        if isinstance(member, Refusal):
            yield member
        else:
            item = member.name
            yield from boundary.results(item, _read, member.data, item, None, inside=True, adapters=adapters)


def _kind(data: bytes, name: str, content_type: str | None) -> str:
    """Raises ArchiveError and NotTextError."""
    magic = next((kind for magic, kind in _MAGIC if data.startswith(magic)), None)
    if magic == "ZIP":
        office = zip_archive.kind(data)
        return "Word" if office == "docx" else office
    if magic is not None:
        return magic
    declared = (content_type or "").partition(";")[0].strip().lower()
    return _BY_SUFFIX.get(_suffix(name)) or _BY_CONTENT_TYPE.get(declared) or _kind_of_text(data)


def _kind_of_text(data: bytes) -> str:
    start = charset.decode(data[:_START]).lstrip("\ufeff \t\r\n")
    if start.startswith("{") or (start.startswith("[") and start[1:].lstrip().startswith("{")):
        return "lines" if jsonl.are_lines(data) else "JSON"
    if _PAGE.match(start):
        return "HTML"
    if start[:20].lower().startswith(_FEED):
        return "RSS"
    return "CSV" if tables.looks_like(start) else "text"


def _suffix(name: str) -> str:
    return PurePath(name).suffix.lower()
