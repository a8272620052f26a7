"""How does a damaged file become sound again? In its place where it can be, else as a new file beside it."""

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path

from retrieval.article import Article, Passage, passages
from retrieval.index.protocol import Index
from retrieval.indexing.check import Findings, Inspection, passages_fit
from retrieval.indexing.commit import Writer
from retrieval.indexing.maintenance import Maintenance
from retrieval.indexing.salvage import salvaged, salvaged_now
from retrieval.store.articles import Store, StoreError
from retrieval.text.analyzer import Analyzer

_BATCH = 500
_NewIndex = Callable[[], Index]


@dataclass(frozen=True, slots=True)
class _Readable:
    """An article of the damaged file; `first` is the number of its first passage when all of them are right."""

    article: Article
    added: str | None
    passages: list[Passage]
    first: int | None


class Repair:
    """Repairs one file: articles keep their numbers, and everything else is made anew from them."""

    def __init__(self, store: Store, analyzer: Analyzer, new_index: _NewIndex, fingerprint: str) -> None:
        self._store, self._analyzer, self._new_index, self._fingerprint = store, analyzer, new_index, fingerprint

    def in_place(self, findings: Findings) -> None:
        """Mend a file that SQLite reads all of. Questions are answered meanwhile. Raises StoreError."""
        store = self._store
        with store.write():
            for number in {*findings.changed, *findings.recut}:
                if (one := salvaged_now(store, number)) and one.article:
                    fits = passages_fit(one.article, [piece for _, piece in store.passages_of(number)])
                    store.mend(number, one.article, None if fits else passages(one.article))
            store.drop_orphans()
            store.renew_addresses()
            for table in ("versions", "kept"):
                store.drop_spoilt_rows(table)
            store.count_articles()
            highest = store.highest_numbers()
            for table in ("articles", "passages"):
                store.set_highest_number(table, highest.get(table, 0))
            store.raise_generation()
        _index(store, self._upkeep(store))

    def anew(self) -> Path:
        """Put a new file with all that can be read in place of this one; the path under which this one is kept.

        Nobody else can write meanwhile, and a process that has the damaged file open refuses to write afterwards.
        Raises StoreError; then all stays as it was.
        """
        place = Path(os.path.realpath(self._store.path))
        made = place.with_name(f"{place.name}.repaired")
        try:
            _remove(made)
            with self._store.alone():
                self._make(made)
                return _exchange(place, made)
        except OSError as error:
            raise StoreError(f"不能写入 {made}：{error.strerror}；数据库没有变。") from error
        finally:
            with suppress(OSError):
                _remove(made)

    def _make(self, path: Path) -> None:
        new = Store(path)
        try:
            Writer(new, self._analyzer, self._new_index, self._fingerprint).create([])
            self._copy(new)
            _index(new, self._upkeep(new))
            if faults := Inspection(new).findings().faults:
                raise StoreError(f"重建的文件不完好：{faults[0]} 数据库没有变。")
        finally:
            new.close()
        with path.open("rb") as written:
            os.fsync(written.fileno())

    def _copy(self, new: Store) -> None:
        """All that can be read of articles, versions and kept values, with the numbers that they have."""
        highest = self._store.highest_numbers()
        recut: list[_Readable] = []
        for batch in _batches(self._readable()):
            with new.write():
                for one in batch:
                    if one.first is None:
                        recut.append(one)
                    else:
                        new.set_highest_number("passages", one.first - 1)
                        _insert(new, one, one.passages)
        with new.write():
            known = new.highest_numbers()
            for table in ("articles", "passages"):
                new.set_highest_number(table, max(highest.get(table, 0), known.get(table, 0)))
            # Their passages get numbers that nothing had.
            for one in recut:
                _insert(new, one, passages(one.article))
            for table in ("versions", "kept"):
                for row in self._store.table_rows(table):
                    new.put_row(table, row)
                new.drop_spoilt_rows(table)

    def _readable(self) -> Iterator[_Readable]:
        given: set[int] = set()
        for one in salvaged(self._store):
            if one.article is None:
                continue
            try:
                stored = self._store.passages_of(one.number)
            except StoreError:
                stored = []
            ids, pieces = [number for number, _ in stored], [piece for _, piece in stored]
            in_a_row = bool(ids) and ids == list(range(ids[0], ids[0] + len(ids))) and given.isdisjoint(ids)
            right = in_a_row and passages_fit(one.article, pieces)
            given.update(ids if right else ())
            yield _Readable(one.article, one.added, pieces, ids[0] if right else None)

    def _upkeep(self, store: Store) -> Maintenance:
        return Maintenance(store, self._analyzer, self._new_index(), self._fingerprint)


def _index(store: Store, upkeep: Maintenance) -> None:
    upkeep.rebuild()
    upkeep.compare_all()


def _insert(new: Store, one: _Readable, pieces: list[Passage]) -> None:
    number, _ = new.insert(one.article, pieces)
    if one.added is not None:
        new.set_added(number, one.added)


def _batches(items: Iterator[_Readable]) -> Iterator[list[_Readable]]:
    while batch := list(islice(items, _BATCH)):
        yield batch


def _exchange(place: Path, made: Path) -> Path:
    """Put what was made in place of the damaged file, whose log is empty; the path under which that one is kept.

    Killed halfway, the damaged file is in place, or the new one is.
    """
    names = (place.with_name(f"{place.name}.damaged{f'-{n}' if n > 1 else ''}") for n in count(1))
    kept = next(path for path in names if not path.exists())
    kept.hardlink_to(place)
    # An empty log, and an index of the pages of the damaged file: the new one must not be read by it.
    for suffix in ("-wal", "-shm"):
        place.with_name(place.name + suffix).unlink(missing_ok=True)
    made.replace(place)
    _sync(place.parent)
    return kept


def _sync(folder: Path) -> None:
    """Have the new names written to the disk, where folders can be."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
