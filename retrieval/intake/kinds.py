"""Kinds of files: how each is recognized, and the module that reads it.

Adding a kind takes three steps:

1. Write its reader: a module in formats/ with `articles(data, name)`, which gives articles and refusals in order and
   may raise NotTextError and ArchiveError. `formats/text.py` is the smallest one.
2. Name the reader in the kind's row of `KINDS`. The row also holds the words and bytes by which the kind is recognized;
   a kind of text that may come without a telling name needs a line in `_by_look`, too.
3. Test it in tests/intake/formats.

A reader is imported when the first file of its kind comes.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import PurePath
from typing import TypeVar

from retrieval.article import Article
from retrieval.intake import charset, loading, zip_archive
from retrieval.intake.boundary import Refusal
from retrieval.intake.formats import jsonl, tables, telegram_copy

_T = TypeVar("_T")
Reader = Callable[[bytes, str], Iterable[_T]]


@dataclass(frozen=True, slots=True)
class Kind:
    """A row of `KINDS`. `name` and `hint` stand in the refusal of a kind that has no reader.

    `reader` is the dotted name of a module. `suffixes`, `content_types` and `linked` hold words between blanks. A file
    with a `member` is a ZIP that has a file of this name, one with a `stream` a file of Office before 2007.
    """

    name: str
    reader: str | None = None
    suffixes: str = ""
    content_types: str = ""
    first_bytes: tuple[bytes, ...] = ()
    member: str | None = None
    stream: str = ""
    # Content types and suffixes by which a link may lead to such a file.
    linked: str = ""
    hint: str = ""

    @property
    def suffix(self) -> str:
        """The first of the suffixes; empty when there is none."""
        return self.suffixes.partition(" ")[0]

    @property
    def is_document(self) -> bool:
        """Whether a file may hold pictures beside its text, and so be larger than a text."""
        return bool(self.first_bytes or self.member)


# The first bytes of the files of Office before 2007, whose parts (streams) are named in UTF-16.
_OLE = b"\xd0\xcf\x11\xe0"
_AS_DOCX, _COPY = "另存为 docx，或复制正文发来", "请复制正文，发来或存为纯文本"
# When several members fit, the first row of them wins.
KINDS = (
    Kind("text", "retrieval.intake.formats.text", linked="text/plain .txt"),
    Kind(
        "lines",
        "retrieval.intake.formats.jsonl",
        suffixes=".jsonl .ndjson",
        content_types="application/jsonl application/x-ndjson application/x-jsonlines",
    ),
    Kind(
        "JSON",
        "retrieval.intake.formats.json_document",
        suffixes=".json",
        content_types="application/json text/json application/feed+json",
        linked="application/json .json",
    ),
    Kind(
        "Markdown",
        "retrieval.intake.formats.markdown",
        suffixes=".md .markdown .mdown .mkd",
        content_types="text/markdown text/x-markdown",
        linked="text/markdown .md",
    ),
    Kind(
        "CSV",
        "retrieval.intake.formats.tables",
        suffixes=".csv .tsv",
        content_types="text/csv text/tab-separated-values application/csv",
        linked="text/csv .csv",
    ),
    Kind(
        "HTML",
        "retrieval.intake.page.webpage",
        suffixes=".html .htm .xhtml .shtml",
        content_types="text/html application/xhtml+xml",
        linked="text/html application/xhtml+xml .html",
    ),
    # A page of messages, recognized among the HTML files by its markup.
    Kind("Telegram", "retrieval.intake.formats.telegram_page"),
    # A table of articles, recognized among the HTML files by its heads.
    Kind("HTML table", "retrieval.intake.formats.html_table"),
    # Copied messages, recognized among the texts by their first line.
    Kind("Telegram copy", "retrieval.intake.formats.telegram_copy"),
    Kind(
        "MHTML",
        "retrieval.intake.page.mhtml",
        suffixes=".mhtml .mht",
        content_types="multipart/related application/x-mimearchive message/rfc822",
    ),
    Kind(
        "RSS",
        "retrieval.intake.formats.feed",
        suffixes=".rss .atom .xml .rdf",
        content_types="application/rss+xml application/atom+xml application/xml text/xml application/rdf+xml",
        linked="application/rss+xml application/atom+xml application/rdf+xml application/xml text/xml .rss .atom .xml",
    ),
    Kind(
        "Word",
        "retrieval.intake.formats.docx",
        suffixes=".docx .docm",
        content_types="application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        member="word/document.xml",
        linked="application/vnd.openxmlformats-officedocument.wordprocessingml.document .docx",
    ),
    Kind(
        "PDF",
        "retrieval.intake.formats.pdf",
        suffixes=".pdf",
        content_types="application/pdf",
        first_bytes=(b"%PDF-",),
        linked="application/pdf .pdf",
    ),
    Kind("OPML", suffixes=".opml", content_types="text/x-opml", hint="里面是订阅源：编辑在私聊里发给机器人，就都加上"),
    # `file` opens a ZIP and reads its members, each as its own kind.
    Kind(
        "ZIP",
        suffixes=".zip",
        content_types="application/zip application/x-zip-compressed",
        first_bytes=(b"PK\x03\x04", b"PK\x05\x06"),
        linked="application/zip .zip",
    ),
    Kind("旧版 Word", suffixes=".doc .wps .dot .wpt", stream="WordDocument", hint=f"请用 Word 或 WPS {_AS_DOCX}"),
    Kind("加密的 Office", stream="EncryptedPackage", hint="请去掉密码再收录"),
    Kind(
        "Excel",
        suffixes=".xlsx .xls .xlsm .xlsb .et .ods",
        stream="Workbook",
        member="xl/workbook.xml",
        hint="请另存为 CSV 再收录",
    ),
    Kind(
        "PPT",
        suffixes=".pptx .ppt .dps .odp",
        stream="PowerPoint Document",
        member="ppt/presentation.xml",
        hint=_COPY,
    ),
    Kind("旧版或加密的 Office", first_bytes=(_OLE,), hint=f"请去掉密码，{_AS_DOCX}"),
    Kind("EPUB", suffixes=".epub .mobi .azw .azw3", member="META-INF/container.xml", hint=_COPY),
    Kind("OFD", suffixes=".ofd", member="OFD.xml", hint=f"请导出为 PDF，或{_COPY.removeprefix('请')}"),
    Kind("Pages", suffixes=".pages", member="Index/Document.iwa", hint="请导出为 docx 再收录"),
    Kind("OpenDocument", suffixes=".odt .fodt", member="content.xml", hint=f"请{_AS_DOCX}"),
    Kind("RTF", suffixes=".rtf", first_bytes=(b"{\\rtf",), hint=f"请用 Word 或 WPS {_AS_DOCX}"),
    Kind("CAJ、CEB", suffixes=".caj .ceb .kdh .nh", hint=f"请转成 PDF，或{_COPY.removeprefix('请')}"),
    Kind("CHM", suffixes=".chm", first_bytes=(b"ITSF",), hint=_COPY),
    Kind(
        "数据库",
        suffixes=".db .sqlite .sqlite3 .mdb .sql",
        first_bytes=(b"SQLite format 3",),
        hint="请导出为 CSV 或 JSON",
    ),
    Kind(
        "压缩",
        suffixes=".rar .7z .gz .tgz .tar .bz2 .xz",
        first_bytes=(b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b\x08"),
        hint="请解压后收录，或改用 ZIP",
    ),
    Kind(
        "图片",
        "retrieval.intake.formats.picture",
        suffixes=".jpg .jpeg .png .gif .webp .bmp .heic .tif .tiff .avif",
        first_bytes=(b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*"),
    ),
    Kind(
        "音频和视频",
        suffixes=".mp3 .mp4 .m4a .m4v .wav .mov .avi .mkv .flv .ogg .oga .amr .aac .wmv .webm",
        first_bytes=(b"ID3", b"OggS", b"\x1aE\xdf\xa3", b"fLaC"),
        hint="请把文字稿存为纯文本再收录",
    ),
)
_BY_NAME = {kind.name: kind for kind in KINDS}
_BY_SUFFIX = {suffix: kind for kind in KINDS for suffix in kind.suffixes.split()}
_BY_CONTENT_TYPE = {content_type: kind for kind in KINDS for content_type in kind.content_types.split()}
LINES, ZIP = _BY_NAME["lines"], _BY_NAME["ZIP"]
_OFFICE = (_BY_NAME["旧版 Word"], _BY_NAME["Excel"])
# A content type or a suffix -> the kind that a link may lead to.
LINKED = {word: kind for kind in KINDS for word in kind.linked.split()}

_START = 4_096
_TELEGRAM = (b'class="page_body chat_page"', b'class="message ')
_FEED = ("<?xml", "<rss", "<feed")
# The first element of a file of XML that is a feed, or a list of feeds.
_ROOT = re.compile(
    rb"(?:\xef\xbb\xbf)?\s{0,99}(?:(?:<\?[^<>]{0,500}>|<!--(?:[^-]|-(?!->)){0,999}-->)\s{0,99}){0,9}"
    rb"<(rss|feed|rdf:RDF|opml)\b",
    re.IGNORECASE,
)
# A text that begins with <p> or <br> is left to the rules for plain text.
_PAGE = re.compile(
    r"(?:<\?xml[^>]{0,200}>\s*)?(?:<!--(?:[^-]|-(?!->)){0,999}-->\s*){0,3}<(?:!doctype html|(?:html|head|body|meta"
    r"|title|script|style|div|section|article|main|header|table|ul|span)\b)",
    re.IGNORECASE,
)


def recognized(data: bytes, name: str, content_type: str | None) -> Kind:
    """The kind of a file by its first bytes, else its name, else `content_type`, else the look of its text.

    Raises ArchiveError for a broken ZIP and NotTextError.
    """
    # The first bytes win over a wrong name.
    kind = next((kind for kind in KINDS if data.startswith(kind.first_bytes)), None)
    if kind is not None and _OLE in kind.first_bytes:
        return next((kind for kind in KINDS if kind.stream and kind.stream.encode("utf-16-le") in data), kind)
    if kind is ZIP:
        members = zip_archive.names(data)
        return next((kind for kind in KINDS if kind.member in members), ZIP)
    if kind is not None:
        return kind
    declared = (content_type or "").partition(";")[0].strip().lower()
    named = by_suffix(name)
    # Programs write pages and tables under the name of a file of Office.
    if named in _OFFICE:
        named = _page_or_table(data) or named
    kind = named or _BY_CONTENT_TYPE.get(declared) or _by_look(data)
    # Browsers save feeds under the name of a page.
    if kind.name in ("HTML", "RSS") and (root := _ROOT.match(data[:_START])) is not None:
        return _BY_NAME["OPML" if root[1].lower() == b"opml" else "RSS"]
    return _page_kind(data) if kind.name == "HTML" else kind


def by_suffix(name: str) -> Kind | None:
    """The kind of a file by the suffix of its name; None when the suffix tells nothing."""
    return _BY_SUFFIX.get(suffix(name))


def suffix(name: str) -> str:
    """The suffix of a file's name in small letters: '.txt'; empty when there is none."""
    return PurePath(name).suffix.lower()


