"""Tables in HTML as rows of cells, cut at their tags without a parser: a table may hold thousands of articles."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

UNSEEN = re.compile(r"<!--.*?(?:-->|\Z)|<(script|style)\b.*?(?:</\1\s{0,9}>|\Z)", re.IGNORECASE | re.DOTALL)
# A value in quotation marks may hold a `>`. Marks that do not pair end with the tag.
_TAG = re.compile(
    r"<(?P<end>/?)(?P<name>table|tr|t[dh])\b(?P<attributes>(?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*+>|[^<>]*>)",
    re.IGNORECASE,
)
_SPAN = re.compile(r"""\b(col|row)span\s{0,9}=\s{0,9}["']?\s{0,9}([0-9]{1,4})""", re.IGNORECASE)
# A cell takes some hundred bytes of memory.
_MOST_TAGS = 1_000_000
_MOST_COLUMNS = 100


class Cell(NamedTuple):
    """Where the content of a cell stands in the page, and the columns and rows that it spans."""

    start: int
    end: int
    columns: int
    rows: int


@dataclass(slots=True)
class Table:
    """A table of a page. Another table inside a cell belongs to the cell."""

    start: int
    end: int = 0
    rows: list[list[Cell]] = field(default_factory=list)


def tables(page: str) -> list[Table]:
    """The tables of a page by their beginnings, those in cells of others too; none of a page with too many tags."""
    found: list[Table] = []
    open_tables: list[Table] = []
    # Where the open cell of each open table begins, and its spans.
    cells: list[tuple[int, int, int] | None] = []

    def close_cell(end: int) -> None:
        if cells and (cell := cells[-1]) is not None:
            open_tables[-1].rows[-1].append(Cell(cell[0], end, cell[1], cell[2]))
            cells[-1] = None

    def close_table(end: int) -> None:
        close_cell(end)
        open_tables.pop().end = end
        cells.pop()

    for count, tag in enumerate(_TAG.finditer(page), 1):
        if count > _MOST_TAGS:
            return []
        name, is_end = tag["name"].lower(), bool(tag["end"])
        if name == "table" and not is_end:
            found.append(Table(tag.start()))
            open_tables.append(found[-1])
            cells.append(None)
        elif not open_tables:
            continue
        elif name == "table":
            close_table(tag.start())
        else:
            close_cell(tag.start())
            rows = open_tables[-1].rows
            if not is_end and (name == "tr" or not rows):
                rows.append([])
            if not is_end and name != "tr":
                spans = {kind.lower(): int(many) for kind, many in _SPAN.findall(tag["attributes"])}
                cells[-1] = (tag.end(), spans.get("col", 1), spans.get("row", 1))
    while open_tables:
        close_table(len(page))
    return found


def grid(rows: Sequence[Sequence[Cell]]) -> Iterator[list[Cell | None]]:
    """The cells of each row by columns.

    A cell that spans rows stands in each of them. One that spans columns stands in the first; the others have none.
    """
    # By column: the cell that spans it in the rows below, and how many rows it still spans.
    below: dict[int, tuple[Cell | None, int]] = {}
    for row in rows:
        line: list[Cell | None] = []
        cells = iter(row)
        while len(line) < _MOST_COLUMNS:
            if (spanning := below.pop(len(line), None)) is not None:
                cell, many = spanning
                if many > 1:
                    below[len(line)] = cell, many - 1
                line.append(cell)
            elif (cell := next(cells, None)) is not None:
                for number in range(max(cell.columns, 1)):
                    shown = cell if number == 0 else None
                    if cell.rows > 1:
                        below[len(line)] = shown, cell.rows - 1
                    line.append(shown)
            elif any(column > len(line) for column in below):
                line.append(None)
            else:
                break
        yield line[:_MOST_COLUMNS]
