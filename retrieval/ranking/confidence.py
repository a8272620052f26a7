"""The verdict on a query: whether its best passage answers it, how sure that is, and why it does not."""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from retrieval.index.protocol import Match
from retrieval.query.answer_type import holds_amount
from retrieval.ranking.feedback import held
from retrieval.ranking.query_features import QueryFeatures
from retrieval.ranking.rank import Candidate, Ranked
from retrieval.text.sentences import sentences

# Lowest confidence of a plain answer, and the coefficients of the logistic regression that gives the confidence. They
# were fitted on the development sets, each set judged by a fit on the others: see docs/ranking.md.
ANSWERED = 0.54
_INTERCEPT = -6.35
_SENTENCE, _CHARACTERS, _OVER_ARTICLES, _OVER_CHANCE, _MISSING = 2.75, 3.15, 5.38, 2.84, -2.25
# Below this coverage the best passage counts as unrelated. The limit grows with the weight of a term that no passage
# holds, which is the logarithm of the number of passages: of more passages, more hold parts of any query by chance.
_NEAR, _NEAR_BY_SIZE = 0.19, 0.0217
# Coverage that is needed beyond that limit when the passage lacks a name of the query.
_NEAR_WITHOUT_NAME = 0.25
# A small archive has few passages to compare the best one with: means of the development sets stand for the others.
_ENOUGH_ARTICLES, _USUAL_OVER_ARTICLES = 10, 0.24
_ENOUGH_MATCHES, _USUAL_OVER_CHANCE = 100, 0.57


class Verdict(NamedTuple):
    """The status ("answered", "possible" or "none"), its confidence (0 to 1), and for the last two why it is no better.

    `missing` are the names of the query that the best passage lacks. `code` is "no_terms", "nothing_near" or
    "partly_matched". `is_near` tells whether the best passage has something to do with the query, whatever the status.
    """

    status: str
    confidence: float
    code: str | None = None
    missing: tuple[str, ...] = ()
    is_near: bool = True

    @property
    def reason(self) -> str | None:
        """The code, or the names that are missing: missing: 西安."""
        return f"missing: {'、'.join(self.missing)}" if self.missing else self.code


NO_TERMS = Verdict("none", 0.0, "no_terms", is_near=False)
NOTHING_NEAR = Verdict("none", 0.0, "nothing_near", is_near=False)


@dataclass(frozen=True, slots=True)
class Lead:
    """How far the best passage stands before the others, as shares of its score.

    `over_articles` compares it with the best passage of another article, `over_chance` its BM25 score with that of the
    hundredth candidate, which holds some terms of the query by chance.
    """

    over_articles: float
    over_chance: float

    @classmethod
    def of(cls, ranked: Sequence[Ranked], matches: Sequence[Match], story: Collection[int]) -> "Lead":
        """The lead of the first candidate; articles of `story` print the same report and do not count as others."""
        best, others = ranked[0], [other for other in ranked if other.passage.article_id not in story]
        second = others[0].parts.score if others else 0.0
        over_articles = _share(best.parts.score - second, best.parts.score)
        articles = len({other.passage.article_id for other in others})
        first, last = matches[0].score, matches[min(len(matches), _ENOUGH_MATCHES) - 1].score
        return cls(
            _shrunk(over_articles, articles / _ENOUGH_ARTICLES, _USUAL_OVER_ARTICLES),
            _shrunk(_share(first - last, first), len(matches) / _ENOUGH_MATCHES, _USUAL_OVER_CHANCE),
        )


def verdict(
    queries: Sequence[QueryFeatures],
    terms: Collection[str],
    best: Candidate,
    lead: Lead,
    missing: Sequence[str],
    untold: Sequence[str] = (),
) -> Verdict:
    """The verdict on the first of the queries, of which any other one is enough for an answer.

    Args:
        terms: the terms of the best passage, with its title and heading.
        missing: names of the query that neither the passage nor its article holds.
        untold: verbs of the query that no article holds: they make a plain answer impossible, no more.
    """
    coverage = max(covered(query, terms, best.folded) for query in queries)
    needed = _NEAR + _NEAR_BY_SIZE * queries[0].rarest
    is_near = coverage >= needed / 2
    texts = [best.folded_text[slice(*span)] for span in sentences(best.passage.text)] or [best.folded_text]
    confidence = max(_confidence(query, best, texts, lead, bool(missing)) for query in queries)
    if coverage < needed + (_NEAR_WITHOUT_NAME if missing else 0):
        return Verdict("none", confidence, "nothing_near", tuple(missing) if is_near else (), is_near)
    # Of 怎么办 only 办 is left, which nearly every text holds somewhere.
    says_little = all(len(term) == 1 for query in queries for term in query.weights)
    lacks_amount = all(query.kind and query.kind.is_amount for query in queries) and not holds_amount(best.folded)
    if missing or untold or says_little or lacks_amount or confidence < ANSWERED:
        return Verdict("possible", confidence, "partly_matched", (*missing, *untold))
    return Verdict("answered", confidence)


def covered(query: QueryFeatures, terms: Collection[str], folded: str) -> float:
    """The share of a query that a passage with its title and heading holds, 0 to 1.

    `terms` are the terms of the `folded` text. The result is the mean of two shares: of the query's terms, weighted by
    squared idf, so that a name that no article has outweighs any number of common words, and of its bigrams.
    """
    weights = {term: weight**2 for term, weight in query.weights.items()}
    share = _share(
        sum(weight for term, weight in weights.items() if _holds(terms, folded, term)), sum(weights.values())
    )
    return (share + _share_of_bigrams(query, folded)) / 2 if query.bigrams else share


def _holds(terms: Collection[str], folded: str, term: str) -> bool:
    return term in terms or (len(term) > 1 and term in folded)


def _confidence(query: QueryFeatures, best: Candidate, texts: Sequence[str], lead: Lead, is_missing: bool) -> float:
    sentence = max(_share_of_bigrams(query, f"{best.folded_head}{text}") for text in texts)
    characters = sum(held(query.characters, best.folded).values())
    evidence = (
        _INTERCEPT
        + _SENTENCE * sentence
        + _CHARACTERS * characters
        + _OVER_ARTICLES * lead.over_articles
        + _OVER_CHANCE * lead.over_chance
        + _MISSING * is_missing
    )
    return 1 / (1 + math.exp(-evidence))


def _share_of_bigrams(query: QueryFeatures, folded: str) -> float:
    return _share(sum(bigram in folded for bigram in query.bigrams), len(query.bigrams))


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def _shrunk(share: float, trust: float, usual: float) -> float:
    """The share as far as it can be trusted, between 0 and 1, and for the rest the usual one."""
    trust = min(trust, 1.0)
    return trust * share + (1 - trust) * usual
