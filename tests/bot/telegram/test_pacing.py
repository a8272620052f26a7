"""Limits, halts and tries of calls to Telegram, in virtual time."""

import asyncio
import itertools
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable
from datetime import timedelta

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TelegramError, TimedOut

from bot.telegram.pacing import UNTIL_DONE, NotSentError, Pacing
from tests.support.virtual_time import run

PERSON, OTHER, GROUP, OTHER_GROUP = 7, 8, -7, -8


@pytest.fixture(autouse=True)
def unpaced() -> None:
    """The pace is the one of the bot."""


class Line:
    """A Telegram that notes each call with its moment, and fails as it is told."""

    def __init__(self) -> None:
        self.pacing = Pacing()
        self.calls: list[tuple[float, int | None, str]] = []
        self.failures: dict[int | None, list[Exception]] = defaultdict(list)
        self.halts: dict[int | None, float] = {}

    async def call(
        self, chat: int | None, text: str = "", endpoint: str = "sendMessage", seconds: float | None = None
    ) -> str:
        now = asyncio.get_running_loop().time

        async def callback() -> str:
            self.calls.append((now(), chat, text))
            if self.halts.get(chat, 0.0) > now():
                raise RetryAfter(timedelta(seconds=self.halts[chat] - now()))
            if self.failures[chat]:
                raise self.failures[chat].pop(0)
            return text

        data = {} if chat is None else {"chat_id": chat}
        return await self.pacing.process_request(callback, (), {}, endpoint, data, seconds)  # type: ignore[no-any-return]

    def moments(self, chat: int | None) -> list[float]:
        return [at for at, to, _ in self.calls if to == chat]


def played(play: Callable[[Line], Awaitable[object]]) -> Line:
    async def main() -> Line:
        line = Line()
        await play(line)
        return line

    return run(main())


def caused(error: NetworkError, cause: Exception) -> NetworkError:
    error.__cause__ = cause
    return error


def assert_within(moments: Iterable[float], most: int, seconds: float) -> None:
    """At most `most` moments lie in any `seconds`."""
    sent = sorted(moments)
    for first, beyond in zip(sent, sent[most:], strict=False):
        assert beyond - first >= seconds - 1e-6


@settings(max_examples=30)
@given(
    st.lists(st.tuples(st.sampled_from([PERSON, OTHER, GROUP, OTHER_GROUP, 9, 10, 11]), st.floats(0, 5)), max_size=70)
)
def test_every_message_is_sent_once_in_its_order_and_never_too_many(messages: list[tuple[int, float]]) -> None:
    async def play(line: Line) -> None:
        async def late(number: int, chat: int, pause: float) -> None:
            await asyncio.sleep(pause)
            order[chat].append(str(number))
            await line.call(chat, str(number), seconds=UNTIL_DONE)

        await asyncio.gather(*(late(number, *message) for number, message in enumerate(messages)))

    order: dict[int, list[str]] = defaultdict(list)
    line = played(play)
    for chat in {chat for chat, _ in messages}:
        assert [text for _, to, text in line.calls if to == chat] == order[chat]
        assert_within(line.moments(chat), *((1, 1.0) if chat > 0 else (20, 60.0)))
    assert_within((at for at, _, _ in line.calls), 30, 1.0)


def test_a_chat_that_must_wait_holds_nobody_else() -> None:
    async def play(line: Line) -> None:
        line.halts[GROUP] = 40.0
        halted = asyncio.create_task(line.call(GROUP))
        await asyncio.sleep(1)
        for chat, endpoint in ((PERSON, "sendMessage"), (OTHER_GROUP, "sendMessage"), (None, "answerInlineQuery")):
            await line.call(chat, endpoint=endpoint)
        assert asyncio.get_running_loop().time() == 1
        await halted
        assert asyncio.get_running_loop().time() == pytest.approx(40)

    assert len(played(play).moments(GROUP)) == 2


def test_the_other_messages_of_a_chat_that_must_wait_are_sent_after_it_without_a_call_before() -> None:
    async def play(line: Line) -> None:
        line.halts[PERSON] = 10.0
        await asyncio.gather(line.call(PERSON, "a"), line.call(PERSON, "b"), line.call(PERSON, "c", "editMessageText"))

    line = played(play)
    assert [text for _, _, text in line.calls] == ["a", "a", "b", "c"]
    assert line.moments(PERSON)[1] == pytest.approx(10)


def test_several_chats_that_must_wait_at_once_are_a_halt_of_all_and_it_lasts_no_longer_than_it_says() -> None:
    async def play(line: Line) -> None:
        line.halts = dict.fromkeys((1, 2, 3, 4), 5.0)
        waiting = [asyncio.create_task(line.call(chat)) for chat in (1, 2, 3)]
        await asyncio.sleep(0.5)
        await line.call(4)
        assert asyncio.get_running_loop().time() == pytest.approx(5)
        await asyncio.gather(*waiting)

    assert len(played(play).moments(4)) == 1


