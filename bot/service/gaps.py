"""Gaps: questions that found nothing, or whose answer a reader disliked. Nothing tells who asked them."""

import asyncio
import hashlib
import json
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import TypeVar

from bot.service.memory import Memory
from retrieval.engine import Result, SearchEngine
from retrieval.store.errors import StoreError
from retrieval.text.folding import printable, squeeze

# Days for which a gap is kept after it was last asked, and the most rows.
DAYS, MOST = 30, 2000
_VERSION = 1
_LONGEST = 200
# Gaps that one person may add to on one day, so that nobody fills the table; people of a day who count.
_MOST_OF_ONE, _MOST_PEOPLE = 50, 10_000
# Two questions are alike when they share this part of the terms that either has: 深圳停课 and 深圳台风停课 share two of
# three, 北京天气 and 上海天气 one of three.
_LIKE = 0.6
# Gaps that one look at the list searches for again, at some 20 ms each.
_MOST_SEARCHED = 30
_T = TypeVar("_T")
_Asked = TypeVar("_Asked", "Gap", "Group")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Gap:
    """A question as it was first written, the ISO days of its first and last time, and the number of times.

    `known` is the last passage at the time when a reader disliked the answer: only a later one closes the gap. It is
    None for a question that found nothing, which any plain answer closes.
    """

    number: int
    question: str
    first: str
    last: str
    count: int
    known: int | None = None

    def is_closed_by(self, result: Result) -> bool:
        """Whether a result answers the question plainly, with an article that is new to it."""
        if result.status != "answered" or not result.hits:
            return False
        return self.known is None or result.hits[0].passage.id > self.known


@dataclass(frozen=True, slots=True)
class Group:
    """Gaps that ask for about the same, the most asked first."""

    gaps: tuple[Gap, ...]

    @property
    def count(self) -> int:
        return sum(gap.count for gap in self.gaps)

    @property
    def last(self) -> str:
        return max(gap.last for gap in self.gaps)


class Gaps:
    """The gaps of the file. A person counts once a day for each of them.

    Who has asked today is known in memory only. A restart forgets it, so that a person may count twice on that day;
    in return the file holds nothing about people, not even a hash.
    """

    def __init__(
        self,
        engine: SearchEngine,
        memory: Memory,
        reading: ThreadPoolExecutor,
        noting: ThreadPoolExecutor,
        search: Callable[[str, date], Awaitable[Result | None]],
        later: Callable[[Callable[[], None]], object] | None = None,
    ) -> None:
        """`search` is that of `SearchService.search_aside`.

        `later` passes a function to a thread that writes; by default the one of notes.
        """
        self._later = later or noting.submit
        self._engine, self._memory = engine, memory
        self._reading, self._noting, self._search = reading, noting, search
        self._day, self._asked = date.min, defaultdict[int, set[int]](set)
        # The generation at which a gap was searched for again, in vain.
        self._searched: dict[int, int] = {}

    def note(self, question: str, person: int, today: date, *, is_disliked: bool = False) -> None:
        """Count a question in vain, soon and in another thread. `person` is not stored."""
        number = number_of(question)
        if number is not None and self._counts(number, person, today):
            self._later(lambda: self._note(number, question, today.isoformat(), is_disliked))

    def _counts(self, number: int, person: int, today: date) -> bool:
        if today != self._day:
            self._day, self._asked = today, defaultdict(set)
        if person not in self._asked and len(self._asked) >= _MOST_PEOPLE:
            return False
        own = self._asked[person]
        if number in own or len(own) >= _MOST_OF_ONE:
            return False
        own.add(number)
        return True

    def _note(self, number: int, question: str, today: str, is_disliked: bool) -> None:
        try:
            with self._memory.write():
                before = from_row(number, self._memory.gaps.value(number) or "")
                gap = before or Gap(number, _cut(question), today, today, 0)
                known = self._engine.archive.last_passage() if is_disliked else gap.known
                gap = replace(gap, last=today, count=gap.count + 1, known=known)
                self._memory.gaps.put(number, to_row(gap))
                self._memory.gaps.delete_oldest(days=DAYS, most=MOST, limit=1)
        except StoreError as error:
            _log.warning("%s", error)  # one question less on a list

    async def find(self, number: int) -> Gap | None:
        """The gap of this number; None when it is no longer one."""
        row = await _run(self._reading, self._memory.gaps.value, number)
        return from_row(number, row or "")

    async def count(self) -> int:
        return len(await _run(self._reading, self._all))

    async def groups(self) -> list[Group]:
        """All gaps, those that are alike together: the most asked group first, of equals the last asked one."""

        def read() -> list[Group]:
            return grouped(self._all(), self._engine.terms)

        return await _run(self._reading, read)

    async def open_groups(self, first: int, generation: int, today: date) -> list[Group]:
        """The groups, after the articles that have come have closed gaps from the place `first` on.

        At most `_MOST_SEARCHED` gaps are searched for, each once for each generation of the articles; none while
        readers wait for the search.
        """
        groups = await self.groups()
        closed = list[int]()
        gaps = [gap for group in groups[first:] for gap in group.gaps]
        unknown = [gap for gap in gaps if self._searched.get(gap.number) != generation]
        for gap in unknown[:_MOST_SEARCHED]:
            result = await self._search(gap.question, today)
            if result is None:
                break
            self._searched[gap.number] = generation
            if gap.is_closed_by(result):
                closed.append(gap.number)
        if not closed:
            return groups
        await self.drop(closed)
        return await self.groups()

    async def drop(self, numbers: Collection[int]) -> None:
        """Forget these gaps. Raises StoreError."""

        def write() -> None:
            with self._memory.write():
                for number in numbers:
                    self._memory.gaps.delete(number)

        for number in numbers:
            self._searched.pop(number, None)
        await _run(self._noting, write)

    def _all(self) -> list[Gap]:
        rows = self._memory.gaps.items()
        return [gap for number, row in rows if (gap := from_row(number, row))]


