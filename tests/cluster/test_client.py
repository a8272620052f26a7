"""Requests to a search server that fails: what is sent again, where to, and the sentences about the rest."""

import base64
import json
import logging
from concurrent.futures import ThreadPoolExecutor
from time import sleep
from typing import Any

import pytest

from retrieval.cluster.errors import ClusterError, UnavailableError
from retrieval.cluster.hosts import SHORTEST_REST
from retrieval.cluster.sender import Timeouts
from retrieval.store.errors import StoreError
from tests.cluster.fault_server import VERSION, Faulty, client

# Far shorter than the usual ones: a test that waits for the end of all tries takes half a second.
SHORT = Timeouts(connect=0.5, attempt=0.5, reading=0.5, writing=0.5)
BUSY = {"error": {"type": "opensearch_rejected_execution_exception", "reason": "rejected execution"}}


def error(kind: str, reason: str = "because") -> dict[str, Any]:
    return {"error": {"type": kind, "reason": reason, "root_cause": [{"type": kind, "reason": reason}]}}


def test_a_response_has_status_and_body(server: Faulty) -> None:
    server.then(201, {"result": "created"})
    with client(server.host) as opened:
        response = opened.request("PUT", "/news-a/_create/1", {"标题": "新闻"}, {"refresh": True, "version": 3})
    assert (response.status, response.body) == (201, {"result": "created"})
    [asked] = server.asked
    assert (asked.method, asked.path) == ("PUT", "/news-a/_create/1?refresh=true&version=3")
    assert asked.headers["Content-Type"] == "application/json"
    assert json.loads(asked.body) == {"标题": "新闻"}


def test_a_list_is_sent_as_a_line_an_item(server: Faulty) -> None:
    with client(server.host) as opened:
        opened.request("POST", "/_msearch", [{"index": "a"}, {"query": {}}])
    assert server.asked[0].headers["Content-Type"] == "application/x-ndjson"
    assert server.asked[0].body == b'{"index":"a"}\n{"query":{}}\n'


def test_the_caller_names_statuses_that_are_no_error(server: Faulty) -> None:
    server.then(404, {"found": False})
    server.then(409, error("version_conflict_engine_exception"))
    server.then(404, b"")
    with client(server.host) as opened:
        assert opened.request("GET", "/news-a/_doc/1", ok=(200, 404)).body == {"found": False}
        assert opened.request("PUT", "/news-a/_create/1", {}, ok=(201, 409)).status == 409
        assert opened.request("HEAD", "/news-a", ok=(200, 404)).body == {}


def test_requests_share_a_connection(server: Faulty) -> None:
    with client(server.host) as opened:
        for _ in range(5):
            opened.request("GET", "/")
    assert [asked.connection for asked in server.asked] == [0] * 5


def test_threads_share_a_client(server: Faulty) -> None:
    with client(server.host) as opened, ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda n: opened.request("GET", f"/{n}").status, range(40)))
    assert answers == [200] * 40
    assert sorted(int(asked.path[1:]) for asked in server.asked) == list(range(40))


def test_hosts_take_turns(server: Faulty, other: Faulty) -> None:
    with client(server.host, other.host) as opened:
        for _ in range(6):
            opened.request("GET", "/")
    assert (len(server.asked), len(other.asked)) == (3, 3)


def test_a_node_that_has_lost_another_one_is_asked_again(server: Faulty) -> None:
    server.then(500, error("node_not_connected_exception", "[n0][127.0.0.1:9301] Node not connected"))
    server.then(200, {"found": True})
    with client(server.host) as opened:
        assert opened.request("GET", "/news-a/_doc/1").body == {"found": True}


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_busy_server_is_asked_again(server: Faulty, status: int) -> None:
    server.then(status, BUSY)
    server.then(status, b"<html>Bad gateway</html>")
    server.then(200, {"took": 1})
    with client(server.host) as opened:
        assert opened.request("POST", "/news-a/_search", {}).body == {"took": 1}
    assert len(server.asked) == 3


def test_a_request_that_may_not_be_repeated_is_sent_once(server: Faulty, nobody: str) -> None:
    server.then(503, BUSY)
    with client(nobody, server.host, timeout=SHORT) as opened, pytest.raises(UnavailableError):
        opened.request("POST", "/news-a/_doc", {}, repeat=False)
    assert len(server.asked) == 1  # a refused connection has not reached a server


