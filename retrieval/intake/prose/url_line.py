"""Web addresses in lines of text: the line that says where a text was copied from."""

import re
from urllib.parse import urlsplit

from retrieval.intake.prose.lines import Line

_URL = r"https?://[^\s()（）<>【】“”，。；\u4e00-\u9fff]{4,2000}"
# 原文链接, 阅读原文, 转自
_LABEL = (
    r"(?:(?:原文|文章|本文|新闻|报道|信息|稿件|网页)?(?:链接|地址|网址|来源|出处)|原文|全文"
    r"|(?:点击)?(?:阅读|查看)(?:原文|全文)|转自|转载自|url|link|source)"
)
_LINE = re.compile(rf"[\W_]{{0,4}}(?:{_LABEL}\s?[:(]?\s?)?(?P<url>{_URL})[\W_]{{0,2}}")
# `\s` matches only some of the control characters.
_WEB = re.compile(r"https?://[^\s/\0-\x1f\x7f-\x9f][^\s\0-\x1f\x7f-\x9f]{0,2000}", re.IGNORECASE)
_ANYWHERE = re.compile(_URL)
# Posts are signed with the address of their channel, which is no address of an article.
_CHANNELS = frozenset({"t.me", "telegram.me"})


def is_web(text: str) -> bool:
    """Whether a field is a web address of at most some 2,000 characters, and nothing else."""
    return _WEB.fullmatch(text) is not None


def only_url(line: Line) -> str | None:
    """The address in a line that holds nothing else but a label (原文链接：https://…); None for any other line.

    The address of a whole site or of a channel is none.
    """
    match = _LINE.fullmatch(line.folded)
    url = line.shown[slice(*match.span("url"))] if match is not None else ""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return None
    names_a_page = parts.path.strip("/") or parts.query
    return url if "." in host and host not in _CHANNELS and names_a_page else None


def mask_urls(folded: str) -> str:
    """The line with strokes in the place of each address, because digits in an address are not a date."""
    return _ANYWHERE.sub(lambda match: "|" * len(match[0]), folded)
