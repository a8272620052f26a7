"""The command `ask`: one question, answered as a page or as JSON."""

import argparse
import sys

from bot.cli import json_output, terminal
from bot.cli.database import open_engine
from bot.cli.output import FOUND, NOT_FOUND, print_json, tell_person
from bot.serving.log import notice_when_long
from bot.settings import Settings
from bot.words import operators
from retrieval.index.protocol import Filters


def ask(settings: Settings, options: argparse.Namespace) -> int:
    filters = Filters(since=options.since, until=options.until, source=(options.source or "").strip() or None)
    today = settings.today()
    with notice_when_long(operators.PREPARING, tell_person):
        engine = open_engine(settings)
        result = engine.search(options.question, options.k, filters, today=today, explain=options.explain)
    if options.json:
        print_json(json_output.result(result, explain=options.explain))
    else:
        print(terminal.page(result, today, colour=sys.stdout.isatty(), explain=options.explain))
    return NOT_FOUND if result.status == "none" else FOUND
