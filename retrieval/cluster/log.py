"""The log of an archive in a search server: how processes change it one after the other, all of a change or nothing.

* **Claim.** A writer puts its token into the state, on condition that the state is the one it has read. Others wait. A
  claim that does not move for some seconds is taken over: its process was killed or stands still.
* **Entry.** All documents that a transaction writes stand in one document, the entry with the next number. Creating it
  (`op_type=create`) commits the transaction: a number is created once, whoever tries. A writer whose claim was taken
  over and whose number another has used has changed nothing.
* **Apply.** The documents are put into their indices with the number of the entry as their version, which the server
  takes only when it is higher than the one that it has. An entry that is applied again, late or by two processes,
  gives the same documents. The next writer applies the last entry when its process did not end with it.
* **State.** It names the last entry that is applied, and has what is counted: the generation, numbers, lengths.
"""

import copy
import random
import threading
import time
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple

from retrieval.cluster.client import Client
from retrieval.cluster.errors import BehindError, OvertakenError
from retrieval.cluster.indices import Names
from retrieval.cluster.message import Operation
from retrieval.cluster.transaction import Body, Transaction
from retrieval.store.errors import BUSY_SECONDS, StoreError

# Seconds after which a claim that does not move is taken over. A transaction takes a tenth of a second; one that is
# slower and loses its claim commits all the same when no other has committed meanwhile.
_ABANDONED = 10.0
_PAUSES = 0.005, 0.03
_REFRESH_PAUSE = 0.5
# Entries that stay after they were applied, to see what happened last.
_KEPT_ENTRIES = 100
# A copy of a shard may not have a document yet that another copy has refused to create again. One whose node has just
# been lost may not be refreshed: the server strikes it off within some seconds.
_LOOKS = 20
# Tokens of the last entries, by which a writer tells its own entry from one whose number was used and deleted since.
_TOKENS = 50

EMPTY: Body = {
    "applied": 0,
    "trimmed": 0,
    "owner": "",
    "generation": 0,
    "fingerprint": None,
    "signature_rules": None,
    "articles": 0,
    # Of the passages: how many, the sum of their lengths, and how many articles have one.
    "documents": 0,
    "length": 0,
    "with_documents": 0,
    # The highest number given, by kind.
    "last": {},
    # Of the last entries, the latest one last.
    "tokens": [],
}


class Place(NamedTuple):
    """Which state of the document was read; a conditional write names it."""

    sequence: int
    term: int


class _Claim(NamedTuple):
    """The state that was claimed, the token of the claim, where it stands, and since when by the monotonic clock."""

    state: Body
    token: str
    place: Place
    since: float


