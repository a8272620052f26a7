"""What the bot remembers is the same in a search server and in a file."""

import random
from pathlib import Path

import pytest

from bot.service.cluster_storage import ClusterStorage
from bot.service.file_storage import FileStorage
from bot.service.memory import Memory
from retrieval.cluster.address import Address
from retrieval.text.analyzer import Analyzer

NUMBERS = (-1_001_234_567_890, 0, 7, 10, 100, 2**62)


def step(memory: Memory, chance: random.Random) -> object:
    """One transaction, the same for the same chance, and what it has seen of its own work."""
    table, seen = chance.choice((memory.chats, memory.gaps)), list[object]()
    with memory.write():
        for _ in range(chance.randrange(1, 4)):
            number, kind = chance.choice(NUMBERS), chance.random()
            if kind < 0.6:
                table.put(number, f"第 {chance.randrange(100)} 条 \ud800"[: chance.randrange(3, 8)])
            elif kind < 0.75:
                table.renew(number)
            elif kind < 0.9:
                table.delete(number)
            else:
                seen.append(table.delete_oldest(days=1, most=len(NUMBERS), limit=2))
            seen += [table.value(number), table.items()]
    return seen


def test_a_history_of_transactions_leaves_the_same(node_address: Address, tmp_path: Path, analyzer: Analyzer) -> None:
    storages = ClusterStorage(node_address, None, tmp_path / "none.db"), FileStorage(tmp_path / "news.db")
    (cluster, there), (file, here) = (storage.open(analyzer) for storage in storages)
    for number in range(30):
        assert step(there, random.Random(number)) == step(here, random.Random(number)), f"step {number}"
    assert there.chats.items() == here.chats.items()
    assert there.gaps.values() == here.gaps.values()
    assert any(number < 0 for number, _ in there.chats.items() + there.gaps.items())
    cluster.close()
    file.close()


def test_the_oldest_values_beyond_the_most_are_deleted(
    node_address: Address, tmp_path: Path, analyzer: Analyzer, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive, memory = ClusterStorage(node_address, None, tmp_path / "news.db").open(analyzer)
    for number in range(5):
        monkeypatch.setattr("retrieval.cluster.records.now", lambda day=number: f"2031-05-0{day + 1}T00:00:00+00:00")
        with memory.write():
            memory.gaps.put(number, f"{number}")
    with memory.write():
        memory.gaps.renew(0)
        memory.gaps.put(9, "9")
        assert memory.gaps.delete_oldest(days=36_500, most=3, limit=2) == 2
    assert memory.gaps.values() == ["0", "3", "4", "9"]
    with memory.write():
        assert memory.gaps.delete_oldest(days=1, most=3, limit=200) == 1
    assert memory.gaps.values() == ["0", "4", "9"]
    archive.close()


def test_a_transaction_that_fails_leaves_nothing(node_address: Address, tmp_path: Path, analyzer: Analyzer) -> None:
    archive, memory = ClusterStorage(node_address, None, tmp_path / "news.db").open(analyzer)

    def fail() -> None:
        with memory.write():
            memory.receipts.put(1, "a receipt")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert memory.receipts.value(1) is None
    archive.close()
