"""Handlers of who is an owner and who an editor: /editors with its buttons, and the one-time link."""

import asyncio
import re

from telegram import Bot, Message, Update, User
from telegram.constants import ChatType
from telegram.error import BadRequest, Forbidden, TelegramError
from telegram.ext import ContextTypes

from bot.service.owner_link import is_owner_link
from bot.service.staff import MOST_EDITORS, FullError, Member, Staff
from bot.telegram import address
from bot.telegram.gate import Gate, actor, person
from bot.telegram.markup import clip, line, shown
from bot.telegram.menus import Menus
from bot.telegram.owners import admits_owner, forwarded_person
from bot.telegram.replies import Button, Reply
from bot.telegram.sending import edit, send, send_to
from bot.words import readers, staff
from bot.words.editors import and_more
from bot.words.language import said

Context = ContextTypes.DEFAULT_TYPE
# The patterns of the data of buttons: show the list, ask whether to remove a person, remove them.
LIST, ASK, REMOVE = "^staff:list$", r"^staff:ask:\d{1,18}$", r"^staff:off:\d{1,18}$"
_ADDED = re.compile(r"0*(?P<number>[1-9][0-9]{0,15})(?:[\s,，、;；]+(?P<name>\S.*))?", re.DOTALL)
# A message holds all editors, and so many owners.
_MOST_OWNERS = 10
_LONGEST_LABEL, _LONGEST_MEMBER = 30, 50


