"""Word files (.docx): their paragraphs, tables and text boxes as blocks of a document.

What Word prints in the body is read: content controls, tracked insertions, text boxes behind the paragraph that they
are anchored in. Deleted and hidden text, the table of contents, headers and footers, footnotes, comments and automatic
numbers are not.
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
# Elements that hold paragraphs, tables, rows or cells: content controls, tracked insertions.
_HOLDERS = frozenset(map(qn, ("w:sdt", "w:sdtContent", "w:ins", "w:moveTo", "w:customXml", "w:smartTag")))
_SHOWN = {qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:tab"): "\t", qn("w:ptab"): "\t", qn("w:noBreakHyphen"): "-"}
# Properties, deleted text, and the pronunciation above a character.
_SKIPPED = frozenset(map(qn, ("w:del", "w:moveFrom", "w:pPr", "w:rPr", "w:sdtPr", "w:rt")))
_TEXT, _RUN, _CONTROL, _BOX = qn("w:t"), qn("w:r"), qn("w:sdt"), qn("w:txbxContent")
_WORD_ART = "{urn:schemas-microsoft-com:vml}textpath"
_COMPATIBLE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_ALTERNATIVES = f"{_COMPATIBLE}AlternateContent"
_BRANCHES = (f"{_COMPATIBLE}Choice", f"{_COMPATIBLE}Fallback")
_HIDDEN, _PLACEHOLDER = f"{qn('w:rPr')}/{qn('w:vanish')}", f"{qn('w:sdtPr')}/{qn('w:showingPlcHdr')}"
_GALLERY = f"{qn('w:sdtPr')}/{qn('w:docPartObj')}/{qn('w:docPartGallery')}"
_DELETED_ROW = f"{qn('w:trPr')}/{qn('w:del')}"
# The mark at the end of a paragraph, when it is deleted; the frame of a drop cap.
_DELETED_END, _FRAME = f"{qn('w:pPr')}/{qn('w:rPr')}/{qn('w:del')}", f"{qn('w:pPr')}/{qn('w:framePr')}"
_VALUE, _DROP_CAP = qn("w:val"), qn("w:dropCap")
_OFF = frozenset(("0", "false", "off", "none"))
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
    begun = ""
    for element in _unwrapped(holder, depth):
        if element.tag == _PARAGRAPH:
            text, boxes = _shown(element)
            if _goes_on(element):
                begun += text
            else:
                yield Block(begun + text, _level(element, styles))
                begun = ""
            for box in boxes:
                yield from [Block(box)] if isinstance(box, str) else _blocks(box, styles, depth + 1)
        elif element.tag == _TABLE:
            for row in _unwrapped(element, depth):
                if row.tag == _ROW and row.find(_DELETED_ROW) is None:
                    yield from _row(row, styles, depth + 1)
    if begun:
        yield Block(begun)


def _unwrapped(holder: etree._Element, depth: int) -> Iterator[etree._Element]:
    """The elements in `holder`, those in content controls and tracked insertions among them."""
    for element in holder if depth < _DEEPEST else ():
        if element.tag not in _HOLDERS:
            yield element
        elif not _is_not_text(element):
            yield from _unwrapped(element, depth + 1)


def _is_not_text(control: etree._Element) -> bool:
    """Whether a content control shows the request to fill it in, or the table of contents."""
    gallery = control.find(_GALLERY)
    is_contents = gallery is not None and gallery.get(_VALUE) == "Table of Contents"
    return is_contents or _is_on(control.find(_PLACEHOLDER))


def _is_on(switch: etree._Element | None) -> bool:
    return switch is not None and switch.get(_VALUE) not in _OFF


def _goes_on(paragraph: etree._Element) -> bool:
    """Whether the next paragraph continues this one: its end is deleted, or it is a drop cap."""
    frame = paragraph.find(_FRAME)
    is_drop_cap = frame is not None and frame.get(_DROP_CAP, "none") not in _OFF
    return is_drop_cap or paragraph.find(_DELETED_END) is not None


def _row(row: etree._Element, styles: Mapping[str, str], depth: int) -> Iterator[Block]:
    """A row of values on one line; a cell that lays out a part of the page gives its paragraphs."""
    cells = [list(_blocks(cell, styles, depth + 1)) for cell in _unwrapped(row, depth) if cell.tag == _CELL]
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


def _shown(paragraph: etree._Element) -> tuple[str, list[etree._Element | str]]:
    """The text of a paragraph, and the text boxes that are anchored in it; a string for words drawn as WordArt."""
    parts: list[str] = []
    boxes: list[etree._Element | str] = []
    walk = etree.iterwalk(paragraph, events=("start",))
    # The alternatives around `inside`, and the branch of each that is read.
    read: dict[etree._Element, etree._Element | None] = {}
    for _, inside in walk:
        tag = inside.tag
        if tag == _BOX:
            boxes.append(inside)
            walk.skip_subtree()
        elif tag == _WORD_ART:
            boxes.append(inside.get("string", ""))
        elif tag == _ALTERNATIVES:
            read[inside] = _branch(inside)
        elif _is_unseen(inside) or (tag in _BRANCHES and read.get(inside.getparent()) is not inside):
            walk.skip_subtree()
        elif tag == _TEXT:
            parts.append(inside.text or "")
        else:
            parts.append(_SHOWN.get(tag, ""))
    return "".join(parts), boxes


def _is_unseen(inside: etree._Element) -> bool:
    if inside.tag == _RUN:
        return _is_on(inside.find(_HIDDEN))
    return inside.tag in _SKIPPED or (inside.tag == _CONTROL and _is_not_text(inside))


def _branch(alternatives: etree._Element) -> etree._Element | None:
    """The first branch with text: each branch holds the same content, for another version of Word."""
    branches = (branch for branch in alternatives if branch.tag in _BRANCHES)
    return next((branch for branch in branches if any(True for _ in branch.iter(_TEXT, _WORD_ART))), None)


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
