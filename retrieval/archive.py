"""Values that an archive of articles gives back: stored passages and statistics."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A passage with its number and what is known of the article that it stands in."""

    id: int
    article_id: int
    text: str
    heading: str | None
    title: str
    source: str | None
    author: str | None
    published: str | None
    url: str | None


@dataclass(frozen=True, slots=True)
class Statistics:
    articles: int
    passages: int
    newest: str | None
    oldest: str | None
    sources: int
    segments: int
