"""Handlers of /gaps: the questions that were asked in vain, and the articles that editors add for them."""

import re
from collections.abc import Callable
from datetime import date

from telegram import CallbackQuery, Message, Update
from telegram.constants import ChatType
from telegram.ext import ContextTypes

from bot.service.gaps import Group, number_of
from bot.service.search_service import BusyError, SearchService, SlowError
from bot.telegram.editors import Editors
from bot.telegram.gate import Gate
from bot.telegram.markup import line, shown
from bot.telegram.replies import Button, Reply, turned
from bot.telegram.sending import edit, send
from bot.words import editors as words_of_editors
from bot.words import gaps
from bot.words.language import said, versions

Context = ContextTypes.DEFAULT_TYPE
# The patterns of the data of buttons: a page, and a gap by its hexadecimal number.
PAGE, ADD = r"^g:0:\d{1,3}$", r"^g:[0-9a-f]{1,16}$"
_ENTRIES, _PER_ROW = 10, 5
_MOST_ALIKE = 2
# UTF-16 units of a question; its prompt holds all that is stored of it.
_LONGEST_ENTRY, _LONGEST_ALIKE, _LONGEST_QUESTION = 120, 60, 400
_PROMPTS = tuple(
    re.compile("(.+)".join(map(re.escape, sentence.split("{question}"))), re.DOTALL)
    for sentence in versions(gaps.PROMPT)
)


class GapList:
    def __init__(self, service: SearchService, editors: Editors, gate: Gate, today: Callable[[], date]) -> None:
        self._service, self._editors, self._gate, self._today = service, editors, gate, today

    async def show(self, update: Update, _: Context) -> None:
        """/gaps, of an editor in private: the first page."""
        message = update.message
        assert message is not None, "the filters let only messages through"
        if not self._gate.may_edit(update):
            await send(message, Reply(said(gaps.NOT_AN_EDITOR)))
        elif message.chat.type != ChatType.PRIVATE:
            await send(message, Reply(said(gaps.IN_PRIVATE)))
        else:
            await send(message, await self._page(0))

    async def turn(self, update: Update, _: Context) -> None:
        """Another page, in place of the shown one."""
        query, message = await self._pressed(update)
        if message is not None and query.data is not None:
            await edit(message, await self._page(int(query.data.split(":")[2])))
            await query.answer()

    async def prompt(self, update: Update, _: Context) -> None:
        """收录 beside a question: ask for the article that answers it."""
        query, message = await self._pressed(update)
        if message is None or query.data is None:
            return
        gap = await self._service.gaps.find(int(query.data.split(":")[1], 16))
        if gap is None:
            await query.answer(said(gaps.GONE))
            return
        await query.answer()
        prompt = said(gaps.PROMPT, question=line(gap.question, _LONGEST_QUESTION))
        await send(message, Reply(prompt, is_forced=True))

    def is_for_a_gap(self, message: Message) -> bool:
        """Whether a message is the reply to a prompt."""
        return _question(message) is not None

    async def push(self, update: Update, context: Context) -> None:
        """The reply to a prompt is pushed as with /add; then the editor learns whether the question is answered.

        The prompt itself says which question, so that a restart between the two changes nothing.
        """
        message = update.message
        question = _question(message) if message is not None else None
        assert message is not None, "the filters let only messages through"
        assert question is not None, "see is_for_a_gap"
        if not (message.text or message.caption or message.document):
            # /add without a text of its own would push the message that it replies to, which is the prompt.
            await send(message, Reply(said(words_of_editors.NOTHING_TO_ADD)))
            return
        await self._editors.add(update, context, is_certain=True)
        gap = await self._service.gaps.find(number_of(question) or 0)
        if gap is None or not self._gate.may_edit(update):
            return
        try:
            result = await self._service.search(gap.question, 1, self._today())
        except (BusyError, SlowError):
            return  # the next look at the list asks again
        if gap.is_closed_by(result):
            await self._service.gaps.drop([gap.number])
        told = gaps.NOW_ANSWERED if gap.is_closed_by(result) else gaps.STILL_OPEN
        await send(message, Reply(said(told, question=line(gap.question, _LONGEST_ENTRY))))

    async def _pressed(self, update: Update) -> tuple[CallbackQuery, Message | None]:
        """The press of an editor with the message of its button; None, after a toast, for any other press."""
        query = update.callback_query
        assert query is not None
        message = query.message if isinstance(query.message, Message) else None
        if message is None or not self._gate.is_editor(query.from_user):
            await query.answer(said(gaps.GONE if message is None else gaps.NOT_AN_EDITOR))
            return query, None
        return query, message

    async def _page(self, page: int) -> Reply:
        generation = await self._service.generation()
        groups = await self._service.gaps.open_groups(page * _ENTRIES, generation, self._today())
        if not groups:
            return Reply(said(gaps.NOTHING))
        pages = -(-len(groups) // _ENTRIES)
        page = min(page, pages - 1)
        first = page * _ENTRIES
        shown_groups = groups[first : first + _ENTRIES]
        lines = [shown(gaps.heading(len(groups)))]
        for place, group in enumerate(shown_groups, first + 1):
            lines += ["", *self._entry(place, group)]
        adding = [
            Button(gaps.add(place), f"g:{group.gaps[0].number:x}")
            for place, group in enumerate(shown_groups, first + 1)
        ]
        rows = [tuple(adding[start : start + _PER_ROW]) for start in range(0, len(adding), _PER_ROW)]
        turning = turned("g", 0, page, pages)
        return Reply("\n".join(lines), tuple(row for row in (*rows, turning) if row))

    def _entry(self, place: int, group: Group) -> list[str]:
        leading, *others = group.gaps
        lines = [
            f"{place}. {line(leading.question, _LONGEST_ENTRY)}",
            f"　{shown(gaps.asked(group.count, group.last, self._today()))}",
        ]
        if others:
            lines.append(f"　{gaps.alike([line(gap.question, _LONGEST_ALIKE) for gap in others[:_MOST_ALIKE]])}")
        return lines


def _question(message: Message) -> str | None:
    """The question of the prompt that a message replies to; None for any other message."""
    replied = message.reply_to_message
    if replied is None or replied.from_user is None or replied.from_user.id != message.get_bot().id:
        return None
    matches = (prompt.fullmatch(replied.text or "") for prompt in _PROMPTS)
    return next((match[1] for match in matches if match), None)
