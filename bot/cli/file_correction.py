"""Corrections by a watched file: its changed article corrects the one that it held before."""

from dataclasses import replace
from itertools import pairwise

from bot.cli.desk import OPERATOR
from retrieval.article import Article
from retrieval.change import Actor, Change
from retrieval.desk import Desk, Edited
from retrieval.engine import Outcome, SearchEngine
from retrieval.text.folding import squeeze


def corrected(engine: SearchEngine, former: int | None, outcome: Outcome, change: Change) -> Outcome:
    """The outcome of the one article of a changed file, merged into the article `former` if it is a correction of it.

    The rules that tell versions come first; what they call another article is a correction when it has nearly the text
    of the former one, or its title and much of its words, and no other day or address. Both changes are taken back
    together. Raises StoreError.
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
    is_like = outcome.near == stored.id or (squeeze(new.title) == squeeze(stored.title) and _share(stored, new))
    return is_like and len(days) < 2 and len(addresses) < 2


def _share(stored: Article, new: Article) -> bool:
    """Whether the shorter one of two texts has half of its pairs of letters in the other, which may go on with it."""
    ours, theirs = ({*map("".join, pairwise(squeeze(article.text)))} for article in (stored, new))
    return 2 * len(ours & theirs) >= min(len(ours), len(theirs))


def replaced(engine: SearchEngine, outcome: Outcome) -> tuple[Actor, int] | None:
    """The person who last changed an article before a file corrected it, and the journal's entry of the correction.

    None when the article was as a file had left it. Raises StoreError.
    """
    entries = [version.entry for version in engine.archive.versions(outcome.id)[-2:]]
    if outcome.outcome != "updated" or len(entries) < 2 or None in entries:
        return None
    found = (engine.archive.journal(1, before=(number or 0) + 1) for number in entries)
    before, now = (next(iter(one), None) for one in found)
    if before is None or now is None or (before.by == OPERATOR and before.what != "undo"):
        return None
    return before.by, now.id


def _nothing(_: Edited) -> None:
    """Record nothing beside the change."""
