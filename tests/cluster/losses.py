"""Rounds in which nodes are lost while processes push and ask, and what is found afterwards.

    python -m tests.cluster.losses 20

runs so many rounds on three nodes of its own, and prints what was acknowledged, and what was lost or waited.
"""

import json
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import sleep
from typing import Any

from retrieval.cluster.address import Address
from retrieval.cluster.client import Client
from retrieval.clustered import ClusteredArchive
from retrieval.text.analyzer import Analyzer
from tests.cluster.home import home
from tests.cluster.nodes import Node, Nodes
from tests.cluster.writer import article


@dataclass
class Told:
    """What writers have said: their changes in order, and what went wrong with their questions."""

    changes: list[dict[str, Any]] = field(default_factory=list)
    questions: list[dict[str, Any]] = field(default_factory=list)

    @property
    def longest(self) -> float:
        """The longest wait for an acknowledged change, in seconds."""
        return max((change["seconds"] for change in self.changes if change["done"]), default=0.0)

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


def kill_and_return(nodes: Nodes, victim: Callable[[], Node], during: float = 4.0) -> None:
    """Kill a node, wait, start it again, and wait for the others to take it back."""
    node = victim()
    node.kill()
    sleep(during)
    nodes.start()


def main() -> None:
    rounds, analyzer = int(sys.argv[1]), Analyzer()
    nodes = Nodes(home(), 3)
    nodes.start()
    address = Address("http", nodes.hosts, "losses")
    archive, owns, everything = ClusteredArchive.open(Client(address), analyzer), iter(range(1, 10_000)), Told()
    try:
        for number in range(rounds):
            with writing(address, owns) as told:
                sleep(2)
                victim = nodes.manager if number % 2 else lambda: random.choice(nodes.nodes)
                kill_and_return(nodes, victim)
                sleep(1)
            everything.changes += told.changes
            everything.questions += told.questions
            lost = faults(archive, everything.changes)
            facts = {
                "round": number + 1,
                "acknowledged": sum(change["done"] for change in told.changes),
                "refused": told.refused,
                "faults": lost,
                "questions that failed": [one for one in told.questions if "failed" in one],
                "mixed": [one for one in told.questions if one.get("mixed")],
                "longest wait": round(told.longest, 2),
            }
            print(json.dumps(facts, ensure_ascii=False), flush=True)
    finally:
        nodes.end()


if __name__ == "__main__":
    main()