class Log:
    """The state and the entries; one transaction at a time in each process, and by the claim in all."""

    def __init__(self, client: Client, names: Names) -> None:
        self._client, self._index, self._state_path = client, names.log, f"/{names.log}/_doc/state"
        # The last entry that this process has seen applied.
        self._seen = -1
        self._own = threading.local()
        self._one = threading.Lock()

    @property
    def transaction(self) -> Transaction | None:
        """The transaction of the calling thread."""
        return getattr(self._own, "transaction", None)

    def state(self) -> Body:
        """The state that is stored: its counts are those of the last applied entry."""
        return self._read()[0]

    def latest(self) -> Body:
        """The state for a question, whose further requests go to the node that gave it: see `Sender.pin`.

        No node answers that has not yet what this process has seen applied.
        """
        seen = self._seen
        try:
            found = self._client.sender.pin(self._state_path, lambda document: _applied(document) >= seen)
        except BehindError:
            # The indices were restored from a snapshot.
            found = self._client.sender.pin(self._state_path, lambda _: True)
            self._seen = -1
        return self._known(found)[0]

    def create(self) -> None:
        """Store the first state, unless there is one: a server that takes no writes can still be asked."""
        if self._client.request("GET", self._state_path, ok=(200, 404)).status == 200:
            return
        self._client.request("PUT", f"/{self._index}/_create/state", {"token": "", "body": EMPTY}, ok=(201, 409))

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """A transaction of the calling thread: when the block ends, all that it wrote is stored and can be found.

        Inside another one of the same thread it is a part of that. Raises OvertakenError when another process was
        faster, and StoreError when the server cannot be reached: then nothing is stored, unless the sentence says so.
        """
        if (running := self.transaction) is not None:
            yield running
            return
        with self._one:
            token = uuid.uuid4().hex
            state, place = self._claim(token)
            try:
                # What the transaction reads comes from a node that has the claim, and so all that was applied before.
                with self._client.sender.pinned(self._state_path, lambda found: _owner(found) == token):
                    if (left := self._entry(state["applied"] + 1)) is not None:
                        self._apply(left)
                        state, place = self._settle(left, token, place, owner=token)
                    self._own.transaction = transaction = Transaction(copy.deepcopy(state))
                    self._own.claim = _Claim(state, token, place, time.monotonic())
                    try:
                        yield transaction
                    finally:
                        place = self._own.claim.place
                        self._own.transaction = self._own.claim = None
                if not (operations := transaction.operations()) and not transaction.changed:
                    self._release(state, token, place)
                    return
                entry = self._commit(transaction.state, operations, token)
            except BaseException:
                with suppress(StoreError):
                    self._release(state, token, place)
                raise
            try:
                self._apply(entry)
            except StoreError as error:
                raise StoreError(f"改动已经写下，搜索服务器恢复以后才能查到。{error}") from error
            with suppress(StoreError):  # the next writer applies the entry once more, and goes on
                self._settle(entry, token, place, owner="")

    def keep(self) -> None:
        """Tell the writers that wait for the running transaction, if the thread has one, that it goes on."""
        claim: _Claim | None = getattr(self._own, "claim", None)
        if claim is None or time.monotonic() - claim.since < _ABANDONED / 4:
            return
        # Without the claim the transaction goes on all the same, and may be overtaken when it commits.
        if (place := self._put(claim.state | {"owner": claim.token}, claim.place)) is not None:
            self._own.claim = claim._replace(place=place, since=time.monotonic())

    def finish(self) -> None:
        """Apply the entry of a process that was killed before it had, and forget old entries."""
        with self.write() as transaction:
            state = transaction.state
            last = max(0, state["applied"] - _KEPT_ENTRIES)
            if last <= state["trimmed"]:
                return
            old = range(state["trimmed"] + 1, last + 1)[:10_000]
            self._delete(old)
            state["trimmed"], transaction.changed = old[-1], True

    def forget_entries(self) -> None:
        """Delete all entries that are applied: they hold the words of the articles that they stored."""
        with self.write() as transaction:
            state = transaction.state
            self._delete(range(state["trimmed"] + 1, state["applied"] + 1))
            state["trimmed"], transaction.changed = state["applied"], True

    def is_settled(self) -> bool:
        """Whether every entry is applied."""
        return self._entry(self.state()["applied"] + 1) is None

    def _delete(self, numbers: Iterable[int]) -> None:
        old = [Operation("delete", {"_index": self._index, "_id": f"entry-{number}"}) for number in numbers]
        if old:
            self._client.bulk(old, ok=(200, 404))

    # The claim

    def _claim(self, token: str) -> tuple[Body, Place]:
        seen, since, end = None, time.monotonic(), time.monotonic() + BUSY_SECONDS
        while True:
            state, place = self._read()
            now = time.monotonic()
            if place != seen:
                seen, since = place, now
            if not state["owner"] or now - since > _ABANDONED:
                claimed = self._put(state | {"owner": token}, place)
                if claimed is not None:
                    return state, claimed
                state, place = self._read()
                if state["owner"] == token:  # the first try was carried out, and its answer was lost
                    return state | {"owner": ""}, place
            if now > end:
                raise StoreError(f"搜索服务器里的文章被另一个进程占用超过 {BUSY_SECONDS} 秒，没有改动，请稍后再试。")
            time.sleep(random.uniform(*_PAUSES))

    def _release(self, state: Body, token: str, place: Place) -> None:
        if self._put(state | {"owner": ""}, place) is None:
            stored, now = self._read()
            if stored["owner"] == token:
                self._put(stored | {"owner": ""}, now)

    # Entries

    def _commit(self, after: Body, operations: Sequence[Any], token: str) -> Body:
        """Store the entry with this state and these operations. Raises OvertakenError when its number was used."""
        position = after["applied"] + 1
        tokens = [*after.get("tokens", ()), token][-_TOKENS:]
        state = after | {"applied": position, "owner": "", "tokens": tokens}
        entry = {"token": token, "body": {"position": position, "state": state, "operations": operations}}
        path = f"/{self._index}/_create/entry-{position}"
        if self._client.request("PUT", path, entry, ok=(201, 409)).status == 409:
            for _ in range(_LOOKS):
                if (stored := self._entry(position)) is not None:
                    break
                time.sleep(_PAUSES[1])
            if stored is None or stored["token"] != token:
                raise OvertakenError
        # While this process stood still, others may have used the number and deleted the entry: it is this one's only
        # when it is not applied yet, or was applied by the next writer with this token.
        now = self.state()
        if now["applied"] >= position and token not in now.get("tokens", ()):
            self._delete([position])
            raise OvertakenError
        return entry

    def _entry(self, position: int) -> Body | None:
        found = self._client.request("GET", f"/{self._index}/_doc/entry-{position}", ok=(200, 404))
        return found.body["_source"] if found.status == 200 else None

    def _apply(self, entry: Body) -> None:
        """Put the documents of an entry into their indices, and let searches find them."""
        operations, as_of = list[Operation](), {"version": entry["body"]["position"], "version_type": "external"}
        for index, document, routing, body in entry["body"]["operations"]:
            target = as_of | {"_index": index, "_id": document, "routing": routing}
            operations.append(Operation("delete" if body is None else "index", target, body))
        if operations:
            # 409: the document has this version already. 404: it is deleted already.
            self._client.bulk(operations, ok=(200, 201, 404, 409))
            # At once for all: the documents of an article, which are on one shard, appear together.
            self._refresh(sorted({str(operation.target["_index"]) for operation in operations}))

    def _refresh(self, indices: Sequence[str]) -> None:
        for _ in range(_LOOKS):
            refreshed = self._client.request("POST", f"/{','.join(indices)}/_refresh").body
            if not refreshed["_shards"]["failed"]:
                return
            time.sleep(_REFRESH_PAUSE)
        raise StoreError("搜索服务器有一个分片没有刷新；请用 check 检查（见 docs/cluster.md）。")

    def _settle(self, entry: Body, token: str, place: Place, owner: str) -> tuple[Body, Place]:
        """Store the state of an applied entry; the state and its place."""
        state = entry["body"]["state"]
        if (now := self._put(state | {"owner": owner}, place)) is not None:
            return state, now
        stored, now = self._read()
        # The first try was carried out, and its answer was lost.
        if stored["applied"] >= state["applied"] and stored["owner"] in (owner, token):
            return state, now
        raise OvertakenError

    # The document of the state

    def _read(self) -> tuple[Body, Place]:
        return self._known(self._client.request("GET", self._state_path, ok=(200, 404)).body)

    def _known(self, found: Mapping[str, Any]) -> tuple[Body, Place]:
        if not found.get("found"):
            raise StoreError("搜索服务器里还没有文章；用 add 收录文章时会建立。")
        self._seen = max(self._seen, _applied(found))
        return found["_source"]["body"], Place(found["_seq_no"], found["_primary_term"])

    def _put(self, state: Body, place: Place) -> Place | None:
        """Store the state when `place` is still its place; its new place, None when it has moved."""
        condition = {"if_seq_no": place.sequence, "if_primary_term": place.term}
        put = self._client.request(
            "PUT", self._state_path, {"token": "", "body": state}, params=condition, ok=(200, 409)
        )
        if put.status != 200:
            return None
        self._seen = max(self._seen, state["applied"])
        return Place(put.body["_seq_no"], put.body["_primary_term"])


def _applied(found: Mapping[str, Any]) -> int:
    """The last applied entry of a document of the state; -1 when there is none."""
    return int(found["_source"]["body"]["applied"]) if found.get("found") else -1


def _owner(found: Mapping[str, Any]) -> str:
    return str(found["_source"]["body"]["owner"]) if found.get("found") else ""
