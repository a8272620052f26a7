"""Handlers of the editor's desk: corrections, removals, and changes that are taken back."""

import html
import re
from collections.abc import Callable
from datetime import date

from telegram import Message, Update
from telegram.constants import ChatType
from telegram.error import TelegramError
from telegram.ext import ContextTypes

from bot.service import corrections
from bot.service.changes import replaced
from bot.service.drafts import Draft
from bot.service.receipts import Removal
from bot.service.search_service import SearchService
from bot.telegram import address, cards, pages
from bot.telegram.batches import Batches
from bot.telegram.editor_only import admits_editor
from bot.telegram.editors import failure, key_of, message_of, place_of
from bot.telegram.gate import Gate, actor
from bot.telegram.inbox import Inbox, is_article
from bot.telegram.markup import line, shown
from bot.telegram.replies import Button, Reply
from bot.telegram.sending import send, send_to
from bot.words import desk, editors
from bot.words.language import said, versions
from retrieval.article import Article
from retrieval.change import Actor
from retrieval.desk import Edited, Undone
from retrieval.indexing.preparation import updated
from retrieval.store.errors import StoreError

Context = ContextTypes.DEFAULT_TYPE
# Articles of one removal: the question names some of them, and one transaction removes them all.
_MOST_REMOVED = 200
_LARGEST_KEY = 2**63 - 1
_RANGE = re.compile(r"#?(\d{1,18})(?:\s*[-–—~至到]\s*#?(\d{1,18}))?")
_BETWEEN = re.compile(r"[\s,，、;；]+")
# The number on a card: 已收录 #129. A card of several articles names more than one, and means none.
_NUMBER = re.compile(r"#\u2060?(\d{1,18})")
_ASKED = tuple(asked.partition("#")[0] + "#" for asked in versions(desk.EDIT_ASKED))
_HELD = re.compile(r"^(?:o|c):(\d{1,18})$")


