"""有消息告诉我: a person is told once, when an article has come that answers plainly what found nothing."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.service.waits import MOST_OF_ONE
from bot.telegram.watch import Watch
from bot.words import readers, waits
from bot.words.language import Language, translated
from retrieval.change import NO_CHANGE
from retrieval.engine import SearchEngine
from tests.bot_api.api import BotApi
from tests.bot_api.message import Message, Toast
from tests.bot_api.world import Chat, Person
from tests.support.articles import make_article
from tests.support.conversation import BRIDGE, EDITOR, MARKET, TOKEN, Talk, running, talking

pytestmark = pytest.mark.anyio
QUESTION = "深圳台风停课了吗"
ANSWER = make_article(
    "深圳市教育局宣布，因台风海葵登陆，深圳全市中小学今天停课一天，幼儿园和校外培训机构也暂停上课。",
    title="深圳台风停课",
    source="深圳晚报",
    published="2026-11-22",
)
OTHER = make_article("城西图书馆本周日正式开馆，藏书八十万册。", title="图书馆开馆", source="城西日报")
NOTED = waits.NOTED.format(days=7)


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.telegram.watch._LOOK_SECONDS", 0.01)
    monkeypatch.setattr("bot.telegram.watch._PAUSE_SECONDS", 0.0)


@pytest.fixture
async def talk(no_pauses: None, path: Path, open_engine: Callable[..., SearchEngine]) -> AsyncIterator[Talk]:
    async with talking(path, open_engine) as made:
        yield made


async def begin(talk: Talk, question: str = QUESTION, person: Person | None = None) -> tuple[Message, Toast]:
    """Ask in vain, and press the button; the reply, and what the press said."""
    person = person or talk.reader
    reply = await talk.api.ask(talk.api.private(person), person, question)
    label = next(label for row in reply.buttons for label in row if label in of_all_languages(waits.TELL_ME))
    return reply, await talk.api.press(reply, label, person)


def of_all_languages(sentence: str) -> list[str]:
    return [translated(sentence, language) for language in Language]


async def told(talk: Talk, after: int, chat: Chat | None = None) -> Message:
    return await talk.api.reply(chat or talk.chat, after)


async def searched_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait until the watch has looked for what is due at the present articles: the second look finds them quiet."""
    looks, look = 0, Watch.look

    async def counted(watch: Watch, bot: Any) -> None:
        nonlocal looks
        await look(watch, bot)
        looks += 1

    with monkeypatch.context() as patch:
        patch.setattr(Watch, "look", counted)
        async with asyncio.timeout(30):
            while looks < 3:
                await asyncio.sleep(0.01)


async def ended(talk: Talk) -> None:
    """Wait until nobody waits any more."""
    async with asyncio.timeout(30):
        while talk.service.waits.open():
            await asyncio.sleep(0.01)


