"""What do the parts of a page that nobody sees say about its article: meta tags, JSON-LD, scripts, its address?"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import htmldate
from lxml.html import HtmlElement

from retrieval.intake.prose import byline, dates, lines, names, url_line
from retrieval.intake.prose.byline import NOBODY, Byline
from retrieval.intake.prose.lines import Line, on_one_line

_TITLES = ("og:title", "articletitle", "twitter:title", "headline")
_DATES = (
    "article:published_time",
    "og:release_date",
    "og:time",
    "pubdate",
    "publishdate",
    "datepublished",
    "publish_time",
    "pubtime",
    "weibo:article:create_at",
    "bytedance:published_time",
    "article:create_at",
    "dcterms.created",
    "date",
    "dc.date",
    "createtime",
    "datecreated",
    "dateupdate",
    "datemodified",
)
_SOURCES = ("contentsource", "source", "mediaid", "article:source", "og:article:source")
_AUTHORS = ("author", "article:author", "og:article:author")
_CHANNELS = ("og:article:author", "og:site_name", "application-name")
_SOURCE_LABEL = re.compile(r"^\s*(?:文章|信息|稿件)?来源\s?[:：]\s?")
# publish_time: "2021-03-02 09:00", var createTime = '...', var ct = "1614646800" in a script.
_IN_SCRIPT = re.compile(
    r"""["']?\b(?:publish_?(?:time|date)|pub_?(?:time|date)|date_?published|ori_?create_?time|create_?time|ct)["']?\s{0,3}[:=]\s{0,3}["']"""
    r"""(?P<value>\d{4}-\d{1,2}-\d{1,2}(?:[ T]\d{1,2}:\d{2})?|1[0-9]{9}(?=["']))""",
    re.IGNORECASE,
)
_LONGEST_DATA, _LONGEST_TITLE = 200_000, 200
_ARTICLE_TYPES = re.compile("Article|Posting|Report")
_HAS_NUMBER = re.compile(r"\d{3}")


@dataclass(frozen=True, slots=True)
class Facts:
    """`titles` are what the page calls itself, best first, often with the site's name at their end.

    `channel` is the account or site that shows the page: a source only when nothing else is said. `url` is the address
    that the page gives itself, when it looks like that of a single article.
    """

    titles: tuple[str, ...]
    meta: Byline
    channel: str | None
    url: str | None


def read(root: HtmlElement) -> Facts:
    """What the tags say; whatever is no date, no name or no address is left out."""
    tags = _tags(root)
    data = _linked_data(root)
    windows = [element.text_content()[:_LONGEST_TITLE] for element in root.iter("title")][:1]
    titles = [*(tags[name] for name in _TITLES if name in tags), *windows]
    published = next(filter(None, map(_date, _candidates(tags, data, root))), None)
    return Facts(
        titles=tuple(filter(None, (on_one_line(title[:_LONGEST_TITLE]) for title in titles))),
        meta=Byline(_source(tags), _author(tags, data), None, published),
        channel=_channel(tags, windows),
        url=_url(tags, root),
    )


def guessed_day(root: HtmlElement) -> str | None:
    """The day that htmldate finds in markup and address, without its search for any date in the words of the page."""
    try:
        return htmldate.find_date(root, original_date=True, extensive_search=False)
    except (ValueError, TypeError, AttributeError):  # what it lets through on markup that is none
        return None


def _tags(root: HtmlElement) -> dict[str, str]:
    tags: dict[str, str] = {}
    for element in root.iter("meta"):
        name = (element.get("property") or element.get("name") or element.get("itemprop") or "").strip().lower()
        content = (element.get("content") or "").strip()
        if name and content:
            tags.setdefault(name, content)
    return tags


def _candidates(tags: dict[str, str], data: list[dict[str, Any]], root: HtmlElement) -> Iterator[str]:
    """Whatever may be the time of publication, most trusted first."""
    yield from (tags[name] for name in _DATES if name in tags)
    for item in data:
        yield from (str(item[key]) for key in ("datePublished", "pubDate", "upDate", "dateCreated") if key in item)
    for element in root.iter("time"):
        yield element.get("datetime") or ""
    for element in root.iter("script"):
        match = _IN_SCRIPT.search(element.text or "")
        if match is not None:
            yield match["value"]


def _date(text: str) -> str | None:
    text = text.strip()
    if re.fullmatch("1[0-9]{9}", text):
        return dates.of_timestamp(int(text))
    found = dates.find(text[:60])
    return found.value if found is not None else None


def _linked_data(root: HtmlElement) -> list[dict[str, Any]]:
    """The JSON-LD objects that describe an article."""
    found = []
    for element in root.iter("script"):
        if "ld+json" not in (element.get("type") or "") or len(element.text or "") > _LONGEST_DATA:
            continue
        try:
            data = json.loads(element.text or "")
        except (ValueError, RecursionError):
            continue
        for item in data if isinstance(data, list) else [data]:
            nested = item.get("@graph") if isinstance(item, dict) else None
            found += [one for one in (nested if isinstance(nested, list) else [item]) if isinstance(one, dict)]
    # Baidu's own vocabulary has no @type but pubDate.
    return [item for item in found if "pubDate" in item or _ARTICLE_TYPES.search(str(item.get("@type", "")))]


def _source(tags: dict[str, str]) -> str | None:
    for name in _SOURCES:
        value = _SOURCE_LABEL.sub("", on_one_line(tags.get(name, "")[:_LONGEST_TITLE]))
        first = value.split(" ")[0].strip("《》")
        if first not in NOBODY and len(first) <= 24 and lines.han(first):
            return first
    return None


def _channel(tags: dict[str, str], windows: list[str]) -> str | None:
    """The site that shows the page, from its tag or from the end of what the window is called."""
    named = [tags[name] for name in _CHANNELS if name in tags]
    ends = [re.split(r"[_|丨︱-]", window)[-1] for window in windows]
    for name, is_tag in [*((name, True) for name in named), *((name, False) for name in ends)]:
        name = on_one_line(name[:_LONGEST_TITLE])
        if name and len(name) <= 24 and (is_tag or byline.is_media(lines.from_texts([name])[0])):
            return name
    return None


def _author(tags: dict[str, str], data: list[dict[str, Any]]) -> str | None:
    said = [tags[name] for name in _AUTHORS if name in tags]
    for item in data:
        people = item.get("author")
        for person in people if isinstance(people, list) else [people]:
            said.append(str(person.get("name", "")) if isinstance(person, dict) else str(person or ""))
    found = (_name(lines.from_texts([on_one_line(value)])[0]) for value in said if 0 < len(value) <= 45)
    return next(filter(None, found), None)


def _name(line: Line) -> str | None:
    # Sites write their own name there: only what begins with a surname is believed.
    return None if byline.is_media(line) else names.after_role(line) or names.in_list(line, trusted=False)


def _url(tags: dict[str, str], root: HtmlElement) -> str | None:
    links = (
        element.get("href") or "" for element in root.iter("link") if (element.get("rel") or "").lower() == "canonical"
    )
    for link in [*links, tags.get("og:url", "")]:
        if is_article_address(link):
            return link.strip()
    return None


def is_article_address(text: str) -> bool:
    """Whether an address can belong to one article only: templates often give the site's or the section's.

    Two articles with the same address would replace each other, so a number must stand behind the host.
    """
    if not url_line.is_web(text.strip()):
        return False
    try:
        parts = urlsplit(text.strip())
    except ValueError:
        return False
    return bool(parts.hostname) and _HAS_NUMBER.search(f"{parts.path}?{parts.query}") is not None