class Appointments:
    def __init__(self, members: Staff, gate: Gate, menus: Menus) -> None:
        self._staff, self._gate, self._menus = members, gate, menus

    async def editors(self, update: Update, _: Context) -> None:
        """/editors lists the staff; with a number, or as a reply to a person's forwarded message, it adds an editor."""
        message = _message(update)
        if not await admits_owner(self._gate, update, said(staff.ONLY_OWNERS)):
            return
        if message.chat.type != ChatType.PRIVATE:
            await send(message, Reply(said(staff.EDITORS_IN_PRIVATE)))
            return
        argument, replied = _argument(message), message.reply_to_message
        if not argument and replied is None:
            await self._staff.refresh()
            await send(message, await self._list(message.get_bot(), _user(update)))
        elif not argument and (forwarded := forwarded_person(message)) is not None:
            await self._add(message, forwarded.id, forwarded.full_name)
        elif not argument and replied is not None and replied.forward_origin is not None:
            await send(message, Reply(said(staff.AUTHOR_HIDDEN)))
        elif match := _ADDED.fullmatch(argument):
            number = int(match["number"])
            await self._add(message, number, match["name"] or await _name(message.get_bot(), number))
        else:
            await send(message, Reply(said(staff.EDITORS_USAGE)))

    async def _add(self, message: Message, number: int, name: str) -> None:
        known = self._staff.member(number)
        who = staff.member(name or (known.name if known else ""), number)
        try:
            if await self._staff.add(number, name, actor(message)):
                is_told = await self._tell(message.get_bot(), number, staff.YOU_EDIT)
                sentence = staff.added(who, is_told=is_told)
            else:
                sentence = staff.known(who, is_owner=self._staff.is_owner(number))
        except FullError:
            sentence = staff.full(MOST_EDITORS)
        await send(message, Reply(shown(sentence)))

    # Buttons below the list

    async def list(self, update: Update, _: Context) -> None:
        """The list again, in place of the question whether to remove a person."""
        if (message := await self._pressed(update)) is not None:
            await self._show(update, message)

    async def ask(self, update: Update, _: Context) -> None:
        """Ask whether to remove a person, in place of the list."""
        message, number = await self._pressed(update), _number(update)
        if message is None:
            return
        member = await self._removable(update, number)
        if member is not None:
            question = staff.asks_whether(staff.member(member.name, number), is_owner=member.is_owner)
            buttons = (Button(said(staff.YES), f"staff:off:{number}"), Button(said(staff.NO), "staff:list"))
            await edit(message, Reply(line(question, 300), (buttons,)))
            await _toast(update)

    async def remove(self, update: Update, _: Context) -> None:
        """Remove a person, tell them, and show the list without them."""
        message, number = await self._pressed(update), _number(update)
        if message is None or await self._removable(update, number) is None:
            return
        member = await self._staff.remove(number, person(_user(update)))
        if member is not None:
            await self._tell(message.get_bot(), number, staff.YOU_EDIT_NO_MORE)
            await self._show(update, message, staff.removed(member.name or str(number)))

    async def _pressed(self, update: Update) -> Message | None:
        """The message whose button an owner has pressed; anybody else gets a refusal."""
        query = update.callback_query
        assert query is not None, "the patterns let only buttons through"
        if not self._gate.is_owner(query.from_user.id):
            await query.answer(said(staff.ONLY_OWNERS))
            return None
        if not isinstance(query.message, Message):  # too old to be edited
            await query.answer(said(readers.STALE))
            return None
        return query.message

    async def _removable(self, update: Update, number: int) -> Member | None:
        """The member of this number; None, after a toast, for one who can't be removed, or is no member any more."""
        member = self._staff.member(number)
        if member is None or member.is_set:
            await _toast(update, staff.gone(number) if member is None else staff.stays(number))
            return None
        return member

    async def _show(self, update: Update, message: Message, toast: str = "") -> None:
        await edit(message, await self._list(message.get_bot(), _user(update)))
        await _toast(update, toast)

    async def _list(self, bot: Bot, asker: User) -> Reply:
        """The staff by name and number, with a button for each whom the asker can remove: all but themselves."""
        members = self._staff.members()
        owners, others = ([one for one in members if one.is_owner is is_owner] for is_owner in (True, False))
        named, left_out = owners[:_MOST_OWNERS], owners[_MOST_OWNERS:]
        lines = await asyncio.gather(*(_line(bot, member) for member in (*named, *others)))
        above = [*lines[: len(named)], *([and_more(len(left_out))] if left_out else [])]
        buttons = tuple(
            (Button(clip(staff.remove(one.name or str(one.number)), _LONGEST_LABEL), f"staff:ask:{one.number}"),)
            for one in members
            if not one.is_set and one.number != asker.id
        )
        return Reply(f"{staff.listed(above, lines[len(named) :])}\n\n{said(staff.EDITORS_USAGE)}", buttons)

    # The one-time link

    @staticmethod
    def is_link(message: Message) -> bool:
        """Whether a message is /start with the parameter of a one-time link, valid or not."""
        return is_owner_link(_argument(message))

    async def own(self, update: Update, _: Context) -> None:
        """The person who opens the one-time link in time becomes the owner."""
        message = _message(update)
        sender = actor(message)
        if await self._staff.own(_argument(message), sender) or self._gate.is_owner(sender.number or 0):
            await send(message, Reply(said(staff.YOU_OWN)))
        else:
            await send(message, Reply(said(staff.LINK_IS_DEAD)))

    async def _tell(self, bot: Bot, number: int, sentence: str) -> bool:
        """Tell a person what they are now; False when they have not pressed start, or have blocked the bot."""
        try:
            await send_to(bot, number, Reply(said(sentence)))
        except (Forbidden, BadRequest):
            return False
        await self._menus.renew(bot, number)
        return True


async def _line(bot: Bot, member: Member) -> str:
    """HTML of a member's name and number."""
    name = member.name or await _name(bot, member.number)
    return line(staff.member(name, member.number), _LONGEST_MEMBER) + (said(staff.SET) if member.is_set else "")


async def _name(bot: Bot, number: int) -> str:
    """The name of a person who has written to the bot; empty for anybody else."""
    try:
        return (await bot.get_chat(number)).full_name or ""
    except TelegramError:
        return ""


async def _toast(update: Update, sentence: str = "") -> None:
    assert update.callback_query is not None, "the patterns let only buttons through"
    await update.callback_query.answer(sentence or None)


def _number(update: Update) -> int:
    assert update.callback_query is not None, "the patterns let only buttons through"
    assert update.callback_query.data is not None, "the patterns let only buttons through"
    return int(update.callback_query.data.rpartition(":")[2])


def _user(update: Update) -> User:
    assert update.effective_user is not None, "the gate lets only people through"
    return update.effective_user


def _argument(message: Message) -> str:
    command = address.command(message.text or message.caption or "", message.get_bot().username)
    return command.argument if command else ""


def _message(update: Update) -> Message:
    assert update.message is not None, "the filters let only messages through"
    return update.message
