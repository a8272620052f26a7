"""Preparation of articles before the transaction that stores them: passages, terms, signatures and postings."""

from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import chain
from typing import TypeVar

from retrieval.archive import Batch, Identity, Prepared, Unread
from retrieval.article import Article, Passage, passages
from retrieval.duplicates import signatures
from retrieval.duplicates.identity import identity_of
from retrieval.index.protocol import Document
from retrieval.index.segment import Segment, build
from retrieval.indexing.workers import WORTH_IT, Workers
from retrieval.text.analyzer import Analyzer
from retrieval.text.folding import squeeze

# Articles and characters of one transaction. A kill loses at most one transaction, not yet reported, and another writer
# waits for one at most.
BATCH, BATCH_CHARACTERS = 40, 50_000
# Pieces of work that `prepare` reads ahead at most: of very short articles they hold few characters.
_MOST_AHEAD = 25

_T = TypeVar("_T")
TermFrequencies = Counter[str]
# A title and the passages under it.
Work = tuple[str, Sequence[Passage]]
Lookup = Callable[[Article, Identity], Article | None]


@dataclass(frozen=True)
class Preparation:
    """A task for `Workers`: prepares articles, in this process or, pickled, in another one.

    `stored_hint` looks for the stored article before the transaction, so that unchanged articles are not tokenized
    again. It is a hint only: the transaction looks again. `distinct` and `exact` as in `Prepared`. `postings` makes
    those of a batch from its documents.
    """

    stored_hint: Lookup
    cut: Callable[[Article], list[Passage]] = passages
    distinct: bool = False
    exact: bool = False
    postings: Callable[[list[Document]], Segment | Sequence[Document]] = build

    def __call__(self, analyzer: Analyzer, items: Iterable[Article | Unread[_T] | _T]) -> list[Batch[_T]]:
        """The items in batches; items other than articles keep their places."""
        return [self._batch(analyzer, batch) for batch in batches(_read(items))]

    def _batch(self, analyzer: Analyzer, items: Sequence[Article | _T]) -> Batch[_T]:
        documents: list[Document] = []
        ready: list[Prepared | _T] = []
        for place, item in enumerate(items):
            if not isinstance(item, Article):
                ready.append(item)
                continue
            prepared = self._prepared(item)
            if prepared.passages:
                first, article = len(documents), prepared.indexed_as
                documents += [
                    Document(number, place, terms, article.published, article.source)
                    for number, terms in enumerate(term_frequencies(analyzer, article.title, prepared.passages), first)
                ]
                prepared = replace(prepared, documents=range(first, len(documents)))
            ready.append(prepared)
        return Batch(ready, self.postings(documents) if documents else None)

    def _prepared(self, article: Article) -> Prepared:
        """The article without documents; without passages too when it seems to be stored already."""
        identity = identity_of(article)
        if self.distinct:
            # Without a signature, the article is linked with no other.
            return Prepared(article, identity, article, self.cut(article), distinct=True)
        if self.exact:
            return with_passages(Prepared(article, identity, article, exact=True), self.cut(article))
        stored = self.stored_hint(article, identity)
        indexed_as = article if stored is None else updated(stored, article)
        prepared = Prepared(article, identity, indexed_as)
        return prepared if indexed_as == stored else with_passages(prepared, self.cut(article))


def with_passages(prepared: Prepared, pieces: list[Passage]) -> Prepared:
    """The prepared article with these passages and their signature."""
    signature = signatures.signature(piece.text for piece in pieces)
    return replace(prepared, passages=pieces, signature=signature, keys=signatures.keys(signature))


def prepare(
    analyzer: Analyzer, task: Preparation, items: Iterable[Article | Unread[_T] | _T], *, ahead: bool = False
) -> Generator[Batch[_T], None, None]:
    """Prepare items on every core; batches come in order, and few are prepared ahead.

    With `ahead`, items are read until their characters tell whether other processes are worth starting. Nothing large
    is then prepared in this process, whose other threads would wait for Python's lock.
    """
    work, expected = _sized(items), 0
    first: list[tuple[int, list[Article | Unread[_T] | _T]]] = []
    while ahead and expected <= WORTH_IT and len(first) < _MOST_AHEAD and (piece := next(work, None)) is not None:
        first.append(piece)
        expected += piece[0]
    workers: Workers[list[Article | Unread[_T] | _T], list[Batch[_T]]]
    workers = Workers(analyzer, task, expected=expected)
    with closing(workers):
        for prepared in workers.results(chain(first, work)):
            yield from prepared


def prepare_together(analyzer: Analyzer, task: Preparation, articles: Iterable[Article]) -> list[Batch[_T]]:
    """Prepare articles for one transaction. Long ones go to other processes, so that questions are not slowed down."""
    if task.distinct:
        return task(analyzer, articles)
    work = list(_sized(articles))
    workers: Workers[list[Article], list[Batch[_T]]]
    workers = Workers(analyzer, task, expected=sum(characters for characters, _ in work))
    with closing(workers):
        return [batch for prepared in workers.results(work) for batch in prepared]


def term_frequencies(analyzer: Analyzer, title: str, passages: Sequence[Passage]) -> list[TermFrequencies]:
    """The term frequencies of each passage: its own terms, its heading's and its article's title's."""
    texts = [title]
    for passage in passages:
        texts += passage.heading or "", passage.text
    title_terms, *terms = analyzer.terms_of_all(texts)
    return [Counter(chain(title_terms, *of_passage)) for of_passage in zip(terms[::2], terms[1::2], strict=True)]


def term_frequencies_of_all(analyzer: Analyzer, work: Sequence[Work]) -> list[list[TermFrequencies]]:
    """The term frequencies of the passages of several articles."""
    return [term_frequencies(analyzer, title, passages) for title, passages in work]


def batches(items: Iterable[_T]) -> Iterator[list[_T]]:
    """The items in order, in lists that fit into one transaction each."""
    batch: list[_T] = []
    characters = 0
    for item in items:
        batch.append(item)
        characters += _length(item)
        if len(batch) == BATCH or characters >= BATCH_CHARACTERS:
            yield batch
            batch, characters = [], 0
    if batch:
        yield batch


def updated(stored: Article, article: Article) -> Article:
    """The stored article with the new text and fields; fields that the new article lacks keep their values."""
    fields = ("source", "author", "editor", "published", "url")
    known = {name: getattr(article, name) or getattr(stored, name) for name in fields}
    # A title that was made from the first sentence does not replace a printed one.
    made_up = squeeze(article.text).startswith(squeeze(article.title))
    title = stored.title if made_up and not squeeze(stored.text).startswith(squeeze(stored.title)) else article.title
    return replace(article, id=stored.id, title=title, **known)


def _sized(items: Iterable[_T]) -> Iterator[tuple[int, list[_T]]]:
    """The items in pieces of work of about a batch, each with its characters."""
    return ((sum(map(_length, piece)), piece) for piece in batches(items))


def _length(item: object) -> int:
    """The characters of an article, exact or, when it is unread, about; 0 for anything else."""
    return len(item.text) if isinstance(item, Article) else item.characters if isinstance(item, Unread) else 0


def _read(items: Iterable[Article | Unread[_T] | _T]) -> Iterator[Article | _T]:
    for item in items:
        if isinstance(item, Unread):
            yield from item.read()
        else:
            yield item
