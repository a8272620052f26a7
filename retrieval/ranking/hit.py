"""A passage of an answer, with its score, its answering sentence and its reprints."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from retrieval.archive import StoredPassage
from retrieval.duplicates.collapse import ConflictingReport, Group, Reprint
from retrieval.index.protocol import Match
from retrieval.ranking.highlight import highlights
from retrieval.ranking.newer import EarlierReport, earlier_reports
from retrieval.ranking.query_features import QueryFeatures
from retrieval.ranking.rank import Candidate, Ranked, read_sentences
from retrieval.ranking.score import Parts
from retrieval.ranking.sentence import answer_sentence
from retrieval.ranking.shortening import shortened, without_origin
from retrieval.text.folding import fold
from retrieval.text.sentences import Span, sentences


@dataclass(frozen=True, slots=True)
class Explanation:
    """The unweighted score of each piece of the query in a hit: the pieces of a part add up to the part.

    The part `sentence` is the sum of its pieces and of `kind`, the gain for the kind of thing asked for.
    """

    terms: Mapping[str, float]
    bigrams: Mapping[str, float]
    trigrams: Mapping[str, float]
    article: Mapping[str, float]
    sentence: Mapping[str, float]
    characters: Mapping[str, float]
    feedback: Mapping[str, float]
    kind: float


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found. `answer` and `highlights` are spans of its text.

    Of passages that agree, the newest is shown, with the score of the best, whose number is `ranked`; `reprints` are
    the other ones. `conflicting` are other papers' versions of the report with another figure, `earlier` are earlier
    reports of the same affair. All come newest first.
    """

    passage: StoredPassage
    parts: Parts
    answer: Span | None
    highlights: list[Span]
    ranked: int = 0
    reprints: tuple[Reprint, ...] = ()
    conflicting: tuple[ConflictingReport, ...] = ()
    earlier: tuple[EarlierReport, ...] = ()
    explanation: Explanation | None = None

    @property
    def score(self) -> float:
        return self.parts.score


class Answers:
    """The answers of the ranked candidates of one query, by passage id. The answer of a passage is looked for once."""

    def __init__(self, features: QueryFeatures, ranked: Mapping[int, Ranked]) -> None:
        self._features, self._ranked = features, ranked
        self._spans = dict[int, Span | None]()

    def text(self, passage: StoredPassage) -> str:
        """The text that answers the query in a candidate; the whole passage when no sentence does."""
        span = self._span(self._ranked[passage.id])
        return passage.text[slice(*span)] if span else passage.text

    def folded(self, passage: StoredPassage) -> str:
        """The folded text of any passage."""
        known = self._ranked.get(passage.id)
        return known.candidate.folded_text if known else fold(passage.text)

    def hit(self, group: Group) -> Hit:
        """The hit of a group of passages."""
        best = self._ranked[group.best.id]
        # The passage shown may be a reprint that is no candidate.
        shown = self._ranked.get(group.passage.id) or _unranked(group.passage)
        span = self._span(shown)
        return Hit(
            shown.passage,
            best.parts,
            shortened(self._features, shown.passage.text, shown.candidate.folded_text, span) if span else None,
            highlights(self._features.weights, shown.candidate.folded_text),
            best.passage.id,
            group.reprints,
            group.conflicting,
        )

    def _span(self, ranked: Ranked) -> Span | None:
        """The span of the sentences that answer; None when no sentence of the passage holds a piece of the query."""
        number = ranked.passage.id
        if number not in self._spans:
            sentences = ranked.sentences or read_sentences(self._features, ranked.candidate)
            self._spans[number] = answer_sentence(self._features, sentences)
        return self._spans[number]


def _unranked(passage: StoredPassage) -> Ranked:
    return Ranked(Candidate.of(passage, Match(passage.id, 0, 0)), Parts(0))


def with_earlier(hit: Hit, shown: Ranked, affair: Sequence[Ranked]) -> Hit:
    """The hit with the earlier reports of its affair that it does not name already."""
    named = {other.article_id for other in hit.reprints} | {other.article_id for other in hit.conflicting}
    return replace(hit, earlier=earlier_reports(shown, affair, named))


def lead(passage: StoredPassage) -> Span | None:
    """The span of the first sentence; None for a passage of blanks."""
    return next(iter(sentences(passage.text)), None)


def lead_text(passage: StoredPassage) -> str:
    """The text of the first sentence."""
    span = lead(passage)
    return passage.text[slice(*span)] if span else passage.text


def lead_hit(group: Group) -> Hit:
    """The hit of a group of first passages, which no query ranked: it answers with its first sentence."""
    span = lead(group.passage)
    shown = without_origin(group.passage.text, span) if span else None
    return Hit(group.passage, Parts(0.0), shown, [], group.best.id, group.reprints, group.conflicting)
