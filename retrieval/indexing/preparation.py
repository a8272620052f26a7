"""What can be found out about articles before the transaction that stores them? All that takes long."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Generic, Protocol, TypeVar, runtime_checkable

from retrieval.article import Article, Passage, passages
from retrieval.duplicates import signatures
from retrieval.duplicates.identity import Identity
from retrieval.index.protocol import Document, Index
from retrieval.indexing.term_frequencies import term_frequencies
from retrieval.store.articles import Store
from retrieval.text.analyzer import Analyzer
from retrieval.text.folding import squeeze

# Articles and characters of one transaction: a kill loses at most these, unreported, and who pushes an article
# meanwhile waits for no more: each article writes to fifty scattered pages, the keys of reprints.
BATCH, BATCH_CHARACTERS = 40, 50_000

_T = TypeVar("_T")
_T_co = TypeVar("_T_co", covariant=True)


@runtime_checkable
class Unread(Protocol[_T_co]):
    """What is still to be read, here or, pickled, in another process: articles, and what is told of others."""

    @property
    def characters(self) -> int:
        """About how many there are."""
        ...

    def read(self) -> Iterable[Article | _T_co]: ...


@dataclass(frozen=True, slots=True)
class Prepared:
    """An article, and what is compared and stored of it.

    `documents` are its passages' numbers in the segment of its batch, which were made with its words and the title,
    time and source of `like`: the article itself, or what it makes of the one that is stored. There are no passages
    when it seemed to be stored as it is.
    """

    article: Article
    like: Article
    passages: list[Passage] | None = None
    documents: range = range(0)
    identity: Identity | None = None
    signature: bytes = b""
    keys: Sequence[int] = ()

    def with_passages(self, pieces: list[Passage]) -> "Prepared":
        """The same with its passages, and what it is compared with other papers' articles by."""
        signature = signatures.signature(piece.text for piece in pieces)
        return replace(self, passages=pieces, signature=signature, keys=signatures.keys(signature))


@dataclass(frozen=True, slots=True)
class Batch(Generic[_T]):
    """What is stored in one transaction, in order, with its segment; and what else came in between."""

    items: list[Prepared | _T]
    segment: bytes


@dataclass(frozen=True)
class Preparation:
    """Prepares for this store; may be sent to another process.

    Articles known to be `distinct` are not compared with any other.
    """

    store: Store
    new_index: Callable[[], Index]
    cut: Callable[[Article], list[Passage]] = passages
    distinct: bool = False

    def __call__(self, analyzer: Analyzer, items: Iterable[Article | Unread[_T] | _T]) -> list[Batch[_T]]:
        """The articles of these in batches, ready to be written; what is none stays in its place."""
        return [self._batch(analyzer, batch) for batch in batches(_read(items))]

    def _batch(self, analyzer: Analyzer, items: Sequence[Article | _T]) -> Batch[_T]:
        documents: list[Document] = []
        ready: list[Prepared | _T] = []
        for place, item in enumerate(items):
            if not isinstance(item, Article):
                ready.append(item)
                continue
            one = self._unstored(item)
            if one.passages:
                first, like = len(documents), one.like
                documents += [
                    Document(number, place, bag, like.published, like.source)
                    for number, bag in enumerate(term_frequencies(analyzer, like.title, one.passages), first)
                ]
                one = replace(one, documents=range(first, len(documents)))
            ready.append(one)
        return Batch(ready, self.new_index().prepare(documents) if documents else b"")

    def _unstored(self, article: Article) -> Prepared:
        """Without passages when adding it would change nothing, as far as can be seen before the transaction."""
        if self.distinct:
            return Prepared(article, article, self.cut(article))
        identity = Identity.of(article)
        stored = self.store.same(article, identity)
        one = Prepared(article, article if stored is None else newer(stored, article), identity=identity)
        # What is stored already is not tokenized again: an import that was interrupted goes on quickly.
        return one if one.like == stored else one.with_passages(self.cut(article))


def batches(items: Iterable[_T]) -> Iterator[list[_T]]:
    """The items in order, so many together as are stored in one transaction."""
    batch: list[_T] = []
    characters = 0
    for item in items:
        batch.append(item)
        characters += length(item)
        if len(batch) == BATCH or characters >= BATCH_CHARACTERS:
            yield batch
            batch, characters = [], 0
    if batch:
        yield batch


def length(item: object) -> int:
    """The characters of an article, or about those of what is to be read."""
    return len(item.text) if isinstance(item, Article) else item.characters if isinstance(item, Unread) else 0


def newer(stored: Article, article: Article) -> Article:
    """The stored article with the new words and fields; what the new one does not know is kept."""
    fields = ("source", "author", "editor", "published", "url")
    known = {name: getattr(article, name) or getattr(stored, name) for name in fields}
    # A title that was made from the first sentence is no better than a printed one.
    made_up = squeeze(article.text).startswith(squeeze(article.title))
    title = stored.title if made_up and not squeeze(stored.text).startswith(squeeze(stored.title)) else article.title
    return replace(article, id=stored.id, title=title, **known)


def _read(items: Iterable[Article | Unread[_T] | _T]) -> Iterator[Article | _T]:
    for item in items:
        if isinstance(item, Unread):
            yield from item.read()
        else:
            yield item
