"""What does each command of the command line do? One function a command; it prints, and returns the exit code."""

import argparse
import asyncio
import json
import sys
from collections.abc import Iterable
from contextlib import closing
from datetime import date, datetime
from typing import Any, TypeVar

from tqdm import tqdm

from bot.cli import json_output, terminal
from bot.cli.first_article import first_articles
from bot.cli.items import read_all
from bot.service.search_service import SearchService
from bot.serving import server
from bot.serving.log import notice_when_long
from bot.settings import Settings, code_folders
from bot.words import answers, editors, operators
from retrieval.article import Article
from retrieval.engine import Outcome, Result, SearchEngine
from retrieval.evaluation import report as evaluation
from retrieval.evaluation.collection import load
from retrieval.evaluation.rankings import ENGINES
from retrieval.index.protocol import Filters
from retrieval.intake import Refusal
from retrieval.store.articles import Articles
from retrieval.store.database import Database
from retrieval.store.errors import StoreError
from retrieval.text.analyzer import TOKENIZER, Analyzer

FOUND, NOT_FOUND, UNUSABLE = 0, 1, 2
# More than this many articles are not listed one by one.
_FEW = 20
_T = TypeVar("_T")


def serve(settings: Settings, _: argparse.Namespace) -> int:
    """Telegram; without a token a conversation in the terminal, or a question a line from standard input."""
    if settings.telegram_bot_token:
        service = SearchService(lambda: _with_first_article(settings))
        asyncio.run(server.serve(settings, service, _tell))
        return FOUND
    _tell(operators.NO_TOKEN)
    with notice_when_long(operators.PREPARING, _tell_person):
        engine = _with_first_article(settings)
        engine.warm()

    def search(question: str) -> Result:
        return engine.search(question, k=3, today=_today(settings))

    terminal.chat(search, lambda: _today(settings), sys.stdin, sys.stdout)
    return FOUND


def ask(settings: Settings, options: argparse.Namespace) -> int:
    filters = Filters(since=options.since, until=options.until, source=(options.source or "").strip() or None)
    today = _today(settings)
    with notice_when_long(operators.PREPARING, _tell_person):
        engine = _with_first_article(settings)
        result = engine.search(options.question, options.k, filters, today=today, explain=options.explain)
    if options.json:
        _print_json(json_output.result(result, explain=options.explain))
    else:
        colour = sys.stdout.isatty()
        print(terminal.page(result, today, colour=colour, explain=options.explain))
    return NOT_FOUND if result.status == "none" else FOUND


def add(settings: Settings, options: argparse.Namespace) -> int:
    engine = SearchEngine.open(settings.database_path, load=False)
    counts = dict.fromkeys(("added", "updated", "duplicate"), 0)
    refusals: list[Refusal] = []
    kept: list[Outcome] = []
    with tqdm(unit="篇", delay=1, disable=None, file=sys.stderr) as bar, closing(engine):
        try:
            for batch in engine.add_many(read_all(options.items)):
                for one in batch:
                    if isinstance(one, Refusal):
                        # A name in a ZIP or a title in a feed may hold what a terminal obeys.
                        bar.write(terminal.strip_controls(editors.refused(one.item, one.reason)), file=sys.stderr)
                        refusals.append(one)
                        continue
                    counts[one.outcome] += 1
                    if options.json or len(kept) <= _FEW:
                        kept.append(one)
                    bar.update()
        except StoreError:
            # What was committed before it stays: whoever mends the fault must know how far it went.
            said = editors.counts(counts["added"], counts["updated"], counts["duplicate"], len(refusals))
            bar.write(operators.stopped(said), file=sys.stderr)
            raise
    if options.json:
        _print_json(
            {
                "added": counts["added"],
                "updated": counts["updated"],
                "duplicates": counts["duplicate"],
                "refused": [json_output.refusal(one) for one in refusals],
                "articles": [json_output.outcome(one) for one in kept],
            }
        )
    else:
        for outcome in kept if len(kept) <= _FEW else ():
            facts = _facts(settings, outcome.article)
            said = operators.outcome(outcome.outcome, outcome.id, outcome.article.title, facts)
            print(terminal.strip_controls(said))
        print(editors.counts(counts["added"], counts["updated"], counts["duplicate"], len(refusals)))
    return NOT_FOUND if refusals else FOUND


