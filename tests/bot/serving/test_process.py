"""The bot as a process: its start, its end, what it prints, and other bots on the same token."""

import asyncio
import os
import re
import socket
from pathlib import Path

import pytest

from bot.words.operators import PREPARING
from tests.bot_api.api import BotApi
from tests.support.bot_process import ANSWER, SECONDS, SECRET, TOKEN, answers, started, telegram

pytestmark = pytest.mark.anyio


async def test_a_restarted_bot_answers_each_waiting_question_exactly_once(tmp_path: Path) -> None:
    async with telegram() as (api, reader, chat):
        async with started(tmp_path, api.base_url) as bot:
            await api.ready()
            assert ANSWER in (await api.ask(chat, reader, "易华录在兰州投资约多少亿元？", timeout=SECONDS)).text
            assert await bot.stop() == 0
            assert "Traceback" not in bot.output
        for number in range(5):
            await api.send(chat, reader, f"火星第{number}个探测器何时返回")
        async with started(tmp_path, api.base_url) as bot:
            await api.until(lambda: len(answers(api)) == 5, SECONDS)
            await api.fetched(SECONDS)
            assert await bot.stop() == 0
        async with started(tmp_path, api.base_url):
            await api.ready()
            await api.quiet()
        assert set(answers(api).values()) == {1}


@pytest.mark.parametrize("place", ["data/cache/code", f"tmp/news-answers-{os.geteuid()}", "nowhere"])
async def test_the_bot_compiles_before_it_connects_and_caches_the_code(tmp_path: Path, place: str) -> None:
    for folder in ("data/cache", "tmp"):
        (tmp_path / folder).mkdir(parents=True)
    for other in {"data/cache/code", f"tmp/news-answers-{os.geteuid()}"} - {place}:
        (tmp_path / other).write_text("no folder can be made here")
    folders = {"HOME": str(tmp_path / "missing"), "TMPDIR": str(tmp_path / "tmp")}
    database = {"DATABASE_PATH": str(tmp_path / "data" / "news.db")}
    async with telegram() as (api, reader, chat), started(tmp_path, api.base_url, folders | database) as bot:
        await bot.says("已连接 @NewsQABot")
        assert len(list((tmp_path / place).glob("*"))) == (0 if place == "nowhere" else 4)
        assert ANSWER in (await api.ask(chat, reader, "易华录在兰州投资约多少亿元？", timeout=SECONDS)).text
        assert await bot.stop() == 0
        assert set(bot.output[: bot.output.index("已连接")].splitlines()) <= {PREPARING}


async def test_an_unknown_token_is_reported_in_one_sentence(tmp_path: Path) -> None:
    async with BotApi("987654321:ZYXWVUTSRQPONMLKJIHGFEDCBA-zyx") as api, started(tmp_path, api.base_url) as bot:
        assert await bot.ends() == 2
        lines = [line for line in bot.output.splitlines() if line != PREPARING]
        assert len(lines) == 1
        assert lines[0].startswith("错误：Telegram 不认这个 TELEGRAM_BOT_TOKEN")


