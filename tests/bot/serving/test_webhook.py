"""Requests to the webhook: a real server on the loopback, addressed by sockets."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from typing import Any

import pytest

from bot.service.fellows import Fellows
from bot.service.sharing import ALONE
from bot.serving.updates import Updates
from bot.serving.webhook import Limits, listen
from bot.telegram.application import App
from tests.support.slow_updates import RAW, PendingRows, SlowApplication

pytestmark = pytest.mark.anyio
SECRET = "s-1"
RIGHT = f"X-Telegram-Bot-Api-Secret-Token: {SECRET}\r\n"
SECONDS = 30.0


class Hook:
    """A webhook, its application and its pending updates."""

    def __init__(self, limits: Limits) -> None:
        self.application, self.pending = SlowApplication(), PendingRows()
        taken: Any = self.application
        app: App = taken
        self.updates = Updates(app, self.pending, Fellows(ALONE))
        with closing(socket.socket()) as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.server = listen(self.updates, SECRET, "127.0.0.1", self.port, "/hook", limits)

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", self.port)

    async def say(self, words: bytes) -> bytes:
        """Everything that comes back until the server closes the connection."""
        reader, writer = await self.connect()
        writer.write(words)
        try:
            return await asyncio.wait_for(reader.read(), SECONDS)
        except ConnectionError:
            return b""
        finally:
            writer.close()

    async def deliver(self, body: bytes, headers: str = RIGHT) -> bytes:
        return await self.say(request(f"{headers}Connection: close\r\n", len(body)) + body)


def request(headers: str, length: int, line: str = "POST /hook HTTP/1.1") -> bytes:
    return f"{line}\r\nHost: bot.example\r\n{headers}Content-Length: {length}\r\n\r\n".encode("latin-1")


@asynccontextmanager
async def hooked(**limits: float) -> AsyncIterator[Hook]:
    hook = Hook(Limits(**limits))  # type: ignore[arg-type]
    try:
        yield hook
    finally:
        hook.application.may_end.set()
        hook.server.stop()
        await hook.updates.finish(SECONDS)
        await hook.server.close_all_connections()


REFUSED = {
    "no secret": (request("", 900_000), b"403"),
    "a wrong secret": (request("X-Telegram-Bot-Api-Secret-Token: s-2\r\n", 900_000), b"403"),
    "a secret that is not ASCII": (request("X-Telegram-Bot-Api-Secret-Token: s-1é\xff\r\n", 900_000), b"403"),
    "the secret twice": (request(RIGHT + RIGHT, 900_000), b"403"),
    "another path": (request(RIGHT, 900_000, "POST / HTTP/1.1"), b"404"),
    "a path below": (request(RIGHT, 900_000, "POST /hook/x HTTP/1.1"), b"404"),
    "another method": (request(RIGHT, 900_000, "PUT /hook HTTP/1.1"), b"405"),
    "a method that there is not": (request(RIGHT, 900_000, "PUSH /hook HTTP/1.1"), b"405"),
    "a body that is too long": (request(RIGHT, 2_000_000), b"400"),
    "a body of no length": (request(RIGHT, 0).replace(b"Content-Length: 0", b"Content-Length: x"), b"400"),
    "chunks that are too long": (
        request(RIGHT, 0).replace(b"Content-Length: 0", b"Transfer-Encoding: chunked") + b"1E8480\r\n",
        b"400",
    ),
    "headers that are too long": (request(f"X: {'x' * 20_000}\r\n", 0), b""),
    "waiting to be asked for the body": (request("Expect: 100-continue\r\n", 900_000), b"403"),
}


@pytest.mark.parametrize("what", REFUSED)
async def test_a_request_not_from_telegram_is_refused_by_its_headers_and_closed(what: str) -> None:
    words, status = REFUSED[what]
    async with hooked() as hook:
        # The body never arrives: a server that waited for it would not answer.
        answer = await hook.say(words)
        assert answer.split(b" ")[1:2] == ([status] if status else [])
        assert not hook.application.begun


async def test_six_hundred_large_requests_without_the_secret_are_all_closed() -> None:
    async with hooked() as hook:
        body = b"x" * 900_000
        answers = await asyncio.gather(*(hook.deliver(body, "") for _ in range(600)))
        assert {answer.split(b" ")[1] for answer in answers if answer} <= {b"403"}
        hook.application.may_end.set()
        assert b"200" in await hook.deliver(json.dumps(RAW).encode())


async def test_a_silent_connection_is_closed() -> None:
    async with hooked(headers=0.05, body=0.05) as hook:
        for words in (b"", b"POST /hook HT", request(RIGHT, 900_000), request(RIGHT, 900_000) + b"{"):
            assert await hook.say(words) == b""


async def test_connections_without_the_secret_do_not_block_telegram() -> None:
    async with hooked(connections=3) as hook:
        hook.application.may_end.set()
        held = [await hook.connect() for _ in range(9)]
        held[-1][1].write(b"POST /hook HTTP/1.1\r\nX: ")
        assert b"200" in await hook.deliver(json.dumps(RAW).encode())
        for reader, _ in held[:-2]:
            # The server closed the oldest connections.
            assert await asyncio.wait_for(reader.read(), SECONDS) == b""
        for _, writer in held:
            writer.close()


async def test_connections_beyond_the_limit_are_closed_and_served_once_others_end() -> None:
    async with hooked(connections=3) as hook:
        held = [await hook.connect() for _ in range(3)]
        for number, (_, writer) in enumerate(held):
            body = json.dumps(RAW | {"update_id": number}).encode()
            writer.write(request(RIGHT, len(body)) + body)
        async with asyncio.timeout(SECONDS):
            while len(hook.application.begun) < 3:
                await asyncio.sleep(0.01)
        assert await hook.say(b"") == b""
        for _, writer in held:
            writer.close()
            await writer.wait_closed()
        hook.application.may_end.set()
        async with asyncio.timeout(SECONDS):
            while b"200" not in await hook.deliver(json.dumps(RAW).encode()):
                await asyncio.sleep(0.01)


NO_UPDATES = {
    "broken": b"{",
    "empty": b"",
    "deep": b'{"update_id": 7, "message": ' + b'{"reply_to_message": ' * 20_000 + b"0" + b"}" * 20_001,
    "a deep list": b"[" * 400_000,
    "a list": b"[]",
    "a number": b"7",
    "a word": b'"update_id"',
    "not UTF-8": b'{"update_id": 7, "message": {"text": "\xff\xfe"}}',
    "no number": b"{}",
    "null": b'{"update_id": null}',
    "true": b'{"update_id": true}',
    "in words": b'{"update_id": "7"}',
    "broken in two": b'{"update_id": 7.0}',
    "negative": b'{"update_id": -1}',
    "beyond what is counted": b'{"update_id": 9223372036854775808}',
    "of five thousand digits": b'{"update_id": ' + b"9" * 5_000 + b"}",
}


@pytest.mark.parametrize("what", NO_UPDATES)
async def test_a_body_that_is_not_an_update_is_refused(what: str) -> None:
    async with hooked() as hook:
        assert (await hook.deliver(NO_UPDATES[what])).split(b" ")[1] == b"400"
        assert not hook.application.begun


async def test_a_slow_update_is_stored_before_it_is_acknowledged() -> None:
    async with hooked(acknowledging=0.05) as hook:
        assert b"200" in await hook.deliver(json.dumps(RAW).encode())
        assert hook.pending.stored == {7: RAW}
        hook.application.may_end.set()
        await hook.updates.finish(SECONDS)
        assert not hook.pending.stored


async def test_an_update_is_acknowledged_only_once_it_is_stored_or_done() -> None:
    async with hooked(acknowledging=0.05) as hook:
        body = json.dumps(RAW).encode()
        hook.pending.full = True
        assert b"500" in await hook.deliver(body)
        hook.pending.full = False
        assert b"200" in await hook.deliver(body)
        assert hook.pending.stored == {7: RAW}
        hook.application.may_end.set()
        assert b"200" in await hook.deliver(body)
        assert hook.application.begun == [7]


async def test_an_update_interrupted_by_shutdown_is_not_acknowledged() -> None:
    async with hooked(acknowledging=SECONDS) as hook:
        delivery = asyncio.create_task(hook.deliver(json.dumps(RAW).encode()))
        while not hook.application.begun:
            await asyncio.sleep(0.01)
        await hook.updates.finish(0)
        assert b"200" not in await delivery


async def test_a_finished_update_is_acknowledged_again_but_not_processed_again() -> None:
    async with hooked() as hook:
        hook.application.may_end.set()
        for _ in range(3):
            assert b"200" in await hook.deliver(json.dumps(RAW).encode())
        assert hook.application.begun == [7]


async def test_an_inline_query_is_acknowledged_and_not_stored() -> None:
    raw = {"update_id": 7, "inline_query": {"id": "1", "from": {"id": 1, "is_bot": False, "first_name": "小李"}}}
    raw["inline_query"] |= {"query": "新桥", "offset": ""}  # type: ignore[operator]
    async with hooked(acknowledging=0.05) as hook:
        assert b"200" in await hook.deliver(json.dumps(raw).encode())
        assert hook.application.begun == [7]
        assert not hook.pending.stored
