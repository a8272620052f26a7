"""Rules of the source: chapters, imports and doors of libraries.

A rule is a function that reads the source and yields one sentence for each breach. Each rule runs over the real
source and over an example that breaks it, so that a rule that never reports anything fails its test.
"""

import ast
from collections.abc import Callable, Iterator
from graphlib import CycleError, TopologicalSorter

import pytest

from tests.support.source import Sources, chapter, imports, imports_by_name, is_folder, name_of, source, under

# Chapters of a package in the order of their imports: a module imports from its own chapter and from those before it.
CHAPTERS = {
    "retrieval": (
        *("text", "article", "change", "index", "catalogue", "archive", "duplicates", "store", "cluster", "query"),
        *("ranking", "indexing", "embedded", "clustered", "desk", "result", "engine", "evaluation", "intake"),
    ),
    "retrieval.intake": ("prose", "page", "formats", "link"),
    "bot": ("setting_values", "settings", "words", "service", "telegram", "serving", "cli"),
}
INTAKE_KNOWS = {"text", "article", "intake"}
# The modules that import others by name at first use: library, compiled code, flags, sounds, rjieba, parsers, commands,
# the search server.
IMPORT_BY_NAME = {
    *("retrieval", "retrieval.index.maxscore", "retrieval.text.parts_of_speech", "retrieval.intake.loading"),
    *("retrieval.text.analyzer", "retrieval.text.sounds", "bot.service.storage", "bot.cli.commands"),
}

# The only modules or chapters that may import a library. Any module may import a library that is not listed.
DOORS = {
    "telegram": {"bot.telegram", "bot.serving"},
    "tornado": {"bot.serving.webhook"},
    "jieba": {"retrieval.text.tokenizer", "retrieval.text.parts_of_speech"},
    "marisa_trie": {"retrieval.text.dictionary"},
    "rjieba": {"retrieval.text.analyzer"},
    "opencc": {"retrieval.text.folding", "bot.words.language"},
    "sqlite3": {"retrieval.store"},
    "sqlite_utils": {"retrieval.store", "bot.service.file_records"},
    "numba": {"retrieval.index"},
    "llvmlite": {"retrieval.index"},
    "numpy": {
        "retrieval.index",
        "retrieval.text.bulk_counting",
        "retrieval.text.bulk_folding",
        "retrieval.duplicates.key_pairs",
        "retrieval.duplicates.signatures",
        "retrieval.evaluation",
    },
    "rensa": {"retrieval.duplicates.signatures"},
    "w3lib": {"retrieval.duplicates.urls"},
    "pypinyin": {"retrieval.text.sounds"},
    "rank_bm25": {"retrieval.ranking.ngram_scores", "retrieval.evaluation"},
    "dotenv": {"bot.settings"},
    # Only the tests' Telegram imports these.
    "aiogram": set(),
    "aiohttp": set(),
    "docx": {"retrieval.intake.formats.docx"},
    "feedparser": {"retrieval.intake.formats.feed"},
    "markdown_it": {"retrieval.intake.formats.markdown"},
    "pypdf": {"retrieval.intake.formats.pdf", "retrieval.intake.formats.pdf_text"},
    "PIL": {"retrieval.intake.formats.recognition"},
    "pypdfium2": {"retrieval.intake.formats.recognition"},
    "rapidocr": {"retrieval.intake.formats.recognition"},
    "zipfile": {"retrieval.intake.zip_archive"},
    "readability": {"retrieval.intake.page"},
    "lxml": {"retrieval.intake.page", "retrieval.intake.formats.docx", "retrieval.intake.formats.telegram_page"},
    "httpx": {"bot.telegram.pacing", "retrieval.cluster.sender", "retrieval.intake.link"},
    "httpcore": {"retrieval.intake.link"},
}

Rule = Callable[[Sources], Iterator[str]]


def every_folder_is_a_chapter(sources: Sources) -> Iterator[str]:
    for package, names in CHAPTERS.items():
        for module in sources:
            part = chapter(module, package)
            if part and part not in names and is_folder(f"{package}.{part}", sources):
                yield f"{module} stands in a new folder: give it a place in CHAPTERS and in ARCHITECTURE.md"


