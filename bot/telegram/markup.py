"""How is a printed text shown in Telegram so that it arrives whole and nothing in it acts?

Telegram makes links of names, commands, tags and addresses by itself, however the text is escaped. A word joiner,
which nobody sees, inside each of them keeps them text (the rules are TDLib's, MessageEntity.cpp). Texts are made
harmless, then cut, then escaped, in this order: `shown` does all three.
"""

import html
import re
from urllib.parse import urlsplit

LONGEST_MESSAGE = 4096  # UTF-16 units after parsing: core.telegram.org/bots/api#sendmessage
_JOINER = "\u2060"
_ACTING = re.compile(
    r"(?<=[@#＃$/])(?=[^\s\u2060])"  # @name #tag $TAG /command
    r"|(?<=\.)(?=[^\W\d_])"  # example.com, 新浪.中国
    r"|(?<=\d\.)(?=\d{1,3}\.\d{1,3}\.\d)"  # 192.168.0.1
    r"|(?<=:)(?=//)"  # tg://
)
# Characters that are not shown but steer how others are: all controls but line breaks and tabs, and those of direction.
_STEERING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_LONGEST_URL = 1000


def units(text: str) -> int:
    """The length as Telegram counts it: in UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def clip(text: str, limit: int) -> str:
    """The text, or as much of its beginning as fits with an ellipsis into `limit` UTF-16 units; no character is cut."""
    if units(text) <= limit:
        return text
    kept = text[: limit - 1]
    while units(kept) > limit - 1:
        kept = kept[:-1]
    return kept.rstrip() + "…"


def defuse_entities(text: str) -> str:
    """The same to the eye, but Telegram finds nothing to link in it, and nothing in it steers what stands beside it."""
    return _ACTING.sub(_JOINER, _STEERING.sub("", text))


def shown(text: str, limit: int = LONGEST_MESSAGE) -> str:
    """HTML for the text as printed: harmless, at most `limit` units long, escaped."""
    return html.escape(clip(defuse_entities(text), limit), quote=False)


def line(text: str, limit: int) -> str:
    """`shown` on one line."""
    return shown(" ".join(text.split()), limit)


def link(url: str | None, label: str) -> str:
    """HTML of a link with its host beside the label; the label alone when the address is not one of http or https."""
    host = _host(url or "")
    if not url or not host:
        return line(label, 60)
    # Inside a link Telegram looks for no other one: the host may stand as it is.
    return f'<a href="{html.escape(url)}">{line(label, 60)} · {html.escape(host)}</a>'


def _host(url: str) -> str | None:
    """The host that a browser would go to, as it would spell it to be safe; None when it is no ordinary web address."""
    if len(url) > _LONGEST_URL or re.search(r"[\s\x00-\x1f\x7f\\]", url):
        return None
    try:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or parts.username is not None or not parts.hostname:
            return None
        return parts.hostname.encode("idna").decode("ascii")
    except ValueError:  # a port that isn't one, half a bracket, a label that is too long
        return None
