"""Messages copied from Telegram Desktop as text, each below its sender and moment; read as its result.json would be."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from retrieval.article import Article
from retrieval.intake import charset, loading
from retrieval.intake.boundary import Refusal
from retrieval.text.folding import printable

# 城北日报, [27.11.2026 10:00]
_HEADER = re.compile(
    r"^[ \t]{0,9}(?P<name>\S[^\n]{0,99}?), \[(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>(?:\d\d)?\d\d)"
    r" (?P<clock>\d{1,2}:\d\d)(?::\d\d)?\][ \t]{0,9}\r?$",
    re.MULTILINE,
)
# A line above the text that names where a message is from, or what is shown with it: [ Photo ], [In reply to 老王].
_ABOVE = re.compile(
    r"\s{0,9}\[(?:(?:Forwarded from|转发自|轉傳自|轉發自) (?P<origin>[^\]\n]{1,99})|[^\]\n]{1,99})\]\s{0,9}$"
)


def is_copy(start: str) -> bool:
    """Whether a text begins with the header of a copied message."""
    return _HEADER.match(start.lstrip()) is not None


def articles(data: bytes, name: str) -> Iterator[Article | Refusal]:
    """As `telegram_export.articles`, for messages that were copied. Raises NotTextError."""
    text = printable(charset.decode(data))
    headers = list(_HEADER.finditer(text))
    ends = [*(header.start() for header in headers), len(text)]
    messages = [
        _message(number, header, text[header.end() : end])
        for number, (header, (_, end)) in enumerate(zip(headers, pairwise(ends), strict=True), 1)
    ]
    # Whoever copies messages means them to be read, so that they count like those of a channel.
    read = loading.load("retrieval.intake.formats.telegram_export", "articles")
    yield from read({"type": "public_channel", "messages": messages}, name)


def _message(number: int, header: re.Match[str], text: str) -> dict[str, Any]:
    sender = header["name"]
    lines = text.strip().split("\n")
    while lines and (above := _ABOVE.match(lines[0])):
        sender = above["origin"] or sender
        del lines[0]
    year = header["year"] if len(header["year"]) == 4 else f"20{header['year']}"
    date = f"{year}-{int(header['month']):02}-{int(header['day']):02} {header['clock']}"
    return {"type": "message", "id": number, "date": date, "forwarded_from": sender, "text": "\n".join(lines)}
