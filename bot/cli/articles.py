"""The commands on stored articles: `remove`, `list`, `show` and `stats`."""

import argparse
import sys
from contextlib import closing

from bot.cli import json_output, terminal
from bot.cli.database import open_catalogue, open_for_changes
from bot.cli.desk import change
from bot.cli.output import FOUND, NOT_FOUND, print_json, require_reader
from bot.service.storage import storage_of
from bot.settings import Settings
from bot.words import answers, editors, operators
from retrieval.text.analyzer import TOKENIZER


def remove(settings: Settings, options: argparse.Namespace) -> int:
    numbers = list(dict.fromkeys(options.ids))
    with closing(open_for_changes(settings)) as engine:
        removed = engine.remove(numbers, change=change("remove"))
    missing = [number for number in numbers if number not in removed]
    if options.json:
        print_json({"removed": removed, "missing": missing})
    elif removed:
        print(operators.removed(removed))
    for number in missing:
        print(editors.no_such_article(number), file=sys.stderr)
    return NOT_FOUND if missing else FOUND


def list_articles(settings: Settings, options: argparse.Namespace) -> int:
    articles = open_catalogue(settings).articles()
    if options.json:
        print_json({"articles": [json_output.listed(article) for article in articles]})
        return FOUND
    for article in articles:
        fields = (str(article.id), article.published or "-", article.source or "-", article.title)
        print("\t".join(terminal.strip_controls(field) for field in fields))
        require_reader()
    return FOUND


def show(settings: Settings, options: argparse.Namespace) -> int:
    article = open_catalogue(settings).article(options.id)
    if article is None:
        print(editors.no_such_article(options.id), file=sys.stderr)
        return NOT_FOUND
    if options.json:
        print_json(json_output.article(options.id, article))
    else:
        origin = answers.source_line(article.source, article.published, settings.today())
        lines = [f"《{article.title}》", origin, *filter(None, [article.url]), "", article.text]
        print(terminal.strip_controls("\n".join(lines)))
    return FOUND


def stats(settings: Settings, options: argparse.Namespace) -> int:
    storage = storage_of(settings)
    totals = storage.catalogue().statistics()
    size, facts = storage.facts()
    fields = json_output.statistics(totals, database=storage.name, size=size, tokenizer=TOKENIZER) | facts
    if options.json:
        print_json(fields)
        return FOUND
    for name, value in fields.items():
        print(f"{operators.STATISTICS[name]}：{'-' if value is None else value}")
    return FOUND
