"""The gate of every change: editors pass, owners pass where owners decide, and both only in person."""

import enum

from telegram import Message, Update, User

from bot.service.staff import Staff
from bot.telegram import address
from retrieval.change import Actor
from retrieval.text.folding import printable


class Role(enum.Enum):
    """The role of a sender; only an EDITOR may change anything."""

    EDITOR = enum.auto()
    STRANGER = enum.auto()
    ANONYMOUS = enum.auto()  # an admin who writes as the group, or a person who writes as a channel
    FORWARDED = enum.auto()  # a command that somebody else wrote, even if an editor forwards it
    NOBODY = enum.auto()  # an edit, a channel post, a bot: no person who writes now


class Gate:
    """Decides by the sender of the message. The rights of a group's admins do not count."""

    def __init__(self, staff: Staff) -> None:
        self._staff = staff

    def is_editor(self, person: User | None) -> bool:
        """Whether this person may edit; `role` also asks how the message came."""
        return person is not None and self._staff.is_editor(person.id)

    def is_owner(self, number: int) -> bool:
        """Whether the person of this number decides who may ask and who may edit."""
        return self._staff.is_owner(number)

    def is_editor_number(self, number: int) -> bool:
        """Whether the person of this number may edit."""
        return self._staff.is_editor(number)

    def staff(self) -> list[int]:
        """The numbers of all editors and owners."""
        return [member.number for member in self._staff.members()]

    def owners(self) -> list[int]:
        """The numbers of all owners."""
        return [member.number for member in self._staff.members() if member.is_owner]

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


def actor(message: Message) -> Actor:
    """The sender of a message as the journal names them: a person, or the chat in whose name they write."""
    if message.sender_chat is not None:
        return Actor(printable(message.sender_chat.effective_name or ""), message.sender_chat.id)
    assert message.from_user is not None, "the gate lets only people through"
    return person(message.from_user)


def person(user: User) -> Actor:
    """A person as the journal names them."""
    return Actor(printable(" ".join(user.full_name.split())), user.id)
