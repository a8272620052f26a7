"""One of several processes carries out an update, whichever get it, and each knows what a chat has seen last."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.service.cluster_memory import CLAIMED, Together
from bot.service.cluster_storage import ClusterStorage
from bot.service.conversations import Conversations, Shown
from bot.service.fellows import Fellows, digest_of_chat
from bot.service.memory import Memory
from bot.service.sharing import CONVERSATION_SECONDS, Share
from retrieval.cluster.address import Address
from retrieval.cluster.client import Client
from retrieval.clustered import ClusteredArchive
from retrieval.text.analyzer import Analyzer

pytestmark = pytest.mark.anyio
UPDATE, ANOTHER = b"an update, as a digest", b"another one, as a digest"


@dataclass
class Clock:
    """Seconds since 1970, as the test sets them."""

    now: float = 1_900_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def archive(node_address: Address, analyzer: Analyzer) -> Iterator[ClusteredArchive]:
    opened = ClusteredArchive.open(Client(node_address), analyzer)
    yield opened
    opened.close()


@asynccontextmanager
async def processes(archive: ClusteredArchive, count: int, clock: Clock) -> AsyncIterator[list[Fellows]]:
    async with AsyncExitStack() as stack:
        found = [Fellows(Together(archive, clock)) for _ in range(count)]
        for one in found:
            stack.push_async_callback(one.close)
        yield found


async def test_the_others_wait_for_the_one_that_carries_an_update_out(archive: ClusteredArchive) -> None:
    async with processes(archive, 4, Clock()) as several:
        waiting = {asyncio.create_task(one.take(UPDATE)): one for one in several}
        [first], others = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        assert first.result() is True
        assert await several[0].take(ANOTHER) is True
        assert not any(other.done() for other in others)
        await waiting[first].settle(UPDATE)
        assert await asyncio.gather(*others) == [False, False, False]


async def test_the_update_of_a_killed_process_is_carried_out_by_one_other(archive: ClusteredArchive) -> None:
    clock = Clock()
    assert Together(archive, clock).claim(7) is Share.OURS
    others = [Together(archive, clock) for _ in range(3)]
    clock.now += CLAIMED - 1
    assert [other.claim(7) for other in others] == [Share.OTHERS] * 3
    clock.now += 2
    taken = await asyncio.gather(*(asyncio.to_thread(other.claim, 7) for other in others))
    assert sorted(share.name for share in taken) == ["OTHERS", "OTHERS", "OURS"]


async def test_a_process_that_ends_leaves_its_updates_to_the_others(archive: ClusteredArchive) -> None:
    async with processes(archive, 2, Clock()) as (ending, other):
        assert await ending.take(UPDATE)
        waiting = asyncio.create_task(other.take(UPDATE))
        await ending.close()
        assert await waiting is True


async def test_a_claim_whose_answer_was_lost_is_still_ones_own(archive: ClusteredArchive) -> None:
    sharing = Together(archive, Clock())
    assert [sharing.claim(7), sharing.claim(7)] == [Share.OURS] * 2


async def test_a_server_that_takes_no_writes_stops_no_answer(
    archive: ClusteredArchive, node_address: Address, caplog: pytest.LogCaptureFixture
) -> None:
    client = archive.documents.client
    client.request("PUT", f"/{node_address.index('*')}/_settings", {"index.blocks.write": True})
    async with processes(archive, 2, Clock()) as both:
        assert [await one.take(UPDATE) for one in both] == [True, True]
        for one in both:
            await one.settle(UPDATE)
    assert len(caplog.records) == 2


async def test_updates_are_forgotten_after_two_days(
    node_address: Address, tmp_path: Path, analyzer: Analyzer, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened, memory = ClusterStorage(node_address, None, tmp_path / "none.db").open(analyzer)
    assert isinstance(opened, ClusteredArchive)
    with monkeypatch.context() as past:
        past.setattr("bot.service.cluster_notes.now", lambda: "2020-01-01T00:00:00+00:00")
        memory.sharing.claim(1)
        memory.sharing.settle(1)
    memory.sharing.claim(2)
    memory.sharing.settle(2)
    _refresh(memory)
    memory.sharing.prune()
    assert [memory.sharing.claim(number) for number in (1, 2)] == [Share.OURS, Share.DONE]
    opened.close()


def _refresh(memory: Memory) -> None:
    """Any change makes the claims before it findable."""
    with memory.write():
        memory.gaps.put(1, "a gap")


async def test_a_question_leans_on_the_last_answer_of_any_process(archive: ClusteredArchive) -> None:
    clock = Clock()
    async with processes(archive, 2, clock) as several:
        one, other = (Conversations(fellows=fellows, token="1:secret") for fellows in several)
        one.remember(5, 1, Shown(2**61 + 1, 3))
        await _until(lambda: other.last(5), Shown(2**61 + 1, 3))
        other.remember(5, 2, Shown(7))
        await _until(lambda: one.last(5), Shown(7))
        assert await one.last(6) is None
        clock.now += CONVERSATION_SECONDS + 1
        assert await other.last(5) == Shown(7)  # from its own memory, by its own clock
        assert await several[0].last(digest_of_chat("1:secret", 5)) is None


async def test_what_is_noted_of_a_chat_does_not_tell_which_chat_it_is(archive: ClusteredArchive) -> None:
    async with processes(archive, 1, Clock()) as [fellows]:
        conversations = Conversations(fellows=fellows, token="1:secret")
        conversations.remember(1_234_567, 1, Shown(7))
        await _until(lambda: conversations.last(1_234_567), Shown(7))
    client, index = archive.documents.client, archive.documents.names.records
    client.request("POST", f"/{index}/_refresh")
    noted = client.request("POST", f"/{index}/_search", {"query": {"term": {"kind": "bot_lasts"}}}).body["hits"]["hits"]
    assert len(noted) == 1
    assert "1234567" not in str(noted)
    assert len({digest_of_chat(token, 5) for token in ("1:secret", "1:other")}) == 2


async def _until(value: Callable[[], Awaitable[object]], wanted: object) -> None:
    while await value() != wanted:
        await asyncio.sleep(0.05)
