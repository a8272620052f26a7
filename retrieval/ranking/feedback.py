"""Pseudo-relevance feedback: what the best candidates share, beyond the query.

Attar and Fraenkel, "Local feedback in full-text retrieval systems" (1977), over pairs of characters: the first
candidates of a query are mostly about its matter, so that another candidate with their words is about it too.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from operator import add

# The first candidates that are read, those of them that must share a pair, and the pairs that count.
_FIRST, _SHARED, _MOST = 5, 2, 20


def shared_bigrams(texts: Sequence[str], query_bigrams: Sequence[str]) -> dict[str, float]:
    """The pairs of characters that at least two of the first five folded texts hold, with weights that add up to 1.

    A pair weighs more the more of the first texts hold it, and the fewer of all texts. Pairs of the query are left out.
    """
    counts = Counter[str]()
    for text in texts[:_FIRST]:
        counts.update(set(map(add, text, text[1:])))
    known = set(query_bigrams)
    shared = {
        pair: count for pair, count in counts.items() if count >= _SHARED and pair.isalnum() and pair not in known
    }
    rest = texts[_FIRST:]
    weights = {
        pair: count * math.log((len(texts) + 1) / (count + sum([pair in text for text in rest])))
        for pair, count in shared.items()
    }
    best = sorted(weights, key=lambda bigram: (-weights[bigram], bigram))[:_MOST]
    total = sum(weights[bigram] for bigram in best)
    return {bigram: weights[bigram] / total for bigram in best} if total else {}


def held(weights: Mapping[str, float], folded: str) -> dict[str, float]:
    """Those of the weights whose pieces a text holds."""
    return {piece: weight for piece, weight in weights.items() if piece in folded}
