"""The lookup of the stored article that a new one updates: the rule of `retrieval.duplicates.identity`, applied."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence

from retrieval.archive import Identity
from retrieval.article import Article
from retrieval.duplicates.identity import are_two, is_exported, is_version, source_key
from retrieval.text.folding import squeeze

# Articles of the same source and title with a similar signature that are read, the most similar first.
_MOST_READ = 5
# The number, the title and the source of a stored article.
Head = tuple[int, str, str | None]


class KnownArticles(ABC):
    """Stored articles, as the lookup asks for them: the tables of a file, or the documents of a search server."""

    def same(self, article: Article, identity: Identity) -> Article | None:
        """The stored article at the same address or with the same text.

        An article with a number of its own comes from an export; then the stored article is the exported one.
        """
        if article.id is not None:
            candidates = self._exported(article, identity)
            return next((stored for stored in candidates if is_exported(article, identity, stored)), None)
        number = self._at_address(identity)
        if number is None:
            number = self._copy(identity)
        return None if number is None else self.article(number)

    def earlier_version(self, article: Article, identity: Identity, similar: Sequence[int]) -> Article | None:
        """The stored article of the same source and title whose text is a version of this one's.

        `similar` are the numbers of articles with a similar signature, the most similar first. At most `_MOST_READ`
        articles are read, however many share a title. An exported article is no version of another.
        """
        if article.id is not None:
            return None
        versions = map(self.article, self._titled(identity, similar))
        return next((stored for stored in versions if stored and is_version(article, identity, stored)), None)

    def _copy(self, identity: Identity) -> int | None:
        # An article with an address can only be a copy of one without.
        copies = self._with_text(identity.text, without_address=bool(identity.url))
        return next((number for number, source in copies if not are_two(identity.source, source_key(source))), None)

    def _titled(self, identity: Identity, similar: Sequence[int]) -> list[int]:
        """The first few of the articles that have the same title and source, in their order."""
        wanted = (identity.title, identity.source)
        heads = self._heads(similar) if similar else ()
        titled = {number for number, title, source in heads if (squeeze(title), source_key(source)) == wanted}
        return [number for number in similar if number in titled][:_MOST_READ]

    def _exported(self, article: Article, identity: Identity) -> Iterator[Article]:
        """Stored articles that the line of an export may be, the one with its number first."""
        numbers = [article.id, self._at_address(identity), *self._exact_copies(article, identity)]
        return (stored for number in numbers if number is not None and (stored := self.article(number)) is not None)

    # What the store answers

    @abstractmethod
    def article(self, article_id: int) -> Article | None:
        """The article of this number; None when there is none."""

    @abstractmethod
    def _at_address(self, identity: Identity) -> int | None:
        """The lowest number of an article at the address."""

    @abstractmethod
    def _with_text(self, text_key: str, *, without_address: bool) -> Iterable[tuple[int, str | None]]:
        """Number and source of the articles with this text, by number; with `without_address`, of those without one."""

    @abstractmethod
    def _heads(self, numbers: Sequence[int]) -> Iterable[Head]:
        """Number, title and source of these articles."""

    @abstractmethod
    def _exact_copies(self, article: Article, identity: Identity) -> Iterable[int]:
        """The numbers of the articles with the same text, source, address and date."""