def remove(settings: Settings, options: argparse.Namespace) -> int:
    wanted = list(dict.fromkeys(options.ids))
    with closing(SearchEngine.open(settings.database_path, must_exist=True, load=False)) as engine:
        removed = engine.remove(wanted)
    missing = [number for number in wanted if number not in removed]
    if options.json:
        _print_json({"removed": removed, "missing": missing})
    elif removed:
        print(operators.removed(removed))
    for number in missing:
        print(editors.no_such_article(number), file=sys.stderr)
    return NOT_FOUND if missing else FOUND


def list_articles(settings: Settings, options: argparse.Namespace) -> int:
    articles = Articles(open_database(settings)).articles()
    if options.json:
        _print_json({"articles": [json_output.listed(article) for article in articles]})
        return FOUND
    for article in articles:
        fields = (str(article.id), article.published or "-", article.source or "-", article.title)
        print("\t".join(terminal.strip_controls(field) for field in fields))
    return FOUND


def show(settings: Settings, options: argparse.Namespace) -> int:
    article = Articles(open_database(settings)).article(options.id)
    if article is None:
        print(editors.no_such_article(options.id), file=sys.stderr)
        return NOT_FOUND
    if options.json:
        _print_json(json_output.article(options.id, article))
    else:
        lines = [f"《{article.title}》", _facts(settings, article), *filter(None, [article.url]), "", article.text]
        print(terminal.strip_controls("\n".join(lines)))
    return FOUND


def stats(settings: Settings, options: argparse.Namespace) -> int:
    path = settings.database_path
    known = Articles(open_database(settings)).statistics()
    found = json_output.statistics(known, database=str(path), size=path.stat().st_size, tokenizer=TOKENIZER)
    if options.json:
        _print_json(found)
        return FOUND
    for name, value in found.items():
        print(f"{operators.STATISTICS[name]}：{'-' if value is None else value}")
    return FOUND


def evaluate(settings: Settings, options: argparse.Namespace) -> int:
    collection = load(options.folder)
    report = evaluation.evaluate(
        collection,
        Analyzer(),
        new_index=ENGINES[options.engine],
        plain=options.plain,
        unrelated=load(options.unrelated) if options.unrelated else None,
        cache=settings.database_path.parent / "cache",
        progress=_progress,
    )
    if options.json:
        _print_json(report)
        return FOUND
    width = max(map(len, report))
    for name, value in report.items():
        shown = "-" if value is None else f"{value:,}" if isinstance(value, int) else f"{value:.3f}"
        print(f"{name:<{width}}  {shown:>10}")
    return FOUND


def _progress(items: Iterable[_T], total: int, label: str, /) -> Iterable[_T]:
    bar: Iterable[_T] = tqdm(items, desc=label, total=total, delay=1, disable=None, file=sys.stderr)
    return bar


def _with_first_article(settings: Settings) -> SearchEngine:
    """The engine; a file made here starts with the project's first article, so that there is something to ask."""
    path = settings.database_path
    return SearchEngine.open(path, first_articles=first_articles(), code=code_folders(path))


def _tell(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


def _tell_person(sentence: str) -> None:
    """What is of use only to somebody who sits there and waits."""
    if sys.stderr.isatty():
        _tell(sentence)


def open_database(settings: Settings) -> Database:
    """The file alone, for commands that search nothing."""
    database = Database(settings.database_path, must_exist=True)
    if not database.is_current():
        with database.write():
            database.migrate()
    return database


def _facts(settings: Settings, article: Article) -> str:
    return answers.source_line(article.source, article.published, _today(settings))


def _today(settings: Settings) -> date:
    return datetime.now(settings.timezone).date()


def _print_json(found: dict[str, Any]) -> None:
    print(json.dumps(found, ensure_ascii=False))
