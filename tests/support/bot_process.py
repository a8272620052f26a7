"""The bot as a process, over the Telegram of tests/bot_api."""

import asyncio
import os
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import unquote

from tests.bot_api.api import BotApi
from tests.bot_api.world import Chat, Person
from tests.support.project import ROOT

TOKEN = "123456789:ABCDEFGHIJKLMNOPQRSTUVWXYZ-abc"
SECRET = "a-secret-of-the-webhook"
EDITOR = 111
SECONDS = 60.0
ANSWER = "投资约60亿元"
PUSH = (
    "/add 城西图书馆开馆\n城西日报 2026-11-22 09:30\n"
    "城西图书馆本周日正式开馆，藏书八十万册，座位两千个，每天开放到晚上十点。"
)


class Bot:
    """`python -m bot`, and everything it has printed."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.output = ""
        self._read = asyncio.gather(self._collect(process.stdout), self._collect(process.stderr))

    async def _collect(self, stream: asyncio.StreamReader | None) -> None:
        assert stream is not None
        while line := await stream.readline():
            self.output += line.decode()

    async def ends(self) -> int:
        code = await asyncio.wait_for(self._process.wait(), SECONDS)
        await self._read
        return code

    async def stop(self, number: int = signal.SIGTERM) -> int:
        if self._process.returncode is None:
            self._process.send_signal(number)
        return await self.ends()

    async def says(self, words: str, times: int = 1) -> None:
        async with asyncio.timeout(SECONDS):
            while self.output.count(words) < times:
                assert self._process.returncode is None, self.output
                await asyncio.sleep(0.05)


@asynccontextmanager
async def started(folder: Path, base_url: str, more: Mapping[str, str] = {}) -> AsyncIterator[Bot]:
    environment = {name: value for name, value in os.environ.items() if name in ("PATH", "LANG", "HOME")} | {
        "PYTHONPATH": str(ROOT),
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "TELEGRAM_BASE_URL": base_url,
        "ADMIN_IDS": str(EDITOR),
        "DATABASE_PATH": str(folder / "news.db"),
        **more,
    }
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        cwd=folder,
        env=environment,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=pipe,
        stderr=pipe,
    )
    bot = Bot(process)
    try:
        yield bot
    finally:
        if process.returncode is None:
            process.kill()
        await bot.ends()
        for written in (bot.output, unquote(bot.output), unquote(unquote(bot.output))):
            assert TOKEN.partition(":")[2] not in written
            assert SECRET not in written


@asynccontextmanager
async def telegram() -> AsyncIterator[tuple[BotApi, Person, Chat]]:
    async with BotApi(TOKEN) as api:
        reader = api.person("小李")
        yield api, reader, api.private(reader)


def answers(api: BotApi) -> Counter[str]:
    """The number of answers to each question, by the number that the question holds and the answer echoes."""
    return Counter(
        message.text.split("”")[0].split("第")[1] for message in api.sent if "没有找到能回答“火星第" in message.text
    )
