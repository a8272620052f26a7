"""Handlers of what readers write: questions in private and in groups, greetings, and commands for help."""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from telegram import ChatMember, Message, Update
from telegram.constants import ChatType
from telegram.ext import ContextTypes

from bot.service.conversations import Conversations, Shown
from bot.service.search_service import SearchService
from bot.telegram import address, pages, replies
from bot.telegram.access import Access
from bot.telegram.admission import STALE_SECONDS, moment
from bot.telegram.answering import Answering, Asked
from bot.telegram.gate import Gate, Role
from bot.telegram.replies import Reply
from bot.telegram.sending import edit, send, send_to
from bot.words import conversation, editors, readers
from bot.words.language import said

Context = ContextTypes.DEFAULT_TYPE
# Questions whose answers follow an edit; edits of older questions, and of those before a restart, are ignored.
_FOLLOWED = 1000


class _Followed(NamedTuple):
    """The answer to a message, None when there is none to edit yet; and the answer that its question leans on."""

    answer: Message | None = None
    last: Shown | None = None


class Readers:
    def __init__(
        self,
        service: SearchService,
        answering: Answering,
        conversations: Conversations,
        gate: Gate,
        access: Access,
        today: Callable[[], date],
        forget: Callable[[int], None],
    ) -> None:
        """`forget` is called with a chat that has blocked or removed the bot."""
        self._service = service
        self._answering, self._conversations = answering, conversations
        self._gate, self._access = gate, access
        self._today = today
        self._forget = forget
        self._followed: OrderedDict[tuple[int, int], _Followed] = OrderedDict()

    async def start(self, update: Update, _: Context) -> None:
        """The greeting; or the article that a link from a group or from another chat leads to."""
        message = _message(update)
        command = address.command(_text(message), _username(message))
        if command and (link := pages.linked(command.argument)):
            article, passage = link
            await send(message, await self._answering.article(article, passage_id=passage) or Reply(said(readers.GONE)))
            return
        today = self._today()
        totals, example = await self._service.statistics(), await self._service.suggestion(today)
        newest = None if example else await self._service.newest()
        if newest and newest.title == readers.FIRST_TITLE:
            example = (0, readers.FIRST_QUESTION)
        await send(message, replies.start(totals, example, editor=self._gate.may_edit(update), today=today))

    async def hello(self, update: Update, _: Context) -> None:
        """/start in a group."""
        await send(_message(update), Reply(said(readers.HELLO_GROUP)))

    async def help(self, update: Update, _: Context) -> None:
        message = _message(update)
        private = message.chat.type == ChatType.PRIVATE
        await send(message, replies.help_page(_username(message), editor=private and self._gate.may_edit(update)))

    async def privacy(self, update: Update, _: Context) -> None:
        """/privacy: the list of everything that the bot stores about people."""
        shared = said(readers.PRIVACY_SHARED) if self._service.is_shared else ""
        await send(_message(update), Reply(said(readers.PRIVACY) + shared))

    async def id(self, update: Update, _: Context) -> None:
        """The number to give to the operator; private, and therefore not shown in a group."""
        message = _message(update)
        if message.chat.type != ChatType.PRIVATE or message.from_user is None:
            await send(message, Reply(said(readers.ID_IN_PRIVATE)))
            return
        editor = f"\n{said(readers.ID_EDITOR)}" if self._gate.role(update) is Role.EDITOR else ""
        await send(message, Reply(f"{said(readers.ID_IS)}<code>{message.from_user.id}</code>{editor}"))

    async def question(self, update: Update, context: Context) -> None:
        """A text or a caption, written to the bot."""
        message = _message(update)
        question = address.without_mention(_text(message), _username(message))
        is_private = message.chat.type == ChatType.PRIVATE
        if not question:
            await self._ask_for_question(message)  # the bot's name alone
            return
        if not is_private and not any(map(str.isalnum, question)):
            return  # 👍 as a reply
        pasted = is_private and "\n" in question and self._gate.may_edit(update)
        await self._respond(update, context, question, said(editors.ADD_HINT) if pasted else None)

    async def ask(self, update: Update, context: Context) -> None:
        """/ask with a question, or as a reply to a message that is the question, or of which a part is quoted."""
        message = _message(update)
        command = address.command(_text(message), _username(message))
        question = command.argument if command else ""
        replied = message.reply_to_message
        if replied is not None and (not question or conversation.asks_whether_true(question)):
            question = message.quote.text if message.quote else _text(replied)
        if question:
            await self._respond(update, context, question)
        else:
            await self._ask_for_question(message)

    async def _ask_for_question(self, message: Message) -> None:
        """Ask for the question. The next reply, or an edit of the message, holds it."""
        await send(message, Reply(said(readers.ASK_NOW), is_forced=True))
        self._follow(message, _Followed())

    async def today(self, update: Update, context: Context) -> None:
        """/today: the list of the day's articles."""
        await self._answer(_message(update), readers.TODAY)

    async def _respond(self, update: Update, context: Context, question: str, hint: str | None = None) -> None:
        """Answer a question; small talk gets one line, in groups hardly any."""
        message = _message(update)
        talk = conversation.small_talk(question)
        if conversation.asks_whether_true(question):
            await send(message, Reply(said(readers.NO_JUDGE)))
        elif talk is None:
            await self._answer(message, question, hint)
        elif message.chat.type == ChatType.PRIVATE or talk.is_for_groups:
            if talk.line is None:
                await self.help(update, context)
            else:
                await send(message, Reply(said(talk.line)))

    def follows(self, message: Message) -> bool:
        """Whether the answer to this message is remembered, so that it can follow an edit."""
        return (message.chat.id, message.message_id) in self._followed

    async def edited(self, update: Update, _: Context) -> None:
        """A corrected question, whose answer is edited; a bare /ask that became a question is answered."""
        message = update.edited_message
        if message is None:
            return
        command = address.command(_text(message), _username(message))
        question = command.argument if command else address.without_mention(_text(message), _username(message))
        followed = self._followed.get((message.chat.id, message.message_id), _Followed())
        if question and followed.answer is None:
            await self._answer(message, question)
        elif question and followed.answer is not None:
            talk = conversation.small_talk(question)
            if talk is not None and talk.line is not None:
                reply, shown = Reply(said(talk.line)), None
            else:
                reply, shown = await self._answering.reply(replace(self._asked(message, question), last=followed.last))
            await edit(followed.answer, reply)
            if shown is not None:
                self._conversations.remember(message.chat.id, followed.answer.message_id, shown)

    async def unknown_command(self, update: Update, _: Context) -> None:
        await send(_message(update), Reply(said(readers.UNKNOWN_COMMAND)))

    async def no_text(self, update: Update, _: Context) -> None:
        """Anything without words; the further pictures of an album say nothing."""
        if _message(update).media_group_id is None:
            is_editor = self._gate.may_edit(update)
            await send(_message(update), Reply(said(editors.NO_WORDS if is_editor else readers.TEXT_ONLY)))

    async def joined(self, update: Update, context: Context) -> None:
        """The bot was added to a group: explain once how to ask it. A chat that it had to leave is forgotten."""
        change = update.my_chat_member
        if change is None:
            return
        inside = (ChatMember.MEMBER, ChatMember.ADMINISTRATOR)
        if change.new_chat_member.status not in inside:
            self._forget(change.chat.id)
            self._conversations.forget(change.chat.id)
            self._followed = OrderedDict(
                (asked, followed) for asked, followed in self._followed.items() if asked[0] != change.chat.id
            )
        elif change.chat.type in (ChatType.GROUP, ChatType.SUPERGROUP) and change.old_chat_member.status not in inside:
            hello = readers.GROUP_NOT_LISTED if self._access.is_closed_to(change.chat.id) else readers.HELLO_GROUP
            await send_to(context.bot, change.chat.id, Reply(said(hello)))

    # Answers

    async def _answer(self, message: Message, question: str, hint: str | None = None) -> None:
        age = time.time() - moment(message)
        asked = replace(self._asked(message, question, hint), last=await self._before(message))
        reply, shown = await self._answering.reply(asked)
        is_late = age > STALE_SECONDS
        if is_late:
            reply = replace(reply, html=f"{readers.asked_ago(age)}\n\n{reply.html}")
        answer = await send(message, reply, is_quoted=is_late)
        if shown is not None:
            self._conversations.remember(message.chat.id, answer.message_id, shown)
        self._follow(message, _Followed(answer, asked.last))

    def _follow(self, message: Message, followed: _Followed) -> None:
        """Remember the answer to a message for its edits."""
        self._followed[message.chat.id, message.message_id] = followed
        if len(self._followed) > _FOLLOWED:
            self._followed.popitem(last=False)

    def _asked(self, message: Message, question: str, hint: str | None = None) -> Asked:
        is_private = message.chat.type == ChatType.PRIVATE
        person = message.from_user if message.sender_chat is None else None
        return self._answering.asked(
            message,
            question,
            is_editor=is_private and self._gate.is_editor(person),
            asker=person.id if person is not None and not is_private else None,
            hint=hint,
        )

    async def _before(self, message: Message) -> Shown | None:
        """The answer that a message may lean on: the one that it replies to, or in private the last one."""
        chat, replied = message.chat, message.reply_to_message
        if replied is not None:
            # A restart forgets what the messages before it show: their buttons still say it.
            shown = self._conversations.shown(chat.id, replied.message_id) or pages.shown_by(replied)
            if shown is not None:
                return shown
        return await self._conversations.last(chat.id) if chat.type == ChatType.PRIVATE else None


def _message(update: Update) -> Message:
    assert update.message is not None, "the filters let only messages through"
    return update.message


def _text(message: Message) -> str:
    return message.text or message.caption or ""


def _username(message: Message) -> str:
    return message.get_bot().username
