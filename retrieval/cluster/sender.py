"""Sending to the hosts of a search server in turn: the next one after a failure, with growing pauses.

The only module that imports httpx, and only with ARCHIVE_URL.
"""

import random
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

import httpx

from retrieval.cluster import errors
from retrieval.cluster.address import Address
from retrieval.cluster.errors import BehindError, ClusterError, UnavailableError
from retrieval.cluster.hosts import Hosts
from retrieval.cluster.message import OK, Json, Request, Response, json_object

FIRST_PAUSE = 0.1  # seconds between two tries; each pause is about twice the one before
_LONGEST_PAUSE = 2.0
_SHORTEST_ATTEMPT = 0.1  # seconds for the try that begins just before the deadline
# Seconds for a host that has failed to show that it answers again; a host that hangs costs each request less.
_PROBE = 1.0


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds: for a connection, an answer, an answer that a node has at hand, all tries of a read, all of a write."""

    connect: float = 2.0
    attempt: float = 4.0
    probe: float = 1.5
    reading: float = 8.0
    writing: float = 20.0


USUAL = Timeouts()


class Sender:
    """The hosts of an address, and the connections to them; threads may share it."""

    def __init__(self, address: Address, ca: Path | None, timeout: Timeouts) -> None:
        """Raises ClusterError when `ca` can't be used."""
        self.address = address
        self.timeout = timeout
        self.hosts = Hosts(address.hosts)
        self._of_thread = _OfThread()
        self._may_need_tls = False  # whether hosts close connections over http, and have answered nothing since
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

    def close(self) -> None:
        self._http.close()

    def pin(self, path: str, shows: Callable[[Json], bool]) -> Json:
        """Send further requests of this thread to one host: one for whose answer to GET `path` `shows` is true.

        Returns the answer. When the host fails, another one for which it is true takes its place. A node that has lost
        the others may answer from copies that stay as they were: such an answer tells it.

        Raises BehindError when it is true for no host, and UnavailableError when none answers.
        """
        asked = Request("GET", path, None, "", {}, frozenset((200, 404)), True, self.timeout.probe).preferring_own
        before, self._of_thread.pin = self._of_thread.pin, _Pin(asked, shows)
        try:
            return self.send(asked, monotonic() + self.timeout.reading).body
        except BaseException:
            self._of_thread.pin = before
            raise

    @contextmanager
    def pinned(self) -> Iterator[None]:
        """Let what `pin` chooses inside the block hold until the block ends."""
        before = self._of_thread.pin
        try:
            yield
        finally:
            self._of_thread.pin = before

    def send(self, request: Request, deadline: float, told: ClusterError | None = None) -> Response:
        """The response of the first host that gives one with an expected status, until the deadline.

        `told` is what a server has said last: it tells more than that another one is silent at the end.
        """
        pause, tried = FIRST_PAUSE, set[str]()
        while True:
            pin = self._of_thread.pin
            host = pin.host if pin and pin.host and pin.host not in tried else self.hosts.next(tried)
            tried.add(host)
            outcome = self._try_shown(host, request, max(deadline - monotonic(), _SHORTEST_ATTEMPT))
            if isinstance(outcome, Response):
                return outcome
            told = outcome.error if outcome.answered else told
            if not outcome.again:
                raise outcome.error
            # Another host that is left is tried without a pause.
            if outcome.answered or len(tried) == len(self.address.hosts):
                pause = wait(pause, deadline)
            if not pause or monotonic() >= deadline:
                raise told or (None if request.reads else self._diagnosis()) or outcome.error
            if len(tried) == len(self.address.hosts):
                tried.clear()

    def _try_shown(self, host: str, request: Request, left: float) -> "Response | _Failure":
        """Try a host that is pinned, or that shows what it must to be pinned."""
        pin = self._of_thread.pin
        if pin is None or host == pin.host:
            return self._try(host, request, left)
        shown = self._try(host, pin.asked, left)
        if not isinstance(shown, Response):
            return shown
        if not pin.shows(shown.body):
            self.hosts.failed(host)
            return _Failure(BehindError(host), again=True, answered=True)
        pin.host = host
        return shown if request is pin.asked else self._try(host, request, left)

    def _try(self, host: str, request: Request, left: float) -> "Response | _Failure":
        seconds = min(request.attempt, left)
        if self.hosts.is_doubtful(host) and not self._is_back(host, min(_PROBE, left)):
            self.hosts.failed(host)
            return _Failure(self._unreachable("没有按时回答"), again=True, answered=False)
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
            self.hosts.failed(host)
            if refusal := _refused_certificate(error, host):
                return _Failure(refusal, again=False, answered=False)
            unsent = isinstance(error, httpx.ConnectError | httpx.ConnectTimeout)
            why = "没有按时回答" if isinstance(error, httpx.TimeoutException) else str(error) or type(error).__name__
            if isinstance(error, httpx.RemoteProtocolError | httpx.ReadError):
                self._may_need_tls = self.address.scheme == "http"
            return _Failure(self._unreachable(why), again=unsent or request.repeat, answered=False)
        self.hosts.answered(host)
        self._may_need_tls = False
        found = json_object(answer.content)
        if answer.status_code not in request.ok:
            again = request.repeat and errors.may_pass(answer.status_code, found or {})
            return _Failure(errors.explain(answer.status_code, found or {}, host), again, answered=True)
        if found is None:
            return _Failure(errors.foreign(host), again=False, answered=True)
        return Response(answer.status_code, found)

    def _is_back(self, host: str, seconds: float) -> bool:
        """Whether a host that has failed answers reads again: one that has just started has no indices yet."""
        path = f"{self.address.index('log')}/_doc/state?preference=_local"
        try:
            answer = self._http.get(f"{self.address.scheme}://{host}/{path}", timeout=seconds)
        except httpx.TransportError:
            return False
        return answer.status_code not in (502, 503, 504)

    def _unreachable(self, why: str) -> UnavailableError:
        return errors.unreachable(str(self.hosts), why, may_need_tls=self._may_need_tls)

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


@dataclass(slots=True)
class _Pin:
    """The host of a thread's requests, None as long as none is found, and what a document must show of it."""

    asked: Request
    shows: Callable[[Json], bool]
    host: str | None = None


class _OfThread(threading.local):
    pin: _Pin | None = None


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


def wait(pause: float, deadline: float) -> float:
    """Sleep about `pause` seconds, and return the next pause; 0 when the deadline would be over before."""
    pause *= random.uniform(0.75, 1.25)  # clients that failed together don't come back together
    if monotonic() + pause >= deadline:
        return 0.0
    sleep(pause)
    return min(pause * 2, _LONGEST_PAUSE)
