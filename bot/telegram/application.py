"""The application: the table of handlers, of which the first that fits takes an update."""

import logging
import secrets
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from telegram import InlineQueryResultsButton, Message, Update
from telegram.constants import ChatType
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TelegramError
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    ChatMemberHandler,
    ContextTypes,
    ExtBot,
    InlineQueryHandler,
    MessageHandler,
    TypeHandler,
    filters,
)
from telegram.request import HTTPXRequest

from bot.service.conversations import Conversations
from bot.service.copies import Copies
from bot.service.feed_poll import FeedPolls
from bot.service.search_service import SearchService
from bot.service.storage import storage_of
from bot.service.tally import Tally
from bot.settings import Settings
from bot.telegram import address, appointments, buttons, channels, desk_buttons, gaps, records, waits
from bot.telegram.access import Access
from bot.telegram.admission import Admission
from bot.telegram.answering import Answering
from bot.telegram.appointments import Appointments
from bot.telegram.batches import Batches
from bot.telegram.buttons import Buttons
from bot.telegram.channels import ChannelHandlers
from bot.telegram.desk import Desk
from bot.telegram.desk_buttons import DeskButtons
from bot.telegram.editors import Editors
from bot.telegram.erasing import Erasing
from bot.telegram.feeds import FeedHandlers, is_list
from bot.telegram.gaps import GapList
from bot.telegram.gate import Gate
from bot.telegram.guests import Guests
from bot.telegram.inbox import Inbox, is_article
from bot.telegram.inline import Inline
from bot.telegram.menus import Menus
from bot.telegram.notices import Notices
from bot.telegram.owners import Owners
from bot.telegram.pacing import NotSentError, Pacing
from bot.telegram.readers import Readers
from bot.telegram.records import Records
from bot.telegram.replies import Reply
from bot.telegram.safekeeping import Safekeeping
from bot.telegram.sending import send
from bot.telegram.upkeep import Upkeep
from bot.telegram.waits import Waiting
from bot.telegram.watch import Watch
from bot.words import readers
from bot.words.language import language_of, said, speak
from retrieval.intake import Fetcher

App = Application[Any, Any, Any, Any, Any, Any]
_log = logging.getLogger(__name__)

# Telegram's messages when the chat has moved on (an edit twice, a deleted message, a late answer): nothing is left to
# do. Compared in lower case, because the library capitalizes the first letter.
_TOO_LATE = ("not modified", "query is too old", "message to edit not found", "message can't be edited")


class Command(filters.MessageFilter):
    """A command to this bot, by name; without a name, any text that begins like a command."""

    def __init__(self, name: str | None = None) -> None:
        super().__init__(name or "any command")
        self._command = name

    def filter(self, message: Message) -> bool:
        text = message.text or message.caption or ""
        if self._command is None:
            return address.is_command(text)
        command = address.command(text, message.get_bot().username)
        return command is not None and command.name == self._command


class Fits(filters.MessageFilter):
    """The messages for which a function returns True."""

    def __init__(self, fits: Callable[[Message], bool]) -> None:
        super().__init__(fits.__name__)
        self._fits = fits

    def filter(self, message: Message) -> bool:
        return self._fits(message)


def _of_a_bot(message: Message) -> bool:
    """Whether another bot wrote the message: two bots would answer each other without end.

    Telegram's own bots that speak for a group or a channel count as people.
    """
    return message.from_user is not None and message.from_user.is_bot and message.sender_chat is None


# Without UpdateType.MESSAGE, message handlers also take edits, channel posts, business and guest messages.
_NEW = filters.UpdateType.MESSAGE & ~filters.VIA_BOT & ~filters.IS_AUTOMATIC_FORWARD & ~Fits(_of_a_bot)
_PRIVATE = _NEW & filters.ChatType.PRIVATE
_GROUP = _NEW & filters.ChatType.GROUPS
_WORDS = filters.TEXT | filters.CAPTION