def articles_reader(kind: Kind) -> Reader[Article | Refusal] | None:
    """The function that reads files of this kind; None when nothing does."""
    reader: Reader[Article | Refusal] | None = loading.load(kind.reader, "articles") if kind.reader else None
    return reader


def pieces_reader(kind: Kind) -> Reader[Article | Refusal | jsonl.Lines] | None:
    """As `articles_reader`; lines of JSON come unread, some at a time."""
    return jsonl.pieces if kind is LINES else articles_reader(kind)


def _page_kind(data: bytes) -> Kind:
    """The kind of a file with tags of HTML."""
    if all(mark in data for mark in _TELEGRAM):
        return _BY_NAME["Telegram"]
    # Its reader loads the parser of HTML, as the reader of any page does.
    has_rows = b"<table" in data.lower() and loading.load("retrieval.intake.formats.html_table", "is_table")(data)
    return _BY_NAME["HTML table" if has_rows else "HTML"]


def _page_or_table(data: bytes) -> Kind | None:
    """The kind of a page or a table by its look; None for any other file."""
    try:
        kind = _by_look(data)
    except charset.NotTextError:
        return None
    return kind if kind.name in ("HTML", "CSV") else None


def _by_look(data: bytes) -> Kind:
    start = _beginning(data)
    if start.startswith("{") or (start.startswith("[") and start[1:].lstrip().startswith("{")):
        return LINES if jsonl.are_lines(data) else _BY_NAME["JSON"]
    if _PAGE.match(start):
        return _BY_NAME["HTML"]
    if start[:20].lower().startswith(_FEED):
        return _BY_NAME["RSS"]
    if telegram_copy.is_copy(start):
        return _BY_NAME["Telegram copy"]
    return _BY_NAME["CSV"] if tables.may_be_table(start) else _BY_NAME["text"]


def _beginning(data: bytes) -> str:
    return charset.decode(data[:_START]).lstrip("\ufeff \t\r\n")
