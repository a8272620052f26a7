"""Features of questions whose terms have equal weights."""

from retrieval.ranking.query_features import QueryFeatures
from retrieval.text.analyzer import Analyzer


def features(analyzer: Analyzer, question: str) -> QueryFeatures:
    return QueryFeatures.of(question, dict.fromkeys(analyzer.query_terms(question), 1.0))
