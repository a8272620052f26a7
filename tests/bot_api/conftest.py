"""A Telegram, a bot, a person and their chat."""

from collections.abc import AsyncIterator

import httpx
import pytest

from tests.bot_api import BotApi, Chat, Person
from tests.bot_api.bot_client import Bot


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi() as api:
        yield api


@pytest.fixture
async def bot(api: BotApi) -> AsyncIterator[Bot]:
    async with httpx.AsyncClient(trust_env=False) as client:
        yield Bot(api, client)


@pytest.fixture
def reader(api: BotApi) -> Person:
    return api.person("小李")


@pytest.fixture
def chat(api: BotApi, reader: Person) -> Chat:
    return api.private(reader)
