"""The parts of a passage's score, and the weight of each."""

from operator import mul
from typing import NamedTuple


class Parts(NamedTuple):
    """Unweighted scores of one passage: BM25 of terms and n-grams, BM25 of its article, and its best sentence.

    `characters` is the share of the query's characters that it holds, `feedback` that of the pairs of characters that
    the first candidates share: see `feedback.shared_bigrams`. Both and `sentence` are 0 for a passage that was not
    read. `newer` is what puts a newer report of the same affair before the best one: see `newer.newest_first`.
    """

    terms: float
    bigrams: float = 0.0
    trigrams: float = 0.0
    article: float = 0.0
    sentence: float = 0.0
    characters: float = 0.0
    feedback: float = 0.0
    newer: float = 0.0

    @property
    def score(self) -> float:
        return float(sum(map(mul, WEIGHTS, self)))


# Set on the development sets; docs/ranking.md has the gain of each part.
WEIGHTS = Parts(
    terms=1.0, bigrams=1.0, trigrams=0.3, article=0.3, sentence=4.0, characters=12.0, feedback=2.0, newer=1.0
)
