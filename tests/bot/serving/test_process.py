"""The bot as a process: started, stopped, killed, started again; what it prints, and what it never does."""

import asyncio
import json
import os
import signal
import socket
import sqlite3
import sys
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, closing
from pathlib import Path
from urllib.parse import unquote

import httpx
import pytest

from bot.words.notices import PREPARING
from tests.bot_api.api import BotApi
from tests.bot_api.message import Message
from tests.bot_api.world import Chat, Person
from tests.support.project import ROOT

pytestmark = pytest.mark.anyio
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
    """`python -m bot`, and everything that it has printed."""

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
    """How often each question was answered, by the number that stands in it and is echoed."""
    return Counter(one.text.split("”")[0].split("第")[1] for one in api.sent if "没有找到能回答“火星第" in one.text)


async def test_a_bot_answers_stops_at_once_and_answers_what_was_asked_meanwhile_exactly_once(tmp_path: Path) -> None:
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
async def test_a_bot_is_compiled_before_it_is_connected_and_keeps_the_code_where_it_can(
    tmp_path: Path, place: str
) -> None:
    for folder in ("data/cache", "tmp"):
        (tmp_path / folder).mkdir(parents=True)
    for other in {"data/cache/code", f"tmp/news-answers-{os.geteuid()}"} - {place}:
        (tmp_path / other).write_text("no folder can be made here")
    folders = {"HOME": str(tmp_path / "missing"), "TMPDIR": str(tmp_path / "tmp")}
    database = {"DATABASE_PATH": str(tmp_path / "data" / "news.db")}
    async with telegram() as (api, reader, chat), started(tmp_path, api.base_url, folders | database) as bot:
        await bot.says("已连接 @NewsQABot")
        assert len(list((tmp_path / place).glob("*"))) == (0 if place == "nowhere" else 2)
        assert ANSWER in (await api.ask(chat, reader, "易华录在兰州投资约多少亿元？", timeout=SECONDS)).text
        assert await bot.stop() == 0
        assert set(bot.output[: bot.output.index("已连接")].splitlines()) <= {PREPARING}


async def test_a_killed_bot_answers_every_question_at_least_once_and_at_most_twice(tmp_path: Path) -> None:
    async with telegram() as (api, reader, chat):
        async with started(tmp_path, api.base_url) as bot:
            await api.ready()
            for number in range(12):
                await api.send(chat, reader, f"火星第{number}个探测器何时返回")
            await api.until(lambda: len(answers(api)) >= 3, SECONDS)
            await bot.stop(signal.SIGKILL)
        async with started(tmp_path, api.base_url) as bot:
            await api.until(lambda: len(answers(api)) == 12, SECONDS)
            await api.fetched(SECONDS)
            await bot.stop()
        assert set(answers(api).values()) <= {1, 2}


async def assert_shown_again(folder: Path, api: BotApi, editor: Person, first: Message) -> None:
    """The next process shows the card of a push that was carried out, and carries out nothing again."""
    desk = api.private(editor)
    async with started(folder, api.base_url) as bot:
        again = await api.reply(desk, api.mark, SECONDS)
        listed = await api.ask(desk, editor, "/stats", timeout=SECONDS)
        await bot.stop()
    assert first.text.startswith("已收录 #2")
    assert again.text == first.text
    assert listed.text.startswith("现有 2 篇报道")


async def test_a_push_that_was_carried_out_before_a_kill_is_not_carried_out_again(tmp_path: Path) -> None:
    async with telegram() as (api, _, _):
        editor = api.person("老王", id=EDITOR)
        desk = api.private(editor)
        # The card is shown, but the bot never learns that it was: it is killed while it waits.
        api.hang("sendMessage")
        async with started(tmp_path, api.base_url) as bot:
            await api.ready()
            first = await api.ask(desk, editor, PUSH, timeout=SECONDS)
            await bot.stop(signal.SIGKILL)
        await assert_shown_again(tmp_path, api, editor, first)


async def test_what_takes_long_holds_back_nothing_behind_it_and_is_not_lost_in_a_kill(tmp_path: Path) -> None:
    async with telegram() as (api, _, _):
        editor = api.person("老王", id=EDITOR)
        desk = api.private(editor)
        api.hang("sendMessage")  # so that the push is never done
        async with started(tmp_path, api.base_url) as bot:
            await api.ready()
            first = await api.ask(desk, editor, PUSH, timeout=SECONDS)
            # More than Telegram delivers behind one that is not done.
            people = [api.person(f"读者{number}") for number in range(120)]
            await asyncio.gather(*(api.inline(one, "图书馆", timeout=SECONDS) for one in people))
            await api.fetched(SECONDS)
            await bot.stop(signal.SIGKILL)
        await assert_shown_again(tmp_path, api, editor, first)
        with closing(sqlite3.connect(tmp_path / "news.db")) as file:
            assert file.execute("SELECT count(*) FROM kept WHERE kind = 'undone'").fetchone() == (0,)


