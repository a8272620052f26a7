"""What does rank_bm25, the library as it is, answer? The smallest possible engine, which the other must agree with."""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from rank_bm25 import BM25Plus

from retrieval.index import bm25
from retrieval.index.protocol import Filters, Match, first_minute, last_minute
from retrieval.index.segment import Segment, term_hash, unpack
from retrieval.text.folding import fold


class RankBM25Index:
    """Every document in memory as a list of terms; the library's index is built anew at every change."""

    def __init__(self) -> None:
        # Swapped as one, so that a search beside `publish` sees either all of it or nothing.
        self._corpus = _Corpus({})

    def publish(self, segments: Iterable[bytes], removed: Iterable[int], after: int = -1) -> None:
        documents = dict(self._corpus.documents)
        for data in segments:
            documents.update(_entries(unpack(data).after(after)))
        for passage_id in removed:
            documents.pop(passage_id, None)
        self._corpus = _Corpus(documents)

    def is_crowded(self) -> bool:
        return False

    def compact(self) -> None:
        pass

    def warm(self, code: Sequence[Path]) -> None:
        pass

    def idf(self, term: str) -> float:
        corpus = self._corpus
        known = corpus.library.idf.get(term_hash(term)) if corpus.library else None
        return bm25.idf(1, len(corpus.documents)) if known is None else float(known)

    def search(self, terms: Sequence[str], k: int, filters: Filters) -> list[Match]:
        corpus = self._corpus
        if corpus.library is None or k < 1:
            return []
        hashes = [term_hash(term) for term in terms]
        scores = corpus.library.get_scores(hashes).tolist()
        found = [
            (-score, -entry.minute, passage_id)
            for (passage_id, entry), score in zip(corpus.documents.items(), scores, strict=True)
            if score > 0 and entry.passes(filters)
        ]
        return [
            Match(passage_id, -score, corpus.article_score(corpus.documents[passage_id].article_id, hashes))
            for score, _, passage_id in sorted(found)[:k]
        ]


class _Corpus:
    def __init__(self, documents: "dict[int, _Entry]") -> None:
        self.documents = documents
        term_frequencies = [entry.terms for entry in documents.values()]
        # Without any term the library divides by zero. delta would only add a constant for each question, to documents
        # without any of its terms as well.
        self.library = BM25Plus(term_frequencies, k1=bm25.K1, b=bm25.B, delta=0) if any(term_frequencies) else None

    def article_score(self, article_id: int, terms: Sequence[int]) -> float:
        assert self.library is not None
        bag = Counter[int]()
        for entry in self.documents.values():
            if entry.article_id == article_id:
                bag.update(entry.terms)
        average = sum(self.library.doc_len) / len({entry.article_id for entry in self.documents.values()})
        weights = ((self.library.idf.get(term, 0.0), bag[term]) for term in terms)
        return float(sum(idf * bm25.saturation(count, bag.total(), average) for idf, count in weights))


class _Entry:
    def __init__(self, article_id: int, minute: int, source: str | None) -> None:
        self.article_id, self.minute, self.source = article_id, minute, source
        self.terms: list[int] = []  # by hash, as the segment knows them

    def passes(self, filters: Filters) -> bool:
        if filters.since is not None and self.minute < first_minute(filters.since):
            return False
        if filters.until is not None and not 0 < self.minute <= last_minute(filters.until):
            return False
        if filters.source is not None and (self.source is None or fold(filters.source).strip() not in self.source):
            return False
        if filters.include_ids is not None and self.article_id not in filters.include_ids:
            return False
        return self.article_id not in filters.exclude_ids


def _entries(segment: Segment) -> dict[int, _Entry]:
    entries = [
        _Entry(article_id, minute, None if source < 0 else segment.sources[source])
        for article_id, minute, source in zip(
            segment.article_ids.tolist(), segment.minutes.tolist(), segment.source_numbers.tolist(), strict=True
        )
    ]
    for row, term in enumerate(segment.terms.tolist()):
        places = slice(segment.starts[row], segment.starts[row + 1])
        pairs = np.stack((segment.documents[places], segment.frequencies[places]), axis=1).tolist()
        for number, frequency in pairs:
            entries[number].terms.extend([term] * frequency)
    return dict(zip(segment.passage_ids.tolist(), entries, strict=True))
