"""Who may change anything? The people whose numbers are in ADMIN_IDS, in person: the one gate of every change."""

import enum

from telegram import Update

from bot.telegram import address


class Role(enum.Enum):
    """Who asks for a change; only an EDITOR is let in."""

    EDITOR = enum.auto()
    STRANGER = enum.auto()
    ANONYMOUS = enum.auto()  # a group's admin who hides behind it, or somebody who speaks as a channel
    FORWARDED = enum.auto()  # a command that another wrote, whoever passes it on
    NOBODY = enum.auto()  # an edit, a channel post, a bot: not somebody who asks now


class Gate:
    """Decides by who sent this very message; that somebody is a group's admin counts for nothing."""

    def __init__(self, admin_ids: frozenset[int]) -> None:
        self._admin_ids = admin_ids

    def role(self, update: Update) -> Role:
        message = update.message
        if message is None or message.is_automatic_forward or message.via_bot:
            return Role.NOBODY
        if message.sender_chat is not None:
            return Role.ANONYMOUS
        if message.from_user is None or message.from_user.is_bot:
            return Role.NOBODY
        if message.from_user.id not in self._admin_ids:
            return Role.STRANGER
        if message.forward_origin is not None and address.is_command(message.text or message.caption or ""):
            return Role.FORWARDED
        return Role.EDITOR

    def may_edit(self, update: Update) -> bool:
        return self.role(update) is Role.EDITOR
