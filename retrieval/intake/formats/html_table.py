"""Tables in HTML whose rows are articles, as pandas, Excel and back offices of papers write them.

The rows are cut at their tags, without a parser: a table may hold thousands of articles.
"""

import html
import re
from collections.abc import Iterator
from typing import NamedTuple

from retrieval.article import Article
from retrieval.intake import boundary, charset
from retrieval.intake.boundary import Refusal
from retrieval.intake.formats import tables
from retrieval.intake.formats.field_names import field_of
from retrieval.intake.page import markup
from retrieval.intake.prose.lines import han

_TABLE = re.compile(r"<table\b", re.IGNORECASE)
_END = re.compile(r"</table\b", re.IGNORECASE)
_ROW = re.compile(r"<tr\b[^<>]{0,2000}>", re.IGNORECASE)
_CELL = re.compile(r"<t[dh]\b[^<>]{0,2000}>", re.IGNORECASE)
_CELL_END = re.compile(r"</t[dhr]\s{0,9}>", re.IGNORECASE)
_HREF = re.compile(r"""<a\b[^<>]{0,500}?\shref\s{0,9}=\s{0,9}["']?([^"'\s<>]{1,2000})""", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]{0,2000}>")
_UNSEEN = re.compile(r"<(script|style)\b.*?(?:</\1\s{0,9}>|\Z)", re.IGNORECASE | re.DOTALL)
# Tables and rows that are looked at for heads, and characters of a row of heads.
_MOST_TABLES, _FIRST_ROWS, _LONGEST_HEAD = 20, 3, 5_000
# A cell with tags takes long to read.
_MOST_ROWS = 20_000
# The least share of the page's Chinese characters in the table: an article may hold a table with such heads.
_LEAST_SHARE = 0.6


class _Rows(NamedTuple):
    """The heads of the columns, the markup of the rows below them, and the number of the first of these rows."""

    heads: list[str]
    rows: list[str]
    first: int


def is_table(data: bytes) -> bool:
    """Whether a page is a table of articles, which has columns for their titles and texts."""
    try:
        return _found(charset.decode_page(data)) is not None
    except charset.NotTextError:
        return False


def articles(data: bytes, name: str) -> Iterator[Article | Refusal]:
    """An article or a refusal for each row below the heads. Raises NotTextError."""
    found = _found(charset.decode_page(data))
    if found is None or not found.rows:
        yield Refusal(name, tables.ONLY_HEAD)
        return
    if len(found.rows) > _MOST_ROWS:
        yield Refusal(name, f"表格超过 {_MOST_ROWS:,} 行，没有读取；请存为 CSV 再收录。")
        return
    for number, row in enumerate(found.rows, found.first):
        item = f"{name} 第 {number} 行"
        yield boundary.result(item, _article, row, found.heads, item)


def _found(text: str) -> _Rows | None:
    """The first table with heads of articles, if it holds most of the page."""
    text = _UNSEEN.sub("", text)
    starts = [match.start() for match, _ in zip(_TABLE.finditer(text), range(_MOST_TABLES), strict=False)]
    for start in starts:
        end = _END.search(text, start)
        table = text[start : end.start() if end else len(text)]
        rows = _ROW.split(table)[1:]
        for number, row in enumerate(rows[:_FIRST_ROWS], 1):
            heads = [_plain(cell) for cell in _cells(row)] if len(row) <= _LONGEST_HEAD else []
            fields = set(map(field_of, heads))
            if {"title", "text"} <= fields and han(table) >= _LEAST_SHARE * han(text):
                return _Rows(heads, rows[number:], number + 1)
    return None


def _cells(row: str) -> list[str]:
    return [_CELL_END.split(cell, maxsplit=1)[0] for cell in _CELL.split(row)[1:]]


def _article(row: str, heads: list[str], item: str) -> Article | Refusal:
    cells = [_value(head, cell) for head, cell in zip(heads, _cells(row), strict=False)]
    return tables.row_article(heads, cells, item)


def _value(head: str, cell: str) -> str:
    """The words of a cell, its paragraphs on lines of their own; the address of the link in a column of links."""
    if field_of(head) == "url" and (link := _HREF.search(cell)):
        return html.unescape(link[1])
    return "\n".join(markup.fragment_lines(cell))


def _plain(cell: str) -> str:
    return " ".join(html.unescape(_TAG.sub("", cell)).split())