async def test_the_asker_is_told_once_with_the_answer(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    _, toast = await begin(talk)
    assert toast == NOTED
    mark = talk.api.mark
    await talk.service.add(iter([ANSWER]), 1, NO_CHANGE)
    news = await told(talk, mark)
    assert news.text.startswith(f"你 1 分钟前问的“{QUESTION}”，现在有报道了：\n\n深圳市教育局宣布")
    assert [readers.SHARE, readers.GOOD, readers.BAD] in news.buttons
    await talk.service.add(iter([OTHER]), 2, NO_CHANGE)
    await searched_again(monkeypatch)
    await talk.api.quiet(after=news)


async def test_a_follow_up_continues_what_was_told(talk: Talk) -> None:
    await begin(talk)
    mark = talk.api.mark
    await talk.service.add(iter([ANSWER]), 1, NO_CHANGE)
    news = await told(talk, mark)
    await ended(talk)
    assert (await talk.api.ask(talk.chat, talk.reader, "还有呢")).text == readers.NO_MORE
    assert news.chat_id == talk.chat.id


async def test_an_article_about_something_else_tells_nobody(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    reply, _ = await begin(talk)
    mark = talk.api.mark
    await talk.service.add(iter([OTHER]), 1, NO_CHANGE)
    await searched_again(monkeypatch)
    assert talk.api.mark == mark
    assert talk.service.waits.find(talk.reader.id, QUESTION) is not None
    assert talk.api.now(reply).buttons == [[waits.NOT_ANY_MORE]]


async def test_the_same_button_ends_the_wait(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    reply, _ = await begin(talk)
    again = talk.api.now(reply)
    assert again.buttons == [[waits.NOT_ANY_MORE]]
    assert again.text == reply.text
    assert await talk.api.press(again, waits.NOT_ANY_MORE, talk.reader) == waits.DROPPED
    assert talk.service.waits.open() == []
    assert talk.api.now(reply).buttons == [[waits.TELL_ME]]
    mark = talk.api.mark
    await talk.service.add(iter([ANSWER]), 1, NO_CHANGE)
    await searched_again(monkeypatch)
    assert talk.api.mark == mark


async def test_a_question_that_is_asked_again_shows_that_the_person_waits(talk: Talk) -> None:
    await begin(talk)
    assert (await talk.api.ask(talk.chat, talk.reader, QUESTION)).buttons == [[waits.NOT_ANY_MORE]]


async def test_a_fourth_wait_names_the_oldest_which_can_be_replaced(talk: Talk) -> None:
    for question in ("火星基地", "月球车站", "深海矿井"):
        await begin(talk, question)
    _, toast = await begin(talk)
    full = await talk.api.reply(talk.chat, toast)
    assert full.text == waits.too_many(MOST_OF_ONE, "火星基地")
    assert await talk.api.press(full, waits.REPLACE, talk.reader) == NOTED
    assert [wait.question for wait in talk.service.waits.of(talk.reader.id)] == ["月球车站", "深海矿井", QUESTION]
    assert talk.api.now(full).buttons == [[waits.NOT_ANY_MORE]]


async def test_a_button_that_is_pressed_after_the_article_came_shows_the_answer(talk: Talk) -> None:
    reply = await talk.api.ask(talk.chat, talk.reader, QUESTION)
    await talk.service.add(iter([ANSWER]), 1, NO_CHANGE)
    toast = await talk.api.press(reply, waits.TELL_ME, talk.reader)
    assert "深圳市教育局宣布" in (await talk.api.reply(talk.chat, toast)).text
    assert talk.service.waits.open() == []


async def test_a_group_has_no_such_button(talk: Talk) -> None:
    group = talk.api.group("值班群", [talk.reader])
    assert (await talk.api.ask(group, talk.reader, f"/ask {QUESTION}")).buttons == []


@pytest.mark.parametrize("question", ["昨天的新闻", "的"])
async def test_what_no_article_could_answer_is_nothing_to_wait_for(talk: Talk, question: str) -> None:
    reply = await talk.api.ask(talk.chat, talk.reader, question)
    assert waits.TELL_ME not in str(reply.buttons)


async def test_a_person_is_told_in_the_language_of_their_app(talk: Talk) -> None:
    person = talk.api.person("Wang", language="en")
    await begin(talk, person=person)
    mark = talk.api.mark
    await talk.service.add(iter([ANSWER]), 1, NO_CHANGE)
    news = await told(talk, mark, talk.api.private(person))
    assert news.text.startswith(f"You asked “{QUESTION}” 1 min ago; now there is a report:")


async def test_a_person_who_has_blocked_the_bot_is_forgotten(talk: Talk) -> None:
    await begin(talk)
    talk.api.blocked(talk.reader)
    await talk.api.fetched()
    assert talk.service.waits.open() == []


async def test_a_block_that_the_bot_has_not_heard_of_ends_the_wait(talk: Talk) -> None:
    await begin(talk)
    talk.chat.bot = "kicked"
    await talk.service.add(iter([ANSWER]), 1, NO_CHANGE)
    await ended(talk)


async def test_a_message_that_telegram_did_not_take_is_sent_later(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    await begin(talk)
    mark = talk.api.mark
    talk.api.fail("sendMessage", 429, "Too Many Requests: retry after 99", parameters={"retry_after": 99})
    await talk.service.add(iter([ANSWER]), 1, NO_CHANGE)
    await talk.api.until(lambda: talk.api.calls[-1][0] == "sendMessage")
    await searched_again(monkeypatch)
    assert talk.api.mark == mark
    assert talk.service.waits.find(talk.reader.id, QUESTION) is not None


async def test_a_person_who_may_no_longer_ask_is_not_told(
    path: Path, open_engine: Callable[..., SearchEngine], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with talking(path, open_engine, [BRIDGE, MARKET], ACCESS="listed") as talk:
        await talk.api.ask(talk.desk, talk.editor, f"/allow {talk.reader.id}")
        await begin(talk)
        await talk.api.ask(talk.desk, talk.editor, f"/deny {talk.reader.id}")
        mark = talk.api.mark
        await talk.service.add(iter([ANSWER]), 1, NO_CHANGE)
        await searched_again(monkeypatch)
        assert talk.api.mark == mark
        await talk.api.ask(talk.desk, talk.editor, f"/allow {talk.reader.id}")
        assert QUESTION in (await told(talk, mark)).text


async def test_an_article_that_came_while_the_bot_was_away_is_told_after_the_start(
    path: Path, open_engine: Callable[..., SearchEngine]
) -> None:
    async with BotApi(TOKEN) as api:
        reader = api.person("小李")
        chat = api.private(reader)
        api.private(api.person("老王", id=EDITOR))
        async with running(api, path, open_engine, [BRIDGE, MARKET]):
            reply = await api.ask(chat, reader, QUESTION)
            await api.press(reply, waits.TELL_ME, reader)
        engine = open_engine()
        engine.add(ANSWER)
        engine.close()
        mark = api.mark
        async with running(api, path, open_engine):
            assert QUESTION in (await api.reply(chat, mark)).text
            async with asyncio.timeout(30):
                while True:
                    with closing(sqlite3.connect(path)) as file:
                        if file.execute("SELECT count(*) FROM bot_waits").fetchone() == (0,):
                            break
                    await asyncio.sleep(0.01)


async def test_privacy_names_what_is_stored(talk: Talk) -> None:
    text = (await talk.api.ask(talk.chat, talk.reader, "/privacy")).text
    assert waits.TELL_ME in text
    assert "不记是谁" in text
