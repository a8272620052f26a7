"""The bot's memory in a search server, and what the processes of a bot tell each other there."""

import hashlib
import json
import secrets
import time
from collections.abc import Callable, Mapping

from bot.service.claims import Claims
from bot.service.memory import Memory, Storage
from bot.service.sharing import Share
from retrieval.cluster import records
from retrieval.cluster.history import Journal
from retrieval.cluster.records import Records
from retrieval.clustered import ClusteredArchive

# Tables that each process keeps in memory, and reads again when another one has changed them.
_FOLLOWED = frozenset(("bot_chats", "bot_channels", "bot_staff", "bot_waits"))
# Seconds for which a process has a task, by the clocks of the machines, which may differ by some seconds.
_TURN = 60.0


def cluster_memory(archive: ClusteredArchive, storage: Storage) -> Memory:
    """The memory beside the articles of an archive."""
    documents = archive.documents

    def table(name: str) -> Records:
        return Records(documents, name, followed=name in _FOLLOWED)

    return Memory(table, Journal(documents), archive.log.write, storage, Together(archive))


class Together:
    """A `Sharing` of processes that serve one bot from several machines."""

    is_shared = True

    def __init__(self, archive: ClusteredArchive, clock: Callable[[], float] = time.time) -> None:
        """`clock` tells seconds since 1970."""
        self._log, self._clock, self._own = archive.log, clock, secrets.token_hex(8)
        self._turns, self._claims = Records(archive.documents, "bot_turns"), Claims(archive.documents, clock)

    def changes(self) -> Mapping[str, int]:
        return records.changes(self._log.state())

    def note(self, subject: str) -> None:
        records.note(self._log, subject)

    def takes(self, task: str) -> bool:
        number = int.from_bytes(hashlib.blake2b(task.encode(), digest_size=8).digest()) >> 1
        if (left := self._left(number)) is not None and not 0 <= left < _TURN / 2:
            return left > 0
        with self._log.write():
            if (left := self._left(number)) is None or left >= 0:
                turn = {"by": self._own, "until": self._clock() + _TURN}
                self._turns.put(number, json.dumps(turn))
                return True
        return False

    def claim(self, update: int) -> Share:
        return self._claims.take(update)

    def settle(self, update: int) -> None:
        self._claims.settle(update)

    def release(self, update: int) -> None:
        self._claims.release(update)

    def prune(self) -> None:
        self._claims.prune()

    def _left(self, number: int) -> float | None:
        """Seconds for which this process still has a task; below zero, for which another has; None when nobody has."""
        turn = json.loads(self._turns.value(number) or "{}")
        left: float = turn.get("until", 0.0) - self._clock()
        if left <= 0:
            return None
        return left if turn["by"] == self._own else -left
