"""Messages of the bot that show articles: which chat was shown which article, and nothing of what was asked.

They are kept so that a message can be emptied when one of its articles must be deleted.
"""

import hashlib
import logging
import threading
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from bot.service.memory import Memory
from retrieval.store.errors import StoreError

# Days for which a message is remembered.
DAYS = 30
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ShownMessage:
    """A message of the bot, and the articles that it shows or whose pages it turns."""

    chat_id: int
    message_id: int
    articles: frozenset[int]


class ShownMessages:
    def __init__(self, memory: Memory, later: Callable[[Callable[[], None]], object]) -> None:
        """`later` passes a function to a thread that writes."""
        self._memory, self._later = memory, later
        self._unwritten: dict[int, ShownMessage] = {}
        self._handing_over, self._writing = threading.Lock(), threading.Lock()

    def note(self, message: ShownMessage) -> None:
        """Remember a message; it is written soon, with others that wait."""
        if not message.articles:
            return
        with self._handing_over:
            if not self._unwritten:
                self._later(self._write)
            self._unwritten[_key(message)] = message

    def of(self, articles: Collection[int]) -> list[ShownMessage]:
        """The messages that show one of these articles. Raises StoreError."""
        self._write()
        wanted = set(articles)
        return [message for message in self._read() if message.articles & wanted]

    def _read(self) -> Iterator[ShownMessage]:
        for row in self._memory.shown.values():
            chat, message, numbers = f"{row}  ".split(" ")[:3]
            if numbers.replace(",", "").isdecimal() and message.isdecimal():
                yield ShownMessage(int(chat), int(message), frozenset(map(int, numbers.split(","))))

    def _write(self) -> None:
        # One at a time: whoever reads the rows waits for those that another thread is writing.
        with self._writing:
            with self._handing_over:
                unwritten, self._unwritten = self._unwritten, {}
            try:
                with self._memory.write():
                    for key, message in unwritten.items():
                        numbers = ",".join(map(str, sorted(message.articles)))
                        self._memory.shown.put(key, f"{message.chat_id} {message.message_id} {numbers}")
            except StoreError as error:
                # A deletion by law does not reach these messages.
                _log.warning("%s", error)


def _key(message: ShownMessage) -> int:
    digest = hashlib.blake2b(f"{message.chat_id}:{message.message_id}".encode(), digest_size=8).digest()
    return int.from_bytes(digest) >> 1
