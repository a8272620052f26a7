"""Stored rows for the event loop, read in a thread of their own."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TypeVar

from bot.service.answers import Page
from bot.service.chronicle import Chronicle, History, Log
from retrieval.archive import StoredPassage
from retrieval.article import Article
from retrieval.catalogue import Statistics, Stored
from retrieval.engine import SearchEngine
from retrieval.index.protocol import Filters
from retrieval.query.bylines import source_names
from retrieval.text.folding import fold

# Passages of one article that are shown: those of a book of a million characters.
_MOST_PASSAGES = 10_000
_T = TypeVar("_T")


class Rows:
    """Reads passages, articles and the journal beside the searches: an answer needs some rows, and does not wait."""

    _engine: SearchEngine
    _chronicle: Chronicle

    def __init__(self) -> None:
        self._reading = ThreadPoolExecutor(1, "read")

    async def _read(self, function: Callable[..., _T], *arguments: object) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._reading, function, *arguments)

    # Passages

    async def current(self, page: Page) -> Page:
        """The page, without the lines about other papers when an article that they quote was taken down."""

        def is_stored(number: int) -> bool:
            return self._engine.archive.article(number) is not None

        for number in page.quoted:
            if not await self._read(is_stored, number):
                return replace(page, other_papers=())
        return page

    async def passage(self, passage_id: int) -> StoredPassage | None:
        """The passage of this number; None when its article was taken down or has another text now."""
        return (await self.passages([passage_id])).get(passage_id)

    async def passages(self, passage_ids: Sequence[int]) -> dict[int, StoredPassage]:
        """The passages of these numbers that are still stored."""
        return await self._read(self._engine.archive.passages, passage_ids)

    async def passages_of(self, article_id: int, most: int = _MOST_PASSAGES) -> list[StoredPassage]:
        """The first passages of an article in reading order, at most `most`; none when it was taken down."""

        def read() -> list[StoredPassage]:
            passages = self._engine.archive.passages_of([article_id], most, Filters())
            return sorted(passages, key=lambda passage: passage.id)

        return await self._read(read)

    # What has happened

    async def log(self, limit: int, before: int | None = None) -> Log:
        """The last entries of the journal: see `Chronicle.log`."""
        return await self._read(self._chronicle.log, limit, before)

    async def history(self, number: int) -> History | None:
        """What an article was and is: see `Chronicle.history`."""
        return await self._read(self._chronicle.history, number)

    # Articles

    async def has_source(self, name: str) -> bool:
        """Whether an article is stored whose source has this name, whole or shortened as readers do."""
        return fold(name).strip() in source_names(await self._read(self._engine.archive.sources))

    async def statistics(self) -> Statistics:
        return await self._read(self._engine.archive.statistics)

    async def recent(self, most: int) -> list[Stored]:
        """The articles that were stored last, the last one first."""
        return await self._read(self._engine.archive.recent, most)

    async def newest(self) -> Article | None:
        return await self._read(self._engine.archive.newest_article)

    async def article(self, number: int) -> Article | None:
        return await self._read(self._engine.archive.article, number)
