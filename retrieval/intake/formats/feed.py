"""RSS and Atom feeds: an article for each item.

feedparser reads broken XML and odd dialects. It gets bytes, never an address, so it fetches nothing.
"""

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from typing import Any

import feedparser

from retrieval.article import Article
from retrieval.intake import boundary, charset
from retrieval.intake.boundary import Refusal
from retrieval.intake.formats import document, json_layout, record, timestamps, unpublished
from retrieval.intake.formats.document_type import DECLARED, declares, without_doctype
from retrieval.intake.formats.fields import Fields
from retrieval.intake.page import markup
from retrieval.intake.prose import plain_text
from retrieval.intake.prose.byline import Byline
from retrieval.intake.prose.lines import han, on_one_line
from retrieval.intake.prose.plain_text import Hints
from retrieval.text.folding import printable

# feedparser searches an author's name for a mail address in time quadratic in the length of a word.
_LONG_WORD = re.compile(r"([A-Za-z0-9_.+-]{1000})[A-Za-z0-9_.+-]+")
_MOST_TAGS = 5_000
# feedparser holds 600 bytes for an empty entry; an entry with an article has hundreds of characters.
_MOST_ENTRIES, _CHARACTERS_AN_ENTRY = 50_000, 100
_ENTRY = re.compile(r"<(?:\w{1,20}:)?(?:item|entry)\b", re.IGNORECASE)
_LONGEST_TAG = 20_000
# A CDATA section, a tag without end, the tag of an entry, any other tag.
_MARKUP = re.compile(
    rf"<!\[CDATA\[.*?(?:\]\]>|\Z)|(?P<endless><[^<>]{{{_LONGEST_TAG}}})"
    r"|<(?P<entry>(?:\w{1,20}:)?(?:item|entry)\b)|(?P<tag><[a-zA-Z])",
    re.IGNORECASE | re.DOTALL,
)
_TAG_NAME = re.compile(r"<!--.*?(?:-->|\Z)|<(?P<name>[a-zA-Z][\w:.-]{0,40})", re.DOTALL)
_ENTRY_END = re.compile(r"</(?:\w{1,20}:)?(?:item|entry)\s{0,20}>", re.IGNORECASE)
# The title of the entry that replaces an unreadable one. A text after the end of such an entry is kept if it is short.
_NOT_READ, _LONGEST_END = "\ue000", 1_000
_MONSTROUS = f"标签超过 {_MOST_TAGS:,} 个，没有读取；请把正文存为纯文本再收录。"
# Elements of feeds, as feedparser names them; they are read one by one.
_OF_FEEDS = frozenset(
    ("title", "summary", "link", "author", "published", "updated", "created", "publisher", "subtitle")
)
_XML_DECLARATION = re.compile(r"<\?xml[^>]{0,200}>")
_LONGEST_NAME, _LONGEST_SHOWN = 24, 40