def build(settings: Settings, service: SearchService, fetcher: Fetcher, polls: FeedPolls) -> tuple[App, Watch]:
    """The application, not yet connected, and the watch beside it. The caller has opened the service."""
    gate, inbox = Gate(service.staff), Inbox(settings.timezone)
    access = Access(service, gate, is_listed=settings.access == "listed")
    admission = Admission(gate, access)
    admitted = admission.of

    def forget(chat_id: int) -> None:
        admission.forget(chat_id)
        service.waits.forget(chat_id)

    tally = Tally(lambda: datetime.now(settings.timezone))
    conversations = Conversations(
        note=service.note_shown, fellows=service.fellows, token=settings.telegram_bot_token or ""
    )
    answering = Answering(service, settings.today, tally, opens_in_place=access.is_listed)
    readers = Readers(service, answering, conversations, gate, access, settings.today, forget)
    pressed = Buttons(service, answering, conversations, settings.today)
    batches = Batches()
    editors = Editors(service, gate, inbox, fetcher, batches)
    desk = Desk(service, gate, inbox, batches, settings.today)
    channeling = ChannelHandlers(service, gate, editors, inbox)
    erasing = Erasing(service, gate)
    desk_pressed = DeskButtons(service, gate, editors, desk, answering)
    feeds = FeedHandlers(service, gate, polls, settings.timezone, settings.today, inbox)
    waiting = Waiting(service, answering, conversations, settings.today)
    inline = Inline(service, access, settings.today)
    guests = Guests(service, settings.today)
    owners = Owners(service, gate, settings.today, is_listed=access.is_listed)
    upkeep = Upkeep(service, gate, tally, settings.timezone)
    safekeeping = Safekeeping(Copies(storage_of(settings)), gate, settings.timezone)
    gap_list, menus = GapList(service, editors, gate, settings.today), Menus(gate)
    appointed = Appointments(service.staff, gate, menus)
    recorded = Records(service, gate, settings.timezone, settings.today)

    def is_pushed(message: Message) -> bool:
        if message.document is not None and is_article(message):
            return True
        in_batch = batches.is_open(message.chat.id) and bool(message.text or message.caption)
        return gate.is_editor(message.from_user) and (in_batch or is_article(message))

    def is_of_editor(message: Message) -> bool:
        return gate.is_editor(message.from_user)

    async def joined(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        is_channel = update.effective_chat is not None and update.effective_chat.type == ChatType.CHANNEL
        await (channeling.joined if is_channel else readers.joined)(update, context)

    application = ApplicationBuilder().bot(_bot(settings)).updater(None).build()
    # Of each group of handlers one takes an update; the groups come in the order of their numbers.
    application.add_handler(TypeHandler(Update, _speak), group=-1)
    application.add_handler(MessageHandler(_PRIVATE & Command("start"), menus.pressed_start), group=1)
    application.add_handlers(
        [
            MessageHandler(_NEW & Fits(inbox.expects), editors.more),
            MessageHandler(_PRIVATE & Fits(is_list), admitted(feeds.add_list)),
            # Commands, wherever they are given
            MessageHandler(
                _PRIVATE & Command("start") & Fits(appointed.is_link), admission.of(appointed.own, for_all=True)
            ),
            MessageHandler(_PRIVATE & Command("start"), admitted(readers.start)),
            MessageHandler(_GROUP & Command("start"), admitted(readers.hello)),
            MessageHandler(_NEW & Command("help"), admitted(readers.help)),
            MessageHandler(_NEW & Command("ask"), admitted(readers.ask)),
            MessageHandler(_NEW & Command("today"), admitted(readers.today)),
            MessageHandler(_NEW & Command("privacy"), admitted(readers.privacy)),
            MessageHandler(_NEW & Command("id"), admitted(readers.id)),
            MessageHandler(_NEW & Command("stats"), admitted(upkeep.statistics)),
            MessageHandler(_NEW & Command("recent"), admitted(upkeep.recent)),
            MessageHandler(_NEW & Command("add"), admitted(editors.add)),
            MessageHandler(_NEW & Command("check"), admitted(editors.check)),
            MessageHandler(_NEW & Command("done"), admitted(editors.done)),
            MessageHandler(_NEW & Command("edit"), admitted(desk.edit)),
            MessageHandler(_NEW & Command("remove"), admitted(desk.remove)),
            MessageHandler(_NEW & Command("undo"), admitted(desk.undo)),
            MessageHandler(_NEW & Command("erase"), admitted(erasing.ask)),
            MessageHandler(_NEW & Command("feeds"), admitted(feeds.list)),
            MessageHandler(_NEW & Command("feed_add"), admitted(feeds.add)),
            MessageHandler(_NEW & Command("feed_remove"), admitted(feeds.remove)),
            MessageHandler(_NEW & Command("gaps"), admitted(gap_list.show)),
            MessageHandler(_NEW & Command("export"), admitted(safekeeping.export)),
            MessageHandler(_NEW & Command("backup"), admitted(safekeeping.backup)),
            MessageHandler(_NEW & Command("channels"), admitted(channeling.list)),
            MessageHandler(_NEW & Command("scope"), admitted(owners.scope)),
            MessageHandler(_NEW & Command("allow"), admitted(owners.allow)),
            MessageHandler(_NEW & Command("deny"), admitted(owners.deny)),
            MessageHandler(_NEW & Command("listed"), admitted(owners.listed)),
            MessageHandler(_NEW & Command("editors"), admitted(appointed.editors)),
            MessageHandler(_NEW & Command("log"), admitted(recorded.log)),
            MessageHandler(_NEW & Command("history"), admitted(recorded.history)),
            MessageHandler(_NEW & filters.StatusUpdate.MIGRATE, owners.moved),
            MessageHandler(_PRIVATE & Command(), admitted(readers.unknown_command)),
            MessageHandler(_PRIVATE & filters.TEXT & Fits(erasing.confirms), admitted(erasing.erase)),
            # An editor's reply to a card, to an answer or to a pushed message that corrects the article
            MessageHandler(_NEW & filters.TEXT & ~Command() & Fits(desk.corrects), admitted(desk.correct)),
            MessageHandler(_PRIVATE & Fits(gap_list.is_for_a_gap), admitted(gap_list.push)),
            # Private: a file, or an editor's text that reads like an article, is a push; any other text is a question
            MessageHandler(_PRIVATE & Fits(is_pushed), admitted(editors.add)),
            MessageHandler(_PRIVATE & _WORDS, admitted(readers.question)),
            MessageHandler(_PRIVATE & ~filters.StatusUpdate.ALL, admitted(readers.no_text)),
            # Groups: quiet unless addressed
            MessageHandler(_GROUP & _WORDS & ~Command() & Fits(_addressed), admitted(readers.question)),
            MessageHandler(
                filters.UpdateType.EDITED_MESSAGE & _WORDS & Fits(readers.follows), admitted(readers.edited)
            ),
            MessageHandler(filters.UpdateType.EDITED_MESSAGE & _WORDS & Fits(is_of_editor), admitted(desk.edited)),
            # Buttons
            CallbackQueryHandler(admitted(desk_pressed.press), desk_buttons.DATA),
            CallbackQueryHandler(admitted(channeling.decide), channels.DECIDE),
            CallbackQueryHandler(admitted(pressed.turn), buttons.PAGE),
            CallbackQueryHandler(admitted(pressed.article), buttons.ARTICLE),
            CallbackQueryHandler(admitted(pressed.widen), buttons.WIDER),
            CallbackQueryHandler(admitted(pressed.timeline), buttons.TIMELINE),
            CallbackQueryHandler(admitted(pressed.opinion), buttons.OPINION),
            CallbackQueryHandler(admitted(pressed.alone), buttons.ALONE),
            CallbackQueryHandler(admitted(pressed.example), buttons.EXAMPLE),
            CallbackQueryHandler(admitted(pressed.news), buttons.NEWS),
            CallbackQueryHandler(admitted(pressed.in_groups), buttons.GROUPS),
            CallbackQueryHandler(admitted(gap_list.turn), gaps.PAGE),
            CallbackQueryHandler(admitted(gap_list.prompt), gaps.ADD),
            CallbackQueryHandler(admitted(waiting.toggle), waits.TOGGLE),
            CallbackQueryHandler(admitted(waiting.replace), waits.REPLACE),
            CallbackQueryHandler(admitted(appointed.list), appointments.LIST),
            CallbackQueryHandler(admitted(appointed.ask), appointments.ASK),
            CallbackQueryHandler(admitted(appointed.remove), appointments.REMOVE),
            CallbackQueryHandler(admitted(recorded.turn), records.PAGE),
            CallbackQueryHandler(pressed.stale),
            # Any chat
            InlineQueryHandler(inline.query),
            MessageHandler(filters.UpdateType.GUEST_MESSAGE, admitted(guests.mention)),
            ChatMemberHandler(joined, ChatMemberHandler.MY_CHAT_MEMBER),
            MessageHandler(filters.UpdateType.CHANNEL_POST, channeling.post),
            MessageHandler(filters.UpdateType.EDITED_CHANNEL_POST, channeling.edited),
        ]
    )
    application.add_error_handler(partial(_failed, Notices(gate.owners)))
    return application, Watch(service, answering, conversations, access, settings.today)


async def _speak(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
    """Let the replies to this update speak the language of the person."""
    person = update.effective_user
    speak(language_of(person.language_code if person else None))


def _addressed(message: Message) -> bool:
    """Whether a message in a group is for the bot: a reply to it, or a mention of it."""
    bot = message.get_bot()
    replied = message.reply_to_message
    to_the_bot = replied is not None and replied.from_user is not None and replied.from_user.id == bot.id
    return to_the_bot or address.mentions(message.text or message.caption or "", bot.username)


def _bot(settings: Settings) -> "ExtBot[float]":
    return ExtBot(
        settings.telegram_bot_token or "",
        base_url=settings.telegram_base_url,
        base_file_url=settings.telegram_base_file_url,
        # Proxies come from the environment (HTTPS_PROXY), as everywhere in httpx.
        request=HTTPXRequest(connection_pool_size=64),
        get_updates_request=HTTPXRequest(connection_pool_size=1),
        rate_limiter=Pacing(),
    )


async def _failed(notices: Notices, update: object, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Log an error of a handler, and send the person and the owners a number under which the log has it."""
    error = context.error
    if isinstance(error, Forbidden):
        _log.info("对方不收消息：%s", error.message)
    elif isinstance(error, BadRequest) and any(words in error.message.lower() for words in _TOO_LATE):
        _log.debug("%s", error.message)
    elif isinstance(error, NetworkError | RetryAfter | NotSentError) and not isinstance(error, BadRequest):
        _log.warning("没能送到 Telegram：%s", error.message)
    else:
        number = secrets.token_hex(3)
        _log.error("出错，编号 %s", number, exc_info=error)
        try:
            await _apologize(update, said(readers.BROKEN, number=number))
        except TelegramError as second:
            _log.warning("没能告知对方：%s", second.message)
        if error is not None:
            await notices.tell(context.bot, number, error)


async def _apologize(update: object, sentence: str) -> None:
    if not isinstance(update, Update):
        return
    if update.message is not None:
        await send(update.message, Reply(sentence))
    elif update.callback_query is not None:
        await update.callback_query.answer(sentence)
    elif update.inline_query is not None:
        button = InlineQueryResultsButton(said(readers.INLINE_BUSY), start_parameter="inline")
        await update.inline_query.answer([], cache_time=0, button=button)
