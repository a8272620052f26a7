"""Text of a PDF page as pypdf finds it, in pieces with their fonts and places."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from pypdf import PageObject
from pypdf.generic import ContentStream, FloatObject, NameObject

# pypdf reports a piece with the place of its beginning; it ends a piece at `cm`, and at some others of its operators.
_MOVES = frozenset((b"Td", b"TD", b"Tm", b"T*", b"'", b'"'))
_NO_CHANGE = tuple(map(FloatObject, (1, 0, 0, 1, 0, 0)))
_SLANT = 0.1
_NOT_SHOWN = {0: None, ord("\f"): " "}


class Piece(NamedTuple):
    """A piece of text with its line ends, in the order of the file.

    `x` and `y` are the place of its beginning in points from the lower left corner, `size` the height of its
    characters; `size` is 0 where the text does not run from left to right.
    """

    text: str
    font: Mapping[str, Any] | None
    x: float
    y: float
    size: float


def pieces(page: PageObject, watch: Callable[[object, object, object, object], None]) -> list[Piece]:
    """The pieces of a page; together they are the text of the page. pypdf calls `watch` before each operator."""
    found: list[Piece] = []

    def note(text: str, outer: list[float], inner: list[float], font: Any, size: float) -> None:
        if text := text.translate(_NOT_SHOWN):
            found.append(_piece(text, outer, inner, font, size))

    _end_pieces_at_moves(page)
    page.extract_text(visitor_operand_before=watch, visitor_text=note)
    return found


def _end_pieces_at_moves(page: PageObject) -> None:
    if page.get_contents() is None:
        return
    # "bytes" keeps the codes of the font as they are.
    contents = ContentStream(page["/Contents"].get_object(), page.pdf, "bytes")
    operations = []
    for operands, operator in contents.operations:
        if operator in _MOVES:
            operations.append((list(_NO_CHANGE), b"cm"))
        operations.append((operands, operator))
    contents.operations = operations
    page[NameObject("/Contents")] = contents


def _piece(text: str, outer: list[float], inner: list[float], font: Any, size: float) -> Piece:
    """The piece for the text matrix `inner` in the page's matrix `outer`."""
    a, b = inner[0] * outer[0] + inner[1] * outer[2], inner[0] * outer[1] + inner[1] * outer[3]
    c, d = inner[2] * outer[0] + inner[3] * outer[2], inner[2] * outer[1] + inner[3] * outer[3]
    x = inner[4] * outer[0] + inner[5] * outer[2] + outer[4]
    y = inner[4] * outer[1] + inner[5] * outer[3] + outer[5]
    is_upright = a > 0 and d > 0 and abs(b) <= _SLANT * a and abs(c) <= 4 * _SLANT * d
    return Piece(text, font, x, y, size * d if is_upright else 0.0)
