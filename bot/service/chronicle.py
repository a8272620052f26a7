"""The record of changes: entries of the journal with titles, and the versions of an article with what followed them."""

from collections.abc import Mapping
from dataclasses import dataclass

from retrieval.article import Article
from retrieval.catalogue import Catalogue
from retrieval.change import Entry, Version

_LARGEST_NUMBER = 2**63 - 1  # of SQLite


@dataclass(frozen=True, slots=True)
class Log:
    """Entries, the newest first, and the titles of the first article that each touches, of those that are stored.

    `has_newer` and `has_older` say whether there are others around them.
    """

    entries: list[Entry]
    titles: Mapping[int, str]
    has_newer: bool
    has_older: bool


@dataclass(frozen=True, slots=True)
class Former:
    """A former version; what the article was `after` it, None when it was removed; and the entry that changed it."""

    version: Version
    after: Article | None
    entry: Entry | None


@dataclass(frozen=True, slots=True)
class History:
    """The former versions of an article, the oldest first, and the stored one, None when it was removed."""

    former: list[Former]
    stored: Article | None


class Chronicle:
    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def log(self, limit: int, before: int | None = None) -> Log:
        """The last entries, at most `limit`; those before the number `before`, if it is given."""
        more = self._catalogue.journal(limit + 1, before)
        entries = more[:limit]
        newest = self._catalogue.journal(1)
        numbers = {touch.article for entry in entries for touch in entry.touched[:1]}
        return Log(
            entries,
            self._catalogue.titles(numbers),
            has_newer=bool(entries) and newest[0].id > entries[0].id,
            has_older=len(more) > limit,
        )

    def history(self, number: int) -> History | None:
        """The former and the present states of an article; None when no article ever had this number."""
        if not 0 <= number <= _LARGEST_NUMBER:
            return None
        versions, stored = self._catalogue.versions(number), self._catalogue.article(number)
        if not versions and stored is None:
            return None
        following = [*(version.article for version in versions), stored][1:]
        return History(
            [
                Former(version, after, self._catalogue.entry(version.entry) if version.entry else None)
                for version, after in zip(versions, following, strict=True)
            ],
            stored,
        )
