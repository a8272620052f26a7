"""Which lines does an HTML page show, and in which of its elements do they stand?"""

import re
from dataclasses import dataclass
from typing import NamedTuple

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from retrieval.intake.prose import lines
from retrieval.intake.prose.lines import Line
from retrieval.text.folding import printable

# What a reader of the page never sees, and what belongs to forms.
_UNSEEN = frozenset(
    [
        "head",
        "script",
        "style",
        "noscript",
        "template",
        "iframe",
        "frame",
        "object",
        "embed",
        "svg",
        "math",
        "canvas",
        "audio",
        "video",
        "select",
        "option",
        "button",
        "input",
        "textarea",
        "datalist",
        "map",
    ]
)
# Never shown, but a page may say there when it was published.
_READ_ELSEWHERE = ("head", "script")
_INLINE = frozenset(
    [
        "a",
        "abbr",
        "acronym",
        "b",
        "bdi",
        "bdo",
        "big",
        "cite",
        "code",
        "data",
        "del",
        "dfn",
        "em",
        "font",
        "i",
        "img",
        "ins",
        "kbd",
        "label",
        "mark",
        "nobr",
        "o:p",
        "q",
        "rp",
        "rt",
        "ruby",
        "s",
        "samp",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "time",
        "tt",
        "u",
        "var",
        "wbr",
    ]
)
_CELLS = ("td", "th")
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_XML_DECLARATION = re.compile(r"<\?xml[^>]{0,200}>")
_SPACE = re.compile(r"[ \t\n\r\f]+")
# libxml2 reads these from a page, directly or as &#1;, and lxml refuses to write them when elements are taken out.
_NOT_XML = re.compile("[\0-\x08\v\f\x0e-\x1f\ufffe\uffff]")
# A cell with more than this holds a part of the page, not a value of a table.
_LONGEST_CELL = 80
_LONG_TAG, _MOST_ATTRIBUTES = 8_000, 1_000
# Pages of articles have some thousand tags; one that shows a line takes 1,500 bytes here.
_MOST_TAGS = 60_000
# libxml2 stops there; the rest of the page would be missing without a word.
_DEEPEST = 2_000
_TOO_MANY = f"网页的标签或属性超过 {_MOST_TAGS:,} 个，没有读取；请复制正文，存为纯文本再收录。"
_OPENING = re.compile("<[a-zA-Z]")
_QUOTED = re.compile("\"[^\"]*\"|'[^']*'")
NUMBER = "data-line-number"
# Stands where an inline element begins or ends: only the style sheet knows the gap in 来源</span><span>新京报.
PART = "\u2063"


class PageError(ValueError):
    """The markup cannot be read; the message is a sentence for an editor."""


class Shown(NamedTuple):
    """A line of a page.

    `element` is the number of the element that holds it, `tag` the name of the block that it begins in, `linked` the
    share of it inside links, `parts` its text with `PART` between inline elements.
    """

    line: Line
    element: int
    linked: float
    tag: str
    parts: str


@dataclass(frozen=True, slots=True)
class Page:
    """A parsed page. Every element that is shown carries its number, in reading order, as the attribute `NUMBER`."""

    root: HtmlElement
    shown: list[Shown]