class Desk:
    def __init__(
        self, service: SearchService, gate: Gate, inbox: Inbox, batches: Batches, today: Callable[[], date]
    ) -> None:
        self._service, self._gate, self._inbox, self._batches, self._today = service, gate, inbox, batches, today

    # Corrections

    def corrects(self, message: Message) -> bool:
        """Whether an editor replies to a message with lines such as 来源：兰州晚报."""
        replied, text = message.reply_to_message, message.text or ""
        if replied is None or message.sender_chat is not None or not self._gate.is_editor(message.from_user):
            return False
        writer = replied.from_user.id if replied.from_user else None
        if writer not in (message.get_bot().id, message.from_user.id if message.from_user else None):
            return False  # a word between people in a group
        is_card = any(data.startswith("c:") for data in _data_of(replied))
        return is_card or (replied.text or "").startswith(_ASKED) or corrections.read(text, self._today()) is not None

    async def correct(self, update: Update, _: Context) -> None:
        """A reply to a card, an answer or a pushed message that corrects the article."""
        message = message_of(update)
        replied = message.reply_to_message
        if not await admits_editor(self._gate, update, said(desk.ONLY_EDITORS)) or replied is None:
            return
        number = await self._meant(replied)
        if number is None:
            await send(message, Reply(said(desk.NO_ARTICLE_MEANT)))
            return
        async with self._inbox.collected(message, message.text or "") as whole:
            text = whole.data.decode(errors="replace") if whole else ""
            await self._correct(message, number, text, key_of(update))

    async def edit(self, update: Update, _: Context) -> None:
        """/edit with a number and lines of corrections; with the number alone, or as a reply, it says how."""
        message = message_of(update)
        if not await admits_editor(self._gate, update, said(desk.ONLY_EDITORS)):
            return
        argument = _argument(message)
        match = re.match(r"#?(\d{1,18})(?!\d)", argument)
        number = int(match[1]) if match else None
        if number is None and message.reply_to_message is not None:
            number = await self._meant(message.reply_to_message)
        rest = (argument[match.end() :] if match else argument).lstrip("\n ，,：:")
        if number is None:
            await send(message, Reply(said(desk.EDIT_USAGE)))
        elif rest:
            async with self._inbox.collected(message, rest) as whole:
                text = whole.data.decode(errors="replace") if whole else ""
                await self._correct(message, number, text, key_of(update))
        else:
            await self.ask_for_correction(message, number)

    async def ask_for_correction(self, message: Message, number: int) -> None:
        """Show an article's fields, and open the input line for a reply that corrects them."""
        article = await self._service.article(number)
        if article is None:
            await send(message, Reply(editors.no_such_article(number)))
            return
        form = "\n".join([desk.edit_asked(number), cards.fields(article), "", said(desk.EDIT_HOW)])
        await send(message, Reply(form, is_forced=True))

    async def edited(self, update: Update, _: Context) -> None:
        """An editor has edited a message that was pushed: its new text corrects the article."""
        message = update.edited_message
        if message is None or message.sender_chat is not None:
            return
        known = await self._service.changes.pushed(place_of(message))
        if known is None:
            is_draft = await self._service.changes.redraft(place_of(message), message.text or "")
            if not is_draft and message.chat.type == ChatType.PRIVATE and is_article(message):
                await send(message, Reply(said(desk.NOT_STORED)))
            return
        number, is_whole = known
        if not is_whole:
            await send(message, Reply(said(desk.OF_PARTS)))
            return
        text = message.text or message.caption or ""
        command = address.command(text, message.get_bot().username)
        article = self._inbox.read(message, command.argument if command else text)
        if not isinstance(article, Article):
            await send(message, Reply(line(editors.refused(article.item, article.reason), 300)))
            return
        await self._change(message, number, lambda stored: updated(stored, article), key_of(update))

    async def _correct(self, message: Message, number: int, text: str, key: int) -> None:
        correction = corrections.read(text, self._today())
        if correction is None or correction.fault:
            fault = correction.fault if correction else said(desk.NOT_A_FIELD, line=text.strip()[:40])
            await send(message, Reply(html.escape(fault, quote=False)))
            return
        await self._change(message, number, replaced(correction.fields), key)

    async def _change(self, message: Message, number: int, edit: Callable[[Article], Article], key: int) -> None:
        """Correct an article, and show what became different."""
        by = actor(message)
        other = await self._service.changes.by_another(number, by.number)

        def told(edited: Edited) -> str:
            return desk.corrected(number, shown(desk.differences(edited.before, edited.after)))

        try:
            receipt = await self._service.receipt(key)
            if isinstance(receipt, str):
                await send(message, cards.undoable(receipt, key))
                return
            edited = await self._service.changes.edit(number, edit, by, key, told)
        except StoreError as error:
            await send(message, Reply(failure(error)))
            return
        if edited is None:
            await send(message, Reply(editors.no_such_article(number)))
        elif edited.before == edited.after:
            await send(message, Reply(said(desk.UNCHANGED)))
        else:
            before = f"\n{shown(desk.changed_before(other.by.name, desk.minutes(other.at)))}" if other else ""
            await send(message, cards.undoable(told(edited) + before, key))
            if other is not None:
                await self._tell(message, other.by, by, told(edited))

    async def _meant(self, replied: Message) -> int | None:
        """The article that a replied message is about: a card, an answer, or the message that brought it."""
        if replied.from_user is None or replied.from_user.id != replied.get_bot().id:
            known = await self._service.changes.pushed(place_of(replied))
            return known[0] if known else None
        for match in filter(None, map(_HELD.match, _data_of(replied))):
            return int(match[1])
        if (answer_shown := pages.shown_by(replied)) is not None:
            answer = await self._service.answer(answer_shown.number)
            page = answer.pages[answer_shown.place] if answer and answer_shown.place < len(answer.pages) else None
            passage = await self._service.passage(page.passage_id) if page else None
            return passage.article_id if passage else (page.article_id if page else 0) or None
        named = set(_NUMBER.findall((replied.text or "").split("\n")[0]))
        return int(named.pop()) if len(named) == 1 else None

    # Removals

    async def remove(self, update: Update, _: Context) -> None:
        """/remove 3、5-7, or as a reply to a card or an answer: asks first."""
        message = message_of(update)
        if not await admits_editor(self._gate, update, said(editors.NOT_AN_EDITOR_REMOVES)):
            return
        argument, replied = _argument(message), message.reply_to_message
        numbers = _numbers(argument)
        if not argument and replied is not None:
            meant = await self._meant(replied)
            if meant is None:
                await send(message, Reply(said(desk.NO_ARTICLE_MEANT)))
                return
            numbers = [meant]
        if not numbers:
            await send(message, Reply(said(desk.REMOVE_USAGE)))
            return
        if len(numbers) > _MOST_REMOVED:
            await send(message, Reply(said(desk.TOO_MANY, most=_MOST_REMOVED)))
            return
        stored = {number: await self._service.article(number) for number in numbers}
        articles = [article for article in stored.values() if article is not None]
        missing = [number for number, article in stored.items() if article is None]
        if not articles:
            await send(message, cards.removal(Removal((), tuple(missing)), 0))
            return
        found = tuple(article.id for article in articles if article.id is not None)
        reprints = await self._service.changes.reprints(found)
        person = message.from_user.id if message.from_user else 0
        try:
            draft = await self._service.changes.keep_draft(Draft(person, numbers=found))
        except StoreError as error:
            await send(message, Reply(failure(error)))
            return
        await send(message, cards.to_remove(articles, reprints, missing, draft))

    # Taking back

    async def undo(self, update: Update, _: Context) -> None:
        """/undo takes back the editor's own last push, batch, correction or removal."""
        message = message_of(update)
        if not await admits_editor(self._gate, update, said(desk.ONLY_EDITORS)):
            return
        key, by = key_of(update), actor(message)
        if isinstance(receipt := await self._service.receipt(key), str):
            await send(message, Reply(receipt))
            return
        last = await self._service.changes.last(by.number or 0)
        if last is None or last.key is None:
            await send(message, Reply(said(desk.NOTHING_TO_UNDO)))
            return
        touched = {touch.article for entry in await self._service.changes.entries(last.key) for touch in entry.touched}
        if len(touched) > 1:
            asked = Reply(
                desk.undo_asked(last, tuple(sorted(touched))), (cards.decision(said(desk.UNDO), f"u:{last.key:x}"),)
            )
            await send(message, asked)
            return
        await send(message, await self.taken_back(message, last.key, by, key))

    async def taken_back(self, message: Message, undone: int, by: Actor, key: int, *, anyway: bool = False) -> Reply:
        """What came of taking back a change; a question when others have built on it. Those others are told."""

        def told(outcome: Undone) -> str:
            return desk.undone(outcome)

        if undone > _LARGEST_KEY:  # made up by hand
            return Reply(said(desk.TOO_OLD))
        try:
            if isinstance(receipt := await self._service.receipt(key), str):  # the update comes a second time
                return Reply(receipt)
            outcome = await self._service.changes.undo(undone, by, key, told, anyway=anyway)
        except StoreError as error:
            return Reply(failure(error))
        if outcome.status in ("done", "already"):
            self._batches.undone(undone)
        if outcome.status == "changed":
            return Reply(told(outcome), (cards.decision(said(desk.UNDO_ANYWAY), f"v:{undone:x}"),))
        if outcome.status == "done" and outcome.entry is not None and outcome.entry.by.number not in (None, by.number):
            await self._tell(message, outcome.entry.by, by, told(outcome))
        if outcome.status == "done" and (outcome.returned or outcome.removed):
            return Reply(told(outcome), ((Button(said(desk.REDO), f"u:{key:x}"),),))
        return Reply(told(outcome))

    async def _tell(self, message: Message, whom: Actor, by: Actor, what: str) -> None:
        """Tell an editor that another one has changed what this one did."""
        if whom.number is None or not self._gate.is_editor_number(whom.number):
            return
        try:
            await send_to(message.get_bot(), whom.number, Reply(f"{shown(desk.changed_after(by.name))}{what}"))
        except TelegramError:  # has blocked the bot, or never started it
            return


def _data_of(message: Message) -> list[str]:
    """The data of the buttons below a message."""
    markup = message.reply_markup
    return [str(button.callback_data) for row in markup.inline_keyboard for button in row] if markup else []


def _argument(message: Message) -> str:
    command = address.command(message.text or message.caption or "", message.get_bot().username)
    return command.argument if command else ""


def _numbers(argument: str) -> list[int]:
    """The numbers of 3、5-7, each once; none for anything else, and one too many for too long a range."""
    numbers: dict[int, None] = {}
    text = re.sub(r"\s*([-–—~至到])\s*", r"\1", argument)
    for piece in filter(None, _BETWEEN.split(text)):
        match = _RANGE.fullmatch(piece)
        if match is None:
            return []
        first, last = int(match[1]), int(match[2] or match[1])
        if last < first:
            return []
        numbers.update(dict.fromkeys(range(first, min(last, first + _MOST_REMOVED) + 1)))
    return list(numbers)
