"""The worth of each rule of intake: how often the rule fires over the cases and tests, and the points lost without it.

    python -m benchmarks.rules FOLDER... > docs/rules.md

A rule is a pattern of a module of `retrieval.intake`, or a group of words of its lexicon. A folder holds cases: folders
with an input and an expected.json, which names the title, the source, the days, the authors, prefixes of paragraphs and
strings that must not be there. Each rule is left out once, and the cases on which it fires are read again.
"""

import argparse
import contextlib
import json
import multiprocessing
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from retrieval.article import Article
from retrieval.intake import lexicon
from retrieval.text.folding import squeeze

FIELDS = ("count", "title", "published", "source", "author", "editor", "text", "clean")
_ROOMS = ("prose", "page", "formats")
# Words of a group that the report prints.
_MOST_WORDS = 12


@dataclass(frozen=True, slots=True)
class Case:
    name: str
    file: str
    data: bytes
    expected: list[dict[str, Any]]


class _Rule:
    """A pattern in the place of a rule: it counts on what it fires, or fires on nothing."""

    def __init__(self, pattern: re.Pattern[str], fired: Callable[[], None] | None) -> None:
        self.pattern, self._pattern, self._fired = pattern.pattern, pattern, fired

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._pattern, name)
        if not callable(method):
            return method

        def called(*arguments: Any, **named: Any) -> Any:
            if self._fired is None:
                return _without(name, arguments)
            result = method(*arguments, **named)
            if name in ("finditer", "findall"):
                result = list(result)
            if result != _without(name, arguments):
                self._fired()
            return result

        return called


def _without(method: str, arguments: tuple[Any, ...]) -> Any:
    """The result of a method of a pattern that matches nothing."""
    match method:
        case "sub":
            return arguments[1]
        case "split":
            return [arguments[0]]
        case "finditer" | "findall":
            return []
        case _:
            return None


def cases(folders: Iterable[Path]) -> list[Case]:
    """The cases in these folders that are about reading."""
    found = []
    for path in sorted(path for folder in folders for path in folder.glob("*/expected.json")):
        expected = json.loads(path.read_text(encoding="utf-8"))
        if expected["kind"] == "ask" or expected.get("stage") == "store":
            continue
        file = expected.get("file", f"input.{expected['kind']}")
        found.append(Case(path.parent.name, file, (path.parent / file).read_bytes(), expected["articles"]))
    return found


def score(case: Case) -> Counter[str]:
    """The points of a case by field, as `read` reads it now; at most one for each article and field."""
    # Imported when a group of words may have been left out.
    read = import_module("retrieval.intake.file").read
    got = [item for item in read(case.data, case.file) if isinstance(item, Article)]
    points = Counter({"count": int(len(got) == len(case.expected))})
    for number, wanted in enumerate(case.expected):
        texts = [squeeze(article.text) for article in got]
        prefixes = list(map(squeeze, wanted["paragraph_prefixes"]))
        fitting = [sum(prefix in text for prefix in prefixes) for text in texts]
        if not fitting or max(fitting) == 0:
            continue
        article = got[fitting.index(max(fitting)) if len(got) != len(case.expected) else number]
        points.update(_points(article, wanted, prefixes))
    return points


def scores(every: list[Case]) -> dict[str, Counter[str]]:
    """The points of each case by its name."""
    return {case.name: score(case) for case in every}


def _points(article: Article, wanted: dict[str, Any], prefixes: list[str]) -> dict[str, float]:
    starts = [squeeze(line) for line in article.text.split("\n")]
    found = sum(any(line.startswith(prefix) for line in starts) for prefix in prefixes)
    forbidden = [squeeze(text) for text in wanted.get("forbidden") or [] if squeeze(text)]
    left = sum(text in squeeze(article.text) for text in forbidden)
    points = {"text": found / max(1, len(prefixes)), "clean": 1 - left / max(1, len(forbidden))}
    for field in ("title", "source", "editor"):
        if wanted.get(field):
            points[field] = float(squeeze(getattr(article, field) or "") == squeeze(wanted[field]))
    if wanted.get("author"):
        people = (article.author or "").split()
        points["author"] = float(sorted(people) == sorted(wanted["author"].split()))
    if "published" in wanted:
        day = wanted["published"]
        points["published"] = float((article.published or "").startswith(day) if day else article.published is None)
    return points


def total(scores: Iterable[Counter[str]]) -> Counter[str]:
    together: Counter[str] = Counter()
    for one in scores:
        together.update(one)
    return together


def modules() -> list[ModuleType]:
    """The modules with rules."""
    root = Path(str(import_module("retrieval.intake").__file__)).parent
    names = [
        path.relative_to(root).with_suffix("").parts for room in _ROOMS for path in sorted((root / room).glob("*.py"))
    ]
    return [import_module(".".join(("retrieval.intake", *name))) for name in names if name[-1] != "__init__"]


def patterns() -> Iterator[tuple[ModuleType, str, re.Pattern[str]]]:
    for module in modules():
        for name, value in sorted(vars(module).items()):
            if isinstance(value, re.Pattern) and _is_own(module, name, value):
                yield module, name, value


def _is_own(module: ModuleType, name: str, value: re.Pattern[str]) -> bool:
    """Whether a module makes the pattern itself instead of importing it."""
    source = Path(str(module.__file__)).read_text(encoding="utf-8")
    return re.search(rf"^(?:[\w, ]+, )?{name}\b[^\n]*=", source, re.MULTILINE) is not None