def parse(text: str) -> Page:
    """The page, without what is never shown. Nothing is fetched, no entity but HTML's own is known.

    Raises PageError when there is no element, more than 60,000 tags or attributes, or elements stand within elements
    more than 2,000 deep.
    """
    if sum(1 for _ in _OPENING.finditer(text)) > _MOST_TAGS:
        raise PageError(_TOO_MANY)
    parser = HTMLParser(encoding="utf-8", huge_tree=True, no_network=True, remove_comments=True, remove_pis=True)
    # A lone surrogate or NUL cannot be handed to the parser, and a declared encoding is no longer true.
    clean = _XML_DECLARATION.sub("", _without_monsters(printable(text)), count=1)
    try:
        root = document_fromstring(clean.encode(), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise PageError("网页里没有内容。") from error
    _prune(root)
    return Page(root, _lines(_Blocks().walk(root)))


def _without_monsters(text: str) -> str:
    """The page without tags of more than 1,000 attributes: libxml2 compares each attribute with all before it.

    Raises PageError when the other tags have more than 60,000.
    """
    tags = text.split("<")
    attributes = 0
    for number, tag in enumerate(tags):
        if not tag[:1].isalpha() or number == 0:
            continue
        if len(tag) < _LONG_TAG:
            attributes += len(_QUOTED.sub("", tag).partition(">")[0].split()) - 1
            continue
        inside = tag.partition(">")[0]
        # The mark stands inside a value when a quotation is open before it.
        if inside.count('"') % 2 or inside.count("'") % 2:
            inside = tag
        words = len(inside.split(None, _MOST_ATTRIBUTES))
        if words > _MOST_ATTRIBUTES:
            tags[number] = inside.split(None, 1)[0] + ">" + tag[len(inside) + 1 :]
        else:
            attributes += words - 1
    if attributes > _MOST_TAGS:
        raise PageError(_TOO_MANY)
    return "<".join(tags)


class _Block(NamedTuple):
    text: str
    element: int
    linked: float
    tag: str


def _lines(blocks: list[_Block]) -> list[Shown]:
    texts: list[str] = []
    origins: list[tuple[_Block, str]] = []
    for block in blocks:
        found = lines.repaired(block.text)
        filled = list(filter(None, lines.unwrapped(found) if block.tag == "pre" else found))
        texts += filled
        origins += [(block, block.text if len(filled) == 1 else text) for text in filled]
    return [
        Shown(line, block.element, block.linked, block.tag, parts)
        for line, (block, parts) in zip(lines.from_texts(texts), origins, strict=True)
    ]


def _prune(root: HtmlElement) -> None:
    """Take out what is never shown and what XML cannot hold, and number the rest."""
    depth = deepest = 0
    unseen = []
    for number, (event, element) in enumerate(etree.iterwalk(root, events=("start", "end"))):
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
        if event == "start":
            element.set(NUMBER, str(number))
            if element.tag in _UNSEEN or _is_hidden(element):
                unseen.append(element)
        else:
            _make_writable(element)
    if deepest > _DEEPEST:
        raise PageError("网页的标签嵌套太深，无法读取。")
    for element in unseen:
        if element.tag not in _READ_ELSEWHERE and element.getparent() is not None:
            element.drop_tree()


def _make_writable(element: HtmlElement) -> None:
    for part in ("text", "tail"):
        text = getattr(element, part)
        if text is not None and _NOT_XML.search(text):
            setattr(element, part, _NOT_XML.sub(lambda match: " " if match[0] in "\v\f" else "", text))


def _is_hidden(element: HtmlElement) -> bool:
    style = element.get("style")
    return element.get("hidden") is not None or (style is not None and _HIDDEN.search(style) is not None)


class _Blocks:
    """The text of each block in reading order, and where it begins; made in one walk, however deep the page is."""

    def __init__(self) -> None:
        self.found: list[_Block] = []
        self._parts: list[str] = []
        self._element, self._tag = 0, ""
        # The tags of the blocks around what is read, the innermost last.
        self._around: list[str] = []
        self._begun = False
        self._links = self._linked = 0

    def walk(self, root: HtmlElement) -> list[_Block]:
        walk = etree.iterwalk(root, events=("start", "end"))
        for event, element in walk:
            if event == "start" and element.tag in _UNSEEN:
                self._around.append(str(element.tag))
                walk.skip_subtree()
                continue
            self._links += (element.tag == "a") * (1 if event == "start" else -1)
            if element.tag not in _INLINE:
                self._end()
                if event == "start":
                    self._around.append(str(element.tag))
                else:
                    self._around.pop()
            else:
                self._parts.append(PART)
            if event == "end":
                self._add(element.tail, element.getparent())
            elif element.tag == "tr" and (row := _row(element)) is not None:
                self.found.append(row)
                walk.skip_subtree()
            else:
                self._add(element.text, element)
        self._end()
        return self.found

    def _add(self, text: str | None, element: HtmlElement | None) -> None:
        if not text or element is None:
            return
        text = text if element.tag == "pre" else _SPACE.sub(" ", text)
        if not self._begun and text.strip():
            self._element, self._tag, self._begun = int(element.get(NUMBER)), self._innermost(element), True
        self._parts.append(text)
        if self._links:
            self._linked += len(_SPACE.sub("", text))

    def _innermost(self, element: HtmlElement) -> str:
        """The tag of the innermost block around a text; the outermost element counts as one."""
        return self._around[-1] if self._around else str(element.getroottree().getroot().tag)

    def _end(self) -> None:
        text = "".join(self._parts) if self._begun else ""
        size = len(_SPACE.sub("", text.replace(PART, "")))
        if size:
            self.found.append(_Block(text, self._element, self._linked / size, self._tag))
        self._parts.clear()
        self._linked, self._begun = 0, False


def _row(row: HtmlElement) -> _Block | None:
    """The cells of a row of data, joined by blanks; None for a row that lays out a page."""
    cells = [cell for cell in row if cell.tag in _CELLS]
    if len(cells) < 2 or any(next(cell.iter("table"), None) is not None for cell in cells):
        return None
    values = [short_text(cell, _LONGEST_CELL) for cell in cells]
    texts = [value for value in values if value]
    if len(texts) < 2 or None in values:
        return None
    text = " ".join(texts)
    linked = sum(len(link.text_content()) for link in row.iter("a"))
    return _Block(text, int(row.get(NUMBER)), min(1.0, linked / len(text)), "tr")


def short_text(element: HtmlElement, longest: int) -> str | None:
    """The words of an element, joined by blanks; None when that is longer, found out without reading the whole."""
    texts: list[str] = []
    size = 0
    for text in element.itertext():
        texts.append(text)
        size += sum(map(len, text.split(None, longest)))
        if size > longest:
            return None
    shown = " ".join("".join(texts).split())
    return shown if len(shown) <= longest else None
