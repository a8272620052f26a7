"""The bot's memory in a search server, and what the processes of a bot tell each other there."""

import hashlib
import secrets
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from bot.service.cluster_notes import Notes
from bot.service.memory import Memory, Storage
from bot.service.sharing import CONVERSATION_SECONDS, Share
from retrieval.cluster import records
from retrieval.cluster.history import Journal
from retrieval.cluster.records import Records
from retrieval.clustered import ClusteredArchive

# Tables that each process keeps in memory, and reads again when another one has changed them.
_FOLLOWED = frozenset(("bot_chats", "bot_channels", "bot_staff", "bot_waits"))
# Seconds for which a process has a task, by the clocks of the machines, which may differ by some seconds.
_TURN = 60.0
# Seconds for which a process has an update: longer than it needs to carry it out or to store it as pending.
CLAIMED = 30.0
# Telegram delivers an update again for a day at most.
_CLAIMS_KEPT = timedelta(days=2)


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
        kinds = "bot_tasks", "bot_claims", "bot_lasts"
        self._tasks, self._claims, self._lasts = (Notes(archive.documents, kind) for kind in kinds)

    def changes(self) -> Mapping[str, int]:
        return records.changes(self._log.state())

    def note(self, subject: str) -> None:
        records.note(self._log, subject)

    def takes(self, task: str) -> bool:
        number = int.from_bytes(hashlib.blake2b(task.encode(), digest_size=8).digest()) >> 1
        found = self._tasks.get(number)
        if found is None and (found := self._tasks.create(number, self._held(_TURN))) is None:
            return True
        left = found.value["until"] - self._clock()
        if found.value["by"] == self._own and left > _TURN / 2:
            return True
        return (found.value["by"] == self._own or left <= 0) and self._tasks.replace(number, found, self._held(_TURN))

    def claim(self, update: int) -> Share:
        if (found := self._claims.create(update, self._held(CLAIMED))) is None:
            return Share.OURS
        if found.value["until"] is None:
            return Share.DONE
        if found.value["until"] > self._clock():
            # The own claim: the first try was carried out, and its answer was lost.
            return Share.OURS if found.value["by"] == self._own else Share.OTHERS
        return Share.OURS if self._claims.replace(update, found, self._held(CLAIMED)) else Share.OTHERS

    def settle(self, update: int) -> None:
        self._claims.put(update, {"by": self._own, "until": None})

    def release(self, update: int) -> None:
        self._claims.put(update, {"by": self._own, "until": 0.0})

    def note_last(self, chat: int, answer: int, place: int) -> None:
        self._lasts.put(chat, {"answer": answer, "place": place, "at": self._clock()})

    def last(self, chat: int) -> tuple[int, int] | None:
        found = self._lasts.get(chat)
        if found is None or self._clock() - found.value["at"] > CONVERSATION_SECONDS:
            return None
        return found.value["answer"], found.value["place"]

    def prune(self) -> None:
        self._claims.prune(_CLAIMS_KEPT)
        self._lasts.prune(timedelta(seconds=CONVERSATION_SECONDS))

    def _held(self, seconds: float) -> dict[str, Any]:
        return {"by": self._own, "until": self._clock() + seconds}
