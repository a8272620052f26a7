"""What is wrong with a file, and which of its articles can still be saved?"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import numpy as np

from retrieval.article import Article, Passage, passages
from retrieval.duplicates.urls import url_key
from retrieval.index.segment import SegmentError, unpack
from retrieval.indexing.salvage import Salvaged, salvaged, salvaged_now
from retrieval.store.articles import DamagedError, Store, StoreError

# Of what SQLite finds, and of numbers that don't follow each other, so many are told.
_MOST = 20


@dataclass(frozen=True, slots=True)
class Findings:
    """What an inspection found.

    `faults` are sentences. When `in_tables`, SQLite can't read all of the file, and only a new one can be sound.
    `changed` are articles that aren't as they were written, `recut` those whose passages aren't their text's.
    """

    faults: list[str] = field(default_factory=list)
    in_tables: bool = False
    saved: list[int] = field(default_factory=list)
    lost: list[int] = field(default_factory=list)
    changed: list[int] = field(default_factory=list)
    recut: list[int] = field(default_factory=list)


class Inspection:
    """Looks at every part of a file by itself: what breaks one check is a fault, and the others go on."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._faults: list[str] = []
        self._in_tables = False
        # A hash of the address and number of each article.
        self._at: set[int] = set()

    def findings(self) -> Findings:
        """All that can be found; nothing raises."""
        if self._store.is_damaged:
            self._in_tables = True
            self._faults.append("数据库的第一页（表的定义）已损坏。")
        self._look("各页", self._integrity)
        self._look("表之间的引用", self._orphans)
        saved, lost, changed, recut = self._articles()
        self._look("网址", self._addresses)
        self._look("状态", self._state)
        self._look("旧版本", lambda: self._rest("versions", "旧版本"))
        self._look("保存的回答和收据", lambda: self._rest("kept", "保存的回答和收据"))
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
        found = self._store.integrity()
        self._in_tables = self._in_tables or bool(found)
        yield from (f"SQLite：{fault}" for fault in found[:_MOST])
        if len(found) > _MOST:
            yield f"SQLite：……还有 {len(found) - _MOST} 条。"

    def _orphans(self) -> Iterator[str]:
        pieces, others = self._store.orphans()
        if pieces:
            yield f"有 {pieces} 段没有所属文章。"
        if others:
            yield f"有 {others} 条转载记录没有所属文章。"

    # Articles and their passages

    def _articles(self) -> tuple[list[int], list[int], list[int], list[int]]:
        saved, lost, changed, recut = [], [], [], []
        for one in salvaged(self._store):
            if one.article is None:
                lost.append(one.number)
                continue
            saved.append(one.number)
            if one.article.url:
                self._at.add(hash((url_key(one.article.url), one.number)))
            is_whole, fits = self._judged(one)
            if not is_whole:
                changed.append(one.number)
            if not fits:
                recut.append(one.number)
        if lost:
            self._in_tables = True
            self._faults.append(f"有 {len(lost)} 篇文章读不出：{numbers(lost)}。")
        if changed:
            self._faults.append(f"有 {len(changed)} 篇文章与保存时不同（正文、标题或别的一项）：{numbers(changed)}。")
        if recut:
            self._faults.append(f"有 {len(recut)} 篇文章的段落缺失，或与正文不符：{numbers(recut)}。")
        return saved, lost, changed, recut

    def _judged(self, one: Salvaged) -> tuple[bool, bool]:
        """Whether the article is whole, and whether its passages are those of its text."""
        judged = one.is_whole, self._passages_fit(one)
        if all(judged):
            return judged
        # It may have been changed between the two reads: once more, in one moment.
        with suppress(StoreError), self._store.view():
            now = salvaged_now(self._store, one.number)
            judged = (now.is_whole, self._passages_fit(now)) if now else (True, True)
        return judged

    def _passages_fit(self, one: Salvaged) -> bool:
        try:
            pieces = [piece for _, piece in self._store.passages_of(one.number)]
        except StoreError:
            self._in_tables = True
            return False
        return one.article is not None and passages_fit(one.article, pieces)

    # What stands beside them

    def _addresses(self) -> Iterator[str]:
        if wrong := len(self._at ^ set(map(hash, self._store.address_rows()))):
            yield f"网址的记录有 {wrong} 条与文章不符。"

    def _state(self) -> Iterator[str]:
        rows = self._store.state_rows()
        known = [row[name] for row in rows for name in ("generation", "epoch", "epochs", "articles")]
        if len(rows) != 1 or not all(type(one) is int and one >= 0 for one in known):
            self._in_tables = True
            yield "状态表（state）缺失或已损坏。"
        elif not self._store.counts_right():
            yield "文章的计数不对。"
        if self._store.numbers_given_twice():
            yield "编号的记录（sqlite_sequence）缺失或偏小，旧编号可能再次使用。"

    def _rest(self, table: str, name: str) -> Iterator[str]:
        if spoilt := self._store.spoilt_rows(table):
            yield f"{name}中有 {len(spoilt)} 条已损坏。"

    def _postings(self) -> Iterator[str]:
        store = self._store
        with store.view():
            stored = np.fromiter(store.passage_ids(), np.int64)
            gone = np.array(store.removed_passages(), np.int64)
            found = [np.empty(0, np.int64)]
            for number, _ in store.segment_sizes():
                try:
                    found.append(unpack(store.segment(number) or b"").passage_ids)
                except (SegmentError, StoreError):
                    yield f"第 {number} 号索引段已损坏。"
        indexed = np.concatenate(found)
        live = np.setdiff1d(indexed, gone)
        lacking, beyond = len(np.setdiff1d(stored, live)), len(np.setdiff1d(live, stored))
        twice = len(indexed) - len(np.unique(indexed))
        if lacking or beyond or twice:
            yield f"索引与文章不符：缺 {lacking} 段，多 {beyond + twice} 段。"

    def _signatures(self) -> Iterator[str]:
        # As long as those of before are still being compared, some lack, and nothing is wrong.
        if self._store.compared() is None and (uncompared := self._store.count_uncompared()):
            yield f"有 {uncompared} 篇文章还没有与其他报道比对过转载。"
        if spoilt := self._store.count_spoilt_signatures():
            yield f"转载记录中有 {spoilt} 条已损坏。"


def passages_fit(article: Article, pieces: Sequence[Passage]) -> bool:
    """Whether these are passages of the article, by the rules of any version: they hold its paragraphs in order."""
    if pieces == passages(article):
        return True
    if not all(isinstance(piece.text, str) for piece in pieces):  # as damage may have left it
        return False
    headings = {None, *(paragraph.heading for paragraph in article.paragraphs)}
    said, printed = ("".join("".join(one.text.split()) for one in texts) for texts in (pieces, article.paragraphs))
    return said == printed and headings >= {piece.heading for piece in pieces}


def numbers(which: Iterable[int]) -> str:
    """#1–#40、#42; ranges, and no more than some of them."""
    runs: list[tuple[int, int]] = []
    for number in sorted(which):
        if runs and number == runs[-1][1] + 1:
            runs[-1] = runs[-1][0], number
        else:
            runs.append((number, number))
    said = "、".join(f"#{first}" if first == last else f"#{first}–#{last}" for first, last in runs[:_MOST])
    return said + ("等" if len(runs) > _MOST else "")
