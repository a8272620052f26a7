"""The last answer of each conversation, for follow-ups; in the memory of one process only.

Nothing that is stored tells who asked what. When several processes serve one bot, one that gets a follow-up to the
answer of another takes it as a question of its own.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import NamedTuple

# A question that leans on another one follows it soon.
SECONDS = 600.0
_MOST = 10_000


class Shown(NamedTuple):
    """The number of an answer, and the place of the hit that a message shows of it."""

    number: int
    place: int = 0


class Conversations:
    """The last answers in private chats, and the answers that messages of the bot show."""

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        note: Callable[[int, int, int], None] = lambda *_: None,
    ) -> None:
        """`note` is told of each message that shows an answer: chat, message and number of the answer."""
        self._clock, self._note = clock, note
        self._last: OrderedDict[int, tuple[Shown, float]] = OrderedDict()
        self._shown: OrderedDict[tuple[int, int], Shown] = OrderedDict()

    def remember(self, chat_id: int, message_id: int, shown: Shown) -> None:
        """The bot shows this in a message, which is the last of its chat for now."""
        self._last.pop(chat_id, None)
        self._last[chat_id] = shown, self._clock()
        self._shown.pop((chat_id, message_id), None)
        self._shown[chat_id, message_id] = shown
        self._note(chat_id, message_id, shown.number)
        if len(self._last) > _MOST:
            self._last.popitem(last=False)
        if len(self._shown) > _MOST:
            self._shown.popitem(last=False)

    def last(self, chat_id: int) -> Shown | None:
        """The last answer in a chat, if it was shown within `SECONDS`."""
        shown, at = self._last.get(chat_id, (None, 0.0))
        return shown if self._clock() - at <= SECONDS else None

    def shown(self, chat_id: int, message_id: int) -> Shown | None:
        """The answer that a message of the bot shows; None for another message, and for an old one."""
        return self._shown.get((chat_id, message_id))

    def forget(self, chat_id: int) -> None:
        self._last.pop(chat_id, None)
        self._shown = OrderedDict((place, shown) for place, shown in self._shown.items() if place[0] != chat_id)
