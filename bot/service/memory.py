"""What the bot remembers between updates, and the place where it lies together with the articles."""

from collections.abc import Callable, Generator, Iterable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol

from bot.service.sharing import ALONE, Sharing
from retrieval.archive import Archive
from retrieval.article import Article
from retrieval.catalogue import Catalogue
from retrieval.indexing.salvage import Salvaged
from retrieval.indexing.tables import JournalTable
from retrieval.text.analyzer import Analyzer


class Records(Protocol):
    """One table: values under numbers, each with the moment at which it was stored.

    Inside a transaction, reads give what it has written so far.
    """

    def value(self, number: int) -> str | None:
        """The value under this number; None when there is none."""
        ...

    def items(self) -> list[tuple[int, str]]:
        """All values with their numbers, ascending."""
        ...

    def values(self) -> list[str]:
        """All values, by ascending number."""
        ...

    # Writing, inside `Memory.write` or a transaction of the archive

    def put(self, number: int, value: str) -> None:
        """Store a value, in place of the former one under this number."""
        ...

    def renew(self, number: int) -> None:
        """Let the value under this number, if there is one, be stored as of now."""
        ...

    def delete(self, number: int) -> None:
        """Delete the value under this number, if there is one."""
        ...

    def delete_oldest(self, *, days: int, most: int | None = None, limit: int) -> int:
        """Delete values older than `days`, and the oldest ones beyond the `most` last.

        Deletes at most `limit` values; returns how many.
        """
        ...


class Memory:
    """All that the bot remembers, in the place of the articles: what belongs together is one transaction."""

    def __init__(
        self,
        records: Callable[[str], Records],
        journal: JournalTable,
        write: Callable[[], AbstractContextManager[object]],
        storage: "Storage",
        sharing: Sharing = ALONE,
    ) -> None:
        """`records` gives the table of a name, and `write` a transaction for the methods that write."""
        self.answers, self.receipts = records("bot_answers"), records("bot_receipts")
        self.progress, self.pending = records("bot_push_progress"), records("bot_pending_updates")
        self.feedback, self.chats = records("bot_feedback"), records("bot_chats")
        self.drafts, self.pushed = records("bot_drafts"), records("bot_pushed_messages")
        self.feeds, self.feed_entries = records("bot_feeds"), records("bot_feed_entries")
        self.gaps, self.waits = records("bot_gaps"), records("bot_waits")
        self.staff, self.shown = records("bot_staff"), records("bot_shown")
        self.channels, self.watched = records("bot_channels"), records("bot_watched")
        # The journal of the articles: what owners and admins change has its entries there too.
        self.journal, self.storage, self.sharing = journal, storage, sharing
        self._write = write

    def write(self) -> AbstractContextManager[object]:
        """A transaction for the methods of `Records` that write, those of this memory and of its archive alike."""
        return self._write()


class Storage(Protocol):
    """A place of articles and of what the bot remembers: a database file, or a search server.

    Another process opens the same place from the pickled value. All methods raise StoreError.
    """

    @property
    def name(self) -> str:
        """The place as people may read it, without a secret."""
        ...

    @property
    def path(self) -> Path:
        """The database file; over a search server the path that it would have, beside which copies are made."""
        ...

    def exists(self) -> bool:
        """Whether the archive was created."""
        ...

    def archive(
        self, analyzer: Analyzer, *, must_exist: bool = False, first_articles: Iterable[Article] = ()
    ) -> Archive:
        """Open the archive, or create it with these first articles, both or neither."""
        ...

    def open(
        self, analyzer: Analyzer, *, must_exist: bool = False, first_articles: Iterable[Article] = ()
    ) -> tuple[Archive, Memory]:
        """The same archive, and the memory beside it: a change and its receipt are one transaction."""
        ...

    def catalogue(self) -> Catalogue:
        """What is stored, for those who search nothing; the archive must exist."""
        ...

    def memory(self) -> Memory:
        """The memory alone; the archive must exist."""
        ...

    def rows(self) -> Generator[Salvaged, None, None]:
        """Each article as it can be read, lost ones too, by number."""
        ...

    def copy_to(self, target: Path) -> None:
        """Write a consistent copy of everything, while others read and write."""
        ...

    def facts(self) -> tuple[int, dict[str, Any]]:
        """The size in bytes, and what else `stats` shows of the place, by the names of its fields."""
        ...
