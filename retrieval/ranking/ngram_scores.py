"""Which of the candidates is best, seen closely? BM25 over runs of characters, on rank-bm25, beside the first stage."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, repeat

from rank_bm25 import BM25Plus

from retrieval.index import bm25
from retrieval.text.ngrams import count_bigrams, count_grams

# What each part of the score counts: docs/ranking.md has what each one brings.
WEIGHTS = {"terms": 1.0, "bigrams": 1.0, "trigrams": 0.3, "article": 0.3, "sentence": 4.0}


@dataclass(frozen=True, slots=True)
class Parts:
    """What each stage gave a candidate, before it is weighed; `sentence` is 0 for one that was not read closely."""

    terms: float
    bigrams: float = 0.0
    trigrams: float = 0.0
    article: float = 0.0
    sentence: float = 0.0

    @property
    def score(self) -> float:
        return sum(weight * float(getattr(self, part)) for part, weight in WEIGHTS.items())


class _Document:
    """A text as rank-bm25 counts it: as long as it has bigrams, though none but the wanted runs are handed out."""

    def __init__(self, folded: str, wanted: Sequence[str]) -> None:
        self._found, self._length = count_grams(folded, wanted), count_bigrams(folded)

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[str]:
        return chain.from_iterable(repeat(gram, count) for gram, count in self._found.items())


class NgramScorer:
    """BM25 of runs of characters over some folded texts alone: idf and average length are of these texts.

    Bigrams repair what the dictionary cuts wrongly; trigrams tell a name or a phrase from its scattered pairs. The
    library is shown the wanted runs alone, and the length with all bigrams: for bigrams the scores are those of full
    lists, at a quarter of the time.
    """

    def __init__(self, texts: Sequence[str], wanted: Sequence[str]) -> None:
        documents = [_Document(text, wanted) for text in texts]
        self._size = len(documents)
        # Without any bigram the library divides by zero. delta only adds a constant for each, to texts without it too.
        self._library = BM25Plus(documents, k1=bm25.K1, b=bm25.B, delta=0) if any(documents) else None

    def scores(self, grams: Sequence[str]) -> list[float]:
        """The score of each text for these runs, which must be among the wanted ones."""
        if self._library is None:
            return [0.0] * self._size
        scores: list[float] = self._library.get_scores(grams).tolist()
        return scores
