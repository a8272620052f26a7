"""Changes of articles: who makes one, what it does, and what is kept of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from retrieval.article import Article


class Actor(NamedTuple):
    """A person by name and number, or a program by its name alone."""

    name: str
    number: int | None = None


NOBODY = Actor("")


@dataclass(frozen=True, slots=True)
class Change:
    """What is known of a change beside the articles that it stores.

    Args:
        by: for the journal.
        what: the kind of the change, for the journal.
        key: the same in all transactions that are one change for a person, and undone together.
        undoes: the key of the change that this one takes back.
        note: for the journal; it may hold no words of an article.
        is_confirmed: whether articles are stored although they were removed before.
        removes: the numbers of articles that are removed in the same transaction, and may come back unnoticed.
        expected: what is stored, None for nothing, under the numbers of articles that are stored as they are.
    """

    by: Actor = NOBODY
    what: str = "add"
    key: int | None = None
    undoes: int | None = None
    note: str = ""
    is_confirmed: bool = False
    removes: Sequence[int] = ()
    expected: Mapping[int, Article | None] = field(default_factory=dict)


NO_CHANGE = Change()


class Touch(NamedTuple):
    """What a change did to one article: "added", "updated" or "removed".

    `version` is the number of the last version that the article has afterwards; None when it has none.
    """

    what: str
    article: int
    version: int | None


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the journal: the change of one transaction. `at` is a moment in UTC."""

    id: int
    at: str
    by: Actor
    what: str
    touched: tuple[Touch, ...]
    key: int | None
    undoes: int | None
    note: str


class Version(NamedTuple):
    """An article as it was until a moment in UTC, and the number of the journal's entry that changed it then."""

    id: int
    article: Article
    replaced: str
    entry: int | None


class Tombstone(NamedTuple):
    """The number of an article that was removed, by whom and when, in UTC."""

    article_id: int
    by: Actor
    at: str
