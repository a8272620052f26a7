"""The pace of calls to Telegram: a queue for each chat, the waits of flood control, and tries after a failure.

python-telegram-bot's own limiter stops all chats when Telegram asks one to wait, and counts calls that show nothing.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Coroutine, Iterator
from datetime import timedelta
from typing import Any, TypeVar

import httpx
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TelegramError, TimedOut
from telegram.ext import BaseRateLimiter

Call = Callable[..., Coroutine[Any, Any, Any]]

# Messages that Telegram takes: core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
_PRIVATE, _GROUP, _OVERALL = (1, 1.0), (20, 60.0), (30, 1.0)  # so many in so many seconds
# The calls that count, and those that are tried again: a person waits for each of them. The calls at the start are
# tried again elsewhere, with a notice; a reaction or a deletion is not worth it.
_MESSAGES = ("send", "edit", "copy", "forward")
_SILENT = "sendChatAction"
_AGAIN = (*_MESSAGES, "answer", "getFile")
# A second call of these changes nothing, so that they are tried again although Telegram may have taken the first.
_HARMLESS_TWICE = ("edit", "answer", "getFile")
# Seconds for which a call is tried again: after a minute nobody waits for an answer, and after some ten seconds
# Telegram refuses the answer to a button or to an inline query. An editor's file and its card are worth any wait.
UNTIL_DONE = float("inf")
ANSWER_SECONDS = 60.0
_SECONDS = {"answer": 8.0, "getFile": UNTIL_DONE}
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 16.0
# Messages that may wait in one chat: in a group, the last of them waits for a minute and a half.
_LONGEST_QUEUE = 30
# Telegram halts the whole bot when it refuses so many chats within a second; each chat waits for its own halt before.
_CHATS_OF_A_HALT, _HALT_SECONDS = 3, 1.0
_MOST_CHATS = 1000
_T = TypeVar("_T")
_log = logging.getLogger(__name__)


class NotSentError(TelegramError):
    """A call was given up before it was made: too many wait before it, or the wait is longer than it is worth."""

    def __init__(self) -> None:
        super().__init__("要等太久，没有发送。")


class _Window:
    """At most `most` moments in any `seconds`."""

    def __init__(self, most: int, seconds: float) -> None:
        self._seconds = seconds
        self._moments: deque[float] = deque(maxlen=most)

    def free_at(self) -> float:
        """The moment from which another one has room."""
        return self._moments[0] + self._seconds if len(self._moments) == self._moments.maxlen else 0.0

    def take(self, now: float) -> None:
        self._moments.append(now)

    def is_empty(self, now: float) -> bool:
        return not self._moments or self._moments[-1] + self._seconds <= now


class _Chat:
    """The calls to one chat: messages go one after the other, in the order in which they were called.

    Answers to buttons and to inline queries name no chat; together they are treated as one.
    """

    def __init__(self, window: _Window) -> None:
        self.window = window
        self.turn = asyncio.Lock()
        self.waiting = 0
        self.halted_until = 0.0

    def is_idle(self, now: float) -> bool:
        return not self.waiting and self.halted_until <= now and self.window.is_empty(now)


class Pacing(BaseRateLimiter[float]):
    """Sends at most 1 message a second to a person, 20 a minute to a group, and 30 a second in all.

    A chat that Telegram asks to wait (429) waits alone; all wait when several are asked at once. A call is tried again,
    with growing pauses, when no connection was made, when the connection was closed without an answer, and when
    Telegram answers with a fault of its own (5xx). A message whose answer never came may have been taken: it is not
    sent again. `rate_limit_args` of a call are the seconds for which it is tried again.
    """

    def __init__(self) -> None:
        self._chats: dict[object, _Chat] = {}
        self._overall = _Window(*_OVERALL)
        self._halted_until = 0.0
        self._refused: dict[_Chat, float] = {}

    async def initialize(self) -> None:
        """Do nothing: there is nothing to open."""

    async def shutdown(self) -> None:
        """Do nothing: waiting calls end with the updates that made them."""

    async def process_request(
        self,
        callback: Call,
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: float | None,
    ) -> Any:
        """The result of the call, once it has been made. Raises NotSentError, and Telegram's errors."""
        if not endpoint.startswith(_AGAIN):
            return await callback(*args, **kwargs)
        seconds = rate_limit_args or _seconds_for(endpoint)
        call = _Call(lambda: callback(*args, **kwargs), endpoint, _now() + seconds)
        name = data.get("chat_id")
        chat = self._chat(name)
        if not call.is_message:
            return await self._call(call, chat)
        if chat.waiting >= _LONGEST_QUEUE and seconds != UNTIL_DONE:
            raise NotSentError
        chat.waiting += 1
        try:
            await call.taking(chat.turn)
            try:
                return await self._call(call, chat)
            finally:
                chat.turn.release()
        except Forbidden:
            # A person who has blocked the bot, or a group that has removed it: nothing is remembered of it.
            self._chats.pop(name, None)
            raise
        finally:
            chat.waiting -= 1

    async def _call(self, call: "_Call", chat: _Chat) -> Any:
        """Make the call when it is free to be made, and again after a failure, until its deadline."""
        pauses = _pauses()
        while True:
            await self._wait(call, chat)
            try:
                return await call.make()
            except RetryAfter as error:
                self._halt(chat, _seconds(error))
            except NetworkError as error:
                pause = next(pauses)
                if not call.may_repeat(error) or _now() + pause > call.deadline:
                    raise
                _log.info("%s 没有成功，%g 秒后再试：%s", call.endpoint, pause, error.message.split("\n")[0])
                await asyncio.sleep(pause)

    async def _wait(self, call: "_Call", chat: _Chat) -> None:
        """Wait until the chat and the bot as a whole may send. Raises NotSentError when that is after the deadline."""
        windows = (chat.window, self._overall) if call.is_message else ()
        while (free := max(chat.halted_until, self._halted_until, *(each.free_at() for each in windows))) > _now():
            if free > call.deadline:
                raise NotSentError
            await asyncio.sleep(free - _now())
        for window in windows:
            window.take(_now())

    def _halt(self, chat: _Chat, seconds: float) -> None:
        """Halt the chat that Telegram has refused; all chats, for the shortest of these waits, when it refuses several.

        A group that must wait for long beside others holds them no longer than it must.
        """
        now = _now()
        chat.halted_until = max(chat.halted_until, now + seconds)
        self._refused = {other: at for other, at in self._refused.items() if now - at < _HALT_SECONDS} | {chat: now}
        is_for_all = len(self._refused) >= _CHATS_OF_A_HALT
        if is_for_all:
            self._halted_until = max(self._halted_until, min(other.halted_until for other in self._refused))
        _log.warning("Telegram 要求等 %g 秒，%s。", seconds, "全部都等" if is_for_all else "只有一个聊天等")

    def _chat(self, name: object) -> _Chat:
        if name not in self._chats:
            if len(self._chats) >= _MOST_CHATS:
                now = _now()
                self._chats = {name: chat for name, chat in self._chats.items() if not chat.is_idle(now)}
            self._chats[name] = _Chat(_Window(*_limit(name)))
        return self._chats[name]


