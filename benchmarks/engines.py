"""Engines under measurement, each behind the same four calls; terms are numbers, the same for all."""

import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

import rank_bm25

from retrieval.index import bm25
from retrieval.index.protocol import Document, Filters
from retrieval.index.segment import build
from retrieval.index.segment_format import pack
from retrieval.index.segmented import SegmentedIndex
from retrieval.indexing.background import trim_heap
from retrieval.store.database import Database
from retrieval.store.segments import Position, Segments

try:
    import bm25s
except ImportError:  # reported by `missing`
    bm25s = None  # type: ignore[assignment, unused-ignore]
try:
    import tantivy
except ImportError:
    tantivy = None  # type: ignore[assignment, unused-ignore]

Terms = Sequence[int]
_BATCH = 10_000


class Engine(Protocol):
    """An index in a folder of its own. `add` returns when the passage can be found."""

    def __init__(self, folder: Path) -> None: ...

    def build(self, passages: Iterable[Terms], articles: Iterable[int]) -> None: ...

    def open(self) -> None:
        """Load from the folder what `build` wrote, in a process that did not build it."""
        ...

    def add(self, passage: Terms) -> None: ...

    def search(self, terms: Terms, k: int) -> int:
        """The number of passages found, at most k."""
        ...


class Ours:
    """The product's postings in its SQLite file, without articles."""

    def __init__(self, folder: Path) -> None:
        self._database, self._index, self._position, self._next = (
            Database(folder / "index.db"),
            SegmentedIndex(),
            Position(),
            1,
        )
        self._code = folder / "code"

    def build(self, passages: Iterable[Terms], articles: Iterable[int]) -> None:
        with self._database.write():
            self._database.migrate()
        rows = zip(passages, articles, strict=True)
        while batch := list(islice(rows, _BATCH)):
            self._append([(terms, article) for terms, article in batch])
        self.open()

    def open(self) -> None:
        changes = Segments(self._database).changes(self._position)
        self._index.publish(changes.segments, changes.removed, changes.after)
        self._position = changes.position
        self._next = max(self._next, changes.position.passage + 1)
        if changes.from_scratch:
            del changes
            trim_heap()
            self._index.warm([self._code])

    def add(self, passage: Terms) -> None:
        self._append([(passage, 10**9 + self._next)])
        self.open()

    def search(self, terms: Terms, k: int) -> int:
        return len(self._index.search([str(term) for term in terms], k, Filters()))

    def _append(self, rows: Sequence[tuple[Terms, int]]) -> None:
        documents = [
            Document(self._next + place, article, Counter(map(str, terms)), "2023-08-01")
            for place, (terms, article) in enumerate(rows)
        ]
        self._next += len(documents)
        with self._database.write():
            Segments(self._database).append(pack(build(documents)), self._next - 1)
            Segments(self._database).raise_generation()


