"""Term frequencies in documents of a search server."""

from collections.abc import Iterable, Mapping

from retrieval.cluster.transaction import Body
from retrieval.index.bm25 import MAX_TERM_FREQUENCY


def with_counts(passage: Body, terms: Mapping[str, int]) -> Body:
    """The document of a passage with its terms, each as often as it counts, and with its length."""
    clamped = _clamped(terms)
    # Blanks on both sides of each: see `count_of`.
    words = "".join(f" {term} " * count for term, count in clamped.items())
    return passage | {"terms": words, "length": sum(clamped.values())}


def counts_of(passages: Iterable[Mapping[str, int]]) -> Body:
    """What the document of an article says of the terms of its passages: their frequencies and length together."""
    totals = dict[str, int]()
    for terms in passages:
        for term, count in _clamped(terms).items():
            totals[term] = totals.get(term, 0) + count
    return {"totals": counts_text(totals), "length": sum(totals.values())}


def _clamped(terms: Mapping[str, int]) -> dict[str, int]:
    return {term: min(count, MAX_TERM_FREQUENCY) for term, count in terms.items()}


def counts_text(counts: Mapping[str, int]) -> str:
    """Term frequencies as one text, of which `count_in` finds one quickly: no term holds a tab or a line break."""
    return "\n" + "\n".join(f"{term}\t{count}" for term, count in counts.items()) + "\n"


def count_of(terms: str, term: str) -> int:
    """How often a term stands among the terms of a passage: no term holds a blank."""
    return terms.count(f" {term} ")


def count_in(text: str, term: str) -> int:
    """The frequency of a term in a text of `counts_text`; 0 when it is not held."""
    place = text.find(f"\n{term}\t")
    return int(text[place + len(term) + 2 : text.index("\n", place + 1)]) if place >= 0 else 0
