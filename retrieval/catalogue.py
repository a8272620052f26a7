"""What is stored in an archive and what was changed in it, without postings and searches."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from retrieval.article import Article
from retrieval.change import Entry, Version


@dataclass(frozen=True, slots=True)
class Statistics:
    articles: int
    passages: int
    newest: str | None
    oldest: str | None
    sources: int
    segments: int


class Stored(NamedTuple):
    """An article of the list of those that were stored last; `added` is its moment in UTC, in ISO form."""

    id: int
    title: str
    source: str | None
    added: str


class Catalogue(Protocol):
    """What is stored in an archive and what was changed in it, for those who search nothing.

    All methods may be called from several threads. All raise StoreError, with a sentence to show, when the archive
    cannot be reached or read.
    """

    # What was changed

    def versions(self, article_id: int) -> list[Version]:
        """The former versions of an article, the oldest first."""
        ...

    def version(self, number: int) -> Article | None:
        """The article as a version has it; None when the version was dropped."""
        ...

    def last_versions(self, article_ids: Collection[int]) -> Mapping[int, int]:
        """The number of the last version of each of these articles; those without one are left out."""
        ...

    def journal(self, limit: int, before: int | None = None) -> list[Entry]:
        """The last entries of the journal, at most `limit`, the newest first; those before a number, if it is given."""
        ...

    def entry(self, number: int) -> Entry | None:
        """The entry of this number; None when there is none."""
        ...

    def entries(self, key: int) -> list[Entry]:
        """The entries of the change of this key, in order."""
        ...

    def undone(self, key: int) -> Entry | None:
        """The entry that took back the change of this key; None when it stands."""
        ...

    def last_change(self, person: int, since: str) -> Entry | None:
        """The last entry of a person since a moment in UTC whose change can be taken back and was not."""
        ...

    # People and programs

    def article(self, article_id: int) -> Article | None:
        """The article of this number; None when there is none."""
        ...

    def articles(self) -> Iterator[Article]:
        """All articles, by ascending number."""
        ...

    def titles(self, article_ids: Collection[int]) -> Mapping[int, str]:
        """The titles of these articles; those that are not stored are left out."""
        ...

    def newest_article(self) -> Article | None:
        """The article published last; None when there is none."""
        ...

    def recent(self, limit: int) -> list[Stored]:
        """The articles that were stored last, the last one first, whatever their days of publication."""
        ...

    def statistics(self) -> Statistics: ...

    def close(self) -> None:
        """Wait for work in the background, and close what the calling thread has open."""
        ...


class _Articles(Protocol):
    def article(self, article_id: int) -> Article | None: ...
    def articles(self) -> Iterator[Article]: ...
    def titles(self, article_ids: Collection[int]) -> dict[int, str]: ...
    def newest(self) -> Article | None: ...
    def recent(self, limit: int) -> list[Stored]: ...


class _Versions(Protocol):
    def of_article(self, article_id: int) -> list[Version]: ...
    def article(self, version: int) -> Article | None: ...
    def last(self, article_ids: Collection[int]) -> dict[int, int]: ...


class _Journal(Protocol):
    def entries(self, limit: int, before: int | None = None) -> list[Entry]: ...
    def entry(self, number: int) -> Entry | None: ...
    def of_change(self, key: int) -> list[Entry]: ...
    def undone(self, key: int) -> Entry | None: ...
    def last_of(self, person: int, since: str) -> Entry | None: ...


class TableCatalogue:
    """What a `Catalogue` promises, by the tables of a file or of a search server, which a subclass sets."""

    _articles: _Articles
    _versions: _Versions
    _journal: _Journal

    # What was changed

    def versions(self, article_id: int) -> list[Version]:
        return self._versions.of_article(article_id)

    def version(self, number: int) -> Article | None:
        return self._versions.article(number)

    def last_versions(self, article_ids: Collection[int]) -> Mapping[int, int]:
        return self._versions.last(article_ids)

    def journal(self, limit: int, before: int | None = None) -> list[Entry]:
        return self._journal.entries(limit, before)

    def entry(self, number: int) -> Entry | None:
        return self._journal.entry(number)

    def entries(self, key: int) -> list[Entry]:
        return self._journal.of_change(key)

    def undone(self, key: int) -> Entry | None:
        return self._journal.undone(key)

    def last_change(self, person: int, since: str) -> Entry | None:
        return self._journal.last_of(person, since)

    # People and programs

    def article(self, article_id: int) -> Article | None:
        return self._articles.article(article_id)

    def articles(self) -> Iterator[Article]:
        return self._articles.articles()

    def titles(self, article_ids: Collection[int]) -> Mapping[int, str]:
        return self._articles.titles(article_ids)

    def newest_article(self) -> Article | None:
        return self._articles.newest()

    def recent(self, limit: int) -> list[Stored]:
        return self._articles.recent(limit)
