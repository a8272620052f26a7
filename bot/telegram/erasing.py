"""Handlers of /erase: deletion by law, which owners confirm in writing."""

import re
from typing import cast

from telegram import Bot, Message, Update
from telegram.constants import ChatType
from telegram.error import TelegramError
from telegram.ext import ContextTypes, ExtBot

from bot.service.search_service import SearchService
from bot.service.shown import ShownMessage
from bot.telegram import address
from bot.telegram.editors import failure, key_of
from bot.telegram.gate import Gate, actor
from bot.telegram.markup import line
from bot.telegram.owners import admits_owner
from bot.telegram.replies import Reply
from bot.telegram.sending import send
from bot.words import desk
from bot.words.language import said, versions
from retrieval.store.errors import StoreError

Context = ContextTypes.DEFAULT_TYPE
_LONGEST_TITLE = 60
_NUMBER = re.compile(r"#?(\d{1,18})")
# What an owner writes to confirm, in any language of the interface.
_CONFIRMED = re.compile(rf"\s*(?:{'|'.join(map(re.escape, versions(desk.ERASE_WORD)))})\s*#?(\d{{1,18}})\s*")
_ASKED = tuple(asked.partition("#")[0] + "#" for asked in versions(desk.ERASE_ASKED))


class Erasing:
    def __init__(self, service: SearchService, gate: Gate) -> None:
        self._service, self._gate = service, gate

    async def ask(self, update: Update, _: Context) -> None:
        """/erase with a number, of an owner in private: says what will happen, and asks for the confirmation."""
        message = _message(update)
        if not await admits_owner(self._gate, update, said(desk.ONLY_OWNERS_ERASE)):
            return
        command = address.command(message.text or "", message.get_bot().username)
        match = _NUMBER.fullmatch(command.argument) if command else None
        if message.chat.type != ChatType.PRIVATE:
            await send(message, Reply(said(desk.ERASE_IN_PRIVATE)))
        elif match is None:
            await send(message, Reply(said(desk.ERASE_USAGE)))
        else:
            number = int(match[1])
            article = await self._service.article(number)
            if article is None and not await self._service.changes.is_known(number):
                await send(message, Reply(said(desk.NOTHING_TO_ERASE, number=number)))
                return
            title = f"《{line(article.title, _LONGEST_TITLE)}》" if article else ""
            asked = said(desk.ERASE_ASKED, number=number, title=title)
            await send(message, Reply(f"{asked}\n{said(desk.ERASE_HOW, number=number)}", is_forced=True))

    def confirms(self, message: Message) -> bool:
        """Whether a message is the written confirmation, as a reply to the question."""
        replied = message.reply_to_message
        return replied is not None and (replied.text or "").startswith(_ASKED)

    async def erase(self, update: Update, _: Context) -> None:
        """The reply to the question: 依法删除 3 deletes, anything else does not."""
        message = _message(update)
        if not await admits_owner(self._gate, update, said(desk.ONLY_OWNERS_ERASE)):
            return
        assert message.reply_to_message is not None, "see confirms"
        asked = _NUMBER.search((message.reply_to_message.text or "").split("\n")[0])
        match = _CONFIRMED.fullmatch(message.text or "")
        if asked is None or match is None or match[1] != asked[1]:
            await send(message, Reply(said(desk.NOT_ERASED)))
            return
        number = int(match[1])
        is_done = await self._service.receipt(key_of(update)) is not None
        try:
            erased, shown = await self._service.changes.erase([number], actor(message), key_of(update))
        except StoreError as error:
            await send(message, Reply(failure(error)))
            return
        if not erased and not is_done:
            await send(message, Reply(said(desk.NOTHING_TO_ERASE, number=number)))
            return
        emptied = [await _emptied(message.get_bot(), one) for one in shown]
        done = said(desk.ERASED, number=number, messages=sum(emptied))
        missed = said(desk.MESSAGES_LEFT, count=len(emptied) - sum(emptied)) if not all(emptied) else ""
        await send(message, Reply("\n".join(filter(None, [done, missed, said(desk.OUT_OF_REACH)]))))


async def _emptied(bot: Bot, shown: ShownMessage) -> bool:
    """Empty a message of the bot; False when Telegram does not let it."""
    try:
        await cast("ExtBot[float]", bot).edit_message_text(
            said(desk.CONTENT_ERASED), shown.chat_id, shown.message_id, reply_markup=None
        )
    except TelegramError as error:
        return "not modified" in error.message.lower()
    return True


def _message(update: Update) -> Message:
    assert update.message is not None, "the filters let only messages through"
    return update.message
