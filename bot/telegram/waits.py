"""Handlers of 有消息告诉我 below a question that found nothing, in private.

Groups have no such button: a reply there is one line, and the answer comes in private, where the person may have to
press start first. Whoever wants to wait asks again in private.
"""

from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from telegram import CallbackQuery, Message, Update
from telegram.constants import ChatType
from telegram.ext import ContextTypes

from bot.service.answers import Answer
from bot.service.conversations import Conversations
from bot.service.search_service import SearchService
from bot.service.waits import DAYS, MOST_OF_ONE
from bot.telegram import replies
from bot.telegram.answering import Answering
from bot.telegram.markup import shown
from bot.telegram.replies import Button, Reply
from bot.telegram.sending import edit, relabel, send
from bot.words import readers, waits
from bot.words.language import language_of, said

Context = ContextTypes.DEFAULT_TYPE
# The patterns of the data of buttons: wait for the question of an answer, or no more; give up another wait for it.
TOGGLE, REPLACE = r"^k:[-+]:[0-9a-f]{1,16}$", r"^k:[0-9a-f]{1,16}:[0-9a-f]{1,16}$"


class _Press(NamedTuple):
    query: CallbackQuery
    message: Message
    fields: list[str]
    # The answer whose question is meant, by its number
    number: int
    answer: Answer


class Waiting:
    def __init__(
        self, service: SearchService, answering: Answering, conversations: Conversations, today: Callable[[], date]
    ) -> None:
        self._service, self._answering, self._conversations = service, answering, conversations
        self._today = today

    async def toggle(self, update: Update, _: Context) -> None:
        """Begin or end a wait. The same button ends what it began, so that it is found where it was pressed."""
        press = await self._press(update)
        if press is None:
            return
        person = press.message.chat.id
        if press.fields[0] == "-":
            wait = self._service.waits.find(person, press.answer.question)
            if wait is not None:
                await self._service.waits.drop(wait.number)
            await relabel(press.message, press.query.data, replies.waiting(press.number, is_waiting=False))
            await press.query.answer(said(waits.DROPPED))
        elif await self._is_answered(press.answer.question):
            # The article came between the question and the press.
            await press.query.answer()
            await self._answer(press)
        elif await self._begin(press):
            await relabel(press.message, press.query.data, replies.waiting(press.number, is_waiting=True))
            await press.query.answer(said(waits.NOTED, days=DAYS))
        elif (own := self._service.waits.of(person)) and len(own) >= MOST_OF_ONE:
            await press.query.answer()
            instead = Button(said(waits.REPLACE), f"k:{own[0].number:x}:{press.number:x}")
            await send(press.message, Reply(shown(waits.too_many(MOST_OF_ONE, own[0].question)), ((instead,),)))
        else:
            await press.query.answer(said(waits.TOO_MANY_PEOPLE))

    async def replace(self, update: Update, _: Context) -> None:
        """End the oldest wait of the person, and begin the one for which there was no room."""
        press = await self._press(update)
        if press is None:
            return
        own = {wait.number for wait in self._service.waits.of(press.message.chat.id)}
        if (oldest := int(press.fields[0], 16)) in own and len(own) >= MOST_OF_ONE:
            await self._service.waits.drop(oldest)
        if not await self._begin(press):
            await press.query.answer(said(readers.STALE))
            return
        noted = said(waits.NOTED, days=DAYS)
        stop = replies.waiting(press.number, is_waiting=True)
        await edit(press.message, Reply(shown(f"“{press.answer.question}”\n{noted}", 1000), ((stop,),)))
        await press.query.answer(noted)

    async def _begin(self, press: _Press) -> bool:
        language = language_of(press.query.from_user.language_code).name
        return await self._service.waits.add(press.message.chat.id, press.answer.question, language)

    async def _is_answered(self, question: str) -> bool:
        result = await self._service.search_aside(question, self._today())
        return result is not None and result.status == "answered"

    async def _answer(self, press: _Press) -> None:
        asked = self._answering.asked(press.message, press.answer.question, is_repeated=True)
        reply, page = await self._answering.reply(asked)
        sent = await send(press.message, reply)
        if page is not None:
            self._conversations.remember(press.message.chat.id, sent.message_id, page)

    async def _press(self, update: Update) -> _Press | None:
        """A press in private, with the answer that it names; None, after a toast, when that is forgotten."""
        query = update.callback_query
        assert query is not None
        assert query.data is not None
        fields = query.data.split(":")[1:]
        number = int(fields[-1], 16)
        answer = await self._service.answer(number)
        message = query.message if isinstance(query.message, Message) else None
        if answer is None or message is None or message.chat.type != ChatType.PRIVATE:
            await query.answer(said(readers.STALE))
            return None
        return _Press(query, message, fields, number, answer)
