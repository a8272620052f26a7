"""Speed of the whole product, with texts, second stage and file, measured in a process of its own."""

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from benchmarks.corpus import questions
from benchmarks.measure import Measured, percentiles, resident, timed
from retrieval.article import Article, Paragraph
from retrieval.engine import SearchEngine
from retrieval.store.database import Database

_PUSHES = 100
_ROOT = Path(__file__).resolve().parent.parent


def bot(database: Path, *arguments: str, code: Path = _ROOT) -> subprocess.Popen[str]:
    """A process of the command line over this database; `code` is the checkout that runs."""
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "bot", *arguments],
        cwd=code,
        env=os.environ | {"DATABASE_PATH": str(database)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
    )


def imported(database: Path, articles: Path, characters: int) -> Measured:
    """Import into a new file, as an operator does."""
    found: Measured = {}
    with timed(found, "import_s"):
        bot(database, "add", str(articles)).communicate()
    found["import_characters_per_s"] = characters / (found["import_s"] or 1)
    return found


def started_s(database: Path, code: Path = _ROOT) -> float:
    """Seconds from the start of the program to its first answer and its end."""
    found: Measured = {}
    with timed(found, "s"):
        bot(database, "ask", "今天有什么新闻", code=code).communicate()
    return found["s"] or 0.0


def asked(database: Path, another_import: Path) -> Measured:
    """Start, questions, pushes; then questions and pushes while another process imports articles."""
    found: Measured = {}
    texts = questions(Database(database))
    with timed(found, "start_s"):
        bot(database, "ask", texts[0]).communicate()
    engine = SearchEngine.open(database)
    engine.search(texts[0])
    found["question_p50_ms"], found["question_p95_ms"] = percentiles(lambda n: engine.search(texts[n]), len(texts))
    found["resident_mb"] = resident()
    postings = sum(reader.size for reader in engine.archive._index._snapshot.readers)  # type: ignore[attr-defined]
    found["resident_allowed_mb"] = 200 + 6 * postings / 2**20
    found["push_p95_ms"] = float(np.percentile([push(engine, texts) for _ in range(_PUSHES)], 95))
    writing = bot(database, "add", str(another_import))
    times, pushes = [], []
    while writing.poll() is None:
        for text in random.sample(texts, 20):
            started = time.perf_counter()
            engine.search(text)
            times.append((time.perf_counter() - started) * 1000)
        pushes.append(push(engine, texts))
    writing.communicate()
    found["importing_question_p95_ms"] = float(np.percentile(times, 95))
    found["importing_question_longest_ms"] = max(times)
    found["importing_push_p95_ms"] = float(np.percentile(pushes, 95))
    engine.close()
    return found


def push(engine: SearchEngine, texts: list[str]) -> float:
    """Milliseconds from adding an article of ten paragraphs until a question finds it."""
    word = "".join(random.choices("abcdefghijklmnopqrstuvwxyz", k=12))
    paragraphs = ["，".join(random.sample(texts, 6)) for _ in range(10)]
    article = Article(f"快讯{word}", tuple(map(Paragraph, paragraphs)), published="2023-08-01")
    started = time.perf_counter()
    number = engine.add(article).id
    hits = engine.search(word).hits
    took = (time.perf_counter() - started) * 1000
    assert hits[0].passage.article_id == number
    return took


if __name__ == "__main__":
    what, where, other, *rest = sys.argv[1:]
    if what == "imported":
        print(json.dumps(imported(Path(where), Path(other), int(rest[0]))))
    else:
        print(json.dumps(asked(Path(where), Path(other))))
