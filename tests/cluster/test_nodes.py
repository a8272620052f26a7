"""The tests' own search server: its nodes end with the tests, and can be killed, stopped and started again."""

import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from retrieval.cluster.address import Address
from retrieval.cluster.client import Client
from tests.cluster.nodes import Nodes, free_ports, sweep
from tests.support.project import ROOT

# Starts a process as a node is started, says its number, and waits to be killed.
_PARENT = """
import sys
from pathlib import Path
from tests.cluster.nodes import spawn
print(spawn(["sleep", "600"], Path("/"), 2).pid, flush=True)
sys.stdin.read()
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the nodes of a test end with it on Linux only")
def test_a_node_ends_when_its_test_run_is_killed() -> None:
    pipe = subprocess.PIPE
    parent = subprocess.Popen([sys.executable, "-c", _PARENT], cwd=ROOT, stdin=pipe, stdout=pipe, stderr=pipe)
    assert parent.stdin
    assert parent.stdout
    assert parent.stderr
    with parent.stdin, parent.stdout, parent.stderr:
        assert int(parent.stdout.readline()) > 0
        parent.send_signal(signal.SIGKILL)
        parent.wait()
        # The child has the other end of this stream, so that its end is the end of the child.
        assert parent.stderr.read() == b""


def test_the_data_of_a_killed_test_run_is_deleted_and_that_of_a_living_one_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    left = tmp_path / "search-nodes-left"
    left.mkdir()
    (left / "lock").touch()
    (tmp_path / "search-nodes-new").mkdir()  # its process has not locked it yet
    sweep()
    assert [path.name for path in tmp_path.iterdir()] == ["search-nodes-new"]


def test_free_ports_are_all_different() -> None:
    assert len(set(free_ports(20))) == 20


def test_the_server_is_a_supported_one(node_client: Client) -> None:
    assert node_client.check_server().startswith(("2.", "3."))
    assert node_client.check_health() == "green"


def test_each_test_has_a_prefix_of_its_own(node_address: Address, one_node: Nodes) -> None:
    assert node_address.hosts == one_node.hosts
    with Client(node_address) as client:
        client.make_index(node_address.index("a"), {})


def test_a_node_is_killed_and_started_again(three_nodes: Nodes, nodes_address: Address) -> None:
    index = nodes_address.index("a")
    document = f"/{index}/_doc/1"
    shards = {"number_of_shards": 1, "number_of_replicas": 2}
    with Client(nodes_address) as client:
        client.make_index(index, {"settings": shards})
        three_nodes.wait(3, "green")
        client.request("PUT", document, {"n": 1})
        manager = three_nodes.manager()
        manager.kill()
        assert not manager.runs
        assert client.request("GET", document).body["_source"] == {"n": 1}
        assert client.request("PUT", document, {"n": 2}).status == 200
        three_nodes.wait(2, "yellow")
        assert three_nodes.manager() is not manager
        three_nodes.start()
        assert client.check_health() == "green"
        assert client.request("GET", document).body["_source"] == {"n": 2}


def test_a_node_hangs_and_goes_on(three_nodes: Nodes, nodes_address: Address) -> None:
    node = next(node for node in three_nodes.nodes if node is not three_nodes.manager())
    node.hang()
    with Client(nodes_address) as client:
        for _ in range(3):
            assert client.request("GET", "/").status == 200
    three_nodes.wait(2)
    node.go_on()
    three_nodes.wait(3)
    assert node.runs
