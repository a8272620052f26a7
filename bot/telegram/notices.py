"""Notices to owners of errors in handlers: one of a kind an hour, and so many a day."""

import logging
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from telegram import Bot
from telegram.error import TelegramError

from bot.telegram.markup import shown
from bot.telegram.replies import Reply
from bot.telegram.sending import send_to
from bot.words import operators
from retrieval.store.errors import StoreError

_HOUR, _DAY = 3600.0, 86_400.0
_MOST_A_DAY = 10
_LONGEST = 200
# Every message passes through these: the place of an error is the one that called them.
_ON_THE_WAY = ("pacing.py", "sending.py")
_OURS = Path(__file__).parents[1]
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Kind:
    """Errors of one kind: when owners were last told, and how many they were not told of since."""

    told: float
    untold: int = 0


class Notices:
    """Tells owners of errors, in Simplified Chinese: the errors happen in updates of others, in other languages."""

    def __init__(self, owners: Callable[[], Sequence[int]], clock: Callable[[], float] = time.time) -> None:
        self._owners, self._clock = owners, clock
        # There are as many kinds as places in the code that fail.
        self._kinds: dict[str, _Kind] = {}
        self._told: list[float] = []

    async def tell(self, bot: Bot, number: str, error: Exception) -> None:
        """Tell each owner of this error, with the number under which the log has it; nothing of it raises.

        An error of a kind that was told within the hour is counted, and the next notice of that kind says how many
        there were. So is every error beyond `_MOST_A_DAY` notices within a day.
        """
        kind, now = kind_of(error), self._clock()
        known = self._kinds.get(kind)
        self._told = [at for at in self._told if now - at < _DAY]
        if (known is not None and now - known.told < _HOUR) or len(self._told) >= _MOST_A_DAY:
            self._kinds.setdefault(kind, _Kind(now - _HOUR)).untold += 1
            return
        self._told.append(now)
        is_last = len(self._told) == _MOST_A_DAY
        self._kinds[kind] = _Kind(now)
        reply = Reply(shown(operators.broken(number, kind, known.untold if known else 0, is_last=is_last)))
        for owner in self._owners():
            try:
                await send_to(bot, owner, reply)
            except TelegramError as second:  # not started, blocked, or Telegram is away: the log has the error
                _log.info("没能告知管理者：%s", second.message)


def kind_of(error: BaseException) -> str:
    """KeyError, pages:78: the class of an error and where the bot met it, or where a library raised it.

    Its message stands behind only when it is Telegram's or the store's: any other one may quote what a person wrote.
    """
    places = [(Path(frame.filename), frame.lineno) for frame in traceback.extract_tb(error.__traceback__)]
    own = [place for place in places if _OURS in place[0].parents and place[0].name not in _ON_THE_WAY]
    path, line = (own or places or [(Path("?"), 0)])[-1]
    told = f"：{str(error).splitlines()[0]}" if isinstance(error, TelegramError | StoreError) and str(error) else ""
    return f"{type(error).__name__}，{path.stem}:{line}{told}"[:_LONGEST]
