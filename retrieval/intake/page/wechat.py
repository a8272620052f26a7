"""Posts of WeChat whose text stands in a script: posts of words, and of pictures with words.

Such a page has no element with the text; its script holds window.cgiDataNew = {title: JsDecode('…'), …}.
"""

import html
import re
from dataclasses import dataclass

from lxml.html import HtmlElement

from retrieval.intake.page import markup
from retrieval.intake.prose.lines import Line, from_texts

# name: JsDecode('…'), d.name = xml ? getXmlValue('…') : '…', var name = htmlDecode("…"), "name": "…".
_VALUE = re.compile(
    r"\b(?P<name>content_noencode|msg_title|title|nick_?name|desc|create_time)[\"']?\s{0,9}[:=]\s{0,9}"
    r"(?:window\.title\s?=\s?)?(?:xml \? getXmlValue\('[^'\n]{0,60}'\) : )?(?:JsDecode\(|htmlDecode\()?\s?"
    r"(?:'(?P<single>(?:[^'\\\n]|\\.){1,200000})'|\"(?P<double>(?:[^\"\\\n]|\\.){1,200000})\")"
)
# What only the scripts of such posts hold; a summary (desc) is the whole text of a post of pictures.
_IS_POST, _HAS_PICTURES = re.compile(r"cgiData|content_noencode|text_page_info"), "picture_page_info_list"
_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|(.))", re.DOTALL)
_CONTROL = {"n": "\n", "r": "\n", "t": " ", "b": "", "f": "", "v": "", "0": ""}
# A longer title is the text itself.
_LONGEST_TITLE = 64


@dataclass(frozen=True, slots=True)
class Post:
    """`lines` are the paragraphs; `title` is None when the post has none of its own."""

    title: str | None
    account: str | None
    published: str | None
    lines: list[Line]


def post(root: HtmlElement) -> Post | None:
    """The post in the scripts of a page; None when they hold no text of one."""
    scripts = [text for script in root.iter("script") if _IS_POST.search(text := script.text or "")]
    values: dict[str, str] = {}
    for text in scripts:
        for match in _VALUE.finditer(text):
            # The first value is the post's; later ones belong to other articles.
            values.setdefault(match["name"], _decoded(match["single"] or match["double"]))
    has_pictures = any(_HAS_PICTURES in text for text in scripts)
    content = values.get("content_noencode") or (values.get("desc", "") if has_pictures else "")
    shown = markup.fragment_lines(content.replace("\n", "<br>") if "\n" in content else content)
    if not shown:
        return None
    title = " ".join((values.get("msg_title") or values.get("title") or "").split())
    return Post(
        title=title if 0 < len(title) <= _LONGEST_TITLE else None,
        account=values.get("nick_name") or values.get("nickname"),
        published=values.get("create_time"),
        lines=from_texts(shown),
    )


def _decoded(value: str) -> str:
    """The text of a literal: its escapes (\\x0a, \\u4e00) and then its entities (&lt;) are resolved."""
    return html.unescape(_ESCAPE.sub(_character, value))


def _character(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    return chr(int(code, 16)) if code else _CONTROL.get(match[3], match[3])
