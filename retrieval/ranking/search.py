"""How is a query answered from an index and the rows behind it: candidates, hits, and how sure is the best?"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from retrieval.archive import Archive, StoredPassage
from retrieval.duplicates import collapse
from retrieval.index.protocol import Filters, Match
from retrieval.query.scope import Attempt
from retrieval.ranking import sentence
from retrieval.ranking.ngram_scores import Parts
from retrieval.ranking.rank import Candidate, Hit, Ranking
from retrieval.ranking.sentence import QueryFeatures
from retrieval.text.analyzer import Analyzer
from retrieval.text.ngrams import query_bigrams
from retrieval.text.sentences import Span, sentences

CANDIDATES = 100
# Rounds of so many candidates; passages read of papers that printed a report and are not among them; copies of a report
# that a second round leaves out.
_ROUNDS, _MOST_READ, _MOST_COPIES = 2, 100, 10_000
_Answer = Callable[[StoredPassage], str]


@dataclass(frozen=True, slots=True)
class Found:
    """Hits, best first, by these filters; what each term weighs; and whether the first hit answers."""

    hits: list[Hit]
    filters: Filters
    weights: dict[str, float]
    confidence: float

    @property
    def status(self) -> str:
        return sentence.status(self.confidence)


class _Rounds:
    """The filters of each round in which groups are looked for, until there are k of them.

    One round is enough, but where so many papers printed the same report that there are fewer groups than asked for
    among the candidates: the next round leaves that report out. A round more is all that a question may cost.
    """

    def __init__(self, archive: Archive, filters: Filters, k: int) -> None:
        self._archive, self._filters, self._missing = archive, filters, k
        self._told, self._seen = frozenset[int](), set[int]()  # articles; passages
        self._is_over = False

    def __iter__(self) -> Iterator[Filters]:
        for _ in range(_ROUNDS):
            yield replace(self._filters, exclude_ids=self._filters.exclude_ids | self._told)
            if self._is_over:
                return

    def groups(self, passages: Sequence[StoredPassage], wanted: int, answer: _Answer) -> list[collapse.Group]:
        """What is shown of this round's passages, of which so many were asked for."""
        linked = self._archive.reprints(passage.article_id for passage in passages)
        new = [one for one in passages if one.id not in self._seen]
        if self._told:
            new = [one for one in new if not self._told & collapse.story_of(one.article_id, linked)]
        groups = collapse.grouped(new, linked, self._missing, answer, self._among)
        self._missing -= len(groups)
        self._seen.update(one.id for one in passages)
        stories = frozenset[int]().union(*(group.story for group in groups))
        self._is_over = self._missing <= 0 or len(passages) < wanted or not stories
        if not self._is_over:
            self._told |= stories | self._archive.copies(stories, _MOST_COPIES)
        return groups

    def _among(self, article_ids: frozenset[int]) -> list[StoredPassage]:
        return self._archive.passages_of(article_ids, _MOST_READ, self._filters)


class Finder:
    def __init__(self, archive: Archive, analyzer: Analyzer) -> None:
        self._archive = archive
        self._analyzer = analyzer

    def first_good(self, attempts: Iterable[Attempt], *, k: int, explain: bool) -> Found:
        """What comes of the first attempt that answers; else of the first that may answer; else of the last."""
        found = []
        for attempt in attempts:
            if attempt.query is None:
                found.append(self.newest(attempt.filters, k))
            else:
                one = self.find(attempt.query, attempt.filters, attempt.about, k=k, explain=explain)
                found.append(one)
            if found[-1].status == "answered":
                return found[-1]
        return next((one for one in found if one.status == "possible"), found[-1])

    def find(self, query: str, filters: Filters, about: str | None = None, *, k: int, explain: bool) -> Found:
        """The k best passages. What several papers print alike is one hit.

        The first answers when it holds enough of the query, or of what it is `about`, its words of time left out.
        """
        weights = self._weights(query)
        wanted = max(k, CANDIDATES) if k > 0 else 0
        hits, rounds = list[Hit](), _Rounds(self._archive, filters, k)
        confidence = 0.0
        for left in rounds:
            matches = self._archive.candidates(list(weights), wanted, left)
            ranking = Ranking(query, weights, self._candidates(matches))
            groups = rounds.groups([one.passage for one in ranking.best], wanted, ranking.sentence)
            found = ranking.hits(groups)
            if found and not hits:
                # Of the best, whose place the newest takes: which paper came last does not change what is known.
                of_about = [QueryFeatures(self._weights(about), query_bigrams(about))] if about else []
                confidence = self._confidence(ranking, [ranking.wanted, *of_about])
            hits += ranking.explained(found, self._by_term(weights, filters)) if explain else found
        return Found(hits, filters, weights, confidence)

    def newest(self, filters: Filters, k: int) -> Found:
        """The beginnings of the k newest articles, each with its first sentence; the same news is one hit here too."""
        wanted = max(k, CANDIDATES) if k > 0 else 0
        hits, rounds = list[Hit](), _Rounds(self._archive, filters, k)
        for left in rounds:
            leads = self._archive.newest(wanted, left)
            for one in rounds.groups(leads, wanted, _lead):
                span = _first_sentence(one.passage)
                hits.append(Hit(one.passage, Parts(0.0), span, [], one.best.id, one.reprints, one.conflicting))
        return Found(hits, filters, {}, 1.0 if hits else 0.0)

    def _candidates(self, matches: Sequence[Match]) -> list[Candidate]:
        stored = self._archive.passages([match.passage_id for match in matches])
        # A row may have gone since the postings were read.
        return [Candidate(stored[match.passage_id], match) for match in matches if match.passage_id in stored]

    def _weights(self, query: str) -> dict[str, float]:
        return self._archive.weights(self._analyzer.query_terms(query))

    def _confidence(self, ranking: Ranking, asked: Iterable[QueryFeatures]) -> float:
        folded = ranking.best[0].folded
        terms = set(self._analyzer.terms(folded))
        return max(sentence.confidence(wanted, terms, folded) for wanted in asked)

    def _by_term(self, terms: Iterable[str], filters: Filters) -> dict[str, dict[int, Match]]:
        """What each term finds when it is asked alone: a score is the sum of its terms'."""
        everything = self._archive.statistics().passages
        return {
            term: {one.passage_id: one for one in self._archive.candidates([term], everything, filters)}
            for term in terms
        }


def _first_sentence(passage: StoredPassage) -> Span | None:
    return next(iter(sentences(passage.text)), None)


def _lead(passage: StoredPassage) -> str:
    span = _first_sentence(passage)
    return passage.text[slice(*span)] if span else passage.text
