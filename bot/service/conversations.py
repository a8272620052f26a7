"""The last answer of each conversation, for follow-ups; in memory.

Nothing that is stored tells who asked what. Several processes of one bot tell each other the last answer of a chat for
some minutes, under a digest that only those can make who know the bot's token.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import NamedTuple

from bot.service.fellows import Fellows, digest_of_chat
from bot.service.sharing import ALONE, CONVERSATION_SECONDS

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
        fellows: Fellows | None = None,
        token: str = "",
    ) -> None:
        """`note` is told of each message that shows an answer: chat, message and number of the answer."""
        self._clock, self._note, self._token = clock, note, token
        self._fellows = fellows or Fellows(ALONE)
        self._last: OrderedDict[int, tuple[Shown, float]] = OrderedDict()
        self._shown: OrderedDict[tuple[int, int], Shown] = OrderedDict()

    def remember(self, chat_id: int, message_id: int, shown: Shown) -> None:
        """The bot shows this in a message, which is the last of its chat for now."""
        self._last.pop(chat_id, None)
        self._last[chat_id] = shown, self._clock()
        self._shown.pop((chat_id, message_id), None)
        self._shown[chat_id, message_id] = shown
        self._note(chat_id, message_id, shown.number)
        if chat_id > 0:  # a group has no last answer: see `last`
            self._fellows.note_last(digest_of_chat(self._token, chat_id), *shown)
        if len(self._last) > _MOST:
            self._last.popitem(last=False)
        if len(self._shown) > _MOST:
            self._shown.popitem(last=False)

    async def last(self, chat_id: int) -> Shown | None:
        """The last answer in a private chat, if any process has shown it within `CONVERSATION_SECONDS`."""
        if (told := await self._fellows.last(digest_of_chat(self._token, chat_id))) is not None:
            return Shown(*told)
        shown, at = self._last.get(chat_id, (None, 0.0))
        return shown if self._clock() - at <= CONVERSATION_SECONDS else None

    def shown(self, chat_id: int, message_id: int) -> Shown | None:
        """The answer that a message of the bot shows; None for another message, and for an old one."""
        return self._shown.get((chat_id, message_id))

    def forget(self, chat_id: int) -> None:
        self._last.pop(chat_id, None)
        self._shown = OrderedDict((place, shown) for place, shown in self._shown.items() if place[0] != chat_id)
