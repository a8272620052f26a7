"""The command that measures everything: `python -m benchmarks.run --corpus FILE`; results go to benchmarks/results."""

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
from datetime import date
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from benchmarks import corpus, report
from benchmarks.engines import ENGINES, IN_MEMORY, QUESTIONS, missing
from benchmarks.product import started_s
from benchmarks.turns import Participant, alternated, in_turn
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
    parser.add_argument("--before", type=Path, help="a checkout of a former state, measured as an engine beside")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--work", type=Path, default=_ROOT / "benchmarks" / "work", help="made once, gigabytes")
    parser.add_argument("--results", type=Path, default=_ROOT / "benchmarks" / "results")
    options = parser.parse_args()
    results: dict[str, Any] = {"machine": machine(), "sizes": {}}
    for size in options.passages:
        results["sizes"][str(size)] = measured(options, size)
        report.write(results, options.results)


def measured(options: argparse.Namespace, size: int) -> dict[str, Any]:
    """Measure everything at one size. Files of an earlier run are used again."""
    work, source = options.work, options.corpus
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
    codes = dict.fromkeys(options.engines, _ROOT)
    if options.before:
        codes["before"] = options.before
    for name, code in codes.items():
        if missing(name):
            _say(f"{name}: skipped, it is not installed (pip install '.[bench]')")
            continue
        _say(f"{name}, {size:,} passages")
        arguments = _engine(name), folder / name.split()[0], tokens
        found["engines"][name] = _process("benchmarks.measure", "build", *arguments, code=code)
        if name not in IN_MEMORY:
            found["engines"][name] |= _process("benchmarks.measure", "reopened", *arguments, code=code)
    _take_turns(options, found["engines"], codes, folder, tokens)
    for name in codes:
        shutil.rmtree(folder / name.split()[0], ignore_errors=True)
    _say(f"the product, {size:,} passages")
    copy = folder / "copy.db"
    shutil.copyfile(database, copy)
    found["product"] = _process("benchmarks.product", "asked", copy, other)
    copy.unlink()
    found["product_turns"] = _product_turns(options, folder, database)
    return found


def _take_turns(
    options: argparse.Namespace, engines: dict[str, Any], codes: dict[str, Path], folder: Path, tokens: Path
) -> None:
    """Replace the times of one engine after the other by those of all in turn; slow engines keep theirs."""
    asked = {
        name: Participant(codes[name], _engine(name), folder / name.split()[0], tokens)
        for name in engines
        if name not in QUESTIONS
    }
    if "ours" not in asked:
        return
    for k in (10, 100):
        _say(f"k {k}, in turn")
        for name, one in in_turn(asked, "ours", k, options.rounds).items():
            engines[name] |= {f"{key}_k{k}": value for key, value in one.items()}
    for participant in asked.values():
        participant.close()


def _product_turns(options: argparse.Namespace, folder: Path, database: Path) -> dict[str, Any]:
    """Questions to the whole product and its starts, in turn with the former state, each with a file of its own."""
    codes = {"ours": _ROOT} | ({"before": options.before} if options.before else {})
    copies = {name: folder / f"product-{name}" / "news.db" for name in codes}
    for copy in copies.values():
        copy.parent.mkdir(exist_ok=True)
        shutil.copyfile(database, copy)
    asked = {name: Participant(code, "product", copies[name], "-") for name, code in codes.items()}
    found = {"question": in_turn(asked, "ours", 0, options.rounds)}
    for participant in asked.values():
        participant.close()
    starts = {name: partial(started_s, copies[name], code) for name, code in codes.items()}
    found["start_s"] = alternated(starts, "ours", options.rounds)
    for copy in copies.values():
        shutil.rmtree(copy.parent)
    return found


def _engine(name: str) -> str:
    return "ours" if name == "before" else name


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


def _process(module: str, *arguments: object, code: Path = _ROOT) -> dict[str, Any]:
    """Run a module in a new process, so that no engine inherits memory of another; returns its last line of output."""
    command = [sys.executable, "-W", "ignore", "-m", module, *map(str, arguments)]
    done = subprocess.run(command, cwd=code, stdout=subprocess.PIPE, encoding="utf-8", check=True)
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
