"""HTML of printed texts for Telegram, in which no name, command, tag or address becomes a link.

Telegram makes links of these by itself, even if the text is escaped. An invisible word joiner inside each of them
prevents that (the rules are those of TDLib, MessageEntity.cpp). `shown` defuses a text, then cuts it, then escapes it.
"""

import html
import re
from urllib.parse import urlsplit

LONGEST_MESSAGE = 4096  # UTF-16 units after parsing: core.telegram.org/bots/api#sendmessage
_JOINER = "\u2060"
_LINKED = re.compile(
    r"(?<=[@#＃$/])(?=[^\s\u2060])"  # @name #tag $TAG /command
    r"|(?<=\.)(?=[^\W\d_])"  # example.com, 新浪.中国
    r"|(?<=\d\.)(?=\d{1,3}\.\d{1,3}\.\d)"  # 192.168.0.1
    r"|(?<=:)(?=//)"  # tg://
)
# Invisible characters that change the display of others: controls but line breaks and tabs, and marks of direction.
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_LONGEST_URL = 1000
_TAG = re.compile("<[^>]*>")


def units(text: str) -> int:
    """The length as Telegram counts it: in UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def parsed_units(text: str) -> int:
    """The length of HTML once it is parsed, in UTF-16 code units."""
    return units(html.unescape(_TAG.sub("", text)))


def clip(text: str, limit: int) -> str:
    """The text, cut with an ellipsis to at most `limit` UTF-16 units; a character is never halved."""
    if units(text) <= limit:
        return text
    beginning = text[: limit - 1]
    while units(beginning) > limit - 1:
        beginning = beginning[:-1]
    return beginning.rstrip() + "…"


def defuse_entities(text: str) -> str:
    """The text with word joiners and without control characters; it looks the same, and Telegram links nothing."""
    return _LINKED.sub(_JOINER, _CONTROLS.sub("", text))


def shown(text: str, limit: int = LONGEST_MESSAGE) -> str:
    """HTML of the text: defused, at most `limit` UTF-16 units long, escaped."""
    return html.escape(clip(defuse_entities(text), limit), quote=False)


def line(text: str, limit: int) -> str:
    """`shown` on one line."""
    return shown(" ".join(text.split()), limit)


def link(url: str | None, label: str) -> str:
    """HTML of a link with its host beside the label; the label alone for an address that is not http or https."""
    host = _host(url or "")
    if not url or not host:
        return line(label, 60)
    # Telegram looks for no links inside a link, so the host needs no word joiner.
    return f'<a href="{html.escape(url)}">{line(label, 60)} · {html.escape(host)}</a>'


def _host(url: str) -> str | None:
    """The host of an ordinary web address in its ASCII form, as browsers resolve it; None for any other address."""
    if len(url) > _LONGEST_URL or re.search(r"[\s\x00-\x1f\x7f\\]", url):
        return None
    try:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or parts.username is not None or not parts.hostname:
            return None
        return parts.hostname.encode("idna").decode("ascii")
    except ValueError:  # a port that is no number, an open bracket, a label that is too long
        return None