async def test_an_address_without_a_bot_api_is_reported_in_one_sentence(tmp_path: Path) -> None:
    async def not_found(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        if length := re.search(rb"content-length: (\d+)", head.lower()):
            await reader.readexactly(int(length[1]))
        writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 8\r\nConnection: close\r\n\r\nnot here")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(not_found, "127.0.0.1", 0)
    address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/bot"
    async with server, started(tmp_path, address) as bot:
        assert await bot.ends() == 2
        (line,) = (line for line in bot.output.splitlines() if line != PREPARING)
        assert line.startswith("错误：Telegram 不认这个 TELEGRAM_BOT_TOKEN")
        assert "TELEGRAM_BASE_URL" in line


@pytest.mark.parametrize("path", ["/bot", "/api?of=/bot"])
async def test_no_log_line_of_a_call_contains_the_token(tmp_path: Path, path: str) -> None:
    async with telegram() as (api, reader, chat):
        base = api.base_url.removesuffix("/bot") + path
        async with started(tmp_path, base, {"LOG_LEVEL": "DEBUG"}) as bot:
            if path == "/bot":
                await api.ready()
                assert ANSWER in (await api.ask(chat, reader, "易华录在兰州投资约多少亿元？", timeout=SECONDS)).text
                await bot.stop()
                assert "getUpdates" in bot.output
            else:  # an address that holds the encoded token
                await bot.says("/api?of=")
            assert "…" in bot.output


async def test_a_bot_that_finds_another_bot_polling_ends_with_one_sentence(tmp_path: Path) -> None:
    async with telegram() as (api, _, _):
        api.fail("getUpdates", 409, "Conflict: terminated by other getUpdates request", times=100)
        async with started(tmp_path, api.base_url) as bot:
            assert await bot.ends() == 2
            assert bot.output.splitlines()[-1].startswith("错误：另一个程序正在用同一个 TELEGRAM_BOT_TOKEN")
            assert bot.output.count("另一个程序") == 1
            assert "Traceback" not in bot.output


async def test_one_of_two_bots_on_the_same_token_ends_and_the_other_continues(tmp_path: Path) -> None:
    folders = [tmp_path / "first", tmp_path / "second"]
    for folder in folders:
        folder.mkdir()
    async with (
        telegram() as (api, reader, chat),
        started(folders[0], api.base_url) as first,
        started(folders[1], api.base_url) as second,
    ):
        ended = [asyncio.create_task(bot.ends()) for bot in (first, second)]
        done, others = await asyncio.wait(ended, timeout=SECONDS, return_when=asyncio.FIRST_COMPLETED)
        assert [task.result() for task in done] == [2]
        assert ANSWER in (await api.ask(chat, reader, "易华录在兰州投资约多少亿元？", timeout=SECONDS)).text
        for task in others:
            task.cancel()


async def test_an_occupied_port_is_reported_in_one_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        more = {
            "WEBHOOK_URL": "https://bot.example/telegram",
            "WEBHOOK_SECRET": SECRET,
            "WEBHOOK_PORT": str(taken.getsockname()[1]),
        }
        async with telegram() as (api, _, _), started(tmp_path, api.base_url, more) as bot:
            assert await bot.ends() == 2
            assert bot.output.splitlines()[-1].startswith("错误：不能在 127.0.0.1:")
            assert "Traceback" not in bot.output


async def test_the_bot_waits_for_a_lost_network(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    async with started(tmp_path, f"http://127.0.0.1:{port}/bot") as bot:
        await bot.says("连不上 Telegram")
        api = BotApi(TOKEN)
        api.port = port
        await api.start()
        try:
            reader = api.person("小李")
            chat = api.private(reader)
            await bot.says("已连接 @NewsQABot")
            assert ANSWER in (await api.ask(chat, reader, "易华录在兰州投资约多少亿元？", timeout=SECONDS)).text
            # The network is lost again while the bot works.
            await api.stop()
            await bot.says("连不上 Telegram", times=2)
            await api.start()
            assert ANSWER in (await api.ask(chat, reader, "易华录投资多少", timeout=SECONDS)).text
            assert await bot.stop() == 0
            assert bot.output.count("连不上") == 2
        finally:
            await api.stop()
        assert api.take_faults() == []


async def test_every_call_uses_the_proxy_of_the_environment(tmp_path: Path) -> None:
    async with telegram() as (api, reader, chat):
        proxy = {"HTTP_PROXY": f"http://127.0.0.1:{api.port}"}
        async with started(tmp_path, "http://telegram.invalid/bot", proxy) as bot:
            await api.ready()
            assert ANSWER in (await api.ask(chat, reader, "易华录在兰州投资约多少亿元？", timeout=SECONDS)).text
            assert await bot.stop() == 0
