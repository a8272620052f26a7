"""Metadata in the parts of a page that are not shown: meta tags, JSON-LD, scripts, canonical link."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from retrieval.intake.page import page_title
from retrieval.intake.page.markup import Page
from retrieval.intake.prose import dates, lines, media, names, url_line
from retrieval.intake.prose.byline import Byline
from retrieval.intake.prose.lines import Line, on_one_line
from retrieval.text.folding import fold

# Names of meta tags, the most trusted first.
_TITLES = ("og:title", "articletitle", "twitter:title", "headline")
_DATES = (
    *(
        "article:published_time",
        "og:release_date",
        "og:time",
        "pubdate",
        "publishdate",
        "datepublished",
        "publish_time",
    ),
    *("pubtime", "weibo:article:create_at", "bytedance:published_time", "article:create_at", "dcterms.created", "date"),
    *("dc.date", "createtime", "datecreated", "dateupdate", "datemodified"),
)
_SOURCES = ("contentsource", "source", "mediaid", "article:source", "og:article:source")
_AUTHORS = ("author", "article:author", "og:article:author")
# The account or the site that shows the page.
_CHANNELS = ("og:site_name", "application-name")
# Platforms of accounts: their own names are no sources.
_PLATFORMS = frozenset({"微信公众平台", "百家号", "今日头条"})
# An office or a school in the window's title, or the Chinese service of a foreign medium: BBC News 中文.
_ORGANIZATION = re.compile(
    r"(?<=[\u4e00-\u9fff]{2})(?:政府|委员会|[局厅]|大学|学院|医院|法院|检察院|协会|学会|研究[院所]|集团|公司)$"
    r"|(?<=[a-z]) ?中文$"
)
# An electronic newspaper prints its name in front of the title: 城北日报数字报-城北新桥通车.
_NEWSPAPER = re.compile(rf"\s*{media.SURE}(?:数字报|电子[版报])?\s*")
# Templates print their host where others name the site: www.example.com.
_HOST = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+")
# 来源：城北日报 as the value of a tag.
_SOURCE_LABEL = re.compile(r"^\s*(?:文章|信息|稿件)?来源\s?[:：]\s?")
# publish_time: "2021-03-02 09:00", var createTime = '...', var ct = "1614646800" in a script.
_IN_SCRIPT = re.compile(
    r"""["']?\b(?:publish_?(?:time|date)|pub_?(?:time|date)|date_?published|ori_?create_?time|create_?time|ct)["']?\s{0,3}[:=]\s{0,3}(?:JsDecode\()?["']?"""
    r"""(?P<value>\d{4}-\d{1,2}-\d{1,2}(?:[ T]\d{1,2}:\d{2}[^"'\\]{0,20})?|1[0-9]{9}(?:[0-9]{3})?(?![0-9]))""",
    re.IGNORECASE,
)
_ZONED = re.compile(r"(\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?)(?:\.\d{1,9})?\s?(Z|[+-]\d\d:?\d\d)")
# Characters of a JSON-LD script and of a title or name that are read; and of a source's name.
_LONGEST_DATA, _LONGEST_TITLE = 200_000, 200
_SHORTEST_SOURCE, _LONGEST_SOURCE = 2, 24
# Values of @type: NewsArticle, BlogPosting, Report.
_ARTICLE_TYPES = re.compile("Article|Posting|Report")
# The last lines of a page that may hold its copyright notice, and the last parts of the window's title that may name
# the site.
_NOTICES, _ENDS = 40, 3
# Characters of a line that holds a date and little else.
_LONGEST_DATED = 60
_COPYRIGHT = re.compile(r"©|copyright|版权|著作权|备案|icp备")
# The number that addresses of single articles have.
_HAS_NUMBER = re.compile(r"\d{3}")
_DAY_IN_ADDRESS = re.compile(r"(?<!\d)(20\d\d)[-/]?(\d\d)[-/]?(\d\d)(?!\d)")
# The path of a short address at WeChat: /s/SbBxtESyMrfoNaIPimaAQ.
_SHORT_ADDRESS = re.compile(r"/s/[\w-]{16,40}")


@dataclass(frozen=True, slots=True)
class HeadMetadata:
    """Title candidates, byline, channel and address of a page.

    `titles` are the best first, often with the site's name at the end (兰州签约四个项目_兰州新闻网). `channel` is the
    account or site that shows the page: a source only when the page names no other. `url` is the page's own address
    when it looks like that of a single article.
    """

    titles: tuple[str, ...]
    byline: Byline
    channel: str | None
    url: str | None


def read(page: Page) -> HeadMetadata:
    """The metadata of a page; values that are no date, name or address are left out."""
    root = page.root
    tags = _tags(root)
    data = _linked_data(root)
    window_titles = [element.text_content()[:_LONGEST_TITLE] for element in root.iter("title")][:1]
    titles = [*(tags[name] for name in _TITLES if name in tags), *window_titles]
    published = next(filter(None, map(date, _date_candidates(tags, data, root))), None)
    return HeadMetadata(
        titles=tuple(filter(None, (on_one_line(title[:_LONGEST_TITLE]) for title in titles))),
        byline=Byline(_source(tags), _author(tags, data), None, published),
        channel=_channel(tags, data, window_titles, page),
        url=_url(tags, root),
    )


def _tags(root: HtmlElement) -> dict[str, str]:
    """The meta tags by lower-case name; the first tag of a name wins."""
    tags: dict[str, str] = {}
    for element in root.iter("meta"):
        name = (element.get("property") or element.get("name") or element.get("itemprop") or "").strip().lower()
        content = (element.get("content") or "").strip()
        if name and content:
            tags.setdefault(name, content)
    return tags


def _date_candidates(tags: dict[str, str], data: list[dict[str, Any]], root: HtmlElement) -> Iterator[str]:
    """Texts that may hold the time of publication, the most trusted first."""
    yield from (tags[name] for name in _DATES if name in tags)
    for item in data:
        yield from (str(item[key]) for key in ("datePublished", "pubDate", "upDate", "dateCreated") if key in item)
    for element in root.iter("time"):
        yield element.get("datetime") or ""
    for element in root.iter("script"):
        match = _IN_SCRIPT.search(element.text or "")
        if match is not None:
            yield match["value"]


def date(text: str) -> str | None:
    """'YYYY-MM-DD HH:MM' or 'YYYY-MM-DD' of a printed date or of seconds since 1970; None for any other text.

    Machines write their zone behind the time: it becomes Chinese time.
    """
    text = text.strip()[:60]
    if re.fullmatch("1[0-9]{9}(?:[0-9]{3})?", text):
        return dates.of_timestamp(int(text[:10]))
    zoned = _ZONED.fullmatch(text)
    if zoned is not None:
        try:
            seconds = int(datetime.fromisoformat(f"{zoned[1]}{zoned[2]}").timestamp())
        except (ValueError, OverflowError):
            return None
        return dates.of_timestamp(seconds) if seconds > 0 else None
    found = dates.find(fold(text))
    return found.value if found is not None else None


def _linked_data(root: HtmlElement) -> list[dict[str, Any]]:
    """The JSON-LD objects that describe an article."""
    objects = []
    for element in root.iter("script"):
        if "ld+json" not in (element.get("type") or "") or len(element.text or "") > _LONGEST_DATA:
            continue
        try:
            data = json.loads(element.text or "")
        except (ValueError, RecursionError):
            continue
        for item in data if isinstance(data, list) else [data]:
            nested = item.get("@graph") if isinstance(item, dict) else None
            objects += [
                member for member in (nested if isinstance(nested, list) else [item]) if isinstance(member, dict)
            ]
    # Baidu's JSON-LD marks articles by pubDate and has no @type.
    return [item for item in objects if "pubDate" in item or _ARTICLE_TYPES.search(str(item.get("@type", "")))]


def _source(tags: dict[str, str]) -> str | None:
    """The first word of the first tag whose first word may be a Chinese medium."""
    for name in _SOURCES:
        value = _SOURCE_LABEL.sub("", on_one_line(tags.get(name, "")[:_LONGEST_TITLE]))
        first = value.split(" ")[0].strip("《》")
        if first not in names.NOBODY and len(first) <= _LONGEST_SOURCE and lines.han(first):
            return first
    return None


def _channel(tags: dict[str, str], data: list[dict[str, Any]], window_titles: list[str], page: Page) -> str | None:
    """The site that shows the page, from a tag, from JSON-LD or from the end of the window's title.

    The end of the title counts when it sounds like a medium or an office, or stands in the page's copyright notice or
    beside a date.
    """
    publishers = [item.get("publisher") for item in data]
    named = [tags[name] for name in _CHANNELS if name in tags]
    named += [str(publisher.get("name") or "") for publisher in publishers if isinstance(publisher, dict)]
    parts = [part for title in window_titles for part in re.split(rf"[{page_title.STROKES}/–—-]", title)]
    ends = [*parts[:0:-1][:_ENDS], *filter(_NEWSPAPER.fullmatch, parts[:1])]
    notices = [line.folded for line, *_ in page.lines[-_NOTICES:] if _COPYRIGHT.search(line.folded)]
    notices += [
        folded
        for page_line in page.lines
        if not page_line.has_links and len(folded := page_line.line.folded) <= _LONGEST_DATED and dates.find(folded)
    ]
    for name, is_tag in [*((name, True) for name in named), *((name, False) for name in ends)]:
        line = lines.from_texts([on_one_line(name[:_LONGEST_TITLE])])[0]
        if not _SHORTEST_SOURCE <= len(line.shown) <= _LONGEST_SOURCE or line.shown in _PLATFORMS:
            continue
        if _HOST.fullmatch(line.folded) or dates.find(line.folded) is not None:
            continue
        if is_tag or _names_site(line):
            return line.shown
        if not media.is_section(line) and any(line.folded in notice for notice in notices):
            return line.shown
    return None


def _names_site(line: Line) -> bool:
    """Whether a part of the window's title names an office, or one of its words a medium: 城北新聞網 CBN."""
    return bool(_ORGANIZATION.search(line.folded)) or any(map(media.is_media, lines.from_texts(line.shown.split())))


def _author(tags: dict[str, str], data: list[dict[str, Any]]) -> str | None:
    """The first value of a tag or of JSON-LD that holds a person's name."""
    values = [tags[name] for name in _AUTHORS if name in tags]
    for item in data:
        people = item.get("author")
        for person in people if isinstance(people, list) else [people]:
            values.append(str(person.get("name", "")) if isinstance(person, dict) else str(person or ""))
    # Sites write their own name there: a name counts only when it begins with a surname.
    texts = [on_one_line(value[:_LONGEST_TITLE]) for value in values]
    return next(filter(None, map(names.alone, lines.from_texts(texts))), None)


def _url(tags: dict[str, str], root: HtmlElement) -> str | None:
    """The canonical link, else og:url, when it may be the address of a single article."""
    links = (
        element.get("href") or "" for element in root.iter("link") if (element.get("rel") or "").lower() == "canonical"
    )
    for link in [*links, tags.get("og:url", "")]:
        if is_article_address(link):
            return link.strip()
    return None


def day_of_address(url: str | None) -> str | None:
    """The day in the address of an article: /2024/05/08/, /2024-05/08/, t20240508_123.html; None without one."""
    match = _DAY_IN_ADDRESS.search(urlsplit(url).path) if url is not None else None
    return dates.as_published(f"{match[1]}-{match[2]}-{match[3]}") if match is not None else None


def is_article_address(text: str) -> bool:
    """Whether an address belongs to one article: a number of three digits or more must stand behind the host.

    Templates often give the address of the site or the section; two articles with one address would replace each other.
    """
    if not url_line.is_web(text.strip()):
        return False
    try:
        parts = urlsplit(text.strip())
    except ValueError:
        return False
    if parts.hostname == "mp.weixin.qq.com" and _SHORT_ADDRESS.fullmatch(parts.path):
        return True
    return bool(parts.hostname) and _HAS_NUMBER.search(f"{parts.path}?{parts.query}") is not None
