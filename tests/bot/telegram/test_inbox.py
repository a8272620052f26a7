"""Messages that are parts of one text, and when each part is finished."""

import asyncio
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from telegram import Chat, Message, User

from bot.service.pushed import Pushed
from bot.telegram.inbox import Inbox

pytestmark = pytest.mark.anyio
LONG, SHORT = "新桥通车。" * 800, "全文完。"


def message(number: int, text: str) -> Message:
    editor = User(111, "老王", is_bot=False)
    return Message(number, datetime.now(UTC), Chat(111, "private"), from_user=editor, text=text)


class Push:
    """A push that is stored once the test allows it."""

    def __init__(self, inbox: Inbox, first: Message) -> None:
        self.collected: asyncio.Queue[Pushed | None] = asyncio.Queue()
        self.may_be_stored = asyncio.Event()
        self.task = asyncio.create_task(self._store(inbox, first))

    async def _store(self, inbox: Inbox, first: Message) -> None:
        async with inbox.collected(first, first.text or "") as pushed:
            self.collected.put_nowait(pushed)
            await self.may_be_stored.wait()


async def test_a_part_of_a_text_is_finished_when_the_text_is_stored() -> None:
    inbox = Inbox(ZoneInfo("Asia/Shanghai"))
    push = Push(inbox, message(1, LONG))
    await asyncio.sleep(0)
    parts = [asyncio.create_task(inbox.more(message(number, text))) for number, text in ((2, LONG), (3, SHORT))]
    pushed = await push.collected.get()
    assert pushed is not None
    assert pushed.data.decode() == f"{LONG}\n{LONG}\n{SHORT}"
    await asyncio.sleep(0)
    assert not any(part.done() for part in parts)
    push.may_be_stored.set()
    await asyncio.gather(push.task, *parts)


async def test_a_part_of_a_failed_push_stops_waiting() -> None:
    inbox = Inbox(ZoneInfo("Asia/Shanghai"))
    push = Push(inbox, message(1, LONG))
    await asyncio.sleep(0)
    part = asyncio.create_task(inbox.more(message(2, SHORT)))
    await push.collected.get()
    push.task.cancel()
    await part


async def test_a_message_right_after_the_last_part_is_not_a_part() -> None:
    inbox = Inbox(ZoneInfo("Asia/Shanghai"))
    push = Push(inbox, message(1, LONG))
    await asyncio.sleep(0)
    # All in one turn of the event loop, as after a pause of the bot: the push has not seen its last part yet.
    part = asyncio.create_task(inbox.more(message(2, SHORT)))
    asyncio.get_running_loop().call_soon(lambda: expected.append(inbox.expects(message(3, "新桥全长多少米"))))
    expected: list[bool] = []
    await push.collected.get()
    assert expected == [False]
    push.may_be_stored.set()
    await asyncio.gather(push.task, part)
