"""Exports of Telegram Desktop as pages (messages.html, messages2.html, …), read as its result.json would be.

The page is cut before each message, and each message is parsed alone: a page holds a thousand of them.
"""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import groupby, pairwise
from operator import itemgetter
from typing import Any

from lxml.html import HtmlElement

from retrieval.article import Article
from retrieval.intake import boundary, charset
from retrieval.intake.boundary import Refusal
from retrieval.intake.formats import telegram_export
from retrieval.intake.page import markup
from retrieval.intake.prose.lines import on_one_line

_MESSAGE = re.compile(r'<div\s[^<>]{0,200}?class="message\s[^"<>]{0,100}"[^<>]{0,200}>')
# Telegram Desktop writes a thousand messages into each page.
_MOST_MESSAGES = 20_000
_NUMBER = re.compile(r"message(-?\d{1,18})")
# 01.05.2026 09:30:00 UTC+08:00; older versions write no zone.
_MOMENT = re.compile(
    r"(\d{2})\.(\d{2})\.(\d{4}) (\d{2}):(\d{2}):(\d{2})(?: UTC(?P<sign>[-+−])(?P<hours>\d{2}):(?P<minutes>\d{2}))?"
)
_CHINA = timedelta(hours=8)
_VIA = re.compile(r" via @\w{1,40}$")
_BOLD, _BREAK, _BLOCKS = ("strong", "b"), "br", ("pre", "blockquote", "div", "p")
_GAP = re.compile(r"[\r\n\t ]+")


def articles(data: bytes, name: str) -> Iterator[Article | Refusal]:
    """As `telegram_export.articles`, for a page of the export. Raises NotTextError."""
    text = charset.decode_page(data)
    starts = [match.start() for match in _MESSAGE.finditer(text)]
    if len(starts) > _MOST_MESSAGES:
        yield Refusal(name, f"里面的消息超过 {_MOST_MESSAGES:,} 条，没有读取；请分成几个文件。")
        return
    chat: dict[str, Any] = {"name": _chat_name(text[: starts[0]] if starts else text), "messages": []}
    sender: str | None = None
    forward: str | None = None
    senders = set()
    for start, end in pairwise([*starts, len(text)]):
        message = boundary.result(name, _message, text[start:end])
        if isinstance(message, Refusal):
            yield message
        elif message["type"] == "message":
            # A message that follows another one of the same sender, or a forward of the same channel, names neither.
            sender = message.pop("from") or sender
            forward = message["forwarded_from"] or forward if message.pop("forwarded") else None
            senders.add(sender)
            chat["messages"].append(message | {"forwarded_from": forward})
    if not chat["name"] and len(senders) == 1:
        chat["name"] = next(iter(senders))
    # The page does not say what kind of chat it is; in a channel, nobody but the channel writes.
    chat["type"] = "public_channel" if senders == {chat["name"]} else "private_group"
    yield from telegram_export.articles(chat, name)


def _chat_name(head: str) -> str:
    header = _first(markup.parse(head).root, "page_header") if head.strip() else None
    title = _first(header, "text bold") if header is not None else None
    return on_one_line(_text(title)) if title is not None else ""


def _message(html: str) -> dict[str, Any]:
    """A message as in result.json, and the sender in "from"; None where the page leaves a name out."""
    root = markup.parse(html).root
    message = _first(root, "message")
    if message is None or "default" not in message.get("class", "").split():
        return {"type": "service"}
    forwarded = _first(message, "forwarded body")
    date, sender = _first(message, "date details", outside=forwarded), _first(message, "from_name", outside=forwarded)
    origin = _first(forwarded, "from_name") if forwarded is not None else None
    # Documents, polls and contacts have a body of their own beside the text.
    text, signature = _first(message, "text", outside=_first(message, "media_wrap")), _first(message, "signature")
    number = _NUMBER.fullmatch(message.get("id", ""))
    return {
        "type": "message",
        "id": int(number[1]) if number else None,
        "date": _moment(date.get("title", "")) if date is not None else None,
        "from": _name(sender),
        "forwarded": forwarded is not None,
        "forwarded_from": _name(origin),
        "author": _name(signature),
        "text": _pieces(text) if text is not None else "",
    }


def _first(inside: HtmlElement, classes: str, outside: HtmlElement | None = None) -> HtmlElement | None:
    """The first element with all these classes, the outermost itself included, that does not stand in `outside`."""
    wanted = set(classes.split())
    left_out = set(outside.iter()) if outside is not None else set()
    found = (element for element in inside.iter("div", "span") if wanted <= set(element.get("class", "").split()))
    return next((element for element in found if element not in left_out), None)


def _name(element: HtmlElement | None) -> str | None:
    """The name in an element, without the date and the bot's name that may stand behind it."""
    return _VIA.sub("", on_one_line(element.text or "")).strip() or None if element is not None else None


def _moment(printed: str) -> str | None:
    """'YYYY-MM-DD HH:MM' in Chinese time; as printed when the page has no zone; None when it is no moment."""
    match = _MOMENT.fullmatch(printed.strip())
    if match is None:
        return None
    day, month, year, hour, minute, second = map(int, match.groups()[:6])
    try:
        moment = datetime(year, month, day, hour, minute, second)
        if match["sign"]:
            offset = timedelta(hours=int(match["hours"]), minutes=int(match["minutes"]))
            moment += _CHINA - offset if match["sign"] == "+" else _CHINA + offset
    except (ValueError, OverflowError):
        return None
    return f"{moment:%Y-%m-%d %H:%M}"


def _text(element: HtmlElement) -> str:
    return "".join(piece if isinstance(piece, str) else piece["text"] for piece in _pieces(element))


def _pieces(element: HtmlElement) -> list[str | dict[str, str]]:
    """The pieces of a text as in result.json: bold words apart from the others, a line break for each <br>."""
    pieces: list[str | dict[str, str]] = []

    for is_bold, run in groupby(_runs(element, is_bold=False), key=itemgetter(0)):
        text = "".join(text for _, text in run)
        pieces.append({"type": "bold", "text": text} if is_bold else text)
    return pieces


def _runs(parent: HtmlElement, *, is_bold: bool) -> Iterator[tuple[bool, str]]:
    """The texts in an element in order, and whether each is bold. Line ends in the markup are blanks."""
    yield is_bold, _GAP.sub(" ", parent.text or "")
    for child in parent:
        end = "\n" if child.tag == _BREAK or child.tag in _BLOCKS else ""
        yield is_bold, end if child.tag in _BLOCKS else ""
        yield from _runs(child, is_bold=is_bold or child.tag in _BOLD)
        yield is_bold, end + _GAP.sub(" ", child.tail or "")
