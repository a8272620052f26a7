"""Who may ask. With ACCESS=listed these are editors, the listed people, and everybody in the listed groups."""

from telegram import Update
from telegram.constants import ChatType

from bot.service.search_service import SearchService
from bot.telegram.gate import Gate
from bot.words import readers
from bot.words.language import said


class Access:
    def __init__(self, service: SearchService, gate: Gate, *, is_listed: bool) -> None:
        """`is_listed` lets only listed people and groups ask; otherwise everybody may."""
        self._service, self._gate, self.is_listed = service, gate, is_listed

    def is_closed_to(self, chat_id: int) -> bool:
        """Whether the people of a group may not ask there."""
        return self.is_listed and not self._service.chat(chat_id).is_listed

    def may_ask(self, person: int) -> bool:
        """Whether a person may ask in private."""
        return not self.is_listed or person in self._gate.staff() or self._service.chat(person).is_listed

    def refusal(self, update: Update) -> str | None:
        """The reply to a person who may not ask; it names what the owners need. None when the person may ask."""
        person, chat = update.effective_user, update.effective_chat
        if not self.is_listed or self._gate.is_editor(person):
            return None
        if any(self._service.chat(known.id).is_listed for known in (person, chat) if known):
            return None
        if chat is not None and chat.type != ChatType.PRIVATE:
            return said(readers.GROUP_NOT_LISTED)
        return said(readers.NOT_LISTED, number=person.id if person else "?")
