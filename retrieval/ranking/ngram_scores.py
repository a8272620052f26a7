"""BM25 of character n-grams over the candidates of one query, by the formula of the rank_bm25 library."""

from collections.abc import Mapping, Sequence
from itertools import chain

from rank_bm25 import BM25Plus

from retrieval.index import bm25
from retrieval.text.bulk_counting import Counts, count_all


def score_ngrams(texts: Sequence[str], groups: Sequence[Sequence[str]]) -> list[list[float]]:
    """The scores of the folded texts for each group of n-grams; idf and average length are those of these texts alone.

    Bigrams find words that the dictionary cuts wrongly; trigrams tell a name or a phrase from its scattered pairs. The
    library gets the n-grams of the groups only, and a length that counts all bigrams: for bigrams the scores equal
    those of complete lists, at a twentieth of the time.
    """
    wanted = list(dict.fromkeys(chain.from_iterable(groups)))
    counts = count_all(texts, wanted)
    if not counts.bigrams.any():
        # The library divides by the average length.
        return [[0.0] * len(texts) for _ in groups]
    # delta would only add a constant for each n-gram, also to texts without it.
    library = _Counted((wanted, counts), k1=bm25.K1, b=bm25.B, delta=0)
    return [library.get_scores(group).tolist() for group in groups]


class _Counted(BM25Plus):  # type: ignore[misc]
    """The library over counted texts: it has the wanted n-grams only, and lengths that count all bigrams."""

    def _initialize(self, counted: tuple[Sequence[str], Counts]) -> Mapping[str, int]:
        grams, (counts, self.doc_len) = counted
        self.corpus_size, self.avgdl = len(counts), int(self.doc_len.sum()) / len(counts)
        # The library's quotient of each n-gram and text. One expression for all of them takes a tenth of its time.
        frequencies = counts.T
        saturations = (frequencies * (self.k1 + 1)) / (
            self.k1 * (1 - self.b + self.b * self.doc_len / self.avgdl) + frequencies
        )
        self._saturations = dict(zip(grams, saturations, strict=True))
        holders = (counts > 0).sum(axis=0).tolist()
        return {gram: count for gram, count in zip(grams, holders, strict=True) if count}

    def get_scores(self, query: Sequence[str]) -> bm25.Numbers:
        """The scores of the texts, summed in the order of the query."""
        scores: bm25.Numbers = super().get_scores(())  # zeros
        for gram in query:
            scores += self.idf.get(gram, 0.0) * self._saturations[gram]
        return scores
