"""The archive: what the engine asks of wherever articles live, and the values that it gives back."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from retrieval.article import Article
from retrieval.index.protocol import Filters, Match


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


class Size(NamedTuple):
    """How much an archive holds. Every change of articles raises the generation, whichever process makes it."""

    generation: int
    articles: int
    newest: str | None


class Archive(Protocol):
    """Articles, their passages and the postings that find them.

    All methods may be called from several threads. All raise StoreError, with a sentence to show, when the archive
    cannot be reached, read or written.
    """

    # Question → reply

    def refresh(self) -> Size:
        """Load what any process has committed since the last call; the size of what is now searched."""
        ...

    def weights(self, terms: Iterable[str]) -> dict[str, float]:
        """The idf of each term in what is searched; a term that no passage holds weighs as if one did."""
        ...

    def candidates(self, terms: Sequence[str], limit: int, filters: Filters) -> list[Match]:
        """The best passages by BM25, at most `limit`, in the order of `Index.search`."""
        ...

    def newest(self, limit: int, filters: Filters) -> list[StoredPassage]:
        """The first passage of each of the newest articles that pass, newest first, undated ones last."""
        ...

    def passages(self, passage_ids: Iterable[int]) -> dict[int, StoredPassage]:
        """The passages of these numbers that are still stored."""
        ...

    def passages_of(self, article_ids: Collection[int], limit: int, filters: Filters) -> list[StoredPassage]:
        """Passages of those of the articles that pass, at most `limit`, article by article, the newest first."""
        ...

    def reprints(self, article_ids: Iterable[int]) -> Mapping[int, frozenset[int]]:
        """The articles that are linked as the same report with each of these; articles without a link are left out."""
        ...

    def copies(self, article_ids: Collection[int], limit: int) -> frozenset[int]:
        """The articles, at most `limit`, whose text equals that of one of these, themselves included."""
        ...

    def sources(self) -> list[str]:
        """Each source once, as printed."""
        ...

    def authors(self) -> list[str]:
        """Each author field once, as printed; it may name several people."""
        ...

    def written_by(self, authors: Iterable[str]) -> frozenset[int]:
        """The numbers of the articles whose author field is one of these."""
        ...

    # People and programs

    def article(self, article_id: int) -> Article | None:
        """The article of this number; None when there is none."""
        ...

    def articles(self) -> Iterator[Article]:
        """All articles, by ascending number."""
        ...

    def statistics(self) -> Statistics: ...
