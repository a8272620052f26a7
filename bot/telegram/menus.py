"""Menus of commands in Telegram's apps: those of readers, of groups, and of each editor and owner."""

from collections.abc import Sequence
from contextlib import suppress

from telegram import (
    Bot,
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeChat,
    Update,
)
from telegram.error import TelegramError
from telegram.ext import ContextTypes

from bot.telegram.gate import Gate
from bot.words import readers
from bot.words.language import Language, translated

# Telegram knows languages by two letters: `zh` is both Simplified and Traditional.
_LANGUAGES = ((Language.ENGLISH, None), (Language.SIMPLIFIED, "zh"))
_Menu = tuple[readers.Commands, BotCommandScope | None]


class Menus:
    """Sets the menus. A failure is ignored: the bot works without its menu."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    async def set_all(self, bot: Bot) -> None:
        """Set every menu, as at the start. Telegram refuses that of a person who has not pressed start."""
        menus: list[_Menu] = [
            (readers.commands(), None),
            (readers.GROUP_COMMANDS, BotCommandScopeAllGroupChats()),
            (readers.ADMIN_COMMANDS, BotCommandScopeAllChatAdministrators()),
        ]
        await self._set(bot, [*menus, *map(self._own, self._gate.staff())])

    async def pressed_start(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Set the menu of an editor who has pressed start, which Telegram may have refused before."""
        if update.message is not None and self._gate.may_edit(update):
            await self._set(context.bot, [self._own(update.message.chat.id)])

    async def renew(self, bot: Bot, person: int) -> None:
        """Set the menu of a person who has become an editor or an owner, or is none any more."""
        await self._set(bot, [self._own(person)])

    def _own(self, person: int) -> _Menu:
        """The menu in the private chat of a person."""
        is_editor, is_owner = self._gate.is_editor_number(person), self._gate.is_owner(person)
        return readers.commands(editor=is_editor, owner=is_owner), BotCommandScopeChat(person)

    async def _set(self, bot: Bot, menus: Sequence[_Menu]) -> None:
        for language, code in _LANGUAGES:
            for commands, scope in menus:
                translations = [BotCommand(name, translated(text, language)) for name, text in commands]
                with suppress(TelegramError):
                    await bot.set_my_commands(translations, scope=scope, language_code=code)
