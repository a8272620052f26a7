"""What processes that serve one bot over one memory tell each other."""

from collections.abc import Mapping
from typing import Protocol

# A subject of `changes`: articles were deleted by law, so that no process shows answers that it has in memory.
ERASED = "erased"


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


class Alone:
    """One process serves the bot; what others change in its file it reads at its next start."""

    is_shared = False

    def changes(self) -> Mapping[str, int]:
        return {}

    def note(self, subject: str) -> None:
        """Nobody follows."""

    def takes(self, task: str) -> bool:
        return True


ALONE = Alone()
