"""Buttons that turn the pages of an answer."""

import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import pytest

from bot.words import answers, readers
from retrieval.engine import SearchEngine
from tests.bot_api.api import BotApi
from tests.support.articles import make_article
from tests.support.conversation import BRIDGE, MARKET, TOKEN, Talk, removed, running, talking

pytestmark = pytest.mark.anyio


async def test_pages_are_turned_back_and_forth_repeatedly(talk: Talk) -> None:
    first = await talk.api.ask(talk.chat, talk.reader, "新桥")
    about = [readers.SHARE, readers.GOOD, readers.BAD]
    assert first.buttons == [["1/2", "›"], about]
    toast = await talk.api.press(first, "›", talk.reader)
    assert toast == ""
    second = await talk.api.reply(talk.chat, toast)
    assert (second.id, second.buttons) == (first.id, [["‹", "2/2"], about])
    assert second.text != first.text
    assert await talk.api.press(first, "›", talk.reader) == ""
    assert await talk.api.press(second, "2/2", talk.reader) == ""
    await talk.api.press(second, "‹", talk.reader)
    assert talk.api.now(first).text == first.text


async def test_in_a_group_only_the_person_who_asked_turns_pages(talk: Talk) -> None:
    other = talk.api.person("小张")
    group = talk.api.group("值班群", [talk.reader, other], admins=[other])
    first = await talk.api.ask(group, talk.reader, "/ask 新桥")
    assert await talk.api.press(first, "›", other) == readers.NOT_YOURS
    assert talk.api.now(first).text == first.text
    assert await talk.api.press(first, "›", talk.reader) == ""
    assert talk.api.now(first).text != first.text
    # Nobody can tell who an anonymous admin is.
    nobodys = await talk.api.ask(group, other, "/ask 新桥", anonymous=True)
    assert await talk.api.press(nobodys, "›", talk.reader) == ""


async def test_the_nearest_article_of_a_question_without_an_answer_is_one_press_away(talk: Talk) -> None:
    none = await talk.api.ask(talk.chat, talk.reader, "西安新桥的设计师姓名")
    assert none.text.startswith("没有找到能回答“西安新桥的设计师姓名”的报道。最接近的是《")
    assert none.buttons == [[answers.SHOW_NEAREST]]
    assert await talk.api.press(none, answers.SHOW_NEAREST, talk.reader) == ""
    shown = talk.api.now(none)
    assert shown.text.startswith("没有提到“西安”，最接近的是：\n")
    assert "新桥" in shown.text


async def test_pages_can_be_turned_after_a_restart(path: Path, open_engine: Callable[..., SearchEngine]) -> None:
    async with BotApi(TOKEN) as api:
        reader = api.person("小李")
        chat = api.private(reader)
        async with running(api, path, open_engine, [BRIDGE, MARKET]):
            first = await api.ask(chat, reader, "新桥")
        async with running(api, path, open_engine):
            await api.press(first, "›", reader)
            assert api.now(first).text != first.text


async def test_pages_of_an_answer_of_another_version_cannot_be_turned(
    path: Path, open_engine: Callable[..., SearchEngine]
) -> None:
    async with BotApi(TOKEN) as api:
        reader = api.person("小李")
        chat = api.private(reader)
        async with running(api, path, open_engine, [BRIDGE, MARKET]):
            first = await api.ask(chat, reader, "新桥")
        with closing(sqlite3.connect(path)) as file, file:
            file.execute('UPDATE bot_answers SET value = \'{"question": "新桥", "pages": [[1, null]]}\'')
        async with running(api, path, open_engine):
            assert await api.press(first, "›", reader) == readers.STALE


async def test_an_outdated_button_is_answered_with_an_explanation(talk: Talk) -> None:
    first = await talk.api.ask(talk.chat, talk.reader, "新桥")
    for data in ("a:ffffffff:1", "a:zz:1", "old-button", "e:999999", "a:1:77"):
        first.keyboard[0][1]["callback_data"] = data
        assert await talk.api.press(first, "›", talk.reader) in (readers.STALE, readers.GONE)


async def test_a_late_press_or_a_deleted_answer_causes_no_error(talk: Talk, caplog: pytest.LogCaptureFixture) -> None:
    question = await talk.api.send(talk.chat, talk.reader, "新桥")
    first = await talk.api.reply(talk.chat, question)
    talk.api.callback_limit = talk.api.inline_limit = 0.0
    talk.api.type_inline(talk.reader, "新桥全长多少米")
    with suppress(AssertionError):  # the press is answered too late
        await talk.api.press(first, "›", talk.reader, timeout=0.0)
    await talk.api.until(lambda: "answerInlineQuery" in dict(talk.api.calls), 30)
    await talk.api.fetched()
    talk.api.delete(first)
    await talk.api.edit(question, "新桥全长多少米")
    await talk.api.fetched()
    assert {"answerCallbackQuery", "answerInlineQuery", "editMessageText"} <= set(dict(talk.api.calls))
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


async def test_a_page_of_a_removed_article_says_so(talk: Talk) -> None:
    first = await talk.api.ask(talk.chat, talk.reader, "新桥全长")
    assert "城北日报" in first.text
    toast = await talk.api.press(first, "›", talk.reader)
    second = await talk.api.reply(talk.chat, toast)
    await removed(talk, 1)
    await talk.api.press(second, "‹", talk.reader)
    gone = talk.api.now(second)
    assert (gone.text, gone.buttons) == (readers.GONE, [["1/2", "›"]])
    await talk.api.press(gone, "›", talk.reader)
    assert talk.api.now(second).text == second.text


async def test_a_sentence_of_a_removed_article_is_quoted_no_longer(
    path: Path, open_engine: Callable[..., SearchEngine]
) -> None:
    reports = [
        make_article(
            f"城北新桥日均车流量达到{count}万辆。", title=f"新桥车流{day}日", source=paper, published=f"2026-11-{day}"
        )
        for count, day, paper in ((3, 10, "城南晚报"), (4, 20, "城北日报"))
    ]
    async with talking(path, open_engine, [*reports, MARKET]) as talk:
        answer = await talk.api.ask(talk.chat, talk.reader, "城北新桥日均车流量多少万辆")
        assert f"{answers.DIFFERING}\n城南晚报 · 2026-11-10：城北新桥日均车流量达到3万辆。" in answer.text
        await removed(talk, 1)
        buttons = [button for row in answer.keyboard for button in row]
        query = next(button["switch_inline_query"] for button in buttons if "switch_inline_query" in button)
        shared = (await talk.api.inline(talk.reader, query)).results[0]["input_message_content"]["message_text"]
        assert "4万辆" in shared
        assert "3万辆" not in shared
