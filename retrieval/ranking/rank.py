"""How do an index's matches become hits, best first, and what did each stage give to each of them?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from retrieval.archive import StoredPassage
from retrieval.duplicates.collapse import ConflictingReport, Group, Reprint
from retrieval.index.protocol import Match, minute_of
from retrieval.query.answer_type import kind_of_answer
from retrieval.ranking.ngram_scores import NgramScorer, Parts
from retrieval.ranking.sentence import QueryFeatures, SentenceScorer, highlights
from retrieval.text.folding import fold
from retrieval.text.ngrams import query_bigrams, query_trigrams
from retrieval.text.sentences import Span

# So many of the candidates, the best so far, are read sentence by sentence; more than 30 change nothing any more.
READ = 30


@dataclass(frozen=True, slots=True)
class Explanation:
    """What each piece of the question gave to a hit in each stage, unweighed: they add up to the hit's parts.

    The sentence's part is that of its `sentence` pieces and that of the `kind` of thing asked for.
    """

    terms: Mapping[str, float]
    bigrams: Mapping[str, float]
    trigrams: Mapping[str, float]
    article: Mapping[str, float]
    sentence: Mapping[str, float]
    kind: float


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found, what each stage gave it, and where it answers. Spans count its characters.

    Of passages that agree, one is shown: the newest, with the parts of the best, whose number is `ranked`; `reprints`
    are the others. `conflicting` gives another figure. Both newest first.
    """

    passage: StoredPassage
    parts: Parts
    answer: Span | None
    highlights: list[Span]
    ranked: int = 0
    reprints: tuple[Reprint, ...] = ()
    conflicting: tuple[ConflictingReport, ...] = ()
    explanation: Explanation | None = None

    @property
    def score(self) -> float:
        return self.parts.score


class Candidate:
    """A passage on its way to a hit, with the text that the second stage looks at: title, heading, passage, folded."""

    def __init__(self, passage: StoredPassage, match: Match) -> None:
        self.passage = passage
        self.parts = Parts(match.score, article=match.article_score)
        self.folded = fold("\n".join(filter(None, (passage.title, passage.heading, passage.text))))
        self._start = len(self.folded) - len(passage.text)
        self._minute = minute_of(passage.published)
        self._reading: SentenceScorer | None = None

    @property
    def order(self) -> tuple[float, int, int]:
        """Best first, equals newest first, then lowest number."""
        return -self.parts.score, -self._minute, self.passage.id

    def read(self, wanted: QueryFeatures) -> SentenceScorer:
        """The passage read for this question, which is the same at every call."""
        if self._reading is None:
            text, above = self.folded[self._start :], self.folded[: self._start]
            self._reading = SentenceScorer(wanted, self.passage.text, text, above)
        return self._reading

    def hit(self, wanted: QueryFeatures) -> Hit:
        marked = highlights(wanted.weights, self.folded[self._start :])
        return Hit(self.passage, self.parts, self.read(wanted).span(), marked, self.passage.id)


class Ranking:
    """The candidates for one question, best first: the sum of all parts.

    The sentence's part is worked out for the first ones only, `READ` of them.
    """

    def __init__(self, question: str, weights: Mapping[str, float], candidates: Sequence[Candidate]) -> None:
        self.wanted = QueryFeatures(weights, query_bigrams(question), kind_of_answer(question))
        self._trigrams = query_trigrams(question)
        self._candidates = candidates
        self._by_number = {one.passage.id: one for one in candidates}
        self._closely = NgramScorer([one.folded for one in candidates], [*self.wanted.bigrams, *self._trigrams])
        bigram_scores, trigram_scores = map(self._closely.scores, (self.wanted.bigrams, self._trigrams))
        for one, bigrams, trigrams in zip(candidates, bigram_scores, trigram_scores, strict=True):
            one.parts = replace(one.parts, bigrams=bigrams, trigrams=trigrams)
        first = sorted(candidates, key=lambda one: one.order)
        for one in first[:READ]:
            one.parts = replace(one.parts, sentence=one.read(self.wanted).evidence.total)
        # A sentence only adds: none of the others overtakes those that were read.
        self.best = sorted(first[:READ], key=lambda one: one.order) + first[READ:]

    def sentence(self, passage: StoredPassage) -> str:
        """The sentence of a candidate's passage that would be shown as the answer; all of it when none is."""
        span = self._by_number[passage.id].read(self.wanted).span()
        return passage.text[span.start : span.end] if span else passage.text

    def hits(self, groups: Sequence[Group]) -> list[Hit]:
        """What is shown of each group of the best."""
        found = []
        for group in groups:
            best, number = self._by_number[group.best.id], group.passage.id
            # The newest may be one that was not among the candidates.
            shown = self._by_number.get(number) or Candidate(group.passage, Match(number, 0.0, 0.0))
            hit = replace(shown.hit(self.wanted), parts=best.parts, ranked=best.passage.id)
            found.append(replace(hit, reprints=group.reprints, conflicting=group.conflicting))
        return found

    def explained(self, hits: Sequence[Hit], by_term: Mapping[str, Mapping[int, Match]]) -> list[Hit]:
        """The same hits with an explanation each; `by_term` has the matches of each term asked alone, by passage."""
        grams = {gram: self._closely.scores([gram]) for gram in [*self.wanted.bigrams, *self._trigrams]}
        places = {one.passage.id: place for place, one in enumerate(self._candidates)}
        explained = []
        for hit in hits:
            number, place = hit.ranked, places[hit.ranked]
            alone = {term: matches[number] for term, matches in by_term.items() if number in matches}
            evidence = self._candidates[place].read(self.wanted).evidence if hit.parts.sentence else None
            explanation = Explanation(
                terms={term: match.score for term, match in alone.items()},
                bigrams={gram: grams[gram][place] for gram in self.wanted.bigrams if grams[gram][place]},
                trigrams={gram: grams[gram][place] for gram in self._trigrams if grams[gram][place]},
                article={term: match.article_score for term, match in alone.items()},
                sentence=evidence.pieces if evidence else {},
                kind=evidence.kind if evidence else 0.0,
            )
            explained.append(replace(hit, explanation=explanation))
        return explained
