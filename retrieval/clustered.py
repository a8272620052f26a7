"""The archive in a search server, for those who have outgrown one file: the same answers, from several processes."""

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing, suppress
from time import monotonic
from typing import Any, Never, TypeVar

from retrieval.archive import Batch, Outcome, Unread
from retrieval.article import Article, Passage
from retrieval.article import passages as passages_of_text
from retrieval.catalogue import Statistics, TableCatalogue
from retrieval.change import NO_CHANGE, Change
from retrieval.cluster import indices
from retrieval.cluster.articles import Articles, Postings
from retrieval.cluster.batches import together
from retrieval.cluster.check import check, mend
from retrieval.cluster.client import Client
from retrieval.cluster.documents import Documents
from retrieval.cluster.errors import OvertakenError
from retrieval.cluster.history import Journal, Tombstones, Versions
from retrieval.cluster.indices import Names
from retrieval.cluster.log import Log
from retrieval.cluster.rebuild import rebuild
from retrieval.cluster.searching import Searching
from retrieval.cluster.transaction import Body
from retrieval.duplicates import signatures
from retrieval.index.protocol import Document
from retrieval.indexing import commit, preparation
from retrieval.indexing.erasure import erase
from retrieval.indexing.preparation import Preparation, term_frequencies, term_frequencies_of_all
from retrieval.indexing.tables import Tables
from retrieval.indexing.workers import Workers
from retrieval.store.errors import StoreError
from retrieval.text.analyzer import Analyzer

_T = TypeVar("_T")
# A change that another process overtakes is worked out anew, at most so often.
_TRIES = 5
# Seconds after which no other process is expected to come first.
_CONTENDED = 10.0


