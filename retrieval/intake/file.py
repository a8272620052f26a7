"""What kind of file is this, and who reads it?"""

from collections.abc import Iterator
from pathlib import PurePath

from retrieval.article import Article
from retrieval.intake import charset, jsonl, plain
from retrieval.intake.refusal import Refusal

_LATER = "还不能收录 {} 文件，请先存为纯文本。"
_SUFFIXES = {
    "HTML": ".html .htm .xhtml .mhtml",
    "Word": ".docx .doc .wps .odt",
    "RTF": ".rtf",
    "PDF": ".pdf",
    "压缩": ".zip .rar .7z .gz .tar",
    "CSV": ".csv .tsv",
    "JSON": ".json",
    "XML": ".xml",
    "RSS": ".rss .atom",
    "Excel": ".xlsx .xls",
    "PPT": ".pptx .ppt",
    "EPUB": ".epub",
    "图片": ".jpg .jpeg .png .gif .webp",
}
_KINDS = {suffix: kind for kind, suffixes in _SUFFIXES.items() for suffix in suffixes.split()}
_MAGIC = (
    (b"%PDF-", "PDF"),
    (b"PK\x03\x04", "压缩或 Office"),
    (b"\xd0\xcf\x11\xe0", "旧版 Office"),
    (b"Rar!", "压缩"),
    (b"7z\xbc\xaf\x27\x1c", "压缩"),
    (b"\x1f\x8b\x08", "压缩"),
    (b"\x89PNG", "图片"),
    (b"\xff\xd8\xff", "图片"),
    (b"GIF8", "图片"),
    (b"{\\rtf", "RTF"),
)
_MARKUP = (("<!doctype html", "HTML"), ("<html", "HTML"), ("<?xml", "XML"), ("<rss", "RSS"))
_LINES = frozenset({".jsonl", ".ndjson"})
_START = 4_096


def read(data: bytes, name: str) -> Iterator[Article | Refusal]:
    """The articles of a file in order, and a refusal for each part of it that could not be taken; never nothing at all.

    The name decides, then the content: lines of JSON objects are read one by one as they are asked for.
    """
    suffix = PurePath(name).suffix.lower()
    kind = _KINDS.get(suffix) or next((kind for magic, kind in _MAGIC if data.startswith(magic)), None)
    if kind is not None:
        yield Refusal(name, _LATER.format(kind))
        return
    try:
        start = charset.decode(data[:_START]).lstrip() if suffix not in _LINES else "{"
        if start.startswith("{"):
            yield from jsonl.articles(data, name)
            return
        kind = next((kind for tag, kind in _MARKUP if start[:20].lower().startswith(tag)), None)
        if kind is not None:
            yield Refusal(name, _LATER.format(kind))
            return
        yield from plain.articles(charset.decode(data), name)
    except charset.NotTextError as error:
        yield Refusal(name, str(error))
