"""How is a query answered from an index and the rows behind it: candidates, hits, and how sure is the best?"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from retrieval import answer, collapse
from retrieval.analysis import Analyzer, query_bigrams
from retrieval.answer import Wanted
from retrieval.index import Filters, Index, Match
from retrieval.ranking import Candidate, Hit, Ranking
from retrieval.rerank import Parts
from retrieval.scope import Attempt
from retrieval.store import Store, StoredPassage
from retrieval.text import Span, sentences

CANDIDATES = 100


@dataclass(frozen=True, slots=True)
class Found:
    """Hits, best first, by these filters; what each term weighs; and whether the first hit answers."""

    hits: list[Hit]
    filters: Filters
    weights: dict[str, float]
    confidence: float

    @property
    def status(self) -> str:
        return answer.status(self.confidence)


class Finder:
    def __init__(self, store: Store, analyzer: Analyzer) -> None:
        self._store = store
        self._analyzer = analyzer

    def first_good(self, index: Index, attempts: Iterable[Attempt], *, k: int, explain: bool) -> Found:
        """What comes of the first attempt that answers; else of the first that may answer; else of the last."""
        found = []
        for attempt in attempts:
            if attempt.query is None:
                found.append(self.newest(attempt.filters, k))
            else:
                one = self.find(index, attempt.query, attempt.filters, attempt.about, k=k, explain=explain)
                found.append(one)
            if found[-1].status == "answered":
                return found[-1]
        return next((one for one in found if one.status == "possible"), found[-1])

    def find(
        self, index: Index, query: str, filters: Filters, about: str | None = None, *, k: int, explain: bool
    ) -> Found:
        """The k best passages. What several papers print alike is one hit.

        The first answers when it holds enough of the query, or of what it is `about`, its words of time left out.
        """
        weights = self._weights(index, query)
        candidates = max(k, CANDIDATES) if k > 0 else 0
        while True:
            matches = index.search(list(weights), candidates, filters)
            ranking = Ranking(query, weights, self._candidates(matches))
            groups = self._groups(ranking, k)
            if len(groups) >= k or len(matches) < candidates:
                break
            candidates *= 2  # so many of them were the same news
        hits = ranking.hits(groups)
        # Of the best, whose place the newest takes: which paper came last does not change what is known.
        asked = [ranking.wanted, *([Wanted(self._weights(index, about), query_bigrams(about))] if about else [])]
        confidence = self._confidence(ranking, asked) if hits else 0.0
        if explain:
            hits = ranking.explained(hits, self._by_term(index, weights, filters))
        return Found(hits, filters, weights, confidence)

    def newest(self, filters: Filters, k: int) -> Found:
        """The beginnings of the k newest articles, each with its first sentence; the same news is one hit here too."""
        leads: list[StoredPassage] = []
        asked = max(0, k)
        while True:
            wanted, known = asked * 2, len(leads)
            leads = self._store.leads(filters, wanted)
            linked = self._store.linked(passage.article_id for passage in leads)
            groups = collapse.grouped(leads, linked, k, _lead)
            if len(groups) >= k or len(leads) < wanted or len(leads) == known:
                break
            asked = wanted
        hits = [
            Hit(
                one.passage,
                Parts(0.0),
                _first_sentence(one.passage),
                [],
                leads[one.place].id,
                one.reprints,
                one.differing,
            )
            for one in groups
        ]
        return Found(hits, filters, {}, 1.0 if hits else 0.0)

    def _candidates(self, matches: Sequence[Match]) -> list[Candidate]:
        stored = self._store.passages([match.passage_id for match in matches])
        # A row may have gone since the postings were read.
        return [Candidate(stored[match.passage_id], match) for match in matches if match.passage_id in stored]

    def _groups(self, ranking: Ranking, k: int) -> list[collapse.Group]:
        passages = [one.passage for one in ranking.best]
        linked = self._store.linked(passage.article_id for passage in passages)
        return collapse.grouped(passages, linked, k, ranking.sentence)

    def _weights(self, index: Index, query: str) -> dict[str, float]:
        return {term: index.idf(term) for term in self._analyzer.query_terms(query)}

    def _confidence(self, ranking: Ranking, asked: Iterable[Wanted]) -> float:
        folded = ranking.best[0].folded
        terms = set(self._analyzer.terms(folded))
        return max(answer.confidence(wanted, terms, folded) for wanted in asked)

    def _by_term(self, index: Index, terms: Iterable[str], filters: Filters) -> dict[str, dict[int, Match]]:
        """What each term finds when it is asked alone: a score is the sum of its terms'."""
        everything = self._store.statistics().passages
        return {term: {one.passage_id: one for one in index.search([term], everything, filters)} for term in terms}


def _first_sentence(passage: StoredPassage) -> Span | None:
    return next(iter(sentences(passage.text)), None)


def _lead(passage: StoredPassage) -> str:
    span = _first_sentence(passage)
    return passage.text[slice(*span)] if span else passage.text
