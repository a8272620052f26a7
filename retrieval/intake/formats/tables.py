"""Which articles does a table hold, a row an article: CSV and TSV, as spreadsheets write them?"""

import csv
import io
from collections.abc import Iterator
from itertools import chain, islice
from typing import NamedTuple

from retrieval.article import Article
from retrieval.intake import boundary, charset
from retrieval.intake.boundary import Refusal
from retrieval.intake.formats import record
from retrieval.intake.formats.field_names import field_of

_DELIMITERS = ",\t;|，"
# A spreadsheet may have a line or two above the heads of its columns.
_FIRST_ROWS = 5
_SEVERAL, _MOST_COLUMNS = 2, 100
# These are no strings in a record, and a table holds nothing else.
_NOT_IN_A_TABLE = ("id", "headings", "heading_lines", "exported_by")
# csv's own limit, 131,072, is one for the whole process and shorter than a long article; a runaway quotation mark that
# swallows a file must still end somewhere.
_LONGEST_CELL = 5_000_000
csv.field_size_limit(_LONGEST_CELL)
# No line of a text has a NUL any more: a mark of the end that can be told from all of them.
_END = "\0"
_EXPECTED = (
    "没有找到表头：应当有一列是正文（“正文”“内容”、text 或 content），还可以有标题、来源、作者、编辑、时间、链接。"
)


class _Head(NamedTuple):
    delimiter: str
    row: int
    names: list[str]

    @property
    def known(self) -> int:
        """How many of the names are those of fields."""
        return sum(field_of(name) is not None for name in self.names)


def articles(data: bytes, name: str) -> Iterator[Article | Refusal]:
    """An article or a refusal for each row below the heads, named by the number that a spreadsheet gives the row."""
    # A NUL is what a broken disk leaves; it belongs to no word.
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
        yield Refusal(name, "只有表头，没有文章。")


def _rows(text: str, delimiter: str) -> Iterator[list[str] | None]:
    """The rows in order; None for one whose quotation mark would swallow all that follows, which is then read alone."""
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
    """Whether a text without a telling name begins with the heads of columns, one of them that of the text."""
    first = start.split("\n", 1)[0]
    head = _head(first)
    return head is not None and head.known >= _SEVERAL


def _head(text: str) -> _Head | None:
    """The delimiter and the row of heads that name the most of our fields, one of them the text."""
    found = [head for delimiter in _DELIMITERS if (head := _head_with(text, delimiter)) is not None]
    return max(found, key=lambda head: head.known, default=None)


def _head_with(text: str, delimiter: str) -> _Head | None:
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
        # The text stands last and its commas were not quoted.
        row = [*row[: width - 1], head.delimiter.join(row[width - 1 :])]
    filled = {name: cell for name, cell in zip(head.names, row, strict=False) if cell.strip()}
    named = {name: cell for name, cell in filled.items() if field_of(name) not in _NOT_IN_A_TABLE}
    if "text" not in map(field_of, named):
        return Refusal(item, "这一行没有正文。")
    return record.article(named, item)
