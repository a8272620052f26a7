"""Engines that are asked in turn, question by question, each in a process of its own.

Asked one after the other, engines meet different loads of a shared machine: two runs of one state differed by a third.
In turn, all of them meet the same load.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

_PARTICIPANT = Path(__file__).resolve().with_name("participant.py")
_PERCENTILES = {"p50": 50, "p95": 95}


class Participant:
    """A process that answers questions by their number."""

    def __init__(self, code: Path, *arguments: object) -> None:
        command = [sys.executable, "-W", "ignore", str(_PARTICIPANT), *map(str, arguments)]
        environment = os.environ | {"PYTHONPATH": str(code)}
        self._process = subprocess.Popen(
            command, cwd=code, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
        )
        self.questions = int(self._line())

    def ask(self, number: int, k: int) -> float:
        """The milliseconds that the process itself measured for a question."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{number} {k}\n")
        self._process.stdin.flush()
        return float(self._line())

    def close(self) -> None:
        self._process.communicate()

    def _line(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the process ended with {self._process.wait()}")
        return line


def in_turn(participants: Mapping[str, Participant], first: str, k: int, rounds: int) -> dict[str, Any]:
    """p50 and p95 of each in milliseconds, and those of `first` as a share of each: median, least and most of a round.

    A question counts with the median of its rounds. All are asked the same question, one after the other, in an order
    that alternates. The round before the first is not counted.
    """
    count = min(participant.questions for participant in participants.values())
    times = {name: np.zeros((rounds + 1, count)) for name in participants}
    for round_number in range(rounds + 1):
        for number in range(count):
            order = list(participants) if (number + round_number) % 2 else list(participants)[::-1]
            for name in order:
                times[name][round_number, number] = participants[name].ask(number, k)
    found: dict[str, Any] = {}
    for name, of_rounds in times.items():
        found[name] = {}
        for title, percentile in _PERCENTILES.items():
            shares = [
                float(np.percentile(mine, percentile) / np.percentile(theirs, percentile))
                for mine, theirs in zip(times[first][1:], of_rounds[1:], strict=True)
            ]
            found[name][f"{title}_ms"] = float(np.percentile(np.median(of_rounds[1:], axis=0), percentile))
            found[name][f"{title}_share"] = [float(np.median(shares)), min(shares), max(shares)]
    return found


def alternated(run: Mapping[str, Callable[[], float]], first: str, rounds: int) -> dict[str, Any]:
    """The median of what each call gives, called in turn, and that of `first` as a share of each, as in `in_turn`."""
    given: dict[str, list[float]] = {name: [] for name in run}
    for round_number in range(rounds):
        for name in list(run) if round_number % 2 else list(run)[::-1]:
            given[name].append(run[name]())
    found = {}
    for name, values in given.items():
        shares = [mine / theirs for mine, theirs in zip(given[first], values, strict=True)]
        found[name] = {
            "median": float(np.median(values)),
            "share": [float(np.median(shares)), min(shares), max(shares)],
        }
    return found
