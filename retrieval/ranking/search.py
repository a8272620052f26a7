"""The steps from a query to its hits, and the visits to the archive between them.

* retrieve: the archive's best passages by BM25, and their rows
* score and rank: `rank.rank` adds n-gram, article, sentence and feedback scores
* collapse: the archive's links between articles, and passages of linked articles; `collapse` makes groups
* answer: `hit.Answers` shows one passage of each group, with its answering sentence
* verdict: `confidence.verdict` on the best passage

Each step is a function of frozen values; only `Finder` asks the archive.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain

from retrieval.archive import Archive, StoredPassage
from retrieval.duplicates.collapse import Group, collapse, extended, story_of
from retrieval.index.protocol import Filters, Match
from retrieval.query.courtesy import without_chatter
from retrieval.query.names import Name, missing, names_of, nouns_of, predicates_of, without_dates
from retrieval.query.scope import Attempt
from retrieval.ranking.confidence import NO_TERMS, NOTHING_NEAR, Lead, Verdict, verdict
from retrieval.ranking.explanation import explain
from retrieval.ranking.hit import Answers, Hit, lead_hit, lead_text, with_earlier
from retrieval.ranking.newer import newest_first, same_affair
from retrieval.ranking.query_features import QueryFeatures
from retrieval.ranking.rank import Candidate, Ranked, join_rows, rank
from retrieval.text.analyzer import Analyzer
from retrieval.text.bulk_folding import fold_all
from retrieval.text.folding import fold
from retrieval.text.lexicon import Lexicon
from retrieval.text.parts_of_speech import PartsOfSpeech

CANDIDATES = 100
# A query of so few terms asks for their compounds as well. In longer ones, compounds of all terms gain nothing.
_FEW_TERMS = 2
# A term that no passage holds: the analyzer gives none like it.
_UNHELD = "\0"
# Limits on the passages read of linked articles that are no candidates, by report, and on the copies of a report's text
# that a second round leaves out.
_MOST_LINKED, _MOST_COPIES = 100, 10_000


@dataclass(frozen=True, slots=True)
class Found:
    """Hits, best first, by these filters; the idf of each term; and the verdict on the first hit."""

    hits: list[Hit]
    filters: Filters
    weights: dict[str, float]
    verdict: Verdict

    @property
    def status(self) -> str:
        return self.verdict.status


@dataclass(frozen=True, slots=True)
class _Earlier:
    """The articles of the reports that earlier rounds of a query show, and all passages that these rounds read."""

    articles: frozenset[int] = frozenset()
    passages: frozenset[int] = frozenset()

    def excluded_from(self, filters: Filters) -> Filters:
        return replace(filters, exclude_ids=filters.exclude_ids | self.articles)


class Finder:
    """Finds hits in an archive.

    A query takes one round. A second one follows when so many papers print the same report that the candidates make
    fewer groups than asked for: it leaves that report out. No query takes more.
    """

    def __init__(self, archive: Archive, analyzer: Analyzer, parts_of_speech: PartsOfSpeech) -> None:
        self._archive, self._analyzer = archive, analyzer
        self._parts_of_speech, self._lexicon = parts_of_speech, Lexicon(analyzer)

    def first_good(self, attempts: Iterable[Attempt], today: date | None, *, k: int, explain: bool) -> Found:
        """The result of the first attempt with an answer; else of the first with a possible one; else of the last.

        `today` is the day of the question: its 去年 is counted from that.
        """
        results = list[Found]()
        for query, filters, about in attempts:
            if query is None:
                results.append(self.newest(filters, k))
            else:
                results.append(self.find(query, filters, about, today, k=k, explain=explain))
            if results[-1].status == "answered":
                return results[-1]
        return next((result for result in results if result.status == "possible"), results[-1])

    def find(
        self,
        query: str,
        filters: Filters,
        about: str | None = None,
        today: date | None = None,
        *,
        k: int,
        explain: bool,
    ) -> Found:
        """The k best passages, those of one report that agree as one hit.

        The verdict is on the query, or on what fits better: on `about`, the part of the query that is enough for an
        answer, or on the query without its dates. An answer must hold the names of `about` only.
        """
        features, limit = self._features(query), _limit(k)
        weights = dict(features.weights)
        if not weights:
            return Found([], filters, {}, NO_TERMS)
        expansions, names = self._expansions(features), names_of(about or query, self._parts_of_speech, today)
        hits, judged, earlier = list[Hit](), NOTHING_NEAR, _Earlier()
        for is_last in (False, True):
            matches = self._archive.candidates(list(weights), limit, earlier.excluded_from(filters), expansions)
            rows = self._archive.passages(matches.passage_ids)
            ranked = rank(features, join_rows(matches, rows))
            affair = same_affair(ranked)
            # In days that the question names, the report that fits best leads.
            ranked = (
                ranked
                if filters.until
                else newest_first(ranked, affair, lambda report: len(_missing(names, report.candidate)))
            )
            passages = [candidate.passage for candidate in ranked]
            by_id = {candidate.passage.id: candidate for candidate in ranked}
            links = self._links(passages)
            answers = Answers(features, by_id)
            groups = self._groups(passages, links, filters, k - len(hits), earlier, answers.text, answers.folded)
            found = list(map(answers.hit, groups))
            if found and not hits:
                # The best passage is judged, though a newer reprint may be shown: its date makes it no better evidence.
                story = story_of(passages[0].article_id, links)
                lead = Lead.of(ranked, matches, story | {report.passage.article_id for report in affair})
                judged = self._verdict(query, about, names, features, ranked[0].candidate, lead)
                if not any(name.kind == "date" for name in names):
                    found[0] = with_earlier(found[0], ranked[0], affair)
            hits += self._explained(features, ranked, found, filters, expansions) if explain else found
            if is_last or len(hits) >= k or len(passages) < limit or not any(group.story for group in groups):
                break
            earlier = self._after(earlier, passages, groups)
        return Found(hits, filters, weights, judged)

    def newest(self, filters: Filters, k: int) -> Found:
        """The first passages of the k newest articles, with their first sentences; one report is one hit here too."""
        limit, hits, earlier = _limit(k), list[Hit](), _Earlier()
        for is_last in (False, True):
            passages = self._archive.newest(limit, earlier.excluded_from(filters))
            links = self._links(passages)
            groups = self._groups(passages, links, filters, k - len(hits), earlier, lead_text, _folded)
            hits += map(lead_hit, groups)
            if is_last or len(hits) >= k or len(passages) < limit or not any(group.story for group in groups):
                break
            earlier = self._after(earlier, passages, groups)
        return Found(hits, filters, {}, Verdict("answered", 1.0) if hits else NOTHING_NEAR)

    def weights(self, text: str) -> dict[str, float]:
        """The idf of each term of a text."""
        return dict(self._archive.weights(self._analyzer.query_terms(text)))

    def _links(self, passages: Iterable[StoredPassage]) -> Mapping[int, frozenset[int]]:
        return self._archive.reprints(passage.article_id for passage in passages)

    def _groups(
        self,
        passages: Sequence[StoredPassage],
        links: Mapping[int, frozenset[int]],
        filters: Filters,
        k: int,
        earlier: _Earlier,
        answer: Callable[[StoredPassage], str],
        folded: Callable[[StoredPassage], str],
    ) -> list[Group]:
        """The first k groups of the passages that no earlier round read, extended by passages of linked articles."""
        new = [passage for passage in passages if passage.id not in earlier.passages]
        if earlier.articles:
            new = [passage for passage in new if not earlier.articles & story_of(passage.article_id, links)]
        groups = collapse(new, links, k, answer, folded)
        read = {passage.article_id for passage in new}
        unread = {group.story - read for group in groups if not group.story <= read}
        linked = {articles: self._archive.passages_of(articles, _MOST_LINKED, filters) for articles in unread}
        others = list(chain.from_iterable(linked.values()))
        texts = dict(zip(others, fold_all([passage.text for passage in others]), strict=True))
        return extended(groups, read, linked, lambda passage: texts.get(passage) or folded(passage))

    def _after(self, earlier: _Earlier, passages: Iterable[StoredPassage], groups: Iterable[Group]) -> _Earlier:
        """The articles and passages for the next round to leave out, after a round with these passages and groups."""
        stories = frozenset[int]().union(*(group.story for group in groups))
        copies = self._archive.copies(stories, _MOST_COPIES)
        return _Earlier(earlier.articles | stories | copies, earlier.passages | {passage.id for passage in passages})

    def _features(self, query: str) -> QueryFeatures:
        weights = self._archive.weights([*self._analyzer.query_terms(query), _UNHELD])
        rarest = weights.pop(_UNHELD)
        return QueryFeatures.of(query, weights, rarest)

    def _expansions(self, features: QueryFeatures) -> dict[str, list[str]]:
        """The compounds of each term of a short query; compounds and parts of a term that hardly any passage holds."""
        is_short, expansions = len(features.weights) <= _FEW_TERMS, dict[str, list[str]]()
        for term in features.weights:
            is_rare = features.is_rare(term)
            compounds = self._lexicon.compounds(term) if is_short or is_rare else []
            expansions[term] = compounds + (self._lexicon.parts(term) if is_rare else [])
        return expansions

    def _verdict(
        self, query: str, about: str | None, names: list[Name], features: QueryFeatures, best: Candidate, lead: Lead
    ) -> Verdict:
        terms = set(self._analyzer.terms(best.folded))
        lacking = _missing(names, best)
        # The day of a passage is no part of its text: 11月21日 is held by a report of that day.
        undated = without_dates(query, [name for name in names if name not in lacking])
        enough = [
            features,
            *(self._features(part) for part in (about, undated, without_chatter(query, self._analyzer)) if part),
        ]
        if lacking and (article := self._archive.article(best.passage.article_id)):
            lacking = missing(lacking, best.passage, fold(f"{article.title}\n{article.text}"))
        untold = self._untold(about or query, features, best)
        judged = verdict(enough, terms, best, lead, [name.word for name in lacking], untold)
        if judged.status == "none" and lacking and not self._tells_of(about or query, names, lacking, best):
            return judged._replace(is_near=False)
        return judged

    def _tells_of(self, query: str, names: list[Name], lacking: list[Name], best: Candidate) -> bool:
        """Whether a passage holds any name or noun of a query, and not its verbs alone."""
        if any(name not in lacking for name in names if name.kind != "date"):
            return True
        nouns = nouns_of(query, self._parts_of_speech)
        return len(missing(nouns, best.passage, best.folded)) < len(nouns)

    def _untold(self, query: str, features: QueryFeatures, best: Candidate) -> list[str]:
        """The verbs of a query for a date, an amount or the like that no article holds: 辞职 of 市长什么时候辞职."""
        if features.kind is None:
            return []
        verbs = [
            verb
            for verb in predicates_of(query, self._parts_of_speech)
            if verb.word in features.weights and features.is_rare(verb.word)
        ]
        return [verb.word for verb in missing(verbs, best.passage, best.folded)]

    def _explained(
        self,
        features: QueryFeatures,
        ranked: Sequence[Ranked],
        hits: Sequence[Hit],
        filters: Filters,
        expansions: Mapping[str, Sequence[str]],
    ) -> list[Hit]:
        best = {hit.ranked for hit in hits}
        articles = frozenset(candidate.passage.article_id for candidate in ranked if candidate.passage.id in best)
        only_theirs, everything = replace(filters, include_ids=articles), self._archive.statistics().passages
        by_term = dict[str, dict[int, Match]]()
        for term in features.weights:
            matches = self._archive.candidates([term], everything, only_theirs, expansions)
            by_term[term] = {match.passage_id: match for match in matches}
        return explain(features, ranked, hits, by_term)


def _missing(names: list[Name], candidate: Candidate) -> list[Name]:
    """The names that neither the passage nor its title, heading, day or source holds."""
    return missing(names, candidate.passage, candidate.folded)


def _limit(k: int) -> int:
    """The number of candidates for k hits."""
    return max(k, CANDIDATES) if k > 0 else 0


def _folded(passage: StoredPassage) -> str:
    return fold(passage.text)
