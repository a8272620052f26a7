"""The order of a list of articles that tell of one topic."""

from collections.abc import Sequence

from retrieval.index.protocol import minute_of
from retrieval.ranking.hit import Hit
from retrieval.text.folding import squeeze


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
