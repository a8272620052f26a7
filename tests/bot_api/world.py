"""Telegram's state: people, chats, messages, files, and the part that the bot may see."""

import time
from dataclasses import dataclass, field
from typing import Any

from tests.bot_api.error import ApiError

Json = dict[str, Any]
Stored = tuple[str, bytes, int]  # path, content, declared size in bytes

# A message with one of these fields is a person's; one without is a service message.
CONTENT_FIELDS = {"text", "caption", "sticker", "voice", "audio", "video", "video_note", "animation", "photo"}
CONTENT_FIELDS |= {"document", "poll", "location", "venue", "contact", "dice", "story"}
_RIGHTS = (
    *("can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages", "can_manage_video_chats"),
    *("can_restrict_members", "can_promote_members", "can_change_info", "can_invite_users", "can_post_stories"),
    *("can_edit_stories", "can_delete_stories", "can_send_welcome_messages"),
)


@dataclass(frozen=True)
class Person:
    """A user of Telegram, bots included."""

    id: int
    first_name: str
    username: str | None = None
    language: str | None = None
    is_bot: bool = False

    def user(self) -> Json:
        known = {"username": self.username, "language_code": self.language}
        return {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name} | {
            name: value for name, value in known.items() if value
        }


@dataclass
class Chat:
    """A chat with its history. `members` maps user ids to Telegram's names of their status."""

    id: int
    type: str
    title: str
    username: str | None = None
    forum: bool = False
    members: dict[int, str] = field(default_factory=dict)
    privacy: bool = True
    bot: str = "member"  # the bot's status in it: member, administrator, left, kicked; or unknown, before /start
    migrated_to: int | None = None
    history: dict[int, Json] = field(default_factory=dict)
    threads: set[int] = field(default_factory=set)
    last_id: int = 0

    def brief(self) -> Json:
        """The Chat object that messages carry."""
        name = {"first_name": self.title} if self.type == "private" else {"title": self.title}
        chat: Json = {"id": self.id, "type": self.type, **name}
        if self.username:
            chat["username"] = self.username
        return chat | ({"is_forum": True} if self.forum else {})


