"""What does rank_bm25, the library as it is, answer? The smallest possible engine, which the other must agree with."""

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
from rank_bm25 import BM25Plus

from retrieval import bm25
from retrieval.index import Document, Filters, Match, first_minute, last_minute
from retrieval.segment import Segment, build, pack, unpack
from retrieval.text import fold


class RankBM25:
    """Every document in memory as a list of terms; built anew at the first search after a change."""

    def __init__(self) -> None:
        self._documents: dict[int, _Entry] = {}
        self._library: BM25Plus | None = None

    def prepare(self, documents: Sequence[Document]) -> bytes:
        return pack(build(documents))

    def publish(self, segments: Iterable[bytes], removed: Iterable[int]) -> None:
        documents = dict(self._documents)
        for data in segments:
            documents.update(_entries(unpack(data)))
        for passage_id in removed:
            documents.pop(passage_id, None)
        # An empty corpus divides by zero in the library.
        library = None
        if documents:
            # delta only adds a constant for each question, to documents without any of its terms as well.
            library = BM25Plus([entry.terms for entry in documents.values()], k1=bm25.K1, b=bm25.B, delta=0)
        self._documents, self._library = documents, library

    def idf(self, term: str) -> float:
        known = self._library.idf.get(term) if self._library else None
        return bm25.idf(1, len(self._documents)) if known is None else float(known)

    def search(self, terms: Sequence[str], k: int, filters: Filters) -> list[Match]:
        if self._library is None or k < 1:
            return []
        scores = self._library.get_scores(list(terms))
        found = [
            (-score, -entry.minute, passage_id)
            for (passage_id, entry), score in zip(self._documents.items(), scores.tolist(), strict=True)
            if score > 0 and entry.passes(filters)
        ]
        return [
            Match(passage_id, -score, self._article_score(self._documents[passage_id].article_id, terms))
            for score, _, passage_id in sorted(found)[:k]
        ]

    def _article_score(self, article_id: int, terms: Sequence[str]) -> float:
        assert self._library is not None
        bag = Counter[str]()
        for entry in self._documents.values():
            if entry.article_id == article_id:
                bag.update(entry.terms)
        articles = len({entry.article_id for entry in self._documents.values()})
        average = sum(self._library.doc_len) / articles
        return float(
            sum(self._library.idf.get(term, 0.0) * bm25.saturation(bag[term], bag.total(), average) for term in terms)
        )


class _Entry:
    def __init__(self, article_id: int, minute: int, source: str | None) -> None:
        self.article_id, self.minute, self.source = article_id, minute, source
        self.terms: list[str] = []

    def passes(self, filters: Filters) -> bool:
        if filters.since is not None and self.minute < first_minute(filters.since):
            return False
        if filters.until is not None and not 0 < self.minute <= last_minute(filters.until):
            return False
        if filters.source is not None and (self.source is None or fold(filters.source).strip() not in self.source):
            return False
        return self.article_id not in filters.without


def _entries(segment: Segment) -> dict[int, _Entry]:
    entries = [
        _Entry(article_id, minute, None if source < 0 else segment.sources[source])
        for article_id, minute, source in zip(
            segment.article_ids.tolist(), segment.minutes.tolist(), segment.source_numbers.tolist(), strict=True
        )
    ]
    for row, term in enumerate(segment.terms):
        places = slice(segment.starts[row], segment.starts[row + 1])
        pairs = np.stack((segment.documents[places], segment.frequencies[places]), axis=1).tolist()
        for number, frequency in pairs:
            entries[number].terms.extend([term] * frequency)
    return dict(zip(segment.passage_ids.tolist(), entries, strict=True))
