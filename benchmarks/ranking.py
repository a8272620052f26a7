"""Gain of each choice of the ranking: Recall@1 and MRR@10, each row with one choice more than the row before.

    python -m benchmarks.ranking FOLDER...

A folder is one that `python -m bot evaluate` accepts. Rows without a second stage are rank_bm25 over the whole folder;
the others recombine the parts of the product's own hits. Six folders of 1,000 questions take about two minutes.
"""

import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np
from rank_bm25 import BM25Okapi, BM25Plus

from retrieval.article import Article, Paragraph, Passage
from retrieval.embedded import EmbeddedArchive
from retrieval.engine import SearchEngine
from retrieval.evaluation.collection import Collection, Question, Row, load
from retrieval.index import bm25
from retrieval.ranking.score import WEIGHTS
from retrieval.ranking.search import CANDIDATES
from retrieval.store.passages import Passages
from retrieval.text.analyzer import Analyzer

Ranker = Callable[[Question], Sequence[str]]
# The parts of the second stage in the order in which they join.
SECOND_STAGE = ("bigrams", "article", "trigrams", "sentence", "characters", "feedback")


def first_stages(rows: Sequence[Row], analyzer: Analyzer) -> Iterable[tuple[str, Ranker]]:
    """The rows of the table that need no second stage."""
    texts = [analyzer.terms(row.text) for row in rows]
    titled = [analyzer.terms(row.title) + terms for row, terms in zip(rows, texts, strict=True)]

    def plus(documents: list[list[str]], k1: float, b: float, terms: Callable[[str], list[str]]) -> Ranker:
        library = BM25Plus(documents, k1=k1, b=b, delta=0)
        return lambda question: _best(rows, library.get_scores(terms(question.question)))

    def distinct(question: str) -> list[str]:
        return list(dict.fromkeys(analyzer.terms(question)))

    okapi = BM25Okapi([analyzer.raw_tokens(row.text) for row in rows])
    yield (
        "plain: jieba.lcut, BM25Okapi",
        lambda asked: _best(rows, okapi.get_scores(analyzer.raw_tokens(asked.question))),
    )
    yield "+ folded, no punctuation, idf always positive", plus(texts, 1.5, 0.75, distinct)
    yield "+ stop words and question words dropped from the question", plus(texts, 1.5, 0.75, analyzer.query_terms)
    yield f"+ k1 {bm25.K1}, b {bm25.B}", plus(texts, bm25.K1, bm25.B, analyzer.query_terms)
    yield "+ terms of title and heading", plus(titled, bm25.K1, bm25.B, analyzer.query_terms)


def second_stages(rows: Sequence[Row], analyzer: Analyzer, path: Path) -> Iterable[tuple[str, Ranker]]:
    """The rows of the table that recombine the parts of the product's hits."""
    archive = EmbeddedArchive.open(path, analyzer)
    engine = SearchEngine(archive, analyzer)
    grouped: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        grouped[row.article_id].append(row)
    articles = [
        Article(group[0].title, tuple(Paragraph(row.text) for row in group), published=group[0].date)
        for group in grouped.values()
    ]
    outcomes = engine.add_all(
        articles, cut=lambda article: [Passage(one.text) for one in article.paragraphs], distinct=True
    )
    table = Passages(archive.database)
    numbers = [number for outcome in outcomes for number, _ in table.of_article(outcome.id)]
    row_of = dict(zip(numbers, (row.id for group in grouped.values() for row in group), strict=True))
    hits = {}

    def by(parts: Sequence[str]) -> Ranker:
        def ranked(question: Question) -> list[str]:
            if question.id not in hits:
                hits[question.id] = engine.search(question.question, CANDIDATES).hits
            found = hits[question.id]
            scores = [sum(getattr(WEIGHTS, part) * getattr(hit.parts, part) for part in parts) for hit in found]
            return [row_of[found[place].passage.id] for place in np.argsort(-np.array(scores), kind="stable")]

        return ranked

    for count, part in enumerate(SECOND_STAGE, start=1):
        yield f"+ {getattr(WEIGHTS, part):g} × {part}", by(("terms", *SECOND_STAGE[:count]))


def figures(collection: Collection, ranker: Ranker) -> tuple[float, float]:
    """Recall@1 and MRR@10."""
    reciprocal = []
    for question in collection.judged:
        first = ranker(question)[:10]
        relevant = collection.relevant[question.id]
        reciprocal.append(next((1 / rank for rank, number in enumerate(first, start=1) if number in relevant), 0.0))
    return float(np.mean(np.array(reciprocal) == 1)), float(np.mean(reciprocal))


def _best(rows: Sequence[Row], scores: np.ndarray) -> list[str]:
    return [rows[place].id for place in np.argsort(-scores, kind="stable")[:10]]


def main(folders: Sequence[str]) -> None:
    analyzer = Analyzer()
    table: defaultdict[str, list[tuple[float, float]]] = defaultdict(list)
    for folder in folders:
        collection = load(Path(folder))
        with tempfile.TemporaryDirectory() as temporary:
            rows = collection.passages
            for stages in (first_stages(rows, analyzer), second_stages(rows, analyzer, Path(temporary) / "news.db")):
                for name, ranker in stages:
                    table[name].append(figures(collection, ranker))
    print("| variant |", " | ".join(Path(folder).name for folder in folders), "| mean MRR |")
    print("|---" * (len(folders) + 2) + "|")
    for name, cells in table.items():
        mean = np.mean([mrr for _, mrr in cells])
        shown = " | ".join(f"{recall:.3f} {mrr:.3f}".replace("0.", ".") for recall, mrr in cells)
        print(f"| {name} | {shown} | {mean:.4f} |".replace(" 0.", " ."))


if __name__ == "__main__":
    main(sys.argv[1:])
