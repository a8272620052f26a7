"""The embedded archive: one SQLite file, and an index of its postings in memory."""

import logging
import threading
import time
from collections.abc import Callable, Collection, Generator, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from retrieval.archive import Batch, Outcome, Size, StoredPassage, Unread
from retrieval.article import Article, Passage
from retrieval.article import passages as passages_of_text
from retrieval.change import NO_CHANGE, Change
from retrieval.index.code_cache import CodeCache
from retrieval.index.protocol import NO_EXPANSIONS, Expansions, Filters, Index, Matches
from retrieval.index.segment_format import FORMAT, SegmentError
from retrieval.index.segmented import SegmentedIndex
from retrieval.indexing import commit, creation, linking, preparation
from retrieval.indexing.background import Background
from retrieval.indexing.check import Findings, check
from retrieval.indexing.erasure import erase, purge
from retrieval.indexing.file_tables import tables_of
from retrieval.indexing.preparation import Preparation
from retrieval.indexing.rebuild import rebuild
from retrieval.indexing.repair import repair
from retrieval.indexing.settled import forget_settled, load_settled
from retrieval.store.bylines import Bylines
from retrieval.store.catalogue import FileCatalogue
from retrieval.store.database import Database
from retrieval.store.errors import StoreError
from retrieval.store.passages import Passages
from retrieval.store.reprint_links import ReprintLinks
from retrieval.store.segments import Position, Segments
from retrieval.text.analyzer import Analyzer

_T = TypeVar("_T")
# Seconds between two transactions of one process. SQLite gives the lock to the first that asks, and a waiting process
# asks every two milliseconds: without a pause, an import that has its next batch ready would nearly always be first.
_PAUSE = 0.006
_log = logging.getLogger(__name__)