def test_a_refused_connection_leads_to_the_next_host_and_the_host_rests(server: Faulty, nobody: str) -> None:
    with client(nobody, server.host) as opened:
        for _ in range(4):
            assert opened.request("GET", "/").status == 200
    assert len(server.asked) == 4


def test_a_silent_host_is_given_up_for_another(server: Faulty, other: Faulty) -> None:
    server.speaks.clear()
    with client(server.host, other.host, timeout=Timeouts(attempt=0.3)) as opened:
        for _ in range(4):
            assert opened.request("PUT", "/news-a/_create/1", {}).status == 200
    assert (len(server.asked), len(other.asked)) == (1, 4)


def test_a_host_that_answers_again_is_asked_again(server: Faulty, other: Faulty) -> None:
    server.speaks.clear()
    with client(server.host, other.host, timeout=Timeouts(attempt=0.3)) as opened:
        opened.request("GET", "/")
        server.speaks.set()
        other.speaks.clear()
        assert opened.request("GET", "/").status == 200  # when both rest, neither is left out
    assert server.asked


def test_a_host_that_failed_shows_that_it_answers_before_it_gets_a_request(server: Faulty) -> None:
    server.speaks.clear()
    with client(server.host, timeout=SHORT) as opened:
        with pytest.raises(UnavailableError):
            opened.request("GET", "/silent")
        before = len(server.asked)
        server.speaks.set()
        opened.request("GET", "/news-a/_doc/1")
        opened.request("GET", "/news-a/_doc/2")
    assert [asked.path.partition("?")[0] for asked in server.asked[before:]] == [
        "/news-log/_doc/state",
        "/news-a/_doc/1",
        "/news-a/_doc/2",
    ]


def test_a_host_that_has_just_started_gets_no_request_until_it_can_read(server: Faulty, other: Faulty) -> None:
    server.speaks.clear()
    with client(server.host, other.host, timeout=Timeouts(attempt=0.3)) as opened:
        opened.request("PUT", "/news-a/_doc/1", {})
        server.then(200, {})  # for the request that nobody waits for any longer
        server.then(503, error("cluster_block_exception", "state not recovered / initialized"))
        server.speaks.set()
        sleep(SHORTEST_REST)
        opened.request("PUT", "/news-a/_doc/2", {})
        opened.request("PUT", "/news-a/_doc/3", {})
    assert [asked.path.partition("?")[0] for asked in server.asked] == ["/news-a/_doc/1", "/news-log/_doc/state"]
    assert len(other.asked) == 3


def test_a_write_without_an_answer_says_what_is_missing(server: Faulty) -> None:
    server.unanswered = "/news-a/"
    server.then(200, VERSION)
    server.then(503, error("cluster_manager_not_discovered_exception"))
    short = Timeouts(attempt=0.2, writing=0.2)
    with client(server.host, timeout=short) as opened, pytest.raises(UnavailableError, match="管理节点"):
        opened.request("PUT", "/news-a/_doc/1", {})
    asked = [one.path.partition("?")[0] for one in server.asked]
    assert asked == ["/news-a/_doc/1", "/news-log/_doc/state", "/_cluster/health"]


def test_hosts_that_all_refuse_are_named_without_the_user(nobody: str) -> None:
    login = {"user": "xiaoli", "password": "hunter2"}
    with client(nobody, "127.0.0.1:1", timeout=SHORT, **login) as opened, pytest.raises(UnavailableError) as caught:
        opened.request("GET", "/")
    said = str(caught.value)
    assert nobody in said
    assert "127.0.0.1:1" in said
    assert "ARCHIVE_URL" in said
    assert "xiaoli" not in said
    assert "hunter2" not in said


def test_what_a_server_says_tells_more_than_the_silence_of_another(server: Faulty, nobody: str) -> None:
    server.replies.extend([(503, error("no_shard_available_action_exception"))] * 50)
    with client(nobody, server.host, timeout=SHORT) as opened, pytest.raises(UnavailableError, match="red"):
        opened.request("GET", "/news-a/_doc/1")


