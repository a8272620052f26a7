"""JSON objects of the command line, with the fields that other programs rely on."""

from dataclasses import asdict
from typing import Any

from retrieval.archive import StoredPassage
from retrieval.article import Article
from retrieval.catalogue import Statistics
from retrieval.change import Actor, Entry, Version
from retrieval.engine import Hit, Outcome, Reprint, Result
from retrieval.intake import Refusal
from retrieval.ranking.score import WEIGHTS


def result(result: Result, *, explain: bool = False) -> dict[str, Any]:
    """The object of `ask`. Offsets count characters of `passage`; an unknown value is null or [], never absent."""
    filters = result.filters
    return {
        "question": result.question,
        "status": result.status,
        "reason": result.reason,
        "nearest": _nearest(result.nearest),
        "answered": result.status != "none",
        "confidence": round(result.confidence, 4),
        "took_ms": round(result.took_ms, 2),
        "filters": {
            "since": filters.since.isoformat() if filters.since else None,
            "until": filters.until.isoformat() if filters.until else None,
            "source": filters.source,
        },
        "searched": {"articles": result.articles, "newest": result.newest},
        "hits": [_hit(rank, hit, explain) for rank, hit in enumerate(result.hits, start=1)],
    } | ({"terms": result.weights} if explain else {})


def _nearest(passage: StoredPassage | None) -> dict[str, Any] | None:
    return {"article_id": passage.article_id, "title": passage.title} if passage else None


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
        "reprints": [_reprint(reprint) for reprint in hit.reprints],
    } | (_explained(hit) if explain else {})


def _explained(hit: Hit) -> dict[str, Any]:
    """The score of each stage, the weights of the stages, and the scores of the question's pieces in each stage."""
    pieces = asdict(hit.explanation) if hit.explanation else {}
    return {"parts": hit.parts._asdict(), "weights": WEIGHTS._asdict(), "pieces": pieces}


def _reprint(reprint: Reprint) -> dict[str, Any]:
    fields = ("article_id", "source", "published", "url")
    return {name: getattr(reprint, name) for name in fields}


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


def outcome(outcome: Outcome) -> dict[str, Any]:
    """What became of an article; `notes` are sentences about what was not understood of it."""
    facts = {"id": outcome.id, "outcome": outcome.outcome, "near": outcome.near, "notes": list(outcome.article.notes)}
    return facts | article(outcome.id, outcome.article)


def refusal(refusal: Refusal) -> dict[str, Any]:
    return {"item": refusal.item, "reason": refusal.reason}


def listed(article: Article) -> dict[str, Any]:
    fields = ("id", "title", "source", "author", "editor", "published", "url")
    return {name: getattr(article, name) for name in fields}


def version(version: Version, entry: Entry | None) -> dict[str, Any]:
    """A former version of an article; `replaced` is a moment in UTC, and `by` who replaced it, if that is known."""
    return {
        "version": version.id,
        "replaced": version.replaced,
        "by": _actor(entry.by) if entry else None,
        "what": entry.what if entry else None,
        "article": article(version.article.id or 0, version.article),
    }


def entry(entry: Entry) -> dict[str, Any]:
    """An entry of the journal; `at` is a moment in UTC."""
    return {
        "id": entry.id,
        "at": entry.at,
        "by": _actor(entry.by),
        "what": entry.what,
        "articles": [{"id": touch.article, "what": touch.what} for touch in entry.touched],
        "note": entry.note or None,
    }


def _actor(actor: Actor) -> dict[str, Any]:
    return {"name": actor.name, "number": actor.number}


def statistics(totals: Statistics, *, database: str, size: int, tokenizer: str) -> dict[str, Any]:
    return {
        "articles": totals.articles,
        "passages": totals.passages,
        "sources": totals.sources,
        "oldest": totals.oldest,
        "newest": totals.newest,
        "segments": totals.segments,
        "database": database,
        "bytes": size,
        "tokenizer": tokenizer,
    }
