"""Texts, tokens and questions of the benchmarks: made once for each size, from a corpus of passages."""

import gzip
import json
import random
import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.article import Article, Paragraph, passages
from retrieval.index.segment import Segment, join, term_hash
from retrieval.index.segment_format import unpack
from retrieval.store.database import Database
from retrieval.store.passages import Passages
from retrieval.store.segments import Position, Segments
from retrieval.text.analyzer import Analyzer
from retrieval.text.sentences import sentences

_QUESTIONS = 500
_QUESTION_CHARACTERS = 20
_PARAGRAPH = 100
_CLAUSE = re.compile(r"[^，。；！？]+[，。；！？]*")


def write_articles(corpus: Path, count: int, target: Path, seed: int = 0) -> dict[str, int]:
    """Write articles with `count` passages, as `bot add` reads them; returns counts of what was written.

    `corpus` has a passage a line, {"article_id", "text", "date"}; the passages of an article are consecutive lines.
    Paragraphs are cut at sentence ends after 100 characters, so that passages have about 120. At its end the corpus is
    read again, with one clause in ten replaced by a clause from elsewhere: no two articles are alike. With a `seed`
    above 0, clauses are replaced from the first article on.
    """
    chance = random.Random(seed)
    originals = list(_originals(corpus))
    some = originals[:: max(1, len(originals) // 2_000)]
    clauses = [clause for texts, _ in some for clause in _CLAUSE.findall("".join(texts))]
    written = {"articles": 0, "passages": 0, "characters": 0}
    with target.open("w", encoding="utf-8") as lines:
        round_number = seed
        while written["passages"] < count:
            for number, (texts, day) in enumerate(originals):
                if round_number:
                    texts = [_changed(text, clauses, chance) for text in texts]
                paragraphs = [piece for text in texts for piece in _shorter(text)]
                title = f"{paragraphs[0][:18]}（{round_number}-{number}）"
                article = Article(title, tuple(map(Paragraph, paragraphs)))
                fields: dict[str, object] = {
                    "title": title,
                    "text": "\n".join(paragraphs),
                    "published": day,
                    "headings": [],
                }
                lines.write(json.dumps(fields, ensure_ascii=False) + "\n")
                written["articles"] += 1
                written["passages"] += len(passages(article))
                written["characters"] += sum(map(len, paragraphs))
                if written["passages"] >= count:
                    break
            round_number += 1
    return written


def questions(database: Database) -> list[str]:
    """500 strings of 20 characters, each from a passage chosen at random; the same strings for the same file."""
    chance = random.Random(2)
    last = max(Passages(database).ids())
    found: list[str] = []
    while len(found) < _QUESTIONS:
        for passage in Passages(database).passages([chance.randint(1, last)]).values():
            text = passage.text.replace("\n", "")
            start = chance.randint(0, max(0, len(text) - _QUESTION_CHARACTERS))
            found.append(text[start : start + _QUESTION_CHARACTERS])
    return found


def write_tokens(database: Database, analyzer: Analyzer, asked: list[str], target: Path) -> None:
    """Write the terms of passages and questions as numbers: the rows of the terms in the product's own segments."""
    whole = join([unpack(data) for data in Segments(database).changes(Position()).segments])
    rows = np.repeat(np.arange(len(whole.terms)), np.diff(whole.starts))
    order = np.argsort(whole.documents, kind="stable")
    flat = np.repeat(rows[order], whole.frequencies[order]).astype(np.int32)
    terms = [_numbers(whole, analyzer.query_terms(question)) for question in asked]
    np.savez(
        target,
        flat=flat,
        lengths=whole.lengths,
        articles=whole.article_ids,
        questions=np.concatenate(terms),
        sizes=np.array([len(numbers) for numbers in terms]),
    )


class Tokens:
    """The file of `write_tokens`. Questions are read at once, passages at each call, to keep them out of memory."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with np.load(path) as arrays:
            ends = np.cumsum(arrays["sizes"])[:-1]
            self.questions: list[list[int]] = [numbers.tolist() for numbers in np.split(arrays["questions"], ends)]

    def passages(self) -> Iterator[list[int]]:
        with np.load(self._path) as arrays:
            flat, lengths = arrays["flat"], arrays["lengths"].astype(np.int64)
        for end, length in zip(np.cumsum(lengths).tolist(), lengths.tolist(), strict=True):
            yield flat[end - length : end].tolist()

    def articles(self) -> list[int]:
        """The number of each passage's article."""
        with np.load(self._path) as arrays:
            found: list[int] = arrays["articles"].tolist()
        return found


def _originals(corpus: Path) -> Iterator[tuple[list[str], str | None]]:
    opened: Any = gzip.open if corpus.suffix == ".gz" else open
    with opened(corpus, "rt", encoding="utf-8") as lines:
        for _, rows in groupby(map(json.loads, lines), lambda row: row["article_id"]):
            group = list(rows)
            day = str(group[0].get("date") or "")
            yield [row["text"] for row in group], day if re.fullmatch(r"\d{4}-(0\d|1[0-2])-[0-2]\d", day) else None


def _changed(text: str, clauses: list[str], chance: random.Random) -> str:
    own = _CLAUSE.findall(text) or [text]
    kept = [chance.choice(clauses) if chance.random() < 0.1 else clause for clause in own]
    kept[chance.randrange(len(kept))] = chance.choice(clauses)
    return "".join(kept)


def _shorter(text: str) -> Iterator[str]:
    start = 0
    for span in sentences(text):
        if span.end - start >= _PARAGRAPH:
            yield text[start : span.end].strip()
            start = span.end
    if text[start:].strip():
        yield text[start:].strip()


def _numbers(whole: Segment, terms: list[str]) -> NDArray[np.int64]:
    hashes = np.array([term_hash(term) for term in terms], np.uint64)
    places = np.searchsorted(whole.terms, hashes)
    known: NDArray[np.int64] = places[whole.terms.take(places, mode="clip") == hashes].astype(np.int64)
    return known
