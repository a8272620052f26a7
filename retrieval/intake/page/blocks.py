"""Blocks of text of a parsed page: paragraphs, headings, rows of tables, in reading order."""

import re
from typing import NamedTuple

from lxml import etree
from lxml.html import HtmlElement

# Elements that a browser never shows, and elements of forms.
UNSEEN = frozenset(
    [
        *("head", "script", "style", "noscript", "template", "iframe", "frame", "object", "embed", "svg"),
        *("math", "canvas", "audio", "video", "select", "option", "button", "input", "textarea"),
        *("datalist", "map"),
    ]
)
# Elements that continue the line around them; every other element begins a new block.
_INLINE = frozenset(
    [
        *("a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em"),
        *("font", "i", "img", "ins", "kbd", "label", "mark", "nobr", "o:p", "q", "rp", "rt", "ruby", "s"),
        *("samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr"),
    ]
)
_CELLS = ("td", "th")
_SPACE = re.compile(r"[ \t\n\r\f]+")
# A cell with more characters than this holds a part of the page, not a value of a table.
_LONGEST_CELL = 80
# The attribute with the number of an element, in reading order.
NUMBER = "data-line-number"
# Marks the beginning and the end of an inline element in a text. Only the style sheet knows whether a gap is shown
# there: 来源</span><span>新京报.
PART = "\u2063"


class Block(NamedTuple):
    """The text of a block, with `PART` where inline elements begin and end.

    `element` is the number of the element in which the text begins, `linked` the share of its characters inside links
    (0 to 1), `tag` the name of the innermost block element around its beginning ("p", "h1", "tr").
    """

    text: str
    element: int
    linked: float
    tag: str


def read(root: HtmlElement) -> list[Block]:
    """The blocks below `root` that show something; every element must carry its `NUMBER`.

    A row of a table of data is one block, its cells joined by blanks. The walk isn't recursive, so deep pages are safe.
    """
    return _Reader().walk(root)


class _Reader:
    """The state of one walk through a page."""

    def __init__(self) -> None:
        self._blocks: list[Block] = []
        self._parts: list[str] = []
        self._element, self._tag = 0, ""
        # Tags of the open block elements, the innermost last; the first is that of a root which is an inline element.
        self._around = ["span"]
        self._begun = False
        # How many links are open, and how many characters of the block stand in links.
        self._links = self._linked = 0

    def walk(self, root: HtmlElement) -> list[Block]:
        walk = etree.iterwalk(root, events=("start", "end"))
        for event, element in walk:
            if event == "start" and element.tag in UNSEEN:
                self._around.append(str(element.tag))
                walk.skip_subtree()
                continue
            self._links += (element.tag == "a") * (1 if event == "start" else -1)
            if element.tag not in _INLINE:
                self._end_block()
                if event == "start":
                    self._around.append(str(element.tag))
                else:
                    self._around.pop()
            else:
                self._parts.append(PART)
            if event == "end":
                self._add(element.tail, element.getparent())
            elif element.tag == "tr" and (row := _row(element)) is not None:
                self._blocks.append(row)
                walk.skip_subtree()
            else:
                self._add(element.text, element)
        self._end_block()
        return self._blocks

    def _add(self, text: str | None, element: HtmlElement | None) -> None:
        """Add the text that stands directly in `element` to the open block."""
        if not text or element is None:
            return
        text = text if element.tag == "pre" else _SPACE.sub(" ", text)
        if not self._begun and text.strip():
            self._element, self._tag, self._begun = int(element.get(NUMBER)), self._around[-1], True
        self._parts.append(text)
        if self._links:
            self._linked += len(_SPACE.sub("", text))

    def _end_block(self) -> None:
        text = "".join(self._parts) if self._begun else ""
        size = len(_SPACE.sub("", text.replace(PART, "")))
        if size:
            self._blocks.append(Block(text, self._element, self._linked / size, self._tag))
        self._parts.clear()
        self._linked, self._begun = 0, False


def _row(row: HtmlElement) -> Block | None:
    """The block of a row of data, its cells joined by blanks; None for a row that lays out a page.

    A row lays out a page when it has less than two filled cells, a table inside a cell, or a long cell.
    """
    cells = [cell for cell in row if cell.tag in _CELLS]
    if len(cells) < 2 or any(next(cell.iter("table"), None) is not None for cell in cells):
        return None
    values = [short_text(cell, _LONGEST_CELL) for cell in cells]
    texts = [value for value in values if value]
    if len(texts) < 2 or None in values:
        return None
    text = " ".join(texts)
    linked = sum(len(link.text_content()) for link in row.iter("a"))
    return Block(text, int(row.get(NUMBER)), min(1.0, linked / len(text)), "tr")


def short_text(element: HtmlElement, longest: int) -> str | None:
    """The words of an element, joined by blanks; None when the result is longer than `longest` characters.

    The function stops reading at `longest` characters: the element may hold the whole page.
    """
    texts: list[str] = []
    size = 0
    for text in element.itertext():
        texts.append(text)
        size += sum(map(len, text.split(None, longest)))
        if size > longest:
            return None
    shown = " ".join("".join(texts).split())
    return shown if len(shown) <= longest else None
