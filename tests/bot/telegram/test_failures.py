"""Full disks, flood control, lost networks, blocks and errors."""

import asyncio
import json
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from bot.service.file_records import FileRecords
from bot.service.file_storage import file_memory
from bot.serving.polling import UnusableError
from bot.serving.server import serve
from bot.settings import Settings
from retrieval.engine import SearchEngine
from retrieval.store.errors import StoreError
from tests.bot_api.api import BotApi
from tests.support.conversation import BRIDGE, EDITOR, PUSH, TOKEN, Talk
from tests.support.services import service_over

pytestmark = pytest.mark.anyio


async def test_the_editor_is_told_of_a_full_disk_in_a_sentence(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise StoreError("磁盘已满，没有写入数据库；此前已保存的都在。")

    monkeypatch.setattr(FileRecords, "put", full)
    for change in (PUSH, "/remove 1"):
        reply = await talk.api.ask(talk.desk, talk.editor, change)
        assert reply.text == "没有改动：磁盘已满，没有写入数据库；此前已保存的都在。"
    assert await talk.count() == 2


async def test_the_editor_is_told_what_was_stored_before_the_disk_became_full(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [
        json.dumps({"title": f"第{n}号公告", "text": f"第{n}号公告：城北第{n}片区周日停水检修，请居民提前储水。"})
        for n in range(100)
    ]
    put, writes = FileRecords.put, count(1)

    def full(*arguments: Any) -> None:
        if next(writes) > 2:
            raise StoreError("磁盘已满，没有写入数据库；此前已保存的都在。")
        put(*arguments)

    monkeypatch.setattr(FileRecords, "put", full)
    file = ("公告.jsonl", "\n".join(lines).encode())
    reply = await talk.api.ask(talk.desk, talk.editor, "", document=file)
    assert reply.text.startswith("中途停下，此前：新增 80 · 更正 0 · 已有 0 · 未收录 0。磁盘已满，")
    assert await talk.count() == 82
    monkeypatch.undo()
    card = await talk.api.ask(talk.desk, talk.editor, "", document=file)
    assert card.text.startswith("本批 100 条：新增 20 · 更正 0 · 已有 80 ")


async def test_a_bot_that_shuts_down_keeps_unfinished_updates_stored(
    path: Path, open_engine: Callable[..., SearchEngine], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.serving.polling._CONFLICTS_OF_A_NEWCOMER", 1)
    person = {"id": EDITOR, "is_bot": False, "first_name": "老王"}
    message = {"message_id": 1, "date": 1, "chat": {"id": EDITOR, "type": "private"}, "from": person, "text": PUSH}
    engine = open_engine(first_articles=[BRIDGE])
    memory = file_memory(engine.archive.database)
    with memory.write():
        memory.pending.put(5, json.dumps({"update_id": 5, "message": message}))
    service = service_over(open_engine)
    async with BotApi(TOKEN) as api:
        api.fail("getUpdates", 409, "Conflict: terminated by other getUpdates request", times=100)
        settings = {"TELEGRAM_BOT_TOKEN": TOKEN, "ADMIN_IDS": str(EDITOR), "TELEGRAM_BASE_URL": api.base_url}
        with closing(sqlite3.connect(path, isolation_level=None)) as file:
            file.execute("BEGIN IMMEDIATE")  # the push waits for this
            bot = asyncio.create_task(serve(Settings.read(settings), service, print))
            async with asyncio.timeout(60):
                while not hasattr(service, "_hourly") or not service._hourly.cancelled():
                    await asyncio.sleep(0.01)
            file.execute("ROLLBACK")
            with pytest.raises(UnusableError):
                await bot
    assert memory.pending.values()


async def test_an_answer_is_sent_after_the_wait_that_flood_control_asks_for(talk: Talk) -> None:
    talk.api.fail("sendMessage", 429, "Too Many Requests: retry after 1", parameters={"retry_after": 1})
    assert "一千二百米" in (await talk.api.ask(talk.chat, talk.reader, "新桥全长多少米")).text


async def test_an_answer_is_sent_once_a_lost_network_returns(talk: Talk) -> None:
    query = talk.api.type_inline(talk.reader, "新桥全长多少米")
    await asyncio.sleep(0.1)  # taken, but the bot still waits whether more is typed
    await talk.api.stop()
    await asyncio.sleep(0.6)
    await talk.api.start()
    assert await talk.api.until(lambda: query.answer)


async def test_a_reader_who_blocks_the_bot_affects_no_other_reader(talk: Talk) -> None:
    other = talk.api.person("小张")
    chat = talk.api.private(other)
    question = await talk.api.send(chat, other, "新桥全长多少米")
    talk.api.blocked(other)
    assert question.delivered
    assert "一千二百米" in (await talk.api.ask(talk.chat, talk.reader, "新桥全长多少米")).text


async def test_a_question_that_was_deleted_is_answered_without_quoting_it(talk: Talk) -> None:
    group = talk.api.group("值班群", [talk.reader])
    question = await talk.api.send(group, talk.reader, "/ask 新桥全长多少米")
    talk.api.delete(question)
    assert "一千二百米" in (await talk.api.reply(group, question)).text


async def test_an_error_is_reported_with_a_number_and_the_bot_continues(
    talk: Talk, caplog: pytest.LogCaptureFixture
) -> None:
    talk.api.fail("sendMessage", 400, "Bad Request: something new", when=lambda call: "一千二百米" in call["text"])
    reply = await talk.api.ask(talk.chat, talk.reader, "新桥全长多少米")
    number = re.search(r"编号 (\w+)", reply.text)
    assert number is not None
    assert number[1] in caplog.text
    assert "城南菜市场" in (await talk.api.ask(talk.chat, talk.reader, "菜市场搬到哪里")).text


async def test_an_error_still_answers_a_button_and_an_inline_query(talk: Talk) -> None:
    first = await talk.api.ask(talk.chat, talk.reader, "新桥")
    talk.api.fail("editMessageText", 400, "Bad Request: something new")
    assert "出错了" in await talk.api.press(first, "›", talk.reader)
    talk.api.fail("answerInlineQuery", 400, "Bad Request: something new")
    page = await talk.api.inline(talk.reader, "新桥")
    assert page.button is not None


async def test_a_group_that_must_wait_holds_no_answer_in_private(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.serving.server._FINISHING_SECONDS", 0.1)  # the answer in the group never comes
    group = talk.api.group("值班群", [talk.reader])
    wait = {"retry_after": 30}
    of_group = lambda call: call["chat_id"] == group.id  # noqa: E731
    talk.api.fail("sendMessage", 429, "Too Many Requests: retry after 30", parameters=wait, when=of_group)
    await talk.api.send(group, talk.reader, "/ask 新桥全长多少米")
    await talk.api.until(lambda: any(name == "sendMessage" for name, _ in talk.api.calls))
    assert "一千二百米" in (await talk.api.ask(talk.chat, talk.reader, "新桥全长多少米")).text
    assert (await talk.api.inline(talk.reader, "新桥全长多少米")).results


@pytest.mark.parametrize("failure", ["500", "502", "closed"])
async def test_an_answer_and_a_card_survive_a_failure_of_telegram(
    talk: Talk, failure: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.telegram.pacing._FIRST_PAUSE", 0.05)
    for chat, person, text in ((talk.chat, talk.reader, "新桥全长多少米"), (talk.desk, talk.editor, PUSH)):
        if failure == "closed":
            talk.api.drop("sendMessage", times=2)
        else:
            talk.api.fail("sendMessage", int(failure), "Internal Server Error", times=2)
        assert re.search("一千二百米|已收录", (await talk.api.ask(chat, person, text)).text)


async def test_an_answer_that_telegram_may_have_taken_is_not_sent_twice(talk: Talk) -> None:
    talk.api.hang("sendMessage")
    await talk.api.send(talk.chat, talk.reader, "新桥全长多少米")
    await talk.api.until(lambda: len(talk.api.sent) == 1)
    await talk.api.quiet(6)
    assert len(talk.api.sent) == 1
