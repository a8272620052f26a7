"""The catalogue of a database file."""

from retrieval.catalogue import Statistics, TableCatalogue
from retrieval.store.articles import Articles
from retrieval.store.database import Database
from retrieval.store.journal import Journal
from retrieval.store.versions import Versions


class FileCatalogue(TableCatalogue):
    """A `Catalogue` over one database, which needs no analyzer."""

    _articles: Articles
    _versions: Versions
    _journal: Journal

    def __init__(self, database: Database) -> None:
        self.database = database
        self._articles, self._versions, self._journal = Articles(database), Versions(database), Journal(database)

    def statistics(self) -> Statistics:
        return self._articles.statistics()

    def close(self) -> None:
        self.database.close()
