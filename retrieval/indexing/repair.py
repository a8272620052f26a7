"""Repair of a damaged file: in place where SQLite can read it, else with a new file in its place."""

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path

from retrieval.article import Article, Passage, passages
from retrieval.duplicates.identity import identity_of
from retrieval.indexing.check import Findings, check, passages_fit
from retrieval.indexing.creation import create
from retrieval.indexing.linking import link_all
from retrieval.indexing.rebuild import rebuild
from retrieval.indexing.salvage import salvaged, salvaged_now
from retrieval.store.articles import Articles
from retrieval.store.database import Database
from retrieval.store.errors import DamagedError, StoreError
from retrieval.store.passages import Passages
from retrieval.store.salvage import Salvage
from retrieval.store.schema import KEPT_TABLES
from retrieval.store.segments import Segments
from retrieval.text.analyzer import Analyzer

_BATCH = 500


@dataclass(frozen=True, slots=True)
class _Readable:
    """An article of the damaged file.

    `first` is the number of its first passage; None when its passages must be cut anew.
    """

    article: Article
    added: str | None
    passages: list[Passage]
    first: int | None


def repair(database: Database, analyzer: Analyzer, fingerprint: str, findings: Findings) -> Path | None:
    """Make a file sound with all articles that can be read, which keep their numbers.

    Returns the path of the damaged file when a new one has taken its place; a process that has the damaged one open
    refuses to write afterwards. Raises StoreError; then the file is unchanged.
    """
    if not findings.in_tables:
        with suppress(DamagedError):
            _repair_in_place(database, analyzer, fingerprint, findings)
            return None
    return _replace_file(database, analyzer, fingerprint)


def _repair_in_place(database: Database, analyzer: Analyzer, fingerprint: str, findings: Findings) -> None:
    """Mend a file that SQLite can read. Other processes may search meanwhile."""
    articles, pieces, salvage = Articles(database), Passages(database), Salvage(database)
    with database.write():
        for number in {*findings.changed, *findings.recut}:
            row = salvaged_now(database, number)
            if row is not None and row.article is not None:
                fits = passages_fit(row.article, [piece for _, piece in pieces.of_article(number)])
                articles.mend(number, row.article, identity_of(row.article), None if fits else passages(row.article))
        pieces.delete_orphans()
        articles.renew_addresses()
        for table in (*KEPT_TABLES, *salvage.other_tables()):
            salvage.drop_spoilt_rows(table)
        articles.count()
        highest = salvage.highest_numbers()
        for table in ("articles", "passages"):
            salvage.set_highest_number(table, highest.get(table, 0))
        Segments(database).raise_generation()
    rebuild(database, analyzer, fingerprint)
    link_all(database)


def _replace_file(database: Database, analyzer: Analyzer, fingerprint: str) -> Path:
    """Put a new file with all that can be read in place of this one; the path under which this one is kept.

    No other process can write meanwhile.
    """
    place = Path(os.path.realpath(database.path))
    made = place.with_name(f"{place.name}.repaired")
    try:
        _remove(made)
        with database.alone():
            _make(database, made, analyzer, fingerprint)
            return _exchange(place, made)
    except OSError as error:
        raise StoreError(f"不能写入 {made}：{error.strerror}；数据库没有变。") from error
    finally:
        with suppress(OSError):
            _remove(made)


def _make(damaged: Database, path: Path, analyzer: Analyzer, fingerprint: str) -> None:
    new = Database(path)
    try:
        create(new, analyzer, fingerprint)
        _copy(damaged, new)
        rebuild(new, analyzer, fingerprint)
        link_all(new)
        if faults := check(new).faults:
            raise StoreError(f"重建的文件不完好：{faults[0]} 数据库没有变。")
    finally:
        new.close()
    with path.open("rb") as written:
        os.fsync(written.fileno())


def _copy(damaged: Database, new: Database) -> None:
    """Copy all that can be read: articles with their numbers, their former versions, other programs' tables."""
    source, target, articles = Salvage(damaged), Salvage(new), Articles(new)
    highest = source.highest_numbers()
    recut: list[_Readable] = []
    for batch in _batches(_readable(damaged)):
        with new.write():
            for row in batch:
                if row.first is None:
                    recut.append(row)
                else:
                    target.set_highest_number("passages", row.first - 1)
                    _insert(articles, row, row.passages)
    with new.write():
        known = target.highest_numbers()
        for table in ("articles", "passages"):
            target.set_highest_number(table, max(highest.get(table, 0), known.get(table, 0)))
        # Passages that are cut anew get numbers that no passage had.
        for row in recut:
            _insert(articles, row, passages(row.article))
        for table in KEPT_TABLES:
            _copy_table(source, target, table)
    for table, statements in source.other_tables().items():
        with suppress(DamagedError), new.write():  # damage in its definition costs this table alone
            for sql in statements:
                new.execute(sql)
            _copy_table(source, target, table)


def _copy_table(source: Salvage, target: Salvage, table: str) -> None:
    for cells in source.table_rows(table):
        target.put_row(table, cells)


def _readable(damaged: Database) -> Iterator[_Readable]:
    given: set[int] = set()
    for row in salvaged(damaged):
        if row.article is None:
            continue
        try:
            stored = Passages(damaged).of_article(row.number)
        except StoreError:
            stored = []
        ids, pieces = [number for number, _ in stored], [piece for _, piece in stored]
        in_a_row = bool(ids) and ids == list(range(ids[0], ids[0] + len(ids))) and given.isdisjoint(ids)
        right = in_a_row and passages_fit(row.article, pieces)
        given.update(ids if right else ())
        yield _Readable(row.article, row.added, pieces, ids[0] if right else None)


def _insert(articles: Articles, row: _Readable, pieces: list[Passage]) -> None:
    number, _ = articles.insert(row.article, identity_of(row.article), pieces)
    if row.added is not None:
        articles.set_added(number, row.added)


def _batches(items: Iterator[_Readable]) -> Iterator[list[_Readable]]:
    while batch := list(islice(items, _BATCH)):
        yield batch


def _exchange(place: Path, made: Path) -> Path:
    """Put the new file in place of the damaged one, whose log is empty; the path under which that one is kept.

    After a kill halfway, either the damaged file or the new one is in place.
    """
    names = (place.with_name(f"{place.name}.damaged{f'-{n}' if n > 1 else ''}") for n in count(1))
    kept = next(path for path in names if not path.exists())
    kept.hardlink_to(place)
    # The index of the empty log names pages of the damaged file: the new file must not be read with it.
    for suffix in ("-wal", "-shm"):
        place.with_name(place.name + suffix).unlink(missing_ok=True)
    made.replace(place)
    _sync(place.parent)
    return kept


def _sync(folder: Path) -> None:
    """Write the new names to the disk, on systems that can sync a folder."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
