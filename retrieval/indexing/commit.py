"""The transactions that store prepared articles with their postings, and that remove articles."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TypeVar

from retrieval.archive import Batch, Outcome, Prepared
from retrieval.article import LAST_NUMBER, Article, passages
from retrieval.change import NO_CHANGE, Change, Tombstone, Touch
from retrieval.duplicates import signatures
from retrieval.duplicates.identity import identity_of
from retrieval.index.protocol import Document
from retrieval.indexing.preparation import term_frequencies, updated, with_passages
from retrieval.indexing.tables import Tables
from retrieval.store.errors import ConflictError, StoreError
from retrieval.text.analyzer import Analyzer

_T = TypeVar("_T")


def commit(
    tables: Tables,
    analyzer: Analyzer,
    fingerprint: str,
    batches: Iterable[Batch[_T]],
    record: Callable[[list[Outcome | _T]], None] = lambda _: None,
    change: Change = NO_CHANGE,
) -> list[Outcome | _T]:
    """Store batches, and what `record` writes, in one transaction; outcomes in order.

    Raises StoreError when the segments in use are of another version of the program, and ConflictError when something
    else is stored than the change expects.
    """
    with tables.write():
        if tables.fingerprint() != fingerprint or tables.links.signature_rules() != signatures.RULES:
            raise StoreError("索引已由另一版本的程序重建，没有写入；请重新启动本程序。")
        batches = list(batches)
        transaction = _Transaction(tables, analyzer, change, _last_id(batches))
        outcomes: list[Outcome | _T] = []
        for batch in batches:
            tables.expect([item for item in batch.items if isinstance(item, Prepared)])
            for item in batch.items:
                outcomes.append(transaction.store(item, batch.postings) if isinstance(item, Prepared) else item)
        transaction.finish()
        record(outcomes)
    return outcomes


def remove(
    tables: Tables,
    article_ids: Iterable[int],
    record: Callable[[list[int]], None] = lambda _: None,
    change: Change = NO_CHANGE,
) -> list[int]:
    """Remove articles, with what `record` writes, in one transaction; the numbers of those that were stored.

    Each leaves a tombstone.
    """
    articles, tombstones, journal = tables.articles, tables.tombstones, tables.journal
    with tables.write():
        entry, touched = journal.next(), list[Touch]()
        for number in article_ids:
            if (stored := articles.article(number)) is None:
                continue
            signature = tables.links.signature(number)
            if (version := articles.remove(number, entry)) is not None:
                tombstones.add(number, identity_of(stored), signature, change.by)
                touched.append(Touch("removed", number, version))
        if touched:
            tables.raise_generation()
            journal.append(change, touched)
        removed = [touch.article for touch in touched]
        record(removed)
    return removed


class _Transaction:
    """One transaction that stores articles, their postings, and the entry of the journal."""

    def __init__(self, tables: Tables, analyzer: Analyzer, change: Change, last_id: int) -> None:
        """`last_id` is the highest number that articles of the transaction, and of their files, come with."""
        self._articles, self._links, self._analyzer = tables.articles, tables.links, analyzer
        self._tombstones, self._versions, self._journal = tables.tombstones, tables.versions, tables.journal
        self._postings, self._raise_generation = tables.postings(), tables.raise_generation
        self._change, self._last_id = change, last_id
        self._has_tombstones = self._tombstones.exist()
        self._touched: list[Touch] = []

    def store(self, prepared: Prepared, postings: object | None) -> Outcome:
        """Add an article, or update the stored one that it is a version of; `postings` has its documents."""
        article, identity = prepared.article, prepared.identity
        stored = self._stored(prepared)
        now = article if stored is None or prepared.exact else updated(stored, article)
        if stored is not None and now == stored:
            return Outcome(_number(stored), "duplicate", stored)
        if prepared.passages is None:  # the stored article has changed since the preparation
            prepared = with_passages(prepared, passages(article))
        similar = self._links.similar(prepared.signature, prepared.keys)
        if stored is None and not (prepared.distinct or prepared.exact):
            stored = self._articles.earlier_version(article, identity, similar)
            now = article if stored is None else updated(stored, article)
            if stored is not None and now == stored:
                return Outcome(_number(stored), "duplicate", stored)
        if stored is None and (tombstone := self._tombstone(prepared)):
            return Outcome(tombstone.article_id, "withheld", article, by=tombstone.by.name)
        pieces = prepared.passages or []
        if stored is None:
            is_new = article.id is None  # a number that comes with the article may have been in use before
            near = self._links.nearest(prepared.signature, similar) if is_new and similar else None
            number, passage_ids = self._articles.insert(now, identity, pieces, self._last_id)
            notes = now.notes if number == article.id or is_new else (*now.notes, _renumbered(article.id, number))
            outcome = Outcome(number, "added", replace(now, id=number, notes=notes), near)
            version = None if is_new else self._versions.last([number]).get(number)
            self._touched.append(Touch("added", number, version))
        else:
            number = _number(stored)
            version, passage_ids = self._articles.replace(
                number, now, identity_of(now, identity.text), pieces, self._journal.next()
            )
            outcome = Outcome(number, "updated", now)
            self._touched.append(Touch("updated", number, version))
        self._links.add(number, prepared.signature, prepared.keys, similar)
        self._index(prepared, postings, now, number, passage_ids)
        return outcome

    def finish(self) -> None:
        """Remove what the change removes, and store the postings and the entry of the journal."""
        for number in self._change.removes:
            if (version := self._articles.remove(number, self._journal.next())) is not None:
                self._touched.append(Touch("removed", number, version))
        self._postings.finish()
        if self._touched:
            self._raise_generation()
            self._journal.append(self._change, self._touched)

    def _stored(self, prepared: Prepared) -> Article | None:
        """The stored article that this one updates. Raises ConflictError for an exact one that is not as expected."""
        article = prepared.article
        if prepared.distinct:
            return None
        if not prepared.exact:
            return self._articles.same(article, prepared.identity)
        assert article.id is not None, "an exact article has a number"
        stored = self._articles.article(article.id)
        if stored != self._change.expected.get(article.id):
            raise ConflictError(f"第 {article.id} 号文章刚被改动，没有写入；请再试一次。")
        return stored

    def _tombstone(self, prepared: Prepared) -> Tombstone | None:
        """The tombstone that keeps an article out; a tombstone that does not is forgotten."""
        if not self._has_tombstones or prepared.distinct:
            return None
        if prepared.exact:
            self._tombstones.forget(prepared.article.id or 0)
            return None
        found = self._tombstones.find(prepared.article, prepared.identity, prepared.signature, prepared.keys)
        # An erased article has no version, and comes back only when that is confirmed.
        is_own = (
            found is not None
            and found.by == self._change.by
            and found.article_id in self._versions.last([found.article_id])
        )
        if found is not None and (self._change.is_confirmed or is_own):
            self._tombstones.forget(found.article_id)
            return None
        return found

    def _index(
        self, prepared: Prepared, postings: object | None, now: Article, number: int, passage_ids: list[int]
    ) -> None:
        if postings is not None and prepared.documents and _indexed_alike(now, prepared.indexed_as):
            self._postings.take(postings, prepared.documents, number, passage_ids)
            return
        frequencies = term_frequencies(self._analyzer, now.title, prepared.passages or [])
        documents = [
            Document(passage_id, number, terms, now.published, now.source)
            for passage_id, terms in zip(passage_ids, frequencies, strict=True)
        ]
        self._postings.add(number, documents)


def _last_id(batches: Iterable[Batch[_T]]) -> int:
    """The highest number that articles, or others of their files, come with and another may follow; 0 without one."""
    articles = (item.article for batch in batches for item in batch.items if isinstance(item, Prepared))
    numbers = (number for article in articles if article.id is not None for number in (article.id, article.last_id))
    return max((number for number in numbers if number < LAST_NUMBER), default=0)


def _renumbered(former: int | None, number: int) -> str:
    return f"导出的编号 #{former}：已是另一篇文章的，改为 #{number}。"


def _number(stored: Article) -> int:
    assert stored.id is not None
    return stored.id


def _indexed_alike(one: Article, other: Article) -> bool:
    """Whether the index holds the same of two articles with the same text."""
    return (one.title, one.published, one.source) == (other.title, other.published, other.source)
