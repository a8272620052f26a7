"""Handlers of what owners and group admins set: who may ask, and to what a group is limited."""

import re
from collections.abc import Callable
from datetime import date

from telegram import Message, MessageOriginUser, Update, User
from telegram.constants import ChatMemberStatus, ChatType
from telegram.error import TelegramError
from telegram.ext import ContextTypes

from bot.service.chats import MOST_SOURCES
from bot.service.search_service import SearchService
from bot.telegram import address
from bot.telegram.gate import Gate, Role, actor
from bot.telegram.markup import shown
from bot.telegram.replies import Reply
from bot.telegram.sending import send
from bot.words import editors, groups
from bot.words.language import said, versions
from retrieval.change import Change
from retrieval.query.days import RECENT_DAYS, days_of
from retrieval.text.folding import fold

Context = ContextTypes.DEFAULT_TYPE
_NUMBER = re.compile(r"-?[0-9]{1,18}")
_BETWEEN = re.compile(r"[\s,，、;；]+")
_ANYTHING = (*versions(groups.NO_LIMIT), "off")
_MARKS = re.compile("[,，、;；]+")
_BACK = re.compile(
    r"(?P<days>(?:最?近|[过過]去)的?\s*(?:[0-9]{1,3}|[一二两兩三四五六七八九十]{1,3}|半)\s*(?:[天日周]|个?星期|个?月|個?月|年))(?:以?[来內内]|之?[内內])?"
    r"(?:的?(?:报道|報導|新闻|新聞))?"
)
_REPORTS = re.compile("的?(?:报道|報導|新闻|新聞)?$")


class Owners:
    def __init__(self, service: SearchService, gate: Gate, today: Callable[[], date], *, is_listed: bool) -> None:
        """`is_listed` is whether the list decides who may ask."""
        self._service, self._gate, self._today, self._is_listed = service, gate, today, is_listed

    # The list of those who may ask: owners only

    async def allow(self, update: Update, _: Context) -> None:
        """/allow in a group lists it; in private it lists the people or groups of these numbers."""
        await self._list(update, is_listed=True)

    async def deny(self, update: Update, _: Context) -> None:
        """/deny takes from the list, as /allow adds to it."""
        await self._list(update, is_listed=False)

    async def listed(self, update: Update, _: Context) -> None:
        """/listed, in private: who may ask."""
        message = _message(update)
        if await admits_owner(self._gate, update, said(groups.NOT_AN_OWNER)):
            if message.chat.type != ChatType.PRIVATE:
                await send(message, Reply(said(groups.IN_PRIVATE)))
                return
            names = [f"{number} {settings.name}".strip() for number, settings in self._service.listed()]
            await send(message, Reply(shown(groups.list_of(names, is_used=self._is_listed))))

    async def _list(self, update: Update, *, is_listed: bool) -> None:
        message = _message(update)
        if not await admits_owner(self._gate, update, said(groups.NOT_AN_OWNER)):
            return
        numbers, name = _named(message)
        if not numbers:
            await send(message, Reply(said(groups.ALLOW_USAGE)))
            return
        change = Change(actor(message), "chat_allowed" if is_listed else "chat_denied")
        for number in numbers:
            await self._service.change_chat(number, change, name, is_listed=is_listed)
        names = [name or str(number) for number in numbers]
        await send(message, Reply(shown(groups.changed(names, is_listed=is_listed, is_used=self._is_listed))))

    # The limit of a group: its admins

    async def scope(self, update: Update, _: Context) -> None:
        """/scope in a group says to what it is limited; with papers or days, its admins change that."""
        message = _message(update)
        if message.chat.type == ChatType.PRIVATE:
            await send(message, Reply(said(groups.SCOPE_IN_GROUPS)))
            return
        command = address.command(message.text or message.caption or "", message.get_bot().username)
        argument = command.argument if command else ""
        if argument and message.forward_origin is not None:
            await send(message, Reply(said(editors.FORWARDED_COMMAND)))
            return
        if argument and not await self._is_admin(update):
            await send(message, Reply(said(groups.NOT_AN_ADMIN)))
            return
        if argument:
            words, days = _days("" if argument.lower() in _ANYTHING else argument, self._today())
            sources, unknown = await self._sources(words)
            if unknown or len(sources) > MOST_SOURCES:
                await send(message, Reply(shown(groups.unchanged(unknown, MOST_SOURCES))))
                return
            change = Change(actor(message), "chat_scope", note=groups.noted(sources, days))
            title = message.chat.title or ""
            await self._service.change_chat(message.chat.id, change, title, sources=sources, days=days)
        settings = self._service.chat(message.chat.id)
        await send(message, Reply(shown(groups.scope(settings.sources, settings.days, is_new=bool(argument)))))

    async def _sources(self, words: str) -> tuple[tuple[str, ...], list[str]]:
        """The papers that these words name, and the names that no stored paper has. A name may hold a blank."""
        sources, unknown = list[str](), list[str]()
        for piece in filter(None, map(str.strip, _MARKS.split(words))):
            piece = _REPORTS.sub("", piece)
            whole = await self._service.has_source(piece)
            for name in [piece] if whole else piece.split():
                (sources if whole or await self._service.has_source(name) else unknown).append(name)
        return tuple(sources), unknown

    async def _is_admin(self, update: Update) -> bool:
        """Whether the sender is an admin of the group, in person or in its name, or an owner."""
        message = _message(update)
        if message.sender_chat is not None:
            return message.sender_chat.id == message.chat.id
        if self._gate.may_own(update):
            return True
        if message.from_user is None:
            return False
        try:
            member = await message.chat.get_member(message.from_user.id)
        except TelegramError:  # a group that hides its members
            return False
        return member.status in (ChatMemberStatus.ADMINISTRATOR, ChatMemberStatus.OWNER)

    async def moved(self, update: Update, _: Context) -> None:
        """A group has become a supergroup, which has another number: what was set for it stays."""
        message = _message(update)
        if message.migrate_to_chat_id is not None:
            await self._service.move_chat(message.chat.id, message.migrate_to_chat_id)


