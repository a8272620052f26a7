"""Forgetting: what the bot keeps for some days only, in small transactions."""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from bot.service import drafts, feedback, gaps, shown
from bot.service.answers import Answers
from bot.service.memory import Memory, Records
from bot.service.waits import Waits
from retrieval.archive import Archive
from retrieval.store.errors import StoreError

# Telegram delivers an update again for a day at most. Receipts are kept longer, because editors may look for a card.
_RECEIPT_DAYS = 90
_SECONDS, _AT_ONCE = 3600.0, 200
_T = TypeVar("_T")
_log = logging.getLogger(__name__)


class Pruning:
    def __init__(
        self, archive: Archive, memory: Memory, answers: Answers, waits: Waits, writing: ThreadPoolExecutor
    ) -> None:
        self._archive, self._memory, self._answers, self._waits = archive, memory, answers, waits
        self._writing = writing

    async def run(self) -> None:
        """Forget what is too old, once an hour until cancelled."""
        while True:
            try:
                await self.once()
            except StoreError as error:
                _log.warning("%s", error)
            await asyncio.sleep(_SECONDS)

    async def once(self) -> None:
        """Forget what is too old. Pending updates stay, however old. Raises StoreError."""
        memory = self._memory
        while await self._write(self._answers.prune):
            pass
        for records, days in (
            (memory.receipts, _RECEIPT_DAYS),
            (memory.progress, _RECEIPT_DAYS),
            (memory.pushed, _RECEIPT_DAYS),
            (memory.feedback, feedback.DAYS),
            (memory.gaps, gaps.DAYS),
            (memory.drafts, drafts.DAYS),
            (memory.shown, shown.DAYS),
        ):
            while await self._write(lambda records=records, days=days: self._prune(records, days)):  # type: ignore[misc]
                pass
        await self._write(self._archive.drop_old_versions)
        await self._write(memory.sharing.prune)
        await self._waits.prune()

    def _prune(self, records: Records, days: int) -> bool:
        with self._memory.write():
            return records.delete_oldest(days=days, limit=_AT_ONCE) == _AT_ONCE

    async def _write(self, function: Callable[[], _T]) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._writing, function)
