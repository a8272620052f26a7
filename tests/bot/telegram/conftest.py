"""A conversation between people and a running bot."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from retrieval.engine import SearchEngine
from tests.support.conversation import Talk, talking


@pytest.fixture
async def talk(path: Path, open_engine: Callable[..., SearchEngine]) -> AsyncIterator[Talk]:
    async with talking(path, open_engine) as made:
        yield made
