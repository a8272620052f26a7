"""The command `ask`: one question, or one a line of standard input, answered as a page or as JSON."""

import argparse
import sys
from collections.abc import Iterable, Iterator

from bot.cli import json_output, terminal
from bot.cli.database import open_engine
from bot.cli.output import FOUND, NOT_FOUND, print_json, require_reader, tell_person
from bot.serving.log import notice_when_long
from bot.settings import OperatorError, Settings
from bot.words import operators
from retrieval.engine import Result
from retrieval.index.protocol import Filters

_STANDARD_INPUT = "-"


def ask(settings: Settings, options: argparse.Namespace) -> int:
    """Answer the questions in order; NOT_FOUND when nothing was found for one of them."""
    if options.since and options.until and options.since > options.until:
        raise OperatorError(operators.no_days(options.since, options.until))
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
    return _lines() if options.json else filter(str.strip, _lines())


def _lines() -> Iterator[str]:
    """The lines of standard input. Raises OperatorError for one that is no UTF-8."""
    for number, line in enumerate(sys.stdin.buffer, 1):
        try:
            yield line.decode("utf-8").rstrip("\r\n")
        except UnicodeDecodeError:
            raise OperatorError(operators.no_utf_8(number)) from None


def _print(result: Result, settings: Settings, options: argparse.Namespace) -> None:
    if options.json:
        print_json(json_output.result(result, explain=options.explain))
    else:
        page = terminal.page(result, settings.today(), colour=sys.stdout.isatty(), explain=options.explain)
        print(page, end="\n\n" if options.question == _STANDARD_INPUT else "\n")
    sys.stdout.flush()
