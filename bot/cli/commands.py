"""Table of the commands: the module and the function of each, imported when the command is chosen."""

import argparse
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module

from bot.settings import Settings


@dataclass(frozen=True, slots=True)
class Command:
    """A function of settings and options that prints, and returns the exit code."""

    module: str
    function: str
    has_json: bool = False


COMMANDS: Mapping[str, Command] = {
    "serve": Command("bot.cli.serve", "serve"),
    "ask": Command("bot.cli.ask", "ask", has_json=True),
    "add": Command("bot.cli.add", "add", has_json=True),
    "remove": Command("bot.cli.articles", "remove", has_json=True),
    "list": Command("bot.cli.articles", "list_articles", has_json=True),
    "show": Command("bot.cli.articles", "show", has_json=True),
    "feeds": Command("bot.cli.feeds", "feeds", has_json=True),
    "stats": Command("bot.cli.articles", "stats", has_json=True),
    "history": Command("bot.cli.desk", "history", has_json=True),
    "merge": Command("bot.cli.desk", "merge", has_json=True),
    "log": Command("bot.cli.desk", "log", has_json=True),
    "undo": Command("bot.cli.desk", "undo", has_json=True),
    "export": Command("bot.cli.safekeeping", "export"),
    "export-feedback": Command("bot.cli.export_feedback", "export_feedback"),
    "backup": Command("bot.cli.safekeeping", "backup"),
    "check": Command("bot.cli.safekeeping", "check"),
    "evaluate": Command("bot.cli.evaluate", "evaluate", has_json=True),
}


def run(settings: Settings, options: argparse.Namespace) -> int:
    """Run the chosen command, and return its exit code.

    This is the only import by name in `bot`. An import at the top would load Telegram, the parsers of intake and the
    engine for every command, and for `--help`.
    """
    command = COMMANDS[options.command]
    code: int = getattr(import_module(command.module), command.function)(settings, options)
    return code
