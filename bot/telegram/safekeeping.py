"""Handlers of /export and /backup: files for owners, in private, of at most what Telegram lets bots send."""

import asyncio
import html
import logging
from datetime import datetime
from zoneinfo import ZoneInfo

from telegram import Message, Update
from telegram.constants import ChatType
from telegram.ext import ContextTypes

from bot.service.copies import Copies, Copy
from bot.telegram.gate import Gate
from bot.telegram.markup import shown
from bot.telegram.replies import Reply
from bot.telegram.sending import send, send_file
from bot.words import upkeep
from bot.words.language import said
from retrieval.store.errors import StoreError

Context = ContextTypes.DEFAULT_TYPE
# Telegram takes 50 MB of a bot, with what belongs to the form around the file.
_MOST_BYTES = 49_000_000
_log = logging.getLogger(__name__)


class Safekeeping:
    def __init__(self, copies: Copies, gate: Gate, zone: ZoneInfo) -> None:
        """`zone` is that of the operator, whose day is in the names of the files."""
        self._copies, self._gate, self._zone = copies, gate, zone

    async def export(self, update: Update, _: Context) -> None:
        """/export: all articles."""
        message = update.message
        assert message is not None, "the filters let only messages through"
        if not await self._admits(update, message):
            return
        try:
            async with self._copies.articles() as copy:
                caption = upkeep.exported(copy.articles, copy.damaged)
                await self._hand_over(message, copy, caption, upkeep.EXPORT_COMMAND)
        except StoreError as error:
            await self._failed(message, error)

    async def backup(self, update: Update, _: Context) -> None:
        """/backup: the whole database, with all that the bot remembers."""
        message = update.message
        assert message is not None, "the filters let only messages through"
        if not await self._admits(update, message):
            return
        try:
            async with self._copies.whole() as copy:
                await self._hand_over(message, copy, said(upkeep.BACKED_UP), upkeep.BACKUP_COMMAND)
        except StoreError as error:
            await self._failed(message, error)

    async def _admits(self, update: Update, message: Message) -> bool:
        """Whether an owner asks in private, while no other copy is made; a sentence says what is wrong otherwise."""
        if not self._gate.may_own(update):
            await send(message, Reply(said(upkeep.NOT_AN_OWNER)))
        elif message.chat.type != ChatType.PRIVATE:
            await send(message, Reply(said(upkeep.COPIES_IN_PRIVATE)))
        elif self._copies.is_busy:
            await send(message, Reply(said(upkeep.COPYING)))
        else:
            return True
        return False

    async def _hand_over(self, message: Message, copy: Copy, caption: str, command: str) -> None:
        """Send a copy; one that is too large stays beside the database."""
        if copy.size > _MOST_BYTES:
            kept = self._copies.keep(copy)
            # Telegram makes no links in code, and the name must be as it is for whoever copies it.
            name = html.escape(kept.name, quote=False)
            await send(message, Reply(upkeep.too_large(copy.size, name, command)))
            return
        day, suffix = datetime.now(self._zone).date().isoformat(), "".join(copy.path.suffixes[-2:])
        data = await asyncio.to_thread(copy.path.read_bytes)
        await send_file(message, data, f"{copy.path.name.removesuffix(suffix)}-{day}{suffix}", shown(caption))

    async def _failed(self, message: Message, error: StoreError) -> None:
        _log.error("%s", error)
        await send(message, Reply(shown(said(upkeep.NOT_COPIED, reason=error))))