@pytest.mark.parametrize(
    ("status", "body", "kind", "said"),
    [
        (401, b"Unauthorized", ClusterError, r"不接受用户名或密码.*ARCHIVE_PASSWORD"),
        (403, error("security_exception", "no permissions"), ClusterError, "不允许这个用户"),
        (
            403,
            error("security_exception", "no permissions for [indices:data/write/bulk[s]] and User [name=li]"),
            ClusterError,
            r"（缺少 indices:data/write/bulk\[s\]）[^l]*$",
        ),
        (
            429,
            error("cluster_block_exception", "TOO_MANY_REQUESTS/12/disk usage exceeded flood-stage watermark"),
            UnavailableError,
            "磁盘快满了",
        ),
        (
            403,
            error("cluster_block_exception", "FORBIDDEN/12/index read-only / allow delete (api)"),
            UnavailableError,
            "磁盘快满了",
        ),
        (403, error("cluster_block_exception", "FORBIDDEN/8/index write (api)"), ClusterError, "index write"),
        (400, error("mapper_parsing_exception", "failed to parse field [n]"), ClusterError, r"映射.*\[n\]"),
        (400, error("strict_dynamic_mapping_exception", "[x] is not allowed"), ClusterError, "映射"),
        (429, BUSY, UnavailableError, "队列满了"),
        (429, error("circuit_breaking_exception", "Data too large"), UnavailableError, "内存不够"),
        (503, error("shard_not_in_primary_mode_exception"), UnavailableError, r"重启.*docs/cluster\.md"),
        (503, error("unavailable_shards_exception"), UnavailableError, "red"),
        (503, error("cluster_manager_not_discovered_exception"), UnavailableError, "管理节点"),
        (500, error("node_disconnected_exception"), UnavailableError, "另一个节点"),
        (503, b"OpenSearch Security not initialized.", UnavailableError, "503"),
        (400, error("parsing_exception", "unknown query"), ClusterError, "400，unknown query"),
        (200, b"<html>hello</html>", ClusterError, "不是 OpenSearch"),
        (200, [1], ClusterError, "不是 OpenSearch"),
    ],
)
def test_a_failure_is_one_sentence_for_the_operator(
    server: Faulty, status: int, body: Any, kind: type[ClusterError], said: str
) -> None:
    server.replies.extend([(status, body)] * 50)
    login = {"user": "xiaoli", "password": "hunter2"}
    with client(server.host, timeout=SHORT, **login) as opened, pytest.raises(StoreError, match=said) as caught:
        opened.request("POST", "/news-a/_doc", {})
    sentence = str(caught.value)
    assert type(caught.value) is kind
    assert server.host in sentence
    assert sentence.endswith("。")
    assert sentence.count("。") == 1
    assert "xiaoli" not in sentence
    assert "hunter2" not in sentence


def test_a_failure_that_time_does_not_mend_is_reported_at_once(server: Faulty) -> None:
    server.then(429, error("cluster_block_exception", "disk usage exceeded flood-stage watermark"))
    with client(server.host) as opened, pytest.raises(UnavailableError):
        opened.request("PUT", "/news-a/_doc/1", {})
    assert len(server.asked) == 1


def test_the_login_is_sent_and_stands_in_no_log(server: Faulty, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, logger="httpx")  # a program that another test has run in this process made it quiet
    with client(server.host, user="小李", password="hunter2") as opened:
        opened.request("GET", "/")
    login = base64.b64encode("小李:hunter2".encode()).decode()
    assert server.asked[0].headers["Authorization"] == f"Basic {login}"
    assert server.host.partition(":")[2] in caplog.text
    for secret in ("小李", "hunter2", login):
        assert secret not in caplog.text


# The server's kind and health


@pytest.mark.parametrize("number", ["2.19.6", "3.9.0"])
def test_a_supported_server_tells_its_version(server: Faulty, number: str) -> None:
    server.then(200, {"version": {"distribution": "opensearch", "number": number}})
    with client(server.host) as opened:
        assert opened.check_server() == number


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"version": {"distribution": "opensearch", "number": "1.3.20"}}, r"1\.3\.20.*应为 OpenSearch 2 或 3"),
        ({"version": {"distribution": "opensearch", "number": "4.0.0"}}, r"4\.0\.0.*应为 OpenSearch 2 或 3"),
        ({"version": {"number": "8.17.0", "build_flavor": "default"}}, "不是 OpenSearch"),
        ({"hello": "world"}, "不是 OpenSearch"),
    ],
)
def test_a_server_of_another_kind_is_refused(server: Faulty, body: Any, said: str) -> None:
    server.then(200, body)
    with client(server.host) as opened, pytest.raises(ClusterError, match=said):
        opened.check_server()


def test_a_red_cluster_is_an_error(server: Faulty) -> None:
    server.then(200, {"status": "yellow"})
    server.then(408, {"status": "red"})
    with client(server.host) as opened:
        assert opened.check_health() == "yellow"
        with pytest.raises(UnavailableError, match="red"):
            opened.check_health()
    assert server.asked[0].path.startswith("/_cluster/health/news-*?")
