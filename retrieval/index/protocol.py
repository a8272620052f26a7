"""What does an index promise, whichever engine stands behind it?"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple, Protocol

_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Document:
    """What the index must know of a passage: its terms with their frequencies, and what filters and ties ask for."""

    passage_id: int
    article_id: int
    terms: Mapping[str, int]
    published: str | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Filters:
    """Conditions that a document must pass to be found.

    `since` and `until` are days, both inclusive: an undated document fails either. `source` matches any part of a
    document's source, after folding. `include_ids` names the only articles that may be found; `exclude_ids` names
    articles that are left out.
    """

    since: date | None = None
    until: date | None = None
    source: str | None = None
    exclude_ids: frozenset[int] = frozenset()
    include_ids: frozenset[int] | None = None


class Match(NamedTuple):
    """A document found: its BM25 score, and that of its whole article, the passages' term frequencies added up."""

    passage_id: int
    score: float
    article_score: float


class Index(Protocol):
    """Finds passages by their terms, in segments that `retrieval.index.segment` makes. Reads and writes no file."""

    def publish(self, segments: Iterable[bytes], removed: Iterable[int], after: int = -1) -> None:
        """Make committed segments searchable and these passages unfindable, for every search that begins afterwards.

        Of the segments, only passages with a number above `after` are new: others were published before, from segments
        that have been merged since.
        """
        ...

    def is_crowded(self) -> bool:
        """Whether `compact` would make later searches faster."""
        ...

    def compact(self) -> None:
        """Put in order what is in memory; what is found stays the same. It may run beside everything else."""
        ...

    def warm(self, code: Sequence[Path]) -> None:
        """Do at once what the first search would otherwise wait for. Compiled code may be kept in these folders."""
        ...

    def search(self, terms: Sequence[str], k: int, filters: Filters) -> list[Match]:
        """The k best documents that hold any of the terms, best first; equal scores newest first, then lowest id.

        Scores are sums in float64 in the order of `terms`; a term given twice counts twice. Fewer than k when fewer
        match, none for k < 1.
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

    def idf(self, term: str) -> float:
        """The term's weight in what is stored now; a term that no document holds weighs as if one did."""
        ...


def minute_of(published: str | None) -> int:
    """A sortable number for `YYYY-MM-DD` or `YYYY-MM-DD HH:MM`: minutes, a day being its first; 0 for None."""
    if published is None:
        return 0
    moment = datetime.fromisoformat(published)
    return first_minute(moment.date()) + moment.hour * 60 + moment.minute


def first_minute(day: date) -> int:
    """The number of a day's first minute; a day's last is this plus 1,439."""
    return day.toordinal() * _DAY


def last_minute(day: date) -> int:
    return first_minute(day) + _DAY - 1
