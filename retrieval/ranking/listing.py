"""Lists of articles: those that tell of one topic, and the reports of one affair by their days."""

from collections.abc import Mapping, Sequence

from retrieval.index.protocol import minute_of
from retrieval.ranking.hit import Hit
from retrieval.text.analyzer import Analyzer
from retrieval.text.folding import squeeze

# The share of a title's weight that a report of the same affair holds.
_SHARE = 0.6
_UNDATED = 1 << 62


def titled_first(hits: Sequence[Hit], topic: str) -> list[Hit]:
    """The first hit of each article that holds the topic in its title or passage.

    Titles that name the topic come first, newest first; then come the other hits in their order.
    """
    wanted, first = squeeze(topic), dict[int, Hit]()
    for hit in hits:
        if wanted in squeeze(f"{hit.passage.title}\n{hit.passage.text}"):
            first.setdefault(hit.passage.article_id, hit)
    titled = [hit for hit in first.values() if wanted in squeeze(hit.passage.title)]
    titled.sort(key=lambda hit: minute_of(hit.passage.published), reverse=True)
    return titled + [hit for hit in first.values() if wanted not in squeeze(hit.passage.title)]


def of_one_affair(hits: Sequence[Hit], weights: Mapping[str, float], article_id: int, analyzer: Analyzer) -> list[Hit]:
    """The first hit of each article that holds most of these weighted terms, oldest first, undated ones last.

    The article that the terms come from is always one of them.
    """
    first = dict[int, Hit]()
    for hit in hits:
        terms = set(analyzer.terms(f"{hit.passage.title}\n{hit.passage.text}"))
        held = sum(weight for term, weight in weights.items() if term in terms)
        if hit.passage.article_id == article_id or held >= _SHARE * sum(weights.values()):
            first.setdefault(hit.passage.article_id, hit)
    return sorted(first.values(), key=lambda hit: minute_of(hit.passage.published) or _UNDATED)
