"""What do the commands do that keep safe what is stored: export, backup, check? One function a command."""

import argparse
import os
import shutil
import sys
from typing import TextIO

from tqdm import tqdm

from bot.cli import terminal
from bot.cli.commands import FOUND, NOT_FOUND, open_database
from bot.cli.target import TargetError, target_of, written_whole
from bot.settings import Settings
from bot.words import operators
from retrieval.embedded import EmbeddedArchive
from retrieval.indexing.check import numbers
from retrieval.indexing.salvage import salvaged
from retrieval.intake import write_line
from retrieval.store.database import Database
from retrieval.store.errors import DamagedError, NoRoomError
from retrieval.text.analyzer import Analyzer

# A shell that can't give `-` gives this.
_STANDARD_OUTPUT = ("-", "/dev/stdout")


def export(settings: Settings, options: argparse.Namespace) -> int:
    """Write every article that can be read, a line each; a file is whole or not there."""
    database = _readable_database(settings)
    if options.file in _STANDARD_OUTPUT:
        count, faults = _write_lines(database, sys.stdout)
    else:
        target = target_of(options.file, settings.database_path)
        with written_whole(options.file, target) as partial, partial.open("w", encoding="utf-8") as lines:
            count, faults = _write_lines(database, lines)
            os.fsync(lines.fileno())
    print(operators.exported(count, options.file), file=sys.stderr)
    return NOT_FOUND if faults else FOUND


def _write_lines(database: Database, lines: TextIO) -> tuple[int, int]:
    """How many articles were written, and how many of them all were damaged or lost.

    Nothing is read while a line is written: whoever reads them may be slow, and the log of the file would grow.
    """
    count = faults = 0
    with tqdm(salvaged(database), unit="篇", delay=1, disable=None, file=sys.stderr) as bar:
        for one in bar:
            if not one.is_whole:
                faults += 1
                bar.write(operators.damaged_article(one.number, is_lost=one.article is None), file=sys.stderr)
            if one.article is not None:
                lines.write(write_line(one.number, one.article) + "\n")
                count += 1
    lines.flush()
    return count, faults


def backup(settings: Settings, options: argparse.Namespace) -> int:
    """A consistent copy, while the bot runs; written beside the file and renamed, so that it is whole or not there."""
    target = target_of(options.file, settings.database_path)
    database = Database(settings.database_path, must_exist=True)
    with written_whole(options.file, target) as partial:
        try:
            database.copy_to(partial)
        except NoRoomError as error:
            raise TargetError(
                operators.no_room(options.file, error.wanted, shutil.disk_usage(target.parent).free)
            ) from error
    print(operators.backed_up(options.file, target.stat().st_size), file=sys.stderr)
    return FOUND


def check(settings: Settings, options: argparse.Namespace) -> int:
    """Tell everything that is wrong, and which articles can be saved; with --repair, make it sound."""
    archive = EmbeddedArchive(_readable_database(settings), Analyzer())
    found = archive.check()
    for fault in found.faults:
        print(terminal.strip_controls(fault))
    if not found.faults:
        print(operators.SOUND)
        return FOUND
    print(operators.can_be_saved(len(found.saved), numbers(found.saved)))
    if not options.repair:
        print(operators.REPAIR_HINT, file=sys.stderr)
        return NOT_FOUND
    if found.in_tables and not found.saved:
        print(operators.NOTHING_TO_REPAIR, file=sys.stderr)
        return NOT_FOUND
    kept = archive.repair(found)
    archive.close()
    print(operators.repaired_as_new(str(kept), len(found.saved)) if kept else operators.REPAIRED)
    faults = EmbeddedArchive(open_database(settings), Analyzer()).check().faults
    for fault in faults:
        print(terminal.strip_controls(fault))
    if not faults:
        print(operators.SOUND)
    return NOT_FOUND if faults else FOUND


def _readable_database(settings: Settings) -> Database:
    """The file as it is, sound or damaged. Raises StoreError when none of it can be read."""
    try:
        return open_database(settings)
    except DamagedError:
        return Database(settings.database_path, must_exist=True, damaged=True)