def chapters_import_one_way(sources: Sources) -> Iterator[str]:
    for package, names in CHAPTERS.items():
        for module in sources:
            here = chapter(module, package)
            if here not in names:
                continue
            for name in imports(module, sources):
                there = chapter(name, package)
                if name == package:
                    yield f"{module} imports {package}, which imports from it"
                elif there in names and names.index(there) > names.index(here):
                    yield f"{module} imports {name}, but {there} stands behind {here} in CHAPTERS"


def intake_knows_text_and_article_only(sources: Sources) -> Iterator[str]:
    for module in sources:
        for name in imports(module, sources):
            if (
                under(module, "retrieval.intake")
                and under(name, "retrieval")
                and name.partition(".")[2].partition(".")[0] not in INTAKE_KNOWS
            ):
                yield f"{module} imports {name}: intake turns bytes into an Article and knows nothing else"


def nothing_imports_main(sources: Sources) -> Iterator[str]:
    for module in sources:
        for name in imports(module, sources):
            if name == "bot.__main__":
                yield f"{module} imports bot.__main__, which puts the parts together and is imported by none"


def no_circles(sources: Sources) -> Iterator[str]:
    graph = {module: imports(module, sources) & set(sources) - {module} for module in sources}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        yield f"these import each other: {' -> '.join(error.args[1])}"


def only_tables_import_by_name(sources: Sources) -> Iterator[str]:
    for module, code in sources.items():
        if module not in IMPORT_BY_NAME and imports_by_name(ast.parse(code)):
            yield f"{module} imports by name, which only {', '.join(sorted(IMPORT_BY_NAME))} may do"


def no_type_checking(sources: Sources) -> Iterator[str]:
    for module, code in sources.items():
        if any(name_of(node) == "TYPE_CHECKING" for node in ast.walk(ast.parse(code))):
            yield f"{module} hides an import behind TYPE_CHECKING"


