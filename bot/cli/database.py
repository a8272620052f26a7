"""The database of a command, opened with the search engine, with the bot's memory, or alone."""

from bot.cli.first_article import first_articles
from bot.service.memory import Memory
from bot.settings import Settings, code_folders
from retrieval.embedded import EmbeddedArchive
from retrieval.engine import SearchEngine
from retrieval.store.database import Database
from retrieval.store.errors import DamagedError
from retrieval.text.analyzer import Analyzer


def open_engine(settings: Settings) -> SearchEngine:
    """The engine. A new database starts with the project's first article, so that there is something to ask."""
    path = settings.database_path
    return SearchEngine.open(path, first_articles=first_articles(), code=code_folders(path))


def open_with_memory(settings: Settings) -> tuple[SearchEngine, Memory]:
    """The same engine, and the bot's memory in its file, so that a change and its receipt are one transaction."""
    path, analyzer = settings.database_path, Analyzer()
    archive = EmbeddedArchive.open(path, analyzer, first_articles=first_articles(), code=code_folders(path))
    return SearchEngine(archive, analyzer), Memory(archive.database)


def open_database(settings: Settings) -> Database:
    """The tables, for commands that search nothing. Raises StoreError when there is no database."""
    database = Database(settings.database_path, must_exist=True)
    if not database.is_current():
        with database.write():
            database.migrate()
    return database


def open_readable_database(settings: Settings) -> Database:
    """The tables of a sound or a damaged database. Raises StoreError when nothing can be read."""
    try:
        return open_database(settings)
    except DamagedError:
        return Database(settings.database_path, must_exist=True, damaged=True)
