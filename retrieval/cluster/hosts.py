"""The hosts of a search server in turn; one that failed rests for some seconds."""

import threading
from collections.abc import Collection
from time import monotonic

SHORTEST_REST = 1.0  # seconds after the first failure; each further failure in a row doubles the rest
LONGEST_REST = 16.0


class Hosts:
    """Gives a host for each request, in turn; threads may share it."""

    def __init__(self, hosts: Collection[str]) -> None:
        self._lock = threading.Lock()
        self._order = list(hosts)
        self._failures = dict.fromkeys(hosts, 0)
        self._resting_until = dict.fromkeys(hosts, 0.0)

    def __str__(self) -> str:
        return "、".join(self._failures)

    def next(self, tried: Collection[str] = ()) -> str:
        """A host that doesn't rest, else the one whose rest ends first; one that isn't in `tried` before the others.

        A host that comes back from a rest gets one request: the next callers get other hosts until it has answered.
        """
        with self._lock:
            now = monotonic()
            # min() takes the first of equal hosts, and the list is in the order of turns.
            rests = {host: max(self._resting_until[host] - now, 0.0) for host in self._order}
            host = min(self._order, key=lambda host: (rests[host] > 0, host in tried, rests[host]))
            self._order.remove(host)
            self._order.append(host)
            if self._failures[host]:
                self._resting_until[host] = now + self._rest(host)
            return host

    def is_doubtful(self, host: str) -> bool:
        """Whether `host` has failed since it answered last."""
        with self._lock:
            return self._failures[host] > 0

    def failed(self, host: str) -> None:
        """`host` refused the connection or didn't answer in time."""
        with self._lock:
            self._failures[host] += 1
            self._resting_until[host] = monotonic() + self._rest(host)

    def answered(self, host: str) -> None:
        with self._lock:
            self._failures[host] = 0
            self._resting_until[host] = 0.0

    def _rest(self, host: str) -> float:
        return min(SHORTEST_REST * 2.0 ** (self._failures[host] - 1), LONGEST_REST)
