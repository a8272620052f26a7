"""What becomes of updates that take long, are written down, and come twice."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest
from telegram import Update

from bot.serving.updates import Updates
from bot.telegram.application import App
from retrieval.store.errors import StoreError

pytestmark = pytest.mark.anyio
RAW = {"update_id": 7, "message": {"message_id": 1, "date": 0, "chat": {"id": 1, "type": "private"}, "text": "新桥"}}


class Slow:
    """An application whose handlers wait until they may go on."""

    bot = None

    def __init__(self) -> None:
        self.may_end = asyncio.Event()
        self.begun: list[int] = []

    async def process_update(self, update: Update) -> None:
        self.begun.append(update.update_id)
        await self.may_end.wait()


class Journal:
    def __init__(self, *, full: bool = False) -> None:
        self.full = full
        self.undone: dict[int, Mapping[str, Any]] = {}

    async def write_down(self, number: int, raw: Mapping[str, Any]) -> None:
        await asyncio.sleep(0)
        if self.full:
            raise StoreError("磁盘已满")
        self.undone[number] = raw

    async def mark_done(self, number: int) -> None:
        await asyncio.sleep(0)
        del self.undone[number]


def updates(application: Slow, journal: Journal) -> Updates:
    taken: Any = application
    app: App = taken
    return Updates(app, journal)


async def test_what_is_written_down_holds_nothing_back_and_is_crossed_out_when_it_is_done() -> None:
    application, journal = Slow(), Journal()
    carried_out = updates(application, journal)
    carried_out.begin(RAW)
    assert carried_out.oldest() == 7
    await carried_out.write_down_oldest()
    assert carried_out.oldest() is None
    assert journal.undone == {7: RAW}
    application.may_end.set()
    await carried_out.finish(10)
    assert not journal.undone


async def test_what_is_done_while_it_is_being_written_down_is_crossed_out() -> None:
    application, journal = Slow(), Journal()
    carried_out = updates(application, journal)
    carried_out.begin(RAW)
    await asyncio.sleep(0)
    application.may_end.set()
    await carried_out.write_down_oldest()
    await carried_out.finish(10)
    assert not journal.undone


async def test_what_cannot_be_written_down_stays_telegrams() -> None:
    application = Slow()
    carried_out = updates(application, Journal(full=True))
    carried_out.begin(RAW)
    await carried_out.write_down_oldest()
    assert carried_out.oldest() == 7
    application.may_end.set()
    await carried_out.finish(10)
    assert carried_out.oldest() is None


@pytest.mark.parametrize("ended", [False, True])
async def test_what_was_written_down_before_is_carried_out_once_though_telegram_delivers_it_too(ended: bool) -> None:
    application, journal = Slow(), Journal()
    journal.undone[7] = RAW
    carried_out = updates(application, journal)
    carried_out.begin(RAW, written=True)
    if ended:
        application.may_end.set()
        await carried_out.finish(10)
    carried_out.begin(dict(RAW))
    application.may_end.set()
    await carried_out.finish(10)
    await asyncio.sleep(0)
    assert application.begun == [7]
    assert not journal.undone


async def test_another_update_of_the_same_number_is_carried_out() -> None:
    application, journal = Slow(), Journal()
    application.may_end.set()
    journal.undone[7] = RAW
    carried_out = updates(application, journal)
    carried_out.begin(RAW, written=True)
    await carried_out.finish(10)
    carried_out.begin(RAW | {"message": RAW["message"] | {"message_id": 2}})  # type: ignore[operator]
    await carried_out.finish(10)
    assert application.begun == [7, 7]


@pytest.mark.parametrize("written", [False, True])
async def test_what_is_broken_off_at_the_end_is_not_done(written: bool) -> None:
    application, journal = Slow(), Journal()
    carried_out = updates(application, journal)
    carried_out.begin(RAW)
    if written:
        await carried_out.write_down_oldest()
    await asyncio.sleep(0)
    await carried_out.finish(0)
    assert application.begun == [7]
    assert carried_out.oldest() == (None if written else 7)
    assert journal.undone == ({7: RAW} if written else {})


async def test_what_is_delivered_again_by_the_same_process_is_carried_out_once() -> None:
    application, journal = Slow(), Journal()
    application.may_end.set()
    carried_out = updates(application, journal)
    for _ in range(3):
        carried_out.begin(dict(RAW))
        await carried_out.finish(10)
    assert application.begun == [7]
