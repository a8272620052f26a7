"""Parsed HTML: a page as an element tree and as the lines that it shows."""

import re
from dataclasses import dataclass
from typing import NamedTuple

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from retrieval.intake.page import blocks
from retrieval.intake.page.blocks import NUMBER, UNSEEN, Block
from retrieval.intake.prose import lines
from retrieval.intake.prose.lines import Line
from retrieval.text.folding import printable

# Elements that are never shown but stay in the tree: `head_metadata` reads dates and names there.
_READ_ELSEWHERE = ("head", "script")
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_XML_DECLARATION = re.compile(r"<\?xml[^>]{0,200}>")
# Many templates close the page before its article. Browsers show what follows these tags, libxml2 2.14 drops it.
_END_OF_PAGE = re.compile(r"</(?:html|body)\s{0,20}>", re.IGNORECASE)
# libxml2 accepts these characters, directly or as &#1;, but lxml refuses to write them when an element is removed.
_NOT_XML = re.compile("[\0-\x08\v\f\x0e-\x1f\ufffe\uffff]")
# Only tags of at least `_LONG_TAG` characters are checked; one with more than `_MOST_ATTRIBUTES` is emptied.
_LONG_TAG, _MOST_ATTRIBUTES = 8_000, 1_000
# A page of an article has some thousand tags. A tag that shows a line takes 1,500 bytes here.
_MOST_TAGS = 60_000
# libxml2 stops at this depth and would leave out the rest of the page without an error.
_DEEPEST = 2_000
_TOO_MANY = f"网页的标签或属性超过 {_MOST_TAGS:,} 个，没有读取；请复制正文，存为纯文本再收录。"
_OPENING = re.compile("<[a-zA-Z]")
_QUOTED = re.compile("\"[^\"]*\"|'[^']*'")
# The least shares of a line inside links that make it a link, and a line with links.
_A_LINK, _FEW_LINKS = 0.7, 0.3
# A tag or an entity; a text with neither is not HTML.
_MARKUP = re.compile(r"<[a-zA-Z/!]|&[#a-zA-Z]")


class PageError(ValueError):
    """The markup cannot be read; the message is a sentence for an editor."""


class PageLine(NamedTuple):
    """A line of a page.

    `element` is the number of the element that holds it, `linked` the share of it inside links (0 to 1), `tag` the name
    of the block that it begins in, `parts` its text with `blocks.PART` between inline elements.
    """

    line: Line
    element: int
    linked: float
    tag: str
    parts: str

    @property
    def is_link(self) -> bool:
        """Whether most of the line is a link."""
        return self.linked >= _A_LINK

    @property
    def has_links(self) -> bool:
        """Whether more than a few words of the line are links."""
        return self.linked >= _FEW_LINKS


@dataclass(frozen=True, slots=True)
class Page:
    """A parsed page. Every element that is shown carries its number, in reading order, as the attribute `NUMBER`.

    `asks_password` says that the page has a field for a password.
    """

    root: HtmlElement
    lines: list[PageLine]
    asks_password: bool = False


def parse(text: str) -> Page:
    """The page without elements that are never shown. The parser fetches nothing and knows only the entities of HTML.

    Raises PageError when the page has no element, more than 60,000 tags or attributes, or a depth over 2,000 elements.
    """
    if sum(1 for _ in _OPENING.finditer(text)) > _MOST_TAGS:
        raise PageError(_TOO_MANY)
    parser = HTMLParser(encoding="utf-8", huge_tree=True, no_network=True, remove_comments=True, remove_pis=True)
    # The parser accepts neither lone surrogates nor NUL, and the declared encoding no longer holds.
    clean = _XML_DECLARATION.sub("", _END_OF_PAGE.sub("", _without_huge_tags(printable(text))), count=1)
    try:
        root = document_fromstring(clean.encode(), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise PageError("网页里没有内容。") from error
    asks_password = any((field.get("type") or "").lower() == "password" for field in root.iter("input"))
    _prune(root)
    return Page(root, _page_lines(blocks.read(root)), asks_password)


def fragment_lines(html: str) -> list[str]:
    """The lines that a piece of HTML shows, such as the content of an item of a feed; [] when it cannot be parsed.

    Each block gives a line; the cells of a row of a table share one. A text without markup gives its own lines.
    """
    if not _MARKUP.search(html):
        return [line for part in html.splitlines() if (line := part.strip())]
    try:
        return [page_line.line.shown for page_line in parse(html).lines]
    except PageError:
        return []


def _without_huge_tags(text: str) -> str:
    """The page, with each tag of more than 1,000 attributes emptied: libxml2 compares an attribute with all before it.

    Raises PageError when the other tags have more than 60,000 attributes.
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
        # With an odd number of quotation marks before it, the ">" stands inside a value.
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


def _page_lines(page_blocks: list[Block]) -> list[PageLine]:
    """The lines of all blocks; `parts` is the text of the block when the block is one line, else the line itself."""
    texts: list[str] = []
    origins: list[tuple[Block, str]] = []
    for block in page_blocks:
        repaired = lines.repaired(block.text)
        filled = list(filter(None, lines.unwrapped(repaired) if block.tag == "pre" else repaired))
        texts += filled
        origins += [(block, block.text if len(filled) == 1 else text) for text in filled]
    return [
        PageLine(line, block.element, block.linked, block.tag, parts)
        for line, (block, parts) in zip(lines.from_texts(texts), origins, strict=True)
    ]


def _prune(root: HtmlElement) -> None:
    """Remove elements that are never shown and characters that XML cannot hold; number the other elements.

    Raises PageError when elements are nested more than 2,000 deep.
    """
    depth = deepest = 0
    unseen = []
    for number, (event, element) in enumerate(etree.iterwalk(root, events=("start", "end"))):
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
        if event == "start":
            element.set(NUMBER, str(number))
            if element.tag in UNSEEN or _is_hidden(element):
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
