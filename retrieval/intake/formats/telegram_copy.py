"""Messages copied from Telegram as text, each below its sender and moment; read as its result.json would be."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from retrieval.article import Article
from retrieval.intake import charset, loading
from retrieval.intake.boundary import Refusal
from retrieval.text.folding import printable

# The moment in the form of the computer's language: 27.11.2026 10:00, 2026/11/27 上午 10:00, 11/27/26 10:00 AM,
# Nov 27, 2026 at 10:00.
_DAY = (
    r"(?P<first>\d{1,4})(?P<stroke>[-./年]) ?(?P<second>\d{1,2})[-./月] ?(?P<third>\d{1,4})日?"
    r"|[A-Z][a-z]{2,8}\.? \d{1,2}, \d{4}|\d{1,2}\.? [A-Z][a-z]{2,8}\.? \d{4}"
)
_CLOCK = r"(?:[上下]午\s?)?\d{1,2}:\d\d(?::\d\d)?(?:\s?[AP]M)?"
# 城北日报, [27.11.2026 10:00]
_HEADER = re.compile(
    rf"^[ \t]{{0,9}}(?:(?P<name>\S[^\n]{{0,99}}?), )?\[(?P<day>{_DAY}),?\s(?:at )?(?P<clock>{_CLOCK})\]"
    r"(?(name)| (?P<sender>\S[^\n]{0,99}?)):?[ \t]{0,9}\r?$",
    re.MULTILINE,
)
# A line above the text that names where a message is from, or what is shown with it: [ Photo ], [In reply to 老王].
_ABOVE = re.compile(
    r"\s{0,9}\[(?:(?:Forwarded from|转发自|轉傳自|轉發自) (?P<origin>[^\]\n]{1,99})"
    r"|(?:In reply to|回复|回覆) [^\]\n]{1,99}| [^\]\n]{1,97} "
    r"|(?:Photo|Video|GIF|Album|File|Sticker|图片|照片|视频|相册|文件|贴纸)(?:[ ,:：][^\]\n]{0,90})?)\]\s{0,9}$"
)
# Headers by which messages are recognized below a text of the person who copied them.
_SEVERAL = 2


def is_copy(start: str) -> bool:
    """Whether a text begins with the header of a copied message, or has several of them."""
    return _HEADER.match(start.lstrip()) is not None or len(_HEADER.findall(start)) >= _SEVERAL


def articles(data: bytes, name: str) -> Iterator[Article | Refusal]:
    """As `telegram_export.articles`, for messages that were copied. Raises NotTextError.

    What stands above the first of them is a message without a sender.
    """
    text = printable(charset.decode(data))
    headers = list(_HEADER.finditer(text))
    is_month_first = _is_month_first(headers)
    ends = [*(header.start() for header in headers), len(text)]
    messages = [
        _message(number, header, is_month_first, text[header.end() : end])
        for number, (header, (_, end)) in enumerate(zip(headers, pairwise(ends), strict=True), 1)
    ]
    if above := text[: ends[0]].strip():
        messages.insert(0, {"type": "message", "id": 0, "text": above})
    # Whoever copies messages means them to be read, so that they count like those of a channel.
    read = loading.load("retrieval.intake.formats.telegram_export", "articles")
    yield from read({"type": "public_channel", "messages": messages}, name)


def _is_month_first(headers: Sequence[re.Match[str]]) -> bool | None:
    """Whether 05/06/2026 is in May, which days after the twelfth tell: one computer wrote all. None if no day tells."""
    days = [header for header in headers if header["stroke"] in ("/", "-") and len(header["first"]) < 3]
    if any(int(header["second"]) > 12 for header in days):
        return True
    return False if any(int(header["first"]) > 12 for header in days) else None


def _message(number: int, header: re.Match[str], is_month_first: bool | None, text: str) -> dict[str, Any]:
    sender, lines, start = header["name"] or header["sender"], text.strip().split("\n"), 0
    while start < len(lines) and (above := _ABOVE.match(lines[start])):
        sender, start = above["origin"] or sender, start + 1
    date, words = f"{_day(header, is_month_first)} {header['clock']}", "\n".join(lines[start:])
    return {"type": "message", "id": number, "date": date, "forwarded_from": sender, "text": words}


def _day(header: re.Match[str], is_month_first: bool | None) -> str:
    """The day with its year first; as it is written when it names its month, or leaves open which number that is."""
    first, second, third = header["first"], header["second"], header["third"]
    if first is None or (header["stroke"] != "." and len(first) < 3 and is_month_first is None):
        return header["day"]
    if len(first) > 2:
        year, month, day = first, second, third
    else:
        year, (month, day) = third, (first, second) if is_month_first and header["stroke"] != "." else (second, first)
    return f"{year if len(year) > 2 else f'20{year:0>2}'}-{int(month):02}-{int(day):02}"
