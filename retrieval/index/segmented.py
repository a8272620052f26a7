"""The default index: exact BM25 search over segments of postings that are added, removed and joined in memory."""

import threading
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from mmap import mmap
from pathlib import Path
from struct import Struct
from typing import NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from retrieval.index import bm25, listing, maxscore
from retrieval.index.posting_lists import TERM, Terms
from retrieval.index.protocol import NO_EXPANSIONS, NO_MATCHES, Expansions, Filters, Matches
from retrieval.index.segment import term_hashes
from retrieval.index.segment_format import unpack
from retrieval.index.segment_reader import SegmentReader, merge_readers

# A reader that is not this many times as large as all behind it together is merged with them. Sizes then fall
# geometrically: there are few readers, and each posting is copied only a few times.
_GROWTH = 4
# Terms that a snapshot keeps, about a megabyte.
_KEPT_TERMS = 1 << 12
# The bytes of a TERM.
_TERM = Struct("=qd")


@dataclass(frozen=True)
class _Snapshot:
    """The state of the index that one search reads from beginning to end, whatever is published meanwhile."""

    readers: tuple[SegmentReader, ...] = ()
    documents: int = 0
    articles: int = 0
    length: int = 0
    # A question asks for each term more than once: for its weight, for candidates, and when it is asked again.
    _held: dict[str, "_Held"] = field(default_factory=dict)

    @classmethod
    def of(cls, readers: Iterable[SegmentReader]) -> "_Snapshot":
        readers = tuple(reader for reader in readers if reader.documents)
        return cls(
            readers,
            documents=sum(reader.documents for reader in readers),
            articles=sum(reader.articles for reader in readers),
            length=sum(reader.length for reader in readers),
        )

    @cached_property
    def average(self) -> float:
        """The average length of a document; 1 when there is none."""
        return self.length / self.documents if self.documents else 1.0

    @cached_property
    def prepared(self) -> Sequence[maxscore.Prepared]:
        """Each reader for searches with this snapshot's average lengths."""
        averages = self.average, self.length / max(1, self.articles)
        return [maxscore.Prepared.of(reader.postings, averages, reader.scale(self.average)) for reader in self.readers]

    def with_impacts(self, limit: int) -> "_Snapshot":
        """The snapshot with impacts in each reader; outdated ones are made anew for at most `limit` postings."""
        return _Snapshot.of(
            reader.with_impacts(self.average) if reader.lacks_impacts(self.average, limit) else reader
            for reader in self.readers
        )

    def queries(self, terms: Sequence[str], expansions: Expansions = NO_EXPANSIONS) -> list[Terms]:
        """For each reader the terms and behind them their expansions."""
        if not expansions:
            return self._in_readers(self.held(terms))
        own = [expansions.get(term, ()) for term in terms]
        held = self.held([*terms, *chain.from_iterable(own)])
        weights, end = [bm25.idf(term.documents, self.documents) for term in held], len(terms)
        for number, of_term in enumerate(own):
            begin, end = end, end + len(of_term)
            if of_term:
                count = held[number].documents + sum(expansion.documents for expansion in held[begin:end])
                weights[number] = bm25.idf(min(self.documents, count), self.documents)
                weights[begin:end] = [bm25.EXPANSION * weights[number]] * len(of_term)
        queries = [query.copy() for query in self._in_readers(held)]
        for query in queries:
            query["weight"] = weights
        return queries

    def _in_readers(self, held: Sequence["_Held"]) -> list[Terms]:
        parts = zip(*[term.in_readers for term in held], strict=True)
        return [np.frombuffer(b"".join(of_reader), TERM) for of_reader in parts]

    def held(self, terms: Sequence[str]) -> list["_Held"]:
        """What the readers hold of each term."""
        found = list(map(self._held.get, terms))
        if None not in found:
            return cast(list[_Held], found)
        learned = self._look_up(list({term for term, held in zip(terms, found, strict=True) if held is None}))
        if len(self._held) > _KEPT_TERMS:
            self._held.clear()
        self._held.update(learned)
        return [held or learned[term] for term, held in zip(terms, found, strict=True)]

    def _look_up(self, terms: Sequence[str]) -> dict[str, "_Held"]:
        hashes = term_hashes(terms)
        found = [reader.look_up(hashes) for reader in self.readers]
        learned = {}
        for number, term in enumerate(terms):
            documents = sum(counts[number] for _, counts in found)
            weight = bm25.idf(documents, self.documents)
            learned[term] = _Held(documents, [_TERM.pack(rows[number], weight) for rows, _ in found])
        return learned


class _Held(NamedTuple):
    """The number of documents that hold a term, and for each reader the bytes of its TERM."""

    documents: int
    in_readers: Sequence[bytes]


