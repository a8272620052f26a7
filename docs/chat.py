"""Conversations drawn as HTML, close enough to Telegram to judge what a person would see.

Everything that is shown comes out of a message (its text with entities, buttons, quote, time) or of an inline page;
only what the app itself draws (title bar, input line, chevron) is made here.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from zoneinfo import ZoneInfo

from tests.bot_api import InlinePage, Message
from tests.bot_api.markup import render

WIDTH = 420  # CSS pixels, about a phone
_ZONE = ZoneInfo("Asia/Shanghai")
_LIVE = {"mention", "hashtag", "cashtag", "bot_command", "url", "email"}  # what Telegram makes clickable by itself
_COLOURS = ("#3a8fd6", "#c4622d", "#3c9b52", "#8458b8")

_STYLE = """
* { box-sizing: border-box; margin: 0 }
body { width: 420px; background: #d4e3c9; color: #0f1419; font: 15px/1.42 "Noto Sans CJK SC", sans-serif }
header { display: flex; gap: 11px; align-items: center; padding: 9px 14px; background: #fff; line-height: 1.25 }
header b { display: block; font-size: 16px }
small { color: #77838d; font-size: 13px }
.face { flex: none; width: 38px; border-radius: 50%; color: #fff; font-weight: bold; line-height: 38px;
  text-align: center }
main { padding: 4px 9px 10px }
.row { display: flex; gap: 7px; align-items: flex-end; margin-top: 7px }
.row .face { width: 30px; line-height: 30px; font-size: 14px }
.mine { justify-content: flex-end }
.one { max-width: 352px }
.bubble { padding: 6px 11px 7px; border-radius: 13px; background: #fff; overflow: hidden }
.mine .bubble { background: #e3fed6 }
.text { white-space: pre-wrap; overflow-wrap: anywhere }
.name { font-weight: bold; font-size: 14px }
a, code, .via { color: #1c74b8; text-decoration: none }
code { font-family: "Noto Sans Mono CJK SC", monospace; font-size: 14px }
time { float: right; margin: 6px 0 -3px 10px; font-size: 11px; line-height: 16px; color: #7f8c94 }
blockquote, .reply { position: relative; margin: 1px 0; padding: 3px 22px 3px 10px; border-left: 3px solid #3a8fd6;
  border-radius: 5px; background: #eaf3fb; font-size: 14px }
.fold, .result b { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 3; overflow: hidden }
blockquote i { position: absolute; right: 9px; bottom: 9px; width: 7px; height: 7px; border: solid #3a8fd6;
  border-width: 0 2px 2px 0; transform: rotate(45deg) }
.open i { bottom: 6px; transform: rotate(225deg) }
.reply { padding-right: 10px; margin: 3px 0 4px; white-space: nowrap }
.reply div { overflow: hidden; text-overflow: ellipsis }
.keys { display: flex; gap: 4px; margin-top: 4px; color: #fff; text-align: center; font-weight: 500; font-size: 14px }
.keys span { flex: 1; padding: 6px 8px; border-radius: 9px; background: #7f9a70 }
.result, .typed { background: #fff; padding: 9px 12px; border-bottom: 1px solid #e8ecef }
.result { display: flex; gap: 11px; line-height: 1.35; font-size: 14px }
.result .face { width: 46px; line-height: 46px; height: 46px; border-radius: 8px; font-size: 19px }
.result b { -webkit-line-clamp: 2 }
"""


@dataclass(frozen=True)
class Screen:
    """The view that one person has of one chat; `typed` are the results over the line in which they write."""

    name: str
    viewer: int
    title: str
    subtitle: str
    messages: Sequence[Message]
    opened: bool = False  # quotes are unfolded
    typed: InlinePage | None = None
    bot: str = ""


def page(screen: Screen) -> str:
    """The whole HTML document; its height, in CSS pixels, is in `data-height` of the body once it was laid out."""
    head = f"{_face(screen.title)}<div><b>{escape(screen.title)}</b><small>{escape(screen.subtitle)}</small></div>"
    private = all(message.raw["chat"]["type"] == "private" for message in screen.messages)
    rows = "".join(_row(message, screen, private) for message in screen.messages)
    return (
        f'<!doctype html><html lang="zh-CN"><meta charset="utf-8"><style>{_STYLE}</style><body><header>{head}</header>'
        f"<main>{rows}</main>{_results(screen.typed, screen.bot) if screen.typed else ''}<script>"
        "document.body.dataset.height = Math.ceil(document.body.getBoundingClientRect().height)</script></body></html>"
    )


def _row(message: Message, screen: Screen, private: bool) -> str:
    writer = message.raw["from"]
    mine = writer["id"] == screen.viewer
    named = not private and not mine
    name = f'<div class="name" style="color:{_colour(writer["first_name"])}">{escape(writer["first_name"])}</div>'
    via = (
        f'<div class="via">通过 @{escape(message.raw["via_bot"]["username"])}</div>' if "via_bot" in message.raw else ""
    )
    said = datetime.fromtimestamp(message.raw["date"], _ZONE).strftime("%H:%M")
    time = f"<time>{said}{' ✓✓' if mine else ''}</time>"
    keys = "".join(
        f'<div class="keys">{"".join(f"<span>{escape(label)}</span>" for label in row)}</div>'
        for row in message.buttons
    )
    bubble = f"{name if named else ''}{via}{_replied(message)}{_text(message, screen.opened, time)}"
    return (
        f'<div class="row{" mine" if mine else ""}">{_face(writer["first_name"]) if named else ""}<div class="one">'
        f'<div class="bubble">{bubble}</div>{keys}</div></div>'
    )


def _text(message: Message, opened: bool, time: str) -> str:
    """The text; a quote begins and ends its own lines, and shows three of them until it is opened."""
    clickable = [one | {"type": "text_link", "url": "#"} if one["type"] in _LIVE else one for one in message.entities]
    text = re.sub(r"(</blockquote>)\n", r"\1", render(message.text, clickable))
    fold = '<blockquote class="open"><div>' if opened else '<blockquote><div class="fold">'
    text = text.replace("<blockquote expandable>", fold).replace("</blockquote>", "</div><i></i></blockquote>")
    return f'<div class="text">{text}{time}</div>'


def _replied(message: Message) -> str:
    """The first line of the message that is answered, as shown above the answer."""
    quoted = message.raw.get("reply_to_message")
    if not quoted:
        return ""
    who, what = quoted["from"]["first_name"], " ".join(quoted.get("text", quoted.get("caption", "")).split())
    return f'<div class="reply"><b style="color:{_colour(who)}">{escape(who)}</b><div>{escape(what)}</div></div>'


def _results(typed: InlinePage, bot: str) -> str:
    """The list over the line in which somebody writes the bot's name and a question."""
    results = "".join(
        f'<div class="result">{_face(one["title"])}<div><b>{escape(one["title"])}</b>'
        f"<small>{escape(one['description'])}</small></div></div>"
        for one in typed.results
    )
    return f'{results}<div class="typed">@{escape(bot)} {escape(typed.query)}</div>'


def _face(name: str) -> str:
    return f'<div class="face" style="background:{_colour(name)}">{escape(name[:1])}</div>'


def _colour(name: str) -> str:
    return _COLOURS[sum(map(ord, name)) % len(_COLOURS)]
