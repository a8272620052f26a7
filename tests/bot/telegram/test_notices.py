"""Notices to owners: what an error was, never what a person wrote, and not too often."""

from typing import Any

import pytest
from telegram.error import BadRequest, Forbidden

from bot.telegram.notices import Notices, kind_of
from tests.support.conversation import Talk

pytestmark = pytest.mark.anyio
OWNER = 111


class Recorder:
    """A bot of which only the sending of messages is asked; it keeps the texts."""

    def __init__(self, refusal: Exception | None = None) -> None:
        self.texts: list[str] = []
        self.refusal = refusal

    async def send_message(self, _: int, text: str, **__: Any) -> None:
        if self.refusal:
            raise self.refusal
        self.texts.append(text)


def failure(words: str, kind: type[Exception] = KeyError) -> Exception:
    try:
        raise kind(words)
    except Exception as error:
        return error


def another_failure() -> Exception:
    try:
        raise ValueError("别处")
    except ValueError as error:
        return error


async def told(notices: Notices, bot: Recorder, error: Exception, number: str = "abc123") -> int:
    """How many notices an error brings."""
    before = len(bot.texts)
    await notices.tell(bot, number, error)  # type: ignore[arg-type]
    return len(bot.texts) - before


async def test_an_owner_learns_the_number_and_the_kind_of_an_error_in_a_conversation(talk: Talk) -> None:
    talk.api.fail("sendMessage", 400, "Bad Request: something <new>", when=lambda call: "一千二百米" in call["text"])
    mark = talk.api.mark
    apology = await talk.api.ask(talk.chat, talk.reader, "新桥全长多少米")
    notice = await talk.api.reply(talk.desk, mark)
    number = apology.text.partition("编号 ")[2][:6]
    assert notice.text.startswith(f"出错，编号 {number}：BadRequest，readers:")
    assert "Something <new>" in notice.text
    assert "新桥" not in notice.text


async def test_a_notice_that_fails_brings_no_other_notice(talk: Talk) -> None:
    talk.api.fail("sendMessage", 400, "Bad Request: something new", times=9)
    await talk.api.send(talk.chat, talk.reader, "新桥全长多少米")
    await talk.api.fetched()
    # The answer, the apology and the notice, once each.
    assert len([name for name, _ in talk.api.calls if name == "sendMessage"]) == 3


async def test_the_same_kind_is_told_once_an_hour_and_then_with_the_number_of_the_others() -> None:
    now = 0.0
    notices, bot = Notices(lambda: [OWNER], lambda: now), Recorder()
    assert await told(notices, bot, failure("一")) == 1
    now = 3599.0
    assert await told(notices, bot, failure("二")) == 0
    assert await told(notices, bot, another_failure()) == 1
    now = 3601.0
    assert await told(notices, bot, failure("三")) == 1
    assert "另有 1 次" in bot.texts[-1]


async def test_a_day_has_ten_notices_and_the_last_says_so() -> None:
    now = 0.0
    notices, bot = Notices(lambda: [OWNER], lambda: now), Recorder()
    for hour in range(10):
        now = hour * 3600.0
        assert await told(notices, bot, failure("一")) == 1
    assert "到此为止" in bot.texts[-1]
    assert "到此为止" not in bot.texts[-2]
    now = 10 * 3600.0
    assert await told(notices, bot, failure("一")) == 0
    assert await told(notices, bot, another_failure()) == 0
    now = 24 * 3600.0
    assert await told(notices, bot, failure("一")) == 1
    assert "另有 1 次" in bot.texts[-1]


@pytest.mark.parametrize("refusal", [Forbidden("bot was blocked by the user"), BadRequest("Chat not found")])
async def test_an_owner_who_can_not_be_written_to_is_left_alone(refusal: Exception) -> None:
    assert await told(Notices(lambda: [OWNER]), Recorder(refusal), failure("一")) == 0


def test_the_kind_quotes_no_message_but_those_of_telegram_and_the_store() -> None:
    assert "深圳" not in kind_of(failure("深圳停课吗"))
    assert kind_of(failure("深圳停课吗")).startswith("KeyError，test_notices:")
    assert kind_of(failure("Button_data_invalid", BadRequest)).endswith("：Button_data_invalid")
    assert kind_of(KeyError("never raised")) == "KeyError，?:0"
