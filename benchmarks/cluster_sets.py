"""Whether a search server answers as a file does: every question of some sets, asked to both.

    python -m benchmarks.cluster_sets FOLDER [FOLDER …] [--server HOST]

A folder is one that `evaluate` reads. Prints a JSON object a set: how many questions have the same hits in the same
order with the same scores and answers, and how many the same verdict with its confidence. Ends with 1 when one
differs.
Without `--server`, one node of the tests is started.
"""

import argparse
import json
import sys
import tempfile
import uuid
from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import Any

from tqdm import tqdm

from retrieval.article import Article, Paragraph
from retrieval.cluster.address import Address
from retrieval.cluster.client import Client
from retrieval.clustered import ClusteredArchive
from retrieval.embedded import EmbeddedArchive
from retrieval.engine import Result, SearchEngine
from retrieval.evaluation.collection import Collection, Row, load
from retrieval.text.analyzer import Analyzer
from tests.cluster.home import home
from tests.cluster.nodes import Nodes

_BATCH = 500
_DEPTH = 100


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cluster_sets", description=__doc__)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--server", help="host and port of a server that runs already")
    options = parser.parse_args()
    nodes = None if options.server else Nodes(home(), 1, heap="1g", flags=())
    if nodes:
        nodes.start()
    try:
        hosts = nodes.hosts if nodes else (options.server,)
        found = {folder.name: compared(load(folder), hosts) for folder in options.folders}
    finally:
        if nodes:
            nodes.end()
    print(json.dumps(found, indent=1, ensure_ascii=False))
    return 1 if any(one["different"] for one in found.values()) else 0


def compared(collection: Collection, hosts: tuple[str, ...]) -> dict[str, Any]:
    analyzer, address = Analyzer(), Address("http", hosts, f"sets-{uuid.uuid4().hex[:8]}")
    with tempfile.TemporaryDirectory() as folder:
        engines = [
            SearchEngine(ClusteredArchive.open(Client(address), analyzer), analyzer),
            SearchEngine(EmbeddedArchive.open(Path(folder, "news.db"), analyzer), analyzer),
        ]
        articles, today = articles_of(collection), date.today()
        for engine in engines:
            for start in tqdm(range(0, len(articles), _BATCH), desc="articles", file=sys.stderr):
                engine.add_all(articles[start : start + _BATCH], distinct=True)
        questions = [question.question for question in collection.questions]
        same, verdicts, different = 0, 0, list[str]()
        for question in tqdm(questions, desc="questions", file=sys.stderr):
            server, file = (engine.search(question, _DEPTH, today=today) for engine in engines)
            same += server.hits == file.hits
            verdicts += _verdict(server) == _verdict(file)
            if server.hits != file.hits or _verdict(server) != _verdict(file):
                different.append(question)
        for engine in engines:
            engine.close()
    return {"questions": len(questions), "same hits": same, "same verdict": verdicts, "different": different}


def articles_of(collection: Collection) -> list[Article]:
    """The passages of a collection as articles."""
    rows = defaultdict[str, list[Row]](list)
    for row in collection.passages:
        rows[row.article_id].append(row)
    return [
        Article(group[0].title, tuple(Paragraph(row.text) for row in group), group[0].source, published=group[0].date)
        for group in rows.values()
    ]


def _verdict(result: Result) -> tuple[str, str | None, float]:
    return result.status, result.reason, result.confidence


if __name__ == "__main__":
    sys.exit(main())
