"""A database file as the place of the articles and of what the bot remembers."""

from collections.abc import Generator, Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.service.file_records import FileRecords, migrations
from bot.service.memory import Memory
from bot.settings import code_folders
from retrieval.article import Article
from retrieval.catalogue import Catalogue
from retrieval.embedded import EmbeddedArchive
from retrieval.indexing.salvage import Salvaged, salvaged
from retrieval.store.catalogue import FileCatalogue
from retrieval.store.database import Database
from retrieval.store.errors import DamagedError
from retrieval.store.journal import Journal
from retrieval.text.analyzer import Analyzer


@dataclass(frozen=True)
class FileStorage:
    """A `Storage`: everything is in the one file of this path."""

    path: Path

    @property
    def name(self) -> str:
        return str(self.path)

    def exists(self) -> bool:
        return self.path.exists()

    def archive(
        self, analyzer: Analyzer, *, must_exist: bool = False, first_articles: Iterable[Article] = ()
    ) -> EmbeddedArchive:
        return EmbeddedArchive.open(
            self.path, analyzer, must_exist=must_exist, first_articles=first_articles, code=code_folders(self.path)
        )

    def open(
        self, analyzer: Analyzer, *, must_exist: bool = False, first_articles: Iterable[Article] = ()
    ) -> tuple[EmbeddedArchive, Memory]:
        archive = self.archive(analyzer, must_exist=must_exist, first_articles=first_articles)
        return archive, file_memory(archive.database)

    def catalogue(self) -> Catalogue:
        return FileCatalogue(self.database())

    def memory(self) -> Memory:
        return file_memory(self.database())

    def database(self) -> Database:
        """The tables, for those who search nothing. Raises StoreError when there is no database."""
        database = Database(self.path, must_exist=True)
        if not database.is_current():
            with database.write():
                database.migrate()
        return database

    def readable_database(self) -> Database:
        """The tables of a sound or a damaged database. Raises StoreError when nothing can be read."""
        try:
            return self.database()
        except DamagedError:
            return Database(self.path, must_exist=True, damaged=True)

    def rows(self) -> Generator[Salvaged, None, None]:
        """As `Storage.rows`.

        No read transaction is open while the caller has a row: a reader of a pipe may be slow, and the write-ahead log
        of the database would grow meanwhile.
        """
        with closing(self.readable_database()) as database:
            yield from salvaged(database)

    def copy_to(self, target: Path) -> None:
        with closing(Database(self.path, must_exist=True)) as database:
            database.copy_to(target)

    def facts(self) -> tuple[int, dict[str, Any]]:
        return self.path.stat().st_size, {}


def file_memory(database: Database) -> Memory:
    """The memory in a database, whose tables are made, or brought up to date. Raises StoreError."""
    if not database.is_current(migrations):
        with database.write():
            database.migrate(migrations)
    storage = FileStorage(database.path)
    return Memory(lambda table: FileRecords(database, table), Journal(database), database.write, storage)
