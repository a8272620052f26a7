"""Many questions of one person, questions that waited for long, and a group that asks too much."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.telegram import admission
from bot.words import readers
from retrieval.engine import SearchEngine
from tests.bot_api.api import BotApi
from tests.support.conversation import BRIDGE, PUSH, TOKEN, Talk, running

pytestmark = pytest.mark.anyio

QUESTION = "新桥全长多少米"


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three questions a minute, because Telegram takes one message a second in private."""
    monkeypatch.setattr(admission, "_QUESTIONS", 3)


async def test_a_person_who_asks_too_fast_is_told_once_and_then_gets_silence(talk: Talk) -> None:
    now = int(time.time())
    for _ in range(3):
        assert "一千二百米" in (await talk.api.ask(talk.chat, talk.reader, QUESTION, date=now)).text
    told = await talk.api.ask(talk.chat, talk.reader, QUESTION, date=now + 5)
    assert told.text == "问得有点快，请 55 秒后再问。"
    for text in (QUESTION, "/help", "/start", "你好"):
        await talk.api.send(talk.chat, talk.reader, text, date=now + 6)
    await talk.api.quiet()
    assert "一千二百米" in (await talk.api.ask(talk.chat, talk.reader, QUESTION, date=now + 61)).text


async def test_another_person_is_answered_meanwhile(talk: Talk) -> None:
    for _ in range(50):
        await talk.api.send(talk.chat, talk.reader, QUESTION)
    other = talk.api.person("小张")
    assert "一千二百米" in (await talk.api.ask(talk.api.private(other), other, QUESTION)).text
    await talk.api.until(lambda: sum(message.chat_id == talk.chat.id for message in talk.api.sent) == 4)
    await talk.api.quiet()
    assert sum("问得有点快" in message.text for message in talk.api.sent) == 1


async def test_one_person_of_a_group_may_ask_six_times_a_minute_and_the_others_too(talk: Talk) -> None:
    other = talk.api.person("小张")
    group, now = talk.api.group("值班群", [talk.reader, other]), int(time.time())
    for _ in range(6):
        assert "一千二百米" in (await talk.api.ask(group, talk.reader, f"/ask {QUESTION}", date=now)).text
    assert (await talk.api.ask(group, talk.reader, f"/ask {QUESTION}", date=now)).text == readers.TOO_FAST.format(
        seconds=60
    )
    await talk.api.send(group, talk.reader, f"/ask {QUESTION}", date=now)
    assert "一千二百米" in (await talk.api.ask(group, other, f"/ask {QUESTION}", date=now)).text


async def test_an_edit_counts_as_a_question_and_a_press_has_its_own_count(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admission, "_PRESSES", 2)
    first = await talk.api.send(talk.chat, talk.reader, "新桥")
    answer = await talk.api.reply(talk.chat, first)
    for label in ("›", "‹"):
        assert (await talk.api.press(talk.api.now(answer), label, talk.reader)) == ""
    for _ in range(2):
        assert "问得有点快" in await talk.api.press(talk.api.now(answer), "›", talk.reader)
    for text in ("菜市场", QUESTION, "城南菜市场"):
        await talk.api.edit(first, text)
    await talk.api.until(lambda: sum(name == "editMessageText" for name, _ in talk.api.calls) == 4)
    await talk.api.quiet()
    assert "一千二百米" in talk.api.now(answer).text


async def test_editors_may_push_as_fast_as_they_like(talk: Talk) -> None:
    for number in range(4):
        card = await talk.api.ask(talk.desk, talk.editor, PUSH.replace("八十万", f"{number + 2}十万"))
        assert "现在就能搜到" in card.text


async def test_a_group_whose_queue_is_full_is_told_once(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission, "_MOST_WAITING", 1)
    monkeypatch.setattr("bot.serving.server._FINISHING_SECONDS", 0.1)  # the answer never comes
    people = [talk.api.person(f"成员{number}") for number in range(5)]
    group = talk.api.group("大群", people)
    talk.api.hang("sendMessage", when=lambda call: "一千二百米" in call["text"])
    for person in people:
        await talk.api.send(group, person, f"/ask {QUESTION}")
    await talk.api.until(lambda: len(talk.api.sent) == 2)
    await talk.api.quiet()
    assert [message.text for message in talk.api.sent].count(readers.GROUP_FULL) == 1


async def test_a_question_that_waited_is_answered_with_its_age_in_private_and_skipped_in_a_group(
    path: Path, open_engine: Callable[..., SearchEngine]
) -> None:
    async with BotApi(TOKEN) as api:
        reader, now = api.person("小李"), int(time.time())
        chat, group = api.private(reader), api.group("值班群", [reader])
        async with running(api, path, open_engine, [BRIDGE]):
            asked = await api.send(chat, reader, QUESTION, date=now - 3 * 3600)
            answer = await api.reply(chat, asked)
            assert answer.text.startswith("你 3 小时前问的：\n\n新桥全长一千二百米")
            assert answer.reply_to == asked.id
            await api.send(group, reader, f"/ask {QUESTION}", date=now - 700)
            await api.send(group, reader, "/help", date=now - 700)
            await api.quiet()
            assert "一千二百米" in (await api.ask(group, reader, f"/ask {QUESTION}", date=now - 500)).text


@pytest.mark.parametrize(
    ("seconds", "sentence"),
    [
        (660, "你 11 分钟前问的："),
        (3 * 3600, "你 3 小时前问的："),
        (26 * 3600, "你 26 小时前问的："),
        (3 * 86400, "你 3 天前问的："),
    ],
)
async def test_the_age_of_a_question_is_said_in_the_largest_fitting_unit(seconds: int, sentence: str) -> None:
    assert readers.asked_ago(seconds) == sentence
