"""The admission of readers: those who may ask, not too many questions of one person, none that are stale in a group.

A person who asks too fast is told once, and then gets no reply until the minute has passed. Editors are always
admitted.
"""

import time
from collections import Counter, deque
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

from telegram import Chat, Message, Update
from telegram.constants import ChatType

from bot.telegram.access import Access
from bot.telegram.gate import Gate
from bot.telegram.replies import Reply
from bot.telegram.sending import send
from bot.words import readers
from bot.words.language import said

Handler = Callable[[Update, Any], Coroutine[Any, Any, None]]

_SECONDS = 60
# Questions and presses of buttons of one person a minute. The presses of a group count as messages for Telegram.
_QUESTIONS, _GROUP_QUESTIONS = 20, 6
_PRESSES, _GROUP_PRESSES = 40, 10
# Updates of a group that may wait for their answers; each takes three seconds. A group is told so every ten minutes.
_MOST_WAITING, _TOLD_SECONDS = 10, 600
# A question that waited for longer at Telegram is skipped in a group, and answered with a note in private.
STALE_SECONDS = 600
_MOST_PEOPLE = 10_000


class _Allowance:
    """The last minute of one person in one chat."""

    def __init__(self, most: int) -> None:
        self.moments: deque[float] = deque(maxlen=most)
        self.is_told = False

    def wait(self, now: float) -> int:
        """Seconds until the next question; 0 takes this one."""
        if len(self.moments) == self.moments.maxlen and (left := self.moments[0] + _SECONDS - now) > 0:
            return max(1, round(left))
        self.moments.append(now)
        self.is_told = False
        return 0


class Admission:
    def __init__(self, gate: Gate, access: Access) -> None:
        self._gate, self._access = gate, access
        # Updates that are being answered, by chat.
        self._running: Counter[int] = Counter()
        self._people: dict[tuple[object, ...], _Allowance] = {}
        self._groups_told: dict[int, float] = {}

    def of(self, handler: Handler, *, for_all: bool = False) -> Handler:
        """The handler, called for those updates only that are admitted; `for_all` admits people who may not ask too."""

        async def admitted(update: Update, context: Any) -> None:
            refusal = self._refusal(update, for_all=for_all)
            if refusal is None:
                with self._counted(update.effective_chat):
                    await handler(update, context)
            elif update.callback_query is not None:
                # The app shows the button as busy until it is answered.
                await update.callback_query.answer(refusal)
            elif refusal and update.message is not None:
                await send(update.message, Reply(refusal))

        return admitted

    @contextmanager
    def _counted(self, chat: Chat | None) -> Iterator[None]:
        if chat is None:
            yield
            return
        self._running[chat.id] += 1
        try:
            yield
        finally:
            self._running[chat.id] -= 1
            if not self._running[chat.id]:
                del self._running[chat.id]

    def forget(self, chat_id: int) -> None:
        """Forget the people of a chat: the bot was blocked or removed."""
        self._people = {who: allowance for who, allowance in self._people.items() if who[0] != chat_id}
        self._groups_told.pop(chat_id, None)

    def _refusal(self, update: Update, *, for_all: bool) -> str | None:
        """None admits the update; an empty string refuses it without a word."""
        if self._gate.is_editor(update.effective_user):
            return None
        query, message = update.callback_query, update.effective_message
        now = time.time() if query is not None or message is None else moment(message)
        chat = update.effective_chat
        is_group = chat is not None and chat.type != ChatType.PRIVATE
        if is_group and query is None and time.time() - now > STALE_SECONDS:
            return ""
        if not for_all and (no := self._access.refusal(update)) is not None:
            return self._once(chat.id, no) if chat is not None and is_group and query is None else no
        if chat is not None and is_group and self._running[chat.id] >= _MOST_WAITING:
            full = said(readers.GROUP_FULL)
            return full if query is not None else self._once(chat.id, full)
        most = (_PRESSES, _GROUP_PRESSES) if query is not None else (_QUESTIONS, _GROUP_QUESTIONS)
        person = update.effective_sender
        allowance = self._allowance(chat.id if chat else None, person.id if person else None, most[is_group])
        wait = allowance.wait(now)
        if not wait:
            return None
        if allowance.is_told and query is None:
            return ""
        allowance.is_told = True
        return said(readers.TOO_FAST, seconds=wait)

    def _once(self, chat_id: int, sentence: str) -> str:
        """The sentence, or nothing when the group was told one a short time ago."""
        now = time.time()
        if now - self._groups_told.get(chat_id, 0.0) < _TOLD_SECONDS:
            return ""
        self._groups_told = {chat: at for chat, at in self._groups_told.items() if now - at < _TOLD_SECONDS}
        self._groups_told[chat_id] = now
        return sentence

    def _allowance(self, chat_id: int | None, person_id: int | None, most: int) -> _Allowance:
        who = (chat_id, person_id, most)
        if who not in self._people:
            if len(self._people) >= _MOST_PEOPLE:
                now = time.time()
                self._people = {one: own for one, own in self._people.items() if own.moments[-1] + _SECONDS > now}
            self._people[who] = _Allowance(most)
        return self._people[who]


def moment(message: Message) -> float:
    """The time at which a message was written or last edited, in seconds since 1970."""
    return (message.edit_date or message.date).timestamp()
