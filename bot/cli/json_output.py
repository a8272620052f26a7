"""What do other programs get from the command line? The JSON objects, with the fields that they rely on."""

from dataclasses import asdict
from typing import Any

from retrieval.archive import Statistics
from retrieval.article import Article
from retrieval.engine import Hit, Outcome, Reprint, Result
from retrieval.intake import Refusal
from retrieval.ranking.score import WEIGHTS


def result(found: Result, *, explain: bool = False) -> dict[str, Any]:
    """Offsets count characters of `passage`. What is unknown is null or an empty list, never absent."""
    filters = found.filters
    return {
        "question": found.question,
        "status": found.status,
        "answered": found.status != "none",
        "confidence": round(found.confidence, 4),
        "took_ms": round(found.took_ms, 2),
        "filters": {
            "since": filters.since.isoformat() if filters.since else None,
            "until": filters.until.isoformat() if filters.until else None,
            "source": filters.source,
        },
        "searched": {"articles": found.articles, "newest": found.newest},
        "hits": [_hit(rank, hit, explain) for rank, hit in enumerate(found.hits, start=1)],
    } | ({"terms": found.weights} if explain else {})


def _hit(rank: int, hit: Hit, explain: bool) -> dict[str, Any]:
    passage = hit.passage
    return {
        "rank": rank,
        "score": hit.score,
        "article_id": passage.article_id,
        "passage_id": passage.id,
        "title": passage.title,
        "source": passage.source,
        "author": passage.author,
        "published": passage.published,
        "url": passage.url,
        "heading": passage.heading,
        "passage": passage.text,
        "answer": list(hit.answer) if hit.answer else None,
        "highlights": [list(span) for span in hit.highlights],
        "reprints": [_reprint(one) for one in hit.reprints],
    } | (_explained(hit) if explain else {})


def _explained(hit: Hit) -> dict[str, Any]:
    """What each stage gave, how it is weighed, and what each piece of the question gave to it."""
    pieces = asdict(hit.explanation) if hit.explanation else {}
    return {"parts": asdict(hit.parts), "weights": WEIGHTS, "pieces": pieces}


def _reprint(one: Reprint) -> dict[str, Any]:
    return {"article_id": one.article_id, "source": one.source, "published": one.published, "url": one.url}


def article(number: int, stored: Article) -> dict[str, Any]:
    return {
        "id": number,
        "title": stored.title,
        "source": stored.source,
        "author": stored.author,
        "editor": stored.editor,
        "published": stored.published,
        "url": stored.url,
        "headings": stored.headings,
        "paragraphs": [paragraph.text for paragraph in stored.paragraphs],
    }


def outcome(one: Outcome) -> dict[str, Any]:
    return {"id": one.id, "outcome": one.outcome} | article(one.id, one.article)


def refusal(one: Refusal) -> dict[str, Any]:
    return {"item": one.item, "reason": one.reason}


def listed(one: Article) -> dict[str, Any]:
    fields = ("id", "title", "source", "author", "editor", "published", "url")
    return {name: getattr(one, name) for name in fields}


def statistics(found: Statistics, *, database: str, size: int, tokenizer: str) -> dict[str, Any]:
    return {
        "articles": found.articles,
        "passages": found.passages,
        "sources": found.sources,
        "oldest": found.oldest,
        "newest": found.newest,
        "segments": found.segments,
        "database": database,
        "bytes": size,
        "tokenizer": tokenizer,
    }
