"""How is an article written as a line of JSON, and how are such lines read?"""

import json
from collections.abc import Iterator

from retrieval.article import Article
from retrieval.intake import charset, record
from retrieval.intake.refusal import Refusal

_LOOKED_AT, _FIRST_LINES = 1_000_000, 20
_BLANK = "\ufeff\r\n\t \0"


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
    }
    return json.dumps(fields, ensure_ascii=False)


def articles(data: bytes, name: str) -> Iterator[Article | Refusal]:
    """An article or a refusal for each line that is not blank, read when it is asked for; one refusal for no lines."""
    empty = True
    for number, line in enumerate(_lines(data), 1):
        if not line.strip(_BLANK):
            continue
        empty = False
        item = f"{name} 第 {number} 行"
        try:
            fields = json.loads(line.strip(_BLANK))
        except (ValueError, RecursionError):
            yield Refusal(item, "不是有效的 JSON。")
            continue
        yield record.article(fields, item) if isinstance(fields, dict) else Refusal(item, "不是 JSON 对象。")
    if empty:
        yield Refusal(name, "文件是空的。")


def are_lines(data: bytes) -> bool:
    """Whether each of the first lines is an object by itself, or one of them beside broken ones; one line is none."""
    lines = [line for line in data[:_LOOKED_AT].split(b"\n")[:_FIRST_LINES] if line.strip()]
    whole = lines if len(data) <= _LOOKED_AT else lines[:-1]
    return len(lines) > 1 and any(map(_is_object, whole))


def _is_object(line: bytes) -> bool:
    if not line.strip().startswith(b"{"):
        return False
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _lines(data: bytes) -> Iterator[str]:
    """The lines of `data`; decoded one by one in UTF-8, so that 500 MB never stand in memory twice."""
    first = data.find(b"\n", 0, 1_000_000) + 1 or len(data)
    if b"\0" in data[:100] or not charset.is_utf8(data[:first]):
        yield from charset.decode(data).split("\n")
        return
    start = 3 if data.startswith(b"\xef\xbb\xbf") else 0
    while start < len(data):
        end = data.find(b"\n", start) + 1 or len(data)
        yield data[start:end].rstrip(b"\r\n").decode("utf-8", "replace")
        start = end
