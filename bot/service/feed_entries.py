"""The entries of a feed that were taken, as small hashes, so that none is taken twice."""

import base64
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

_VERSION = 1
# Days for which an entry is remembered that the feed no longer has, and entries of one feed.
DAYS, MOST = 90, 100_000
_BYTES = 8


@dataclass(frozen=True, slots=True)
class Taken:
    """The keys of taken entries, each with the last day on which the feed had it, counted from 1970.

    `storing` are the keys of the batch that is being stored, `push` is the key of its receipt: after a kill the receipt
    says whether the batch is stored.
    """

    days: Mapping[int, int] = field(default_factory=dict)
    push: int | None = None
    storing: tuple[int, ...] = ()

    def begun(self, push: int, keys: Iterable[int]) -> "Taken":
        """The same, while this batch is being stored."""
        return replace(self, push=push, storing=tuple(keys))

    def stored(self, day: int) -> "Taken":
        """The same, with the batch."""
        return Taken(dict(self.days) | dict.fromkeys(self.storing, day))

    def given_up(self) -> "Taken":
        """The same without the batch, which is not stored."""
        return Taken(self.days)

    def seen(self, keys: Iterable[int], day: int) -> "Taken":
        """The same after the feed had these keys on this day, without those that it has not had for `DAYS`.

        At most `MOST` stay, the last seen ones.
        """
        days = dict(self.days) | {key: day for key in keys if key in self.days}
        kept = [(key, last) for key, last in days.items() if last > day - DAYS]
        kept = kept if len(kept) <= MOST else sorted(kept, key=lambda item: item[1])[-MOST:]
        return replace(self, days=dict(kept))


def to_row(taken: Taken) -> str:
    days: dict[int, bytearray] = {}
    for key, day in taken.days.items():
        days.setdefault(day, bytearray()).extend(key.to_bytes(_BYTES))
    packed = {str(day): base64.b64encode(keys).decode() for day, keys in days.items()}
    return json.dumps({"version": _VERSION, "days": packed, "push": taken.push, "storing": taken.storing})


def from_row(row: str | None) -> Taken:
    """What a row holds; nothing for a broken or missing row, so that the entries are looked at again."""
    try:
        fields = json.loads(row or "")
        if fields["version"] != _VERSION:
            return Taken()
        days: dict[int, int] = {}
        for day, packed in fields["days"].items():
            keys = base64.b64decode(packed)
            days |= {int.from_bytes(keys[at : at + _BYTES]): int(day) for at in range(0, len(keys), _BYTES)}
        push = fields["push"]
        return Taken(days, None if push is None else int(push), tuple(map(int, fields["storing"])))
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError):
        return Taken()
