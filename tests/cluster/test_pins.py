"""Requests of a thread that go to one host, which has shown that it has what they need."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from retrieval.cluster.client import Client
from retrieval.cluster.errors import BehindError
from retrieval.cluster.head import EMPTY
from retrieval.cluster.indices import Names
from retrieval.cluster.log import Log
from retrieval.cluster.sender import Timeouts
from tests.cluster.fault_server import Faulty, client, faulty

SHORT = Timeouts(connect=0.5, attempt=0.5, reading=0.5, writing=0.5, probe=0.5)


@pytest.fixture
def both() -> Iterator[tuple[Faulty, Faulty]]:
    with faulty() as one, faulty() as other:
        yield one, other


def state(applied: int) -> dict[str, Any]:
    """The document of the state, as a node gives it that has applied so many entries."""
    return {"found": True, "_seq_no": applied, "_primary_term": 1, "_source": {"body": EMPTY | {"applied": applied}}}


def has(applied: int) -> Any:
    return lambda found: found["_source"]["body"]["applied"] >= applied


def paths(server: Faulty) -> list[str]:
    return [asked.path.partition("?")[0] for asked in server.asked]


def test_further_requests_go_to_the_host_that_has_shown_it(both: tuple[Faulty, Faulty]) -> None:
    behind, current = both
    behind.then(200, state(3))
    current.then(200, state(5))
    with client(behind.host, current.host) as opened:
        assert opened.sender.pin("/news-log/_doc/state", has(5))["_seq_no"] == 5
        for number in range(4):
            opened.request("GET", f"/news-a/_doc/{number}")
    assert paths(behind) == ["/news-log/_doc/state"]
    assert paths(current) == ["/news-log/_doc/state", *(f"/news-a/_doc/{number}" for number in range(4))]


def test_another_host_takes_the_place_of_one_that_fails_when_it_shows_it_too(both: tuple[Faulty, Faulty]) -> None:
    one, other = both
    one.then(200, state(5))
    one.then(503, {})
    other.then(200, state(5))
    with client(one.host, other.host) as opened, opened.sender.pinned():
        opened.sender.pin("/news-log/_doc/state", has(5))
        opened.request("GET", "/news-a/_doc/1")
        opened.request("GET", "/news-a/_doc/2")
    assert paths(one) == ["/news-log/_doc/state", "/news-a/_doc/1"]
    assert paths(other) == ["/news-log/_doc/state", "/news-a/_doc/1", "/news-a/_doc/2"]


def test_hosts_that_are_all_behind_are_an_error_and_leave_no_pin(both: tuple[Faulty, Faulty]) -> None:
    for server in both:
        for _ in range(50):
            server.then(200, state(3))
    with client(*(server.host for server in both), timeout=SHORT) as opened:
        with pytest.raises(BehindError, match="不是最新的"):
            opened.sender.pin("/news-log/_doc/state", has(5))
        opened.request("GET", "/news-a/_doc/1")
    assert "/news-a/_doc/1" in [*paths(both[0]), *paths(both[1])]


def test_the_requests_of_other_threads_take_hosts_in_turn(both: tuple[Faulty, Faulty]) -> None:
    both[0].then(200, state(5))
    with client(*(server.host for server in both)) as opened:
        opened.sender.pin("/news-log/_doc/state", has(5))
        thread = threading.Thread(target=lambda: [opened.request("GET", f"/news-b/_doc/{n}") for n in range(4)])
        thread.start()
        thread.join()
    assert [sum("news-b" in path for path in paths(server)) for server in both] == [2, 2]


def test_a_node_answers_from_its_own_copies(both: tuple[Faulty, Faulty]) -> None:
    server = both[0]
    with client(server.host) as opened:
        for method, path in (("GET", "/a/_doc/1"), ("POST", "/a/_search"), ("POST", "/_mget"), ("POST", "/a/_count")):
            opened.request(method, path, {"size": 0} if method == "POST" else None)
        opened.request("PUT", "/a/_doc/1", {})
    assert ["preference=_local" in asked.path for asked in server.asked] == [True] * 4 + [False]


def test_a_question_never_goes_back_behind_what_its_process_has_seen(both: tuple[Faulty, Faulty]) -> None:
    one, other = both
    one.then(200, state(5))
    one.then(200, state(5))
    other.then(200, state(3))
    with client(one.host, other.host) as opened:
        log = Log(opened, Names.of("news"))
        assert log.latest()["applied"] == 5  # from the first host; the second one is behind
        assert log.latest()["applied"] == 5


def test_indices_that_were_restored_from_a_snapshot_are_read_all_the_same(both: tuple[Faulty, Faulty]) -> None:
    server = both[0]
    with client(server.host, timeout=SHORT) as opened:
        log = _having_seen(opened, server, 5)
        for _ in range(50):
            server.then(200, state(3))
        assert log.latest()["applied"] == 3


def _having_seen(opened: Client, server: Faulty, applied: int) -> Log:
    server.then(200, state(applied))
    log = Log(opened, Names.of("news"))
    assert log.latest()["applied"] == applied
    return log
