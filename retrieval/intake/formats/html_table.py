"""Tables in HTML whose rows or columns are articles, as pandas, Excel and back offices of papers write them."""

import html
import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import NamedTuple

from retrieval.article import Article
from retrieval.intake import boundary, charset
from retrieval.intake.boundary import Refusal
from retrieval.intake.formats import document, html_cells, tables
from retrieval.intake.formats.field_names import field_of
from retrieval.intake.formats.html_cells import Cell, Table
from retrieval.intake.page import markup
from retrieval.intake.prose.lines import han

_HREF = re.compile(r"""<a\b[^<>]{0,500}?\shref\s{0,9}=\s{0,9}["']?([^"'\s<>]{1,2000})""", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]{0,2000}>")
# Rows that are looked at for heads, and characters of a head.
_FIRST_ROWS, _LONGEST_HEAD = 3, 1_000
# A cell with tags takes long to read.
_MOST_ROWS, _MOST_COLUMNS = 20_000, 100
# Columns that only a table of articles has.
_HEADS = (frozenset(("title", "text")), frozenset(("text", "source", "published")))
# The least share of the page's Chinese characters in the tables: an article may hold a table with such heads.
_LEAST_SHARE = 0.6
# Chinese characters beside the tables that are more than a heading and some buttons.
_FEW = 60


class _Articles(NamedTuple):
    """A table of articles: the heads, the cells of each article below or beside them, and how each is named."""

    heads: list[str]
    articles: Sequence[Sequence[Cell | None]]
    names: list[str]


class _Found(NamedTuple):
    """The tables of articles in a page, and the Chinese characters beside them."""

    page: str
    tables: list[_Articles]
    beside: int


def is_table(data: bytes) -> bool:
    """Whether a page consists of tables of articles, which have columns for their titles and texts."""
    try:
        return _found(charset.decode_page(data)) is not None
    except charset.NotTextError:
        return False


def articles(data: bytes, name: str) -> Iterator[Article | Refusal]:
    """An article or a refusal for each row below the heads, or for each column beside them, of each table.

    A note counts the words beside the tables. Raises NotTextError.
    """
    found = _found(charset.decode_page(data))
    count = sum(len(table.articles) for table in found.tables) if found else 0
    if found is None or not count:
        yield Refusal(name, tables.ONLY_HEAD)
    elif count > _MOST_ROWS:
        yield Refusal(name, f"表格超过 {_MOST_ROWS:,} 行，没有读取；请存为 CSV 再收录。")
    else:
        beside = f"表格以外还有 {found.beside:,} 个汉字，没有收录。" if found.beside > _FEW else ""
        yield from document.noted(_read(found, name), name, beside)


def _read(found: _Found, name: str) -> Iterator[Article | Refusal]:
    for number, table in enumerate(found.tables, 1):
        place = f"{name} 第 {number} 个表格" if len(found.tables) > 1 else name
        for own, cells in zip(table.names, table.articles, strict=True):
            item = f"{place} {own}"
            yield boundary.result(item, _article, found.page, cells, table.heads, item)


def _found(page: str) -> _Found | None:
    """The tables of articles, if they hold most of the page. A table inside one of them is part of its cell."""
    page = html_cells.UNSEEN.sub("", page)
    found: list[_Articles] = []
    inside = end = 0
    for table in html_cells.tables(page):
        if table.start >= end and (read := _by_rows(page, table) or _by_columns(page, table)):
            found.append(read)
            inside, end = inside + han(page[table.start : table.end]), table.end
    whole = han(page) if found else 0
    return _Found(page, found, whole - inside) if found and inside >= _LEAST_SHARE * whole else None


def _by_rows(page: str, table: Table) -> _Articles | None:
    """A table with its heads in one of its first rows: that with the most fields, since heads may have heads above."""
    rows = ([_plain(page, cell) for cell in row] for row in html_cells.grid(table.rows[:_FIRST_ROWS]))
    heads = [(names, number) for number, names in enumerate(rows, 1) if _are_heads(names)]
    if not heads:
        return None
    names, number = max(heads, key=lambda head: len(_fields(head[0])))
    # Too many rows are refused, and not laid out before.
    laid_out = list(html_cells.grid(table.rows)) if len(table.rows) <= _MOST_ROWS else table.rows
    return _Articles(names, laid_out[number:], [f"第 {row} 行" for row in range(number + 1, len(table.rows) + 1)])


def _by_columns(page: str, table: Table) -> _Articles | None:
    """A table with its heads in the first column, and an article in each column beside it."""
    if not 1 < len(table.rows) <= _MOST_COLUMNS:
        return None
    columns = list(zip_longest(*html_cells.grid(table.rows)))
    if len(columns) < 2 or not _are_heads(names := [_plain(page, cell) for cell in columns[0]]):
        return None
    return _Articles(names, columns[1:], [f"第 {number} 列" for number in range(2, len(columns) + 1)])


def _are_heads(names: Sequence[str]) -> bool:
    return any(heads <= _fields(names) for heads in _HEADS)


def _fields(names: Sequence[str]) -> set[str]:
    return set(filter(None, map(field_of, names)))


def _article(page: str, cells: Sequence[Cell | None], heads: list[str], item: str) -> Article | Refusal:
    values = [_value(head, page, cell) for head, cell in zip(heads, cells, strict=False)]
    return tables.row_article(heads, values, item)


def _value(head: str, page: str, cell: Cell | None) -> str:
    """The words of a cell, its paragraphs on lines of their own; the address of the link in a column of links."""
    content = page[cell.start : cell.end] if cell is not None else ""
    if field_of(head) == "url" and (link := _HREF.search(content)):
        return html.unescape(link[1])
    return "\n".join(markup.fragment_lines(content))


def _plain(page: str, cell: Cell | None) -> str:
    """The words of a cell that is short enough to be a head."""
    if cell is None or cell.end - cell.start > _LONGEST_HEAD:
        return ""
    return " ".join(html.unescape(_TAG.sub("", page[cell.start : cell.end])).split())
