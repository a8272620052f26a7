"""One of several processes carries out an update, whichever get it."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.service.claims import HELD, Claims
from bot.service.cluster_memory import Together
from bot.service.cluster_storage import ClusterStorage
from bot.service.deliveries import Deliveries
from bot.service.memory import Memory
from bot.service.sharing import Share
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
async def processes(archive: ClusteredArchive, count: int, clock: Clock) -> AsyncIterator[list[Deliveries]]:
    async with AsyncExitStack() as stack:
        found = [Deliveries(Together(archive, clock)) for _ in range(count)]
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
    others = [Claims(archive.documents, clock) for _ in range(3)]
    clock.now += HELD - 1
    assert [other.take(7) for other in others] == [Share.OTHERS] * 3
    clock.now += 2
    taken = await asyncio.gather(*(asyncio.to_thread(other.take, 7) for other in others))
    assert sorted(share.name for share in taken) == ["OTHERS", "OTHERS", "OURS"]


async def test_a_process_that_ends_leaves_its_updates_to_the_others(archive: ClusteredArchive) -> None:
    async with processes(archive, 2, Clock()) as (ending, other):
        assert await ending.take(UPDATE)
        waiting = asyncio.create_task(other.take(UPDATE))
        await ending.close()
        assert await waiting is True


async def test_a_claim_whose_answer_was_lost_is_still_ones_own(archive: ClusteredArchive) -> None:
    claims = Claims(archive.documents, Clock())
    assert [claims.take(7), claims.take(7)] == [Share.OURS] * 2


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


async def test_claims_are_forgotten_after_two_days(
    node_address: Address, tmp_path: Path, analyzer: Analyzer, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened, memory = ClusterStorage(node_address, None, tmp_path / "none.db").open(analyzer)
    assert isinstance(opened, ClusteredArchive)
    with monkeypatch.context() as past:
        past.setattr("bot.service.claims.now", lambda: "2020-01-01T00:00:00+00:00")
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
