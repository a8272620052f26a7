"""Which articles does a JSON file hold: one object, an array of them, lines of them, or an export of Telegram?"""

import json
import re
from collections.abc import Iterator
from typing import NamedTuple

from retrieval.article import Article
from retrieval.intake import boundary, charset
from retrieval.intake.boundary import Refusal
from retrieval.intake.formats import jsonl, record, telegram_export
from retrieval.intake.formats.field_names import field_of

_LIST_KEYS = "articles items news list data results rows records docs documents posts entries 文章 新闻 列表 数据"
_LISTS = frozenset(_LIST_KEYS.split())
_DEEPEST = 3
_AND_THE_REST = "这一项和后面的都没有收录。"
_DECODER = json.JSONDecoder()
_ARRAY, _GAP = re.compile(r"\s*\[\s*"), re.compile(r"\s*,\s*")
# A string, which may hold brackets, or a bracket.
_BRACKET = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[\[\]{}]', re.DOTALL)
_FOLLOWING = re.compile(r"\s*[,\]]")
_KEYED_ARRAY = re.compile(r'"(?P<key>[^"\\\n]{1,20})"\s{0,20}:\s{0,20}\[\s*')


def articles(data: bytes, name: str) -> Iterator[Article | Refusal]:
    """An article or a refusal for each item in order; one refusal when there is no item or the file is no JSON."""
    if jsonl.are_lines(data):
        yield from jsonl.articles(data, name)
        return
    text = charset.decode(data).strip("\ufeff\r\n\t \0")
    if not text:
        yield Refusal(name, "文件是空的。")
        return
    if (excess := jsonl.excess(text)) is not None:
        yield Refusal(name, excess)
        return
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        one_by_one = _items_one_by_one(text)
        whole = sum(not isinstance(item, _Broken) for item in one_by_one)
        if not whole:
            yield Refusal(name, _wrong(error))
            return
        if whole == len(one_by_one):  # what is broken stands behind them
            one_by_one.append(_Broken(_wrong(error) + _AND_THE_REST))
        yield from _items(one_by_one, name)
        return
    if isinstance(value, dict) and telegram_export.is_export(value):
        yield from telegram_export.articles(value, name)
    elif isinstance(value, dict):
        items = _list_in(value)
        yield from [record.article(value, name)] if items is None else _items(items, name)
    elif isinstance(value, list):
        yield from _items(value, name)
    else:
        yield Refusal(name, "JSON 里应当是文章对象，或者文章对象的数组。")


class _Broken(NamedTuple):
    """Stands in place of an item that cannot be read, and of all that follow when nobody can say where it ends."""

    reason: str


def _wrong(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"不是有效的 JSON：第 {error.lineno} 行第 {error.colno} 个字符处有误，文件可能不完整。"
    return "不是可以读取的 JSON：嵌套太深，或者数字太长。"


def _items_one_by_one(text: str) -> list[object]:
    """The items of the array that a text begins with or has under a telling key, each as far as it can be read."""
    start = _ARRAY.match(text) or next(
        (match for match in _KEYED_ARRAY.finditer(text) if match["key"].lower() in _LISTS), None
    )
    items: list[object] = []
    position = start.end() if start is not None else len(text)
    while position < len(text):
        try:
            item, end = _DECODER.raw_decode(text, position)
        except (ValueError, RecursionError) as error:
            reason, found = _wrong(error), _end(text, position)
            if found is None:
                items.append(_Broken(reason + _AND_THE_REST))
                break
            item, end = _Broken(reason), found
        items.append(item)
        gap = _GAP.match(text, end)
        if gap is None:
            break
        position = gap.end()
    return items


def _end(text: str, start: int) -> int | None:
    """Where an object or an array ends by its brackets, when another item or the end of the array follows."""
    depth = 0
    for mark in _BRACKET.finditer(text, start):
        depth += (mark[0] in ("[", "{")) - (mark[0] in ("]", "}"))
        if depth <= 0:
            return mark.end() if _FOLLOWING.match(text, mark.end()) else None
    return None


def _list_in(value: dict[str, object], depth: int = 1) -> list[object] | None:
    """The articles in an object that is none: {"articles": [...]}, {"data": {"list": [...]}}, {"1": {...}, ...}."""
    if any(field_of(key) == "text" for key in value):
        return None
    for key, inside in value.items():
        if key.lower() not in _LISTS:
            continue
        if isinstance(inside, list):
            return inside
        if isinstance(inside, dict) and depth < _DEEPEST and (found := _list_in(inside, depth + 1)) is not None:
            return found
    inside = list(value.values())
    by_key = [one for one in inside if isinstance(one, dict) and "text" in map(field_of, one)]
    return inside if by_key and all(isinstance(one, dict) for one in inside) else None


def _items(items: list[object], name: str) -> Iterator[Article | Refusal]:
    if not items:
        yield Refusal(name, "JSON 里没有文章。")
    for number, fields in enumerate(items, 1):
        item = f"{name} 第 {number} 项"
        if isinstance(fields, _Broken):
            yield Refusal(item, fields.reason)
        elif isinstance(fields, dict):
            yield boundary.result(item, record.article, fields, item)
        else:
            yield Refusal(item, "不是 JSON 对象。")
