"""An archive in a search server beside one in a file: import, questions, a push that another process finds, memory.

    python -m benchmarks.cluster --articles ARTICLES.jsonl [--nodes 3] [--heap 1g]

Starts the nodes of the tests (Java and Maven) on the loopback, and asks file and server in turn. `ARTICLES` is a file
as `benchmarks.corpus.write_articles` makes it. Prints a JSON object.
"""

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from retrieval.article import Article, Paragraph
from retrieval.cluster.address import Address
from retrieval.cluster.client import Client
from retrieval.cluster.message import Response
from retrieval.clustered import ClusteredArchive
from retrieval.embedded import EmbeddedArchive
from retrieval.engine import SearchEngine
from retrieval.text.analyzer import Analyzer
from tests.cluster.home import home
from tests.cluster.nodes import Nodes

_QUESTION_CHARACTERS = 20
# Asks for a title again and again, and says when it is found.
_WATCHER = """
import sys, time
from retrieval.cluster.address import Address
from retrieval.cluster.client import Client
from retrieval.clustered import ClusteredArchive
from retrieval.engine import SearchEngine
from retrieval.text.analyzer import Analyzer
analyzer = Analyzer()
address = Address("http", tuple(sys.argv[1].split(",")), sys.argv[2])
engine = SearchEngine(ClusteredArchive.open(Client(address), analyzer), analyzer)
engine.warm()
print("ready", flush=True)
for line in sys.stdin:
    while True:
        hits = engine.search(line.strip(), 1).hits
        if hits and hits[0].passage.title == line.strip():
            break
    print(time.time(), flush=True)
"""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cluster", description=__doc__)
    parser.add_argument("--articles", type=Path, required=True)
    parser.add_argument("--nodes", type=int, default=3)
    parser.add_argument("--heap", default="1g")
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--pushes", type=int, default=30)
    options = parser.parse_args()
    nodes = Nodes(home(), options.nodes, heap=options.heap, flags=())
    nodes.start()
    try:
        with tempfile.TemporaryDirectory() as folder:
            print(json.dumps(measured(options, nodes, Path(folder)), indent=1))
    finally:
        nodes.end()


def measured(options: argparse.Namespace, nodes: Nodes, folder: Path) -> dict[str, Any]:
    analyzer = Analyzer()
    address = Address("http", nodes.hosts, "bench")
    client = _Recording(address)
    of_cluster = SearchEngine(ClusteredArchive.open(client, analyzer), analyzer)
    # One copy of each shard, as the trial had it.
    client.request("PUT", "/bench-*/_settings", {"auto_expand_replicas": "0-1"})
    of_file = SearchEngine(EmbeddedArchive.open(folder / "news.db", analyzer), analyzer)
    found: dict[str, Any] = {"nodes": options.nodes, "heap": options.heap}
    for name, engine in (("server", of_cluster), ("file", of_file)):
        _say(f"import: {name}")
        began, characters = time.perf_counter(), 0
        for outcomes in engine.add_many(articles(options.articles)):
            characters += sum(len(outcome.article.text) for outcome in outcomes)
        seconds = time.perf_counter() - began
        found[f"import {name}"] = {"seconds": round(seconds, 1), "characters a second": round(characters / seconds)}
    statistics = of_cluster.archive.statistics()
    found |= {"articles": statistics.articles, "passages": statistics.passages}
    _say("questions")
    found |= questions(options, of_cluster, of_file, client)
    _say("pushes")
    found["push to found by another process, ms"] = pushes(options, of_cluster, address)
    found["resident MB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return found


def questions(
    options: argparse.Namespace, of_cluster: SearchEngine, of_file: SearchEngine, client: "_Recording"
) -> dict[str, Any]:
    """Whole questions to both, and the requests of the ranking alone, in turn; how many results are the same."""
    chance = random.Random(1)
    texts = [article.text for article in articles(options.articles)]
    asked = list[str]()
    for text in chance.sample(texts, options.questions):
        start = chance.randrange(max(1, len(text) - _QUESTION_CHARACTERS))
        asked.append(text[start : start + _QUESTION_CHARACTERS].replace("\n", ""))
    for engine in (of_cluster, of_file):
        engine.warm()
    times = dict[str, list[float]]()
    same = 0
    for question in asked:
        client.sent.clear()
        times.setdefault("server", []).append(_ms(partial(of_cluster.search, question)))
        ranking = [one for one in client.sent if "_mget" in one[1] or "_search" in one[1]][:3]
        times.setdefault("three bare requests", []).append(_ms(partial(client.again, ranking)))
        times.setdefault("file", []).append(_ms(partial(of_file.search, question)))
        results = [engine.search(question) for engine in (of_cluster, of_file)]
        same += results[0].hits == results[1].hits and results[0].status == results[1].status
    percentiles = {name: {"p50": _at(values, 0.5), "p95": _at(values, 0.95)} for name, values in times.items()}
    whole, bare = percentiles["server"], percentiles["three bare requests"]
    shares = {name: round(whole[name] / bare[name], 2) for name in whole}
    return {
        "questions, ms": percentiles,
        "whole question of bare requests": shares,
        "same hits": f"{same}/{len(asked)}",
    }


def pushes(options: argparse.Namespace, engine: SearchEngine, address: Address) -> dict[str, float]:
    """Milliseconds from the beginning of a push until a question in another process finds it."""
    command = [sys.executable, "-c", _WATCHER, ",".join(address.hosts), address.prefix]
    waits = list[float]()
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as watcher:
        assert watcher.stdin is not None
        assert watcher.stdout is not None
        watcher.stdout.readline()
        texts = [article.text for _, article in zip(range(options.pushes), articles(options.articles), strict=False)]
        for number, text in enumerate(texts):
            title = f"第{number}号特别通报{chr(0x4E00 + 37 * number)}{chr(0x5E00 + 91 * number)}"
            lines = [f"{title}，{part}" for part in text.split("\n")]
            watcher.stdin.write(title + "\n")
            watcher.stdin.flush()
            began = time.time()
            engine.add(Article(title, tuple(map(Paragraph, lines[:10]))))
            waits.append((float(watcher.stdout.readline()) - began) * 1000)
        watcher.stdin.close()
    return {"p50": _at(waits, 0.5), "p95": _at(waits, 0.95)}


def articles(path: Path) -> Iterator[Article]:
    with path.open(encoding="utf-8") as lines:
        for fields in map(json.loads, lines):
            paragraphs = tuple(map(Paragraph, fields["text"].split("\n")))
            yield Article(fields["title"], paragraphs, published=fields["published"])


class _Recording(Client):
    """A client that remembers its requests."""

    sent: list[tuple[str, str, Any, Any]]

    def __init__(self, address: Address) -> None:
        super().__init__(address)
        self.sent = []

    def request(  # type: ignore[override]
        self, method: str, path: str, body: Any = None, params: Any = None, **how: Any
    ) -> Response:
        self.sent.append((method, path, body, params))
        return super().request(method, path, body, params, **how)

    def again(self, requests: Iterable[Sequence[Any]]) -> None:
        """Send these requests once more."""
        for method, path, body, params in requests:
            # The first time has filled the server's cache of counts.
            fresh = {"request_cache": False} if isinstance(body, dict) and body.get("size") == 0 else {}
            super().request(method, path, body, {**(params or {}), **fresh})


def _ms(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def _at(values: Sequence[float], share: float) -> float:
    return round(sorted(values)[min(len(values) - 1, int(share * len(values)))], 1)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
