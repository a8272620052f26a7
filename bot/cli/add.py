"""The command `add`: files, folders, links and standard input; a progress bar, and a line for each refusal and note."""

import argparse
import sys
from collections import Counter
from contextlib import closing

from tqdm import tqdm

from bot.cli import json_output, terminal
from bot.cli.desk import change
from bot.cli.items import read_all
from bot.cli.output import FOUND, NOT_FOUND, print_json
from bot.settings import Settings
from bot.words import answers, editors, operators
from retrieval.engine import Outcome, SearchEngine
from retrieval.intake import Refusal
from retrieval.store.errors import StoreError

# More than this many articles are not listed one by one.
_FEW = 20


def add(settings: Settings, options: argparse.Namespace) -> int:
    engine = SearchEngine.open(settings.database_path, load=False)
    kinds: Counter[str] = Counter()
    refusals: list[Refusal] = []
    outcomes: list[Outcome] = []
    nearly_same = 0

    def counts() -> str:
        return editors.counts(kinds["added"], kinds["updated"], kinds["duplicate"], len(refusals))

    with tqdm(unit="篇", delay=1, disable=None, file=sys.stderr) as bar, closing(engine):
        try:
            items = read_all(options.items, settings.fetch_proxy)
            for batch in engine.add_many(items, change("add", is_confirmed=options.again)):
                for item in map(_withheld, batch):
                    if isinstance(item, Refusal):
                        # A name in a ZIP, or a title in a feed, may contain control sequences of a terminal.
                        bar.write(terminal.strip_controls(editors.refused(item.item, item.reason)), file=sys.stderr)
                        refusals.append(item)
                        continue
                    for note in item.article.notes:
                        bar.write(terminal.strip_controls(note), file=sys.stderr)
                    kinds[item.outcome] += 1
                    nearly_same += item.near is not None
                    if options.json or len(outcomes) <= _FEW:
                        outcomes.append(item)
                    bar.update()
        except StoreError:
            # Committed batches stay. The counts tell the operator how far the import went.
            bar.write(operators.stopped(counts()), file=sys.stderr)
            raise
    if options.json:
        print_json(
            {
                "added": kinds["added"],
                "updated": kinds["updated"],
                "duplicates": kinds["duplicate"],
                "refused": [json_output.refusal(refusal) for refusal in refusals],
                "articles": [json_output.outcome(outcome) for outcome in outcomes],
            }
        )
    else:
        for outcome in outcomes if len(outcomes) <= _FEW else ():
            article = outcome.article
            facts = answers.source_line(article.source, article.published, settings.today())
            line = operators.outcome(outcome.outcome, outcome.id, article.title, facts)
            print(terminal.strip_controls(line))
            if outcome.near is not None:
                print(f"  {operators.near(outcome.id, outcome.near)}")
        print(counts())
        if nearly_same and len(outcomes) > _FEW:
            print(operators.nearly_same(nearly_same))
    return NOT_FOUND if refusals else FOUND


def _withheld(item: Outcome | Refusal) -> Outcome | Refusal:
    """An article that was removed before, as a refusal; any other item as it is."""
    if isinstance(item, Refusal) or item.outcome != "withheld":
        return item
    return Refusal(item.article.title, editors.withheld(item.id, item.by) + operators.AGAIN_HINT)
