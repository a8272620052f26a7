"""A feed that is polled: its address, what its server said last, and how regularly it spoke."""

import enum
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from bot.service.push_summary import PushSummary

_VERSION = 1
# Characters of a title and of a reason.
_LONGEST = 200
_CODES = ("new", "same", "failed", "ended")


class Trouble(enum.StrEnum):
    """What is wrong with a feed, so that owners must know."""

    NONE = ""
    SILENT = "silent"
    FAILING = "failing"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of the entries of a poll."""

    added: int = 0
    updated: int = 0
    duplicates: int = 0
    refused: int = 0

    def plus(self, summary: PushSummary) -> "Counts":
        return Counts(
            self.added + summary.added,
            self.updated + summary.updated,
            self.duplicates + summary.duplicates,
            self.refused + summary.refused,
        )


@dataclass(frozen=True, slots=True)
class LastPoll:
    """What the last poll came to: `code` is new, same, failed or ended; `reason` is a sentence about a failure.

    `entries` are those of the feed, `left` those of them that a later poll takes.
    """

    code: str
    at: int
    reason: str = ""
    counts: Counts = Counts()
    entries: int = 0
    left: int = 0


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed under its number. All moments are seconds since 1970; 0 means never.

    `is_full` is whether the pages of the entries are read, None until the first entries decide that. `minutes` is the
    pace that the feed names itself. `etag`, `modified` and `digest` belong to the file that the last poll read whole.
    Until `claimed_until` one process polls the feed. `days` are the last days with new entries, counted from 1970.
    `told` is the trouble that the owners know of.
    """

    number: int
    address: str
    title: str = ""
    is_full: bool | None = None
    minutes: int | None = None
    etag: str = ""
    modified: str = ""
    digest: str = ""
    next_at: int = 0
    claimed_until: int = 0
    failures: int = 0
    first_failure_at: int = 0
    last_new_at: int = 0
    days: tuple[int, ...] = ()
    has_ended: bool = False
    told: Trouble = Trouble.NONE
    last: LastPoll | None = None

    @property
    def left(self) -> int:
        return self.last.left if self.last else 0

    @property
    def name(self) -> str:
        return self.title or self.address


def to_row(feed: Feed) -> str:
    fields = asdict(replace(feed, title=feed.title[:_LONGEST]))
    del fields["number"]
    return json.dumps({"version": _VERSION, **fields})  # escapes half a character, which SQLite does not store


def from_row(number: int, row: str) -> Feed | None:
    """The feed of a row; None for a broken row, and for one of a later version."""
    try:
        fields = json.loads(row)
        if fields["version"] != _VERSION:
            return None
        texts: dict[str, Any] = {name: str(fields[name]) for name in ("address", "title", "etag", "modified", "digest")}
        moments = ("next_at", "claimed_until", "failures", "first_failure_at", "last_new_at")
        numbers: dict[str, Any] = {name: int(fields[name]) for name in moments}
        return Feed(
            number=number,
            **texts,
            **numbers,
            minutes=None if fields["minutes"] is None else int(fields["minutes"]),
            is_full=None if fields["is_full"] is None else bool(fields["is_full"]),
            days=tuple(map(int, fields["days"])),
            has_ended=bool(fields["has_ended"]),
            told=Trouble(fields["told"]),
            last=_last(fields["last"]),
        )
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return None


def _last(fields: Mapping[str, Any] | None) -> LastPoll | None:
    if fields is None:
        return None
    if fields["code"] not in _CODES:
        raise ValueError(fields)
    counts = Counts(**{name: int(count) for name, count in fields["counts"].items()})
    return LastPoll(
        str(fields["code"]),
        int(fields["at"]),
        str(fields["reason"])[:_LONGEST],
        counts,
        int(fields["entries"]),
        int(fields["left"]),
    )
