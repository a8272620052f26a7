"""Which terms does each passage of an article stand for? Its own, its heading's and its article's title's."""

from collections import Counter
from collections.abc import Sequence

from retrieval.article import Passage
from retrieval.text.analyzer import Analyzer

TermFrequencies = Counter[str]
# A title and the passages under it.
Work = tuple[str, Sequence[Passage]]


def term_frequencies(analyzer: Analyzer, title: str, passages: Sequence[Passage]) -> list[TermFrequencies]:
    """The terms of each passage, and how often each occurs."""
    of_title = analyzer.terms(title)
    return [Counter(of_title + analyzer.terms(one.heading or "") + analyzer.terms(one.text)) for one in passages]


def term_frequencies_of_all(analyzer: Analyzer, work: Sequence[Work]) -> list[list[TermFrequencies]]:
    """The same for several articles."""
    return [term_frequencies(analyzer, title, passages) for title, passages in work]
