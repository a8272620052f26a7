"""Which article does a page hold that a browser has saved as one file, with its pictures: .mhtml?"""

import email
import email.policy
from dataclasses import replace
from email.message import Message
from typing import Any

from retrieval.article import Article
from retrieval.intake.page import head_metadata, webpage
from retrieval.intake.refusal import Refusal

_NO_PAGE = "文件里没有网页。"
# What Chrome and Internet Explorer call the address of the page.
_ADDRESSES = ("Snapshot-Content-Location", "Content-Location")
# RFC 2046 allows 70 characters.
_LONGEST_BOUNDARY = 200


class _Message(Message):
    """A message whose boundary is a short one: email makes a pattern of it, which takes 120 bytes a character."""

    def get_boundary(self, failobj: Any = None) -> Any:
        found = super().get_boundary()
        return found if found is not None and len(found) <= _LONGEST_BOUNDARY else failobj


def articles(data: bytes, name: str) -> list[Article | Refusal]:
    """The one article of the page in the file, or the reason why there is none."""
    try:
        message = email.message_from_bytes(data, _Message, policy=email.policy.compat32)
        page = next((part for part in message.walk() if part.get_content_type() == "text/html"), None)
        html = page.get_payload(decode=True) if page is not None else None
    except (RecursionError, ValueError, LookupError):  # parts within parts, charsets that are none
        return [Refusal(name, _NO_PAGE)]
    if page is None or not isinstance(html, bytes) or not html.strip():
        return [Refusal(name, _NO_PAGE)]
    url = _address(message, page)
    return [
        replace(one, url=one.url or url) if isinstance(one, Article) else one for one in webpage.articles(html, name)
    ]


def _address(*parts: Message) -> str | None:
    said = (str(part.get(header, "")).strip() for part in parts for header in _ADDRESSES)
    return next(filter(head_metadata.is_article_address, said), None)
