"""Questions and pushes that outlive a kill of the bot."""

import asyncio
import json
import signal
import socket
import sqlite3
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from bot.words import editors
from tests.bot_api.api import BotApi
from tests.bot_api.message import Message
from tests.bot_api.world import Person
from tests.support.bot_process import ANSWER, EDITOR, PUSH, SECONDS, SECRET, answers, started, telegram

pytestmark = pytest.mark.anyio


async def ask_twelve(api: BotApi) -> None:
    """Twelve questions of three readers: each reader gets an answer a second."""
    chats = [(api.private(person), person) for person in map(api.person, ("小李", "小张", "小陈"))]
    for number in range(12):
        await api.send(*chats[number % 3], f"火星第{number}个探测器何时返回")


async def test_a_killed_bot_answers_every_question_at_least_once_and_at_most_twice(tmp_path: Path) -> None:
    async with telegram() as (api, _, _):
        async with started(tmp_path, api.base_url) as bot:
            await api.ready()
            await ask_twelve(api)
            await api.until(lambda: len(answers(api)) >= 4, SECONDS)
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
            assert file.execute("SELECT count(*) FROM bot_pending_updates").fetchone() == (0,)


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
                progress = "SELECT count(*) FROM bot_push_progress"
                async with asyncio.timeout(SECONDS):
                    while file.execute(progress).fetchone() == (0,):
                        await asyncio.sleep(0.001)
                # No further batch is written: it is killed in the middle.
                file.execute("BEGIN IMMEDIATE")
                stored = file.execute("SELECT count(*) FROM articles").fetchone()[0] - 1
                assert 0 < stored < count
                await bot.stop(signal.SIGKILL)
        async with started(tmp_path, api.base_url) as bot:
            shown = await api.reply(desk, sent, SECONDS)
            # A slow machine shows the card while the rest is being stored.
            await api.until(lambda: editors.WORKING not in api.now(shown).text, SECONDS)
            card = api.now(shown)
            listed = await api.ask(desk, editor, "/stats", timeout=SECONDS)
            await api.fetched(SECONDS)
            await bot.stop()
        assert card.text.startswith(f"本批 {count} 条：新增 {count} · 更正 0 · 已有 0 · 未收录 0\n#2《第0号公告》")
        assert listed.text.startswith(f"现有 {count + 1} 篇报道")
        # A slow machine may show a card before the kill, too.
        assert sum(one.text.startswith("本批") for one in api.sent) <= 2
        with closing(sqlite3.connect(tmp_path / "news.db")) as file:
            assert file.execute("SELECT count(DISTINCT title) FROM articles").fetchone() == (count + 1,)
            assert file.execute(progress).fetchone() == (0,)


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
        api.updates.webhook_tries = 100  # a busy machine takes some seconds to start the bot again
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
            assert file.execute("SELECT count(*) FROM bot_pending_updates").fetchone() == (0,)


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
        api.updates.webhook_tries = 100
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
            await ask_twelve(api)
            await api.until(lambda: len(answers(api)) >= 4, SECONDS)
            await bot.stop(signal.SIGKILL)
        async with started(tmp_path, api.base_url, more) as bot:
            await api.until(lambda: len(answers(api)) == 12, SECONDS)
            assert await bot.stop() == 0
        assert set(answers(api).values()) <= {1, 2}
