"""The commands that keep the articles safe: `export`, `backup` and `check`."""

import argparse
import os
import shutil
import sys
from contextlib import closing
from pathlib import Path
from typing import TextIO

from tqdm import tqdm

from bot.cli import terminal
from bot.cli.database import new_analyzer
from bot.cli.output import FOUND, NOT_FOUND, require_reader
from bot.cli.target import TargetError, target_of, written_whole
from bot.service.copies import article_lines
from bot.service.file_storage import FileStorage
from bot.service.memory import Storage
from bot.service.storage import ServerStorage, server_of, storage_of
from bot.settings import Settings
from bot.words import operators
from retrieval.embedded import EmbeddedArchive
from retrieval.indexing.check import numbers
from retrieval.intake import is_exported
from retrieval.store.errors import NoRoomError
from retrieval.store.schema import is_own_file

# /dev/stdout is accepted for shells and scripts that can't pass `-`.
_STANDARD_OUTPUT = ("-", "/dev/stdout")
# Bytes of the first line of an export: an article has at most 5 MB of text, whose characters JSON may escape.
_LONGEST_LINE = 64 << 20


def export(settings: Settings, options: argparse.Namespace) -> int:
    """Write each readable article as one line of JSON; the file is whole or not there."""
    storage = storage_of(settings)
    if options.file in _STANDARD_OUTPUT:
        count, faults = _write_lines(storage, sys.stdout)
    else:
        target = target_of(options.file, settings.database_path, _is_export)
        with written_whole(options.file, target) as partial, partial.open("w", encoding="utf-8") as lines:
            count, faults = _write_lines(storage, lines)
            os.fsync(lines.fileno())
    print(operators.exported(count, options.file), file=sys.stderr)
    return NOT_FOUND if faults else FOUND


def _is_export(path: Path) -> bool:
    """Whether the first line of a file is one of an export."""
    with path.open("rb") as file:
        return is_exported(file.readline(_LONGEST_LINE))


def _write_lines(storage: Storage, lines: TextIO) -> tuple[int, int]:
    """The number of written articles, and the number of damaged or lost ones."""
    count = faults = 0
    with (
        closing(article_lines(storage)) as articles,
        tqdm(articles, unit="篇", delay=1, disable=None, file=sys.stderr) as bar,
    ):
        for row, line in bar:
            if not row.is_whole:
                faults += 1
                bar.write(operators.damaged_article(row.number, is_lost=row.article is None), file=sys.stderr)
            if line is not None:
                lines.write(line)
                count += 1
            require_reader()
    lines.flush()
    return count, faults


def backup(settings: Settings, options: argparse.Namespace) -> int:
    """Write a consistent copy of the database, even while the bot runs; the copy is whole or not there."""
    target = target_of(options.file, settings.database_path, is_own_file)
    if target.with_name(f"{target.name}-wal").exists():  # SQLite would write it over the copy
        raise TargetError(operators.in_use(options.file))
    storage = storage_of(settings)
    with written_whole(options.file, target) as partial:
        try:
            storage.copy_to(partial)
        except NoRoomError as error:
            raise TargetError(
                operators.no_room(options.file, error.wanted, shutil.disk_usage(target.parent).free)
            ) from error
    print(operators.backed_up(options.file, target.stat().st_size), file=sys.stderr)
    return FOUND


def check(settings: Settings, options: argparse.Namespace) -> int:
    """Print every fault and the articles that can be saved; with --repair, repair the database."""
    if (server := server_of(settings)) is not None:
        return _check_server(server, settings, options)
    file = FileStorage(settings.database_path)
    archive = EmbeddedArchive(file.readable_database(), new_analyzer(settings))
    findings = archive.check()
    for fault in findings.faults:
        print(terminal.strip_controls(fault))
    if not findings.faults:
        print(operators.SOUND)
        return FOUND
    print(operators.can_be_saved(len(findings.saved), numbers(findings.saved)))
    if not options.repair:
        print(operators.REPAIR_HINT, file=sys.stderr)
        return NOT_FOUND
    if findings.in_tables and not findings.saved:
        print(operators.NOTHING_TO_REPAIR, file=sys.stderr)
        return NOT_FOUND
    damaged = archive.repair(findings)
    archive.close()
    print(operators.repaired_as_new(str(damaged), len(findings.saved)) if damaged else operators.REPAIRED)
    faults = EmbeddedArchive(file.database(), new_analyzer(settings)).check().faults
    for fault in faults:
        print(terminal.strip_controls(fault))
    if not faults:
        print(operators.SOUND)
    return NOT_FOUND if faults else FOUND


def _check_server(server: ServerStorage, settings: Settings, options: argparse.Namespace) -> int:
    """Print every fault of the archive in a search server; with --repair, those that are left after it."""
    faults = server.check(new_analyzer(settings), repair=options.repair)
    for fault in faults:
        print(terminal.strip_controls(fault))
    if not faults:
        print(operators.SERVER_SOUND)
    elif not options.repair:
        print(operators.REPAIR_HINT, file=sys.stderr)
    return NOT_FOUND if faults else FOUND
