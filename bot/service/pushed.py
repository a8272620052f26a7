"""What an editor pushes: bytes with a name, and the articles that are read from them."""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain, islice

from retrieval.article import Article
from retrieval.intake import File, Lines, Refusal, read_in_pieces

Item = Article | Refusal | Lines
# Bytes from which a push is large: it may hold more than a few articles.
_LARGE = 500_000
_PAUSE_SECONDS = 0.002


@dataclass(frozen=True, slots=True)
class ChannelPost:
    """The forwarded post of a channel that brought a push: what an article itself does not say."""

    title: str | None
    published: str
    url: str | None


@dataclass(frozen=True, slots=True)
class Pushed:
    """A push: its data, as an editor's file, link or text, which Telegram's app may have cut into several parts."""

    data: bytes
    name: str
    content_type: str | None = None
    post: ChannelPost | None = None
    parts: int = 1
    # Whether the message that brought it holds its text, so that an edit of the message corrects the article.
    is_own_text: bool = False

    @property
    def is_large(self) -> bool:
        """Whether the push may hold the text of more than a few articles. Any ZIP may."""
        return len(self.data) > _LARGE or self.data.startswith(b"PK")

    def items(self, *, pauses: bool = False) -> Iterator[Item]:
        """The items, each read when the iterator reaches it; lines of JSON are read later, by other processes.

        The iterator `pauses` after each article where questions wait for the interpreter meanwhile.
        """
        items = self._read(_PAUSE_SECONDS if pauses else 0)
        return items if self.post is None else with_post(items, self.post)

    def _read(self, pause: float) -> Iterator[Item]:
        for piece in read_in_pieces(self.data, self.name, self.content_type):
            items: Iterable[Item]
            # Lines of a channel's post are read here, because the fields of the post go into each article.
            if isinstance(piece, File) or (isinstance(piece, Lines) and self.post is not None):
                items = piece.read()
            else:
                items = [piece]
            for item in items:
                yield item
                time.sleep(pause)


def with_post(items: Iterator[Item], post: ChannelPost) -> Iterator[Item]:
    """The items, with the fields of the post where an article leaves them empty."""
    first = list(islice(items, 2))
    # Several articles with one address would replace each other.
    url = post.url if len(first) == 1 else None
    for item in chain(first, items):
        yield (
            replace(
                item,
                source=item.source or post.title,
                published=item.published or post.published,
                url=item.url or url,
            )
            if isinstance(item, Article)
            else item
        )
