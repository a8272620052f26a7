"""Nodes are lost while two processes push, correct, remove and ask: nothing acknowledged is lost, doubled or halved.

How long a change or a question waits, and whether it is given up, is a matter of the machine: `tests.cluster.losses`
prints it.
"""

from collections.abc import Iterator
from itertools import count
from time import sleep

import pytest

from retrieval.cluster.address import Address
from retrieval.cluster.client import Client
from retrieval.clustered import ClusteredArchive
from retrieval.engine import SearchEngine
from retrieval.store.errors import StoreError
from retrieval.text.analyzer import Analyzer
from tests.cluster.losses import come_back, faults, lose_and_return, writing
from tests.cluster.nodes import Nodes
from tests.cluster.writer import article


@pytest.fixture
def archive(nodes_address: Address, analyzer: Analyzer) -> Iterator[ClusteredArchive]:
    opened = ClusteredArchive.open(Client(nodes_address), analyzer)
    yield opened
    opened.close()


def test_the_elected_manager_is_killed_and_returns(
    archive: ClusteredArchive, three_nodes: Nodes, nodes_address: Address
) -> None:
    with writing(nodes_address, count(1)) as told:
        sleep(2)
        lose_and_return(three_nodes, three_nodes.manager)
    assert sum(change["done"] for change in told.changes) > 5
    assert [one for one in told.questions if one.get("mixed")] == []
    assert faults(archive, told.changes) == []


def test_a_node_that_hangs_delays_and_loses_nothing(
    archive: ClusteredArchive, three_nodes: Nodes, nodes_address: Address
) -> None:
    with writing(nodes_address, count(1)) as told:
        sleep(2)
        hanging = three_nodes.nodes[0]
        hanging.hang()
        sleep(12)
        three_nodes.start()
    assert sum(change["done"] for change in told.changes) > 2
    assert [one for one in told.questions if one.get("mixed")] == []
    assert faults(archive, told.changes) == []


def test_with_one_node_of_three_left_questions_go_on_and_changes_are_refused(
    archive: ClusteredArchive, three_nodes: Nodes, analyzer: Analyzer
) -> None:
    engine = SearchEngine(archive, analyzer)
    engine.add_all([article(1, number, 1) for number in range(1, 9)])
    survivor = three_nodes.manager()
    lost = [node for node in three_nodes.nodes if node is not survivor]
    for node in lost:
        node.kill()
    with pytest.raises(StoreError, match=r"。$"):
        engine.add(article(1, 9, 1))
    result = engine.search("第103号简报", 3)
    assert result.hits[0].passage.title == "第103号简报"
    come_back(three_nodes)
    assert len(list(archive.articles())) in (8, 9)
    assert engine.add(article(1, 9, 1)).outcome in ("added", "duplicate")
    assert len(list(archive.articles())) == 9
