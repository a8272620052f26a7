"""The protocol of an index, and the values that it takes and returns."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from mmap import mmap
from pathlib import Path
from typing import NamedTuple, Protocol, overload

import numpy as np
from numpy.typing import NDArray

_DAY = 24 * 60
# For a term, other terms that count as it, but less: 最高人民法院 for 法院.
Expansions = Mapping[str, Sequence[str]]
NO_EXPANSIONS: Expansions = {}


@dataclass(frozen=True, slots=True)
class Document:
    """A passage as the index sees it: term frequencies, and the fields that filters and the order of ties read."""

    passage_id: int
    article_id: int
    terms: Mapping[str, int]
    published: str | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Filters:
    """Conditions that a document must pass to be found.

    `since` and `until` are days, both inclusive: an undated document fails either. `source` matches any part of a
    document's source, after folding; one of several names, separated by 、, is enough. `include_ids` names the only
    articles that may be found; `exclude_ids` names articles that are left out. The conditions of `within` hold as well:
    those of a group, whatever a question names.
    """

    since: date | None = None
    until: date | None = None
    source: str | None = None
    exclude_ids: frozenset[int] = frozenset()
    include_ids: frozenset[int] | None = None
    within: "Filters | None" = None


class Match(NamedTuple):
    """A found document: its BM25 score, and the score of its article as one document of all its passages."""

    passage_id: int
    score: float
    article_score: float


# The fields of a match, and the minute of its publication by `minute_of`.
MATCH = np.dtype([("passage_id", np.int64), ("score", np.float64), ("article_score", np.float64), ("minute", np.int64)])


class Matches(Sequence[Match]):
    """Found documents in their order, kept in an array of MATCH; a `Match` is made of one when it is asked for."""

    __slots__ = ("_found",)

    def __init__(self, found: NDArray[np.void]) -> None:
        self._found = found

    @classmethod
    def of(cls, found: Iterable[tuple[int, float, float, int]]) -> "Matches":
        """Of the fields of each match, in their order."""
        return cls(np.array(list(found), MATCH))

    @property
    def passage_ids(self) -> list[int]:
        ids: list[int] = self._found["passage_id"].tolist()
        return ids

    def __len__(self) -> int:
        return len(self._found)

    def __iter__(self) -> Iterator[Match]:
        return (Match(*found[:3]) for found in self._found.tolist())

    @overload
    def __getitem__(self, place: int) -> Match: ...
    @overload
    def __getitem__(self, place: slice) -> "Matches": ...
    def __getitem__(self, place: int | slice) -> "Match | Matches":
        found = self._found[place]
        return Matches(found) if isinstance(place, slice) else Match(*found.tolist()[:3])


NO_MATCHES = Matches(np.empty(0, MATCH))


class Index(Protocol):
    """Finds passages by their terms, in segments that `retrieval.index.segment` makes. It stores no postings itself."""

    def publish(self, segments: Iterable[bytes | mmap], removed: Iterable[int], after: int = -1) -> None:
        """Add committed segments and remove passages, for every search that begins afterwards.

        Only passages with a number above `after` are added from the segments. The others were published before, from
        segments that have been merged since.
        """
        ...

    def is_crowded(self) -> bool:
        """Whether `compact` would make later searches faster."""
        ...

    def compact(self) -> None:
        """Rearrange postings in memory for faster searches; results stay the same. Any other call may run beside it."""
        ...

    def warm(self, code: Sequence[Path]) -> None:
        """Do now what the first search would otherwise wait for. Compiled code may be cached in these folders."""
        ...

    def search(self, terms: Sequence[str], k: int, filters: Filters, expansions: Expansions = NO_EXPANSIONS) -> Matches:
        """The k best documents that hold any of the terms, best first; equal scores newest first, then lowest id.

        A term's `expansions` are asked for as well. Each weighs `bm25.EXPANSION` times the idf that the term would have
        if every document with an expansion held it. Scores are sums in float64, of the terms in their order, then of
        the expansions; a term given twice counts twice. Fewer than k when fewer match, none for k < 1.
        """
        ...

    def newest(self, limit: int, filters: Filters) -> list[int]:
        """The first passage of each of the newest articles that pass, at most `limit`, newest first.

        Of articles of one minute that with the highest number comes first; undated ones come last.
        """
        ...

    def passages_of(self, article_ids: Collection[int], limit: int, filters: Filters) -> list[int]:
        """The passages, at most `limit`, of those of the articles that pass.

        Article by article in the order of `newest`, the passages of each in ascending order.
        """
        ...

    def weights(self, terms: Iterable[str]) -> dict[str, float]:
        """The idf of each term in the published segments; a term in no document counts as if one held it."""
        ...


def minute_of(published: str | None) -> int:
    """A sortable number of minutes for `YYYY-MM-DD` (its first minute) or `YYYY-MM-DD HH:MM`; 0 for None."""
    if published is None:
        return 0
    moment = datetime.fromisoformat(published)
    return first_minute(moment.date()) + moment.hour * 60 + moment.minute


def first_minute(day: date) -> int:
    """The first minute of a day, in the numbers of `minute_of`."""
    return day.toordinal() * _DAY


def last_minute(day: date) -> int:
    """The last minute of a day, in the numbers of `minute_of`."""
    return first_minute(day) + _DAY - 1
