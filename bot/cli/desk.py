"""The commands of the editor's desk: `merge`, `history`, `log` and `undo`."""

import argparse
import secrets
import sys
from contextlib import closing

from bot.cli import json_output, terminal
from bot.cli.database import open_catalogue, open_for_changes
from bot.cli.output import FOUND, NOT_FOUND, print_json
from bot.service.chronicle import Chronicle
from bot.settings import Settings
from bot.words import answers, desk, editors, operators
from retrieval.change import Actor, Change
from retrieval.desk import Desk

# The author of changes that the command line makes.
OPERATOR = Actor("命令行")


def change(what: str, **fields: object) -> Change:
    """A change of the operator, with a key by which it can be taken back."""
    return Change(OPERATOR, what, key=secrets.randbits(62), **fields)  # type: ignore[arg-type]


def merge(settings: Settings, options: argparse.Namespace) -> int:
    kept, other = options.kept, options.other
    with closing(open_for_changes(settings)) as engine:
        edited = Desk(engine.archive).merge(kept, other, change("merge"), _nothing)
        if edited is None:
            missing = [number for number in (kept, other) if engine.archive.article(number) is None]
            for number in missing:
                print(editors.no_such_article(number), file=sys.stderr)
            if not missing:
                print(operators.SAME_NUMBER, file=sys.stderr)
            return NOT_FOUND
    if options.json:
        print_json({"merged": other, "into": kept, "article": json_output.article(kept, edited.after)})
    else:
        print(terminal.strip_controls(desk.merged(kept, other, desk.differences(edited.before, edited.after))))
    return FOUND


def history(settings: Settings, options: argparse.Namespace) -> int:
    """The former versions of an article, the oldest first, and the stored one."""
    number = options.id
    history = Chronicle(open_catalogue(settings)).history(number)
    if history is None:
        print(editors.no_such_article(number), file=sys.stderr)
        return NOT_FOUND
    stored = history.stored
    if options.json:
        print_json(
            {
                "id": number,
                "versions": [json_output.version(former.version, former.entry) for former in history.former],
                "current": json_output.article(number, stored) if stored else None,
            }
        )
        return FOUND
    for former in history.former:
        line = desk.version_line(former.version, former.after, former.entry, settings.timezone)
        print(terminal.strip_controls(line))
    if stored is not None:
        facts = answers.source_line(stored.source, stored.published, settings.today())
        print(terminal.strip_controls(desk.current_line(stored, facts)))
    return FOUND


def log(settings: Settings, options: argparse.Namespace) -> int:
    """The last entries of the journal, the newest first."""
    log = Chronicle(open_catalogue(settings)).log(options.n)
    if options.json:
        print_json({"entries": [json_output.entry(entry) for entry in log.entries]})
        return FOUND
    for entry in log.entries:
        print(terminal.strip_controls(f"{entry.id}\t{desk.entry_line(entry, settings.timezone, log.titles)}"))
    return FOUND


def undo(settings: Settings, options: argparse.Namespace) -> int:
    """Take back the change of an entry of the journal."""
    with closing(open_for_changes(settings)) as engine:
        entry = next(iter(engine.archive.journal(1, before=options.entry + 1)), None)
        if entry is None or entry.id != options.entry or entry.key is None:
            print(operators.NO_SUCH_ENTRY, file=sys.stderr)
            return NOT_FOUND
        undone = Desk(engine.archive).undo(change("undo", undoes=entry.key), _nothing, anyway=options.anyway)
    if options.json:
        print_json({"status": undone.status, "returned": undone.returned, "removed": undone.removed})
    else:
        sentence = desk.undone(undone) + (operators.ANYWAY_HINT if undone.status == "changed" else "")
        print(sentence, file=sys.stdout if undone.status == "done" else sys.stderr)
    return FOUND if undone.status == "done" else NOT_FOUND


def _nothing(_: object) -> None:
    """Record nothing beside the change."""