class BM25S:
    """bm25s with numba. It has no addition: `add` builds everything again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "bm25s"

    def build(self, passages: Iterable[Terms], articles: Iterable[int]) -> None:
        self._passages = [list(terms) for terms in passages]
        self._index()
        self._library.save(self._folder)

    def _index(self) -> None:
        last = max(max(terms, default=0) for terms in self._passages)
        self._library = bm25s.BM25(k1=bm25.K1, b=bm25.B, method="lucene", backend="numba")
        self._library.index((self._passages, {str(term): term for term in range(last + 1)}), show_progress=False)

    def open(self) -> None:
        self._library = bm25s.BM25.load(self._folder, load_corpus=False)
        self._library.backend = "numba"

    def add(self, passage: Terms) -> None:
        self._passages.append(list(passage))
        self._index()

    def search(self, terms: Terms, k: int) -> int:
        queries = [[str(term) for term in terms]]
        found = self._library.retrieve(queries, k=k, show_progress=False, n_threads=1)
        return int((found.scores > 0).sum())


class RankBM25Index:
    """rank_bm25.BM25Okapi, as most tutorials use it. It has no addition and no file."""

    def __init__(self, folder: Path) -> None:
        del folder

    def build(self, passages: Iterable[Terms], articles: Iterable[int]) -> None:
        self._passages = [list(terms) for terms in passages]
        self._library = rank_bm25.BM25Okapi(self._passages, k1=bm25.K1, b=bm25.B)

    def open(self) -> None:
        raise NotImplementedError

    def add(self, passage: Terms) -> None:
        self._passages.append(list(passage))
        self._library = rank_bm25.BM25Okapi(self._passages, k1=bm25.K1, b=bm25.B)

    def search(self, terms: Terms, k: int) -> int:
        scores = self._library.get_scores(list(terms))
        best = scores.argsort()[::-1][:k]
        return int((scores[best] > 0).sum())


class Tantivy:
    """tantivy through its Python package, terms separated by blanks."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "tantivy"
        self._folder.mkdir(exist_ok=True)
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("text", tokenizer_name="whitespace", index_option="freq")
        self._schema = builder.build()
        self._index: Any = tantivy.Index(self._schema, str(self._folder))

    def build(self, passages: Iterable[Terms], articles: Iterable[int]) -> None:
        self._write(passages)
        self.open()

    def open(self) -> None:
        self._index.reload()
        self._searcher = self._index.searcher()

    def add(self, passage: Terms) -> None:
        self._write([passage])
        self.open()

    def search(self, terms: Terms, k: int) -> int:
        wanted = [
            (tantivy.Occur.Should, tantivy.Query.term_query(self._schema, "text", str(term), "freq")) for term in terms
        ]
        return len(self._searcher.search(tantivy.Query.boolean_query(wanted), k, count=False).hits)

    def _write(self, passages: Iterable[Terms]) -> None:
        writer = self._index.writer(heap_size=256 << 20, num_threads=2)
        for terms in passages:
            writer.add_document(tantivy.Document(text=" ".join(map(str, terms))))
        writer.commit()
        writer.wait_merging_threads()


class FTS5:
    """SQLite's own full-text search: the terms joined by OR, ordered by its BM25."""

    def __init__(self, folder: Path) -> None:
        self._database = sqlite3.connect(folder / "fts5.db")
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("CREATE VIRTUAL TABLE IF NOT EXISTS passages USING fts5(text, content='')")

    def __del__(self) -> None:
        self._database.close()  # Python 3.13 and later warn of an unclosed connection

    def build(self, passages: Iterable[Terms], articles: Iterable[int]) -> None:
        with self._database:
            self._database.executemany(
                "INSERT INTO passages (rowid, text) VALUES (?, ?)",
                ((number, " ".join(map(str, terms))) for number, terms in enumerate(passages, 1)),
            )

    def open(self) -> None:
        pass

    def add(self, passage: Terms) -> None:
        with self._database:
            self._database.execute("INSERT INTO passages (text) VALUES (?)", [" ".join(map(str, passage))])

    def search(self, terms: Terms, k: int) -> int:
        sql = "SELECT rowid FROM passages WHERE passages MATCH ? ORDER BY rank LIMIT ?"
        return len(self._database.execute(sql, [" OR ".join(map(str, terms)), k]).fetchall())


ENGINES: dict[str, type[Engine]] = {
    "ours": Ours,
    "bm25s (numba)": BM25S,
    "tantivy": Tantivy,
    "SQLite FTS5": FTS5,
    "rank_bm25": RankBM25Index,
}
_LACKING = {"bm25s (numba)": bm25s is None, "tantivy": tantivy is None}
# Engines that visit every passage for every question are asked fewer questions.
QUESTIONS = {"SQLite FTS5": 20, "rank_bm25": 3}
# Engines that cannot be opened again in another process.
IN_MEMORY = {"rank_bm25"}


def missing(name: str) -> bool:
    """Whether the package that the engine needs is not installed."""
    return _LACKING.get(name, False)


def disk(folder: Path) -> int:
    """Bytes of everything in the folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def clear(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
