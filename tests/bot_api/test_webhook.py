"""The webhook of the tests' Telegram."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from tests.bot_api import BotApi, Chat, Person
from tests.bot_api.bot_client import Bot, Json

pytestmark = pytest.mark.anyio


@pytest.fixture
async def hook() -> AsyncIterator[tuple[str, list[tuple[str, str | None, Json]], list[int]]]:
    """A bot behind a webhook: its address, its requests (path, secret, update), and the statuses it answers first."""
    got: list[tuple[str, str | None, Json]] = []
    statuses: list[int] = []

    async def take(request: web.Request) -> web.Response:
        got.append((request.path, request.headers.get("X-Telegram-Bot-Api-Secret-Token"), await request.json()))
        return web.Response(status=statuses.pop(0) if statuses else 200)

    application = web.Application()
    application.router.add_post("/{path:.*}", take)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}", got, statuses
    await runner.cleanup()


async def test_a_webhook_gets_updates_in_order_and_again_until_it_accepts_them(
    api: BotApi, bot: Bot, reader: Person, chat: Chat, hook: tuple[str, list[tuple[str, str | None, Json]], list[int]]
) -> None:
    api.webhook_proxy, got, statuses = hook
    statuses.extend([500, 403])
    await bot.ok("setWebhook", url="https://example.com/telegram", secret_token="abc", allowed_updates=["message"])
    assert (await bot("getUpdates"))["error_code"] == 409
    for text in "一二":
        await api.send(chat, reader, text)
    await api.fetched()
    assert [(path, secret) for path, secret, _ in got] == [("/telegram", "abc")] * 4
    assert [update["message"]["text"] for _, _, update in got] == ["一", "一", "一", "二"]
    assert "403" in (await bot.ok("getWebhookInfo"))["last_error_message"]
    await bot.ok("setWebhook", url="")
    await api.send(chat, reader, "三")
    await bot.ok("deleteWebhook", drop_pending_updates=True)
    assert (await bot.ok("getWebhookInfo"))["url"] == ""
    assert await bot.ok("getUpdates") == []


async def test_delivery_to_a_dead_webhook_is_given_up(api: BotApi, bot: Bot, reader: Person, chat: Chat) -> None:
    api.webhook_proxy, api.updates.webhook_pause = "http://127.0.0.1:9", 0.001
    await bot.ok("setWebhook", url="https://example.com/telegram")
    await api.send(chat, reader, "问")
    await api.fetched()
    assert "given up" in api.take_faults()[0]


@pytest.mark.parametrize(
    "params",
    [
        {"url": "http://example.com/"},
        {"url": "https://example.com:8080/"},
        {"url": "https://example.com/", "secret_token": "有"},
    ],
)
async def test_invalid_webhooks_are_refused(api: BotApi, bot: Bot, params: Json) -> None:
    await bot.refused("setWebhook", **params)
    assert api.take_faults()