def could_be_answered(result: Result) -> bool:
    """Whether an article could have answered a question: not one without a word, nor one for a day's news."""
    is_browsing = result.scope is not None and not result.scope.rest
    return result.reason != "no_terms" and not is_browsing


def grouped(gaps: Iterable[Gap], terms_of: Callable[[str], Collection[str]]) -> list[Group]:
    """Gaps in groups: each joins the first group whose most asked question is like it, or begins one."""
    members = list[list[Gap]]()
    leading = list[Collection[str]]()
    by_term = defaultdict[str, list[int]](list)
    for gap in _in_order(gaps):
        terms = terms_of(gap.question)
        near = sorted({place for term in terms for place in by_term[term]})
        place = next((place for place in near if are_alike(terms, leading[place])), None)
        if place is not None:
            members[place].append(gap)
            continue
        for term in terms:
            by_term[term].append(len(members))
        members.append([gap])
        leading.append(terms)
    return _in_order(Group(tuple(gaps)) for gaps in members)


def are_alike(terms: Collection[str], others: Collection[str]) -> bool:
    one, other = set(terms), set(others)
    return len(one & other) >= _LIKE * len(one | other)


def number_of(question: str) -> int | None:
    """The number of a question's gap: equal for the same letters in either script. None without letters.

    It is a hash of the part that is kept, so that it can be worked out from the question that a list shows.
    """
    letters = squeeze(_cut(question))
    digest = hashlib.blake2b(letters.encode(), digest_size=8).digest()
    return int.from_bytes(digest) >> 1 if letters else None


def to_row(gap: Gap) -> str:
    fields = asdict(gap)
    del fields["number"]
    return json.dumps({"version": _VERSION, **fields})  # escapes half a character, which SQLite does not store


def from_row(number: int, row: str) -> Gap | None:
    """The gap of a row; None for a broken row, and for a row of a later version."""
    try:
        fields = json.loads(row)
        json.dumps(fields, ensure_ascii=False).encode()  # half a character can't be sent
        if fields.pop("version") != _VERSION:
            return None
        known = fields["known"]
        return Gap(
            number,
            str(fields["question"]),
            date.fromisoformat(fields["first"]).isoformat(),
            date.fromisoformat(fields["last"]).isoformat(),
            int(fields["count"]),
            None if known is None else int(known),
        )
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError, AttributeError):
        return None


def _cut(question: str) -> str:
    return " ".join(printable(question).split())[:_LONGEST]


def _in_order(things: Iterable[_Asked]) -> list[_Asked]:
    """The most asked first, of equals the last asked one."""
    return sorted(sorted(things, key=lambda one: one.last, reverse=True), key=lambda one: one.count, reverse=True)


async def _run(executor: ThreadPoolExecutor, function: Callable[..., _T], *arguments: object) -> _T:
    return await asyncio.get_running_loop().run_in_executor(executor, function, *arguments)
