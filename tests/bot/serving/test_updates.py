"""Updates that take long, are stored, and are delivered twice."""

import asyncio
from typing import Any

import pytest

from bot.service.fellows import Fellows
from bot.service.sharing import ALONE
from bot.serving.updates import Updates
from bot.telegram.application import App
from tests.support.slow_updates import RAW, PendingRows, SlowApplication

pytestmark = pytest.mark.anyio


def updates(application: SlowApplication, pending: PendingRows) -> Updates:
    taken: Any = application
    app: App = taken
    return Updates(app, pending, Fellows(ALONE))


async def test_a_stored_update_blocks_no_other_and_is_marked_done_when_processed() -> None:
    application, pending = SlowApplication(), PendingRows()
    processed = updates(application, pending)
    processed.begin(RAW)
    assert processed.oldest() == 7
    await processed.store_oldest()
    assert processed.oldest() is None
    assert pending.stored == {7: RAW}
    application.may_end.set()
    await processed.finish(10)
    assert not pending.stored


async def test_an_update_that_finishes_while_being_stored_is_marked_done() -> None:
    application, pending = SlowApplication(), PendingRows()
    processed = updates(application, pending)
    processed.begin(RAW)
    await asyncio.sleep(0)
    application.may_end.set()
    await processed.store_oldest()
    await processed.finish(10)
    assert not pending.stored


async def test_an_update_that_cannot_be_stored_stays_unconfirmed() -> None:
    application = SlowApplication()
    processed = updates(application, PendingRows(full=True))
    processed.begin(RAW)
    await processed.store_oldest()
    assert processed.oldest() == 7
    application.may_end.set()
    await processed.finish(10)
    assert processed.oldest() is None


@pytest.mark.parametrize("ended", [False, True])
async def test_a_stored_update_that_telegram_delivers_again_is_processed_once(ended: bool) -> None:
    application, pending = SlowApplication(), PendingRows()
    pending.stored[7] = RAW
    processed = updates(application, pending)
    processed.begin(RAW, stored=True)
    if ended:
        application.may_end.set()
        await processed.finish(10)
    processed.begin(dict(RAW))
    application.may_end.set()
    await processed.finish(10)
    await asyncio.sleep(0)
    assert application.begun == [7]
    assert not pending.stored


async def test_a_different_update_with_the_same_id_is_processed() -> None:
    application, pending = SlowApplication(), PendingRows()
    application.may_end.set()
    pending.stored[7] = RAW
    processed = updates(application, pending)
    processed.begin(RAW, stored=True)
    await processed.finish(10)
    processed.begin(RAW | {"message": RAW["message"] | {"message_id": 2}})  # type: ignore[operator]
    await processed.finish(10)
    assert application.begun == [7, 7]


@pytest.mark.parametrize("written", [False, True])
async def test_an_update_interrupted_by_shutdown_is_not_marked_done(written: bool) -> None:
    application, pending = SlowApplication(), PendingRows()
    processed = updates(application, pending)
    processed.begin(RAW)
    if written:
        await processed.store_oldest()
    await asyncio.sleep(0)
    await processed.finish(0)
    assert application.begun == [7]
    assert processed.oldest() == (None if written else 7)
    assert pending.stored == ({7: RAW} if written else {})


async def test_an_update_delivered_twice_to_one_process_is_processed_once() -> None:
    application, pending = SlowApplication(), PendingRows()
    application.may_end.set()
    processed = updates(application, pending)
    for _ in range(3):
        processed.begin(dict(RAW))
        await processed.finish(10)
    assert application.begun == [7]
