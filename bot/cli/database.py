"""A command opens the search engine, alone or with the bot's memory, in the place that the settings name."""

from bot.cli.first_article import first_articles
from bot.service.memory import Memory
from bot.service.storage import storage_of
from bot.settings import Settings, code_folders
from retrieval.catalogue import Catalogue
from retrieval.engine import SearchEngine
from retrieval.index.code_cache import CodeCache
from retrieval.text.analyzer import Analyzer


def new_analyzer(settings: Settings, *, may_load: bool = True) -> Analyzer:
    """An analyzer; what it makes of jieba's dictionary is kept beside the compiled code."""
    return Analyzer(CodeCache(code_folders(settings.database_path)), may_load=may_load)


def open_engine(settings: Settings) -> SearchEngine:
    """The engine, ready to search.

    A new archive starts with the project's first article, so that there is something to ask.
    """
    analyzer = new_analyzer(settings)
    engine = SearchEngine(storage_of(settings).archive(analyzer, first_articles=first_articles()), analyzer)
    engine.archive.refresh()
    return engine


def open_for_changes(settings: Settings, *, must_exist: bool = True) -> SearchEngine:
    """The engine for a command that changes articles: the postings are read by the first search. A new one is empty."""
    analyzer = new_analyzer(settings)
    return SearchEngine(storage_of(settings).archive(analyzer, must_exist=must_exist), analyzer)


def open_with_memory(settings: Settings, *, is_first: bool = True) -> tuple[SearchEngine, Memory]:
    """The engine, and the bot's memory beside it, so that a change and its receipt are one transaction.

    `is_first` is whether a new archive starts with the first article.
    """
    analyzer = new_analyzer(settings, may_load=not is_first)
    articles = first_articles() if is_first else ()
    archive, memory = storage_of(settings).open(analyzer, first_articles=articles)
    return SearchEngine(archive, analyzer), memory


def open_catalogue(settings: Settings) -> Catalogue:
    """The stored articles, for commands that search nothing. Raises StoreError when there is no archive."""
    return storage_of(settings).catalogue()