def _forget() -> None:
    """Empty all caches: a rule that is left out must not live on in what was read with it."""
    for module in modules():
        for value in vars(module).values():
            if callable(getattr(value, "cache_clear", None)):
                value.cache_clear()


def _count(now: Callable[[], str]) -> dict[tuple[str, str], Counter[str]]:
    """Put a counting rule in the place of each pattern: the counts are those of the case that `now` names."""
    found: dict[tuple[str, str], Counter[str]] = {}
    for module, name, pattern in patterns():
        counts = found[_name(module), name] = Counter()

        def fired(counts: Counter[str] = counts) -> None:
            counts[now()] += 1

        setattr(module, name, _Rule(pattern, fired))
    return found


def fired_by(every: list[Case]) -> dict[tuple[str, str], Counter[str]]:
    """How often each pattern fires, by case."""
    now = ""
    found = _count(lambda: now)
    for case in every:
        now = case.name
        _forget()
        score(case)
    return found


def fired_in_tests() -> dict[tuple[str, str], Counter[str]]:
    """How often each pattern fires in the tests of the rooms with rules, which hold small cases of their own."""
    found = _count(lambda: "tests")
    with contextlib.redirect_stdout(sys.stderr):
        pytest.main(["-q", "-p", "no:cacheprovider", *(f"tests/intake/{room}" for room in _ROOMS)])
    return found


def _name(module: ModuleType) -> str:
    return module.__name__.removeprefix("retrieval.intake.")


def points_without(task: tuple[str, str, list[Case]]) -> tuple[str, str, dict[str, float]]:
    """The points of the cases by field without a pattern, or without a group of words when the module is "lexicon"."""
    where, name, every = task
    if where == "lexicon":
        lexicon.leave_out(name)
        # The rules are made of the words when they are imported.
        for loaded in [loaded for loaded in sys.modules if loaded.startswith("retrieval.intake")]:
            if loaded != lexicon.__name__:
                del sys.modules[loaded]
    else:
        module = import_module(f"retrieval.intake.{where}")
        setattr(module, name, _Rule(getattr(module, name), None))
    return where, name, dict(total(map(_score_or_nothing, every)))


def _score_or_nothing(case: Case) -> Counter[str]:
    try:
        return score(case)
    except Exception:  # a rule that others rely on is left out
        return Counter()


def report(every: list[Case]) -> Iterator[str]:
    context = multiprocessing.get_context("spawn")  # each process imports the rules anew
    with context.Pool(2, maxtasksperchild=1) as pool:
        counting = pool.apply_async(fired_by, (every,))
        in_tests = pool.apply_async(fired_in_tests)
        whole = pool.apply(scores, (every,))
        fired, tested = counting.get(), in_tests.get()
    tasks = [(where, name, [case for case in every if counts[case.name]]) for (where, name), counts in fired.items()]
    tasks += [("lexicon", group, every) for group in lexicon.names()]
    losses: dict[tuple[str, str], dict[str, float]] = {}
    with context.Pool(2, maxtasksperchild=1) as pool:
        for done, (where, name, points) in enumerate(pool.imap_unordered(points_without, tasks), 1):
            read = next(chosen for one, other, chosen in tasks if (one, other) == (where, name))
            before = total(whole[case.name] for case in read)
            losses[where, name] = {field: before[field] - points.get(field, 0) for field in FIELDS}
            if done % 20 == 0 or done == len(tasks):
                print(f"{done} / {len(tasks)}", file=sys.stderr)
    yield from _table(every, total(whole.values()), fired, tested, losses)


def _table(
    every: list[Case],
    whole: Counter[str],
    fired: dict[tuple[str, str], Counter[str]],
    tested: dict[tuple[str, str], Counter[str]],
    losses: dict[tuple[str, str], dict[str, float]],
) -> Iterator[str]:
    points = ", ".join(f"{field} {whole[field]:.1f}" for field in FIELDS)
    yield "# What each rule of intake is worth\n"
    yield (
        f"Made by `python -m benchmarks.rules` on {time.strftime('%Y-%m-%d')} from {len(every)} cases, which hold "
        f"{sum(len(case.expected) for case in every)} articles. The points with all rules: {points}. Each line is a "
        "rule: the cases on which it fires, how often, how often in tests/intake, and the points lost without it.\n"
    )
    yield "| rule | cases | fires | in tests | lost without it |"
    yield "|---|--:|--:|--:|---|"
    for (where, name), counts in sorted(fired.items()):
        lost = _lost(losses[where, name])
        yield f"| {where} `{name}` | {len(counts)} | {counts.total()} | {tested[where, name].total()} | {lost} |"
    yield "\n| words | number | lost without them |"
    yield "|---|--:|---|"
    for group in lexicon.names():
        words = lexicon.words(group)
        yield f"| {group}: {' '.join(words[:_MOST_WORDS])} | {len(words)} | {_lost(losses['lexicon', group])} |"


def _lost(loss: dict[str, float]) -> str:
    return ", ".join(f"{field} {points:.1f}" for field, points in loss.items() if abs(points) >= 0.05) or "—"


def main() -> None:
    parser = argparse.ArgumentParser(description="Tell what each rule of intake is worth.")
    parser.add_argument("folders", nargs="+", type=Path, help="folders of cases")
    every = cases(parser.parse_args().folders)
    if not every:
        parser.error("no case in these folders")
    for line in report(every):
        print(line)


if __name__ == "__main__":
    main()
