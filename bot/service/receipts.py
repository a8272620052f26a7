"""Receipts of changes: the plain facts that a change stores in its own transaction, and their rows.

A reply is rendered from a receipt when it is sent, never inside the transaction. Telegram may deliver an update a
second time: the stored receipt then answers it, and the change is not made again.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from bot.service import push_summary
from bot.service.push_summary import PushSummary
from retrieval.store.errors import StoreError

_VERSION = 1
REPEATED = "这一改动已经由另一个进程做好。"
# Characters of a title: a card shows fewer.
_LONGEST_TITLE = 200


@dataclass(frozen=True, slots=True)
class Removal:
    """The articles that were taken down, by number and title, and the numbers that no article had."""

    removed: tuple[tuple[int, str], ...]
    missing: tuple[int, ...]

    @classmethod
    def of(cls, removed: Sequence[tuple[int, str]], missing: Sequence[int]) -> "Removal":
        return cls(
            tuple((number, " ".join(title.split())[:_LONGEST_TITLE]) for number, title in removed), tuple(missing)
        )


class RepeatedError(StoreError):
    """Another process has made the change of this update, which was delivered to both; nothing was changed again."""

    def __init__(self) -> None:
        super().__init__(REPEATED)


# A string is a card in HTML: versions before 0.2 stored the rendered reply.
Receipt = PushSummary | Removal | str


def to_row(receipt: PushSummary | Removal) -> str:
    if isinstance(receipt, PushSummary):
        return receipt.to_row()
    return json.dumps({"version": _VERSION, "removed": receipt.removed, "missing": receipt.missing})


def from_row(row: str) -> Receipt | None:
    """The receipt of a row; None for a broken row, and for a row of a later version."""
    if not row.startswith("{"):  # as every row of JSON does, and no rendered card
        return row
    return _removal(row) or push_summary.from_row(row)


def _removal(row: str) -> Removal | None:
    try:
        fields = json.loads(row)
        if fields["version"] != _VERSION:
            return None
        removed = tuple((int(number), str(title)) for number, title in fields["removed"])
        return Removal(removed, tuple(map(int, fields["missing"])))
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return None
