"""What a change of articles reads and writes, wherever articles live: the tables of a file, or of a search server."""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

from retrieval.archive import Identity, Prepared
from retrieval.article import Article, Passage
from retrieval.change import Actor, Change, Tombstone, Touch
from retrieval.index.protocol import Document


class ArticleTable(Protocol):
    """Stored articles, with their passages: see `retrieval.store.articles.Articles`."""

    def article(self, article_id: int) -> Article | None: ...
    def same(self, article: Article, identity: Identity) -> Article | None: ...
    def earlier_version(self, article: Article, identity: Identity, similar: Sequence[int]) -> Article | None: ...
    def insert(
        self, article: Article, identity: Identity, passages: Sequence[Passage], behind: int = 0
    ) -> tuple[int, list[int]]:
        """Store a new article, under its own number when that is free; its number and its passages' numbers.

        Without a free number of its own, it gets the number after `behind` and the highest one ever given up to
        2**53 - 1.
        """
        ...

    def replace(
        self, article_id: int, article: Article, identity: Identity, passages: Sequence[Passage], entry: int
    ) -> tuple[int, list[int]]: ...
    def remove(self, article_id: int, entry: int) -> int | None: ...
    def erase(self, article_id: int) -> bool: ...


class LinkTable(Protocol):
    """Signatures, and links between reprints: see `retrieval.store.reprint_links.ReprintLinks`."""

    def signature_rules(self) -> str | None: ...
    def similar(self, signature: bytes, keys: Sequence[int]) -> list[int]: ...
    def nearest(self, signature: bytes, similar: Sequence[int]) -> int | None: ...
    def add(self, article_id: int, signature: bytes, keys: Sequence[int], similar: Sequence[int]) -> None: ...
    def signature(self, article_id: int) -> bytes: ...


class VersionTable(Protocol):
    """Former versions: see `retrieval.store.versions.Versions`."""

    def article(self, version: int) -> Article | None: ...
    def last(self, article_ids: Collection[int]) -> Mapping[int, int]: ...


class TombstoneTable(Protocol):
    """What is known of removed articles: see `retrieval.store.tombstones.Tombstones`."""

    def exist(self) -> bool: ...
    def of_article(self, article_id: int) -> Tombstone | None: ...
    def find(self, article: Article, identity: Identity, signature: bytes, keys: Sequence[int]) -> Tombstone | None: ...
    def add(self, article_id: int, identity: Identity, signature: bytes, by: Actor) -> None: ...
    def forget(self, article_id: int) -> None: ...


class JournalTable(Protocol):
    """The entries of changes: see `retrieval.store.journal.Journal`."""

    def next(self) -> int: ...
    def append(self, change: Change, touched: Sequence[Touch] = ()) -> None: ...
    def merged_into(self, article_id: int) -> set[int]: ...


class Postings(Protocol):
    """The postings of one transaction."""

    def take(self, prepared: Any, documents: range, article_id: int, passage_ids: list[int]) -> None:
        """Add these documents of what `Batch.postings` holds as the passages of an article."""
        ...

    def add(self, article_id: int, documents: list[Document]) -> None:
        """Add the documents of an article, which no batch has ready."""
        ...

    def finish(self) -> None:
        """Store what was added."""
        ...


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables of one archive. Those that change something are for use inside `write`."""

    write: Callable[[], AbstractContextManager[object]]
    articles: ArticleTable
    links: LinkTable
    versions: VersionTable
    tombstones: TombstoneTable
    journal: JournalTable
    # New postings, for a transaction.
    postings: Callable[[], Postings]
    fingerprint: Callable[[], str | None]
    raise_generation: Callable[[], None]
    # Called first in a transaction with the articles that it will store.
    expect: Callable[[Sequence[Prepared]], None] = lambda _: None
