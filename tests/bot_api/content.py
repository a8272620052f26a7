"""Contents of messages that people send: sender, text, origin of a forward, unusual kinds."""

import time
from typing import Any

from tests.bot_api import limits, markup
from tests.bot_api.world import Chat, Person

Json = dict[str, Any]

# Telegram's own accounts, which stand in `from` when a chat speaks.
_ANONYMOUS = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
_AS_CHANNEL = {"id": 136817688, "is_bot": True, "first_name": "Channel", "username": "Channel_Bot"}
_FORWARDER = {"id": 777000, "is_bot": False, "first_name": "Telegram"}


def _file(kind: str) -> Json:
    return {"file_id": f"sample-{kind}", "file_unique_id": f"unique-{kind}", "file_size": 1000}


_OPTION = {"persistent_id": "1", "text": "会", "voter_count": 0}
# Odd messages of every kind, as content of a message; the ones that privacy mode counts as messages.
KINDS: dict[str, Any] = {
    "sticker": _file("sticker")
    | {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False, "emoji": "😀"},
    "voice": _file("voice") | {"duration": 3, "mime_type": "audio/ogg"},
    "audio": _file("audio") | {"duration": 3, "title": "早间新闻"},
    "video": _file("video") | {"duration": 3, "width": 640, "height": 480},
    "video_note": _file("note") | {"duration": 3, "length": 240},
    "animation": _file("gif") | {"duration": 3, "width": 640, "height": 480},
    "photo": [_file("photo") | {"width": 90, "height": 60}],
    "document": _file("document") | {"file_name": "a.bin"},
    "poll": {"id": "1", "question": "明天会下雨吗？", "options": [_OPTION, _OPTION | {"persistent_id": "2"}]}
    | {"total_voter_count": 0, "is_closed": False, "is_anonymous": True, "type": "regular"}
    | {"allows_multiple_answers": False, "allows_revoting": True, "members_only": False},
    "location": {"latitude": 36.06, "longitude": 103.83},
    "venue": {"location": {"latitude": 36.06, "longitude": 103.83}, "title": "黄河铁桥", "address": "兰州"},
    "contact": {"phone_number": "+8613800000000", "first_name": "小王"},
    "dice": {"emoji": "🎲", "value": 4},
    "story": {"chat": {"id": 5, "type": "private", "first_name": "小王"}, "id": 1},
}


def words(text: str, name: str = "text") -> Json:
    """The text fields of a message that a person writes: Telegram finds their mentions, commands and links too."""
    formatted = markup.read(text, None)
    entities = "entities" if name == "text" else "caption_entities"
    return {name: formatted.text} | ({entities: formatted.entities} if formatted.entities else {})


def inline_message(result: Json, sender: Json) -> Json:
    """The content of the message that a chosen inline result becomes."""
    formatted = limits.result_content(result)
    content: Json = {**sender, "text": formatted.text or result.get("title", "")}
    if formatted.entities:
        content["entities"] = formatted.entities
    keyboard = limits.keyboard(result.get("reply_markup"))
    return content | ({"reply_markup": keyboard} if keyboard else {})


def sender(
    chat: Chat | None,
    by: Person | None,
    anonymous: bool = False,
    as_channel: Chat | None = None,
    *,
    automatic: bool = False,
) -> Json:
    """The fields that name the author of a message."""
    if as_channel:
        return {"from": _FORWARDER if automatic else _AS_CHANNEL, "sender_chat": as_channel.brief()}
    if chat and (anonymous or chat.type == "channel"):
        return {"sender_chat": chat.brief()} | ({"from": _ANONYMOUS} if chat.type != "channel" else {})
    assert by, "only a channel's posts are by nobody"
    return {"from": by.user()}


def origin(source: Person | Chat | str) -> Json:
    """The origin of a forwarded message: a person, a chat, a channel, or a name whose account is hidden."""
    now = int(time.time())
    if isinstance(source, str):
        return {"type": "hidden_user", "date": now, "sender_user_name": source}
    if isinstance(source, Person):
        return {"type": "user", "date": now, "sender_user": source.user()}
    if source.type == "channel":
        return {"type": "channel", "date": now, "chat": source.brief(), "message_id": source.last_id or 1}
    return {"type": "chat", "date": now, "sender_chat": source.brief()}
