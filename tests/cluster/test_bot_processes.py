"""Two bots as processes behind one webhook, over one search server."""

import asyncio
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from pathlib import Path
from signal import SIGKILL

import aiohttp
import pytest
from aiohttp import web

from retrieval.cluster.address import Address
from tests.support.bot_process import ANSWER, EDITOR, PUSH, SECONDS, SECRET, Bot, started, telegram

pytestmark = pytest.mark.anyio


def free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        taken = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in taken:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in taken]


@asynccontextmanager
async def proxy(ports: Sequence[int], given: list[int], *, to_all: bool = False) -> AsyncIterator[str]:
    """A proxy that gives each delivery to the next port, as one of the internet does; `given` are the places of them.

    A port where nothing listens is passed over. With `to_all` each delivery goes to all ports at once: a process that
    does not acknowledge in time gets it while another has it too.
    """
    async with aiohttp.ClientSession() as session:

        async def post(place: int, request: web.Request) -> int:
            given.append(place)
            url = f"http://127.0.0.1:{ports[place]}{request.path}"
            try:
                async with session.post(url, data=await request.read(), headers=request.headers) as answer:
                    return answer.status
            except aiohttp.ClientError:
                return 502

        async def pass_on(request: web.Request) -> web.Response:
            if to_all:
                statuses = await asyncio.gather(*(post(place, request) for place in range(len(ports))))
                return web.Response(status=max(statuses))
            for _ in ports:
                status = await post((given[-1] + 1) % len(ports) if given else 0, request)
                if status != 502:
                    return web.Response(status=status)
            return web.Response(status=502)

        application = web.Application()
        application.router.add_post("/{path:.*}", pass_on)
        runner = web.AppRunner(application)
        await runner.setup()
        [port] = free_ports(1)
        await web.TCPSite(runner, "127.0.0.1", port).start()
        yield f"http://127.0.0.1:{port}"
        await runner.cleanup()


async def bots_at(
    ports: Sequence[int], address: Address, folder: Path, base_url: str, stack: AsyncExitStack
) -> list[Bot]:
    """A bot behind the webhook at each port, over one search server."""
    url = f"opensearch+http://{address.hosts[0]}/{address.prefix}"
    shared = {"ARCHIVE_URL": url, "WEBHOOK_URL": "https://bot.example/hook", "WEBHOOK_SECRET": SECRET}
    bots = []
    for place, port in enumerate(ports):
        own = folder / f"{place}"
        own.mkdir()
        bots.append(await stack.enter_async_context(started(own, base_url, shared | {"WEBHOOK_PORT": str(port)})))
        await bots[-1].says("已连接 @NewsQABot")
    return bots


async def test_an_update_that_two_processes_get_at_once_is_answered_once(tmp_path: Path, node_address: Address) -> None:
    ports, given = free_ports(2), list[int]()
    async with AsyncExitStack() as stack:
        api, reader, chat = await stack.enter_async_context(telegram())
        api.webhook_proxy = await stack.enter_async_context(proxy(ports, given, to_all=True))
        api.updates.webhook_tries = 100
        bots = await bots_at(ports, node_address, tmp_path, api.base_url, stack)
        before = len(api.sent)
        for number in range(4):
            await api.ask(chat, reader, f"易华录在兰州投资约多少亿元？{number}", timeout=SECONDS)
        for bot in bots:
            assert await bot.stop() == 0
        assert len(api.sent) - before == 4
        assert given.count(0) == given.count(1) >= 4


async def test_any_process_serves_any_update_and_goes_on_without_the_other(
    tmp_path: Path, node_address: Address
) -> None:
    ports, given = free_ports(2), list[int]()
    async with AsyncExitStack() as stack:
        api, reader, chat = await stack.enter_async_context(telegram())
        editor = api.person("老王", id=EDITOR)
        desk = api.private(editor)
        api.webhook_proxy = await stack.enter_async_context(proxy(ports, given))
        api.updates.webhook_tries = 100
        bots = await bots_at(ports, node_address, tmp_path, api.base_url, stack)
        first = await api.ask(chat, reader, "易华录在兰州投资约多少亿元？", timeout=SECONDS)
        assert ANSWER in first.text
        # The answer is in the memory of one process, and the next update goes to the other.
        label = next(label for row in first.buttons for label in row if "›" in label or "全文" in label)
        await api.press(first, label, reader, timeout=SECONDS)
        await api.until(lambda: api.now(first).text != first.text, SECONDS)
        card = await api.ask(desk, editor, PUSH, timeout=SECONDS)
        assert "已收录 #2" in card.text
        for _ in range(2):
            found = await api.ask(chat, reader, "城西图书馆有多少座位？", timeout=SECONDS)
            assert "座位两千个" in found.text
        assert set(given) == {0, 1}
        await bots[0].stop(SIGKILL)
        for _ in range(2):
            found = await api.ask(chat, reader, "城西图书馆藏书多少？", timeout=SECONDS)
            assert "八十万册" in found.text
        assert await bots[1].stop() == 0
        assert "Traceback" not in bots[1].output
