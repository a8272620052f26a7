"""The log of an archive in a search server: how processes change it one after the other, all of a change or nothing.

* **Entry.** All documents that a transaction writes stand in the head (`head.py`), which is stored on condition that it
  is the one that the transaction began with. That commits the transaction. When the head has moved meanwhile, nothing
  is changed.
* **Apply.** The documents are put into their indices with the number of the entry as their version, which the server
  takes only when it is higher than the one that it has. An entry that is applied again, late or by two processes,
  gives the same documents.
* **Settle.** The state is stored, which questions read, and the head lets go of the documents. The next writer waits
  until then, and applies and settles what a killed one has left.
* **Claim.** A writer may put its token into the head before it begins, so that others wait for it as well. A claim or
  an entry that does not move for some seconds is taken over: its process was killed or stands still.
"""

import copy
import random
import threading
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from retrieval.cluster.client import Client
from retrieval.cluster.errors import BehindError, OvertakenError
from retrieval.cluster.head import Ends, Head
from retrieval.cluster.indices import Names
from retrieval.cluster.message import Operation, is_one_request
from retrieval.cluster.transaction import Body, Transaction
from retrieval.store.errors import BUSY_SECONDS, StoreError

# Seconds after which a head that does not move is taken over. A transaction takes a tenth of a second; one that is
# slower and loses its claim commits all the same when no other has committed meanwhile.
_ABANDONED = 10.0
_PAUSES = 0.005, 0.03
_REFRESH_PAUSE = 0.5
# A copy whose node has just been lost may not be refreshed: the server strikes it off within some seconds.
_LOOKS = 20
# Seconds for letting the head go after an error: a server that takes no writes has cost enough of them.
_LETTING_GO = 2.0
# Tokens of the last entries, by which a writer tells that an entry whose answer was lost is stored.
_TOKENS = 50


@dataclass(slots=True)
class _Turn:
    """The head that a transaction has read or moved itself, its token, and since when, by the monotonic clock."""

    head: Head
    token: str
    since: float


