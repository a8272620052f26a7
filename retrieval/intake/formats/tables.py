"""Tables (CSV and TSV, as spreadsheets write them): an article for each row."""

import csv
import io
from collections.abc import Iterator
from itertools import chain, islice
from typing import NamedTuple

from retrieval.article import Article
from retrieval.intake import boundary, charset, loading
from retrieval.intake.boundary import Refusal
from retrieval.intake.formats.field_names import field_of

_DELIMITERS = ",\t;|，"
# Rows that may hold the heads of the columns: some spreadsheets have a line or two above.
_FIRST_ROWS = 5
_SEVERAL, _MOST_COLUMNS = 2, 100
# Fields that are no strings in a record; a cell of a table is always a string.
_NOT_IN_A_TABLE = ("id", "headings", "heading_lines", "exported_by")
# The limit counts for the whole process. csv's default, 131,072, is shorter than a long article. A limit also ends the
# cell of a quotation mark that is never closed.
_LONGEST_CELL = 5_000_000
csv.field_size_limit(_LONGEST_CELL)
# The line that marks the end: `articles` has removed every NUL from the text.
_END = "\0"
ONLY_HEAD = "只有表头，没有文章。"
_EXPECTED = (
    "没有找到表头：应当有一列是正文（“正文”“内容”、text 或 content），还可以有标题、来源、作者、编辑、时间、链接。"
)


class _Head(NamedTuple):
    delimiter: str
    row: int
    names: list[str]

    @property
    def field_count(self) -> int:
        """The number of columns that are fields of an article."""
        return sum(field_of(name) is not None for name in self.names)


def articles(data: bytes, name: str) -> Iterator[Article | Refusal]:
    """An article or a refusal for each row below the heads, named by the row's number in a spreadsheet.

    Raises NotTextError.
    """
    # A broken disk leaves NUL characters in a text.
    text = charset.decode(data).replace("\0", "")
    if not text.strip():
        yield Refusal(name, "文件是空的。")
        return
    head = _head(text)
    if head is None:
        yield Refusal(name, _EXPECTED)
        return
    only_head = True
    for number, row in enumerate(_rows(text, head.delimiter), 1):
        item = f"{name} 第 {number} 行"
        if row is None:
            only_head = False
            yield Refusal(item, "引号没有闭合，或者有一格太长。")
        elif number > head.row and any(cell.strip() for cell in row):
            only_head = False
            yield boundary.result(item, _article, row, head, item)
    if only_head:
        yield Refusal(name, ONLY_HEAD)


def _rows(text: str, delimiter: str) -> Iterator[list[str] | None]:
    """The rows in order; None for a line whose quotation mark is never closed. The lines behind it are read again."""
    lines = list(io.StringIO(text, newline=""))
    start = 0
    while start < len(lines):
        reader = csv.reader(chain(islice(lines, start, None), [_END]), delimiter=delimiter)
        taken = 0
        try:
            for row in reader:
                if row == [_END]:
                    return
                if row and row[-1].endswith(_END):
                    break
                yield row
                taken = reader.line_num
        except csv.Error:  # a cell over the limit
            pass
        yield None
        start += taken + 1


def may_be_table(start: str) -> bool:
    """Whether the first line of a text holds heads of columns, among them the head of the article's text."""
    head = _head(start.split("\n", 1)[0])
    return head is not None and head.field_count >= _SEVERAL


def _head(text: str) -> _Head | None:
    """The delimiter and the row of heads with the most fields; None when no column holds the text of an article."""
    heads = [head for delimiter in _DELIMITERS if (head := _head_delimited_by(text, delimiter)) is not None]
    return max(heads, key=lambda head: head.field_count, default=None)


def _head_delimited_by(text: str, delimiter: str) -> _Head | None:
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for number, row in zip(range(1, _FIRST_ROWS + 1), rows, strict=False):
            if len(row) <= _MOST_COLUMNS and "text" in map(field_of, row):
                return _Head(delimiter, number, row)
    except csv.Error:
        return None
    return None


def _article(row: list[str], head: _Head, item: str) -> Article | Refusal:
    width = len(head.names)
    if len(row) > width and any(cell.strip() for cell in row[width:]):
        if field_of(head.names[-1]) != "text":
            return Refusal(item, f"有 {len(row)} 格，而表头只有 {width} 列：含有分隔符的内容要放在双引号里。")
        # The text is the last column, and its commas are not quoted.
        row = [*row[: width - 1], head.delimiter.join(row[width - 1 :])]
    return row_article(head.names, row, item)


def row_article(names: list[str], row: list[str], item: str) -> Article | Refusal:
    """The article of a row below heads with these names."""
    filled: dict[str, str] = {}
    for number, (name, cell) in enumerate(zip(names, row, strict=False)):
        if cell.strip():
            # The second column of the same head gets a number: it may go on with the first.
            filled[f"{name}{number % 10}" if name in filled else name] = cell
    fields = {name: cell for name, cell in filled.items() if field_of(name) not in _NOT_IN_A_TABLE}
    if "text" not in map(field_of, fields):
        return Refusal(item, "这一行没有正文。")
    result: Article | Refusal = loading.load("retrieval.intake.formats.record", "article")(fields, item)
    return result
