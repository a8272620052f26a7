"""Snapshots of messages and of pages of inline results as a person sees them; an edit makes a new one."""

import json
from dataclasses import dataclass
from typing import Any, Self

from tests.bot_api import markup

Json = dict[str, Any]

_LIVE = {"mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number"}


@dataclass(frozen=True)
class Message:
    """A snapshot of a message of any author. `raw` is the Bot API object.

    `mark` is the number of messages that the bot had shown by then: `api.reply(after=...)` looks at later ones.
    `delivered` says whether the bot was told (privacy mode, allowed_updates).
    """

    raw: Json
    mark: int
    delivered: bool = True

    @classmethod
    def of(cls, stored: Json, mark: int, delivered: bool = True) -> Self:
        """A snapshot of a message that may still change."""
        return cls(json.loads(json.dumps(stored)), mark, delivered)

    @property
    def id(self) -> int:
        number: int = self.raw["message_id"]
        return number

    @property
    def chat_id(self) -> int:
        number: int = self.raw["chat"]["id"]
        return number

    @property
    def text(self) -> str:
        """The text or the caption, without markup."""
        return str(self.raw.get("text", self.raw.get("caption", "")))

    @property
    def entities(self) -> list[Json]:
        """Sorted, those that Telegram found by itself included; offsets in UTF-16 units."""
        return list(self.raw.get("entities", self.raw.get("caption_entities", [])))

    def marked(self, kind: str) -> list[str]:
        """The parts under the entities of a kind."""
        return [markup.covered(self.text, entity) for entity in self.entities if entity["type"] == kind]

    @property
    def bold(self) -> list[str]:
        return self.marked("bold")

    @property
    def links(self) -> list[tuple[str, str]]:
        """(shown text, address) of each link that the bot made."""
        return [
            (markup.covered(self.text, entity), entity["url"])
            for entity in self.entities
            if entity["type"] == "text_link"
        ]

    @property
    def live(self) -> list[tuple[str, str]]:
        """(kind, text) of each entity that Telegram makes clickable although nobody marked it."""
        return [
            (entity["type"], markup.covered(self.text, entity)) for entity in self.entities if entity["type"] in _LIVE
        ]

    def markup(self) -> str:
        """The message as HTML, for documentation."""
        return markup.render(self.text, self.entities)

    @property
    def keyboard(self) -> list[list[Json]]:
        return list(self.raw.get("reply_markup", {}).get("inline_keyboard", []))

    @property
    def buttons(self) -> list[list[str]]:
        """The labels, row by row."""
        return [[button["text"] for button in row] for row in self.keyboard]

    @property
    def reply_to(self) -> int | None:
        """The id of the message that this one answers."""
        replied = self.raw.get("reply_to_message")
        return replied["message_id"] if replied else None

    @property
    def topic(self) -> int | None:
        """The thread of the message; None in a chat without topics and in the general topic."""
        return self.raw.get("message_thread_id") if self.raw.get("is_topic_message") else None


class Toast(str):
    """The text that answerCallbackQuery showed, empty when it showed none; `mark` as in `Message`."""

    alert: bool
    url: str | None
    mark: int


@dataclass(frozen=True)
class InlinePage:
    """The answer of answerInlineQuery; `results` are Bot API objects as the bot sent them."""

    query: str
    results: list[Json]
    next_offset: str
    cache_time: int
    is_personal: bool
    button: Json | None

    def shown(self, number: int) -> markup.Formatted:
        """The message that a result becomes when it is chosen."""
        content = self.results[number].get("input_message_content", self.results[number])
        name = "message_text" if "message_text" in content else "caption"
        return markup.read(content.get(name, ""), content.get("parse_mode"), content.get("entities"))
