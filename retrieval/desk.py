"""The editor's desk: corrections, merges, and changes that are taken back."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import NamedTuple, Never, TypeVar

from retrieval.archive import Archive, Batch
from retrieval.article import Article
from retrieval.change import Change, Entry, Touch
from retrieval.indexing.preparation import BATCH, updated
from retrieval.store.errors import ConflictError

_T = TypeVar("_T")
# Hours after which a change can no longer be taken back.
UNDO_HOURS = 24
# A correction or a merge that meets another change is worked out anew, at most so often.
_TRIES = 3


class Edited(NamedTuple):
    """An article before and after a correction; the same when nothing was to be changed."""

    before: Article
    after: Article


@dataclass(frozen=True, slots=True)
class Undone:
    """The outcome of taking back a change.

    `status` is "done", "unknown" (no such change, or its versions were dropped), "late", "already" (taken back before),
    or "changed": the articles `since` were changed again, and nothing was done. `entry` is the change itself, or the
    one that took it back before.
    """

    status: str
    entry: Entry | None = None
    returned: tuple[int, ...] = ()
    removed: tuple[int, ...] = ()
    since: tuple[int, ...] = ()


class Desk:
    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    def edit(
        self, number: int, edit: Callable[[Article], Article], change: Change, record: Callable[[Edited], None]
    ) -> Edited | None:
        """Correct an article; None when there is none of this number. Raises StoreError.

        `record` is called inside the transaction; it is not called when nothing is to be changed.
        """

        def correct() -> Edited | None:
            before = self._archive.article(number)
            if before is None:
                return None
            edited = Edited(before, replace(edit(before), id=number))
            if edited.before != edited.after:
                self._put([edited.after], replace(change, expected={number: before}), partial(record, edited))
            return edited

        return _tried(correct)

    def merge(self, kept: int, other: int, change: Change, record: Callable[[Edited], None]) -> Edited | None:
        """Make one article of two: `kept` gets the text and the fields of `other`, which is removed.

        Fields that `other` lacks keep their values. None when one of them is not stored, or both are the same.
        """

        def join() -> Edited | None:
            before, correction = self._archive.article(kept), self._archive.article(other)
            if before is None or correction is None or kept == other:
                return None
            edited = Edited(before, updated(before, correction))
            both = replace(change, removes=(other,), expected={kept: before})
            self._put([edited.after], both, partial(record, edited))
            return edited

        return _tried(join)

    def undo(self, change: Change, record: Callable[[Undone], None], *, anyway: bool = False) -> Undone:
        """Take back the change whose key `change.undoes` names. `record` is called inside the transaction.

        Articles that were changed again since then keep the whole change from being taken back, except `anyway`.
        """
        assert change.undoes is not None, "the caller says what is undone"
        entries = self._archive.entries(change.undoes)
        if not entries:
            return Undone("unknown")
        if (again := self._archive.undone(change.undoes)) is not None:
            return Undone("already", again)
        if is_late(entries[-1]):
            return Undone("late", entries[-1])
        first, last = _extremes(entries)
        stored = {number: self._archive.article(number) for number in first}
        versions = self._archive.last_versions(list(first))
        since = tuple(
            number for number, touch in last.items() if self._has_moved(touch, stored[number], versions.get(number))
        )
        if since and not anyway:
            return Undone("changed", entries[-1], since=since)
        returned: list[Article] = []
        removed: list[int] = []
        for number, touch in first.items():
            if touch.what == "added":
                removed += [number] if stored[number] is not None else []
                continue
            # An update and a removal keep what was before as the version that they name.
            former = self._archive.version(touch.version) if touch.version is not None else None
            if former is not None:
                returned.append(former)
            elif stored[number] is not None:
                return Undone("unknown", entries[-1])
        if not returned and all(touch.what == "removed" for touch in first.values()):
            return Undone("unknown", entries[-1])  # all of them were erased
        undone = Undone("done", entries[-1], tuple(article.id or 0 for article in returned), tuple(removed))
        change = replace(change, expected={number: stored[number] for number in undone.returned})
        self._take_back(change, removed, returned, partial(record, undone))
        return undone

    def _take_back(
        self, change: Change, removed: Sequence[int], returned: Sequence[Article], record: Callable[[], None]
    ) -> None:
        """Remove and return articles, a batch in a transaction: other writers wait for one at most.

        The last transaction alone says that the change is taken back, so that it can be tried again after a kill.
        """
        before = replace(change, undoes=None)
        for numbers in _batches(removed)[:-1] if not returned else _batches(removed):
            self._put([], replace(before, removes=numbers), _nothing)
        for articles in _batches(returned)[:-1]:
            self._put(articles, before, _nothing)
        if returned:
            self._put(_batches(returned)[-1], change, record)
        else:
            self._put([], replace(change, removes=_batches(removed)[-1] if removed else ()), record)

    def _has_moved(self, touch: Touch, stored: Article | None, version: int | None) -> bool:
        """Whether an article reads otherwise than after this touch. An added one that is gone needs no removal."""
        if stored is None or touch.what == "removed":
            return (stored is None) != (touch.what == "removed") and touch.what != "added"
        if version == touch.version:
            return False
        # The next version has what the touch left. Changes that were taken back lead to the same words.
        later = (former for former in self._archive.versions(touch.article) if former.id > (touch.version or 0))
        following = next(later, None)
        return following is None or following.article != stored

    def _put(self, articles: Sequence[Article], change: Change, record: Callable[[], None]) -> None:
        batches: list[Batch[Never]] = self._archive.prepare_together(articles, exact=True)
        self._archive.write(batches, lambda _: record(), change)


def _tried(work: Callable[[], _T]) -> _T:
    """What `work` gives, which is tried anew when another change came first, at most so often. Raises ConflictError."""
    for _ in range(_TRIES - 1):
        with suppress(ConflictError):
            return work()
    return work()


def is_late(entry: Entry) -> bool:
    """Whether the change of an entry can no longer be taken back."""
    return datetime.now(UTC) - datetime.fromisoformat(entry.at) > timedelta(hours=UNDO_HOURS)


def _extremes(entries: Sequence[Entry]) -> tuple[dict[int, Touch], dict[int, Touch]]:
    """The first and the last touch of each article."""
    first: dict[int, Touch] = {}
    last: dict[int, Touch] = {}
    for touch in (touch for entry in entries for touch in entry.touched):
        first.setdefault(touch.article, touch)
        last[touch.article] = touch
    return first, last


def _batches(items: Sequence[_T]) -> list[Sequence[_T]]:
    return [items[start : start + BATCH] for start in range(0, len(items), BATCH)]


def _nothing() -> None:
    """Record nothing."""
