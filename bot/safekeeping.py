"""What do the commands do that keep safe what is stored: export, backup, check? One function a command."""

import argparse
import os
import shutil
import sys
from typing import TextIO

from tqdm import tqdm

from bot import wording
from bot.commands import FOUND, NOT_FOUND, open_store
from bot.settings import Settings
from bot.target import TargetError, target_of, written_whole
from retrieval.analysis import Analyzer
from retrieval.engine import SearchEngine
from retrieval.intake import write_line
from retrieval.store import NoRoomError, Store

# A shell that can't give `-` gives this.
_STANDARD_OUTPUT = ("-", "/dev/stdout")


def export(settings: Settings, options: argparse.Namespace) -> int:
    """Write every article, a line each; a file is whole or not there."""
    store = open_store(settings)
    if options.file in _STANDARD_OUTPUT:
        count = _write_lines(store, sys.stdout)
    else:
        target = target_of(options.file, settings.database_path)
        with written_whole(options.file, target) as partial, partial.open("w", encoding="utf-8") as lines:
            count = _write_lines(store, lines)
            os.fsync(lines.fileno())
    print(wording.exported(count, options.file), file=sys.stderr)
    return FOUND


def _write_lines(store: Store, lines: TextIO) -> int:
    """Nothing is read while a line is written: whoever reads them may be slow, and the log of the file would grow."""
    count = 0
    for article in tqdm(store.articles(), unit="篇", delay=1, disable=None, file=sys.stderr):
        lines.write(write_line(article.id or 0, article) + "\n")
        count += 1
    lines.flush()
    return count


def backup(settings: Settings, options: argparse.Namespace) -> int:
    """A consistent copy, while the bot runs; written beside the file and renamed, so that it is whole or not there."""
    target = target_of(options.file, settings.database_path)
    store = Store(settings.database_path, must_exist=True)
    with written_whole(options.file, target) as partial:
        try:
            store.copy_to(partial)
        except NoRoomError as error:
            raise TargetError(
                wording.no_room(options.file, error.wanted, shutil.disk_usage(target.parent).free)
            ) from error
    print(wording.backed_up(options.file, target.stat().st_size), file=sys.stderr)
    return FOUND


def check(settings: Settings, options: argparse.Namespace) -> int:
    engine = SearchEngine(open_store(settings), Analyzer())
    faults = engine.check()
    for fault in faults:
        print(fault)
    if faults and options.repair:
        engine.rebuild()
        print(wording.REPAIRED)
        faults = engine.check()
    elif faults:
        print(wording.REPAIR_HINT, file=sys.stderr)
    if not faults:
        print(wording.SOUND)
    return NOT_FOUND if faults else FOUND
