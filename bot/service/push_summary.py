"""Summary of a push: counts, the first names, and the last article; of the same size however much is pushed."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bot.words.editors import withheld
from retrieval.engine import Outcome
from retrieval.intake import Refusal

_VERSION = 1
# Articles and refusals that a card names, and characters of each name, item and reason: a card shows fewer.
MOST_NAMED = 10
# Notes about stored articles that a card shows.
_MOST_NOTES = 3
_LONGEST = 200
# Characters of a text and of the address of the last article. A card links no address of more than 1000.
_LONGEST_TEXT, _LONGEST_URL = 400, 1_001
_TEXTS = ("title", "source", "author", "published", "url")
_COUNTS = ("number", "paragraphs", "headings", "characters")
_OUTCOMES = ("added", "updated", "duplicate")


@dataclass(frozen=True, slots=True)
class ArticleFacts:
    """The fields of one article that its card shows."""

    number: int
    outcome: str
    title: str
    source: str | None
    author: str | None
    published: str | None
    url: str | None
    paragraphs: int
    headings: int
    characters: int

    @classmethod
    def of(cls, outcome: Outcome) -> "ArticleFacts":
        article = outcome.article
        return cls(
            number=outcome.id,
            outcome=outcome.outcome,
            title=" ".join(article.title.split())[:_LONGEST_TEXT],
            source=article.source and article.source[:_LONGEST_TEXT],
            author=article.author and article.author[:_LONGEST_TEXT],
            published=article.published,
            url=article.url and article.url[:_LONGEST_URL],
            paragraphs=len(article.paragraphs),
            headings=len(article.headings),
            characters=sum(len(paragraph.text) for paragraph in article.paragraphs),
        )

    @classmethod
    def read(cls, fields: Any) -> "ArticleFacts":
        """The facts of a row. Raises ValueError, TypeError or KeyError when these are no facts."""
        if fields["outcome"] not in _OUTCOMES or not isinstance(fields["title"], str):
            raise ValueError(fields)
        texts: dict[str, Any] = {name: fields[name] and str(fields[name]) for name in _TEXTS}
        counts: dict[str, Any] = {name: int(fields[name]) for name in _COUNTS}
        return cls(outcome=fields["outcome"], **texts, **counts)


@dataclass(frozen=True, slots=True)
class PushSummary:
    """The items of a push that are done, in the order in which they were read."""

    added: int = 0
    updated: int = 0
    duplicates: int = 0
    refused: int = 0
    # Number and title of the first articles; the first refusals.
    first: tuple[tuple[int, str], ...] = ()
    refusals: tuple[Refusal, ...] = ()
    last: ArticleFacts | None = None
    # The first added articles whose texts nearly equal those of stored ones: the numbers of both.
    near: tuple[tuple[int, int], ...] = ()
    # How many of the refused articles were removed before.
    withheld: int = 0
    # The first sentences about what was not understood of stored articles, and how many there are.
    notes: tuple[str, ...] = ()
    noted: int = 0

    @property
    def articles(self) -> int:
        return self.added + self.updated + self.duplicates

    @property
    def items(self) -> int:
        return self.articles + self.refused

    def plus(self, items: Sequence[Outcome | Refusal]) -> "PushSummary":
        """The summary with further items."""
        stored = [item for item in items if isinstance(item, Outcome) and item.outcome != "withheld"]
        refusals = [_refusal(item) for item in items if not isinstance(item, Outcome) or item.outcome == "withheld"]
        kinds = Counter(item.outcome for item in items if isinstance(item, Outcome))
        notes = [note for outcome in stored for note in outcome.article.notes]
        return self.joined(
            PushSummary(
                added=kinds["added"],
                updated=kinds["updated"],
                duplicates=kinds["duplicate"],
                refused=len(refusals),
                first=tuple((outcome.id, outcome.article.title[:_LONGEST]) for outcome in stored[:MOST_NAMED]),
                refusals=tuple(refusals[:MOST_NAMED]),
                last=ArticleFacts.of(stored[-1]) if stored else None,
                near=tuple((outcome.id, outcome.near) for outcome in stored if outcome.near is not None)[:MOST_NAMED],
                withheld=kinds["withheld"],
                notes=tuple(note[:_LONGEST] for note in notes[:_MOST_NOTES]),
                noted=len(notes),
            )
        )

    def joined(self, following: "PushSummary") -> "PushSummary":
        """The summary of both pushes."""
        return PushSummary(
            added=self.added + following.added,
            updated=self.updated + following.updated,
            duplicates=self.duplicates + following.duplicates,
            refused=self.refused + following.refused,
            first=(*self.first, *following.first)[:MOST_NAMED],
            refusals=(*self.refusals, *following.refusals)[:MOST_NAMED],
            last=following.last or self.last,
            near=(*self.near, *following.near)[:MOST_NAMED],
            withheld=self.withheld + following.withheld,
            notes=(*self.notes, *following.notes)[:_MOST_NOTES],
            noted=self.noted + following.noted,
        )

    def to_row(self) -> str:
        """JSON of a bounded size, from which `from_row` makes the same summary."""
        fields = {
            "version": _VERSION,
            "counts": (self.added, self.updated, self.duplicates, self.refused),
            "first": self.first,
            "refusals": [(refusal.item, refusal.reason) for refusal in self.refusals],
            "last": asdict(self.last) if self.last else None,
            "near": self.near,
            "withheld": self.withheld,
            "notes": self.notes,
            "noted": self.noted,
        }
        return json.dumps(fields)


EMPTY = PushSummary()


def _refusal(item: Outcome | Refusal) -> Refusal:
    """Why an item was not stored, of a bounded size."""
    if isinstance(item, Outcome):
        item = Refusal(item.article.title, withheld(item.id, item.by))
    return Refusal(item.item[:_LONGEST], item.reason[:_LONGEST])


def from_row(row: str) -> PushSummary | None:
    """The summary of a row; None for a broken row, and for a row of another version.

    `last` is missing from the rows of versions before 0.2, which are read all the same.
    """
    try:
        fields = json.loads(row)
        if fields["version"] != _VERSION:
            return None
        first = tuple((int(number), str(title)) for number, title in fields["first"])
        added, updated, duplicates, refused = map(int, fields["counts"])
        refusals = tuple(Refusal(str(item), str(reason)) for item, reason in fields["refusals"])
        last = ArticleFacts.read(fields["last"]) if fields.get("last") else None
        # Rows before 2026-11-27 have none of these.
        near = tuple((int(number), int(other)) for number, other in fields.get("near", ()))
        withheld = int(fields.get("withheld", 0))
        notes, noted = tuple(map(str, fields.get("notes", ()))), int(fields.get("noted", 0))
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return None
    return PushSummary(added, updated, duplicates, refused, first, refusals, last, near, withheld, notes, noted)