class World:
    """The state that outlives a request and a restart of the server."""

    def __init__(self, bot: Person) -> None:
        self.bot = bot
        self.people: dict[int, Person] = {bot.id: bot}
        self.chats: dict[int, Chat] = {}
        self.files: dict[str, Stored] = {}
        self.inline_messages: dict[str, Json] = {}

    def add(self, chat: Chat, fields: Json, date: int | None = None) -> Json:
        """Adds a message to a chat's history; each chat counts its own ids."""
        chat.last_id += 1
        message = {"message_id": chat.last_id, "date": int(time.time()) if date is None else date, "chat": chat.brief()}
        chat.history[chat.last_id] = message | fields
        return chat.history[chat.last_id]

    def store(self, name: str, content: bytes, size: int | None = None) -> Json:
        """Stores a file; returns its object in messages."""
        number = len(self.files) + 1
        identity = f"file-{number}-of-{self.bot.id}"
        size = len(content) if size is None else size
        self.files[identity] = (f"documents/file_{number}.{name.rpartition('.')[2]}", content, size)
        return {"file_id": identity, "file_unique_id": f"unique-{number}", "file_size": size}

    def find(self, chat_id: int | str | None) -> Chat | None:
        """The chat with this number or @username, whether the bot may write there or not."""
        if isinstance(chat_id, str):
            return next(
                (chat for chat in self.chats.values() if chat.username and chat_id == f"@{chat.username}"), None
            )
        return None if chat_id is None else self.chats.get(chat_id)

    def reach(self, chat_id: int | str) -> Chat:
        """The chat that a request of the bot names. Raises `ApiError` when the bot may not write there."""
        chat = self.find(chat_id)
        if chat is None or chat.bot == "unknown":
            raise ApiError("chat not found")
        if chat.migrated_to:
            moved = {"migrate_to_chat_id": chat.migrated_to}
            raise ApiError("group chat was upgraded to a supergroup chat", parameters=moved)
        if chat.bot == "kicked" and chat.type == "private":
            raise ApiError("bot was blocked by the user", 403)
        if chat.bot == "kicked":
            raise ApiError(f"bot was kicked from the {chat.type} chat", 403)
        if chat.bot == "left":
            raise ApiError(f"bot is not a member of the {chat.type} chat", 403)
        return chat

    def place(self, chat: Chat, params: Json) -> Json:
        """The fields of a bot's message that name its thread and the message it answers."""
        reply, thread = params.get("reply_parameters") or {}, params.get("message_thread_id")
        replied = self.chats.get(reply.get("chat_id") or chat.id, chat).history.get(reply.get("message_id") or 0)
        if reply and not replied and not reply.get("allow_sending_without_reply"):
            raise ApiError("message to be replied not found")
        if replied and reply.get("quote") and reply["quote"] not in replied.get("text", replied.get("caption", "")):
            raise ApiError("QUOTE_TEXT_INVALID", fault=True)
        if thread is not None and thread not in (chat.threads if chat.forum else chat.history):
            raise ApiError("message thread not found")
        fields = self.reply(chat, replied) if replied else {}
        if thread is None or replied:
            return fields
        return self.in_topic(chat, thread) if chat.forum else {"message_thread_id": thread}

    def reply(self, chat: Chat, replied: Json) -> Json:
        """The fields of an answer; its thread is that of the answered message."""
        shown = {name: value for name, value in replied.items() if name != "reply_to_message"}
        thread = replied.get("message_thread_id")
        if chat.forum:
            place = {"message_thread_id": thread, "is_topic_message": True} if thread in chat.threads else {}
        else:
            place = {"message_thread_id": thread or replied["message_id"]} if chat.type == "supergroup" else {}
        return {"reply_to_message": shown, **place}

    def in_topic(self, chat: Chat, thread: int) -> Json:
        """The fields of a message in a topic that answers no other: Telegram says that it answers the topic's start."""
        return self.reply(chat, chat.history[thread])

    def delivered(self, chat: Chat, message: Json) -> bool:
        """Whether the bot is told of a message; in groups privacy mode decides.

        Privacy mode delivers commands that aren't addressed to another bot, replies to the bot, messages sent through
        a bot, and service messages; it delivers no mentions.
        """
        if chat.bot in ("left", "kicked", "unknown"):
            return False
        if chat.type in ("private", "channel") or chat.bot == "administrator" or not chat.privacy:
            return True
        if "via_bot" in message or "from" not in message or not CONTENT_FIELDS & set(message):
            return True
        if message.get("reply_to_message", {}).get("from", {}).get("id") == self.bot.id:
            return True
        text = message.get("text", message.get("caption", ""))
        command, _, addressee = text.split(maxsplit=1)[0].partition("@") if text.strip() else ("", "", "")
        mine = f"@{self.bot.username}".lower()
        commands = [
            text.encode("utf-16-le")[2 * entity["offset"] : 2 * (entity["offset"] + entity["length"])].decode(
                "utf-16-le"
            )
            for entity in message.get("entities", message.get("caption_entities", []))
            if entity["type"] == "bot_command"
        ]
        if any(mention.lower().endswith(mine) for mention in commands):
            return True
        ascii_name = "".join(character for character in addressee if character.isascii())
        return command.startswith("/") and (not ascii_name or ascii_name.lower() == mine[1:])

    def member(self, chat: Chat, user_id: int) -> Json:
        """The ChatMember object of someone; `left` when they aren't in it."""
        person = self.people.get(user_id)
        if person is None:
            raise ApiError("PARTICIPANT_ID_INVALID")
        status = chat.bot if person is self.bot else chat.members.get(user_id, "left")
        return membership(person, "member" if chat.type == "private" and status == "left" else status)


def membership(person: Person, status: str) -> Json:
    """A ChatMember object."""
    fields: Json = {"status": status, "user": person.user()}
    if status == "administrator":
        fields |= {right: right not in ("can_be_edited", "is_anonymous") for right in _RIGHTS}
    elif status == "creator":
        fields["is_anonymous"] = False
    elif status == "kicked":
        fields["until_date"] = 0
    return fields
