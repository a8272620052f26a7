"""The command `ask`: one question, or one a line of standard input, answered as a page or as JSON."""

import argparse
import sys
from collections.abc import Iterable

from bot.cli import json_output, terminal
from bot.cli.database import open_engine
from bot.cli.output import FOUND, NOT_FOUND, print_json, require_reader, tell_person
from bot.serving.log import notice_when_long
from bot.settings import Settings
from bot.words import operators
from retrieval.engine import Result
from retrieval.index.protocol import Filters

_STANDARD_INPUT = "-"


def ask(settings: Settings, options: argparse.Namespace) -> int:
    """Answer the questions in order; NOT_FOUND when nothing was found for one of them."""
    filters = Filters(since=options.since, until=options.until, source=(options.source or "").strip() or None)
    code = FOUND
    with notice_when_long(operators.PREPARING, tell_person):
        engine = open_engine(settings)
        engine.archive.warm()
    for question in _questions(options):
        require_reader()
        result = engine.search(question, options.k, filters, today=settings.today(), explain=options.explain)
        _print(result, settings, options)
        code = NOT_FOUND if result.status == "none" else code
    return code


def _questions(options: argparse.Namespace) -> Iterable[str]:
    """The question, or the lines of standard input: all of them for JSON, whose objects are matched by their order."""
    if options.question != _STANDARD_INPUT:
        return [options.question]
    lines = (line.rstrip("\r\n") for line in sys.stdin)
    return lines if options.json else filter(str.strip, lines)


def _print(result: Result, settings: Settings, options: argparse.Namespace) -> None:
    if options.json:
        print_json(json_output.result(result, explain=options.explain))
    else:
        page = terminal.page(result, settings.today(), colour=sys.stdout.isatty(), explain=options.explain)
        print(page, end="\n\n" if options.question == _STANDARD_INPUT else "\n")
    sys.stdout.flush()
