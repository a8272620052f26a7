"""A large push is stored by a process of its own, which may be killed, fail, or outlive nobody."""

import asyncio
import json
import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.service import push_process
from bot.service.file_storage import FileStorage, file_memory
from bot.service.push_process import Job, store_elsewhere
from bot.service.push_summary import PushSummary
from bot.service.pushed import ChannelPost, Pushed
from retrieval.change import NO_CHANGE
from retrieval.engine import SearchEngine
from retrieval.store.errors import StoreError
from tests.support.services import service_over

pytestmark = pytest.mark.anyio
COUNT = 1500
KEY = 7


def file_of(count: int) -> Pushed:
    """Lines of articles, more than 500,000 bytes of them, with a line that is none at the end."""
    lines = [
        json.dumps(
            {"title": f"第{number}号公告", "text": f"第{number}号公告：城北第{number}片区停水。" + "请储水。" * 120},
            ensure_ascii=False,
        )
        for number in range(count)
    ]
    return Pushed("\n".join([*lines, '{"title": "没有正文"}']).encode(), "notices.jsonl")


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[asyncio.subprocess.Process]:
    """The processes that are started, real ones."""
    processes: list[asyncio.subprocess.Process] = []
    start = asyncio.create_subprocess_exec

    async def noted(*command: str, **options: object) -> asyncio.subprocess.Process:
        process = await start(*command, **options)  # type: ignore[arg-type]
        processes.append(process)
        return process

    monkeypatch.setattr(push_process.asyncio, "create_subprocess_exec", noted)
    return processes


async def test_a_large_push_is_stored_by_another_process_and_found_at_once(
    open_engine: Callable[..., SearchEngine], started: list[asyncio.subprocess.Process]
) -> None:
    service = service_over(open_engine)
    await service.open()
    try:
        summary = await service.add_pushed(file_of(COUNT), KEY, NO_CHANGE)
        assert (summary.added, summary.refused) == (COUNT, 1)
        assert [process.returncode for process in started] == [0]
        assert await service.receipt(KEY) == summary
        found = await service.search(f"第{COUNT - 1}号公告停水的是哪里", 1)
        assert found.hits[0].passage.title == f"第{COUNT - 1}号公告"
    finally:
        await service.close()


async def test_a_small_push_starts_no_process(
    open_engine: Callable[..., SearchEngine], started: list[asyncio.subprocess.Process]
) -> None:
    service = service_over(open_engine)
    await service.open()
    try:
        assert (await service.add_pushed(file_of(3), KEY, NO_CHANGE)).added == 3
        assert started == []
    finally:
        await service.close()


async def test_the_bot_goes_on_where_a_killed_process_came_to(
    open_engine: Callable[..., SearchEngine], started: list[asyncio.subprocess.Process]
) -> None:
    service = service_over(open_engine)
    await service.open()
    try:
        push = asyncio.create_task(service.add_pushed(file_of(COUNT), KEY, NO_CHANGE))
        while not (stored := await service.progress(KEY)).items and not push.done():
            await asyncio.sleep(0.01)
        assert 0 < stored.items < COUNT
        started[0].kill()
        summary = await push
        assert (summary.added, summary.duplicates, summary.refused) == (COUNT, 0, 1)
        assert (await service.statistics()).articles == COUNT
    finally:
        await service.close()


async def test_a_fault_of_the_store_reaches_the_editor(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="missing"):
        await store_elsewhere(Job(FileStorage(tmp_path / "missing.db"), file_of(COUNT), KEY, NO_CHANGE))


async def test_a_cancelled_push_leaves_no_process_behind(
    open_engine: Callable[..., SearchEngine], path: Path, started: list[asyncio.subprocess.Process]
) -> None:
    engine = open_engine()
    file_memory(engine.archive.database)  # type: ignore[attr-defined]
    push = asyncio.create_task(store_elsewhere(Job(FileStorage(path), file_of(COUNT), KEY, NO_CHANGE)))
    while not started:
        await asyncio.sleep(0.01)
    push.cancel()
    with pytest.raises(asyncio.CancelledError):
        await push
    assert started[0].returncode is not None


def test_the_process_ends_with_the_bot(open_engine: Callable[..., SearchEngine], path: Path) -> None:
    engine = open_engine()
    file_memory(engine.archive.database)  # type: ignore[attr-defined]
    command = [sys.executable, "-c", push_process._CHILD, *sys.path]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as process:
        assert process.stdin is not None
        process.stdin.write(pickle.dumps(Job(FileStorage(path), file_of(COUNT), KEY, NO_CHANGE)))
        process.stdin.close()  # as when the bot is killed
        assert process.wait(30) == 1


async def test_the_fields_of_a_channel_go_into_what_an_article_leaves_empty(
    open_engine: Callable[..., SearchEngine],
) -> None:
    service = service_over(open_engine)
    await service.open()
    try:
        post = ChannelPost("城北频道", "2026-11-20 08:00", "https://t.me/north/7")
        pushed = Pushed("城北停水\n\n城北第三片区今晚停水六个小时，请居民提前储水。".encode(), "这条消息", post=post)
        summary = await service.add_pushed(pushed, KEY, NO_CHANGE)
        assert isinstance(summary, PushSummary)
        article = await service.article(1)
        assert article is not None
        assert (article.source, article.published, article.url) == (post.title, post.published, post.url)
    finally:
        await service.close()
