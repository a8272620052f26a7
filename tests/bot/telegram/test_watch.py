"""The watch over waits: when it searches, how often, and what a failed message leaves."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import date, datetime
from itertools import count
from typing import Any

import pytest
from telegram import Chat, Message
from telegram.error import BadRequest, Forbidden, TimedOut

from bot.service.conversations import Conversations
from bot.service.search_service import SearchService
from bot.service.tally import Tally
from bot.service.waits import Waits
from bot.telegram.access import Access
from bot.telegram.answering import Answering
from bot.telegram.gate import Gate
from bot.telegram.watch import Watch
from retrieval.change import NO_CHANGE
from retrieval.engine import SearchEngine
from retrieval.store.errors import StoreError
from tests.support.articles import make_article
from tests.support.conversation import BRIDGE, MARKET
from tests.support.services import service_over

pytestmark = pytest.mark.anyio
TODAY = date(2026, 11, 27)
READER = 5_000_000_001
QUESTION = "深圳台风停课了吗"
ANSWER = make_article(
    "深圳市教育局宣布，因台风海葵登陆，深圳全市中小学今天停课一天。", title="深圳台风停课", source="深圳晚报"
)


class Recorder:
    """A bot of which only the sending of messages is asked; it keeps the texts, also of those that it refuses."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.refusal: Exception | None = None
        self.may_end = asyncio.Event()
        self.may_end.set()

    async def send_message(self, chat_id: int, text: str, **_: Any) -> Message:
        self.texts.append(text)
        await self.may_end.wait()
        if self.refusal:
            raise self.refusal
        return Message(len(self.texts), None, Chat(chat_id, "private"))  # type: ignore[arg-type]


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
async def service(
    open_engine: Callable[..., SearchEngine], monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[SearchService]:
    monkeypatch.setattr("bot.telegram.watch._PAUSE_SECONDS", 0.0)
    service = service_over(open_engine, first_articles=[BRIDGE, MARKET])
    await service.open()
    await service.waits.add(READER, QUESTION, "SIMPLIFIED")
    yield service
    await service.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def bot() -> Recorder:
    return Recorder()


@pytest.fixture
def watch(service: SearchService, clock: Clock) -> Watch:
    answering = Answering(service, lambda: TODAY, Tally(datetime.now))
    access = Access(service, Gate(service.staff), is_listed=False)
    return Watch(service, answering, Conversations(), access, lambda: TODAY, clock)


@pytest.fixture
def searched(service: SearchService, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The questions that the watch has searched for."""
    questions, search = list[str](), service.search_aside

    async def counted(question: str, today: date) -> Any:
        questions.append(question)
        return await search(question, today)

    monkeypatch.setattr(service, "search_aside", counted)
    return questions


async def looks(watch: Watch, bot: Recorder, times: int = 2) -> None:
    for _ in range(times):
        await watch.look(bot)  # type: ignore[arg-type]


async def push(service: SearchService, number: int) -> None:
    await service.add(
        iter([make_article(f"第{number}号公告：城北停水一天。", title=f"第{number}号公告")]), number, NO_CHANGE
    )


async def test_a_wait_is_searched_for_once_for_each_change_of_articles(
    service: SearchService, watch: Watch, bot: Recorder, searched: list[str]
) -> None:
    await looks(watch, bot, 5)
    assert searched == [QUESTION]
    await push(service, 1)
    await looks(watch, bot, 5)
    assert searched == [QUESTION] * 2


async def test_the_watch_lets_articles_come_to_rest_but_not_for_ever(
    service: SearchService, watch: Watch, bot: Recorder, searched: list[str], clock: Clock
) -> None:
    for number in range(31):
        await push(service, number)
        await looks(watch, bot, 1)
        assert searched == []
        clock.now += 9.9
    await push(service, 99)
    await looks(watch, bot, 1)
    assert searched == [QUESTION]


async def test_readers_go_first(
    service: SearchService, watch: Watch, bot: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    await service.add(iter([ANSWER]), 1, NO_CHANGE)
    monkeypatch.setattr(service, "_waiting", 1)
    await looks(watch, bot, 3)
    assert bot.texts == []
    monkeypatch.setattr(service, "_waiting", 0)
    await looks(watch, bot, 1)
    assert len(bot.texts) == 1


async def test_a_list_of_articles_says_as_well_why_it_comes(
    service: SearchService, watch: Watch, bot: Recorder
) -> None:
    await service.waits.add(READER, "台风", "SIMPLIFIED")
    reports = [
        *(
            ("厦门台风停课", "受台风影响，厦门全市中小学今天停课一天。"),
            ("福州台风停运", "受台风影响，福州地铁全线停运。"),
        ),
        *(
            ("泉州台风停电", "台风过境，泉州三万户停电，正在抢修。"),
            ("宁德台风转移", "台风逼近，宁德转移渔民两千人上岸。"),
        ),
    ]
    await service.add(iter([make_article(text, title=title) for title, text in reports]), 1, NO_CHANGE)
    await looks(watch, bot)
    (told,) = bot.texts
    assert told.startswith("你 ")
    assert "问的“台风”，现在有报道了：\n\n“台风”的报道，共 4 篇：" in told


async def test_a_wait_that_fails_is_due_again_and_holds_up_no_other(
    service: SearchService, watch: Watch, bot: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    await service.waits.add(READER + 1, QUESTION, "SIMPLIFIED")
    await service.add(iter([ANSWER]), 1, NO_CHANGE)
    reply, calls = Answering.reply, count()

    async def failing_first(answering: Answering, asked: Any) -> Any:
        if not next(calls):
            raise StoreError("磁盘出错。")
        return await reply(answering, asked)

    monkeypatch.setattr(Answering, "reply", failing_first)
    await looks(watch, bot)
    assert len(bot.texts) == 1
    await looks(watch, bot, 1)
    assert len(bot.texts) == 2
    assert service.waits.open() == []


async def test_a_message_that_telegram_may_have_taken_is_not_sent_again(
    service: SearchService, watch: Watch, bot: Recorder
) -> None:
    await service.add(iter([ANSWER]), 1, NO_CHANGE)
    bot.refusal = TimedOut()
    await looks(watch, bot, 4)
    await push(service, 2)
    await looks(watch, bot, 4)
    assert len(bot.texts) == 1
    assert service.waits.open() == []


@pytest.mark.parametrize("refusal", [Forbidden("bot was blocked by the user"), BadRequest("Something new")])
async def test_a_message_that_telegram_will_never_take_ends_the_wait(
    service: SearchService, watch: Watch, bot: Recorder, refusal: Exception
) -> None:
    await service.add(iter([ANSWER]), 1, NO_CHANGE)
    bot.refusal = refusal
    await looks(watch, bot)
    assert service.waits.open() == []


async def test_a_kill_before_the_wait_is_deleted_loses_no_message(
    service: SearchService, watch: Watch, bot: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(_: int) -> None:
        raise StoreError("此处被强行终止。")

    await service.add(iter([ANSWER]), 1, NO_CHANGE)
    monkeypatch.setattr(service._memory.waits, "delete", killed)
    await looks(watch, bot)
    assert len(bot.texts) == 1
    # The next start finds the wait, and tells the person again.
    left = Waits(service._engine, service._memory, service._noting)
    assert [wait.question for wait in left.open()] == [QUESTION]


async def test_a_stop_while_a_message_is_sent_ends_the_wait_all_the_same(
    service: SearchService, watch: Watch, bot: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.telegram.watch._LOOK_SECONDS", 0.01)
    await service.add(iter([ANSWER]), 1, NO_CHANGE)
    bot.may_end.clear()
    watching = asyncio.create_task(watch.run(bot))  # type: ignore[arg-type]
    async with asyncio.timeout(30):
        while not bot.texts:
            await asyncio.sleep(0.01)
    watching.cancel()
    await asyncio.sleep(0)
    bot.may_end.set()
    await asyncio.wait([watching])
    assert watching.cancelled()
    assert service.waits.open() == []
    assert Waits(service._engine, service._memory, service._noting).open() == []
