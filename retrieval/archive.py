"""The archive: what the engine asks of wherever articles live, and the values that it gives back."""

from collections.abc import Callable, Collection, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, Literal, NamedTuple, Protocol, TypeVar, runtime_checkable

from retrieval.article import Article, Passage
from retrieval.catalogue import Catalogue
from retrieval.change import NO_CHANGE, Change
from retrieval.index.protocol import NO_EXPANSIONS, Document, Expansions, Filters, Matches
from retrieval.index.segment import Segment

_T = TypeVar("_T")
_T_co = TypeVar("_T_co", covariant=True)


class StoredPassage(NamedTuple):
    """A passage with its number and what is known of the article that it stands in.

    A tuple, as the values of the ranking are: a question makes hundreds of them, a frozen dataclass takes four times as
    long.
    """

    id: int
    article_id: int
    text: str
    heading: str | None
    title: str
    source: str | None
    author: str | None
    published: str | None
    url: str | None


class Size(NamedTuple):
    """How much an archive holds. Every change of articles raises the generation, whichever process makes it."""

    generation: int
    articles: int
    newest: str | None


@runtime_checkable
class Unread(Protocol[_T_co]):
    """Items that are still to be read, in this process or, pickled, in another one."""

    @property
    def characters(self) -> int:
        """About how many characters the articles have."""
        ...

    def read(self) -> Iterable[Article | _T_co]: ...


@dataclass(frozen=True, slots=True)
class Identity:
    """Keys by which an article is known again, whatever its blanks, width, case and script; None is unknown.

    See `retrieval.duplicates.identity.identity_of`.
    """

    title: str
    text: str
    source: str | None
    url: str | None


@dataclass(frozen=True, slots=True)
class Prepared:
    """An article with everything that is worked out before the transaction that stores it.

    `documents` are the numbers of its passages in the postings of its batch. These have the terms of the passages, and
    the title, time and source of `indexed_as`: the article itself, or the article merged with the stored one that
    it seemed to update. `passages` is None when the article seemed to be stored already, without a change.

    A `distinct` article is not compared with stored ones: it updates none. An `exact` one is stored as it is under its
    own number, whatever it says.
    """

    article: Article
    identity: Identity
    indexed_as: Article
    passages: list[Passage] | None = None
    documents: range = range(0)
    signature: bytes = b""
    keys: Sequence[int] = ()
    distinct: bool = False
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Batch(Generic[_T]):
    """Prepared articles with their postings, and items of other kinds in their places among them.

    `postings` is a segment for a file, and the documents themselves for a search server; None without passages.
    """

    items: list[Prepared | _T]
    postings: Segment | Sequence[Document] | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of adding an article; `article` is the one that is stored now.

    A "withheld" article is not stored, because the article of this number was removed: `by` whom. `near` is the number
    of a stored article whose text differs from that of an added one in few words only.
    """

    id: int
    outcome: Literal["added", "updated", "duplicate", "withheld"]
    article: Article
    near: int | None = None
    by: str = ""


class Archive(Catalogue, Protocol):
    """Articles, their passages and the postings that find them.

    All methods may be called from several threads. All raise StoreError, with a sentence to show, when the archive
    cannot be reached, read or written.
    """

    # Question → reply

    def warm(self) -> None:
        """Prepare for searches; the first call may take seconds, later ones do nothing."""
        ...

    def refresh(self) -> Size:
        """Load what any process has committed since the last call; the size of what is now searched."""
        ...

    def is_partial(self) -> bool:
        """Whether some of the archive could not be read by the calling thread since its last `refresh`."""
        ...

    def weights(self, terms: Iterable[str]) -> dict[str, float]:
        """The idf of each term in what is searched; a term in no passage gets that of a term in one."""
        ...

    def candidates(
        self, terms: Sequence[str], limit: int, filters: Filters, expansions: Expansions = NO_EXPANSIONS
    ) -> Matches:
        """The best passages by BM25, at most `limit`, in the order of `Index.search`."""
        ...

    def newest(self, limit: int, filters: Filters) -> list[StoredPassage]:
        """The first passage of each of the newest articles that match the filters, newest first, undated ones last."""
        ...

    def passages(self, passage_ids: Iterable[int]) -> dict[int, StoredPassage]:
        """The passages of these numbers that are still stored."""
        ...

    def passages_of(self, article_ids: Collection[int], limit: int, filters: Filters) -> list[StoredPassage]:
        """Passages of these articles, where the filters match, at most `limit`; article by article, newest first."""
        ...

    def reprints(self, article_ids: Iterable[int]) -> Mapping[int, frozenset[int]]:
        """The articles that are linked as the same report with each of these; articles without a link are left out."""
        ...

    def copies(self, article_ids: Collection[int], limit: int) -> frozenset[int]:
        """The articles, at most `limit`, whose text equals that of one of these, themselves included."""
        ...

    def sources(self) -> list[str]:
        """The distinct sources, spelled as printed."""
        ...

    def authors(self) -> list[str]:
        """The distinct author fields, spelled as printed; one may name several people."""
        ...

    def written_by(self, authors: Iterable[str]) -> frozenset[int]:
        """The numbers of the articles whose author field is one of these."""
        ...

    def last_passage(self) -> int:
        """The highest number of a passage: those that any process stores or changes from now on have higher ones."""
        ...

    # Push → segment

    def prepare(
        self, items: Iterable[Article | Unread[_T] | _T], *, ahead: bool = False
    ) -> Generator[Batch[_T], None, None]:
        """Batches of these items for `write`, in order; nothing is written. See `retrieval.indexing.preparation`."""
        ...

    def prepare_together(
        self,
        articles: Iterable[Article],
        cut: Callable[[Article], list[Passage]] = ...,
        *,
        distinct: bool = False,
        exact: bool = False,
    ) -> list[Batch[_T]]:
        """Batches of articles that are to be written in one transaction.

        `cut` makes the passages. `distinct` and `exact` as in `Prepared`.
        """
        ...

    def expect_many(self) -> None:
        """Be ready for many writes from the calling thread."""
        ...

    def write(
        self,
        batches: Iterable[Batch[_T]],
        record: Callable[[list[Outcome | _T]], None] = ...,
        change: Change = NO_CHANGE,
    ) -> list[Outcome | _T]:
        """Store the batches and what `record` writes in one transaction: all of it or nothing; outcomes in order.

        `record` is called with the outcomes, inside the transaction. Raises ConflictError when something else is
        stored than the change expects.
        """
        ...

    def remove(
        self, article_ids: Iterable[int], record: Callable[[list[int]], None] = ..., change: Change = NO_CHANGE
    ) -> list[int]:
        """Remove articles, with what `record` writes, in one transaction; the numbers of those that were stored.

        They come back only in a confirmed change, or by whom removed them.
        """
        ...

    def erase(
        self, article_ids: Iterable[int], record: Callable[[list[int]], None] = ..., change: Change = NO_CHANGE
    ) -> list[int]:
        """Remove articles with their versions, and every trace of their words; the numbers of those that were known.

        Raises StoreError, with the words gone from all questions, when other processes keep the log from being emptied.
        """
        ...

    # Upkeep

    def rebuild(self) -> None:
        """Rebuild all postings from the stored passages, and compare all articles anew for reprints.

        Questions are answered from the former postings until the new ones are complete.
        """
        ...

    def drop_old_versions(self) -> None:
        """Drop former versions that are older than 90 days."""
        ...

    def faults(self) -> list[str]:
        """What is wrong with the stored data, a sentence each; nothing raises."""
        ...
