"""What owners and group admins have set for a chat: whether its people may ask, and to what a group is limited."""

import json
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from typing import Any

from bot.service.memory import Memory
from retrieval.change import Change
from retrieval.index.protocol import Filters

_VERSION = 1
# Characters of a name and of a source. Ten sources are a line of a phone or two.
_LONGEST, MOST_SOURCES = 100, 10


@dataclass(frozen=True, slots=True)
class ChatSettings:
    """A group, or the private chat of a person, by the `name` that it had.

    A group is limited to articles of its `sources`, if any are named, and to those of its last `days`, with today.
    """

    name: str = ""
    is_listed: bool = False
    sources: tuple[str, ...] = ()
    days: int | None = None

    @property
    def limit_name(self) -> str:
        """The limit as one string, which is another one for each other limit; empty without a limit."""
        return f"{'、'.join(self.sources)} {self.days or ''}".strip()

    def limit(self, today: date) -> Filters | None:
        """The articles that questions in the chat find; None for all."""
        if not self.sources and self.days is None:
            return None
        since = None if self.days is None else today - timedelta(self.days - 1)
        return Filters(since=since, source="、".join(self.sources) or None)


_NOTHING = ChatSettings()


class Chats:
    """The settings of all chats that have any: all of them in memory, and in the file."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self.load()

    def load(self) -> None:
        """Read the settings that another process may have changed. Raises StoreError."""
        rows = ((number, _from_row(row)) for number, row in self._memory.chats.items())
        # One assignment: the event loop reads meanwhile.
        self._settings = {number: settings for number, settings in rows if settings}

    def settings(self, chat_id: int) -> ChatSettings:
        return self._settings.get(chat_id, _NOTHING)

    def listed(self) -> list[tuple[int, ChatSettings]]:
        """The chats whose people may ask, by number: groups first."""
        return sorted((number, settings) for number, settings in list(self._settings.items()) if settings.is_listed)

    def change(self, chat_id: int, change: Change, name: str = "", **fields: Any) -> None:
        """Change these fields of a chat's settings, with an entry in the journal that names the chat before its note.

        Fields that are so already change nothing. Raises StoreError.
        """
        with self._memory.write():
            # Another process may have changed other fields.
            before = _from_row(self._memory.chats.value(chat_id) or "") or _NOTHING
            settings = replace(before, name=" ".join(name.split())[:_LONGEST] or before.name, **fields)
            if settings == before:
                return
            note = " ".join(filter(None, [str(chat_id), settings.name, change.note]))
            self._memory.journal.append(replace(change, note=note))
            if settings == replace(_NOTHING, name=settings.name):
                self._memory.chats.delete(chat_id)
            else:
                self._memory.chats.put(chat_id, json.dumps({"version": _VERSION, **asdict(settings)}))
        self._settings[chat_id] = settings

    def move(self, chat_id: int, new_id: int) -> None:
        """A group has another number from now on. Raises StoreError."""
        with self._memory.write():
            settings = _from_row(self._memory.chats.value(chat_id) or "")
            if settings is None:
                return
            self._memory.chats.put(new_id, json.dumps({"version": _VERSION, **asdict(settings)}))
            self._memory.chats.delete(chat_id)
        self._settings.pop(chat_id, None)
        self._settings[new_id] = settings


def _from_row(row: str) -> ChatSettings | None:
    """The settings of a row; None for a broken row, and for one of a later version."""
    try:
        fields = json.loads(row)
        if fields["version"] != _VERSION:
            return None
        sources = tuple(str(source)[:_LONGEST] for source in fields["sources"][:MOST_SOURCES])
        days = None if fields["days"] is None else int(fields["days"])
        return ChatSettings(str(fields["name"])[:_LONGEST], bool(fields["is_listed"]), sources, days)
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return None
