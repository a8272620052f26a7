"""Handlers of what has happened: /log with its pages, and /history of an article."""

from collections.abc import Callable
from datetime import date, tzinfo

from telegram import Message, Update
from telegram.constants import ChatType
from telegram.ext import ContextTypes

from bot.service.chronicle import History, Log
from bot.service.search_service import SearchService
from bot.telegram import address
from bot.telegram.editor_only import admits_editor
from bot.telegram.gate import Gate
from bot.telegram.markup import LONGEST_MESSAGE, line, parsed_units, shown
from bot.telegram.replies import Button, Reply
from bot.telegram.sending import edit, send
from bot.words import answers, desk, editors, readers
from bot.words.language import said

Context = ContextTypes.DEFAULT_TYPE
# The pattern of the data of page buttons: the entries before this number.
PAGE = r"^log:\d{1,18}$"
_ENTRIES = 10
# UTF-16 units of an entry and of a version: ten entries fit a message.
_LONGEST_ENTRY, _LONGEST_VERSION = 380, 500


class Records:
    def __init__(self, service: SearchService, gate: Gate, zone: tzinfo, today: Callable[[], date]) -> None:
        self._service, self._gate, self._zone, self._today = service, gate, zone, today

    async def log(self, update: Update, _: Context) -> None:
        """/log, in private: the last changes, ten a page."""
        message = _message(update)
        if await self._admits(update, message):
            await send(message, self._page(await self._service.log(_ENTRIES)))

    async def turn(self, update: Update, _: Context) -> None:
        """‹ and ›: newer or older changes in place of the shown ones."""
        query = update.callback_query
        assert query is not None, "the patterns let only buttons through"
        assert query.data is not None, "the patterns let only buttons through"
        if not self._gate.is_editor(query.from_user):
            await query.answer(said(desk.ONLY_EDITORS))
        elif not isinstance(query.message, Message):  # too old to be edited
            await query.answer(said(readers.STALE))
        else:
            before = int(query.data.partition(":")[2])
            await edit(query.message, self._page(await self._service.log(_ENTRIES, before)))
            await query.answer()

    async def history(self, update: Update, _: Context) -> None:
        """/history with the number of an article, in private: what it was, and what it is."""
        message = _message(update)
        if not await self._admits(update, message):
            return
        command = address.command(message.text or message.caption or "", message.get_bot().username)
        word = (command.argument if command else "").removeprefix("#")
        if not word.isdecimal() or len(word) > 18:
            await send(message, Reply(said(desk.HISTORY_USAGE)))
            return
        number = int(word)
        history = await self._service.history(number)
        text = editors.no_such_article(number) if history is None else self._versions(history)
        await send(message, Reply(text))

    async def _admits(self, update: Update, message: Message) -> bool:
        """Whether an editor asks in private; anybody else, and a group, get a sentence."""
        if not await admits_editor(self._gate, update, said(desk.ONLY_EDITORS)):
            return False
        if message.chat.type != ChatType.PRIVATE:
            await send(message, Reply(said(desk.RECORDS_IN_PRIVATE)))
            return False
        return True

    def _page(self, log: Log) -> Reply:
        """Ten entries, with buttons to others. The numbers of entries ascend by one, so newer ones are counted off."""
        if not log.entries:
            return Reply(said(desk.NOTHING_HAPPENED))
        lines = [line(desk.entry_line(entry, self._zone, log.titles), _LONGEST_ENTRY) for entry in log.entries]
        newer, older = log.entries[0].id + _ENTRIES + 1, log.entries[-1].id
        buttons = [Button("‹", f"log:{newer}")] if log.has_newer else []
        buttons += [Button("›", f"log:{older}")] if log.has_older else []
        return Reply("\n\n".join(lines), (tuple(buttons),) if buttons else ())

    def _versions(self, history: History) -> str:
        """The versions, the oldest first, and the stored article; the oldest are left out when a message is full."""
        lines = [
            line(desk.version_line(former.version, former.after, former.entry, self._zone), _LONGEST_VERSION)
            for former in history.former
        ]
        if (stored := history.stored) is not None:
            facts = answers.source_line(stored.source, stored.published, self._today())
            lines.append(line(desk.current_line(stored, facts), _LONGEST_VERSION))
        first = 0
        while parsed_units("\n\n".join([_left_out(first), *lines[first:]])) > LONGEST_MESSAGE:
            first += 1
        return "\n\n".join([*filter(None, [_left_out(first)]), *lines[first:]])


def _left_out(count: int) -> str:
    return shown(desk.earlier(count)) if count else ""


def _message(update: Update) -> Message:
    assert update.message is not None, "the filters let only messages through"
    return update.message
