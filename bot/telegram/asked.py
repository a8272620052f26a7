"""What is asked: a question, with the chat it was asked in."""

from dataclasses import dataclass

from bot.service.conversations import Shown
from retrieval.index.protocol import Filters


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with the chat it was asked in.

    Args:
        username: of the bot, where links lead to the private chat; None where articles open in place.
        limit: the only articles that the chat finds; `limited` says so, and `limit_name` tells limits apart.
        asker: the only person who may turn the pages of the answer; None for everybody.
        is_repeated: whether the answer repeats the question, because the chat does not show it.
        is_widened: whether the days and the paper that the question names confine it no longer.
        last: the answer that the question may lean on.
        is_editor: whether an editor asks, in private.
        is_alone: whether a question that leans on another is searched for as it is.
        hint: a line below, when nothing is found.
        opening: a line above the answer.
        chat_id: the number of the chat, in private that of the person; None when nobody asks at the moment.
    """

    question: str
    is_private: bool
    username: str | None = None
    limit: Filters | None = None
    limited: str = ""
    limit_name: str = ""
    is_editor: bool = False
    asker: int | None = None
    is_repeated: bool = False
    is_widened: bool = False
    last: Shown | None = None
    is_alone: bool = False
    hint: str | None = None
    opening: str = ""
    chat_id: int | None = None

    @property
    def counted_as(self) -> int | None:
        """The number by which the same question counts once a person, or once a chat whose person is not known.

        None when it does not count.
        """
        return self.asker if self.asker is not None else self.chat_id
