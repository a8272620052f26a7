"""Lines of JSON (JSONL): an article for each line, read and written."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace

from retrieval.article import Article
from retrieval.intake import boundary, charset, loading
from retrieval.intake.boundary import Refusal
from retrieval.intake.formats.field_names import EXPORTED_BY

_LOOKED_AT, _FIRST_LINES = 1_000_000, 20
_BLANK = "\ufeff\r\n\t \0"
_BLANK_BYTES = b"\r\n\t \0\xef\xbb\xbf"
# Parsed, an object takes some 250 bytes and a string 60 or more. In real files an object has hundreds of characters, a
# string dozens.
_MOST_OBJECTS, _CHARACTERS_AN_OBJECT = 200_000, 40
_MOST_STRINGS, _CHARACTERS_A_STRING = 500_000, 16
# Bytes of a piece: about twenty articles.
_PIECE = 50_000
# The start of a line that `write_line` made, and the longest number behind it.
_START, _DIGITS = b'{"id": ', 20


def write_line(article_id: int, article: Article) -> str:
    """The article as a line of JSON, without a line break; `articles` reads it back as it was."""
    fields = {
        "id": article_id,
        "title": article.title,
        "text": article.text,
        "source": article.source,
        "author": article.author,
        "editor": article.editor,
        "published": article.published,
        "url": article.url,
        "headings": article.headings,
        "heading_lines": article.heading_lines,
        "exported_by": EXPORTED_BY,
    }
    return json.dumps(fields, ensure_ascii=False)


def is_exported(line: bytes) -> bool:
    """Whether `write_line` made this line."""
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError):
        return False
    return isinstance(fields, dict) and fields.get("exported_by") == EXPORTED_BY


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines of a file in UTF-8, still to be read, here or, pickled, in another process.

    `first` is the number of the first line in the file, and `last_id` the highest number of an exported article in it.
    """

    data: bytes
    name: str
    first: int
    last_id: int = 0

    @property
    def characters(self) -> int:
        """The characters of plain text that would take as long to read."""
        return len(self.data) // 3

    def read(self) -> Iterator[Article | Refusal]:
        """An article or a refusal for each line that is not blank."""
        # `splitlines` would split at U+2028 and the like, which may stand inside a JSON string.
        for number, line in enumerate(self.data.decode("utf-8", "replace").split("\n"), self.first):
            if line := line.strip(_BLANK):
                item = f"{self.name} 第 {number} 行"
                result = boundary.result(item, _article, line, item)
                if isinstance(result, Article) and result.id is not None:
                    result = replace(result, last_id=self.last_id)
                yield result


def articles(data: bytes, name: str) -> Iterator[Article | Refusal]:
    """An article or a refusal for each line that is not blank, as it is asked for; one refusal when all are blank."""
    for piece in pieces(data, name):
        if isinstance(piece, Refusal):
            yield piece
        else:
            yield from piece.read()


def pieces(data: bytes, name: str) -> Iterator[Lines | Refusal]:
    """All lines in pieces, so that a file of 500 MB never stands in memory twice; one refusal when all are blank."""
    first_line = data.find(b"\n", 0, 1_000_000) + 1 or len(data)
    if b"\0" in data[:100] or not charset.is_utf8(data[:first_line]):
        data = charset.decode(data).encode("utf-8", "replace")
    empty = True
    number, start, last_id = 1, 0, _last_id(data)
    while start < len(data):
        end = data.find(b"\n", start + _PIECE) + 1 or len(data)
        piece = Lines(data[start:end], name, number, last_id)
        if piece.data.strip(_BLANK_BYTES):
            empty = False
            yield piece
        number, start = number + piece.data.count(b"\n"), end
    if empty:
        yield Refusal(name, "文件是空的。")


def _last_id(data: bytes) -> int:
    """The highest number at the start of a line that `write_line` made; 0 without one."""
    highest, start = 0, data.find(_START)
    while start >= 0:
        start += len(_START)
        digits = data[start : start + _DIGITS].partition(b",")[0]
        highest = max(highest, int(digits)) if digits.isdigit() else highest
        start = data.find(_START, start)
    return highest


def are_lines(data: bytes) -> bool:
    """Whether a file has several lines, and one of its first lines is an object by itself."""
    lines = [line for line in data[:_LOOKED_AT].split(b"\n")[:_FIRST_LINES] if line.strip()]
    whole = lines if len(data) <= _LOOKED_AT else lines[:-1]
    # In an array with a line for each item, the last line may be an object by itself, too.
    goes_on = bool(lines) and lines[0].rstrip().endswith((b"[", b"{", b","))
    return len(lines) > 1 and not goes_on and any(map(_is_object, whole))


def _is_object(line: bytes) -> bool:
    if not line.strip().startswith(b"{"):
        return False
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def excess_reason(text: str) -> str | None:
    """The reason to refuse JSON that would take many times its size in memory; None for any other."""
    objects = text.count("{") + text.count("[")
    if objects > max(_MOST_OBJECTS, len(text) // _CHARACTERS_AN_OBJECT):
        return f"JSON 里的对象和数组超过 {_MOST_OBJECTS:,} 个，没有读取；请分成几个文件再收录。"
    strings = (text.count('"') - text.count('\\"')) // 2
    if strings > max(_MOST_STRINGS, len(text) // _CHARACTERS_A_STRING):
        return f"JSON 里的字符串超过 {_MOST_STRINGS:,} 个，没有读取；请分成几个文件再收录。"
    return None


def _article(line: str, item: str) -> Article | Refusal:
    if (reason := excess_reason(line)) is not None:
        return Refusal(item, reason)
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError):
        return Refusal(item, "不是有效的 JSON。")
    if not isinstance(fields, dict):
        return Refusal(item, "不是 JSON 对象。")
    result: Article | Refusal = loading.load("retrieval.intake.formats.record", "article")(fields, item)
    return result
