"""Requests to a search server and its responses: their parts, and their JSON."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

Json = Mapping[str, Any]
Parameters = Mapping[str, str | int | bool]
OK = frozenset((200, 201))
# Bytes of one bulk request, at the end of which each shard writes to its disk once.
_BULK_BYTES = 2 << 20
_OF_COPIES = ("_search", "_mget", "_count")
_READS = ("_search", "_msearch", "_mget", "_count")  # these change nothing, although they are sent by POST


@dataclass(frozen=True, slots=True)
class Response:
    """The status of a response, or of an item of a bulk response, and its JSON object; {} if it has no body."""

    status: int
    body: dict[str, Any]


class Place(NamedTuple):
    """Which state of a document was read or stored. A conditional write fails when the document has moved since."""

    sequence: int
    term: int

    @classmethod
    def of(cls, answer: Json) -> "Place":
        """The place of the document that an answer gives, or says to be stored."""
        return cls(answer["_seq_no"], answer["_primary_term"])

    @property
    def condition(self) -> dict[str, int]:
        """The parameters of a conditional write."""
        return {"if_seq_no": self.sequence, "if_primary_term": self.term}


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it is sent; a response whose status is in `ok` is a success."""

    method: str
    path: str
    content: bytes | None
    kind: str
    params: Mapping[str, str]
    ok: frozenset[int]
    repeat: bool
    attempt: float

    @property
    def reads(self) -> bool:
        """Whether the request changes nothing."""
        return self.method in ("GET", "HEAD") or (self.method == "POST" and self.path.rpartition("/")[2] in _READS)

    @property
    def preferring_own(self) -> "Request":
        """The request such that the node answers from its own copies where it has some.

        A node asks the others in turn, otherwise, and waits for one that hangs.
        """
        last = self.path.rpartition("/")[2]
        if last in _OF_COPIES or (self.method == "GET" and "/_doc/" in self.path):
            return replace(self, params={**self.params, "preference": "_local"})
        return self


@dataclass(frozen=True, slots=True)
class Operation:
    """A write of a bulk request.

    `action` is index, create, update or delete; `target` has `_index`, `_id` and other parameters of the action;
    `source` is the document, None for delete.
    """

    action: str
    target: Json
    source: Json | None = None

    def packed(self) -> bytes:
        """The lines of the operation in the body of a bulk request."""
        action = line({self.action: self.target})
        return action if self.source is None else action + line(self.source)


def line(value: Json) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def texts(params: Parameters | None) -> dict[str, str]:
    return {name: str(v).lower() if isinstance(v, bool) else str(v) for name, v in (params or {}).items()}


def runs(packed: Sequence[bytes], numbers: Sequence[int]) -> Iterator[list[int]]:
    """The numbers in runs of about _BULK_BYTES; a larger operation is a run of its own."""
    run: list[int] = []
    size = 0
    for number in numbers:
        if run and size + len(packed[number]) > _BULK_BYTES:
            yield run
            run, size = [], 0
        run.append(number)
        size += len(packed[number])
    if run:
        yield run


def is_one_request(operations: Iterable[Operation]) -> bool:
    """Whether `Client.bulk` sends these operations in one request."""
    size = 0
    for operation in operations:
        size += len(operation.packed())
        if size > _BULK_BYTES:
            return False
    return True


def json_object(content: bytes) -> dict[str, Any] | None:
    """The JSON object of a body; {} for an empty one, None for anything else."""
    if not content:
        return {}
    try:
        value = json.loads(content)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None
