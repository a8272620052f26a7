"""How is an article written as a line of JSON, and how is such a line read?

An exported line (it has `heading_lines`) is taken as it is; any other runs through the rules for plain text.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from retrieval.article import Article, paragraphs_from_lines
from retrieval.intake import charset, dates, plain
from retrieval.intake.meta import Meta
from retrieval.intake.refusal import Refusal

_STRINGS = ("title", "text", "source", "author", "editor", "published", "url")
_URL = re.compile(r"https?://[^\s/]\S*", re.IGNORECASE)
_SURROGATE = re.compile("[\ud800-\udfff]")
_LARGEST_ID = 2**53 - 1  # what JSON numbers carry exactly everywhere; new numbers still fit above it
_LONGEST_SHOWN = 40


class _LineError(ValueError):
    """A line that cannot be taken; the message, without its subject, is for an editor."""


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
        if not line.strip("\ufeff\r\n\t \0"):
            continue
        empty = False
        item = f"{name} 第 {number} 行"
        try:
            yield _read_line(line, item, number)
        except _LineError as error:
            yield Refusal(item, f"第 {number} 行{error}")
    if empty:
        yield Refusal(name, "文件是空的。")


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


def _read_line(line: str, item: str, number: int) -> Article | Refusal:
    try:
        fields = json.loads(line.strip("\ufeff\r\n\t "))
    except (ValueError, RecursionError):
        raise _LineError("不是有效的 JSON。") from None
    if not isinstance(fields, dict):
        raise _LineError("不是 JSON 对象。")
    strings = {key: _string(fields, key) for key in _STRINGS}
    text = strings["text"]
    if text is None:
        raise _LineError("没有 text 字段。")
    article_id, published, url = _id(fields), _published(strings["published"]), _url(strings["url"])
    headings = _headings(fields)
    exported = _heading_lines(fields, headings, text.split("\n"))
    title = strings["title"]
    if exported is not None and title is not None:
        paragraphs = paragraphs_from_lines(text.split("\n"), exported)
        return Article(
            title, paragraphs, strings["source"], strings["author"], strings["editor"], published, url, article_id
        )
    source, author, editor = (_filled(strings[key]) for key in ("source", "author", "editor"))
    meta = Meta(source, author, editor, published)
    read = plain.article(text, item, plain.Known(_filled(title), meta, url))
    if isinstance(read, Refusal):
        return Refusal(item, f"第 {number} 行：{read.reason}")
    return replace(_with_headings(read, headings), id=article_id)


def _filled(value: str | None) -> str | None:
    return " ".join(value.split()) or None if value is not None else None


def _string(fields: dict[str, Any], key: str) -> str | None:
    value = fields.get(key)
    if value is not None and not isinstance(value, str):
        raise _LineError(f"的 {key} 应当是字符串。")
    return None if value is None else _SURROGATE.sub("\ufffd", value)


def _id(fields: dict[str, Any]) -> int | None:
    value = fields.get("id")
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _LARGEST_ID:
        raise _LineError("的 id 应当是非负整数。")
    return value


def _published(value: str | None) -> str | None:
    if value is None or not value.strip():
        return None
    normalised = dates.normalise(value)
    if normalised is None:
        raise _LineError(f"的日期无法识别：“{value[:_LONGEST_SHOWN]}”。")
    return normalised


def _url(value: str | None) -> str | None:
    if value is None or not value.strip():
        return None
    if not _URL.fullmatch(value.strip()):
        raise _LineError(f"的网址不是 http 或 https 网址：“{value[:_LONGEST_SHOWN]}”。")
    return value.strip()


def _headings(fields: dict[str, Any]) -> list[str]:
    value = fields.get("headings")
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(heading, str) for heading in value):
        raise _LineError("的 headings 应当是字符串数组。")
    return [_SURROGATE.sub("\ufffd", heading) for heading in value]


def _heading_lines(fields: dict[str, Any], headings: list[str], lines: list[str]) -> list[int] | None:
    """The numbers of the heading lines when the headings stand there: the line was exported, and not edited since."""
    value = fields.get("heading_lines")
    if value is None:
        return None
    # `type`: True is an int, but no line number.
    if not isinstance(value, list) or not all(type(number) is int for number in value):
        raise _LineError("的 heading_lines 应当是整数数组。")
    in_range = all(0 <= number < len(lines) for number in value)
    return value if in_range and [lines[number] for number in value] == headings else None


def _with_headings(article: Article, headings: list[str]) -> Article:
    """The article with the lines that equal `headings`, in their order, as its headings."""
    if not headings:
        return article
    lines = article.text.split("\n")
    numbers: list[int] = []
    wanted = iter(" ".join(heading.split()) for heading in headings)
    heading = next(wanted, None)
    for number, line in enumerate(lines):
        if heading is not None and line == heading:
            numbers.append(number)
            heading = next(wanted, None)
    return replace(article, paragraphs=paragraphs_from_lines(lines, numbers or article.heading_lines))
