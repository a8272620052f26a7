"""Flood limits: chats that Telegram has halted, and the most messages in a minute and in a second."""

import math
import time
from collections import defaultdict, deque
from collections.abc import Callable
from typing import Any

from tests.bot_api.error import ApiError
from tests.bot_api.world import Chat

Json = dict[str, Any]

_GROUPS = ("group", "supergroup")
_MINUTE, _SECOND = 60.0, 1.0


class Flood:
    """Refuses calls with 429 and the seconds to wait; `refused` has the chat of each refused call, in order.

    The limits are those of Telegram's FAQ for bots: 20 messages a minute in a group, 30 messages a second overall.
    Messages are calls of send..., without sendChatAction. Telegram tolerates short bursts, counts edits in some way and
    slows down a single chat, none of which is documented or enforced here. A refused message does not count.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self.refused: list[int] = []
        self.per_minute: int | None = None
        self.per_second: int | None = None
        self._halts: dict[int, float] = {}
        self._in_group: defaultdict[int, deque[float]] = defaultdict(deque)
        self._overall: deque[float] = deque()

    def halt(self, chat: Chat, seconds: float) -> None:
        """Refuse every call to this chat from now on for so many seconds."""
        self._halts[chat.id] = self.clock() + seconds

    def admit(self, method: str, chat: Chat | None) -> None:
        """Count a call to a chat. Raises `ApiError` (429) if the chat is halted or a limit is reached."""
        if chat is None:
            return
        now = self.clock()
        waits = [self._halts.get(chat.id, now) - now]
        windows: list[deque[float]] = []
        if method.startswith("send") and method != "sendChatAction":
            if self.per_minute is not None and chat.type in _GROUPS:
                windows.append(self._in_group[chat.id])
                waits.append(_wait(windows[-1], self.per_minute, _MINUTE, now))
            if self.per_second is not None:
                windows.append(self._overall)
                waits.append(_wait(self._overall, self.per_second, _SECOND, now))
        if max(waits) > 0:
            self.refused.append(chat.id)
            seconds = math.ceil(max(waits))
            raise ApiError(f"Too Many Requests: retry after {seconds}", 429, parameters={"retry_after": seconds})
        for window in windows:
            window.append(now)


def _wait(window: deque[float], most: int, seconds: float, now: float) -> float:
    """The seconds until one more message fits; drops the messages that have left the window."""
    while window and window[0] <= now - seconds:
        window.popleft()
    return window[0] + seconds - now if len(window) >= most else 0.0
