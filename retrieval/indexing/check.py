"""Check of a file: its faults, and the articles that can be saved."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from retrieval.article import Article, Passage, passages
from retrieval.duplicates.urls import url_key
from retrieval.index.segment import Segment, differences
from retrieval.index.segment_format import SegmentError, unpack
from retrieval.indexing.salvage import Salvaged, salvaged, salvaged_now
from retrieval.store.database import Database
from retrieval.store.errors import DamagedError, StoreError
from retrieval.store.passages import Passages
from retrieval.store.reprint_links import ReprintLinks
from retrieval.store.salvage import Salvage
from retrieval.store.schema import KEPT_TABLES
from retrieval.store.segments import Segments

# Faults of SQLite, and ranges of numbers, that a report lists at most.
_MOST = 20


@dataclass(frozen=True, slots=True)
class Findings:
    """Findings of a check.

    `faults` are sentences to show. With `in_tables`, SQLite cannot read all of the file, and only a new file can be
    sound. The other fields are article numbers: `saved` can be read and `lost` cannot, `changed` are not as they were
    written, and the passages of `recut` are not those of their text.
    """

    faults: list[str] = field(default_factory=list)
    in_tables: bool = False
    saved: list[int] = field(default_factory=list)
    lost: list[int] = field(default_factory=list)
    changed: list[int] = field(default_factory=list)
    recut: list[int] = field(default_factory=list)


def check(database: Database) -> Findings:
    """Check every part of a file by itself; nothing raises: an error of one check is a fault, and the others go on."""
    return _Check(database).findings()


class _Check:
    """One run of the checks, with the faults so far."""

    def __init__(self, database: Database) -> None:
        self._database, self._salvage = database, Salvage(database)
        self._passages, self._segments = Passages(database), Segments(database)
        self._links = ReprintLinks(database)
        self._faults: list[str] = []
        self._in_tables = False
        # The hash of address and number of each article that has an address.
        self._addressed: set[int] = set()

    def findings(self) -> Findings:
        if self._database.is_damaged:
            self._in_tables = True
            self._faults.append("数据库的第一页（表的定义）已损坏。")
        self._look("各页", self._integrity)
        self._look("表之间的引用", self._orphans)
        saved, lost, changed, recut = self._articles()
        self._look("网址", self._addresses)
        self._look("状态", self._state)
        names = dict(zip(KEPT_TABLES, ("旧版本", "变更记录", "下架记录", "下架记录的键"), strict=True))
        for table in (*KEPT_TABLES, *self._salvage.other_tables()):
            name = names.get(table, f"表 {table} ")
            self._look(name, lambda table=table, name=name: self._rest(table, name))  # type: ignore[misc]
        self._look("索引", self._postings)
        self._look("转载记录", self._signatures)
        return Findings(self._faults, self._in_tables, saved, lost, changed, recut)

    def _look(self, what: str, check: Callable[[], Iterable[str]]) -> None:
        try:
            self._faults += check()
        except DamagedError as error:
            self._in_tables = True
            self._faults.append(f"{what}读不全：{error.__cause__ or '缺少应有的一行'}。")
        except StoreError as error:
            self._faults.append(f"{what}没有查完：{error}")

    def _integrity(self) -> Iterator[str]:
        faults = self._salvage.integrity()
        self._in_tables = self._in_tables or bool(faults)
        yield from (f"SQLite：{fault}" for fault in faults[:_MOST])
        if len(faults) > _MOST:
            yield f"SQLite：……还有 {len(faults) - _MOST} 条。"

    def _orphans(self) -> Iterator[str]:
        pieces, others = self._salvage.orphans()
        if pieces:
            yield f"有 {pieces} 段没有所属文章。"
        if others:
            yield f"有 {others} 条转载记录没有所属文章。"

    # Articles and their passages

    def _articles(self) -> tuple[list[int], list[int], list[int], list[int]]:
        saved, lost, changed, recut = [], [], [], []
        for row in salvaged(self._database):
            if row.article is None:
                lost.append(row.number)
                continue
            saved.append(row.number)
            if row.article.url:
                self._addressed.add(hash((url_key(row.article.url), row.number)))
            is_whole, fits = self._judged(row)
            if not is_whole:
                changed.append(row.number)
            if not fits:
                recut.append(row.number)
        if lost:
            self._in_tables = True
            self._faults.append(f"有 {len(lost)} 篇文章读不出：{numbers(lost)}。")
        if changed:
            self._faults.append(f"有 {len(changed)} 篇文章与保存时不同（正文、标题或别的一项）：{numbers(changed)}。")
        if recut:
            self._faults.append(f"有 {len(recut)} 篇文章的段落缺失，或与正文不符：{numbers(recut)}。")
        return saved, lost, changed, recut

    def _judged(self, row: Salvaged) -> tuple[bool, bool]:
        """Whether the article is whole, and whether its passages are those of its text."""
        judged = row.is_whole, self._passages_fit(row)
        if all(judged):
            return judged
        # The article may have been updated between the two reads: read both again from one snapshot.
        with suppress(StoreError), self._database.view():
            now = salvaged_now(self._database, row.number)
            judged = (now.is_whole, self._passages_fit(now)) if now else (True, True)
        return judged

    def _passages_fit(self, row: Salvaged) -> bool:
        try:
            pieces = [piece for _, piece in self._passages.of_article(row.number)]
        except StoreError:
            self._in_tables = True
            return False
        return row.article is not None and passages_fit(row.article, pieces)

    # The other tables

    def _addresses(self) -> Iterator[str]:
        if wrong := len(self._addressed ^ set(map(hash, self._salvage.address_rows()))):
            yield f"网址的记录有 {wrong} 条与文章不符。"

    def _state(self) -> Iterator[str]:
        rows = self._salvage.state_rows()
        cells = [row[name] for row in rows for name in ("generation", "epoch", "epochs", "articles")]
        if len(rows) != 1 or not all(type(cell) is int and cell >= 0 for cell in cells):
            self._in_tables = True
            yield "状态表（state）缺失或已损坏。"
        elif not self._salvage.count_is_right():
            yield "文章的计数不对。"
        if self._salvage.numbers_may_repeat():
            yield "编号的记录（sqlite_sequence）缺失或偏小，旧编号可能再次使用。"

    def _rest(self, table: str, name: str) -> Iterator[str]:
        if spoilt := self._salvage.spoilt_rows(table):
            yield f"{name}中有 {len(spoilt)} 条已损坏。"

    def _postings(self) -> Iterator[str]:
        segments: list[Segment] = []
        with self._database.view():
            stored, removed = self._passages.ids(), self._segments.removed()
            for number, _ in self._segments.sizes():
                try:
                    segments.append(unpack(self._segments.data(number) or b""))
                except (SegmentError, StoreError):
                    yield f"第 {number} 号索引段已损坏。"
        missing, surplus = differences(segments, stored, removed)
        if missing or surplus:
            yield f"索引与文章不符：缺 {missing} 段，多 {surplus} 段。"

    def _signatures(self) -> Iterator[str]:
        # While older articles are being compared, articles without a signature are no fault.
        if self._links.compared() is None and (uncompared := self._links.count_uncompared()):
            yield f"有 {uncompared} 篇文章还没有与其他报道比对过转载。"
        if spoilt := self._links.count_spoilt_signatures():
            yield f"转载记录中有 {spoilt} 条已损坏。"


def passages_fit(article: Article, pieces: Sequence[Passage]) -> bool:
    """Whether these are passages of the article by the rules of any version: they hold its paragraphs in order."""
    if pieces == passages(article):
        return True
    if not all(isinstance(piece.text, str) for piece in pieces):  # damage may change the type
        return False
    headings = {None, *(paragraph.heading for paragraph in article.paragraphs)}
    cut, printed = ("".join("".join(part.text.split()) for part in parts) for parts in (pieces, article.paragraphs))
    return cut == printed and headings >= {piece.heading for piece in pieces}


def numbers(which: Iterable[int]) -> str:
    """Article numbers as ranges, at most `_MOST` of them: #1–#40、#42."""
    runs: list[tuple[int, int]] = []
    for number in sorted(which):
        if runs and number == runs[-1][1] + 1:
            runs[-1] = runs[-1][0], number
        else:
            runs.append((number, number))
    ranges = "、".join(f"#{first}" if first == last else f"#{first}–#{last}" for first, last in runs[:_MOST])
    return ranges + ("等" if len(runs) > _MOST else "")
