"""The two documents of the log of an archive in a search server: the head for writers, the state for readers.

The head holds the last entry: the state that a transaction leaves, and all documents that it writes until they are
applied. It is stored only in place of the one that was read (`if_seq_no`): of two writers one succeeds.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from retrieval.cluster.client import Client
from retrieval.cluster.errors import BehindError
from retrieval.cluster.message import Operation, Place
from retrieval.cluster.transaction import Body
from retrieval.store.errors import StoreError

EMPTY: Body = {
    # The number of the last entry.
    "applied": 0,
    "generation": 0,
    "fingerprint": None,
    "signature_rules": None,
    "articles": 0,
    # The number of passages, the sum of their lengths, and the number of articles that have passages.
    "documents": 0,
    "length": 0,
    "with_documents": 0,
    # Whether an article was ever removed: if not, no new one is compared with removed ones.
    "has_tombstones": False,
    # The highest number given, by kind.
    "last": {},
}
# `owner` is the token of the transaction that others wait for, `tokens` are those of the last entries, and `operations`
# the documents of the last entry, None when they are applied.
_FIRST: Body = {"owner": "", "tokens": [], "state": EMPTY, "operations": None}


class Head(NamedTuple):
    """The head as it was read or stored, and its place."""

    body: Body
    place: Place

    @classmethod
    def read(cls, found: Mapping[str, Any]) -> "Head":
        """The head of an answer. Raises StoreError when there is none."""
        _expect(found)
        return cls(found["_source"]["body"], Place.of(found))

    @property
    def position(self) -> int:
        """The number of the last entry."""
        return int(self.body["state"]["applied"])

    @property
    def owner(self) -> str:
        """The token of the transaction that has the claim; empty when none has."""
        return str(self.body["owner"])

    @property
    def is_settled(self) -> bool:
        """Whether the last entry is applied."""
        return self.body["operations"] is None

    @property
    def is_free(self) -> bool:
        """Whether nobody has to be waited for."""
        return self.is_settled and not self.owner


class Ends:
    """Reads and stores the two documents."""

    def __init__(self, client: Client, index_name: str) -> None:
        self._client, self._index_name = client, index_name
        self._head_path, self._state_path = (f"/{index_name}/_doc/{name}" for name in ("head", "state"))
        # The last entry that this process has seen applied.
        self._seen = -1

    def create(self) -> None:
        """Store the first ones, unless there are some: a server that takes no writes can still be asked."""
        if self._client.request("GET", self._head_path, ok=(200, 404)).status == 200:
            return
        head = Operation("create", {"_index": self._index_name, "_id": "head"}, _document(_FIRST))
        self._client.bulk([self._storing(EMPTY), head], ok=(200, 201, 409))

    def state(self) -> Body:
        """The state that is stored: its counts are those of the last applied entry."""
        return self._known(self._client.request("GET", self._state_path, ok=(200, 404)).body)

    def latest(self) -> Body:
        """The state for a question, whose further requests go to the node that gave it: see `Sender.pin`.

        No node answers that has not yet what this process has seen applied.
        """
        seen = self._seen
        try:
            found = self._client.sender.pin(self._state_path, lambda found: _applied(found) >= seen)
        except BehindError:
            # The indices were restored from a snapshot.
            found = self._client.sender.pin(self._state_path, lambda _: True)
            self._seen = -1
        return self._known(found)

    def head(self) -> Head:
        """The head that is stored."""
        return Head.read(self._client.request("GET", self._head_path, ok=(200, 404)).body)

    def latest_head(self) -> Head:
        """The head of a node that has what this process has seen applied, and that is pinned. Raises BehindError."""
        seen = self._seen
        return self._pinned(lambda head: head.position >= seen)

    def pin_claimed(self, token: str) -> None:
        """Pin a node that has the claim of this token, and so all that was applied before it. Raises BehindError."""
        self._pinned(lambda head: head.owner == token)

    def put(self, body: Body, head: Head, seconds: float | None = None) -> Head | None:
        """Store a head in place of this one, within some seconds; the new one, None when this one has moved."""
        put = self._client.request(
            "PUT", self._head_path, _document(body), params=head.place.condition, ok=(200, 409), total=seconds
        )
        return Head(body, Place.of(put.body)) if put.status == 200 else None

    def settle(self, entry: Head, owner: str) -> Head | None:
        """Store the state of an applied entry, and the head without its documents; None when the head has moved."""
        body = entry.body | {"owner": owner, "operations": None}
        head = Operation("index", {"_index": self._index_name, "_id": "head", **entry.place.condition}, _document(body))
        _, stored = self._client.bulk([self._storing(body["state"]), head], ok=(200, 201, 409))
        self._seen = max(self._seen, entry.position)
        return Head(body, Place.of(stored.body)) if stored.status != 409 else None

    def _pinned(self, shows: Callable[[Head], bool]) -> Head:
        return Head.read(
            self._client.sender.pin(self._head_path, lambda found: bool(found.get("found")) and shows(Head.read(found)))
        )

    def _storing(self, state: Body) -> Operation:
        """Store the state of an entry, unless that of a later one is stored."""
        version = {"version": state["applied"], "version_type": "external"}
        return Operation("index", {"_index": self._index_name, "_id": "state", **version}, _document(state))

    def _known(self, found: Mapping[str, Any]) -> Body:
        _expect(found)
        self._seen = max(self._seen, _applied(found))
        state: Body = found["_source"]["body"]
        return state


def _document(body: Body) -> Body:
    return {"token": "", "body": body}


def _applied(found: Mapping[str, Any]) -> int:
    """The last applied entry of a document of the state; -1 when there is none."""
    return int(found["_source"]["body"]["applied"]) if found.get("found") else -1


def _expect(found: Mapping[str, Any]) -> None:
    if not found.get("found"):
        raise StoreError("搜索服务器里还没有文章；用 add 收录文章时会建立。")
