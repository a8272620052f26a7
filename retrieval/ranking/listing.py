"""Lists of articles: those that tell of one topic, and the reports of one affair by their days."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from retrieval.archive import StoredPassage
from retrieval.index.protocol import Filters, minute_of
from retrieval.query.names import names_of
from retrieval.query.reading import Reading
from retrieval.query.topic import topic_of
from retrieval.ranking.hit import Hit
from retrieval.ranking.search import Finder, Found
from retrieval.text.analyzer import Analyzer
from retrieval.text.folding import fold, squeeze
from retrieval.text.parts_of_speech import PartsOfSpeech

# A topic needs this many articles for a list; fewer are shown as pages of an answer.
_MANY = 4
# The shares of the weight of a title's terms, and of its names, that a report of the same affair holds.
_SHARE, _NAME_SHARE = 0.6, 0.5
_NO_NAMES = ("date", "number")
# The word for news that a scope takes from the end of a question
_NEWS = "新闻"
_UNDATED = 1 << 62


@dataclass(frozen=True, slots=True)
class Affair:
    """What an article's title says: the idf of its terms, and of its names.

    A report of the same affair holds most of both: 财报 of another company is none.
    """

    article_id: int
    terms: Mapping[str, float]
    names: Mapping[str, float]
    analyzer: Analyzer

    def among(self, hits: Sequence[Hit]) -> list[Hit]:
        """The first hit of each article that reports of the affair, oldest first, undated ones last."""
        first = dict[int, Hit]()
        for hit in hits:
            if hit.passage.article_id == self.article_id or self._is_of(hit.passage):
                first.setdefault(hit.passage.article_id, hit)
        return sorted(first.values(), key=lambda hit: minute_of(hit.passage.published) or _UNDATED)

    def _is_of(self, passage: StoredPassage) -> bool:
        text = f"{passage.title}\n{passage.text}"
        folded = fold(text)
        if sum(self.names[name] for name in self.names if name in folded) < _NAME_SHARE * sum(self.names.values()):
            return False
        terms = set(self.analyzer.terms(text))
        return sum(self.terms[term] for term in self.terms if term in terms) >= _SHARE * sum(self.terms.values())


class Listed(NamedTuple):
    """The articles of a topic or scope, as a list or, when they are few, as an answer; a list names its topic."""

    found: Found
    topic: str | None
    is_list: bool


class Lister:
    """Finds the articles of lists."""

    def __init__(self, finder: Finder, analyzer: Analyzer, parts_of_speech: PartsOfSpeech) -> None:
        self._finder, self._analyzer, self._parts_of_speech = finder, analyzer, parts_of_speech

    def listed(self, reading: Reading, today: date | None, most: int, k: int, *, explain: bool) -> Listed | None:
        """The articles that a question for news asks for, and its topic; None when it asks for more, or there are none.

        The newest articles of a scope come newest first. Of a topic, first come those whose titles name it, newest
        first, then the others, best first. Few of them are no list but an answer of at most k, as all are when `most`,
        the number of articles of a list, is 0.
        """
        if reading.scope and not reading.scope.rest:
            if not most:
                return None
            found = self._finder.first_good(reading.attempts, today, k=most, explain=False)
            return Listed(found, None, is_list=True) if len(found.hits) > 1 else None
        scope = reading.scope
        asked = scope.rest + (_NEWS if scope.is_for_news else "") if scope else reading.question
        topic = topic_of(asked, self._analyzer)
        if topic is None or not (most or topic.is_for_news):
            return None
        filters = reading.attempts[0].filters
        found = self._finder.find(topic.subject, filters, today=today, k=max(most, k), explain=explain)
        hits = titled_first(found.hits, topic.subject)
        if most and len(hits) >= _MANY:
            return Listed(replace(found, hits=hits[:most]), topic.subject, is_list=True)
        # The word for news is no part of what is asked: 新闻发布会 would hold it.
        return Listed(replace(found, hits=hits[:k]), None, is_list=False) if topic.is_for_news and hits else None

    def has_timeline(self, hits: Sequence[Hit]) -> bool:
        """Whether other articles among the hits tell of the affair of the first one."""
        return len(self._affair(hits[0].passage).among(hits)) > 1

    def timeline(self, passage: StoredPassage, filters: Filters, most: int) -> list[Hit]:
        """The reports of the affair that a passage tells of, oldest first, papers that print the same as one."""
        found = self._finder.find(passage.title, filters, k=most, explain=False)
        return self._affair(passage).among(found.hits)

    def _affair(self, passage: StoredPassage) -> Affair:
        names = [name.word for name in names_of(passage.title, self._parts_of_speech) if name.kind not in _NO_NAMES]
        weights = {name: sum(self._finder.weights(name).values()) for name in names}
        return Affair(passage.article_id, self._finder.weights(passage.title), weights, self._analyzer)


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
