"""The test's view of the bot, and faults of its connection; the entrance to this package."""

import asyncio
from types import TracebackType
from typing import Any, Self

from tests.bot_api.error import ApiError
from tests.bot_api.message import Message, Toast
from tests.bot_api.people import TIMEOUT, People
from tests.bot_api.server import Failure, When
from tests.bot_api.world import Chat, Person

Json = dict[str, Any]

# Calls that show nothing to a person.
_SILENT = ("get", "sendChatAction", "setMy", "deleteMy", "setWebhook", "deleteWebhook", "logOut", "close")


class BotApi(People):
    """Telegram, with one bot and its people. As a context manager it asserts at the end that no fault was recorded."""

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()
        if error is None and self.faults:
            raise AssertionError("the bot spoke wrongly with Telegram:\n" + "\n".join(self.faults))

    def take_faults(self) -> list[str]:
        """Returns the faults so far and forgets them; the test has to check them."""
        taken = self.faults[:]
        self.faults.clear()
        return taken

    # Actions of the bot

    @property
    def sent(self) -> list[Message]:
        """Every message that the bot has sent or edited, in order."""
        return self.methods.shown[:]

    def file(self, message: Message) -> bytes:
        """The content of a document or photo."""
        held = message.raw.get("document") or message.raw["photo"][-1]
        return self.world.files[held["file_id"]][1]

    async def ask(self, chat: Chat, by: Person, text: str, timeout: float = TIMEOUT, **keywords: Any) -> Message:
        """Send and wait for the answer."""
        return await self.reply(chat, await self.send(chat, by, text, **keywords), timeout)

    async def ready(self, timeout: float = 30.0) -> None:
        """Wait until the bot polls, or has set its webhook."""
        await self.until(lambda: self.updates.polls or self.updates.webhook, timeout, "the bot came for no updates")

    async def fetched(self, timeout: float = TIMEOUT) -> None:
        """Wait until the bot has fetched and confirmed every update."""
        await self.until(lambda: not self.updates.pending, timeout, "updates were left waiting")

    async def quiet(self, seconds: float = 0.3, after: Message | Toast | None = None) -> None:
        """Wait until the bot has fetched every update; raises AssertionError if it then shows anything.

        With `after`, it has shown nothing since then either.
        """
        before, shown = len(self.calls), self.methods.shown
        await self.fetched()
        await asyncio.sleep(seconds)
        seen = [call for call in self.calls[before:] if not call[0].startswith(_SILENT)]
        assert not seen, f"the bot was not quiet: {seen}"
        assert not after or not shown[after.mark :], f"the bot was not quiet: {shown[after.mark :]}"

    # Requested failures

    def fail(
        self,
        method: str,
        code: int,
        description: str,
        *,
        parameters: Json | None = None,
        times: int = 1,
        when: When | None = None,
    ) -> None:
        """Refuse the next calls of a method; only those whose parameters satisfy `when`."""
        self.expect_failure(Failure(method, times, when, ApiError(description, code, parameters=parameters)))

    def drop(self, method: str, *, done: bool = False, times: int = 1, when: When | None = None) -> None:
        """Drop the connection of the next calls, before or after they were carried out."""
        self.expect_failure(Failure(method, times, when, done=done))

    def hang(self, method: str, *, done: bool = True, times: int = 1, when: When | None = None) -> None:
        """Don't answer the next calls until the bot times out, after (`done`) or without carrying them out."""
        self.expect_failure(Failure(method, times, when, done=done, hang=True))

    def halt(self, chat: Chat, seconds: float) -> None:
        """Refuse every call to this chat with 429 and the seconds that remain, as Telegram halts a chat."""
        self.flood.halt(chat, seconds)

    def enforce_limits(self, per_minute: int = 20, per_second: int = 30) -> None:
        """Refuse messages beyond so many a minute in a group and so many a second overall; see `Flood`."""
        self.flood.per_minute, self.flood.per_second = per_minute, per_second

    @property
    def webhook_proxy(self) -> str | None:
        """The reverse proxy: webhook deliveries go to this address (http://127.0.0.1:PORT), with the path as set."""
        return self.updates.webhook_proxy

    @webhook_proxy.setter
    def webhook_proxy(self, address: str | None) -> None:
        self.updates.webhook_proxy = address
