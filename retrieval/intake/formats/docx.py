"""Word files (.docx): their paragraphs and tables as blocks of a document.

Text boxes, headers, footnotes and automatic numbers are not read.
"""

import io
import re
from collections.abc import Iterator, Mapping

import docx
from docx.oxml.ns import qn
from lxml import etree

from retrieval.article import Article
from retrieval.intake import zip_archive
from retrieval.intake.boundary import Refusal
from retrieval.intake.formats import document
from retrieval.intake.formats.document import Block

_BROKEN = "Word 文件已损坏或者不完整。"
_HEADING = re.compile(r"(?:heading|标题)\s?([1-9])", re.IGNORECASE)
_TITLE = re.compile(r"title|(?:大|主|文章|公文)?标题", re.IGNORECASE)
_PARAGRAPH, _TABLE, _ROW, _CELL = qn("w:p"), qn("w:tbl"), qn("w:tr"), qn("w:tc")
# Elements inside the body that hold paragraphs and tables: content controls, tracked insertions.
_HOLDERS = frozenset(map(qn, ("w:sdt", "w:sdtContent", "w:ins", "w:moveTo", "w:customXml", "w:smartTag")))
_SHOWN = {qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:tab"): "\t", qn("w:ptab"): "\t", qn("w:noBreakHyphen"): "-"}
# Text boxes stand twice in a file, for old and new versions of Word; the others are properties and deleted text.
_SKIPPED = frozenset(map(qn, ("w:pict", "w:drawing", "w:object", "w:del", "w:moveFrom", "w:pPr", "w:rPr")))
_TEXT, _ALTERNATIVE = qn("w:t"), "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"
# A cell with more characters holds a part of the page, not a value.
_LONGEST_CELL = 80
_DEEPEST = 50


def articles(data: bytes, name: str) -> Iterator[Article | Refusal]:
    """The articles of a Word file in order; one refusal when it is broken, too large, or holds no text."""
    try:
        zip_archive.check(data)
        opened = docx.Document(io.BytesIO(data))
        styles = {style.style_id: style.name or "" for style in opened.styles}
        blocks = list(_blocks(opened.element.body, styles))
        fallback = document.hints_from_properties(opened.core_properties.title, opened.core_properties.author)
    except zip_archive.ArchiveError as error:
        yield Refusal(name, str(error))
        return
    except Exception:  # package, ZIP, XML and styles raise errors of their own on a broken file
        yield Refusal(name, _BROKEN)
        return
    yield from document.articles(blocks, name, fallback=fallback)


def _blocks(holder: etree._Element, styles: Mapping[str, str], depth: int = 0) -> Iterator[Block]:
    for element in holder if depth < _DEEPEST else ():
        if element.tag == _PARAGRAPH:
            yield Block(_text(element), _level(element, styles))
        elif element.tag == _TABLE:
            for row in element.iterchildren(_ROW):
                yield from _row(row, styles, depth + 1)
        elif element.tag in _HOLDERS:
            yield from _blocks(element, styles, depth + 1)


def _row(row: etree._Element, styles: Mapping[str, str], depth: int) -> Iterator[Block]:
    """A row of values on one line; a cell that lays out a part of the page gives its paragraphs."""
    cells = [list(_blocks(cell, styles, depth + 1)) for cell in row.iterchildren(_CELL)]
    values = [_value(cell) for cell in cells] if len(cells) > 1 else [None]
    texts = [value for value in values if value is not None]
    if len(texts) == len(values):
        yield Block(" ".join(filter(None, texts)), listed=True)
    else:
        for cell in cells:
            yield from cell


def _value(cell: list[Block]) -> str | None:
    """The words of a cell; None as soon as they are too long for a value, before the tables inside are joined."""
    words: list[str] = []
    for block in cell:
        words += block.text.split(None, _LONGEST_CELL)
        if sum(map(len, words)) + len(words) - 1 > _LONGEST_CELL:
            return None
    return " ".join(words)


def _text(element: etree._Element) -> str:
    parts: list[str] = []
    walk = etree.iterwalk(element, events=("start",))
    for _, inside in walk:
        if inside.tag in _SKIPPED or inside.tag == _ALTERNATIVE:
            walk.skip_subtree()
        elif inside.tag == _TEXT:
            parts.append(inside.text or "")
        else:
            parts.append(_SHOWN.get(inside.tag, ""))
    return "".join(parts)


def _level(paragraph: etree._Element, styles: Mapping[str, str]) -> int | None:
    """The level of a heading by the name of its style, else by its level in the outline; None for text."""
    style = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
    name = styles.get(style.get(qn("w:val"), ""), "") if style is not None else ""
    if _TITLE.fullmatch(name):
        return 0
    heading = _HEADING.match(name)
    if heading is not None:
        return int(heading[1])
    outline = paragraph.find(f"{qn('w:pPr')}/{qn('w:outlineLvl')}")
    level = outline.get(qn("w:val"), "") if outline is not None else ""
    return int(level) + 1 if level in tuple("012345678") else None