async def admits_owner(gate: Gate, update: Update, refusal: str) -> bool:
    """Whether an owner writes, in person; anybody else gets the refusal, or hears how to be recognized."""
    if gate.may_own(update):
        return True
    sentences = {Role.ANONYMOUS: said(editors.ANONYMOUS), Role.FORWARDED: said(editors.FORWARDED_COMMAND)}
    await send(_message(update), Reply(sentences.get(gate.role(update), refusal)))
    return False


def forwarded_person(message: Message) -> User | None:
    """The person who wrote the forwarded message to which this one replies; None for a bot and a hidden person."""
    replied = message.reply_to_message
    origin = replied.forward_origin if replied is not None else None
    if not isinstance(origin, MessageOriginUser) or origin.sender_user.is_bot:
        return None
    return origin.sender_user


def _days(argument: str, today: date) -> tuple[str, int | None]:
    """A limit without its words of days, and their number: 30 for 近30天的报道. Other days, as 昨天, are left."""
    match = _BACK.search(argument)
    named = days_of(fold(match["days"]), today) if match else None
    if match is None or named is None:
        return argument, None
    days = RECENT_DAYS if named.until is None else (today - named.since).days + 1
    return f"{argument[: match.start()]}、{argument[match.end() :]}", days


def _named(message: Message) -> tuple[list[int], str]:
    """The numbers that a command names, or the group that it is given in, or the writer of the replied message."""
    command = address.command(message.text or message.caption or "", message.get_bot().username)
    words = _BETWEEN.split(command.argument) if command and command.argument else []
    if words and all(map(_NUMBER.fullmatch, words)):
        return list(dict.fromkeys(map(int, words))), ""
    if words:
        return [], ""
    if message.chat.type != ChatType.PRIVATE:
        return [message.chat.id], message.chat.title or ""
    forwarded = forwarded_person(message)
    return ([], "") if forwarded is None else ([forwarded.id], forwarded.full_name)


def _message(update: Update) -> Message:
    assert update.message is not None, "the filters let only messages through"
    return update.message
