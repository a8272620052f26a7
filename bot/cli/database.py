"""The database of a command, opened with the search engine, with the bot's memory, or alone."""

from bot.cli.first_article import first_articles
from bot.service.memory import Memory
from bot.settings import Settings, code_folders
from retrieval.embedded import EmbeddedArchive
from retrieval.engine import SearchEngine
from retrieval.index.code_cache import CodeCache
from retrieval.store.database import Database
from retrieval.store.errors import DamagedError
from retrieval.text.analyzer import Analyzer


def new_analyzer(settings: Settings, *, may_load: bool = True) -> Analyzer:
    """An analyzer; what it makes of jieba's dictionary is kept beside the compiled code."""
    return Analyzer(CodeCache(code_folders(settings.database_path)), may_load=may_load)


def open_engine(settings: Settings) -> SearchEngine:
    """The engine. A new database starts with the project's first article, so that there is something to ask."""
    path = settings.database_path
    return SearchEngine.open(
        path, analyzer=new_analyzer(settings), first_articles=first_articles(), code=code_folders(path)
    )


def open_with_memory(settings: Settings) -> tuple[SearchEngine, Memory]:
    """The same engine, and the bot's memory in its file, so that a change and its receipt are one transaction."""
    path, analyzer = settings.database_path, new_analyzer(settings, may_load=False)
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
