"""The bot's search service over an engine of the tests."""

from collections.abc import Callable
from typing import Any

from bot.service.file_storage import file_memory
from bot.service.memory import Memory
from bot.service.search_service import SearchService
from retrieval.engine import SearchEngine


def service_over(open_engine: Callable[..., SearchEngine], **options: Any) -> SearchService:
    """A service that opens the engine with these options, and the bot's memory in the engine's file."""

    def open_both() -> tuple[SearchEngine, Memory]:
        engine = open_engine(**options)
        return engine, file_memory(engine.archive.database)

    return SearchService(open_both)
