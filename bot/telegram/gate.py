"""The gate of every change: only people whose numbers are in ADMIN_IDS pass, and only in person."""

import enum

from telegram import Update, User

from bot.telegram import address


class Role(enum.Enum):
    """The role of a sender; only an EDITOR may change anything."""

    EDITOR = enum.auto()
    STRANGER = enum.auto()
    ANONYMOUS = enum.auto()  # an admin who writes as the group, or a person who writes as a channel
    FORWARDED = enum.auto()  # a command that somebody else wrote, even if an editor forwards it
    NOBODY = enum.auto()  # an edit, a channel post, a bot: no person who writes now


class Gate:
    """Decides by the sender of the message. The rights of a group's admins do not count."""

    def __init__(self, admin_ids: frozenset[int]) -> None:
        self._admin_ids = admin_ids

    def is_editor(self, person: User | None) -> bool:
        """Whether this person may edit; `role` also asks how the message came."""
        return person is not None and person.id in self._admin_ids

    def is_owner(self, number: int) -> bool:
        """Whether the person with this number decides who may ask, and takes articles and database away."""
        return number in self._admin_ids

    def staff(self) -> list[int]:
        """The numbers of all editors and owners."""
        return sorted(self._admin_ids)

    def role(self, update: Update) -> Role:
        message = update.message
        if message is None or message.is_automatic_forward or message.via_bot:
            return Role.NOBODY
        if message.sender_chat is not None:
            return Role.ANONYMOUS
        if message.from_user is None or message.from_user.is_bot:
            return Role.NOBODY
        if not self.is_editor(message.from_user):
            return Role.STRANGER
        if message.forward_origin is not None and address.is_command(message.text or message.caption or ""):
            return Role.FORWARDED
        return Role.EDITOR

    def may_edit(self, update: Update) -> bool:
        return self.role(update) is Role.EDITOR

    def may_own(self, update: Update) -> bool:
        """Whether an owner writes, in person."""
        person = update.effective_user
        return self.may_edit(update) and person is not None and self.is_owner(person.id)
