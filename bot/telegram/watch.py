"""The watch over waits: a person is told once when an article has come that answers what the person waits for."""

import asyncio
import logging
import time
from collections.abc import Callable
from datetime import date

from telegram import Bot, Message
from telegram.error import BadRequest, Forbidden, NetworkError, TelegramError

from bot.service.conversations import Conversations
from bot.service.search_service import SearchService
from bot.service.waits import Wait
from bot.telegram.access import Access
from bot.telegram.answering import Answering, Asked
from bot.telegram.pacing import may_be_taken
from bot.telegram.sending import send_to
from bot.words import waits
from bot.words.language import Language, speak
from retrieval.store.errors import StoreError

# Between two looks. Articles that came since the last look are searched when none came between two looks, because more
# may follow; at last after `_LONGEST_SECONDS`, because an import may go on for hours.
_LOOK_SECONDS, _LONGEST_SECONDS = 10.0, 300.0
# Between two searches: thirty a minute, at some 20 ms each, are one hundredth of the search thread.
_PAUSE_SECONDS = 2.0
# For a message that is being sent when the bot stops.
_FINISHING_SECONDS = 5.0
_TASK = "tell those who wait"
_log = logging.getLogger(__name__)


class Watch:
    """Searches for each wait once for each generation of the articles, while no reader waits for the search.

    When several processes serve one bot, one of them searches and tells.

    A wait is deleted after its message was sent: a kill between the two tells the person a second time, as a kill
    repeats any answer of the bot; the other order would lose the message without a trace.
    """

    def __init__(
        self,
        service: SearchService,
        answering: Answering,
        conversations: Conversations,
        access: Access,
        today: Callable[[], date],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._service, self._answering, self._conversations = service, answering, conversations
        self._access, self._today, self._clock = access, today, clock
        # The generation at the last look, and the moment of the first look since which it has not stood still.
        self._generation, self._moving_since = -1, clock()
        # The generation at which a wait was searched for, the longest ago first.
        self._searched: dict[int, int] = {}

    async def run(self, bot: Bot) -> None:
        """Look again and again, until cancelled."""
        while True:
            try:
                await self.look(bot)
            except Exception:  # a fault of one look must not end the watch
                _log.exception("没能查看有没有人在等的报道。")
            await asyncio.sleep(_LOOK_SECONDS)

    async def look(self, bot: Bot) -> None:
        """Search for the waits that are due; one that fails stays due and holds up no other. Raises StoreError."""
        if not self._service.waits.open():
            self._searched.clear()
            self._moving_since = self._clock()
            return
        if not await self._service.takes(_TASK):
            return
        generation = await self._service.generation()
        if not self._is_quiet(generation):
            return
        for wait in self._due(generation):
            try:
                if not await self._service.takes(_TASK):
                    return
                await self._look_for(bot, wait, generation)
            except StoreError as error:
                _log.warning("%s", error)
            await asyncio.sleep(_PAUSE_SECONDS)

    def _is_quiet(self, generation: int) -> bool:
        """Whether the articles have stood still since the last look, or have moved for too long to wait for that."""
        now, is_still = self._clock(), generation == self._generation
        self._generation = generation
        if is_still or now - self._moving_since > _LONGEST_SECONDS:
            self._moving_since = now
            return True
        return False

    def _due(self, generation: int) -> list[Wait]:
        """The waits that were not searched for at this generation, those never searched for first."""
        waits = {wait.number: wait for wait in self._service.waits.open() if self._access.may_ask(wait.person)}
        self._searched = {number: at for number, at in self._searched.items() if number in waits}
        never = [number for number in waits if number not in self._searched]
        return [waits[number] for number in (*never, *self._searched) if self._searched.get(number) != generation]

    async def _look_for(self, bot: Bot, wait: Wait, generation: int) -> None:
        result = await self._service.search_aside(wait.question, self._today())
        if result is None:
            return  # readers go first: it stays due
        if not wait.is_ended_by(result):
            self._searched.pop(wait.number, None)
            self._searched[wait.number] = generation
            return
        if self._service.waits.find(wait.person, wait.question) is None:
            return  # the person has ended it meanwhile
        telling = asyncio.ensure_future(self._tell(bot, wait))
        try:
            await asyncio.shield(telling)
        except asyncio.CancelledError:
            # What is being sent is finished with its deletion, so that a stop tells nobody twice.
            await asyncio.wait([telling], timeout=_FINISHING_SECONDS)
            raise

    async def _tell(self, bot: Bot, wait: Wait) -> None:
        """Send the answer, and end the wait once Telegram has taken it; otherwise it stays due."""
        speak(_language(wait))
        opening = waits.told(self._clock() - wait.at, wait.question)
        reply, page = await self._answering.reply(Asked(wait.question, True, opening=opening))
        if page is None:
            return  # the article was taken down meanwhile, or many ask at this moment
        sent: Message | None = None
        try:
            sent = await send_to(bot, wait.person, reply)
        except Forbidden:
            self._service.waits.forget(wait.person)  # the person has blocked the bot
            return
        except BadRequest as error:
            _log.warning("没能告知等消息的人：%s", error.message)  # the same message would be refused again
        except TelegramError as error:
            if not (isinstance(error, NetworkError) and may_be_taken(error)):
                return
        if sent is not None:
            self._conversations.remember(wait.person, sent.message_id, page)
        await self._service.waits.drop(wait.number)


def _language(wait: Wait) -> Language:
    return Language[wait.language] if wait.language in Language.__members__ else Language.SIMPLIFIED
