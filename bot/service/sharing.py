"""What processes that serve one bot over one memory tell each other."""

from collections.abc import Mapping
from enum import Enum, auto
from typing import Protocol

# A subject of `changes`: articles were deleted by law, so that no process shows answers that it has in memory.
ERASED = "erased"
# Seconds in which a question may lean on the answer before it.
CONVERSATION_SECONDS = 600.0


class Share(Enum):
    """Which process carries out an update: this one, or another one that is at it, or another one that has done it."""

    OURS = auto()
    OTHERS = auto()
    DONE = auto()


class Sharing(Protocol):
    @property
    def is_shared(self) -> bool:
        """Whether other processes may serve the same bot at this moment."""
        ...

    def changes(self) -> Mapping[str, int]:
        """A number for each table that processes keep in memory, which rises when any process changes the table.

        Empty when the memory is not shared. Raises StoreError.
        """
        ...

    def note(self, subject: str) -> None:
        """Let the running transaction raise the number of a subject."""
        ...

    def takes(self, task: str) -> bool:
        """Whether this process does a task, which one process does for all. Raises StoreError.

        The process that has a task keeps it while it asks again within a minute; when it ends or is killed, another one
        gets the task a minute later.
        """
        ...

    # Updates by their numbers: one process carries out each. All raise StoreError.

    def claim(self, update: int) -> Share:
        """Claim an update for this process, unless another one has."""
        ...

    def settle(self, update: int) -> None:
        """Note that an update is carried out."""
        ...

    def release(self, update: int) -> None:
        """Leave a claimed update to other processes."""
        ...

    # Conversations, by a digest of the chat. All raise StoreError.

    def note_last(self, chat: int, answer: int, place: int) -> None:
        """Note the number of the answer that a chat has seen last, and which hit of it."""
        ...

    def last(self, chat: int) -> tuple[int, int] | None:
        """The answer and the place that were noted of a chat, if that was in the last `CONVERSATION_SECONDS`."""
        ...

    def prune(self) -> None:
        """Forget the updates that Telegram no longer delivers, and what chats have seen. Raises StoreError."""
        ...


class Alone:
    """One process serves the bot; what others change in its file it reads at its next start."""

    is_shared = False

    def changes(self) -> Mapping[str, int]:
        return {}

    def note(self, subject: str) -> None:
        """Nobody follows."""

    def takes(self, task: str) -> bool:
        return True

    def claim(self, update: int) -> Share:
        return Share.OURS

    def settle(self, update: int) -> None:
        """Nobody asks."""

    def release(self, update: int) -> None:
        """Nobody asks."""

    def note_last(self, chat: int, answer: int, place: int) -> None:
        """Nobody asks."""

    def last(self, chat: int) -> tuple[int, int] | None:
        return None

    def prune(self) -> None:
        """There is nothing to forget."""


ALONE = Alone()
