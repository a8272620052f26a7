"""The rank_bm25 library as an index: the smallest possible engine, and the oracle of the default one."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from mmap import mmap
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rank_bm25 import BM25Plus

from retrieval.index import bm25, listing
from retrieval.index.protocol import NO_EXPANSIONS, NO_MATCHES, Expansions, Filters, Matches
from retrieval.index.segment import Segment, build, drop, join, term_hash
from retrieval.index.segment_format import unpack
from retrieval.index.segment_reader import SegmentReader


class RankBM25Index:
    """All documents in memory as lists of terms; every change builds the library's index anew."""

    def __init__(self) -> None:
        # One reference, so that a search beside `publish` sees one state of the collection.
        self._corpus = _Corpus(build([]))

    def publish(self, segments: Iterable[bytes | mmap], removed: Iterable[int], after: int = -1) -> None:
        whole = join([self._corpus.segment, *(unpack(data).after(after) for data in segments)])
        removed_flags = np.isin(whole.passage_ids, np.fromiter(removed, np.int64))
        self._corpus = _Corpus(drop(whole, removed_flags))

    def is_crowded(self) -> bool:
        return False

    def compact(self) -> None:
        pass

    def warm(self, code: Sequence[Path]) -> None:
        pass

    def weights(self, terms: Iterable[str]) -> dict[str, float]:
        corpus = self._corpus
        known = corpus.library.idf if corpus.library else {}
        unheld = bm25.idf(1, len(corpus.documents))
        return {term: float(known.get(term_hash(term), unheld)) for term in terms}

    def search(self, terms: Sequence[str], k: int, filters: Filters, expansions: Expansions = NO_EXPANSIONS) -> Matches:
        corpus = self._corpus
        if corpus.library is None or k < 1:
            return NO_MATCHES
        weights = corpus.weights(terms, expansions)
        scores = corpus.scores(weights)
        allowed = corpus.reader.allowed(filters)
        matches = np.flatnonzero(scores > 0 if allowed is None else (scores > 0) & allowed)
        minutes, passage_ids = corpus.segment.minutes[matches], corpus.segment.passage_ids[matches]
        order = np.lexsort((passage_ids, -minutes, -scores[matches]))[:k]
        best = matches[order]
        of_articles = [corpus.article_score(number, weights) for number in best.tolist()]
        columns = passage_ids[order].tolist(), scores[best].tolist(), of_articles, minutes[order].tolist()
        return Matches.of(zip(*columns, strict=True))

    def newest(self, limit: int, filters: Filters) -> list[int]:
        return listing.newest([self._corpus.reader], limit, filters)

    def passages_of(self, article_ids: Collection[int], limit: int, filters: Filters) -> list[int]:
        return listing.passages_of([self._corpus.reader], article_ids, limit, filters)


class _Corpus:
    """The documents of a segment, each as the list of its terms, which are known by their hashes."""

    def __init__(self, segment: Segment) -> None:
        self.segment, self.reader = segment, SegmentReader.of(segment)
        self.documents = _documents(segment)
        # Without any term the library divides by zero. delta is 0: it would only add a constant per question, also to
        # documents that hold none of its terms.
        self.library = BM25Plus(self.documents, k1=bm25.K1, b=bm25.B, delta=0) if any(self.documents) else None

    def weights(self, terms: Sequence[str], expansions: Expansions) -> list[tuple[int, float]]:
        """The hash and the weight of each term that a document holds, those of expansions behind."""
        of_terms, of_expansions = list[tuple[int, float]](), list[tuple[int, float]]()
        for term in terms:
            own = [term_hash(expansion) for expansion in expansions.get(term, ())]
            count = self._count(term_hash(term))
            together = bm25.idf(min(len(self.documents), count + sum(map(self._count, own))), len(self.documents))
            of_terms.append((term_hash(term), together))
            of_expansions += [(expansion, bm25.EXPANSION * together) for expansion in own]
        return [(term, weight) for term, weight in of_terms + of_expansions if self._count(term)]

    def scores(self, weights: Iterable[tuple[int, float]]) -> NDArray[np.float64]:
        """The score of each document."""
        assert self.library is not None
        shares = ((self.library.get_scores([term]) / self.library.idf[term], weight) for term, weight in weights)
        return sum((weight * share for share, weight in shares), np.zeros(len(self.documents)))

    def _count(self, term: int) -> int:
        """The number of documents that hold the term."""
        return self.reader.look_up(np.array([term], np.uint64))[1][0]

    def article_score(self, document: int, weights: Iterable[tuple[int, float]]) -> float:
        """The score of a document's article, as if the article were one document."""
        assert self.library is not None
        starts = self.segment.article_starts
        article = np.searchsorted(starts, document, side="right")
        frequencies = Counter(term for own in self.documents[starts[article - 1] : starts[article]] for term in own)
        average = sum(self.library.doc_len) / self.reader.articles
        length = frequencies.total()
        return float(sum(weight * bm25.saturation(frequencies[term], length, average) for term, weight in weights))


def _documents(segment: Segment) -> list[list[int]]:
    documents: list[list[int]] = [[] for _ in segment.passage_ids]
    for row, term in enumerate(segment.terms.tolist()):
        places = slice(segment.starts[row], segment.starts[row + 1])
        pairs = np.stack((segment.documents[places], segment.frequencies[places]), axis=1).tolist()
        for number, frequency in pairs:
            documents[number].extend([term] * frequency)
    return documents
