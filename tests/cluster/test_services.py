"""Two bots over one search server: what one does, the other knows."""

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from bot.service import following, pending
from bot.service.answers import Answer, Page
from bot.service.cluster_memory import Together
from bot.service.cluster_storage import ClusterStorage
from bot.service.feed import Feed
from bot.service.memory import Memory
from bot.service.pushed import Pushed
from bot.service.receipts import RepeatedError
from bot.service.search_service import SearchService
from retrieval.change import Actor, Change
from retrieval.cluster.address import Address
from retrieval.engine import SearchEngine
from retrieval.text.analyzer import Analyzer
from retrieval.text.sentences import Span
from tests.support.articles import make_article
from tests.support.command_line import BRIDGE, METRO, jsonl

pytestmark = pytest.mark.anyio
EDITOR = Actor("编辑", 7)


@pytest.fixture
def open_both(
    node_address: Address, tmp_path: Path, analyzer: Analyzer, monkeypatch: pytest.MonkeyPatch
) -> Callable[[], tuple[SearchEngine, Memory]]:
    """Opens what a process of the bot opens."""
    # A test follows when it has something to see.
    monkeypatch.setattr(following, "PAUSE", 3600.0)

    def open_it() -> tuple[SearchEngine, Memory]:
        archive, memory = ClusterStorage(node_address, None, tmp_path / "news.db").open(
            analyzer, first_articles=[make_article(BRIDGE, title="大桥完工", source="甲报")]
        )
        return SearchEngine(archive, analyzer), memory

    return open_it


@pytest.fixture
async def two(
    open_both: Callable[[], tuple[SearchEngine, Memory]],
) -> AsyncIterator[tuple[SearchService, SearchService]]:
    """Two services, as two processes have them."""
    services = SearchService(open_both), SearchService(open_both)
    for service in services:
        await service.open()
    yield services
    for service in services:
        await service.close()


async def test_the_pages_of_an_answer_turn_in_another_process(two: tuple[SearchService, SearchService]) -> None:
    one, other = two
    found = await one.search("大桥什么时候通车", 3)
    answer = Answer(found.status, tuple(Page(hit.passage.id, Span(0, 3)) for hit in found.hits), question="大桥")
    number = one.keep_answer(answer)
    # At once: the other process waits until it is written.
    assert await other.answer(number) == answer
    passages = await other.passages([page.passage_id for page in answer.pages])
    assert [passage.title for passage in passages.values()] == ["大桥完工"]


async def test_the_answers_of_a_second_are_one_transaction(two: tuple[SearchService, SearchService]) -> None:
    one, other = two
    log = one._engine.archive.log  # type: ignore[attr-defined]
    before = log.state()["applied"]
    numbers = [one.keep_answer(Answer("answered", (Page(1, None),), question=f"第{n}问")) for n in range(25)]
    for number in numbers:
        one.note_shown(5, number % 1000, number)
    assert await other.answer(numbers[-1]) is not None
    assert log.state()["applied"] - before <= 2


async def test_a_push_given_to_two_processes_is_stored_once(two: tuple[SearchService, SearchService]) -> None:
    articles = jsonl(*({"title": f"第{n}号", "text": f"{METRO}编号{n}。{n}号线。" * 3} for n in range(90)))
    pushed, change = Pushed(articles, "news.jsonl"), Change(EDITOR, key=5)
    summaries = await asyncio.gather(*(service.add_pushed(pushed, 5, change) for service in two))
    assert summaries[0] == summaries[1]
    assert (summaries[0].added, summaries[0].duplicates) == (90, 0)
    assert (await two[1].statistics()).articles == 91


async def test_a_removal_given_to_two_processes_has_one_receipt(two: tuple[SearchService, SearchService]) -> None:
    removals = await asyncio.gather(
        *(service.changes.remove([1], EDITOR, 6) for service in two), return_exceptions=True
    )
    made, refused = sorted(removals, key=lambda one: isinstance(one, RepeatedError))
    assert isinstance(refused, RepeatedError)
    assert await two[1].receipt(6) == made
    assert made.removed == ((1, "大桥完工"),)  # type: ignore[union-attr]


