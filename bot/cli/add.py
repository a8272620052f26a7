"""The command `add`: files, folders, links and standard input; a progress bar, and a line for each refusal and note."""

import argparse
import os
import sys
from contextlib import closing

from tqdm import tqdm

from bot.cli.add_report import AddReport
from bot.cli.database import open_for_changes
from bot.cli.desk import change
from bot.cli.items import read_all
from bot.cli.output import FOUND, NOT_FOUND, print_json
from bot.cli.watch import watch
from bot.settings import Settings
from bot.words import operators
from retrieval.store.errors import StoreError

# The questions of a bot on the same machine go first; so do those of an import's own processes (`indexing.workers`).
_NICE = 19


def add(settings: Settings, options: argparse.Namespace) -> int:
    if hasattr(os, "nice"):
        os.nice(_NICE)
    if options.watch is not None:
        return watch(settings, options)
    engine = open_for_changes(settings, must_exist=False)
    report = AddReport(is_whole=options.json)
    with tqdm(unit="篇", delay=1, disable=None, file=sys.stderr) as bar, closing(engine):
        try:
            items = read_all(options.items, settings.fetch_proxy)
            for batch in engine.add_many(items, change("add", is_confirmed=options.again)):
                for sentence in report.note(batch):
                    if sentence is None:
                        bar.update()
                    else:
                        bar.write(sentence, file=sys.stderr)
        except StoreError:
            # Committed batches stay. The counts tell the operator how far the import went.
            bar.write(operators.stopped(report.counts()), file=sys.stderr)
            raise
        for sentence in report.rest():
            bar.write(sentence, file=sys.stderr)
    if options.json:
        print_json(report.fields())
    else:
        report.print_articles(settings.today())
        report.print_counts()
    return NOT_FOUND if report.refused else FOUND
