"""Requests to a search server: what they say and what comes back, an error with a sentence; `sender` sends them.

The program imports this module only when ARCHIVE_URL is set.
"""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import Self

from retrieval.cluster import errors
from retrieval.cluster.address import Address
from retrieval.cluster.errors import ClusterError
from retrieval.cluster.message import OK, Json, Operation, Parameters, Request, Response, line, runs, texts
from retrieval.cluster.sender import FIRST_PAUSE, USUAL, Sender, Timeouts, wait

SUPPORTED = ("2", "3")  # major versions
# How long the server itself waits for a missing shard or manager. Its defaults of a minute and half a minute would
# outlast the wait for an answer, and the error would not say what is missing.
SERVER_WAIT = "3s"


class Client:
    """A connection to a search server, which threads may share and processes may not."""

    def __init__(self, address: Address, ca: Path | None = None, timeout: Timeouts = USUAL) -> None:
        """`ca` is a PEM file with the certificates that are trusted instead of the usual ones.

        Nothing is sent yet. Raises ClusterError when `ca` can't be used.
        """
        self.address = address
        self.timeout = timeout
        self.sender = Sender(address, ca, timeout)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self.sender.close()

    def request(
        self,
        method: str,
        path: str,
        body: Json | Sequence[Json] | None = None,
        params: Parameters | None = None,
        ok: Collection[int] = OK,
        repeat: bool = True,
        total: float | None = None,
        attempt: float | None = None,
    ) -> Response:
        """The response of the first host that gives one whose status is in `ok`.

        A body that is a list is sent as NDJSON, a line an item. After a failed connection, a missing answer, 429, 502,
        503 or 504 the request is sent again to the next host, with growing pauses, until `total` seconds are over; with
        `repeat` False only when it has not reached a server. `total` and `attempt` default to those of `timeout`.

        Raises UnavailableError when no try succeeded in time, and ClusterError for another status.
        """
        content, kind = None, "application/json"
        if isinstance(body, Mapping):
            content = line(body)
        elif body is not None:
            content, kind = b"".join(map(line, body)), "application/x-ndjson"
        attempt = attempt or self.timeout.attempt
        sent = Request(method, path, content, kind, texts(params), frozenset(ok), repeat, attempt).preferring_own
        if total is None:
            total = self.timeout.reading if sent.reads else self.timeout.writing
        return self.sender.send(sent, monotonic() + total)

    def bulk(
        self,
        operations: Sequence[Operation],
        params: Parameters | None = None,
        ok: Collection[int] = OK,
        total: float | None = None,
        attempt: float | None = None,
    ) -> list[Response]:
        """Do the operations, in requests of about 2 MB, and return the item of each, in their order.

        Items that fail because a queue is full or a shard is missing are sent again, and only these, until no item has
        been done for `total` seconds. A try gets a second more for each 100 KB. An item may say in `_shards` that a
        replica has failed.

        Raises like `request`, for the first item whose status isn't in `ok`; the other items may have been done.
        """
        total = self.timeout.writing if total is None else total
        deadline = monotonic() + total
        named = {"timeout": SERVER_WAIT} | texts(params)
        packed = [operation.packed() for operation in operations]
        done: dict[int, Response] = {}
        pause = FIRST_PAUSE
        told: ClusterError | None = None
        while waiting := [number for number in range(len(packed)) if number not in done]:
            failure: ClusterError | None = None
            for run in runs(packed, waiting):
                content = b"".join(packed[number] for number in run)
                kind, seconds = "application/x-ndjson", (attempt or self.timeout.attempt) + len(content) / 100_000
                sent = Request("POST", "/_bulk", content, kind, named, OK, True, seconds)
                answer = self.sender.send(sent, deadline, told)
                for number, item in zip(run, answer.body["items"], strict=True):
                    [result] = item.values()
                    if result["status"] in ok:
                        done[number] = Response(result["status"], result)
                        deadline = monotonic() + total
                        continue
                    failure = errors.explain(result["status"], result, str(self.sender.hosts))
                    if not errors.may_pass(result["status"], result):
                        raise failure
            if failure:
                told = failure
                pause = wait(pause, deadline)
                if not pause:
                    raise failure
        return [done[number] for number in range(len(packed))]

    def make_index(self, name: str, body: Json) -> None:
        """Make an index with the settings and mappings of `body`, unless there is one of this name.

        An index that is there may be another process's, or come from a try whose answer was lost.
        """
        named = {"cluster_manager_timeout": SERVER_WAIT, "timeout": SERVER_WAIT}
        answer = self.request("PUT", f"/{name}", body, named, ok=(200, 400))
        if answer.status == 400 and errors.kind(answer.body) != "resource_already_exists_exception":
            raise errors.explain(answer.status, answer.body, str(self.sender.hosts))

    def check_server(self) -> str:
        """The version of the server. Raises ClusterError when it is no OpenSearch of a supported version."""
        version = self.request("GET", "/").body.get("version", {})
        if not isinstance(version, dict) or version.get("distribution") != "opensearch":
            raise errors.foreign(str(self.sender.hosts))
        number = str(version.get("number", ""))
        if number.partition(".")[0] not in SUPPORTED:
            raise errors.unsupported(str(self.sender.hosts), number)
        return number

    def check_health(self) -> str:
        """The health of this archive's indices, green or yellow. Raises UnavailableError when a part is missing."""
        path, named = f"/_cluster/health/{self.address.index('*')}", {"cluster_manager_timeout": SERVER_WAIT}
        answer = self.request("GET", path, params=named, ok=(200, 408))
        if answer.body.get("status") == "red":
            raise errors.red(str(self.sender.hosts))
        return str(answer.body["status"])
