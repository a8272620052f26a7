"""Rounds in which nodes are lost while processes push and ask, and what is found afterwards.

    python -m tests.cluster.losses 20 [hang]

runs so many rounds on three nodes of its own, in which a node is killed or hangs, and prints what was acknowledged,
what was lost, and how long changes and questions have waited.
"""

import json
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from time import monotonic, sleep
from typing import Any

from retrieval.cluster.address import Address
from retrieval.cluster.client import Client
from retrieval.clustered import ClusteredArchive
from retrieval.text.analyzer import Analyzer
from tests.cluster.home import home
from tests.cluster.nodes import Node, Nodes
from tests.cluster.writer import article

# Seconds for lost nodes to come back, before a primary that stays stuck is looked for: they take 10 to 20.
_RETURN = 40.0


@dataclass
class Told:
    """The words of the writers: their changes in order, and their questions."""

    changes: list[dict[str, Any]] = field(default_factory=list)
    questions: list[dict[str, Any]] = field(default_factory=list)

    def longest(self, since: float, until: float) -> float:
        """The longest wait, in seconds, for an acknowledged change that was under way between two moments."""
        under_way = (
            change["seconds"]
            for change in self.changes
            if change["done"] and change["began"] < until and change["began"] + change["seconds"] > since
        )
        return round(max(under_way, default=0.0), 2)

    @property
    def refused(self) -> list[str]:
        return [change["error"] for change in self.changes if not change["done"]]


@contextmanager
def writing(address: Address, owns: Iterator[int], writers: int = 2) -> Iterator[Told]:
    """Writers in processes of their own, until the block ends; then what they said."""
    told = Told()
    command = [sys.executable, "-m", "tests.cluster.writer", ",".join(address.hosts), address.prefix]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    processes = [subprocess.Popen([*command, str(next(owns))], **pipes) for _ in range(writers)]
    try:
        for process in processes:
            assert json.loads(process.stdout.readline()) == {"ready": True}
        yield told
        for process in processes:
            output, _ = process.communicate("end\n", timeout=120)
            for line in map(json.loads, output.splitlines()):
                (told.changes if "what" in line else told.questions).append(line)
    finally:
        for process in processes:
            process.kill()
            process.wait()


def faults(archive: ClusteredArchive, changes: list[dict[str, Any]]) -> list[str]:
    """What is stored otherwise than it was acknowledged, a line each; nothing is expected of what was refused."""
    stored = dict[str, list[str]]()
    for one in archive.articles():
        stored.setdefault(one.url or "", []).append(one.text)
    last = dict[tuple[int, int], dict[str, Any]]()
    for change in changes:
        last[change["own"], change["number"]] = change
    found = list[str]()
    for (own, number), change in last.items():
        wanted = article(own, number, change["version"])
        texts = stored.get(wanted.url or "", [])
        if len(texts) > 1:
            found.append(f"{wanted.url} is stored {len(texts)} times")
        if change["done"] and texts != ([wanted.text] if change["what"] == "put" else []):
            found.append(f"{wanted.url}: version {change['version']} was acknowledged, {change['what']}")
    return found


def lose_and_return(
    nodes: Nodes, victim: Callable[[], Node], lose: Callable[[Node], None] = Node.kill, during: float = 6.0
) -> tuple[float, float]:
    """Kill a node or let it hang, wait, and let it come back; the moments of the loss and of the return."""
    node = victim()
    lost = monotonic()
    lose(node)
    sleep(during)
    back = monotonic()
    come_back(nodes)
    return lost, back


def come_back(nodes: Nodes) -> None:
    """Start the lost nodes. A primary that stays stuck is cured as docs/cluster.md says: its node is started again."""
    try:
        nodes.start(_RETURN)
    except TimeoutError:
        for node in nodes.nodes:
            node.kill()
            sleep(1)
            with suppress(TimeoutError):
                nodes.start(_RETURN)
                return
        raise


def main() -> None:
    rounds, how = int(sys.argv[1]), (Node.hang, 12.0) if "hang" in sys.argv[2:] else (Node.kill, 6.0)
    analyzer, nodes = Analyzer(), Nodes(home(), 3)
    nodes.start()
    address = Address("http", nodes.hosts, "losses")
    archive, owns, changes = ClusteredArchive.open(Client(address), analyzer), iter(range(1, 10_000)), list[Any]()
    try:
        for number in range(rounds):
            with writing(address, owns) as told:
                began = monotonic()
                sleep(3)
                victim = nodes.manager if number % 2 else lambda: random.choice(nodes.nodes)
                lost, back = lose_and_return(nodes, victim, *how)
                sleep(1)
            changes += told.changes
            waits = sorted(one["seconds"] for one in told.questions)
            facts = {
                "round": number + 1,
                "acknowledged": sum(change["done"] for change in told.changes),
                "refused": told.refused,
                "faults": faults(archive, changes),
                "questions": len(waits),
                "questions that failed": [one for one in told.questions if "failed" in one],
                "mixed": [one for one in told.questions if one.get("mixed")],
                "partial": sum(one.get("partial", False) for one in told.questions),
                "longest question": round(waits[-1], 2),
                "longest change before the loss": told.longest(began, lost),
                "without the node": told.longest(lost, back),
                "during its return": told.longest(back, monotonic()),
            }
            print(json.dumps(facts, ensure_ascii=False), flush=True)
    finally:
        nodes.end()


if __name__ == "__main__":
    main()
