"""Time and memory of one engine, measured in a process of its own, which prints one line of JSON."""

import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import islice
from pathlib import Path

import numpy as np

from benchmarks.corpus import Tokens
from benchmarks.engines import ENGINES, IN_MEMORY, QUESTIONS, clear, disk

Measured = dict[str, float | None]
_ROUNDS = 3
_ADDITIONS = 100
# Seconds after which additions end: an engine that builds everything again for a passage does so once.
_SLOW = 1.0


@contextmanager
def timed(into: Measured, name: str) -> Iterator[None]:
    """Store the seconds that the block takes under this name."""
    started = time.perf_counter()
    yield
    into[name] = time.perf_counter() - started


def resident() -> float | None:
    """Megabytes that this process has resident now; None on a system without /proc."""
    status = Path("/proc/self/status")
    if not status.exists():
        return None
    return next(int(line.split()[1]) / 1024 for line in status.read_text().splitlines() if line.startswith("VmRSS"))


def percentiles(ask: Callable[[int], object], count: int, rounds_due: int = _ROUNDS) -> tuple[float, float]:
    """p50 and p95 in milliseconds. Each question counts with the median of its rounds: other load is noise."""
    rounds: list[list[float]] = []
    for _ in range(rounds_due):
        times = []
        for number in range(count):
            started = time.perf_counter()
            ask(number)
            times.append((time.perf_counter() - started) * 1000)
        rounds.append(times)
    typical = [statistics.median(times) for times in zip(*rounds, strict=True)]
    return float(np.percentile(typical, 50)), float(np.percentile(typical, 95))


def build(name: str, folder: Path, tokens: Tokens) -> Measured:
    """Build from nothing, then add passages one by one."""
    clear(folder)
    found: Measured = {}
    engine = ENGINES[name](folder)
    with timed(found, "build_s"):
        engine.build(tokens.passages(), tokens.articles())
    found["disk_mb"] = None if name in IN_MEMORY else disk(folder) / 1e6
    if name in IN_MEMORY:
        found |= ask(name, engine.search, tokens)
        found["resident_mb"] = resident()
    times: list[float] = []
    for passage in islice(tokens.passages(), _ADDITIONS):
        addition: Measured = {}
        with timed(addition, "s"):
            engine.add(passage)
        times.append(addition["s"] or 0.0)
        if sum(times) > _SLOW:
            break
    found["add_one_ms"] = float(np.percentile(times, 95)) * 1000
    return found


def reopened(name: str, folder: Path, tokens: Tokens) -> Measured:
    """Open an index that another process built: time to the first answer, then questions."""
    found: Measured = {}
    with timed(found, "start_s"):
        engine = ENGINES[name](folder)
        engine.open()
        engine.search(tokens.questions[0], 10)
    found |= ask(name, engine.search, tokens)
    found["resident_mb"] = resident()
    return found


def ask(name: str, search: Callable[[Sequence[int], int], int], tokens: Tokens) -> Measured:
    questions = [terms for terms in tokens.questions if terms][: QUESTIONS.get(name, len(tokens.questions))]
    found: Measured = {}
    for k in (10, 100):
        search(questions[0], k)
        rounds = 1 if name in QUESTIONS else _ROUNDS
        asking = partial(_ask, search, questions, k)
        found[f"p50_ms_k{k}"], found[f"p95_ms_k{k}"] = percentiles(asking, len(questions), rounds)
    return found


def _ask(search: Callable[[Sequence[int], int], int], questions: Sequence[Sequence[int]], k: int, number: int) -> int:
    return search(questions[number], k)


if __name__ == "__main__":
    what, engine_name, where, kept = sys.argv[1:]
    step = {"build": build, "reopened": reopened}[what]
    print(json.dumps(step(engine_name, Path(where), Tokens(Path(kept)))))
