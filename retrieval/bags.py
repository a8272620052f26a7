"""Which terms does each passage of an article stand for? Its own, its heading's and its article's title's."""

from collections import Counter
from collections.abc import Sequence

from retrieval.analysis import Analyzer
from retrieval.article import Passage

Bag = Counter[str]


def bags(analyzer: Analyzer, title: str, passages: Sequence[Passage]) -> list[Bag]:
    """The terms of each passage, and how often each occurs."""
    of_title = analyzer.terms(title)
    return [Counter(of_title + analyzer.terms(one.heading or "") + analyzer.terms(one.text)) for one in passages]
