"""Which lines does a piece of HTML show, such as the content of an item of a feed?"""

import re

from lxml import etree
from lxml.html import HTMLParser, document_fromstring

from retrieval.text import printable

_UNSEEN = ("head", "script", "style", "noscript", "template", "iframe", "object", "svg", "video", "audio", "form")
_BLOCK_TAGS = (
    "address article aside blockquote body br caption center dd div dl dt fieldset figcaption figure footer h1 h2 h3 h4"
    " h5 h6 header hr html li main nav ol p pre section table tbody tfoot thead tr ul"
)
_BLOCKS = frozenset(_BLOCK_TAGS.split())
_MARKUP = re.compile(r"<[a-zA-Z/!]|&[#a-zA-Z]")
_SPACE = re.compile(r"[ \t\r\n\f]+")
_XML_DECLARATION = re.compile(r"\s*<\?xml[^>]{0,200}>")


def lines(html: str) -> list[str]:
    """A line for each block that shows something; the cells of a row of a table stand on one line."""
    if not _MARKUP.search(html):
        return [line for part in html.splitlines() if (line := part.strip())]
    parser = HTMLParser(encoding="utf-8", huge_tree=True, no_network=True, remove_comments=True, remove_pis=True)
    clean = _XML_DECLARATION.sub("", printable(html), count=1)
    try:
        root = document_fromstring(clean.encode(), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        return []
    etree.strip_elements(root, *_UNSEEN, with_tail=False)
    parts: list[str] = []
    for event, element in etree.iterwalk(root, events=("start", "end")):
        parts.append("\n" if element.tag in _BLOCKS else " " if element.tag in ("td", "th") else "")
        text = element.text if event == "start" else element.tail
        parts.append(_SPACE.sub(" ", text or ""))
    return [line for part in "".join(parts).split("\n") if (line := _SPACE.sub(" ", part).strip())]