class ClusteredArchive(Searching, TableCatalogue):
    """Articles, their passages and terms in a search server. Several processes may read and change it at once."""

    _articles: Articles
    _versions: Versions
    _journal: Journal

    def __init__(self, client: Client, analyzer: Analyzer) -> None:
        self._client, self._analyzer = client, analyzer
        self._names = Names.of(client.address.prefix)
        self.log = Log(client, self._names)
        documents = Documents(client, self._names, self.log)
        super().__init__(documents)
        self._versions, self._journal, tombstones = Versions(documents), Journal(documents), Tombstones(documents)
        self._fingerprint = analyzer.fingerprint
        self._contended_until = 0.0
        self._tables = Tables(
            self.log.write,
            self._articles,
            self._links,
            self._versions,
            tombstones,
            self._journal,
            lambda: Postings(documents),
            self._stored_fingerprint,
            self._raise_generation,
            lambda prepared: documents.expect([*self._articles.wanted(prepared), *tombstones.wanted(prepared)]),
        )

    @classmethod
    def open(
        cls,
        client: Client,
        analyzer: Analyzer,
        *,
        must_exist: bool = False,
        may_be_outdated: bool = False,
        first_articles: Iterable[Article] = (),
    ) -> "ClusteredArchive":
        """Open the archive, or create it with these first articles. Raises StoreError.

        An archive whose terms another analyzer has made is refused, unless it `may_be_outdated`, to be rebuilt.
        """
        client.check_server()
        archive = cls(client, analyzer)
        if must_exist and not indices.exist(client, archive._names):
            raise StoreError("搜索服务器里还没有文章；用 add 收录文章时会建立。")
        indices.create(client, archive._names)
        archive.log.create()
        fingerprint = archive.log.state()["fingerprint"]
        if fingerprint is None:
            archive._create(first_articles)
        elif fingerprint != archive._fingerprint and not may_be_outdated:
            raise StoreError(
                "搜索服务器里的索引由另一种词典或分词规则建立。请用 check --repair 重建，其间原来的程序照常回答。"
            )
        return archive

    def _create(self, first_articles: Iterable[Article]) -> None:
        with self.log.write() as transaction:
            if transaction.state["fingerprint"] is not None:  # another process was faster
                return
            transaction.state |= {"fingerprint": self._fingerprint, "signature_rules": signatures.RULES}
            transaction.changed = True
            batches: list[Batch[Never]] = self._preparation()(self._analyzer, [*first_articles])
            commit.commit(self._tables, self._analyzer, self._fingerprint, batches)

    # Push → searchable

    def _preparation(self, cut: Callable[[Article], list[Passage]] = passages_of_text, **how: bool) -> Preparation:
        return Preparation(_not_known, cut, postings=_documents, **how)

    def prepare(
        self, items: Iterable[Article | Unread[_T] | _T], *, ahead: bool = False
    ) -> Generator[Batch[_T], None, None]:
        with closing(preparation.prepare(self._analyzer, self._preparation(), items, ahead=ahead)) as batches:
            yield from together(batches)

    def prepare_together(
        self,
        articles: Iterable[Article],
        cut: Callable[[Article], list[Passage]] = passages_of_text,
        *,
        distinct: bool = False,
        exact: bool = False,
    ) -> list[Batch[_T]]:
        task = self._preparation(cut, distinct=distinct, exact=exact)
        return preparation.prepare_together(self._analyzer, task, articles)

    def expect_many(self) -> None:
        """The server needs no notice."""

    def write(
        self,
        batches: Iterable[Batch[_T]],
        record: Callable[[list[Outcome | _T]], None] = lambda _: None,
        change: Change = NO_CHANGE,
    ) -> list[Outcome | _T]:
        stored = list(batches)
        return self._tried(
            lambda: commit.commit(self._tables, self._analyzer, self._fingerprint, stored, record, change)
        )

    def remove(
        self,
        article_ids: Iterable[int],
        record: Callable[[list[int]], None] = lambda _: None,
        change: Change = NO_CHANGE,
    ) -> list[int]:
        numbers = list(article_ids)
        return self._tried(lambda: commit.remove(self._tables, numbers, record, change))

    def erase(
        self,
        article_ids: Iterable[int],
        record: Callable[[list[int]], None] = lambda _: None,
        change: Change = NO_CHANGE,
    ) -> list[int]:
        numbers = list(article_ids)
        erased = self._tried(lambda: erase(self._tables, numbers, record, change))
        indices.purge(self._client, self._names)
        return erased

    def _tried(self, work: Callable[[], _T]) -> _T:
        """What `work` gives, which is done anew when another process came first, at most so often. Raises StoreError.

        The first try claims nothing, unless another process has come first in the last seconds.
        """
        if monotonic() > self._contended_until:
            with suppress(OvertakenError), self.log.unclaimed():
                return work()
            self._contended_until = monotonic() + _CONTENDED
        for _ in range(_TRIES - 1):
            with suppress(OvertakenError):
                return work()
        return work()

    def _stored_fingerprint(self) -> str | None:
        transaction = self.log.transaction
        fingerprint: str | None = (self.log.state() if transaction is None else transaction.state)["fingerprint"]
        return fingerprint

    def _raise_generation(self) -> None:
        transaction = self.log.transaction
        assert transaction is not None, "the generation is raised inside Log.write only"
        transaction.state["generation"] += 1

    # People and programs

    def last_passage(self) -> int:
        return int(self.log.state()["last"].get("passage", 0))

    def statistics(self) -> Statistics:
        state = self.log.state()
        self.refresh()
        return Statistics(
            articles=state["articles"],
            passages=state["documents"],
            newest=self._articles.newest_day(),
            oldest=self._articles.oldest_day(),
            sources=len(self.sources()),
            segments=indices.segments(self._client, self._names),
        )

    # Upkeep

    def rebuild(self) -> None:
        with closing(Workers[Any, Any](self._analyzer, term_frequencies_of_all)) as workers:

            def terms(articles: Sequence[tuple[str, Sequence[Body]]]) -> Iterator[Any]:
                work = [(title, [Passage(one["text"], one["heading"]) for one in own]) for title, own in articles]
                characters = sum(len(passage.text) for _, own in work for passage in own)
                return (article for share in workers.results([(characters, work)]) for article in share)

            rebuild(self.documents, terms, self._fingerprint, signatures.RULES)

    def drop_old_versions(self) -> None:
        self._versions.drop_old_ones()
        self.log.finish()

    def faults(self) -> list[str]:
        return check(self.documents).faults

    def repair(self) -> list[str]:
        """Mend what `faults` finds, and rebuild terms of another analyzer; the faults that are left."""
        if self.log.state()["fingerprint"] != self._fingerprint:
            self.rebuild()
        self.log.finish()
        for number in check(self.documents).broken:
            self._restore(number)
        mend(self.documents, check(self.documents))
        return self.faults()

    def _restore(self, number: int) -> None:
        """Cut the passages of an article from its text again, and index them."""
        with self.log.write():
            if (article := self.article(number)) is None:
                return
            pieces = passages_of_text(article)
            passage_ids = self._articles.recut(number, article, pieces)
            frequencies = term_frequencies(self._analyzer, article.title, pieces)
            documents = [
                Document(passage_id, number, terms, article.published, article.source)
                for passage_id, terms in zip(passage_ids, frequencies, strict=True)
            ]
            Postings(self.documents).add(number, documents)
            self._raise_generation()

    def close(self) -> None:
        self._client.close()


def _not_known(article: Article, identity: object) -> None:
    """No hint: each would be a request of its own. The transaction looks for a batch at once."""


def _documents(documents: list[Document]) -> Sequence[Document]:
    return documents
