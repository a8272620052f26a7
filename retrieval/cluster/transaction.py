"""What one transaction has read ahead and will write: documents that are found before the server has them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Set
from typing import Any, NamedTuple

Body = dict[str, Any]


class Key(NamedTuple):
    """A document: its index, its kind, and its number."""

    index_name: str
    kind: str
    number: int

    @property
    def id(self) -> str:
        """The id of the document in its index."""
        return f"{self.kind}-{self.number}"


class Transaction:
    """The state as the transaction leaves it, and the documents that it writes; a body that is None deletes."""

    def __init__(self, state: dict[str, Any]) -> None:
        self.state = state
        # Whether the state is to be stored although no document is written.
        self.changed = False
        # Documents by kind, field and value, that were looked for before they are asked for.
        self.expected: dict[tuple[str, str], dict[Any, list[Body]]] = {}
        # Documents that were read, None for one that is not there: nobody changes them meanwhile.
        self.read: dict[Key, Body | None] = {}
        self._written: dict[Key, tuple[str, Body | None]] = {}
        self._numbers: defaultdict[str, set[int]] = defaultdict(set)
        # Keys of the written documents by kind, field and value, for the fields that were asked for.
        self._holding: dict[tuple[str, str], defaultdict[Any, dict[Key, None]]] = {}

    def number(self, kind: str) -> int:
        """The next number of a kind; no number is given twice."""
        number: int = self.state["last"].get(kind, 0) + 1
        self.state["last"][kind] = number
        self.changed = True
        return number

    def write(self, key: Key, routing: str, body: Body | None) -> None:
        """Put or, with None, delete a document when the transaction ends; `routing` chooses its shard."""
        for (kind, field), holding in self._holding.items():
            former = self._written.get(key, ("", None))[1]
            for value in values(former, field) if former and former["kind"] == kind else ():
                holding[value].pop(key, None)
            for value in values(body, field) if body and body["kind"] == kind else ():
                holding[value][key] = None
        self._written[key] = routing, body
        self._numbers[key.kind].add(key.number)

    def touched(self, kind: str) -> Set[int]:
        """The numbers of all documents of a kind that the transaction puts or deletes."""
        return self._numbers.get(kind, frozenset())

    def body(self, key: Key) -> Body | None:
        """What the transaction puts under this key; None when it deletes it, or leaves it alone."""
        return self._written.get(key, ("", None))[1]

    def holding(self, kind: str, field: str, wanted: Iterable[Any]) -> Iterator[tuple[Any, Body]]:
        """Each of these values with each document of a kind that the transaction puts and whose field has it."""
        if (kind, field) not in self._holding:
            holding = self._holding[kind, field] = defaultdict[Any, dict[Key, None]](dict)
            for key, (_, body) in self._written.items():
                for value in values(body, field) if body and body["kind"] == kind else ():
                    holding[value][key] = None
        holding = self._holding[kind, field]
        for value in wanted:
            for key in holding.get(value, ()):
                if (body := self.body(key)) is not None:
                    yield value, body

    def puts(self, kind: str) -> list[Body]:
        """All documents of a kind that the transaction puts."""
        return [body for _, body in self._written.values() if body and body["kind"] == kind]

    def operations(self) -> list[tuple[str, str, str, Body | None]]:
        """Index, id, routing and body of each document that is put or deleted."""
        return [(key.index_name, key.id, routing, body) for key, (routing, body) in self._written.items()]


def values(body: Body | None, field: str) -> Collection[Any]:
    """The values of a field: those of a list, the one of a single value, none of a field that is missing."""
    value = body.get(field) if body else None
    return value if isinstance(value, list) else () if value is None else (value,)
