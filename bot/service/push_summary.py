"""What became of a push so far? Counts and the first few names, of the same size however much is pushed."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from retrieval.engine import Outcome
from retrieval.intake import Refusal

_VERSION = 1
# Articles and refusals that a card names, and characters of each name, item and reason: a card shows fewer.
MOST_NAMED = 10
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Tally:
    """The items of a push that are done, in the order in which they were read."""

    added: int = 0
    updated: int = 0
    duplicates: int = 0
    refused: int = 0
    # Number and title of the first articles; the first refusals.
    first: tuple[tuple[int, str], ...] = ()
    refusals: tuple[Refusal, ...] = ()
    # The last article, with all that is known of it; not after a restart.
    last: Outcome | None = None

    @property
    def articles(self) -> int:
        return self.added + self.updated + self.duplicates

    @property
    def items(self) -> int:
        return self.articles + self.refused

    def plus(self, found: Sequence[Outcome | Refusal]) -> "Tally":
        """With what became of further items."""
        outcomes = [one for one in found if isinstance(one, Outcome)]
        refusals = [one for one in found if isinstance(one, Refusal)]
        kinds = Counter(one.outcome for one in outcomes)
        first = [(one.id, one.article.title[:_LONGEST]) for one in outcomes[:MOST_NAMED]]
        told = [Refusal(one.item[:_LONGEST], one.reason[:_LONGEST]) for one in refusals[:MOST_NAMED]]
        return replace(
            self,
            added=self.added + kinds["added"],
            updated=self.updated + kinds["updated"],
            duplicates=self.duplicates + kinds["duplicate"],
            refused=self.refused + len(refusals),
            first=(*self.first, *first)[:MOST_NAMED],
            refusals=(*self.refusals, *told)[:MOST_NAMED],
            last=outcomes[-1] if outcomes else self.last,
        )

    def written(self) -> str:
        """The row that `read` makes the same tally of, but for the last article."""
        counts = (self.added, self.updated, self.duplicates, self.refused)
        refusals = [(one.item, one.reason) for one in self.refusals]
        return json.dumps({"version": _VERSION, "counts": counts, "first": self.first, "refusals": refusals})


NOTHING = Tally()


def read(row: str | None) -> Tally:
    """The tally of a row; that of nothing when there is none, for a broken one, and one of another version."""
    try:
        fields = json.loads(row or "{}")
        if fields["version"] != _VERSION:
            return NOTHING
        first = tuple((int(number), str(title)) for number, title in fields["first"])
        added, updated, duplicates, refused = map(int, fields["counts"])
        refusals = tuple(Refusal(str(item), str(reason)) for item, reason in fields["refusals"])
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return NOTHING
    return Tally(added, updated, duplicates, refused, first, refusals)
