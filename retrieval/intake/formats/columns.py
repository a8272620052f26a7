"""Columns of a printed page whose lines stand in the file from left to right, across the columns.

Most programs write a column after the other, and their order is kept. Others, such as text recognition, write the first
line of each column, then the second line of each. Such a page is put in order by the places of its lines.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

# Measures in characters of the size of the text.
_PART = re.compile(r"[^\s\u3000]++(?:[ \u3000][^\s\u3000]++)*+")
_SAME_LINE, _ADJOINING, _ALIGNED, _INDENT = 0.5, 0.8, 0.6, 1.2
_NARROWEST_GUTTER, _SHORTEST_LINE = 0.7, 6.0
_FEWEST_LINES = 3
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


def in_order(pieces: Sequence[Line]) -> list[list[str]] | None:
    """The lines of each column, and of the parts above and below them, when `pieces` interleave columns; else None."""
    lines = list(_joined(pieces))
    if len(lines) > _MOST_LINES or _gutter(lines) is None:
        return None
    blocks = (block for part in _parts(lines) for block in _blocks(part))
    return [[_shown(row, block) for row in _rows(block)] for block in blocks]


def _joined(pieces: Sequence[Line]) -> Iterator[Line]:
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
    crossing = [part for part in lines if part.left < gutter < part.right]
    rest = [part for part in lines if not part.left < gutter < part.right]
    edges = sorted((part.y for part in crossing), reverse=True)
    for above, below in pairwise([float("inf"), *edges, float("-inf")]):
        between = [part for part in rest if below < part.y <= above]
        for column in ([part for part in between if part.left < gutter], [p for p in between if p.left >= gutter]):
            if column:
                yield from _blocks(column)
        yield from ([part] for part in crossing if part.y == below)


def _gutter(lines: list[Line]) -> float | None:
    """The place between two interleaved columns; None when there are none."""
    best: tuple[int, float] | None = None
    if len(lines) < 2 * _FEWEST_LINES:
        return None
    for edge in _left_edges(lines):
        count = min(_counts(lines, edge))
        if count >= _FEWEST_LINES and (best is None or count > best[0]) and _is_between_columns(lines, edge):
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


def _counts(lines: list[Line], gutter: float) -> tuple[int, int]:
    return sum(part.right <= gutter for part in lines), sum(part.left >= gutter for part in lines)


def _is_between_columns(lines: list[Line], gutter: float) -> bool:
    """Whether lines of prose stand on both sides; in the file, a line of one side mostly follows one of the other."""
    size = _size(lines)
    left, right = [part for part in lines if part.right <= gutter], [part for part in lines if part.left >= gutter]
    bottom, top = max(_lowest(left), _lowest(right)), min(_highest(left), _highest(right))
    left, right = ([part for part in side if bottom <= part.y <= top] for side in (left, right))
    if min(len(left), len(right)) < _FEWEST_LINES:
        return False
    left_end, right_start = max(part.right for part in left), min(part.left for part in right)
    sides = [part.left >= gutter for part in lines if part in left or part in right]
    return (
        right_start - left_end >= _NARROWEST_GUTTER * size
        and sum(left_end - part.right <= 2 * _ALIGNED * size for part in left) >= _FEWEST_LINES - 1
        and sum(part.left - right_start <= _ALIGNED * size for part in right) >= _FEWEST_LINES - 1
        and min(_usual_length(left), _usual_length(right)) >= _SHORTEST_LINE * size
        and sum(one != other for one, other in pairwise(sides)) >= min(len(left), len(right))
    )


def _lowest(lines: list[Line]) -> float:
    return min(part.y - part.size for part in lines)


def _highest(lines: list[Line]) -> float:
    return max(part.y + part.size for part in lines)


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
