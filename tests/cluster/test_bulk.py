"""Bulk requests to a search server that fails: only the failed items are sent again."""

import json
from dataclasses import replace
from typing import Any

import pytest

from retrieval.cluster.errors import ClusterError, UnavailableError
from retrieval.cluster.message import Operation
from retrieval.cluster.sender import Timeouts
from tests.cluster.fault_server import Faulty, client

# Far shorter than the usual ones: a test that waits for the end of all tries takes half a second.
SHORT = Timeouts(connect=0.5, attempt=0.5, reading=0.5, writing=0.5)

A, B, C = (Operation("create", {"_index": "news-a", "_id": number}, {"n": number}) for number in "123")


def item(status: int, kind: str = "", reason: str = "because") -> dict[str, Any]:
    return {"create": {"status": status} | ({"error": {"type": kind, "reason": reason}} if kind else {})}


def sent(server: Faulty) -> list[list[str]]:
    """The ids of the operations of each request."""
    return [[line["create"]["_id"] for line in map(json.loads, asked.body.splitlines()[::2])] for asked in server.asked]


def test_only_the_failed_items_of_a_bulk_are_sent_again(server: Faulty) -> None:
    full = item(429, "opensearch_rejected_execution_exception")
    server.then(200, {"errors": True, "items": [full, item(409, "version_conflict_engine_exception"), item(503, "x")]})
    server.then(200, {"errors": True, "items": [item(201), full]})
    server.then(200, {"errors": False, "items": [item(201)]})
    with client(server.host) as opened:
        assert [result.status for result in opened.bulk([A, B, C], ok=(201, 409))] == [201, 409, 201]
    assert sent(server) == [["1", "2", "3"], ["1", "3"], ["3"]]


def test_a_failed_item_that_time_does_not_mend_is_an_error(server: Faulty) -> None:
    server.then(200, {"errors": True, "items": [item(201), item(400, "mapper_parsing_exception", "field [n]")]})
    with client(server.host) as opened, pytest.raises(ClusterError, match=r"映射.*\[n\]"):
        opened.bulk([A, B])


def test_items_that_fail_to_the_end_are_an_error(server: Faulty) -> None:
    stuck = {"errors": True, "items": [item(503, "shard_not_in_primary_mode_exception")]}
    server.replies.extend([(200, stuck)] * 50)
    with client(server.host, timeout=SHORT) as opened, pytest.raises(UnavailableError, match="主分片卡住了"):
        opened.bulk([A])


def test_a_large_bulk_is_several_requests(server: Faulty) -> None:
    large = [replace(one, source={"text": "x" * 2_500_000}) for one in (A, B, C)]
    for _ in large:
        server.then(200, {"errors": False, "items": [item(201)]})
    with client(server.host) as opened:
        assert [result.status for result in opened.bulk(large)] == [201, 201, 201]
    assert sent(server) == [["1"], ["2"], ["3"]]


def test_an_empty_bulk_sends_nothing(server: Faulty) -> None:
    with client(server.host) as opened:
        assert opened.bulk([]) == []
    assert server.asked == []
