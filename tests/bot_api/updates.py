"""Delivery of updates to the bot: one queue; long polling, or a webhook."""

import asyncio
import json
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar
from urllib.parse import urlsplit

import aiohttp

from tests.bot_api import limits, validation
from tests.bot_api.error import ApiError

Json = dict[str, Any]
_T = TypeVar("_T")

KINDS = set(validation.aiogram.types.Update.model_fields) - {"update_id"}
# The kinds of updates for a bot that never set allowed_updates.
_USUAL = KINDS - {"chat_member", "message_reaction", "message_reaction_count"}
_LONGEST_POLL, _MOST_UPDATES = 50, 100
_WEBHOOK_IS_SET = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
_OTHER_POLLER = "terminated by other getUpdates request; make sure that only one bot instance is running"


class Bell:
    """Wakes the tasks that wait for a condition; no polling, and no lost wake-ups within one event loop."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def ring(self) -> None:
        self._event.set()
        self._event = asyncio.Event()

    async def until(self, condition: Callable[[], _T], seconds: float | None) -> _T:
        """The first true value of the condition. Raises `TimeoutError`."""
        async with asyncio.timeout(seconds):
            while not (value := condition()):
                await self._event.wait()
        return value


class Updates:
    """The updates that aren't confirmed yet. They survive a restart of the server."""

    def __init__(self, bell: Bell, faults: list[str]) -> None:
        self.pending: list[Json] = []
        self.allowed = set(_USUAL)
        self.webhook: Json = {}
        self.webhook_proxy: str | None = None
        # The pause in seconds doubles with each try, up to the longest.
        self.webhook_tries, self.webhook_pause, self.webhook_longest_pause = 5, 0.05, 0.5
        self.polls = 0  # open polls
        self._bell, self._faults = bell, faults
        self._last_id = 700_000_000
        self._current = object()  # the poll that may be answered
        self._ended_by = _OTHER_POLLER
        self._error: Json = {}
        self._delivery: asyncio.Task[None] | None = None

    def put(self, kind: str, value: Json) -> bool:
        """Queues an update if the bot has subscribed to its kind; returns whether it has."""
        if kind not in self.allowed:
            return False
        self._last_id += 1
        update = json.loads(json.dumps({"update_id": self._last_id, kind: value}))
        wrong = validation.faults("Update", update)
        assert not wrong, f"this server made an update that is none: {wrong} in {update}"
        self.pending.append(update)
        self._bell.ring()
        return True

    async def poll(self, params: Json) -> list[Json]:
        """getUpdates: confirms everything before `offset`, waits, and returns the pending updates.

        A second poll ends the first with a 409, as in Telegram.
        """
        if self.webhook:
            raise ApiError(_WEBHOOK_IS_SET, 409)
        self.subscribe(params.get("allowed_updates"))
        offset = params.get("offset") or 0
        if offset < 0:
            self.pending = self.pending[offset:]
        else:
            self.pending = [update for update in self.pending if update["update_id"] >= offset]
        self.end_poll(_OTHER_POLLER)
        mine = self._current
        seconds = min(max(params.get("timeout") or 0, 0), _LONGEST_POLL)
        self.polls += 1
        self._bell.ring()
        try:
            await self._bell.until(lambda: self.pending or mine is not self._current, seconds)
        except TimeoutError:
            pass
        finally:
            self.polls -= 1
        if mine is not self._current:
            raise ApiError(self._ended_by, 409)
        return self.pending[: min(max(params.get("limit") or _MOST_UPDATES, 1), _MOST_UPDATES)]

    def end_poll(self, reason: str) -> None:
        """An open poll is answered with a 409."""
        self._current, self._ended_by = object(), reason
        self._bell.ring()

    def subscribe(self, kinds: list[str] | None) -> None:
        """Sets allowed_updates: an empty list means the usual kinds, None keeps the last setting."""
        if kinds is not None:
            self._faults.extend(f"allowed_updates: there is no {kind}" for kind in sorted(set(kinds) - KINDS))
            self.allowed = set(kinds) & KINDS or set(_USUAL)

    def set_webhook(self, params: Json) -> None:
        if params["url"]:
            limits.webhook(params)
        if params.get("drop_pending_updates"):
            self.pending.clear()
        self.stop()
        self.webhook = params if params["url"] else {}
        self.subscribe(params.get("allowed_updates"))
        if self.webhook:
            self.end_poll("terminated by setWebhook request")
            self.start()

    def webhook_info(self) -> Json:
        given = {name: self.webhook[name] for name in ("max_connections", "ip_address") if name in self.webhook}
        info = {"url": self.webhook.get("url", ""), "has_custom_certificate": False, **given, **self._error}
        return info | {"pending_update_count": len(self.pending), "allowed_updates": sorted(self.allowed)}

    def start(self) -> None:
        if self.webhook:
            self._delivery = asyncio.get_running_loop().create_task(self._deliver())

    def stop(self) -> None:
        if self._delivery:
            self._delivery.cancel()
            self._delivery = None

    async def _deliver(self) -> None:
        """Delivers one update after the other, each until the bot accepts it or delivery is given up."""
        address = urlsplit(self.webhook["url"])
        url = f"{self.webhook_proxy or f'https://{address.netloc}'}{address.path or '/'}"
        url += f"?{address.query}" if address.query else ""
        secret = self.webhook.get("secret_token")
        headers = {"X-Telegram-Bot-Api-Secret-Token": secret} if secret else {}
        async with aiohttp.ClientSession(headers=headers, timeout=aiohttp.ClientTimeout(10)) as session:
            while True:
                await self._bell.until(lambda: self.pending, None)
                update = self.pending[0]
                for number in range(self.webhook_tries):
                    if not (failure := await self._push(session, url, update)):
                        break
                    self._error = {"last_error_date": int(time.time()), "last_error_message": failure}
                    await asyncio.sleep(min(self.webhook_longest_pause, self.webhook_pause * 2**number))
                else:
                    self._faults.append(f"webhook: update {update['update_id']} was given up: {failure}")
                if update in self.pending:
                    self.pending.remove(update)
                self._bell.ring()

    async def _push(self, session: aiohttp.ClientSession, url: str, update: Json) -> str | None:
        """The error of the delivery, or None."""
        try:
            async with session.post(url, json=update) as response:
                body = await response.text()
                if response.status // 100 != 2:
                    return f"Wrong response from the webhook: {response.status} {response.reason}"
        except (aiohttp.ClientError, TimeoutError) as error:
            return f"Connection failed: {type(error).__name__}"
        if body.strip():
            with suppress(ValueError):
                answer = json.loads(body)
                if isinstance(answer, dict) and validation.name_of(str(answer.get("method"))):
                    return None
            self._faults.append(f"webhook: the response is no method call: {body[:80]!r}")
        return None
