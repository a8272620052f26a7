"""Corrections by a watched file: its changed article corrects the one that it held before."""

from dataclasses import replace

from retrieval.article import Article
from retrieval.change import Change
from retrieval.desk import Desk, Edited
from retrieval.engine import Outcome, SearchEngine
from retrieval.text.folding import squeeze


def corrected(engine: SearchEngine, former: int | None, outcome: Outcome, change: Change) -> Outcome:
    """The outcome of the one article of a changed file, merged into the article `former` if it is a correction of it.

    The rules that tell versions come first; what they call another article is a correction when it has the title of the
    former one or nearly its text, and no other day or address. Both changes are taken back together. Raises StoreError.
    """
    if former is None or outcome.outcome != "added":
        return outcome
    stored = engine.archive.article(former)
    if stored is None or not _is_correction(stored, outcome):
        return outcome
    edited = Desk(engine.archive).merge(former, outcome.id, replace(change, what="merge"), _nothing)
    return Outcome(former, "updated", edited.after) if edited is not None else outcome


def _is_correction(stored: Article, outcome: Outcome) -> bool:
    new = outcome.article
    days = {(article.published or "")[:10] for article in (stored, new)} - {""}
    addresses = {stored.url, new.url} - {None}
    is_like = outcome.near == stored.id or squeeze(new.title) == squeeze(stored.title)
    return is_like and len(days) < 2 and len(addresses) < 2


def _nothing(_: Edited) -> None:
    """Record nothing beside the change."""
