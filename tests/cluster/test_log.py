"""Changes of several processes follow one another, whole or not at all, whenever one of them ends or stands still."""

import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from time import sleep
from typing import Any

import pytest

from retrieval.cluster import log
from retrieval.cluster.address import Address
from retrieval.cluster.client import Client
from retrieval.cluster.errors import OvertakenError
from retrieval.cluster.head import Head
from retrieval.cluster.message import Response
from retrieval.clustered import ClusteredArchive
from retrieval.engine import SearchEngine
from retrieval.store.errors import ConflictError
from retrieval.text.analyzer import Analyzer
from tests.support.reprints import BRIDGE, COPY, METRO, THIRD

Open = Callable[[], SearchEngine]


class Killed(BaseException):
    """Ends a writer as a kill does: nothing is cleaned up."""


@pytest.fixture
def open_cluster(node_address: Address, analyzer: Analyzer) -> Iterator[Open]:
    """Opens the archive as another process does."""
    opened = list[SearchEngine]()

    def open_it() -> SearchEngine:
        opened.append(SearchEngine(ClusteredArchive.open(Client(node_address), analyzer), analyzer))
        return opened[-1]

    yield open_it
    for engine in opened:
        engine.close()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "_ABANDONED", 0.3)


def killed_at(engine: SearchEngine, step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the next write of this engine end at a step of the log as if it were killed there."""

    def end(*_: object, **__: object) -> None:
        raise Killed

    of_log = engine.archive.log  # type: ignore[attr-defined]
    monkeypatch.setattr(of_log, step, end)
    monkeypatch.setattr(of_log, "_let_go", lambda *_: True)


def titles(engine: SearchEngine) -> list[str]:
    return [article.title for article in engine.archive.articles()]


def test_of_many_pushes_of_one_article_exactly_one_adds_it(open_cluster: Open) -> None:
    engines = [open_cluster() for _ in range(4)]
    start = threading.Barrier(4)

    def push(engine: SearchEngine) -> str:
        start.wait()
        return engine.add(BRIDGE).outcome

    with ThreadPoolExecutor(4) as pool:
        outcomes = sorted(pool.map(push, engines))
    assert outcomes == ["added", "duplicate", "duplicate", "duplicate"]
    assert titles(engines[0]) == [BRIDGE.title]


def test_pushes_of_several_processes_at_once_are_all_kept(open_cluster: Open) -> None:
    engines = [open_cluster() for _ in range(3)]

    def push(number: int) -> int:
        article = replace(METRO, title=f"地铁{number}号线开工", url=f"https://a.example/{number}")
        return engines[number % 3].add(article).id

    with ThreadPoolExecutor(3) as pool:
        numbers = list(pool.map(push, range(12)))
    assert sorted(numbers) == list(range(1, 13))
    assert len(titles(engines[0])) == len(engines[1].archive.journal(100)) == 12


@pytest.mark.usefixtures("impatient")
def test_a_writer_that_is_killed_before_its_entry_leaves_nothing(
    open_cluster: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, other = open_cluster(), open_cluster()
    killed_at(first, "_commit", monkeypatch)
    with pytest.raises(Killed):
        first.add(BRIDGE)
    assert other.add(METRO).outcome == "added"
    assert titles(other) == [METRO.title]


@pytest.mark.usefixtures("impatient")
def test_the_next_writer_finishes_the_entry_of_one_that_was_killed(
    open_cluster: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, other = open_cluster(), open_cluster()
    killed_at(first, "_apply", monkeypatch)
    with pytest.raises(Killed):
        first.add_all([BRIDGE, METRO])
    assert titles(other) == []
    assert other.add(BRIDGE).outcome == "duplicate"
    assert other.add(COPY).outcome == "added"
    assert titles(other) == [BRIDGE.title, METRO.title, COPY.title]
    assert [hit.passage.source for hit in other.search("地铁二号线何时开工？").hits] == ["甲报"]


def test_a_writer_that_stands_still_is_overtaken_and_works_its_change_out_anew(open_cluster: Open) -> None:
    first, other = open_cluster(), open_cluster()
    meanwhile = [other]

    def record(_: object) -> None:
        if meanwhile:
            meanwhile.pop().add(BRIDGE)

    outcomes = first.add_all([BRIDGE, THIRD], record=record)
    assert [outcome.outcome for outcome in outcomes] == ["duplicate", "added"]
    assert len(titles(first)) == len(first.archive.journal(10)) == 2


def test_a_change_that_found_nothing_while_another_process_wrote_is_worked_out_anew(open_cluster: Open) -> None:
    first, other = open_cluster(), open_cluster()
    other.add(METRO)
    meanwhile = [other]

    def record(_: object) -> None:
        if meanwhile:
            meanwhile.pop().add(BRIDGE)

    assert first.archive.remove([2], record) == [2]
    assert titles(first) == [METRO.title]


def test_an_error_that_comes_from_what_another_process_has_changed_meanwhile_is_no_error(open_cluster: Open) -> None:
    first, other = open_cluster(), open_cluster()
    other.add(METRO)
    tries = list[int]()

    def record(_: object) -> None:
        tries.append(1)
        if len(tries) == 1:
            other.add(BRIDGE)
            raise ConflictError("something else is stored")

    assert [outcome.outcome for outcome in first.add_all([BRIDGE], record=record)] == ["duplicate"]
    with pytest.raises(ZeroDivisionError):
        first.add_all([THIRD], record=lambda _: 1 // 0)
    assert titles(first) == [METRO.title, BRIDGE.title]
    assert other.archive.log.is_settled()  # type: ignore[attr-defined]


@pytest.mark.parametrize("step", ["put", "settle"])
def test_an_answer_that_is_lost_stores_nothing_twice(
    open_cluster: Open, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    first, other = open_cluster(), open_cluster()
    ends = first.archive.log._ends  # type: ignore[attr-defined]
    do = getattr(ends, step)

    def do_and_lose(*arguments: Any, **named: Any) -> None:
        do(*arguments, **named)

    monkeypatch.setattr(ends, step, do_and_lose)
    assert first.add(BRIDGE).outcome == "added"
    assert other.add(METRO).outcome == "added"
    assert titles(other) == [BRIDGE.title, METRO.title]
    assert first.check() == []


@pytest.mark.usefixtures("impatient")
def test_a_change_that_cannot_be_worked_out_anew_is_refused_when_it_is_overtaken(open_cluster: Open) -> None:
    first, other = open_cluster(), open_cluster()

    def overtaken() -> None:
        with first.archive.log.write() as transaction:  # type: ignore[attr-defined]
            transaction.number("journal")
            other.add(BRIDGE)

    with pytest.raises(OvertakenError):
        overtaken()
    assert other.add(METRO).id == 2
    assert [entry.id for entry in other.archive.journal(10)] == [2, 1]


@pytest.mark.usefixtures("impatient")
def test_a_long_transaction_that_says_so_is_not_overtaken(open_cluster: Open) -> None:
    first, other = open_cluster(), open_cluster()
    of_log = first.archive.log  # type: ignore[attr-defined]
    with ThreadPoolExecutor(1) as pool:
        with of_log.write() as transaction:
            added = pool.submit(other.add, BRIDGE)
            for _ in range(40):
                sleep(0.05)
                of_log.keep()
            transaction.number("journal")
        assert added.result().outcome == "added"
    assert [entry.id for entry in other.archive.journal(10)] == [2]


def test_a_copy_that_was_not_refreshed_is_refreshed_again(open_cluster: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = open_cluster()
    client = engine.archive.documents.client  # type: ignore[attr-defined]
    request, failing = client.request, [1, 2]

    def once_without_a_copy(method: str, path: str, *arguments: object, **named: object) -> Response:
        if path.endswith("_refresh") and failing:
            return Response(200, {"_shards": {"failed": failing.pop()}})
        return request(method, path, *arguments, **named)

    monkeypatch.setattr(log, "_REFRESH_PAUSE", 0.0)
    monkeypatch.setattr(log, "is_one_request", lambda _: False)
    monkeypatch.setattr(client, "request", once_without_a_copy)
    engine.add(METRO)
    assert failing == []
    assert engine.search("地铁二号线何时开工？").hits != []


def test_an_entry_that_is_applied_once_more_changes_nothing(
    open_cluster: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = open_cluster()
    of_log = engine.archive.log  # type: ignore[attr-defined]
    applied, apply = list[Head](), of_log._apply
    monkeypatch.setattr(of_log, "_apply", lambda entry: applied.append(entry) or apply(entry))
    engine.add_all([BRIDGE, METRO])
    engine.add(replace(METRO, title="地铁二号线通车"))
    engine.remove([1])
    before = list(engine.archive.articles()), engine.archive.refresh()
    apply(applied[0])
    assert (list(engine.archive.articles()), engine.archive.refresh()) == before
    assert [hit.passage.title for hit in engine.search("大桥、地铁二号线").hits] == ["地铁二号线通车"]


def test_the_next_question_of_a_writer_asks_no_node_that_lacks_what_it_wrote(
    open_cluster: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, other = open_cluster(), open_cluster()
    sender, needed = engine.archive.documents.client.sender, list[Any]()  # type: ignore[attr-defined]
    pin = sender.pin
    engine.add(BRIDGE)
    monkeypatch.setattr(sender, "pin", lambda path, shows: needed.append(shows) or pin(path, shows))
    engine.archive.refresh()
    applied = other.archive.log.state()["applied"]  # type: ignore[attr-defined]
    states = [{"found": True, "_source": {"body": {"applied": number}}} for number in (applied - 1, applied)]
    assert [needed[0](state) for state in states] == [False, True]


def test_erased_words_leave_the_log_too(open_cluster: Open, node_client: Client) -> None:
    engine = open_cluster()
    engine.add(BRIDGE)
    engine.archive.erase([1])
    node_client.request("POST", f"/{node_client.address.index('*')}/_refresh")
    found = node_client.request("POST", f"/{node_client.address.index('*')}/_search", {"size": 1_000})
    assert "青岭" not in json.dumps(found.body, ensure_ascii=False)