async def test_a_push_of_many_goes_on_after_a_kill_and_its_card_counts_everything(tmp_path: Path) -> None:
    count = 600
    lines = [
        json.dumps({"title": f"第{n}号公告", "text": f"第{n}号公告：城北第{n}片区周日停水检修，请居民储水。"})
        for n in range(count)
    ]
    async with telegram() as (api, _, _):
        editor = api.person("老王", id=EDITOR)
        desk = api.private(editor)
        async with started(tmp_path, api.base_url) as bot:
            await api.ready()
            sent = await api.send(desk, editor, document=("公告.jsonl", "\n".join(lines).encode()))
            with closing(sqlite3.connect(tmp_path / "news.db", timeout=30, isolation_level=None)) as file:
                progress = "SELECT count(*) FROM kept WHERE kind = 'progress'"
                async with asyncio.timeout(SECONDS):
                    while file.execute(progress).fetchone() == (0,):
                        await asyncio.sleep(0.001)
                # No further batch is written: it is killed in the middle.
                file.execute("BEGIN IMMEDIATE")
                stored = file.execute("SELECT count(*) FROM articles").fetchone()[0] - 1
                assert 0 < stored < count
                await bot.stop(signal.SIGKILL)
        async with started(tmp_path, api.base_url) as bot:
            card = await api.reply(desk, sent, SECONDS)
            listed = await api.ask(desk, editor, "/stats", timeout=SECONDS)
            await api.fetched(SECONDS)
            await bot.stop()
        assert card.text.startswith(f"本批 {count} 条：新增 {count} · 更正 0 · 已有 0 · 未收录 0\n#2《第0号公告》")
        assert listed.text.startswith(f"现有 {count + 1} 篇报道")
        assert sum(one.text.startswith("本批") for one in api.sent) == 1
        with closing(sqlite3.connect(tmp_path / "news.db")) as file:
            assert file.execute("SELECT count(DISTINCT title) FROM articles").fetchone() == (count + 1,)
            assert file.execute(progress).fetchone() == (0,)


async def test_a_token_that_telegram_does_not_know_is_one_sentence(tmp_path: Path) -> None:
    async with BotApi("987654321:ZYXWVUTSRQPONMLKJIHGFEDCBA-zyx") as api, started(tmp_path, api.base_url) as bot:
        assert await bot.ends() == 2
        said = [line for line in bot.output.splitlines() if line != PREPARING]
        assert len(said) == 1
        assert said[0].startswith("错误：Telegram 不认这个 TELEGRAM_BOT_TOKEN")


@pytest.mark.parametrize("path", ["/bot", "/api?of=/bot"])
async def test_whatever_is_logged_of_a_call_the_token_is_not_in_it(tmp_path: Path, path: str) -> None:
    async with telegram() as (api, reader, chat):
        base = api.base_url.removesuffix("/bot") + path
        async with started(tmp_path, base, {"LOG_LEVEL": "DEBUG"}) as bot:
            if path == "/bot":
                await api.ready()
                assert ANSWER in (await api.ask(chat, reader, "易华录在兰州投资约多少亿元？", timeout=SECONDS)).text
                await bot.stop()
                assert "getUpdates" in bot.output
            else:  # an address that the token stands encoded in
                await bot.says("/api?of=")
            assert "…" in bot.output


async def test_a_bot_that_finds_another_one_polling_ends_with_one_sentence(tmp_path: Path) -> None:
    async with telegram() as (api, _, _):
        api.fail("getUpdates", 409, "Conflict: terminated by other getUpdates request", times=100)
        async with started(tmp_path, api.base_url) as bot:
            assert await bot.ends() == 2
            assert bot.output.splitlines()[-1].startswith("错误：另一个程序正在用同一个 TELEGRAM_BOT_TOKEN")
            assert bot.output.count("另一个程序") == 1
            assert "Traceback" not in bot.output


async def test_of_two_bots_on_one_token_one_ends_and_the_other_goes_on(tmp_path: Path) -> None:
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


async def test_a_port_that_is_taken_is_one_sentence(tmp_path: Path) -> None:
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


