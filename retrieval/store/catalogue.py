"""The catalogue of a database file: what is stored and what was changed, without postings and searches."""

from collections.abc import Collection, Iterator, Mapping

from retrieval.archive import Statistics, Stored
from retrieval.article import Article
from retrieval.change import Entry, Version
from retrieval.store.articles import Articles
from retrieval.store.database import Database
from retrieval.store.journal import Journal
from retrieval.store.versions import Versions


class FileCatalogue:
    """A `Catalogue` over one database, which needs no analyzer."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._articles, self._versions, self._journal = Articles(database), Versions(database), Journal(database)

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

    def statistics(self) -> Statistics:
        return self._articles.statistics()

    def close(self) -> None:
        self.database.close()
