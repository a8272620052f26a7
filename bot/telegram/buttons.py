"""Handlers of buttons: turn pages of answers and lists, open articles, and ask what a button suggests."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from telegram import CallbackQuery, Message, Update
from telegram.ext import ContextTypes

from bot.service.answers import Answer
from bot.service.conversations import Conversations, Shown
from bot.service.feedback import Opinion, key_of
from bot.service.search_service import SearchService
from bot.telegram import pages
from bot.telegram.answering import Answering, Asked
from bot.telegram.replies import Button, Reply
from bot.telegram.sending import edit, send
from bot.words import answers, readers
from bot.words.language import said, versions

Context = ContextTypes.DEFAULT_TYPE
# The patterns of the data, by kind: numbers of answers are hexadecimal.
PAGE, ARTICLE = r"^(a|l):[0-9a-f]{1,16}:\d{1,2}$", r"^r:\d{1,18}:p?\d{1,18}(:[0-9a-f]{1,16}:\d{1,2})?$"
WIDER, ALONE, TIMELINE = (f"^{kind}:[0-9a-f]{{1,16}}$" for kind in "wst")
OPINION = r"^f:[0-9a-f]{1,16}:\d{1,2}:[-+odw]$"
EXAMPLE, NEWS, GROUPS = r"^e:\d{1,18}$", "^n:news$", "^h:groups$"


class _Press(NamedTuple):
    """A press: the bot's message with the button, None if it can't be edited; and the fields of the data."""

    query: CallbackQuery
    message: Message | None
    kind: str
    fields: list[str]


class Buttons:
    def __init__(
        self,
        service: SearchService,
        answering: Answering,
        conversations: Conversations,
        today: Callable[[], date],
    ) -> None:
        self._service, self._answering, self._conversations = service, answering, conversations
        self._today = today

    async def turn(self, update: Update, _: Context) -> None:
        """‹ and › and the way back: another page, for the person who asked, as long as the answer is stored."""
        press = _press(update)
        number, place = int(press.fields[0], 16), int(press.fields[1])
        answer = await self._answer(press, number)
        if answer is None or press.message is None:
            return
        if press.kind == "l":
            place *= pages.ENTRIES
        if place >= len(answer.pages):
            await press.query.answer(said(readers.STALE))
            return
        await _show(press, await self._answering.page(number, answer, place, self._asked(press.message)))
        self._conversations.remember(press.message.chat.id, press.message.message_id, Shown(number, place))

    async def article(self, update: Update, _: Context) -> None:
        """A page of a whole article, in place of the answer."""
        press = _press(update)
        article_id, at, *back = press.fields
        if back and await self._answer(press, int(back[0], 16)) is None:
            return
        await _show(
            press,
            await self._answering.article(
                int(article_id),
                passage_id=int(at[1:]) if at.startswith("p") else None,
                page=0 if at.startswith("p") else int(at),
                back=(int(back[0], 16), int(back[1])) if back else None,
            ),
        )

    async def opinion(self, update: Update, _: Context) -> None:
        """👍, 👎, or what was wrong: stored without a name. 👎 shows the next page, and asks what was wrong."""
        press = _press(update)
        number, place, opinion = int(press.fields[0], 16), int(press.fields[1]), press.fields[2]
        answer = await self._service.answer(number)
        page = answer.pages[place] if answer and place < len(answer.pages) else None
        passage = await self._service.passage(page.passage_id) if page else None
        if answer is None or passage is None:
            await press.query.answer(said(readers.STALE))
            return
        person = press.query.from_user.id
        await self._service.keep_opinion(
            key_of(number, place, person),
            Opinion(
                answer.question,
                passage.id,
                passage.article_id,
                answer.status,
                is_good=opinion == "+",
                wrong=opinion if opinion in readers.WRONG else None,
            ),
        )
        if opinion != "+":
            self._service.gaps.note(answer.question, person, self._today(), is_disliked=True)
        is_theirs = press.message is not None and answer.asker in (None, person)
        if opinion != "-" or not is_theirs:
            await press.query.answer(said(readers.THANKS))
            return
        assert press.message is not None, "is_theirs"
        shown = place + 1 if place + 1 < len(answer.pages) else place
        reply = await self._answering.page(number, answer, shown, self._asked(press.message))
        reasons = tuple(Button(said(label), f"f:{number:x}:{place}:{code}") for code, label in readers.WRONG.items())
        await _show(press, replace(reply, buttons=(*reply.buttons, reasons)), said(readers.WHAT_WAS_WRONG))

    async def widen(self, update: Update, _: Context) -> None:
        """The question again, without the days and the paper that it names, in place of its answer."""
        press = _press(update)
        answer = await self._answer(press, int(press.fields[0], 16))
        if answer is not None and press.message is not None:
            asked = replace(self._asked(press.message), question=answer.question, asker=answer.asker, is_widened=True)
            await self._again(press, asked)

    async def alone(self, update: Update, _: Context) -> None:
        """A follow-up again, as a question that continues none, in place of its answer."""
        press = _press(update)
        answer = await self._answer(press, int(press.fields[0], 16))
        if answer is not None and press.message is not None:
            asked = replace(self._asked(press.message), question=answer.written, asker=answer.asker, is_alone=True)
            await self._again(press, asked)

    async def timeline(self, update: Update, _: Context) -> None:
        """The reports of the affair of an answer, as a message of their own: the answer stays."""
        press = _press(update)
        answer = await self._answer(press, int(press.fields[0], 16))
        if answer is None or press.message is None:
            return
        await press.query.answer()
        asked = replace(self._asked(press.message), asker=answer.asker)
        await self._send(press.message, *await self._answering.timeline(answer, asked))

    async def _answer(self, press: _Press, number: int) -> Answer | None:
        """The answer of this number; None, after a toast, when it is forgotten or somebody else asked."""
        answer = await self._answering.stored(number, self._asked(press.message)) if press.message else None
        if answer is None:
            await press.query.answer(said(readers.STALE))
            return None
        if answer.asker is not None and answer.asker != press.query.from_user.id:
            await press.query.answer(said(readers.NOT_YOURS))
            return None
        return answer

    async def example(self, update: Update, _: Context) -> None:
        """The suggested question of /start, asked as if the reader had written it."""
        press = _press(update)
        number = int(press.fields[0])
        question = await self._service.suggestion_of(number, self._today()) if number else readers.FIRST_QUESTION
        if question is None:
            await press.query.answer(said(readers.GONE))
        else:
            await self._ask(press, question)

    async def news(self, update: Update, _: Context) -> None:
        await self._ask(_press(update), answers.WHATS_NEW)

    async def in_groups(self, update: Update, _: Context) -> None:
        press = _press(update)
        await press.query.answer()
        if press.message is not None:
            await send(press.message, Reply(said(readers.GROUP_HELP, username=press.message.get_bot().username)))

    async def stale(self, update: Update, _: Context) -> None:
        """A button of another version."""
        await _press(update).query.answer(said(readers.STALE))

    async def _again(self, press: _Press, asked: Asked) -> None:
        """Another answer in place of the shown one."""
        assert press.message is not None, "checked with the answer"
        reply, shown = await self._answering.reply(asked)
        await _show(press, reply)
        if shown is not None:
            self._conversations.remember(press.message.chat.id, press.message.message_id, shown)

    def _asked(self, message: Message, question: str = "") -> Asked:
        """A question from a button. The chat does not show the question, so the answer repeats it."""
        is_repeated = bool(question) or (message.text or "").startswith(versions(answers.ASKED))
        return self._answering.asked(message, question, is_repeated=is_repeated)

    async def _ask(self, press: _Press, question: str) -> None:
        if press.message is None:
            await press.query.answer(said(readers.STALE))
            return
        await press.query.answer()
        await self._send(press.message, *await self._answering.reply(self._asked(press.message, question)))

    async def _send(self, message: Message, reply: Reply, shown: Shown | None) -> None:
        """Send a new message below the one with the button."""
        sent = await send(message, reply)
        if shown is not None:
            self._conversations.remember(message.chat.id, sent.message_id, shown)


async def _show(press: _Press, reply: Reply | None, toast: str = "") -> None:
    """Show a reply in place of the message with the button, and a toast above it."""
    if reply is None or press.message is None:
        await press.query.answer(said(readers.GONE if press.message else readers.STALE))
        return
    await edit(press.message, reply)
    await press.query.answer(toast or None)


def _press(update: Update) -> _Press:
    query = update.callback_query
    assert query is not None
    assert query.data is not None
    message = query.message if isinstance(query.message, Message) else None
    kind, *fields = query.data.split(":")
    return _Press(query, message, kind, fields)
