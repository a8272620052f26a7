"""Columns of a printed page whose lines stand in the file from left to right, across the columns.

Most programs write a column after the other, and their order is kept. Others, such as text recognition, write the first
line of each column, then the second line of each. Such a page is put in order by the places of its lines.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

# Measures in characters of the size of the text.
_PART = re.compile(r"[^\s\u3000]++(?:[ \u3000][^\s\u3000]++)*+")
_SAME_LINE, _ADJOINING, _ALIGNED, _INDENT = 0.5, 0.8, 0.6, 1.2
_NARROWEST_GUTTER, _SHORTEST_LINE = 0.7, 6.0
_FEWEST_LINES = 3
_LEFT, _ACROSS, _RIGHT = -1, 0, 1
# The size of a title in the size of the text.
_LARGER = 1.4
# A blank in heights of a row.
_BLANK = 2.5
_MOST_LINES = 2_000


@dataclass(frozen=True, slots=True)
class Line:
    """A line, or a part of one, from `left` to `right`, with its base at the height `y`."""

    text: str
    left: float
    right: float
    y: float
    size: float


def lines(text: str, left: float, y: float, size: float) -> list[Line]:
    """The parts of a text that wide blanks separate, with the widths that its characters usually have."""
    # The blank that pypdf sets before a piece is not in the file.
    text = text.lstrip(" ")
    return [
        Line(part[0], left + size * width(text[: part.start()]), left + size * width(text[: part.end()]), y, size)
        for part in _PART.finditer(text)
    ]


def width(text: str) -> float:
    """The width of a text in Chinese characters."""
    return sum(1 if character >= "\u2000" else 0.5 for character in text)


def in_order(lines: list[Line]) -> list[list[str]] | None:
    """The texts of each column when `lines` interleave columns; else None.

    An empty list stands where no paragraph goes on: between a heading, the columns and what is above or below them.
    """
    if len(lines) > _MOST_LINES or _gutter(lines) is None:
        return None
    return [block for part in _parts(lines) for block in [*_columns(part), []]]


def from_top(lines: list[Line]) -> list[list[str]]:
    """The texts of a page from its top to its end, as if it had one column; empty lists as in `in_order`."""
    return list(_texts(lines))


def _columns(lines: list[Line]) -> Iterator[list[str]]:
    for block in _blocks(lines):
        yield from _texts(block) if block else [[]]


def _texts(block: list[Line]) -> Iterator[list[str]]:
    """The lines of a column; large ones, such as a title, apart from the others."""
    rows = list(_rows(block))
    texts = [_shown(row, block) for row in rows]
    start = 0
    for number, (above, below) in enumerate(pairwise(rows), 1):
        sizes = sorted((above[0].size, below[0].size))
        if sizes[1] > _LARGER * sizes[0]:
            yield from (texts[start:number], [])
            start = number
    yield texts[start:]


def joined(pieces: Iterable[Line]) -> Iterator[Line]:
    """Pieces that follow each other on a line, as one."""
    last: Line | None = None
    for piece in pieces:
        if last is not None and _is_same_row(last, piece) and abs(piece.left - last.right) <= _ADJOINING * piece.size:
            last = replace(last, text=last.text + piece.text, right=max(last.right, piece.right))
            continue
        if last is not None:
            yield last
        last = piece
    if last is not None:
        yield last


def _is_same_row(one: Line, other: Line) -> bool:
    return abs(one.y - other.y) <= _SAME_LINE * min(one.size, other.size)


def _parts(lines: list[Line]) -> Iterator[list[Line]]:
    """The page cut where it is blank over its whole width, as it is above a footer."""
    heights = [row[0].y for row in _rows(lines)]
    gaps = [above - below for above, below in pairwise(heights)]
    usual = sorted(gaps)[len(gaps) // 2]
    cuts = [below + usual for (_, below), gap in zip(pairwise(heights), gaps, strict=True) if gap > _BLANK * usual]
    for above, below in pairwise([float("inf"), *cuts, float("-inf")]):
        yield [part for part in lines if below < part.y <= above]


def _blocks(lines: list[Line]) -> Iterator[list[Line]]:
    """The columns from left to right; a line across the gutter separates what is above it from what is below."""
    gutter = _gutter(lines)
    if gutter is None:
        yield lines
        return
    size = _size(lines)
    sides = [(part, _side(part, gutter, size)) for part in lines]
    edges = sorted((part.y for part, side in sides if side == _ACROSS), reverse=True)
    for above, below in pairwise([float("inf"), *edges, float("-inf")]):
        for wanted in (_LEFT, _RIGHT):
            if column := [part for part, side in sides if side == wanted and below < part.y <= above]:
                yield from _blocks(column)
        for part, side in sides:
            if side == _ACROSS and part.y == below:
                yield from ([], [part], [])


def _side(part: Line, gutter: float, size: float) -> int:
    """The side of a gutter on which a line stands; a comma may hang out of its column."""
    if part.left < gutter - size and part.right > gutter + size:
        return _ACROSS
    return _LEFT if part.left + part.right < 2 * gutter else _RIGHT


def _gutter(lines: list[Line]) -> float | None:
    """The place between two interleaved columns; None when there are none."""
    best: tuple[int, float] | None = None
    if len(lines) < 2 * _FEWEST_LINES:
        return None
    for edge in _left_edges(lines):
        count = _interleaved(lines, edge)
        if count and (best is None or count > best[0]):
            best = count, edge
    return best[1] if best is not None else None


def _left_edges(lines: list[Line]) -> list[float]:
    """The places where several lines begin, but the first of them, each a little to its left."""
    places = sorted({round(part.left) for part in lines})
    size = _size(lines)
    return [
        place - 0.2 * size
        for place in places[1:]
        if sum(abs(part.left - place) <= _ALIGNED * size for part in lines) >= _FEWEST_LINES
    ]


def _size(lines: list[Line]) -> float:
    sizes = sorted(part.size for part in lines)
    return sizes[len(sizes) // 2]


def _interleaved(lines: list[Line], gutter: float) -> int:
    """The lines of the shorter of two columns of prose; 0 unless the file goes from one to the other and back."""
    size = _size(lines)
    sides = [(part, side) for part in lines if (side := _side(part, gutter, size)) != _ACROSS]
    left, right = ([part for part, side in sides if side == wanted] for wanted in (_LEFT, _RIGHT))
    if not left or not right:
        return 0
    bottom, top = max(_lowest(left), _lowest(right)), min(_highest(left), _highest(right))
    left, right = ([part for part in column if bottom <= part.y <= top] for column in (left, right))
    count = min(len(left), len(right))
    if count < _FEWEST_LINES:
        return 0
    left_end, right_start = _usual_end(left), min(part.left for part in right)
    in_turn = [side for part, side in sides if bottom <= part.y <= top]
    is_prose = (
        right_start - left_end >= _NARROWEST_GUTTER * size
        and sum(left_end - part.right <= 2 * _ALIGNED * size for part in left) >= _FEWEST_LINES - 1
        and sum(part.left - right_start <= _ALIGNED * size for part in right) >= _FEWEST_LINES - 1
        and min(_usual_length(left), _usual_length(right)) >= _SHORTEST_LINE * size
    )
    return count if is_prose and sum(one != other for one, other in pairwise(in_turn)) >= count else 0


def _lowest(lines: list[Line]) -> float:
    return min(part.y - part.size for part in lines)


def _highest(lines: list[Line]) -> float:
    return max(part.y + part.size for part in lines)


def _usual_end(lines: list[Line]) -> float:
    """The right end of the longest lines, but for the few whose last character hangs out."""
    ends = sorted(part.right for part in lines)
    return ends[(len(ends) - 1) * 9 // 10]


def _usual_length(lines: list[Line]) -> float:
    lengths = sorted(part.right - part.left for part in lines)
    return lengths[len(lengths) // 2]


def _rows(block: list[Line]) -> Iterator[list[Line]]:
    """The parts of each line, from the top of a column to its end."""
    row: list[Line] = []
    for part in sorted(block, key=lambda part: (-part.y, part.left)):
        if row and not _is_same_row(row[0], part):
            yield sorted(row, key=lambda part: part.left)
            row = []
        row.append(part)
    if row:
        yield sorted(row, key=lambda part: part.left)


def _shown(row: list[Line], block: list[Line]) -> str:
    """The text of a line; two wide blanks stand for its indent."""
    indent = row[0].left - min(part.left for part in block)
    is_indented = _INDENT * row[0].size <= indent <= 3 * row[0].size
    return ("\u3000\u3000" if is_indented else "") + " ".join(part.text.strip(" ") for part in row)