async def test_what_one_process_sets_the_other_follows(two: tuple[SearchService, SearchService]) -> None:
    one, other = two
    assert await one.staff.add(70, "小李", EDITOR)
    await one.change_chat(-100, Change(EDITOR, "limit"), "群", days=3)
    await one.channels.met(-1_001, "频道")
    await one.waits.add(70, "台风什么时候来", "SIMPLIFIED")
    assert not other.staff.is_editor(70)
    await other.follow()
    assert other.staff.is_editor(70)
    assert other.chat(-100).days == 3
    assert other.channels.one(-1_001) == replace(one.channels.all()[0])
    assert [wait.question for wait in other.waits.open()] == ["台风什么时候来"]
    # A change of one field keeps what another process has set of the others meanwhile.
    await one.change_chat(-100, Change(EDITOR, "limit"), sources=("甲报",))
    await other.change_chat(-100, Change(EDITOR, "list"), is_listed=True)
    await one.follow()
    assert one.chat(-100) == other.chat(-100)
    assert (one.chat(-100).sources, one.chat(-100).is_listed) == (("甲报",), True)
    await other.staff.remove(70, EDITOR)
    await one.follow()
    assert not one.staff.is_editor(70)


async def test_one_process_at_a_time_polls_a_feed(two: tuple[SearchService, SearchService]) -> None:
    one, other = two
    await one.feeds.add(Feed(0, "https://a.cn/1"))
    claims = await asyncio.gather(*(service.feeds.claim(1, 100, 700) for service in (one, other, one, other)))
    assert sorted(claim is None for claim in claims) == [False, True, True, True]


async def test_the_updates_of_a_process_are_taken_by_another_only_when_it_is_gone(
    open_both: Callable[[], tuple[SearchEngine, Memory]],
) -> None:
    (first, memory), (second, others) = open_both(), open_both()
    now = 1_000.0
    with ThreadPoolExecutor(1) as noting:
        one, other, third = (pending.Pending(kept, noting, lambda: now) for kept in (memory, others, others))
        await one.store(3, {"update_id": 3, "message": {"text": "问"}})
        assert await other.take() == []
        now += pending.HELD - 1
        await one.renew()
        now += pending.HELD - 1
        assert await other.take() == []
        now += 2
        assert await other.take() == [{"update_id": 3, "message": {"text": "问"}}]
        assert await third.take() == await one.take() == []
        await one.renew()
        await other.release()
        assert [raw["update_id"] for raw in await third.take()] == [3]
        await other.renew()
        await third.release()
        assert [raw["update_id"] for raw in await other.take()] == [3]
        await other.done(3)
        now += 2 * pending.HELD
        await one.renew()
        assert await third.take() == []
    assert memory.pending.items() == []
    first.close()
    second.close()


async def test_one_process_has_a_task_until_it_asks_no_more(
    open_both: Callable[[], tuple[SearchEngine, Memory]],
) -> None:
    (first, _), (second, _) = open_both(), open_both()
    now = 1_000.0
    one, other = (Together(engine.archive, lambda: now) for engine in (first, second))  # type: ignore[arg-type]
    assert (one.takes("tell"), other.takes("tell"), one.takes("tell")) == (True, False, True)
    for _ in range(3):
        now += 40.0
        assert (one.takes("tell"), other.takes("tell"), other.takes("poll")) == (True, False, True)
    now += 61.0
    assert (other.takes("tell"), one.takes("tell")) == (True, False)
    first.close()
    second.close()


async def test_an_answer_of_a_deleted_article_is_read_anew_everywhere(two: tuple[SearchService, SearchService]) -> None:
    one, other = two
    number = other.keep_answer(Answer("answered", (Page(1, None, ("另见《大桥完工》",), (1,), 1),), question="大桥"))
    other._later.finish()  # type: ignore[union-attr]
    assert await one.answer(number) is not None
    erased, _ = await one.changes.erase([1], EDITOR, 8)
    assert erased == [1]
    await other.follow()
    left = await other.answer(number)
    assert left is not None
    assert left.pages == ()