def articles(data: bytes, name: str) -> Iterator[Article | Refusal]:
    """An article or a refusal for each item in the order of the feed; one refusal when there is none.

    Raises NotTextError.
    """
    # feedparser reads a UTF-8 feed with one bad byte as windows-1252, so it gets clean UTF-8.
    text = _XML_DECLARATION.sub("", without_doctype(printable(charset.decode(data))), count=1)
    if not text.strip():
        yield Refusal(name, "文件是空的。")
        return
    if declares(text):
        yield Refusal(name, DECLARED)
        return
    readable = _without_monsters(text)
    if readable is None:
        yield Refusal(name, _MONSTROUS)
        return
    if sum(1 for _ in _ENTRY.finditer(text)) > (most := max(_MOST_ENTRIES, len(text) // _CHARACTERS_AN_ENTRY)):
        yield Refusal(name, f"条目超过 {most:,} 个，没有读取；请分成几个文件再收录。")
        return
    parsed = _parsed(_LONG_WORD.sub(r"\1", readable))
    if not parsed.entries:
        reason = "RSS 或 Atom 里没有条目。" if parsed.get("version") else "不是 RSS 或 Atom；其他 XML 还不能收录。"
        yield Refusal(name, reason)
        return
    is_torn = _is_torn(text)
    if is_torn and _is_open(text):
        parsed.entries.pop()
    channel = json_layout.medium(_line(parsed.feed.get("title")))
    base = parsed.feed.get("link") or ""
    kinds = [unpublished.kind(dict(entry)) for entry in parsed.entries]
    published = (
        boundary.result(item, _article, entry, item, channel, base)
        for number, (entry, kind) in enumerate(zip(parsed.entries, kinds, strict=True), 1)
        if kind is None and (item := f"{name} 第 {number} 条")
    )
    yield from document.noted(published, name, unpublished.counted(kinds))
    if is_torn:
        yield Refusal(name, f"文件在中途断了，只读到断处之前的 {len(kinds):,} 条。")


def _is_torn(text: str) -> bool:
    """Whether the first element of the file has no end."""
    first = next((tag["name"] for tag in _TAG_NAME.finditer(text) if tag["name"]), "")
    return re.search(rf"</{re.escape(first)}\s{{0,9}}>", text, re.IGNORECASE) is None


def _is_open(text: str) -> bool:
    """Whether the last entry has no end."""
    *_, start = 0, *(entry.start() for entry in _ENTRY.finditer(text))
    return _ENTRY_END.search(text, start) is None


def _without_monsters(text: str) -> str | None:
    """The feed with an entry titled `_NOT_READ` in place of each entry that has too many tags or a tag without end.

    feedparser needs quadratic time for both. None when the part above the entries is such a part.
    """
    parts: list[str] = []
    start, name, tags = 0, "", 0
    for mark in chain(_MARKUP.finditer(text), [None]):
        if mark is None or mark["entry"]:
            part = text[start : mark.start()] if mark is not None else text[start:]
            if tags > _MOST_TAGS:
                if not name:
                    return None
                *_, end = 0, *(match.end() for match in _ENTRY_END.finditer(part))
                after = part[end:] if end else ""
                part = f"<{name}><title>{_NOT_READ}</title></{name}>{after if len(after) < _LONGEST_END else ''}"
            parts.append(part)
            tags = 0
            if mark is not None:
                start, name = mark.start(), mark["entry"]
        elif mark["endless"]:
            tags += _MOST_TAGS + 1
        elif mark["tag"]:
            tags += 1
    return "".join(parts)


def _parsed(text: str) -> Any:
    try:
        # A stream, because feedparser would open a file if the bytes were its path.
        return feedparser.parse(
            io.BytesIO(text.encode()),
            response_headers={"content-type": "application/xml; charset=utf-8"},
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except Exception:  # feedparser raises errors of every type on broken feeds
        return feedparser.FeedParserDict(entries=[], feed={})


def _article(entry: Any, item: str, channel: str | None, base: str) -> Article | Refusal:
    if entry.get("title") == _NOT_READ:
        return Refusal(item, _MONSTROUS)
    fields, others = Fields(item, base), record.by_field(_others(entry))
    hints = Hints(
        title=_line(entry.get("title")) or None,
        byline=Byline(source=_source(entry), published=_published(entry, fields)),
        url=fields.url(entry.get("link")),
    )
    more = fields.hints({name: written for name, written in others.items() if name != "text"})
    hints = Hints(hints.title or more.title, hints.byline | more.byline, hints.url or more.url)
    result = plain_text.article("\n".join(_content_lines(entry, others.get("text"))), item, hints)
    if isinstance(result, Refusal):
        return Refusal(f"{item}《{hints.title[:_LONGEST_SHOWN]}》" if hints.title else item, result.reason)
    read = document.with_fallback(result, Hints(byline=Byline(source=channel, author=_author(entry))))
    return replace(read, notes=tuple(fields.notes))


def _others(entry: Any) -> dict[str, object]:
    """The elements that no feed has, such as <publish_time> and <正文> in the XML of a crawler."""
    return {name: value for name, value in dict.items(entry) if isinstance(value, str) and name not in _OF_FEEDS}


def _source(entry: Any) -> str | None:
    source = entry.get("source", {})
    return _line(source.get("title") or source.get("value")) or None


def _content_lines(entry: Any, text: object) -> list[str]:
    """The lines of the content, of the other element `text`, or of the summary, the first that make an article."""
    values = [content.get("value", "") for content in entry.get("content", [])]
    values += [text if isinstance(text, str) else "", entry.get("summary", "")]
    texts = [markup.fragment_lines(value or "") for value in values]
    return next((text for text in texts if han("".join(text)) >= plain_text.FEWEST_HAN), texts[-1])


def _published(entry: Any, fields: Fields) -> str | None:
    # `dict.get`: feedparser replaces a missing date with another one, and warns.
    values = [value for key in ("published", "updated", "created") if (value := dict.get(entry, key))]
    if in_utc := entry.get("wp_post_date_gmt"):
        values.append(f"{in_utc}Z")
    readable = (value for value in values if timestamps.normalise(value) is not None)
    return fields.moment(next(readable, values[0] if values else None))


def _author(entry: Any) -> str | None:
    """The author's name; None for a mail address, which RSS specifies for this field."""
    author = _line(entry.get("author_detail", {}).get("name") or entry.get("author"))
    return author if author and "@" not in author and len(author) <= _LONGEST_NAME else None


def _line(value: str | None) -> str:
    return on_one_line("\n".join(markup.fragment_lines(value or "")))