def may_be_taken(error: NetworkError) -> bool:
    """Whether Telegram may have taken the call although no answer came: it was sent, and then time ran out."""
    return isinstance(error, TimedOut) and not isinstance(error.__cause__, httpx.ConnectTimeout | httpx.PoolTimeout)


async def tried_again(make: Callable[[], Coroutine[Any, Any, _T]]) -> _T:
    """The result of something that may be done twice, such as a download: tried for `ANSWER_SECONDS`."""
    deadline, pauses = _now() + ANSWER_SECONDS, _pauses()
    while True:
        try:
            return await make()
        except NetworkError as error:
            pause = next(pauses)
            if isinstance(error, BadRequest) or _now() + pause > deadline:
                raise
            await asyncio.sleep(pause)


class _Call:
    """One call, with the moment after which it is not made any more."""

    def __init__(self, make: Callable[[], Coroutine[Any, Any, Any]], endpoint: str, deadline: float) -> None:
        self.make, self.endpoint, self.deadline = make, endpoint, deadline
        self.is_message = endpoint.startswith(_MESSAGES) and endpoint != _SILENT

    async def taking(self, turn: asyncio.Lock) -> None:
        """Wait for the turn of the chat, and take it. Raises NotSentError at the deadline."""
        try:
            async with asyncio.timeout_at(None if self.deadline == UNTIL_DONE else self.deadline):
                await turn.acquire()
        except TimeoutError:
            raise NotSentError from None

    def may_repeat(self, error: NetworkError) -> bool:
        """Whether to make the call again: Telegram has not refused it, and a second time does no harm."""
        if isinstance(error, BadRequest):  # an answer, although a NetworkError to the library
            return False
        return not may_be_taken(error) or self.endpoint.startswith(_HARMLESS_TWICE)


def _seconds_for(endpoint: str) -> float:
    return next((seconds for name, seconds in _SECONDS.items() if endpoint.startswith(name)), ANSWER_SECONDS)


def _limit(name: object) -> tuple[int, float]:
    """The limit of a chat; groups and channels have negative numbers, or names."""
    if name is None:
        return _OVERALL
    return _PRIVATE if isinstance(name, int) and name > 0 else _GROUP


def _now() -> float:
    """Seconds on the clock of the event loop."""
    return asyncio.get_running_loop().time()


def _pauses() -> Iterator[float]:
    pause = _FIRST_PAUSE
    while True:
        yield pause
        pause = min(_LONGEST_PAUSE, pause * 2)


def _seconds(error: RetryAfter) -> float:
    wait = error.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)
