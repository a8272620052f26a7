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


def answer_span(features: QueryFeatures, ranked: Ranked) -> Span | None:
    """The span of the sentence that answers the query; None when no sentence of the passage holds a piece of it."""
    return answer_sentence(features, ranked.sentences or read_sentences(features, ranked.candidate))


def shown_span(features: QueryFeatures, ranked: Ranked) -> Span | None:
    """The part of `answer_span` that a reader needs; None when there is none."""
    span = answer_span(features, ranked)
    return shortened(features, ranked.passage.text, ranked.candidate.folded_text, span) if span else None


def answer_text(features: QueryFeatures, ranked: Ranked) -> str:
    """The text of `answer_span`; the whole passage when no sentence answers."""
    span = answer_span(features, ranked)
    return ranked.passage.text[slice(*span)] if span else ranked.passage.text


def answer_hit(features: QueryFeatures, ranked: Mapping[int, Ranked], group: Group) -> Hit:
    """The hit of a group of passages; `ranked` has the ranked candidates by passage id."""
    best = ranked[group.best.id]
    # The passage shown may be a reprint that is no candidate.
    shown = ranked.get(group.passage.id) or Ranked(Candidate.of(group.passage, Match(group.passage.id, 0, 0)), Parts(0))
    return Hit(
        shown.passage,
        best.parts,
        shown_span(features, shown),
        highlights(features.weights, shown.candidate.folded_text),
        best.passage.id,
        group.reprints,
        group.conflicting,
    )


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
