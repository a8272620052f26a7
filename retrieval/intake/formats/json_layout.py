"""Layouts of JSON: the objects that are articles, however an exporter has wrapped them."""

import re
from collections.abc import Mapping, Sequence
from itertools import islice

from retrieval.intake.formats.field_names import field_of
from retrieval.intake.prose.lines import on_one_line

_LIST_KEYS = "articles items news list data results rows records docs documents posts entries hits 文章 新闻 列表 数据"
LISTS = frozenset(_LIST_KEYS.split())
_DEEPEST = 3
# Items of a list that tell whether it holds articles.
_FIRST = 10
# Keys of an object that may name fields: an article has dozens.
MOST_KEYS = 1_000
# Keys under which Elasticsearch, Strapi and others keep the fields of one article.
_INSIDE = ("_source", "attributes", "fields", "node", "article", "post", "json")
# 新华网 - 时政, 兰州新闻_RSS: the name of the medium stands first.
_SECTION = re.compile(r"\s{0,3}(?:[-_|—·»>]|RSS).*$", re.IGNORECASE)
_LONGEST_TITLE = 300


def items(value: dict[str, object], depth: int = 1) -> list[object] | None:
    """The list of articles in an object; None for an object that is an article itself.

    {"articles": [...]}, {"data": {"list": [...]}}, {"1": {...}, ...}, the tables of pandas and the
    exports of Ghost hold articles.
    """
    if (rows := _rows(value)) is not None:
        return rows
    if has_text(value):
        return None
    named = [inside for key, inside in value.items() if key.lower() in LISTS]
    if lists := [inside for inside in named if isinstance(inside, list)]:
        return _alike(lists)
    for inside in named:
        if isinstance(inside, dict) and depth < _DEEPEST and (found := items(inside, depth + 1)) is not None:
            return found
    values = list(value.values())
    if isinstance(ghost := value.get("db"), list) and len(ghost) == 1 and isinstance(ghost[0], dict):
        return items(ghost[0], depth)
    if any(map(has_text, values)) and all(isinstance(inside, dict) for inside in values):
        return values
    lists = [inside for inside in values if isinstance(inside, list) and any(map(has_text, inside[:_FIRST]))]
    return _alike(lists) if lists else None


def _alike(lists: Sequence[list[object]]) -> list[object]:
    """The items of the first list that has articles, and of those whose articles have a title, or none, as its have."""
    kinds = [_kind(inside) for inside in lists]
    kind = next(filter(None, kinds), None)
    alike = [inside for inside, own in zip(lists, kinds, strict=True) if own == kind] if kind else lists[:1]
    return [item for inside in alike for item in inside]


def _kind(items: list[object]) -> str | None:
    """Whether the articles of a list have titles: "title" or "text"; None when its first items are no articles."""
    article = next((item for item in items[:_FIRST] if isinstance(item, dict) and has_text(item)), None)
    if article is None:
        return None
    return "title" if "title" in map(field_of, islice(opened(article), MOST_KEYS)) else "text"


def opened(record: Mapping[str, object]) -> Mapping[str, object]:
    """The object with the fields of an article: `record` itself, or one inside of it."""
    inside = (record.get(key) for key in _INSIDE)
    candidates = [record, *(found for found in inside if isinstance(found, dict))]
    return next(filter(_is_article, candidates), record)


def has_text(value: object) -> bool:
    """Whether a value is an object with the text of an article, or with such an object inside."""
    return isinstance(value, Mapping) and _is_article(opened(value))


def frame(value: Mapping[str, object]) -> tuple[str | None, str]:
    """The medium whose articles a feed in JSON holds, and the address to which theirs are relative; "" for none.

    Only JSON Feed, and what rss2json makes, say both.
    """
    about = value.get("feed")
    if isinstance(about, dict):
        return medium(about.get("title")), _address(about.get("link"))
    if not ({"home_page_url", "feed_url"} & value.keys() or "jsonfeed.org" in str(value.get("version"))[:100]):
        return None, ""
    return medium(value.get("title")), _address(value.get("home_page_url")) or _address(value.get("feed_url"))


def medium(title: object) -> str | None:
    """The name of the medium in the title of its feed."""
    shown = on_one_line(title) if isinstance(title, str) and len(title) <= _LONGEST_TITLE else ""
    return _SECTION.sub("", shown) or None


def _is_article(value: Mapping[str, object]) -> bool:
    # An object under the key `article` is no text; it may be the article.
    names = (key for key in islice(value, MOST_KEYS) if key not in _INSIDE or not isinstance(value[key], dict))
    return any(field_of(key) == "text" for key in names)


def _address(value: object) -> str:
    return value if isinstance(value, str) else ""


def _rows(value: dict[str, object]) -> list[object] | None:
    """The rows of a table that pandas wrote by columns, or split into heads and cells; None for anything else."""
    heads, cells = value.get("columns"), value.get("data")
    if isinstance(heads, list) and isinstance(cells, list) and all(isinstance(row, list) for row in cells):
        return [dict(zip(map(str, heads), row, strict=False)) for row in cells]
    columns = {name: column for name, column in value.items() if isinstance(column, dict)}
    numbers = next(iter(columns.values()), {}).keys()
    is_table = len(columns) == len(value) and numbers and all(number.isdigit() for number in numbers)
    if not is_table or any(column.keys() != numbers for column in columns.values()) or not has_text(value):
        return None
    return [{name: column[number] for name, column in columns.items()} for number in numbers]