def retrieval_is_a_library(sources: Sources) -> Iterator[str]:
    for module, code in sources.items():
        if not under(module, "retrieval"):
            continue
        for name in imports(module, sources):
            if any(under(name, foreign) for foreign in ("bot", "telegram", "asyncio")):
                yield f"{module} imports {name}, but retrieval is a library for anyone"
        for node in ast.walk(ast.parse(code)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print":
                yield f"{module}:{node.lineno} prints, but what is shown is the caller's to decide"


def only_settings_touches_the_environment(sources: Sources) -> Iterator[str]:
    forbidden = {"environ", "environb", "getenv", "getenvb", "putenv", "unsetenv"}
    # pypinyin is told in no other way to leave its phrases out.
    allowed = {"bot.settings": forbidden, "retrieval.text.sounds": {"environ"}}
    for module, code in sources.items():
        for node in ast.walk(ast.parse(code)):
            from_os = isinstance(node, ast.ImportFrom) and node.module == "os"
            named = {alias.name for alias in node.names} if isinstance(node, ast.ImportFrom) and from_os else set()
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "os":
                named = {node.attr}
            for name in sorted(named & forbidden - allowed.get(module, set())):
                yield f"{module} touches os.{name}; settings are read in bot.settings and handed in"


def a_library_enters_by_one_door(sources: Sources) -> Iterator[str]:
    for module in sources:
        for name in imports(module, sources):
            library = name.partition(".")[0]
            if not any(under(module, door) for door in DOORS.get(library, {module})):
                yield f"{module} imports {name}; only {', '.join(sorted(DOORS[library]))} may know {library}"


def replies_are_pure_strings(sources: Sources) -> Iterator[str]:
    replies = "bot.telegram.replies"
    if replies in sources and any(under(name, "telegram") for name in imports(replies, sources)):
        yield f"{replies} imports telegram, but it makes pure strings"


# Each rule with an example: every module of the example that holds code breaks the rule.
RULES: list[tuple[Rule, Sources]] = [
    (
        every_folder_is_a_chapter,
        {"retrieval.cellar.wine": "", "bot.cellar.wine": "", "retrieval.intake.cellar.wine": ""},
    ),
    (
        chapters_import_one_way,
        {
            "retrieval": "",
            "retrieval.text.folding": "from retrieval.article import Article",
            "retrieval.article": "def f():\n    from retrieval import engine",
            "retrieval.engine": "from retrieval.intake.file import read",
            "retrieval.index": "",
            "retrieval.index.bm25": "from .. import store",
            "retrieval.index.segment": "import retrieval",
            "retrieval.index.kernels": "import_module('retrieval.ranking.rank')",
            "retrieval.store": "import retrieval.ranking.rank",
            "retrieval.ranking.rank": "from retrieval import SearchEngine",
            "retrieval.intake": "",
            "retrieval.intake.prose": "",
            "retrieval.intake.prose.lines": "from ..page import markup",
            "retrieval.intake.page.markup": "import retrieval.intake.link.fetch",
            "retrieval.intake.link.fetch": "",
            "bot.settings": "from bot.words import answers",
            "bot.words.answers": "from bot import cli",
            "bot.cli": "",
        },
    ),
    (
        intake_knows_text_and_article_only,
        {"retrieval": "", "retrieval.intake": "from retrieval import store", "retrieval.store": ""},
    ),
    (nothing_imports_main, {"bot.telegram.inbox": "import bot.__main__"}),
    (no_circles, {"bot.a": "from bot import b", "bot.b": "from bot.a import question"}),
    (
        only_tables_import_by_name,
        {"bot.cli.add": "import importlib\nimportlib.import_module('a')", "bot.a": "__import__('a')"},
    ),
    (no_type_checking, {"bot.a": "from typing import TYPE_CHECKING", "bot.b": "typing.TYPE_CHECKING"}),
    (
        retrieval_is_a_library,
        {
            "retrieval.text": "import asyncio",
            "retrieval.store": "from telegram.ext import Application",
            "retrieval.engine": "from bot.settings import Settings",
            "retrieval.evaluation": "print(1)",
        },
    ),
    (
        only_settings_touches_the_environment,
        {"retrieval.text": "import os\nos.environ['A']", "bot.inbox": "from os import getenv"},
    ),
    (
        a_library_enters_by_one_door,
        {
            "retrieval.engine": "import jieba.posseg",
            "bot.telegram.readers": "import sqlite3",
            "retrieval.article": "from opencc import OpenCC",
            "retrieval.ranking.rank": "from rank_bm25 import BM25Plus",
            "bot.telegram.application": "from sqlite_utils import Database",
            "bot.__main__": "import dotenv",
            "bot.cli.commands": "import zipfile",
            "bot.words.answers": "import telegram",
            "retrieval.intake.file": "import docx",
            "retrieval.intake.page.markup": "from feedparser import parse",
            "retrieval.intake.prose.plain_text": "from markdown_it import MarkdownIt",
            "retrieval.intake.zip_archive": "from pypdf.errors import PdfReadError",
            "retrieval.intake.formats.json_document": "import httpx",
            "retrieval.storehouse": "import sqlite3",
        },
    ),
    (replies_are_pure_strings, {"bot.telegram.replies": "from telegram.constants import ParseMode"}),
]


@pytest.mark.parametrize("rule", [pytest.param(rule, id=rule.__name__) for rule, _ in RULES])
def test_the_source_follows_every_rule(rule: Rule) -> None:
    breaches = sorted(rule(source()))
    assert not breaches, "\n".join(breaches)


@pytest.mark.parametrize(("rule", "wrong"), [pytest.param(*case, id=case[0].__name__) for case in RULES])
def test_a_rule_reports_every_breach_in_its_example(rule: Rule, wrong: Sources) -> None:
    breaches = "\n".join(rule(wrong))
    unnoticed = [module for module, code in wrong.items() if code and module not in breaches]
    assert breaches
    assert not unnoticed


def test_the_source_is_found() -> None:
    assert {"bot", "bot.settings", "retrieval", "retrieval.text", "retrieval.intake.file"} <= set(source())
