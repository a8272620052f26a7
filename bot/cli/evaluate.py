"""The command `evaluate`: quality and speed over a folder of questions with known passages."""

import argparse
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

from tqdm import tqdm

from bot.cli.database import new_analyzer
from bot.cli.output import FOUND, print_json
from bot.settings import OperatorError, Settings
from retrieval.evaluation import report as evaluation
from retrieval.evaluation.collection import Collection, EvaluationError, load, load_passages
from retrieval.evaluation.rankings import ENGINES

_T = TypeVar("_T")


def evaluate(settings: Settings, options: argparse.Namespace) -> int:
    """Raises OperatorError when a folder can't be used."""
    report = evaluation.evaluate(
        _load(load, options.folder),
        new_analyzer(settings),
        new_index=ENGINES[options.engine],
        plain=options.plain,
        unrelated=_load(load, options.unrelated) if options.unrelated else None,
        others=_load(load_passages, options.others) if options.others else None,
        robust=options.robust,
        cache=settings.database_path.parent / "cache",
        progress=_progress,
    )
    if options.json:
        print_json(report)
        return FOUND
    width = max(map(len, report))
    for name, value in report.items():
        shown = "-" if value is None else f"{value:,}" if isinstance(value, int) else f"{value:.3f}"
        print(f"{name:<{width}}  {shown:>10}")
    return FOUND


def _load(read: Callable[[Path], Collection], path: Path) -> Collection:
    """The collection of a path; its warnings are printed to standard error."""
    try:
        collection = read(path)
    except EvaluationError as error:
        raise OperatorError(str(error)) from error
    for warning in collection.warnings:
        print(warning, file=sys.stderr)
    return collection


def _progress(items: Iterable[_T], total: int, label: str, /) -> Iterable[_T]:
    bar: Iterable[_T] = tqdm(items, desc=label, total=total, delay=1, disable=None, file=sys.stderr)
    return bar
