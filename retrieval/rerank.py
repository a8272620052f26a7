"""Which of the candidates is best, seen closely? BM25 over character bigrams, on rank-bm25, beside the first stage."""

from collections.abc import Iterable, Iterator, Sequence

from rank_bm25 import BM25Plus

from retrieval import bm25
from retrieval.analysis import bigram_counts
from retrieval.text import fold

# Weights of the bigrams' and of the article's score beside the passage's own: see README, "How good is it?".
BIGRAM_WEIGHT, ARTICLE_WEIGHT = 1.0, 0.3


class _Document:
    """A text as rank-bm25 counts it: as long as it has bigrams, though none but the wanted ones are handed out."""

    def __init__(self, text: str, wanted: Sequence[str]) -> None:
        self._found, self._length = bigram_counts(fold(text), wanted)

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[str]:
        return self._found.elements()


def bigram_scores(wanted: Sequence[str], texts: Iterable[str]) -> list[float]:
    """BM25 of the wanted bigrams over these texts alone, in their order; idf and average length are of these texts.

    The library is shown the wanted bigrams alone, and the length with all of them: the scores are those of full lists,
    at a quarter of the time.
    """
    documents = [_Document(text, wanted) for text in texts]
    if not any(documents):
        return [0.0] * len(documents)
    # delta only adds a constant for each bigram, to texts without it as well.
    library = BM25Plus(documents, k1=bm25.K1, b=bm25.B, delta=0)
    scores: list[float] = library.get_scores(wanted).tolist()
    return scores


def combined(score: float, bigram_score: float, article_score: float) -> float:
    """The final score of a candidate."""
    return score + BIGRAM_WEIGHT * bigram_score + ARTICLE_WEIGHT * article_score
