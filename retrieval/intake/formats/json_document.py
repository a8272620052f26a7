"""JSON files: one object, an array of objects, lines of objects, an export of Telegram."""

import json
import re
from collections.abc import Iterator
from typing import NamedTuple

from retrieval.article import Article
from retrieval.intake import boundary, charset
from retrieval.intake.boundary import Refusal
from retrieval.intake.formats import document, json_layout, jsonl, record, telegram_export, unpublished
from retrieval.intake.prose.byline import Byline
from retrieval.intake.prose.plain_text import Hints

_AND_THE_REST = "这一项和后面的都没有收录。"
_DECODER = json.JSONDecoder()
_ARRAY, _GAP = re.compile(r"\s*\[\s*"), re.compile(r"\s*,\s*")
# A string (brackets inside it do not count), or a bracket.
_BRACKET = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[\[\]{}]', re.DOTALL)
_FOLLOWING = re.compile(r"\s*[,\]]")
_KEYED_ARRAY = re.compile(r'"(?P<key>[^"\\\n]{1,20})"\s{0,20}:\s{0,20}\[\s*')


def articles(data: bytes, name: str) -> Iterator[Article | Refusal]:
    """An article or a refusal for each item in order; one refusal for a file without items or without JSON.

    Raises NotTextError.
    """
    if jsonl.are_lines(data):
        yield from jsonl.articles(data, name)
        return
    text = charset.decode(data).strip("\ufeff\r\n\t \0")
    if not text:
        yield Refusal(name, "文件是空的。")
        return
    if (reason := jsonl.excess_reason(text)) is not None:
        yield Refusal(name, reason)
        return
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        one_by_one = _items_one_by_one(text)
        readable = sum(not isinstance(item, _Broken) for item in one_by_one)
        if not readable:
            yield Refusal(name, _parse_error(error))
            return
        if readable == len(one_by_one):  # the error stands behind the items
            one_by_one.append(_Broken(_parse_error(error) + _AND_THE_REST))
        yield from _items(one_by_one, name)
        return
    if isinstance(value, dict) and telegram_export.is_export(value):
        yield from telegram_export.articles(value, name)
    elif isinstance(value, dict):
        items = json_layout.items(value)
        medium, base = json_layout.frame(value)
        fallback = Hints(byline=Byline(source=medium))
        for result in [record.article(value, name)] if items is None else _items(items, name, base):
            yield document.with_fallback(result, fallback) if isinstance(result, Article) else result
    elif isinstance(value, list):
        yield from _items(value, name)
    else:
        yield Refusal(name, "JSON 里应当是文章对象，或者文章对象的数组。")


class _Broken(NamedTuple):
    """An item that cannot be read. It stands for all items behind it, too, when its end is not found."""

    reason: str


def _parse_error(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"不是有效的 JSON：第 {error.lineno} 行第 {error.colno} 个字符处有误，文件可能不完整。"
    return "不是可以读取的 JSON：嵌套太深，或者数字太长。"


def _items_one_by_one(text: str) -> list[object]:
    """The items of the array at the beginning of a text or under a key of lists, read up to the first lost end."""
    start = _ARRAY.match(text) or next(
        (match for match in _KEYED_ARRAY.finditer(text) if match["key"].lower() in json_layout.LISTS), None
    )
    items: list[object] = []
    position = start.end() if start is not None else len(text)
    while position < len(text):
        try:
            item, end = _DECODER.raw_decode(text, position)
        except (ValueError, RecursionError) as error:
            reason, bracket_end = _parse_error(error), _bracket_end(text, position)
            if bracket_end is None:
                items.append(_Broken(reason + _AND_THE_REST))
                break
            item, end = _Broken(reason), bracket_end
        items.append(item)
        gap = _GAP.match(text, end)
        if gap is None:
            break
        position = gap.end()
    return items


def _bracket_end(text: str, start: int) -> int | None:
    """The position behind the closing bracket; None unless the next item or the end of the array follows."""
    depth = 0
    for mark in _BRACKET.finditer(text, start):
        depth += (mark[0] in ("[", "{")) - (mark[0] in ("]", "}"))
        if depth <= 0:
            return mark.end() if _FOLLOWING.match(text, mark.end()) else None
    return None


def _items(items: list[object], name: str, base: str = "") -> Iterator[Article | Refusal]:
    """An article or a refusal for each item; a note counts the drafts and pages of a blog, which are left out."""
    kinds = [unpublished.kind(json_layout.opened(item)) if isinstance(item, dict) else None for item in items]
    numbered = [(number, item) for number, (item, kind) in enumerate(zip(items, kinds, strict=True), 1) if not kind]
    yield from document.noted(_published(numbered, name, base), name, unpublished.counted(kinds))
    if not items:
        yield Refusal(name, "JSON 里没有文章。")


def _published(numbered: list[tuple[int, object]], name: str, base: str) -> Iterator[Article | Refusal]:
    for number, fields in numbered:
        item = f"{name} 第 {number} 项"
        if isinstance(fields, _Broken):
            yield Refusal(item, fields.reason)
        elif isinstance(fields, dict):
            yield boundary.result(item, record.article, fields, item, base)
        else:
            yield Refusal(item, "不是 JSON 对象。")
