"""Lists of articles: those that tell of one topic, and the reports of one affair by their days."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from retrieval.archive import StoredPassage
from retrieval.index.protocol import Filters, minute_of
from retrieval.query.reading import Reading
from retrieval.query.topic import topic_of
from retrieval.ranking.hit import Hit
from retrieval.ranking.search import Finder, Found
from retrieval.text.analyzer import Analyzer
from retrieval.text.folding import squeeze

# Articles of a topic from which they are listed; fewer are the pages of an answer.
_MANY = 4
# The share of a title's weight that a report of the same affair holds.
_SHARE = 0.6
# The word for news that a scope takes from the end of a question
_NEWS = "新闻"
_UNDATED = 1 << 62


class Lister:
    """Finds the articles of lists."""

    def __init__(self, finder: Finder, analyzer: Analyzer) -> None:
        self._finder, self._analyzer = finder, analyzer

    def listed(self, reading: Reading, today: date | None, most: int) -> tuple[Found, str | None] | None:
        """The articles that a question for news asks for, and its topic; None when it asks for more, or there are few.

        The newest articles of a scope come newest first. Of a topic, first come those whose titles name it, newest
        first, then the others, best first.
        """
        if reading.scope and not reading.scope.rest:
            found = self._finder.first_good(reading.attempts, today, k=most, explain=False)
            return (found, None) if len(found.hits) > 1 else None
        scope = reading.scope
        asked = scope.rest + (_NEWS if scope.is_for_news else "") if scope else reading.question
        topic = topic_of(asked, self._analyzer)
        if topic is None:
            return None
        found = self._finder.find(topic, reading.attempts[0].filters, today=today, k=most, explain=False)
        hits = titled_first(found.hits, topic)
        return (replace(found, hits=hits), topic) if len(hits) >= _MANY else None

    def has_timeline(self, hits: Sequence[Hit]) -> bool:
        """Whether other articles among the hits tell of the affair of the first one."""
        best = hits[0].passage
        weights = self._finder.weights(best.title)
        return len(of_one_affair(hits, weights, best.article_id, self._analyzer)) > 1

    def timeline(self, passage: StoredPassage, filters: Filters, most: int) -> list[Hit]:
        """The reports of the affair that a passage tells of, oldest first, papers that print the same as one.

        These are the articles with a passage that holds most of the title's weight.
        """
        found = self._finder.find(passage.title, filters, k=most, explain=False)
        return of_one_affair(found.hits, found.weights, passage.article_id, self._analyzer)


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
