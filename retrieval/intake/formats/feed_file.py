"""Feeds that are polled: the entries of a feed, each told from all others, and read alone.

The file is cut into its entries by their tags, without a parser. A poll that finds ten thousand known entries parses
none of them, and a broken entry spoils no other.
"""

import hashlib
import html
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from urllib.parse import urljoin

from retrieval.article import Article
from retrieval.intake import charset, loading
from retrieval.intake.boundary import Refusal
from retrieval.intake.formats import document_type
from retrieval.intake.prose import url_line
from retrieval.text.folding import printable

_MOST_ENTRIES = 50_000
_LOOKED_AT = 65_536
_SKIPPED = r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)"
# RSS 0.9 to 2.0 and Atom; RDF is RSS 1.0.
_ROOT = re.compile(r"<(?P<name>(?P<prefix>(?:\w{1,20}:)?)(?:rss|feed|rdf))(?P<attributes>\s[^<>]{0,5000})?>", re.I)
_PAGE = re.compile(r"<(?:!doctype\s+html|html)\b", re.I)
_ENTRY = re.compile(rf"{_SKIPPED}|<(?P<name>(?P<prefix>(?:\w{{1,20}}:)?)(?:item|entry))(?=[\s/>])", re.I | re.S)
_ALTERNATE = re.compile(r"<link\b[^<>]{0,1000}>", re.I)
_FEED_TYPE = re.compile(r"""\btype\s*=\s*["']?application/(?:rss|atom)\+xml""", re.I)
_HREF = re.compile(r"""\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.I)
_REL = re.compile(r"""\brel\s*=\s*["']?([\w-]+)""", re.I)
_ABOUT = re.compile(r"""\b(?:rdf:)?about\s*=\s*["']([^"']+)["']""", re.I)
_NO_PERMALINK = re.compile(r"""\bispermalink\s*=\s*["']?false""", re.I)
_CDATA = re.compile(r"<!\[CDATA\[(.*?)(?:\]\]>|\Z)", re.S)
_TAG = re.compile(r"<[^<>]*>")
_FIELDS = "guid|id|link|title|description|summary|content|content:encoded|source|ttl|sy:updateperiod|sy:updatefrequency"
_MOST_LINKS, _LONGEST_TITLE, _LONGEST_LINK = 10, 200, 2_000
_PERIODS = {"hourly": 60, "daily": 1_440, "weekly": 10_080, "monthly": 43_200, "yearly": 525_600}


class NoFeedError(ValueError):
    """The file is no feed; the message is a Chinese sentence. `feeds` are the feeds that a page links to."""

    def __init__(self, sentence: str, feeds: tuple[str, ...] = ()) -> None:
        super().__init__(sentence)
        self.feeds = feeds


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a feed: `key` is the same in each poll, and no other entry of the feed has it.

    `link` is the address of its article; None when the entry has none of its own. `frame` is what stands around the
    `text` in a feed of this one entry.
    """

    key: int
    title: str
    link: str | None
    text: str
    frame: tuple[str, str]

    def read(self) -> Article | Refusal:
        """The article that the feed itself shows; a refusal when it shows too little."""
        item = f"《{self.title}》" if self.title else self.link or ""
        opening, closing = self.frame
        articles = loading.load("retrieval.intake.formats.feed", "articles")
        result: Article | Refusal = next(articles(f"{opening}{self.text}{closing}".encode(), item))
        return replace(result, item=item) if isinstance(result, Refusal) else replace(result, url=self.link)


@dataclass(frozen=True, slots=True)
class FeedFile:
    """A feed: its title, its entries in their order, and the minutes after which it says that it may have changed."""

    title: str
    minutes: int | None
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class _Raw:
    """The text of an entry with its prefix, and its fields."""

    text: str
    fields: dict[str, list[tuple[str, str]]]
    link: str


def cut_feed(data: bytes, address: str) -> FeedFile:
    """The feed in a downloaded file, whose links are relative to `address`. Raises NoFeedError."""
    try:
        text = document_type.without_doctype(printable(charset.decode(data)))
    except charset.NotTextError as error:
        raise NoFeedError(str(error)) from None
    root, page = _ROOT.search(text[:_LOOKED_AT]), _PAGE.search(text[:_LOOKED_AT])
    if root is None or (page is not None and page.start() < root.start()):
        raise NoFeedError("这个网址不是 RSS 或 Atom。", _linked(text[:_LOOKED_AT], address) if page else ())
    if document_type.declares(text):
        raise NoFeedError(document_type.DECLARED)
    marks = [mark for mark in _ENTRY.finditer(text, root.end()) if mark["name"]]
    # All entries of a feed are in one namespace.
    starts = [mark for mark in marks if mark["prefix"] == marks[0]["prefix"]]
    if len(starts) > _MOST_ENTRIES:
        raise NoFeedError(f"条目超过 {_MOST_ENTRIES:,} 个，没有读取。")
    prefix = "" if root["name"].lower().endswith("rdf") else root["prefix"]
    head = _fields(text[root.end() : starts[0].start() if starts else None], prefix)
    title = _plain(_first(head, "title"))[:_LONGEST_TITLE]
    ends = [*(mark.start() for mark in starts[1:]), len(text)]
    parts = [(text[mark.start() : end], mark) for mark, end in zip(starts, ends, strict=False)]
    if parts and not _end(parts[-1][1]["name"]).search(parts[-1][0]):
        parts.pop()  # the file is torn: the next poll finds the whole entry
    raw = [_raw(part, mark, address) for part, mark in parts]
    home = _absolute(_link(head) or address, address)
    return FeedFile(title, _minutes(head), tuple(_entries(raw, home, _frame(root, prefix, title))))


def _entries(raw: list[_Raw], home: str, frame: tuple[str, str]) -> Iterator[Entry]:
    """The entries, the first one of each key. A link that several entries share, or the site's own, is none."""
    links = Counter(entry.link for entry in raw)
    ids = Counter(_id(entry) for entry in raw)
    known: set[int] = set()
    for entry in raw:
        if not any(map(entry.fields.get, ("guid", "id", "link", "title", "description", "summary", "content"))):
            continue
        link = entry.link if entry.link and links[entry.link] == 1 and entry.link != home else None
        own = _id(entry)
        if own and ids[own] == 1:
            key = _key("id", own)
        elif link:
            key = _key("link", link)
        else:
            texts = (_first(entry.fields, name) for name in ("title", "description", "summary", "content"))
            key = _key("text", *(" ".join(_plain(text).split()) for text in texts))
        if key not in known:
            known.add(key)
            yield Entry(key, _plain(_first(entry.fields, "title"))[:_LONGEST_TITLE], link, entry.text, frame)


def _frame(root: re.Match[str], prefix: str, title: str) -> tuple[str, str]:
    """What stands before and behind an entry in a feed of one entry, in the namespaces of the whole one."""
    name, shown = root["name"], f"<{prefix}title>{html.escape(title)}</{prefix}title>"
    if name.lower().endswith("feed"):
        return f"{root[0]}{shown}", f"</{name}>"
    if name.lower().endswith("rdf"):
        return f"{root[0]}<channel>{shown}</channel>", f"</{name}>"
    return f"{root[0]}<channel>{shown}", f"</channel></{name}>"


def _raw(part: str, mark: re.Match[str], address: str) -> _Raw:
    """The entry that begins a part of the feed, closed if its end is missing."""
    name = mark["name"]
    *_, end = 0, *(match.end() for match in _end(name).finditer(part))
    text = part[:end] if end else f"{part}</{name}>"
    fields = _fields(text[len(name) + 1 :], mark["prefix"])
    about = _ABOUT.search(text[: text.find(">") + 1])
    link = _link(fields) or (html.unescape(about[1]) if about else "")
    return _Raw(text, fields, _absolute(link, address))


def _absolute(link: str, address: str) -> str:
    """The link as an address; empty when it is not http or https."""
    try:
        joined = urljoin(address, link) if link else ""
    except ValueError:  # an open bracket
        return ""
    return joined if len(joined) <= _LONGEST_LINK and url_line.is_web(joined) else ""


def _fields(text: str, prefix: str) -> dict[str, list[tuple[str, str]]]:
    """The attributes and the raw value of the first of each field, and of some links; what is inside one is no field.

    Linear in the length of the text, whatever it holds.
    """
    fields: dict[str, list[tuple[str, str]]] = {}
    opening, place = _opening(prefix.lower()), 0
    while match := opening.search(text, place):
        place = match.end()
        name = (match["name"] or "").lower()
        known = fields.setdefault(name, []) if name else []
        if not name or len(known) >= (_MOST_LINKS if name == "link" else 1):
            continue
        value = ""
        if not match["attributes"].endswith("/") and (end := _end(match["whole"]).search(text, place)):
            value, place = text[place : end.start()], end.end()
        known.append((match["attributes"], value))
    if content := fields.pop("content:encoded", None):
        fields["content"] = content
    return fields


@lru_cache(maxsize=64)
def _opening(prefix: str) -> re.Pattern[str]:
    names = rf"(?P<whole>{re.escape(prefix)}(?P<name>{_FIELDS}))"
    return re.compile(rf"{_SKIPPED}|<{names}(?P<attributes>(?=[\s/>])[^<>]{{0,5000}})>", re.I | re.S)


@lru_cache(maxsize=64)
def _end(name: str) -> re.Pattern[str]:
    return re.compile(rf"</{re.escape(name)}\s{{0,20}}>", re.I)


def _id(entry: _Raw) -> str:
    return _plain(_first(entry.fields, "guid") or _first(entry.fields, "id")).strip()


def _link(fields: dict[str, list[tuple[str, str]]]) -> str:
    """The link of an entry or of the feed, as it is written; that of RSS may be its guid."""
    for attributes, value in fields.get("link", []):
        relation, href = _REL.search(attributes), _HREF.search(attributes)
        if value.strip():
            return _plain(value).strip()
        if href and (relation is None or relation[1].lower() == "alternate"):
            return html.unescape(next(filter(None, href.groups()), "")).strip()
    for attributes, value in fields.get("guid", []):
        link = _plain(value).strip()
        if url_line.is_web(link) and not _NO_PERMALINK.search(attributes):
            return link
    return ""


def _minutes(head: dict[str, list[tuple[str, str]]]) -> int | None:
    """The minutes of <ttl>, or of the period of the syndication module."""
    ttl = _plain(_first(head, "ttl")).strip()
    if ttl.isdecimal() and len(ttl) < 7:
        return int(ttl)
    period = _PERIODS.get(_plain(_first(head, "sy:updateperiod")).strip().lower())
    often = _plain(_first(head, "sy:updatefrequency")).strip()
    return period // max(1, int(often) if often.isdecimal() and len(often) < 5 else 1) if period else None


def _first(fields: dict[str, list[tuple[str, str]]], name: str) -> str:
    return fields[name][0][1] if fields.get(name) else ""


def _plain(value: str) -> str:
    """The text of a raw value, without markup."""
    value = _CDATA.sub(r"\1", value) if "<![CDATA[" in value else html.unescape(value)
    return " ".join(_TAG.sub("", value).split())


def _linked(text: str, address: str) -> tuple[str, ...]:
    """The feeds to which a page links in its head."""
    tags = (tag.group() for tag in _ALTERNATE.finditer(text) if _FEED_TYPE.search(tag.group()))
    hrefs = (next(filter(None, href.groups()), "") for tag in tags if (href := _HREF.search(tag)))
    return tuple(dict.fromkeys(link for href in hrefs if (link := _absolute(html.unescape(href), address))))


def _key(*parts: str) -> int:
    return int.from_bytes(hashlib.blake2b("\n".join(parts).encode(), digest_size=8).digest()) >> 1
