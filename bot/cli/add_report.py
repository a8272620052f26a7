"""What the command `add` came to: its articles and refusals, for people and for programs."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from bot.cli import json_output, terminal
from bot.cli.repeated import Repeated
from bot.words import answers, editors, operators
from retrieval.engine import Outcome
from retrieval.intake import Refusal

# More than this many articles are not listed one by one.
_FEW = 20


class AddReport:
    """Outcomes and refusals in their order. Only `is_whole`, for an output as JSON, keeps more than a few outcomes.

    Of like refusals of the parts of one file, `refusals` holds the first few, and `rest` adds one for all others.
    """

    def __init__(self, *, is_whole: bool) -> None:
        self._is_whole = is_whole
        self._kinds: Counter[str] = Counter()
        self._outcomes: list[Outcome] = []
        self._nearly_same = 0
        self._alike, self._noted = Repeated(), Repeated()
        self.refused = 0
        self.refusals: list[Refusal] = []

    def note(self, batch: Sequence[Outcome | Refusal]) -> Iterator[str | None]:
        """Count what was stored: a sentence for a refusal and for a note of an article, None for each article.

        Sentences that a file repeats are left out after the first few.
        """
        for item in map(_withheld, batch):
            if isinstance(item, Refusal):
                self.refused += 1
                if self._alike.is_told(item.item, item.reason):
                    yield self._refuse(item)
                continue
            notes = (note for note in item.article.notes if self._noted.is_told(*_parted(note)))
            yield from map(terminal.strip_controls, notes)
            self._kinds[item.outcome] += 1
            self._nearly_same += item.near is not None
            if self._is_whole or len(self._outcomes) <= _FEW:
                self._outcomes.append(item)
            yield None

    @property
    def is_empty(self) -> bool:
        """Whether nothing was stored, and nothing was stored already."""
        return not self._outcomes

    @property
    def only(self) -> Outcome | None:
        """The outcome of the one article; None when none or several were stored."""
        return self._outcomes[0] if len(self._outcomes) == 1 else None

    @only.setter
    def only(self, outcome: Outcome) -> None:
        self._kinds, self._nearly_same = Counter([outcome.outcome]), int(outcome.near is not None)
        self._outcomes = [outcome]

    def rest(self) -> Iterator[str]:
        """A sentence for each kind of refusal and of note that `note` left out after the first few."""
        for file, count, note in self._noted.others():
            yield terminal.strip_controls(f"{operators.others(file, count)}：{note}")
        for file, count, reason in self._alike.others():
            yield self._refuse(Refusal(operators.others(file, count), reason))

    def _refuse(self, refusal: Refusal) -> str:
        self.refusals.append(refusal)
        # A name in a ZIP, or a title in a feed, may contain control sequences of a terminal.
        return terminal.strip_controls(editors.refused(refusal.item, refusal.reason))

    def counts(self) -> str:
        kinds = self._kinds
        return editors.counts(kinds["added"], kinds["updated"], kinds["duplicate"], self.refused)

    def fields(self) -> dict[str, Any]:
        """The object that other programs read."""
        return {
            "added": self._kinds["added"],
            "updated": self._kinds["updated"],
            "duplicates": self._kinds["duplicate"],
            "refused": [json_output.refusal(refusal) for refusal in self.refusals],
            "articles": [json_output.outcome(outcome) for outcome in self._outcomes],
        }

    def print_articles(self, today: date) -> None:
        """A line for each article, if they are few."""
        for outcome in self._outcomes if len(self._outcomes) <= _FEW else ():
            article = outcome.article
            facts = answers.source_line(article.source, article.published, today)
            print(terminal.strip_controls(operators.outcome(outcome.outcome, outcome.id, article.title, facts)))
            if outcome.near is not None:
                print(f"  {operators.near(outcome.id, outcome.near)}")

    def print_counts(self) -> None:
        print(self.counts())
        if self._nearly_same and len(self._outcomes) > _FEW:
            print(operators.nearly_same(self._nearly_same))


def _withheld(item: Outcome | Refusal) -> Outcome | Refusal:
    """An article that was removed before, as a refusal; any other item as it is."""
    if isinstance(item, Refusal) or item.outcome != "withheld":
        return item
    return Refusal(item.article.title, editors.withheld(item.id, item.by) + operators.AGAIN_HINT)


def _parted(note: str) -> tuple[str, str]:
    """The part of a file that a note names, and what it says about it."""
    item, _, what = note.partition("：")
    return item, what
