"""Handlers of channels: owners connect them, and their posts become articles, which edits correct."""

import time
from collections.abc import Callable

from telegram import ChatMember, Message, Update
from telegram.constants import ChatType
from telegram.ext import ContextTypes

from bot.service.search_service import SearchService
from bot.telegram import cards
from bot.telegram.editors import Editors, key_of, place_of
from bot.telegram.feeds import tell_each
from bot.telegram.gate import Gate, person
from bot.telegram.inbox import Inbox, NoPushError
from bot.telegram.markup import clip, line, shown
from bot.telegram.owners import admits_owner
from bot.telegram.replies import Button, Reply
from bot.telegram.sending import edit, send
from bot.words import channels
from bot.words.language import said
from retrieval.article import Article
from retrieval.change import Actor, Change
from retrieval.indexing.preparation import updated
from retrieval.text.folding import printable

Context = ContextTypes.DEFAULT_TYPE
# The pattern of the data of buttons: connect a channel, or not.
DECIDE = r"^channel:-?\d{1,18}:(?:on|off)$"
_LONGEST_TITLE, _LONGEST_LABEL = 60, 30


class ChannelHandlers:
    def __init__(
        self,
        service: SearchService,
        gate: Gate,
        editors: Editors,
        inbox: Inbox,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._service, self._gate, self._editors, self._inbox, self._clock = service, gate, editors, inbox, clock

    async def joined(self, update: Update, context: Context) -> None:
        """The bot has become an administrator of a channel, which owners are asked about; or it is none any more."""
        change = update.my_chat_member
        assert change is not None, "the handler takes changes of the bot's membership only"
        number, title = change.chat.id, printable(change.chat.title or "")
        if change.new_chat_member.status == ChatMember.ADMINISTRATOR:
            channel = await self._service.channels.met(number, title)
            if not channel.is_connected:
                buttons = (
                    Button(said(channels.CONNECT), f"channel:{number}:on"),
                    Button(said(channels.REFUSE), f"channel:{number}:off"),
                )
                await tell_each(context.bot, self._gate, Reply(channels.asked(_title(title)), (buttons,)))
        elif (left := await self._service.channels.left(number)) is not None and left.is_connected:
            await tell_each(context.bot, self._gate, Reply(channels.lost(_title(title))))

    async def decide(self, update: Update, _: Context) -> None:
        """接入, 拒绝 or 断开, pressed by an owner; the first decision holds until the next."""
        query = update.callback_query
        assert query is not None, "the pattern lets only buttons through"
        assert query.data is not None, "the pattern matches the data"
        if not self._gate.is_owner(query.from_user.id):
            await query.answer(said(channels.ONLY_OWNERS))
            return
        number, decision = query.data.split(":")[1:]
        is_connected = decision == "on"
        was_connected = self._service.channels.is_connected(int(number))
        channel = await self._service.channels.decide(int(number), person(query.from_user), is_connected=is_connected)
        if channel is None or not isinstance(query.message, Message):
            await query.answer(said(channels.GONE))
            return
        told = channels.connected if is_connected else channels.disconnected if was_connected else channels.refused
        await edit(query.message, Reply(told(_title(channel.title))))
        await query.answer()

    async def list(self, update: Update, _: Context) -> None:
        """/channels, of an owner in private: all channels, each with a button that changes its state."""
        message = update.message
        assert message is not None, "the filters let only messages through"
        if not await admits_owner(self._gate, update, said(channels.ONLY_OWNERS)):
            return
        known = self._service.channels.all()
        if message.chat.type != ChatType.PRIVATE:
            await send(message, Reply(said(channels.IN_PRIVATE)))
        elif not known:
            await send(message, Reply(said(channels.NONE)))
        else:
            lines, rows = [], []
            for channel in known:
                state = channels.CONNECTED if channel.is_connected else channels.NOT_CONNECTED
                state = channels.SILENT if channel.is_connected and channel.is_told else state
                lines.append(channels.line(_title(channel.title), state))
                label = said(channels.DISCONNECT if channel.is_connected else channels.CONNECT)
                turn = "off" if channel.is_connected else "on"
                label = clip(f"{label} {channel.title}", _LONGEST_LABEL)
                rows.append((Button(label, f"channel:{channel.number}:{turn}"),))
            await send(message, Reply("\n".join(lines), tuple(rows)))

    async def post(self, update: Update, _: Context) -> None:
        """A post of a connected channel becomes an article; that of any other is ignored."""
        message = update.channel_post
        if message is None or not self._service.channels.is_connected(message.chat.id):
            return
        await self._store(message, key_of(update))

    async def edited(self, update: Update, _: Context) -> None:
        """An edited post corrects its article."""
        message = update.edited_channel_post
        if message is None or not self._service.channels.is_connected(message.chat.id):
            return
        known = await self._service.changes.pushed(place_of(message))
        item = self._inbox.read(message, message.text or message.caption or "")
        if known is None:
            await self._store(message, key_of(update))
        elif isinstance(item, Article) and known[1]:
            article, number = item, known[0]
            await self._service.changes.edit(
                number, lambda stored: updated(stored, article), _actor(message), key_of(update), lambda _: ""
            )

    async def _store(self, message: Message, key: int) -> None:
        try:
            async with self._inbox.collected(message, message.text or message.caption or "") as pushed:
                if pushed is None or await self._service.receipt(key) is not None:
                    return
                summary = await self._editors.store(pushed, key, Change(_actor(message), key=key))
        except NoPushError:  # a file that Telegram does not give
            return
        if summary.articles:
            await self._service.channels.spoke(message.chat.id, self._clock())
        if summary.withheld:
            told = f"{channels.withheld(_title(message.chat.title or ''))}\n{cards.refusals(summary)}"
            await tell_each(message.get_bot(), self._gate, Reply(told))
        await self._editors.note(message, pushed, summary)


def _actor(message: Message) -> Actor:
    """The channel, for the journal."""
    return Actor(clip(printable(message.chat.title or ""), _LONGEST_TITLE), message.chat.id)


def _title(title: str) -> str:
    return line(title, _LONGEST_TITLE) or shown("?")
