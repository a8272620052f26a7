"""A conversation between people and a running bot."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from retrieval.engine import SearchEngine
from tests.support.conversation import Talk, talking


@pytest.fixture(autouse=True)
def single_pushes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each push has a card of its own, however soon it follows another, and no card of its progress."""
    monkeypatch.setattr("bot.telegram.batches.JOIN_SECONDS", -1.0)
    monkeypatch.setattr("bot.telegram.batches.EDIT_SECONDS", 1000.0)


@pytest.fixture(autouse=True)
def unpaced(monkeypatch: pytest.MonkeyPatch) -> None:
    """A person gets messages as fast as the bot sends them; test_pacing.py holds the pace of one a second."""
    monkeypatch.setattr("bot.telegram.pacing._PRIVATE", (1, 0.0))


@pytest.fixture
async def talk(path: Path, open_engine: Callable[..., SearchEngine]) -> AsyncIterator[Talk]:
    async with talking(path, open_engine) as made:
        yield made