async def test_a_network_that_is_away_is_waited_for(tmp_path: Path) -> None:
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
            # And away again in the middle of its work.
            await api.stop()
            await bot.says("连不上 Telegram", times=2)
            await api.start()
            assert ANSWER in (await api.ask(chat, reader, "易华录投资多少", timeout=SECONDS)).text
            assert await bot.stop() == 0
            assert bot.output.count("连不上") == 2
        finally:
            await api.stop()
        assert api.take_faults() == []


async def test_a_proxy_of_the_environment_is_used_for_every_call(tmp_path: Path) -> None:
    async with telegram() as (api, reader, chat):
        proxy = {"HTTP_PROXY": f"http://127.0.0.1:{api.port}"}
        async with started(tmp_path, "http://telegram.invalid/bot", proxy) as bot:
            await api.ready()
            assert ANSWER in (await api.ask(chat, reader, "易华录在兰州投资约多少亿元？", timeout=SECONDS)).text
            assert await bot.stop() == 0


@pytest.mark.parametrize("pushed", ["text", "file"])
async def test_a_push_that_the_webhook_acknowledged_before_it_was_done_is_not_lost_in_a_kill(
    tmp_path: Path, pushed: str
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    more = {"WEBHOOK_URL": "https://bot.example/hook", "WEBHOOK_SECRET": SECRET, "WEBHOOK_PORT": str(port)}
    async with telegram() as (api, _, _):
        editor = api.person("老王", id=EDITOR)
        desk = api.private(editor)
        api.webhook_proxy = f"http://127.0.0.1:{port}"
        # The text is stored and waits for its card to be sent; the file is not even fetched.
        method = "sendMessage" if pushed == "text" else "getFile"
        api.fail(method, 429, "Too Many Requests: retry after 600", parameters={"retry_after": 600})
        async with started(tmp_path, api.base_url, more) as bot:
            await api.ready()
            if pushed == "text":
                sent = await api.send(desk, editor, PUSH)
            else:
                sent = await api.send(desk, editor, document=("图书馆.txt", PUSH.removeprefix("/add ").encode()))
            await api.fetched(SECONDS)
            await bot.stop(signal.SIGKILL)
        async with started(tmp_path, api.base_url, more) as bot:
            card = await api.reply(desk, sent, SECONDS)
            listed = await api.ask(desk, editor, "/stats", timeout=SECONDS)
            assert await bot.stop() == 0
        assert card.text.startswith("已收录 #2")
        assert listed.text.startswith("现有 2 篇报道")
        assert sum(one.text.startswith("已收录") for one in api.sent) == 1
        with closing(sqlite3.connect(tmp_path / "news.db")) as file:
            assert file.execute("SELECT count(*) FROM kept WHERE kind = 'undone'").fetchone() == (0,)


async def test_a_webhook_takes_only_what_telegram_delivers_and_a_kill_loses_nothing(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    more = {
        "WEBHOOK_URL": "https://bot.example/telegram",
        "WEBHOOK_SECRET": SECRET,
        "WEBHOOK_PORT": str(port),
        "LOG_LEVEL": "DEBUG",
    }
    async with telegram() as (api, reader, chat):
        api.webhook_proxy = f"http://127.0.0.1:{port}"
        api.updates.webhook_tries = 10
        async with started(tmp_path, api.base_url, more) as bot:
            await api.ready()
            assert ANSWER in (await api.ask(chat, reader, "易华录在兰州投资约多少亿元？", timeout=SECONDS)).text
            async with httpx.AsyncClient(base_url=api.webhook_proxy) as client:
                secret = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
                assert (await client.post("/telegram", json={"update_id": 1})).status_code == 403
                wrong = {"X-Telegram-Bot-Api-Secret-Token": "wrong"}
                assert (await client.post("/telegram", json={"update_id": 1}, headers=wrong)).status_code == 403
                assert (await client.post("/telegram", content=b"{", headers=secret)).status_code == 400
                assert (await client.post("/telegram", json=[], headers=secret)).status_code == 400
                assert (await client.get("/telegram")).status_code == 405
                assert (await client.post("/", json={}, headers=secret)).status_code == 404
            for number in range(12):
                await api.send(chat, reader, f"火星第{number}个探测器何时返回")
            await api.until(lambda: len(answers(api)) >= 2, SECONDS)
            await bot.stop(signal.SIGKILL)
        async with started(tmp_path, api.base_url, more) as bot:
            await api.until(lambda: len(answers(api)) == 12, SECONDS)
            assert await bot.stop() == 0
        assert set(answers(api).values()) <= {1, 2}
