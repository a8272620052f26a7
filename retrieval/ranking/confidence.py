"""The confidence that a passage answers a query, and the status that follows from it."""

from collections.abc import Collection

from retrieval.ranking.query_features import QueryFeatures

# Lowest confidence of each status, set on the development sets: see docs/ranking.md.
ANSWERED, POSSIBLE = 0.6, 0.35


def confidence(features: QueryFeatures, terms: Collection[str], folded: str) -> float:
    """The share of the query that a passage with its title and heading holds, 0 to 1.

    `terms` are the terms of the `folded` text. The result is the mean of two shares: of the query's terms, weighted by
    squared idf, so that a name that no article has outweighs any number of common words, and of its bigrams.
    """
    weights = {term: weight**2 for term, weight in features.weights.items()}
    total = sum(weights.values())
    share = sum(weight for term, weight in weights.items() if term in terms) / total if total else 0.0
    if not features.bigrams:
        return share
    return (share + sum(bigram in folded for bigram in features.bigrams) / len(features.bigrams)) / 2


def status(confidence: float) -> str:
    """answered, possible or none."""
    return "answered" if confidence >= ANSWERED else "possible" if confidence >= POSSIBLE else "none"
