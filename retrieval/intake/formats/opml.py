"""Lists of feeds (OPML), as readers of feeds write them: read without an XML parser, and written.

The tags are found one by one. Nothing is expanded or fetched, and a broken tag spoils no other.
"""

import html
import re
from collections.abc import Iterable
from typing import NamedTuple

from retrieval.intake import charset
from retrieval.intake.formats import document_type
from retrieval.intake.prose.lines import on_one_line
from retrieval.text.folding import printable

_MOST_FEEDS = 1_000
_LOOKED_AT, _LONGEST_TITLE, _LONGEST_ADDRESS = 65_536, 200, 2_000
_ROOT = re.compile(r"<opml\b", re.IGNORECASE)
_END = re.compile(r"</opml\s{0,9}>", re.IGNORECASE)
# A tag ends at its first `>` outside of quotation marks, or at its first one if the marks do not pair. A `<` before
# anything but a letter is a character.
_QUOTED = r"""[^<>"']|"(?:[^<"]|<(?![a-z/!])){0,4000}"|'(?:[^<']|<(?![a-z/!])){0,4000}'"""
_OUTLINE = re.compile(
    rf"<!--.*?(?:-->|\Z)|<outline\b(?P<attributes>(?:{_QUOTED})*+>|[^<>]*>)",
    re.IGNORECASE | re.DOTALL,
)
_VALUE = r"""\s{0,9}=\s{0,9}(?:"([^"]*)"|'([^']*)'|([^\s"'<>]+))"""
_ADDRESS, _TITLE, _TEXT = (
    re.compile(rf"(?<![\w:]){name}{_VALUE}", re.IGNORECASE) for name in ("xmlurl", "title", "text")
)


class OpmlError(ValueError):
    """The file is no list of feeds; the message is a Chinese sentence for an editor."""


class ListedFeed(NamedTuple):
    """A feed of a list: its address as it is written, and the title that the list gives it, which may be empty."""

    address: str
    title: str


def read_opml(data: bytes) -> list[ListedFeed]:
    """The feeds in their order, those of folders too, with their repetitions. Raises OpmlError."""
    try:
        text = document_type.without_doctype(printable(charset.decode(data)))
    except charset.NotTextError as error:
        raise OpmlError(str(error)) from None
    if document_type.declares(text):
        raise OpmlError(document_type.DECLARED)
    if not _ROOT.search(text[:_LOOKED_AT]):
        raise OpmlError("不是 OPML 文件。")
    tags = (match["attributes"] for match in _OUTLINE.finditer(text) if match["attributes"])
    feeds = [listed for tag in tags if (listed := _listed(tag)).address]
    if not feeds:
        raise OpmlError("文件里没有订阅源。")
    if len(feeds) > _MOST_FEEDS:
        raise OpmlError(f"文件里的订阅源超过 {_MOST_FEEDS:,} 个，没有读取；请分成几个文件。")
    return feeds


def is_whole_opml(data: bytes) -> bool:
    """Whether a list that `read_opml` has read goes on to its end: a download may have broken off."""
    return _END.search(charset.decode(data)) is not None


def write_opml(feeds: Iterable[ListedFeed]) -> str:
    """A list of these feeds; `read_opml` reads it back."""
    lines = [
        f'    <outline type="rss" text="{_escaped(listed.title)}" title="{_escaped(listed.title)}"'
        f' xmlUrl="{_escaped(listed.address)}"/>'
        for listed in feeds
    ]
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<opml version="2.0">\n  <head><title>News</title></head>\n  <body>'
    return "\n".join([head, *lines, "  </body>\n</opml>\n"])


def _listed(tag: str) -> ListedFeed:
    """The feed of the attributes of a tag; a folder has no address."""
    found = (attribute.search(tag) for attribute in (_ADDRESS, _TITLE, _TEXT))
    address, title, text = (html.unescape("".join(filter(None, match.groups()))) if match else "" for match in found)
    return ListedFeed(_address(address.strip())[:_LONGEST_ADDRESS], on_one_line(title or text)[:_LONGEST_TITLE])


def _address(written: str) -> str:
    """The address behind the scheme of programs that read feeds: feed://a.cn/rss, feed:https://a.cn/rss."""
    if not written.lower().startswith("feed:"):
        return written
    rest = written[len("feed:") :]
    return f"http:{rest}" if rest.startswith("//") else rest


def _escaped(text: str) -> str:
    return html.escape(" ".join(printable(text).split()))