class EmbeddedArchive(FileCatalogue):
    """An `Archive` in one file, put together from the parts in `retrieval/store` over one `Database`."""

    def __init__(
        self,
        database: Database,
        analyzer: Analyzer,
        new_index: Callable[[], Index] = SegmentedIndex,
        code: Sequence[Path] | None = None,
    ) -> None:
        """`code` are folders for the compiled search; by default `cache/code` beside the file. See `CodeCache`."""
        super().__init__(database)
        self._passages, self._segments = Passages(database), Segments(database)
        self._links, self._bylines = ReprintLinks(database), Bylines(database)
        self._tables = tables_of(database)
        self._analyzer = analyzer
        self._fingerprint = f"{analyzer.fingerprint} {FORMAT}"
        self._new_index, self._index = new_index, new_index()
        self._code = [database.path.parent / "cache" / "code"] if code is None else code
        self._kept = CodeCache(self._code[:1])
        self._is_compiled = False
        self._position, self._size = Position(), Size(-1, 0, None)
        self._refreshing = threading.Lock()
        self.background = Background(database, lambda: self._index)
        # The end of the last write, by the monotonic clock.
        self._written = 0.0

    @classmethod
    def open(
        cls,
        path: Path,
        analyzer: Analyzer,
        new_index: Callable[[], Index] = SegmentedIndex,
        *,
        must_exist: bool = False,
        first_articles: Iterable[Article] = (),
        code: Sequence[Path] | None = None,
    ) -> "EmbeddedArchive":
        """Open the file, or create it with these first articles, both or neither. Raises StoreError.

        Postings of another analyzer or format are rebuilt.
        """
        database = Database(path, must_exist=must_exist)
        archive = cls(database, analyzer, new_index, code)
        if not database.is_current():
            creation.create(database, analyzer, archive._fingerprint, first_articles)
        if archive._segments.fingerprint() != archive._fingerprint:
            _log.warning("词典、停用词、分词规则或索引格式有变，正在按文章重建索引。")
            rebuild(database, analyzer, archive._fingerprint)
            archive._after_write()
        linking.forget_outdated(database)
        return archive

    # Question → reply

    def warm(self) -> None:
        if not self._is_compiled:
            self._index.warm(self._code)
            self._is_compiled = True

    def refresh(self) -> Size:
        with self._refreshing:
            if self._segments.generation() == self._position.generation:
                return self._size
            index, position = self._index, self._position
            if is_first := position == Position():
                index = self._new_index()
                position = load_settled(self.database, self._kept, index)
            changes = self._segments.changes(position)
            if changes.from_scratch:
                index = self._new_index()
            try:
                index.publish(changes.segments, changes.removed, changes.after)
            except SegmentError as error:
                raise StoreError(f"{self.database.path} 的索引已损坏；请用 check --repair 按文章重建。") from error
            self._index, self._position = index, changes.position
            self._size = size = Size(changes.position.generation, *self._articles.size())
            from_scratch = changes.from_scratch or is_first
            del changes  # the background thread returns the memory of its bytes, as large as the index, to the system
        if from_scratch or index.is_crowded():
            self.background.start()
        return size

    def is_partial(self) -> bool:
        return False

    def weights(self, terms: Iterable[str]) -> dict[str, float]:
        return self._index.weights(terms)

    def candidates(
        self, terms: Sequence[str], limit: int, filters: Filters, expansions: Expansions = NO_EXPANSIONS
    ) -> Matches:
        return self._index.search(terms, limit, filters, expansions)

    def newest(self, limit: int, filters: Filters) -> list[StoredPassage]:
        return self._in_order(self._index.newest(limit, filters))

    def passages(self, passage_ids: Iterable[int]) -> dict[int, StoredPassage]:
        return self._passages.passages(passage_ids)

    def passages_of(self, article_ids: Collection[int], limit: int, filters: Filters) -> list[StoredPassage]:
        return self._in_order(self._index.passages_of(article_ids, limit, filters))

    def _in_order(self, passage_ids: Sequence[int]) -> list[StoredPassage]:
        """The passages of these numbers that are still stored, in this order."""
        stored = self._passages.passages(passage_ids)
        return [stored[number] for number in passage_ids if number in stored]

    def reprints(self, article_ids: Iterable[int]) -> Mapping[int, frozenset[int]]:
        return self._links.reprints(article_ids)

    def copies(self, article_ids: Collection[int], limit: int) -> frozenset[int]:
        return self._articles.copies(article_ids, limit)

    def sources(self) -> list[str]:
        return self._bylines.sources()

    def authors(self) -> list[str]:
        return self._bylines.authors()

    def written_by(self, authors: Iterable[str]) -> frozenset[int]:
        return self._bylines.written_by(authors)

    def last_passage(self) -> int:
        return self._passages.last()

    # Push → segment

    def prepare(
        self, items: Iterable[Article | Unread[_T] | _T], *, ahead: bool = False
    ) -> Generator[Batch[_T], None, None]:
        return preparation.prepare(self._analyzer, Preparation(self._articles.same), items, ahead=ahead)

    def prepare_together(
        self,
        articles: Iterable[Article],
        cut: Callable[[Article], list[Passage]] = passages_of_text,
        *,
        distinct: bool = False,
        exact: bool = False,
    ) -> list[Batch[_T]]:
        task = Preparation(self._articles.same, cut, distinct, exact)
        return preparation.prepare_together(self._analyzer, task, articles)

    def expect_many(self) -> None:
        self.database.expect_bulk_writes()

    def write(
        self,
        batches: Iterable[Batch[_T]],
        record: Callable[[list[Outcome | _T]], None] = lambda _: None,
        change: Change = NO_CHANGE,
    ) -> list[Outcome | _T]:
        time.sleep(max(0.0, self._written + _PAUSE - time.monotonic()))
        outcomes = commit.commit(self._tables, self._analyzer, self._fingerprint, batches, record, change)
        self._written = time.monotonic()
        self._after_write()
        return outcomes

    def remove(
        self,
        article_ids: Iterable[int],
        record: Callable[[list[int]], None] = lambda _: None,
        change: Change = NO_CHANGE,
    ) -> list[int]:
        removed = commit.remove(self._tables, article_ids, record, change)
        self._after_write()
        return removed

    def erase(
        self,
        article_ids: Iterable[int],
        record: Callable[[list[int]], None] = lambda _: None,
        change: Change = NO_CHANGE,
    ) -> list[int]:
        erased = erase(self._tables, article_ids, record, change)
        self._after_write()
        purge(self.database)
        forget_settled(self.database, self._kept)
        return erased

    def _after_write(self) -> None:
        # A process that has never searched has no index to refresh.
        if self._position != Position():
            self.refresh()
        self.background.after_write()

    # Upkeep

    def rebuild(self) -> None:
        rebuild(self.database, self._analyzer, self._fingerprint)
        linking.link_all(self.database)
        self._after_write()

    def drop_old_versions(self) -> None:
        self._versions.drop_old_ones()

    def faults(self) -> list[str]:
        return self.check().faults

    def check(self) -> Findings:
        """The faults of the file, and the articles that can be saved; nothing raises."""
        return check(self.database)

    def repair(self, findings: Findings) -> Path | None:
        """Make the file sound with all articles that can be read; see `retrieval.indexing.repair.repair`.

        When a new file has taken its place, this archive is the damaged one, to be closed.
        """
        kept = repair(self.database, self._analyzer, self._fingerprint, findings)
        if kept is None:
            self._after_write()
        return kept

    def close(self) -> None:
        self.background.stop()
        super().close()
