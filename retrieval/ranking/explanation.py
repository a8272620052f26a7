"""The score of a hit, taken apart: what each piece of the query gave."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from retrieval.index.protocol import Match
from retrieval.ranking.feedback import held
from retrieval.ranking.hit import Explanation, Hit
from retrieval.ranking.ngram_scores import score_ngrams
from retrieval.ranking.query_features import QueryFeatures
from retrieval.ranking.rank import Ranked


def explain(
    features: QueryFeatures,
    ranked: Sequence[Ranked],
    hits: Sequence[Hit],
    by_term: Mapping[str, Mapping[int, Match]],
) -> list[Hit]:
    """The hits, each with an explanation.

    `ranked` are all candidates that the hits were ranked among; `by_term` has the matches of each term searched alone,
    by passage id: a score is the sum of the scores of its terms.
    """
    grams = [*features.bigrams, *features.trigrams]
    texts = [ranked_candidate.candidate.folded for ranked_candidate in ranked]
    scores = dict(zip(grams, score_ngrams(texts, [[gram] for gram in grams]), strict=True))
    places = {candidate.passage.id: place for place, candidate in enumerate(ranked)}
    explained = []
    for hit in hits:
        place = places[hit.ranked]
        matches = {term: found[hit.ranked] for term, found in by_term.items() if hit.ranked in found}
        sentences = ranked[place].sentences if hit.parts.sentence else None
        explanation = Explanation(
            terms={term: match.score for term, match in matches.items()},
            bigrams={gram: scores[gram][place] for gram in features.bigrams if scores[gram][place]},
            trigrams={gram: scores[gram][place] for gram in features.trigrams if scores[gram][place]},
            article={term: match.article_score for term, match in matches.items()},
            sentence=sentences.best.pieces if sentences else {},
            characters=held(features.characters, texts[place]) if sentences else {},
            feedback=ranked[place].feedback,
            kind=sentences.best.kind if sentences else 0.0,
        )
        explained.append(replace(hit, explanation=explanation))
    return explained
