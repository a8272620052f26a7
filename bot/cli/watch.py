"""`add --watch`: a folder whose new and changed files are added as they come, until a signal ends it."""

import argparse
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from types import FrameType

from bot.cli import terminal
from bot.cli.add_report import AddReport
from bot.cli.database import open_with_memory
from bot.cli.desk import change
from bot.cli.file_correction import corrected, replaced
from bot.cli.items import read_all
from bot.cli.output import FOUND, print_json, require_reader, tell
from bot.cli.watched_folder import WatchedFolder
from bot.service.watched_files import WatchedFiles
from bot.settings import OperatorError, Settings
from bot.words import operators
from retrieval.engine import SearchEngine

# Seconds between two looks. Folders of another computer tell of no change, so that each must be looked at.
_PAUSE = 2.0
_DAY = 24 * 3600.0


def watch(settings: Settings, options: argparse.Namespace) -> int:
    """Add the files of a folder as they come. A signal ends it after the batch that is being stored.

    No file is moved, changed or deleted. Each file is one change, which can be taken back by itself.
    """
    path = Path(options.watch).absolute()
    if not path.is_dir():
        raise OperatorError(operators.no_folder(options.watch))
    opened, memory = open_with_memory(settings, is_first=False)
    with closing(opened) as engine, _stopped_by_signal() as stop:
        files = WatchedFiles(memory)
        folder = WatchedFolder(path, files.read_as)
        tell(operators.watching(str(path)))
        is_lost, pruned = False, -_DAY
        while not stop.is_set():
            now = time.monotonic()
            try:
                ready = folder.ready(now)
                if now - pruned >= _DAY:
                    files.prune(folder.files())
                    pruned = now
                if is_lost:
                    tell(operators.folder_is_back(str(path)))
                is_lost = False
            except OSError as error:
                ready = []
                if not is_lost:
                    tell(operators.folder_is_lost(str(path), error))
                is_lost = True
            for file, fingerprint in ready:
                if stop.is_set():
                    break
                report = _add(engine, file, files.article(file), settings, options, stop)
                if report is not None:
                    # A file that is refused for now, such as an empty one, still is that of its article.
                    held = report.only.id if report.only else files.article(file) if report.is_empty else None
                    files.note(file, fingerprint, held)
                require_reader()
            stop.wait(_PAUSE)
    tell(operators.STOPPED)
    return FOUND


def _add(
    engine: SearchEngine,
    file: Path,
    former: int | None,
    settings: Settings,
    options: argparse.Namespace,
    stop: threading.Event,
) -> AddReport | None:
    """Add a file, which held the article `former` before, and say what came of it; None when a signal ended it."""
    report, adding = AddReport(is_whole=options.json), change("add", is_confirmed=options.again)
    with closing(engine.add_many(read_all([str(file)]), adding)) as batches:
        for batch in batches:
            for sentence in filter(None, report.note(batch)):
                tell(sentence)
            if stop.is_set():
                return None
    for sentence in report.rest():
        tell(sentence)
    if report.only is not None:
        report.only = corrected(engine, former, report.only, adding)
        if report.only.id == former and (lost := replaced(engine, report.only)) is not None:
            tell(terminal.strip_controls(operators.replaced(former, *lost)))
    if options.json:
        print_json({"item": str(file)} | report.fields(), flush=True)
    else:
        report.print_articles(settings.today())
        print(terminal.strip_controls(operators.read_file(str(file), report.counts())), flush=True)
    return report


@contextmanager
def _stopped_by_signal() -> Iterator[threading.Event]:
    """An event that SIGINT and SIGTERM set; a second signal ends the process as it does elsewhere."""
    stop = threading.Event()

    def note(number: int, _: FrameType | None) -> None:
        stop.set()
        signal.signal(number, before[signal.Signals(number)])

    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
