"""The staff: who is an owner and who an editor, by their numbers."""

import asyncio
import json
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import TypeVar

from bot.service.memory import Memory
from bot.service.owner_link import OwnerLink
from retrieval.change import Actor, Change

# Editors have a button each in a message, which holds a hundred.
MOST_EDITORS = 50
_VERSION, _LONGEST_NAME = 1, 60
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Member:
    """A person of the staff. `by` added them; it is None for those of ADMIN_IDS, who are `is_set` and have no name."""

    number: int
    name: str = ""
    is_owner: bool = False
    is_set: bool = False
    by: Actor | None = None


class Staff:
    """The owners and the editors; an owner is an editor too.

    The people of ADMIN_IDS are owners. All others are rows of the file, and in memory, where the event loop reads them
    without waiting. Rows that another process changes count from the next start on, or from the next `refresh`: over a
    search server `SearchService.follow` refreshes some seconds after the change.
    """

    def __init__(
        self, memory: Memory, writing: Executor, admin_ids: Iterable[int] = (), link: OwnerLink | None = None
    ) -> None:
        """Read the rows. Changes are written in a thread of `writing`, one after the other. Raises StoreError."""
        self._memory, self._writing = memory, writing
        self._set = {number: Member(number, is_owner=True, is_set=True) for number in admin_ids}
        self.link = link or OwnerLink()
        self._load()

    def is_owner(self, number: int) -> bool:
        member = self.member(number)
        return member is not None and member.is_owner

    def is_editor(self, number: int) -> bool:
        return self.member(number) is not None

    def member(self, number: int) -> Member | None:
        """The person of this number; None for a stranger."""
        return self._members.get(number)

    def members(self) -> list[Member]:
        """All of the staff: owners first, those of ADMIN_IDS before the others."""
        return sorted(self._members.values(), key=lambda one: (not one.is_owner, not one.is_set, one.number))

    def has_owner(self) -> bool:
        return any(member.is_owner for member in self._members.values())

    # Changes, each with its entry in the journal. The caller asks first who may make them.

    async def refresh(self) -> None:
        """Read the rows again. Raises StoreError."""
        await self._run(self._load)

    async def add(self, number: int, name: str, by: Actor) -> bool:
        """Make a person an editor; False for one who is of the staff already, and stays as they are.

        Raises FullError and StoreError.
        """
        return await self._run(self._add, Member(number, _tidy(name), by=by), "editor_added")

    async def own(self, parameter: str, person: Actor) -> bool:
        """Make a person an owner by the parameter of the one-time link; False when it is not valid (any more).

        Raises StoreError; a new start makes another link then.
        """
        if person.number is None or not self.link.take(parameter):
            return False
        await self._run(self._add, Member(person.number, _tidy(person.name), is_owner=True, by=person), "owner_added")
        return True

    async def remove(self, number: int, by: Actor) -> Member | None:
        """Take a person off the staff; the member that they were, None for a stranger or one of ADMIN_IDS.

        Raises StoreError.
        """
        return await self._run(self._remove, number, by)

    def _load(self) -> None:
        rows = (_from_row(number, row) for number, row in self._memory.staff.items())
        self._keep({member.number: member for member in rows if member})

    def _keep(self, stored: Mapping[int, Member]) -> None:
        # One assignment: the event loop reads meanwhile.
        self._stored, self._members = stored, {**stored, **self._set}

    def _add(self, member: Member, what: str) -> bool:
        if self._memory.sharing.is_shared:
            self._load()
        known = self._members.get(member.number)
        if known is not None and known.is_owner >= member.is_owner:
            return False
        if not member.is_owner and len(self._stored) >= MOST_EDITORS:
            raise FullError
        with self._memory.write():
            self._memory.staff.put(member.number, _to_row(member))
            self._memory.journal.append(_change(what, member, member.by))
        self._keep({**self._stored, member.number: member})
        return True

    def _remove(self, number: int, by: Actor) -> Member | None:
        if self._memory.sharing.is_shared:
            self._load()
        member = self._members.get(number)
        if member is None or member.is_set:
            return None
        with self._memory.write():
            self._memory.staff.delete(number)
            self._memory.journal.append(_change("owner_removed" if member.is_owner else "editor_removed", member, by))
        self._keep({known: other for known, other in self._stored.items() if known != number})
        return member

    async def _run(self, function: Callable[..., _T], *arguments: object) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._writing, function, *arguments)


class FullError(Exception):
    """There are `MOST_EDITORS` already."""


def _change(what: str, member: Member, by: Actor | None) -> Change:
    return Change(by or Actor(""), what, note=f"{member.number} {member.name}".strip())


def _tidy(name: str) -> str:
    return " ".join(name.split())[:_LONGEST_NAME]


def _to_row(member: Member) -> str:
    by = member.by or Actor("")
    return json.dumps({"version": _VERSION, "name": member.name, "is_owner": member.is_owner, "by": [*by]})


def _from_row(number: int, row: str) -> Member | None:
    """The member of a row; None for a broken row, and for one of a later version."""
    try:
        fields = json.loads(row)
        if fields["version"] != _VERSION:
            return None
        by_name, by_number = fields["by"]
        by = Actor(str(by_name), None if by_number is None else int(by_number))
        return Member(number, _tidy(str(fields["name"])), is_owner=fields["is_owner"] is True, by=by)
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return None
