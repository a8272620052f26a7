"""Fixtures over a real search server: one node, or three that a test may kill; without Java or Maven the tests skip."""

import socket
from collections.abc import Iterator
from contextlib import suppress
from uuid import uuid4

import pytest

from retrieval.cluster.address import Address
from retrieval.cluster.client import Client
from tests.cluster.fault_server import Faulty, faulty
from tests.cluster.home import Home, NoServerError, home
from tests.cluster.nodes import Nodes

# Seconds for nodes that were killed to come back; a primary that stays stuck then costs new nodes.
_RETURN = 60.0


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that need a search server; one worker of pytest-xdist runs them (`--dist loadgroup`)."""
    for item in items:
        if "server_home" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.search_server)
            item.add_marker(pytest.mark.xdist_group("search_server"))


@pytest.fixture(scope="session")
def server_home() -> Home:
    """The home of the server, laid by Maven when a test needs it for the first time."""
    try:
        return home()
    except NoServerError as error:
        pytest.skip(f"no search server: {error}")


@pytest.fixture(scope="session")
def one_node(server_home: Home) -> Iterator[Nodes]:
    """A cluster of one node, which all tests share: a test takes an address with a prefix of its own."""
    nodes = Nodes(server_home, 1)
    try:
        nodes.start()
        yield nodes
    finally:
        nodes.end()


@pytest.fixture(scope="session")
def _kept_nodes(server_home: Home) -> Iterator[list[Nodes]]:
    kept: list[Nodes] = []
    yield kept
    for nodes in kept:
        nodes.end()


@pytest.fixture
def three_nodes(server_home: Home, _kept_nodes: list[Nodes]) -> Nodes:
    """A cluster of three nodes, which run; the test may kill them. The next test gets the same, started again."""
    if _kept_nodes:
        with suppress(RuntimeError, TimeoutError):
            _kept_nodes[0].start(_RETURN)
            return _kept_nodes[0]
        _kept_nodes.pop().end()
    _kept_nodes.append(Nodes(server_home, 3))
    _kept_nodes[0].start()
    return _kept_nodes[0]


@pytest.fixture
def node_address(one_node: Nodes) -> Iterator[Address]:
    """The address of the one node, with a prefix of index names that no other test has."""
    yield from _own_address(one_node)


@pytest.fixture
def nodes_address(three_nodes: Nodes) -> Iterator[Address]:
    """The address of the three nodes, with a prefix of index names that no other test has."""
    yield from _own_address(three_nodes)


@pytest.fixture
def node_client(node_address: Address) -> Iterator[Client]:
    with Client(node_address) as client:
        yield client


def _own_address(nodes: Nodes) -> Iterator[Address]:
    address = Address("http", nodes.hosts, f"t{uuid4().hex[:12]}")
    yield address
    with Client(address) as client, suppress(Exception):
        client.request("DELETE", f"/{address.index('*')}", ok=(200, 404))


@pytest.fixture
def server() -> Iterator[Faulty]:
    with faulty() as server:
        yield server


@pytest.fixture
def other() -> Iterator[Faulty]:
    with faulty() as server:
        yield server


@pytest.fixture
def nobody() -> Iterator[str]:
    """A host that refuses connections: its port is taken, and nothing listens there."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{taken.getsockname()[1]}"
