"""The command `export-feedback`: readers' opinions on answers, as a folder that `evaluate` reads."""

import argparse
import json
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from bot.cli.database import new_analyzer
from bot.cli.output import FOUND
from bot.cli.target import TargetError
from bot.service.feedback import Opinion, from_row
from bot.service.storage import storage_of
from bot.settings import Settings
from bot.words import operators
from retrieval.archive import Archive, StoredPassage
from retrieval.index.protocol import Filters

# Passages of one article that are written: more than a book has.
_MOST_PASSAGES = 10_000


def export_feedback(settings: Settings, options: argparse.Namespace) -> int:
    """Write all passages, the questions whose answers were liked with their passages, and the disliked answers.

    The folder must not exist; it is whole or not there. A passage that was changed or taken down since is no answer.
    """
    folder: Path = options.folder
    partial = folder.with_name(f"{folder.name}.partial")
    archive, memory = storage_of(settings).open(new_analyzer(settings), must_exist=True)
    archive.refresh()
    opinions = [opinion for row in memory.feedback.values() if (opinion := from_row(row))]
    try:
        folder.mkdir(parents=True)  # it must be new
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir()
        stored = set[int]()
        with (partial / "corpus.jsonl").open("w", encoding="utf-8") as corpus:
            for passage in _passages(archive):
                stored.add(passage.id)
                corpus.write(_line(_row(passage)))
        liked = [one for one in opinions if one.is_good and one.status == "answered" and one.passage_id in stored]
        questions = {
            question: f"q{place}" for place, question in enumerate(dict.fromkeys(one.question for one in liked))
        }
        pairs = dict.fromkeys((questions[one.question], one.passage_id) for one in liked)
        (partial / "queries.jsonl").write_text(
            "".join(_line({"id": name, "question": question}) for question, name in questions.items()), "utf-8"
        )
        (partial / "qrels.tsv").write_text("".join(f"{name}\t{passage}\t1\n" for name, passage in pairs), "utf-8")
        disliked = [one for one in opinions if not one.is_good]
        (partial / "disliked.jsonl").write_text("".join(_line(_disliked(one)) for one in disliked), "utf-8")
        partial.replace(folder)
    except OSError as error:
        # Nothing is left of a folder that could not be written whole.
        if partial.exists():
            shutil.rmtree(partial, ignore_errors=True)
            with suppress(OSError):
                folder.rmdir()
        raise TargetError(operators.cannot_write(str(folder), error)) from error
    finally:
        archive.close()
    print(operators.feedback_exported(len(questions), len(disliked), str(folder)), file=sys.stderr)
    return FOUND


def _passages(archive: Archive) -> Iterator[StoredPassage]:
    for article in archive.articles():
        if article.id is not None:
            yield from archive.passages_of([article.id], _MOST_PASSAGES, Filters())


def _row(passage: StoredPassage) -> dict[str, object]:
    row: dict[str, object] = {
        "id": str(passage.id),
        "article_id": str(passage.article_id),
        "title": passage.title,
        "text": passage.text,
    }
    return row | {name: value for name, value in (("source", passage.source), ("date", passage.published)) if value}


def _disliked(opinion: Opinion) -> dict[str, object]:
    return {
        "question": opinion.question,
        "passage": opinion.passage_id,
        "status": opinion.status,
        "wrong": opinion.wrong,
    }


def _line(record: Mapping[str, object]) -> str:
    return json.dumps(record, ensure_ascii=False) + "\n"
