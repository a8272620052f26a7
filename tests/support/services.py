"""The bot's search service over an engine of the tests."""

from collections.abc import Callable
from typing import Any

from bot.service.memory import Memory
from bot.service.search_service import SearchService
from retrieval.engine import SearchEngine
from tests.support.place import places


def service_over(open_engine: Callable[..., SearchEngine], **options: Any) -> SearchService:
    """A service that opens the engine with these options, and the bot's memory beside its articles."""

    def open_both() -> tuple[SearchEngine, Memory]:
        engine = open_engine(**options)
        return engine, places.memory(engine)

    return SearchService(open_both)
