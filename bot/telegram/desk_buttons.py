"""Handlers of the buttons of the editor's desk: store, correct, merge, remove and take back."""

from typing import NamedTuple

from telegram import CallbackQuery, Message, Update
from telegram.ext import ContextTypes

from bot.service.drafts import Draft
from bot.service.receipts import Removal
from bot.service.search_service import SearchService
from bot.telegram import cards
from bot.telegram.answering import Answering
from bot.telegram.desk import Desk
from bot.telegram.editors import Editors, failure, key_of
from bot.telegram.gate import Gate, person
from bot.telegram.markup import shown
from bot.telegram.replies import Reply
from bot.telegram.sending import edit, send
from bot.words import desk, editors, readers
from bot.words.language import said
from retrieval.change import Actor
from retrieval.desk import Edited
from retrieval.store.errors import StoreError

Context = ContextTypes.DEFAULT_TYPE
DATA = r"^(?:[ock]:\d{1,18}|m:\d{1,18}:\d{1,18}|[uvydq]:[0-9a-f]{1,16}|x:)$"


class _Press(NamedTuple):
    query: CallbackQuery
    message: Message
    fields: list[str]
    by: Actor
    key: int


class DeskButtons:
    def __init__(self, service: SearchService, gate: Gate, editors: Editors, desk: Desk, answering: Answering) -> None:
        self._service, self._gate, self._editors, self._desk, self._answering = service, gate, editors, desk, answering

    async def press(self, update: Update, _: Context) -> None:
        """A button of a card or of a question to an editor."""
        query = update.callback_query
        assert query is not None, "the handler takes presses only"
        assert query.data is not None, "its pattern matches the data"
        if not self._gate.is_editor(query.from_user):
            await query.answer(said(editors.NOT_AN_EDITOR))
            return
        if not isinstance(query.message, Message):
            await query.answer(said(desk.TOO_OLD))
            return
        kind, *fields = query.data.split(":")
        press = _Press(query, query.message, fields, person(query.from_user), key_of(update))
        try:
            await {
                "o": self._view,
                "c": self._correct,
                "k": self._keep,
                "m": self._merge,
                "u": self._undo,
                "v": self._undo_anyway,
                "y": self._store,
                "q": self._ask,
                "d": self._remove,
                "x": self._cancel,
            }[kind](press)
        except StoreError as error:
            await query.answer()
            await send(press.message, Reply(failure(error)))

    async def _view(self, press: _Press) -> None:
        """The stored text, below the card."""
        page = await self._answering.article(int(press.fields[0]))
        if page is None:
            await press.query.answer(said(readers.GONE))
            return
        await press.query.answer()
        await send(press.message, page)

    async def _correct(self, press: _Press) -> None:
        await press.query.answer()
        await self._desk.ask_for_correction(press.message, int(press.fields[0]))

    async def _keep(self, press: _Press) -> None:
        """The article is another one: its card loses the question."""
        await press.query.answer(said(desk.KEPT_APART))
        number = int(press.fields[0])
        markup = press.message.reply_markup
        rows = markup.inline_keyboard if markup else ()
        left = [row for row in rows if not any(str(button.callback_data) == f"k:{number}" for button in row)]
        await press.message.edit_reply_markup(type(markup)(left) if markup else None)

    async def _merge(self, press: _Press) -> None:
        """The added article is a correction of a stored one."""
        kept, other = map(int, press.fields)

        def told(edited: Edited) -> str:
            return desk.merged(kept, other, shown(desk.differences(edited.before, edited.after)))

        if isinstance(receipt := await self._service.receipt(press.key), str):
            await self._show(press, cards.undoable(receipt, press.key))
            return
        edited = await self._service.changes.merge(kept, other, press.by, press.key, told)
        if edited is None:
            await press.query.answer(said(readers.GONE))
        else:
            await self._show(press, cards.undoable(told(edited), press.key))

    async def _undo(self, press: _Press) -> None:
        await self._show(
            press, await self._desk.taken_back(press.message, int(press.fields[0], 16), press.by, press.key)
        )

    async def _undo_anyway(self, press: _Press) -> None:
        undone = int(press.fields[0], 16)
        await self._show(press, await self._desk.taken_back(press.message, undone, press.by, press.key, anyway=True))

    async def _store(self, press: _Press) -> None:
        """The draft is an article, or comes back although it was removed."""
        draft = await self._own_draft(press)
        if draft is None or draft.pushed is None:
            return
        await press.query.answer()
        await self._editors.push_draft(press.message, draft, press.key, press.by)
        await self._finish(press)

    async def _ask(self, press: _Press) -> None:
        """The draft is a question."""
        draft = await self._own_draft(press)
        if draft is None or draft.pushed is None:
            return
        await press.query.answer()
        question = draft.pushed.data.decode(errors="replace")
        reply, _ = await self._answering.reply(self._answering.asked(press.message, question, is_editor=True))
        await send(press.message, reply)
        await self._finish(press)

    async def _remove(self, press: _Press) -> None:
        """The removal is confirmed."""
        draft = await self._own_draft(press)
        if draft is None or not draft.numbers:
            return
        receipt = await self._service.receipt(press.key)
        removal = receipt if isinstance(receipt, Removal) else None
        removal = removal or await self._service.changes.remove(draft.numbers, press.by, press.key)
        if not removal.removed:  # a second press, while the first one was carried out
            await press.query.answer(said(readers.GONE))
            return
        await self._show(press, cards.removal(removal, press.key))
        await self._service.changes.drop_draft(int(press.fields[0], 16))

    async def _cancel(self, press: _Press) -> None:
        await self._show(press, Reply(said(desk.CANCELLED)))

    async def _own_draft(self, press: _Press) -> Draft | None:
        """The draft of a press; None, after a toast, when it is forgotten or somebody else's."""
        draft = await self._service.changes.draft(int(press.fields[0], 16))
        if draft is None:
            await press.query.answer(said(desk.TOO_OLD))
            return None
        if (press.query.data or "").startswith("d:") != bool(draft.numbers):  # made up by hand
            await press.query.answer(said(desk.TOO_OLD))
            return None
        if draft.person != press.by.number:
            await press.query.answer(said(desk.NOT_YOURS))
            return None
        return draft

    async def _finish(self, press: _Press) -> None:
        """Forget a draft that is done; its question loses the buttons."""
        await self._service.changes.drop_draft(int(press.fields[0], 16))
        await press.message.edit_reply_markup(None)

    async def _show(self, press: _Press, reply: Reply) -> None:
        await edit(press.message, reply)
        await press.query.answer()
