"""Plain text files: the smallest reader of a format."""

from collections.abc import Iterator

from retrieval.article import Article
from retrieval.intake import charset
from retrieval.intake.boundary import Refusal
from retrieval.intake.prose import plain_text


def articles(data: bytes, name: str) -> Iterator[Article | Refusal]:
    """The articles of a text in order. Raises NotTextError."""
    yield from plain_text.articles(charset.decode(data), name)
