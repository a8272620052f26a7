"""Requests to a search server over HTTP: hosts in turn, repetition after failures, an error with a sentence.

The program imports this module, and httpx with it, only when ARCHIVE_URL is set.
"""

import random
import ssl
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from types import TracebackType
from typing import Self

import httpx

from retrieval.cluster import errors
from retrieval.cluster.address import Address
from retrieval.cluster.errors import ClusterError
from retrieval.cluster.hosts import Hosts
from retrieval.cluster.message import OK, Json, Operation, Parameters, Request, Response, json_object, line, runs, texts

SUPPORTED = ("2", "3")  # major versions
# How long the server itself waits for a missing shard or manager. Its defaults of a minute and half a minute would
# outlast the wait for an answer, and the error would not say what is missing.
SERVER_WAIT = "3s"
_PROBE = (
    1.0  # seconds for a host that has failed to show that it answers again; a host that hangs costs each request less
)
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 2.0  # seconds between two tries; each pause is about twice the one before
_SHORTEST_ATTEMPT = 0.1  # seconds for the try that begins just before the deadline


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds: for a connection, for the answer of one try, and for all tries of a read and of a write."""

    connect: float = 2.0
    attempt: float = 4.0
    reading: float = 8.0
    writing: float = 20.0


class Client:
    """A connection to a search server, which threads may share and processes may not."""

    def __init__(self, address: Address, ca: Path | None = None, timeout: Timeouts = Timeouts()) -> None:
        """`ca` is a PEM file with the certificates that are trusted instead of the usual ones.

        Nothing is sent yet. Raises ClusterError when `ca` can't be used.
        """
        self.address = address
        self.timeout = timeout
        self._hosts = Hosts(address.hosts)
        self._http = httpx.Client(
            auth=None if address.user is None else httpx.BasicAuth(address.user, address.password or ""),
            # Without TLS there is nothing to verify, and the trusted certificates need not be loaded.
            verify=_trusted(ca) if ca else address.scheme == "https",
            # Unpacking an answer costs more than bringing it from a near server.
            headers={"Accept-Encoding": "identity", "User-Agent": "news-answers"},
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=32, keepalive_expiry=60.0),
            # Proxies and certificates of the environment are for other servers.
            trust_env=False,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._http.close()

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
        sent = Request(method, path, content, kind, texts(params), frozenset(ok), repeat, attempt)
        if total is None:
            total = self.timeout.reading if sent.reads else self.timeout.writing
        return self._send(sent, monotonic() + total)

    def bulk(
        self,
        operations: Sequence[Operation],
        params: Parameters | None = None,
        ok: Collection[int] = OK,
        total: float | None = None,
        attempt: float | None = None,
    ) -> list[Response]:
        """Do the operations, in requests of about 500 KB, and return the item of each, in their order.

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
        pause = _FIRST_PAUSE
        told: ClusterError | None = None
        while waiting := [number for number in range(len(packed)) if number not in done]:
            failure: ClusterError | None = None
            for run in runs(packed, waiting):
                content = b"".join(packed[number] for number in run)
                kind, seconds = "application/x-ndjson", (attempt or self.timeout.attempt) + len(content) / 100_000
                answer = self._send(Request("POST", "/_bulk", content, kind, named, OK, True, seconds), deadline, told)
                for number, item in zip(run, answer.body["items"], strict=True):
                    [result] = item.values()
                    if result["status"] in ok:
                        done[number] = Response(result["status"], result)
                        deadline = monotonic() + total
                        continue
                    failure = errors.explain(result["status"], result, str(self._hosts))
                    if not errors.may_pass(result["status"], result):
                        raise failure
            if failure:
                told = failure
                pause = _wait(pause, deadline)
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
            raise errors.explain(answer.status, answer.body, str(self._hosts))

    def check_server(self) -> str:
        """The version of the server. Raises ClusterError when it is no OpenSearch of a supported version."""
        version = self.request("GET", "/").body.get("version", {})
        if not isinstance(version, dict) or version.get("distribution") != "opensearch":
            raise errors.foreign(str(self._hosts))
        number = str(version.get("number", ""))
        if number.partition(".")[0] not in SUPPORTED:
            raise errors.unsupported(str(self._hosts), number)
        return number

    def check_health(self) -> str:
        """The health of this archive's indices, green or yellow. Raises UnavailableError when a part is missing."""
        path, named = f"/_cluster/health/{self.address.index('*')}", {"cluster_manager_timeout": SERVER_WAIT}
        answer = self.request("GET", path, params=named, ok=(200, 408))
        if answer.body.get("status") == "red":
            raise errors.red(str(self._hosts))
        return str(answer.body["status"])

    def _send(self, request: Request, deadline: float, told: ClusterError | None = None) -> Response:
        """`told` is what a server has said last: it tells more than that another one is silent at the end."""
        pause, tried = _FIRST_PAUSE, set[str]()
        while True:
            host = self._hosts.next(tried)
            tried.add(host)
            outcome = self._try(host, request, max(deadline - monotonic(), _SHORTEST_ATTEMPT))
            if isinstance(outcome, Response):
                return outcome
            told = outcome.error if outcome.answered else told
            if not outcome.again:
                raise outcome.error
            # Another host that is left is tried without a pause.
            if outcome.answered or len(tried) == len(self.address.hosts):
                pause = _wait(pause, deadline)
            if not pause or monotonic() >= deadline:
                raise told or (None if request.reads else self._diagnosis()) or outcome.error
            if len(tried) == len(self.address.hosts):
                tried.clear()

    def _try(self, host: str, request: Request, left: float) -> "Response | _Failure":
        seconds = min(request.attempt, left)
        if self._hosts.is_doubtful(host) and not self._is_back(host, min(_PROBE, left)):
            self._hosts.failed(host)
            return _Failure(errors.unreachable(str(self._hosts), "没有按时回答"), again=True, answered=False)
        try:
            answer = self._http.request(
                request.method,
                f"{self.address.scheme}://{host}{request.path}",
                content=request.content,
                headers={} if request.content is None else {"Content-Type": request.kind},
                params=request.params,
                timeout=httpx.Timeout(seconds, connect=min(self.timeout.connect, seconds)),
            )
        except httpx.TransportError as error:
            self._hosts.failed(host)
            if refusal := _refused_certificate(error, host):
                return _Failure(refusal, again=False, answered=False)
            unsent = isinstance(error, httpx.ConnectError | httpx.ConnectTimeout)
            why = "没有按时回答" if isinstance(error, httpx.TimeoutException) else str(error) or type(error).__name__
            return _Failure(errors.unreachable(str(self._hosts), why), again=unsent or request.repeat, answered=False)
        self._hosts.answered(host)
        found = json_object(answer.content)
        if answer.status_code not in request.ok:
            again = request.repeat and errors.may_pass(answer.status_code, found or {})
            return _Failure(errors.explain(answer.status_code, found or {}, host), again, answered=True)
        if found is None:
            return _Failure(errors.foreign(host), again=False, answered=True)
        return Response(answer.status_code, found)

    def _is_back(self, host: str, seconds: float) -> bool:
        """Whether a host that has failed answers again."""
        try:
            self._http.get(f"{self.address.scheme}://{host}/", timeout=seconds)
        except httpx.TransportError:
            return False
        return True

    def _diagnosis(self) -> ClusterError | None:
        """What a host says about a cluster that leaves a write without an answer.

        A write waits without end for a manager that could take the missing replica off the list.
        """
        params = {"cluster_manager_timeout": "1s"}
        for host in self.address.hosts:
            outcome = self._try(host, Request("GET", "/_cluster/health", None, "", params, OK, False, 2.0), 2.0)
            if isinstance(outcome, _Failure) and outcome.answered:
                return outcome.error
        return None


@dataclass(frozen=True, slots=True)
class _Failure:
    """Why a try brought nothing; whether the request is sent again, and whether a server has answered."""

    error: ClusterError
    again: bool
    answered: bool


def _trusted(ca: Path) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=str(ca))
    except (OSError, ssl.SSLError) as error:
        raise errors.unusable_ca(ca) from error


def _refused_certificate(error: httpx.TransportError, host: str) -> ClusterError | None:
    """The error when TLS is why there is no connection."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return errors.untrusted(host, cause.verify_message)
        # A connection that breaks in the handshake is an error of the network.
        if isinstance(cause, ssl.SSLError) and not isinstance(cause, ssl.SSLEOFError | ssl.SSLZeroReturnError):
            return errors.not_tls(host)
        cause = cause.__cause__ or cause.__context__
    return None


def _wait(pause: float, deadline: float) -> float:
    """Sleep about `pause` seconds, and return the next pause; 0 when the deadline would be over before."""
    pause *= random.uniform(0.75, 1.25)  # clients that failed together don't come back together
    if monotonic() + pause >= deadline:
        return 0.0
    sleep(pause)
    return min(pause * 2, _LONGEST_PAUSE)
