"""The command that measures everything: `python -m benchmarks.run --corpus FILE`; results go to benchmarks/results."""

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from benchmarks import corpus, report
from benchmarks.engines import ENGINES, IN_MEMORY, missing
from retrieval.store.articles import Articles
from retrieval.store.database import Database
from retrieval.text.analyzer import Analyzer

_ROOT = Path(__file__).resolve().parent.parent
_PACKAGES = ("bm25s", "numba", "numpy", "rank-bm25", "tantivy", "jieba")
# Passages that another process imports while questions are asked.
_MEANWHILE = 100_000


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True, help="JSON lines of passages, .gz or not")
    parser.add_argument("--passages", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--engines", nargs="+", choices=list(ENGINES), default=list(ENGINES))
    parser.add_argument("--work", type=Path, default=_ROOT / "benchmarks" / "work", help="made once, gigabytes")
    parser.add_argument("--results", type=Path, default=_ROOT / "benchmarks" / "results")
    options = parser.parse_args()
    results: dict[str, Any] = {"machine": machine(), "sizes": {}}
    for size in options.passages:
        results["sizes"][str(size)] = measured(options.corpus, size, options.engines, options.work)
        report.write(results, options.results)


def measured(source: Path, size: int, engines: list[str], work: Path) -> dict[str, Any]:
    """Measure everything at one size. Files of an earlier run are used again."""
    folder = work / str(size)
    folder.mkdir(parents=True, exist_ok=True)
    database, articles, other = folder / "news.db", folder / "articles.jsonl", work / "meanwhile.jsonl"
    texts = _kept(folder / "texts.json", lambda: corpus.write_articles(source, size, articles))
    _kept(work / "meanwhile.json", lambda: corpus.write_articles(source, min(size, _MEANWHILE), other, seed=7))
    characters = str(texts["characters"])
    found: dict[str, Any] = {"texts": texts}
    found["import"] = _kept(
        folder / "import.json", lambda: _process("benchmarks.product", "imported", database, articles, characters)
    )
    tokens = folder / "tokens.npz"
    store = Database(database)
    # Fewer than were written: articles with too few words are refused, and equal texts are one article.
    texts["passages"] = Articles(store).statistics().passages
    if not tokens.exists():
        corpus.write_tokens(store, Analyzer(), corpus.questions(store), tokens)
    store.close()
    found["engines"] = {}
    for name in engines:
        if missing(name):
            _say(f"{name}: skipped, it is not installed (pip install '.[bench]')")
            continue
        _say(f"{name}, {size:,} passages")
        where = folder / name.split()[0]
        one = _process("benchmarks.measure", "build", name, where, tokens)
        if name not in IN_MEMORY:
            one |= _process("benchmarks.measure", "reopened", name, where, tokens)
        found["engines"][name] = one
        shutil.rmtree(where, ignore_errors=True)
    _say(f"the product, {size:,} passages")
    copy = folder / "copy.db"
    shutil.copyfile(database, copy)
    found["product"] = _process("benchmarks.product", "asked", copy, other)
    copy.unlink()
    return found


def machine() -> dict[str, Any]:
    """The machine, Python and packages of the measurement."""
    versions = {}
    for package in _PACKAGES:
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            versions[package] = "-"
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return {
        "date": date.today().isoformat(),
        "cores": cores,
        "machine": platform.machine(),
        "python": platform.python_version(),
        "packages": versions,
    }


def _process(module: str, *arguments: object) -> dict[str, Any]:
    """Run a module in a new process, so that no engine inherits memory of another; returns its last line of output."""
    command = [sys.executable, "-W", "ignore", "-m", module, *map(str, arguments)]
    done = subprocess.run(command, cwd=_ROOT, stdout=subprocess.PIPE, encoding="utf-8", check=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _kept(path: Path, make: Any) -> dict[str, Any]:
    if not path.exists():
        path.write_text(json.dumps(make()))
    found: dict[str, Any] = json.loads(path.read_text())
    return found


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