class Log:
    """One transaction at a time in each process, and by the head in all."""

    def __init__(self, client: Client, names: Names) -> None:
        self._client, self._ends = client, Ends(client, names.log)
        self.create, self.state, self.latest = self._ends.create, self._ends.state, self._ends.latest
        self._own = threading.local()
        self._one = threading.Lock()

    @property
    def transaction(self) -> Transaction | None:
        """The transaction of the calling thread."""
        return getattr(self._own, "transaction", None)

    def is_settled(self) -> bool:
        """Whether the last entry is applied."""
        return self._ends.head().is_settled

    @contextmanager
    def unclaimed(self) -> Iterator[None]:
        """Let the transactions of the calling thread claim nothing until the block ends.

        They take less time, and are overtaken by those that take still less.
        """
        self._own.is_unclaimed = True
        try:
            yield
        finally:
            self._own.is_unclaimed = False

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
            # All that the transaction reads comes from one node.
            with self._client.sender.pinned():
                turn = self._turn(uuid.uuid4().hex)
                self._own.transaction = transaction = Transaction(copy.deepcopy(turn.head.body["state"]))
                self._own.turn = turn
                try:
                    yield transaction
                except BaseException as error:
                    if self._was_overtaken(turn) and isinstance(error, Exception):
                        raise OvertakenError from error
                    raise
                finally:
                    self._own.transaction = self._own.turn = None
            if (entry := self._commit(turn, transaction)) is None:
                return
            try:
                self._apply(entry)
            except StoreError as error:
                raise StoreError(f"改动已经写下，搜索服务器恢复以后才能查到。{error}") from error
            with suppress(StoreError):  # the next writer applies the entry once more, and goes on
                self._ends.settle(entry, owner="")

    def keep(self) -> None:
        """Tell other writers that the running transaction, if the thread has one, goes on."""
        turn: _Turn | None = getattr(self._own, "turn", None)
        if turn is None or time.monotonic() - turn.since < _ABANDONED / 4:
            return
        # Without the claim the transaction goes on all the same, and may be overtaken when it commits.
        if (head := self._ends.put(turn.head.body | {"owner": turn.token}, turn.head)) is not None:
            turn.head, turn.since = head, time.monotonic()

    def finish(self) -> None:
        """Apply the entry of a process that was killed before it had."""
        with self.write():
            pass

    # The turn of a transaction

    def _turn(self, token: str) -> _Turn:
        """Wait for the others, and pin a node that has all that they have applied."""
        if getattr(self._own, "is_unclaimed", False):
            with suppress(BehindError):
                head = self._ends.latest_head()
                if head.is_free:
                    return _Turn(head, token, time.monotonic())
        turn = _Turn(self._claim(token), token, time.monotonic())
        try:
            self._ends.pin_claimed(token)
            if not turn.head.is_settled:
                self._apply(turn.head)
                turn.head = self._settle_claimed(turn)
        except BaseException:
            self._was_overtaken(turn)
            raise
        return turn

    def _claim(self, token: str) -> Head:
        seen, since, end = None, time.monotonic(), time.monotonic() + BUSY_SECONDS
        while True:
            head = self._ends.head()
            now = time.monotonic()
            if head.place != seen:
                seen, since = head.place, now
            if head.is_free or now - since > _ABANDONED:
                if (claimed := self._ends.put(head.body | {"owner": token}, head)) is not None:
                    return claimed
                head = self._ends.head()
                if head.owner == token:  # the first try was carried out, and its answer was lost
                    return head
            if now > end:
                raise StoreError(f"搜索服务器里的文章被另一个进程占用超过 {BUSY_SECONDS} 秒，没有改动，请稍后再试。")
            time.sleep(random.uniform(*_PAUSES))
            if not head.is_settled:
                self._wait_for(head, min(end, since + _ABANDONED))

    def _wait_for(self, entry: Head, end: float) -> None:
        """Wait until another process has applied an entry. The head is long until then, and the state is short."""
        while self.state()["applied"] < entry.position and time.monotonic() < end:
            time.sleep(random.uniform(*_PAUSES))

    def _settle_claimed(self, turn: _Turn) -> Head:
        """Settle the entry that another process has left, and keep the claim."""
        head = self._ends.settle(turn.head, owner=turn.token) or self._ends.head()
        if not head.is_settled or head.owner != turn.token:
            raise OvertakenError
        return head

    def _was_overtaken(self, turn: _Turn) -> bool:
        """End a transaction after an error; whether the error may come from old copies that it has read."""
        with suppress(StoreError):
            return not self._let_go(turn, _LETTING_GO)
        return False

    def _let_go(self, turn: _Turn, seconds: float | None = None) -> bool:
        """Move the head without an entry, and end the claim; False when an unclaimed transaction was overtaken."""
        if self._ends.put(turn.head.body | {"owner": ""}, turn.head, seconds) is not None:
            return True
        stored = self._ends.head()
        if stored.owner == turn.token:
            self._ends.put(stored.body | {"owner": ""}, stored, seconds)
        return bool(turn.head.owner)

    # The entry

    def _commit(self, turn: _Turn, transaction: Transaction) -> Head | None:
        """Store the entry; None when nothing is left to apply. Raises OvertakenError when the head has moved."""
        head, operations = turn.head, transaction.operations()
        if not operations and not transaction.changed:
            if not self._let_go(turn):
                raise OvertakenError
            return None
        state = transaction.state | {"applied": head.position + 1}
        tokens = [*head.body["tokens"], turn.token][-_TOKENS:]
        entry: Body = {"owner": "", "tokens": tokens, "state": state, "operations": operations}
        try:
            stored = self._ends.put(entry, head)
        except BaseException:
            # The request may be carried out later, unless the head moves before.
            with suppress(StoreError):
                self._let_go(turn, _LETTING_GO)
            raise
        if stored is not None:
            return stored
        stored = self._ends.head()
        if turn.token not in stored.body["tokens"]:
            raise OvertakenError
        # The first try was carried out, and its answer was lost.
        return stored if stored.position == state["applied"] and not stored.is_settled else None

    def _apply(self, entry: Head) -> None:
        """Put the documents of an entry into their indices, and let searches find them."""
        operations, as_of = list[Operation](), {"version": entry.position, "version_type": "external"}
        for index, document, routing, body in entry.body["operations"]:
            target = as_of | {"_index": index, "_id": document, "routing": routing}
            operations.append(Operation("delete" if body is None else "index", target, body))
        if not operations:
            return
        # The documents of an article are on one shard and appear together, but the first of several requests would
        # show a part of them.
        shows = is_one_request(operations)
        # 409: the document has this version already. 404: it is deleted already.
        self._client.bulk(operations, {"refresh": shows}, ok=(200, 201, 404, 409))
        if not shows:
            self._refresh(sorted({str(operation.target["_index"]) for operation in operations}))

    def _refresh(self, indices: Sequence[str]) -> None:
        for _ in range(_LOOKS):
            refreshed = self._client.request("POST", f"/{','.join(indices)}/_refresh").body
            if not refreshed["_shards"]["failed"]:
                return
            time.sleep(_REFRESH_PAUSE)
        raise StoreError("搜索服务器有一个分片没有刷新；请用 check 检查（见 docs/cluster.md）。")
