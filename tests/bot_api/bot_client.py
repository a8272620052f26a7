"""A bot that calls the methods of the tests' Telegram over HTTP."""

from typing import Any

import httpx

from tests.bot_api import BotApi

Json = dict[str, Any]


class Bot:
    """The plainest client: a method and its parameters as JSON."""

    def __init__(self, api: BotApi, client: httpx.AsyncClient) -> None:
        self.api, self.client = api, client

    async def __call__(self, method: str, **params: Any) -> Json:
        return (await self.client.post(f"{self.api.base_url}{self.api.token}/{method}", json=params)).json()

    async def ok(self, method: str, **params: Any) -> Any:
        answer = await self(method, **params)
        assert answer["ok"], answer
        return answer["result"]

    async def refused(self, method: str, **params: Any) -> str:
        answer = await self(method, **params)
        assert not answer["ok"], answer
        return answer["description"]

    async def updates(self, **params: Any) -> list[Json]:
        """Fetches the waiting updates and confirms them."""
        updates = await self.ok("getUpdates", **params)
        if updates:
            await self.ok("getUpdates", offset=updates[-1]["update_id"] + 1)
        return updates


def keyboard(*rows: list[Json]) -> Json:
    return {"inline_keyboard": list(rows)}


def button(data: str = "n:1", label: str = "›") -> Json:
    return {"text": label, "callback_data": data}
