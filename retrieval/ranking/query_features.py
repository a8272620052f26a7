"""The features of a query that passages and sentences are matched with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from retrieval.query.answer_type import Kind, kind_of_answer, names_one
from retrieval.text.ngrams import query_bigrams, query_trigrams


@dataclass(frozen=True, eq=False)
class QueryFeatures:
    """Terms with their idf, n-grams, and the pattern of sentences that give the kind of thing asked for.

    They equal themselves only, so that what is worked out of them can be remembered.
    `names_one` tells that the query asks for one thing that has a name.
    `rarest` is the idf of a term that no passage holds: the logarithm of the number of passages.
    """

    weights: Mapping[str, float]
    bigrams: Sequence[str]
    kind: Kind | None = None
    trigrams: Sequence[str] = ()
    rarest: float = 0.0
    names_one: bool = False

    def is_rare(self, term: str) -> bool:
        """Whether at most one passage holds a term of the query."""
        return self.weights[term] >= self.rarest

    @cached_property
    def pieces(self) -> Sequence[str]:
        """The distinct terms, bigrams and characters of the terms."""
        return list(dict.fromkeys((*self.weights, *self.bigrams, *"".join(self.weights))))

    @cached_property
    def characters(self) -> dict[str, float]:
        """The distinct characters of the terms, with weights that add up to 1."""
        distinct = dict.fromkeys("".join(self.weights))
        return dict.fromkeys(distinct, 1 / len(distinct)) if distinct else {}

    @classmethod
    def of(cls, query: str, weights: Mapping[str, float], rarest: float = 0.0) -> "QueryFeatures":
        """The features of a query whose terms have these idf weights."""
        kind, bigrams, trigrams = kind_of_answer(query), query_bigrams(query), query_trigrams(query)
        return cls(weights, bigrams, kind, trigrams, rarest, names_one(query))
