"""Articles of .mhtml files: pages that a browser saved with their pictures as one file."""

import email
import email.policy
from dataclasses import replace
from email.message import Message
from typing import Any

from retrieval.article import Article
from retrieval.intake.boundary import Refusal
from retrieval.intake.page import head_metadata, webpage

_NO_PAGE = "文件里没有网页。"
# Headers with the page's address, as Chrome and Internet Explorer write them.
_URL_HEADERS = ("Snapshot-Content-Location", "Content-Location")
# RFC 2046 allows 70 characters; some programs write longer ones.
_LONGEST_BOUNDARY = 200


class _Message(Message):
    """A message that ignores long boundaries: `email` compiles the boundary to a pattern of 120 bytes a character."""

    def get_boundary(self, failobj: Any = None) -> Any:
        boundary = super().get_boundary()
        return boundary if boundary is not None and len(boundary) <= _LONGEST_BOUNDARY else failobj


def articles(data: bytes, name: str) -> list[Article | Refusal]:
    """The article of the first HTML page in the file, or the refusal that says why there is none."""
    try:
        message = email.message_from_bytes(data, _Message, policy=email.policy.compat32)
        page = next((part for part in message.walk() if part.get_content_type() == "text/html"), None)
        html = page.get_payload(decode=True) if page is not None else None
    except (RecursionError, ValueError, LookupError):  # parts nested too deep, unknown charsets
        return [Refusal(name, _NO_PAGE)]
    if page is None or not isinstance(html, bytes) or not html.strip():
        return [Refusal(name, _NO_PAGE)]
    url = _url(message, page)
    return [
        replace(result, url=result.url or url) if isinstance(result, Article) else result
        for result in webpage.articles(html, name)
    ]


def _url(*parts: Message) -> str | None:
    """The first address in the headers of `parts` that may be a single article's."""
    values = (str(part.get(header, "")).strip() for part in parts for header in _URL_HEADERS)
    return next(filter(head_metadata.is_article_address, values), None)
