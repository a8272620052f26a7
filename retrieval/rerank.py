"""Which of the candidates is best, seen closely? BM25 over character bigrams, on rank-bm25, beside the first stage."""

from collections.abc import Iterable, Sequence

from rank_bm25 import BM25Plus

from retrieval import bm25
from retrieval.analysis import bigrams
from retrieval.text import fold

# Weights of the bigrams' and of the article's score beside the passage's own: see README, "How good is it?".
BIGRAM_WEIGHT, ARTICLE_WEIGHT = 1.0, 0.3
_FILLER = ""


def bigram_scores(wanted: Sequence[str], texts: Iterable[str]) -> list[float]:
    """BM25 of the wanted bigrams over these texts alone, in their order; idf and average length are of these texts.

    Every bigram that is not wanted is replaced by one filler: the lengths stay, so the scores are the same as without,
    at a third of the time.
    """
    known = {bigram: bigram for bigram in wanted}
    documents = [[known.get(bigram, _FILLER) for bigram in bigrams(fold(text))] for text in texts]
    if not any(documents):
        return [0.0] * len(documents)
    # delta only adds a constant for each bigram, to texts without it as well.
    library = BM25Plus(documents, k1=bm25.K1, b=bm25.B, delta=0)
    scores: list[float] = library.get_scores(wanted).tolist()
    return scores


def combined(score: float, bigram_score: float, article_score: float) -> float:
    """The final score of a candidate."""
    return score + BIGRAM_WEIGHT * bigram_score + ARTICLE_WEIGHT * article_score
