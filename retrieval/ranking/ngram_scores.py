"""BM25 of character n-grams over the candidates of one query, by the rank_bm25 library."""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import chain

from rank_bm25 import BM25Plus

from retrieval.index import bm25
from retrieval.text.bulk_counting import Counts, count_all


def score_ngrams(texts: Sequence[str], groups: Sequence[Sequence[str]]) -> list[list[float]]:
    """The scores of the folded texts for each group of n-grams; idf and average length are those of these texts alone.

    Bigrams find words that the dictionary cuts wrongly; trigrams tell a name or a phrase from its scattered pairs. The
    library gets the n-grams of the groups only, and a length that counts all bigrams: for bigrams the scores equal
    those of complete lists, at a tenth of the time.
    """
    wanted = list(dict.fromkeys(chain.from_iterable(groups)))
    counts = count_all(texts, wanted)
    if not any(counts.bigrams):
        # The library divides by the average length.
        return [[0.0] * len(texts) for _ in groups]
    # delta would only add a constant for each n-gram, also to texts without it.
    library = _Counted(counts, k1=bm25.K1, b=bm25.B, delta=0)
    return [library.get_scores(group).tolist() for group in groups]


class _Counted(BM25Plus):  # type: ignore[misc]
    """The library over counted texts: it has the wanted n-grams only, and lengths that count all bigrams."""

    def _initialize(self, counts: Counts) -> Mapping[str, int]:
        self.doc_freqs, self.doc_len, self.corpus_size = counts.grams, counts.bigrams, len(counts.bigrams)
        self.avgdl = sum(counts.bigrams) / len(counts.bigrams)
        return Counter(chain.from_iterable(counts.grams))