@pytest.mark.parametrize("first", ["card", "answer"])
def test_an_answer_is_given_up_when_it_would_come_after_a_minute_and_a_card_never(first: str) -> None:
    async def play(line: Line) -> None:
        line.halts[PERSON] = 600.0
        second = "answer" if first == "card" else "card"
        calls = {
            name: asyncio.create_task(line.call(PERSON, name, seconds=UNTIL_DONE if name == "card" else None))
            for name in (first, second)
        }
        with pytest.raises(NotSentError):
            await calls["answer"]
        assert asyncio.get_running_loop().time() <= 60
        assert await calls["card"] == "card"
        assert asyncio.get_running_loop().time() == pytest.approx(600, abs=1)

    played(play)


@pytest.mark.parametrize(
    "error",
    [
        NetworkError("Internal Server Error (500)"),
        NetworkError("Bad Gateway"),
        caused(NetworkError("closed"), httpx.RemoteProtocolError("Server disconnected")),
        caused(NetworkError("reset"), httpx.ReadError("")),
        caused(NetworkError("no connection"), httpx.ConnectError("")),
        caused(TimedOut(), httpx.ConnectTimeout("")),
        caused(TimedOut(), httpx.PoolTimeout("")),
    ],
    ids=str,
)
def test_a_failure_is_tried_again_with_growing_pauses(error: Exception) -> None:
    async def play(line: Line) -> None:
        line.failures[PERSON] = [error] * 4
        assert await line.call(PERSON, "x") == "x"

    moments = played(play).moments(PERSON)
    pauses = [after - before for before, after in itertools.pairwise(moments)]
    assert len(moments) == 5
    assert pauses == sorted(pauses)
    assert pauses[-1] > 2 * pauses[0]


@pytest.mark.parametrize(
    ("endpoint", "calls"), [("sendMessage", 1), ("editMessageText", 2), ("answerCallbackQuery", 2), ("getFile", 2)]
)
def test_a_message_that_telegram_may_have_taken_is_not_sent_again(endpoint: str, calls: int) -> None:
    async def play(line: Line) -> None:
        line.failures[PERSON] = [caused(TimedOut(), httpx.ReadTimeout(""))]
        try:
            await line.call(PERSON, endpoint=endpoint)
        except TimedOut:
            assert calls == 1

    assert len(played(play).calls) == calls


@pytest.mark.parametrize("error", [BadRequest("x"), Forbidden("x"), TelegramError("x")], ids=repr)
def test_a_refusal_is_not_tried_again(error: TelegramError) -> None:
    async def play(line: Line) -> None:
        line.failures[PERSON] = [error]
        with pytest.raises(type(error)):
            await line.call(PERSON)

    assert len(played(play).calls) == 1


@pytest.mark.parametrize(
    ("endpoint", "seconds", "limit"),
    [("sendMessage", None, 60), ("answerInlineQuery", None, 10), ("sendMessage", UNTIL_DONE, None)],
)
def test_tries_end_when_nobody_waits_any_more(endpoint: str, seconds: float | None, limit: float | None) -> None:
    async def play(line: Line) -> None:
        line.failures[PERSON] = [NetworkError("Bad Gateway")] * 500
        try:
            await line.call(PERSON, endpoint=endpoint, seconds=seconds)
        except NetworkError:
            assert limit is not None
            assert asyncio.get_running_loop().time() <= limit
        else:
            assert limit is None

    assert len(played(play).calls) > 3


def test_actions_and_answers_to_buttons_wait_for_no_message() -> None:
    async def play(line: Line) -> None:
        for _ in range(50):
            await line.call(PERSON, endpoint="sendChatAction")
            await line.call(None, endpoint="answerCallbackQuery")
        await line.call(PERSON)
        assert asyncio.get_running_loop().time() == 0

    played(play)


def test_the_queue_of_a_chat_is_bounded_for_answers_and_not_for_cards() -> None:
    async def play(line: Line) -> None:
        messages = [asyncio.create_task(line.call(GROUP, seconds=600)) for _ in range(200)]
        card = asyncio.create_task(line.call(GROUP, "card", seconds=UNTIL_DONE))
        sent = await asyncio.gather(*messages, return_exceptions=True)
        assert {type(one) for one in sent if one != ""} == {NotSentError}
        assert sent.count("") == 20 + 30  # at once, and waiting
        assert await card == "card"

    played(play)


def test_chats_are_forgotten_when_nothing_happens_in_them() -> None:
    async def play(line: Line) -> None:
        for chat in range(1, 3001):
            await line.call(chat)
        assert len(line.pacing._chats) < 1500

    played(play)


def test_a_halt_of_all_lasts_as_long_as_the_shortest_of_those_that_showed_it() -> None:
    async def play(line: Line) -> None:
        line.halts = {GROUP: 50.0, OTHER_GROUP: 40.0, PERSON: 2.0}
        waiting = [asyncio.create_task(line.call(chat)) for chat in line.halts]
        await asyncio.sleep(0.5)
        await line.call(OTHER)
        assert asyncio.get_running_loop().time() == pytest.approx(2)
        await asyncio.gather(*waiting)

    played(play)
