"""How does an article become stored and indexed, in one transaction?"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from retrieval import reprints
from retrieval.analysis import Analyzer
from retrieval.article import Article, Passage, passages
from retrieval.bags import Bag, bags
from retrieval.index import Document, Index
from retrieval.store import Store, StoreError
from retrieval.text import squeeze
from retrieval.workers import Work, Workers

# Articles and characters of one transaction: a kill loses at most these, unreported, and who pushes an article
# meanwhile waits for no more; a commit costs one fsync.
_BATCH, _BATCH_CHARACTERS = 100, 100_000


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an article that was added; `article` is what is stored now."""

    id: int
    outcome: Literal["added", "updated", "duplicate"]
    article: Article


class _Analysed(NamedTuple):
    """An article, its passages, their terms and what it is compared by; without these when it seemed to be stored."""

    article: Article
    passages: list[Passage]
    bags: list[Bag] | None
    signature: bytes = b""


class Writer:
    """Writes to the store what the index makes. Safe to use from several threads: writers wait for each other."""

    def __init__(self, store: Store, analyzer: Analyzer, index: Index, fingerprint: str) -> None:
        self._store, self._analyzer, self._index = store, analyzer, index
        self._fingerprint = fingerprint

    def create(self, articles: Sequence[Article]) -> None:
        """Make or change the tables as need be, and put these articles into a file that is new; both or neither."""
        with self._store.write():
            new = self._store.migrate()
            self._store.begin_signatures()
            if new:
                self._store.begin_epoch(self._store.new_epoch(), self._fingerprint, segments=0, removal=0)
                self._write([self._analysed(article, passages) for article in articles], distinct=False)

    def add(
        self,
        articles: Iterable[Article],
        cut: Callable[[Article], list[Passage]],
        *,
        distinct: bool,
        record: Callable[[list[Outcome]], None] = lambda _: None,
    ) -> list[Outcome]:
        """Store these in one transaction, all of them or none, with what `record` writes; their outcomes in order."""
        # Tokenizing is the long part: other writers need not wait for it.
        if distinct:
            analysed = [self._analysed(article, cut, compare=False) for article in articles]
        else:
            analysed = self._tokenized([_cut(one, [] if self._is_stored(one) else cut(one)) for one in articles])
        with self._store.write():
            outcomes = self._write(analysed, distinct=distinct)
            record(outcomes)
        return outcomes

    def add_many(self, articles: Iterable[Article]) -> Iterator[list[Outcome]]:
        """Store these batch by batch, each in a transaction that is over when its outcomes are given; on every core."""
        ahead: deque[list[_Analysed]] = deque()

        def work() -> Iterator[list[Work]]:
            for batch in _batches(articles):
                # What is stored already is not tokenized again: an import that was interrupted goes on quickly.
                cut = [_cut(one, [] if self._is_stored(one) else passages(one)) for one in batch]
                ahead.append(cut)
                yield [(one.article.title, one.passages) for one in cut if one.passages]

        with closing(Workers(self._analyzer)) as workers:
            for found in workers.bags(work()):
                its_bags = iter(found)
                analysed = [one._replace(bags=next(its_bags)) if one.passages else one for one in ahead.popleft()]
                with self._store.write():
                    outcomes = self._write(analysed, distinct=False)
                yield outcomes

    def remove(self, article_ids: Iterable[int], *, record: Callable[[list[int]], None] = lambda _: None) -> list[int]:
        """Take articles down, in one transaction with what `record` writes; the numbers of those that were there."""
        with self._store.write():
            gone = [number for number in article_ids if self._store.remove(number)]
            if gone:
                self._store.raise_generation()
            record(gone)
        return gone

    def _is_stored(self, article: Article) -> bool:
        """Whether adding it would change nothing, as far as can be seen before the transaction."""
        stored = self._store.same(article)
        return stored is not None and _newer(stored, article) == stored

    def _tokenized(self, cut: Sequence[_Analysed]) -> list[_Analysed]:
        """The same with their terms; much text is tokenized by other processes, so that questions don't feel it."""
        work = [(one.article.title, one.passages) for one in cut if one.passages]
        characters = sum(len(passage.text) for _, its_passages in work for passage in its_passages)
        pieces = [work[start : start + _BATCH] for start in range(0, len(work), _BATCH)]
        with closing(Workers(self._analyzer, expected=characters)) as workers:
            found = iter([one for batch in workers.bags(pieces) for one in batch])
        return [one._replace(bags=next(found)) if one.passages else one for one in cut]

    def _analysed(
        self, article: Article, cut: Callable[[Article], list[Passage]], *, compare: bool = True
    ) -> _Analysed:
        pieces = cut(article)
        analysed = _cut(article, pieces) if compare else _Analysed(article, pieces, None)
        return analysed._replace(bags=bags(self._analyzer, article.title, pieces))

    def _write(self, analysed: Iterable[_Analysed], *, distinct: bool) -> list[Outcome]:
        rules = self._store.signature_rules()
        if self._store.fingerprint() != self._fingerprint or rules != reprints.RULES:
            raise StoreError(f"{self._store.path} 的索引已由另一版本的程序重建，没有写入；请重新启动本程序。")
        outcomes: list[Outcome] = []
        documents: dict[int, list[Document]] = {}
        for one in analysed:
            article = one.article
            stored = None if distinct else self._store.same(article)
            newer = article if stored is None else _newer(stored, article)
            if stored is not None and newer == stored:
                assert stored.id is not None
                outcomes.append(Outcome(stored.id, "duplicate", stored))
                continue
            if one.bags is None:  # it was stored as it is a moment ago, and no longer is
                one = self._analysed(article, passages)
            if newer.title != article.title:
                one = one._replace(bags=bags(self._analyzer, newer.title, one.passages))
            assert one.bags is not None
            if stored is None:
                number, passage_ids = self._store.insert(article, one.passages)
                outcome = Outcome(number, "added", replace(article, id=number))
            else:
                assert stored.id is not None
                number = stored.id
                passage_ids = self._store.replace(number, newer, one.passages)
                outcome = Outcome(number, "updated", newer)
            outcomes.append(outcome)
            self._store.compare(number, one.signature)
            # An article that comes twice in one batch leaves its last words alone.
            documents.pop(number, None)
            documents[number] = [
                Document(passage_id, number, bag, newer.published, newer.source)
                for passage_id, bag in zip(passage_ids, one.bags, strict=True)
            ]
        if documents:
            flat = [document for group in documents.values() for document in group]
            if flat:
                self._store.append_segment(self._index.prepare(flat), flat[-1].passage_id)
            self._store.raise_generation()
        return outcomes


def _cut(article: Article, pieces: list[Passage]) -> _Analysed:
    """What there is to know before the terms are found."""
    return _Analysed(article, pieces, None, reprints.signature(piece.text for piece in pieces))


def _batches(articles: Iterable[Article]) -> Iterator[list[Article]]:
    batch: list[Article] = []
    characters = 0
    for article in articles:
        batch.append(article)
        characters += len(article.text)
        if len(batch) == _BATCH or characters >= _BATCH_CHARACTERS:
            yield batch
            batch, characters = [], 0
    if batch:
        yield batch


def _newer(stored: Article, article: Article) -> Article:
    """The stored article with the new words and fields; what the new one does not know is kept."""
    fields = ("source", "author", "editor", "published", "url")
    known = {name: getattr(article, name) or getattr(stored, name) for name in fields}
    # A title that was made from the first sentence is no better than a printed one.
    made_up = squeeze(article.text).startswith(squeeze(article.title))
    title = stored.title if made_up and not squeeze(stored.text).startswith(squeeze(stored.title)) else article.title
    return replace(article, id=stored.id, title=title, **known)