class SegmentedIndex:
    """Answers from segments. `publish` and `compact` may run beside searches: they swap one reference.

    The file holds many segments of similar size. In memory they are merged into one large reader and a few small ones
    of later additions: each reader costs a search of its own, and bounds are tighter over one.
    """

    # `publish` merges up to this many postings by itself, in about 3 ms; larger merges are left to `compact`.
    _at_once = 200_000

    def __init__(self) -> None:
        self._snapshot = _Snapshot()
        self._changing = threading.Lock()
        self._compacting = False

    def publish(self, segments: Iterable[bytes | mmap], removed: Iterable[int], after: int = -1) -> None:
        removed_ids = np.unique(np.fromiter(removed, np.int64))
        added = [SegmentReader.of(unpack(data).after(after)).delete(removed_ids) for data in segments]
        if added:
            added = [merge_readers(added)]
        with self._changing:
            readers = [*(reader.delete(removed_ids) for reader in self._snapshot.readers), *added]
            first = _first_to_merge(readers)
            tail = readers[first:]
            if len(tail) > 1 and not self._compacting and sum(reader.size for reader in tail) <= self._at_once:
                readers[first:] = [merge_readers(tail)]
            self._snapshot = _Snapshot.of(readers).with_impacts(self._at_once)

    def is_crowded(self) -> bool:
        """Whether `compact` would merge readers or make impacts anew."""
        return len(_to_change(self._snapshot)) > 0

    def compact(self) -> None:
        """Merge readers, which makes later searches faster; about a second for a hundred million postings.

        Impacts of a large reader that are outdated are made anew here too.
        """
        while self._compact_once():
            pass

    def _compact_once(self) -> bool:
        """Replace some readers by one; False when nothing is due or another thread does it."""
        with self._changing:
            before = self._snapshot
            replaced = _to_change(before)
            if self._compacting or not replaced:
                return False
            self._compacting = True
        try:
            merged = merge_readers(replaced).with_impacts(before.average)
        except BaseException:
            self._compacting = False
            raise
        with self._changing:
            # Meanwhile, `publish` may have added readers behind these and removed documents from these.
            now = self._snapshot.readers
            merged = merged.delete(_removed_since(replaced, now))
            kept = [reader for reader in now if not any(reader.segment is old.segment for old in replaced)]
            self._snapshot = _Snapshot.of(_by_passage([*kept, merged])).with_impacts(self._at_once)
            self._compacting = False
        return True

    def warm(self, code: Sequence[Path]) -> None:
        maxscore.load(code)

    def weights(self, terms: Iterable[str]) -> dict[str, float]:
        snapshot, terms = self._snapshot, list(terms)
        held = zip(terms, snapshot.held(terms), strict=True)
        return {term: bm25.idf(max(1, of_term.documents), snapshot.documents) for term, of_term in held}

    def newest(self, limit: int, filters: Filters) -> list[int]:
        return listing.newest(self._snapshot.readers, limit, filters)

    def passages_of(self, article_ids: Collection[int], limit: int, filters: Filters) -> list[int]:
        return listing.passages_of(self._snapshot.readers, article_ids, limit, filters)

    def search(self, terms: Sequence[str], k: int, filters: Filters, expansions: Expansions = NO_EXPANSIONS) -> Matches:
        snapshot = self._snapshot
        if k < 1 or not terms or not snapshot.readers:
            return NO_MATCHES
        queries = snapshot.queries(terms, expansions)
        if len(queries) == 1:
            return Matches(
                maxscore.find(snapshot.prepared[0], queries[0], k, 0.0, snapshot.readers[0].allowed(filters))
            )
        results, floor = list[NDArray[np.void]](), 0.0
        # The largest reader first: its k-th best score is the floor of the others.
        for number in sorted(range(len(queries)), key=lambda number: -snapshot.readers[number].size):
            allowed = snapshot.readers[number].allowed(filters)
            found = maxscore.find(snapshot.prepared[number], queries[number], k, floor, allowed)
            if len(found) == k:
                floor = max(floor, float(found["score"][-1]))
            results.append(found)
        together = np.concatenate(results)
        order = np.lexsort((together["passage_id"], -together["minute"], -together["score"]))
        return Matches(together[order[:k]])


def _first_to_merge(readers: Sequence[SegmentReader]) -> int:
    """The place of the first reader that should be merged with all behind it, by `_GROWTH`."""
    first, size = len(readers) - 1, readers[-1].size if readers else 0
    while first > 0 and readers[first - 1].size < _GROWTH * size:
        first -= 1
        size += readers[first].size
    return max(0, first)


def _by_passage(readers: Iterable[SegmentReader]) -> list[SegmentReader]:
    """The readers by ascending passage id; empty ones are left out."""
    return sorted((reader for reader in readers if reader.documents), key=lambda reader: reader.segment.passage_ids[0])


def _to_change(snapshot: _Snapshot) -> Sequence[SegmentReader]:
    """The readers that `compact` replaces by one: some to be merged, or one with outdated impacts."""
    tail = snapshot.readers[_first_to_merge(snapshot.readers) :]
    if len(tail) > 1:
        return tail
    return [reader for reader in snapshot.readers if reader.lacks_impacts(snapshot.average, reader.size)][:1]


def _removed_since(before: Sequence[SegmentReader], now: Sequence[SegmentReader]) -> NDArray[np.int64]:
    """The ids of the passages that these earlier readers held and the present ones do not."""
    readers = {id(reader.segment): reader for reader in now}
    removed = [np.empty(0, np.int64)]
    for old in before:
        new = readers.get(id(old.segment))
        flags = old.alive & ~new.alive if new else old.alive
        removed.append(old.segment.passage_ids[flags])
    return np.concatenate(removed)
