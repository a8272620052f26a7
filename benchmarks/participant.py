"""A process that answers questions by their number, as `benchmarks.turns` asks for them.

    python benchmarks/participant.py NAME FOLDER TOKENS       answers for an engine of `benchmarks.engines`
    python benchmarks/participant.py product DATABASE -       answers for the whole product

Run as a file and not as a module, so that PYTHONPATH decides whose code answers: that of this checkout, or that of a
former state beside it.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.corpus import Tokens, questions
from benchmarks.engines import ENGINES
from retrieval.engine import SearchEngine
from retrieval.store.database import Database

try:
    from bot.serving.garbage import collect_rarely
except ImportError:  # a former state

    def collect_rarely() -> None:
        """Leave it as it is."""


def engine(name: str, folder: Path, tokens: Path) -> tuple[int, Callable[[int, int], object]]:
    """The number of questions, and a function from the number of one and k to its answer by an engine."""
    opened = ENGINES[name](folder)
    opened.open()
    asked = [terms for terms in Tokens(tokens).questions if terms]
    return len(asked), lambda number, k: opened.search(asked[number], k)


def product(path: Path) -> tuple[int, Callable[[int, int], object]]:
    """The number of questions, and a function from the number of one to its answer by the whole product."""
    database = Database(path)
    asked = questions(database)
    database.close()
    collect_rarely()  # as the bot does
    opened = SearchEngine.open(path)
    opened.search(asked[0])
    return len(asked), lambda number, _: opened.search(asked[number])


def main(name: str, where: str, tokens: str) -> None:
    count, answer = product(Path(where)) if name == "product" else engine(name, Path(where), Path(tokens))
    print(count, flush=True)
    for line in sys.stdin:
        number, k = map(int, line.split())
        started = time.perf_counter()
        answer(number, k)
        print((time.perf_counter() - started) * 1000, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
