"""Guard of downloads: public addresses only, and a deadline.

An editor who pushes a link chooses the host that this machine connects to. Without a guard that may be the machine
itself or one of its neighbours. The check stands where connections are made, so it holds for every redirect. The
connection uses the checked address, so a name cannot point elsewhere a moment later.
"""

import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import suppress
from typing import Any

import httpcore
import httpx

_PORTS = {"http": 80, "https": 443}
_CONNECT_SECONDS = 5.0
# Behind a proxy, a machine may have no resolver that answers for names outside.
_PROXIED_SECONDS = 3.0
_LONGEST_URL = 2_000
# IPv6 addresses that carry an IPv4 address to be reached through a translator: NAT64, 6to4, Teredo.
_TRANSLATED = tuple(map(ipaddress.IPv6Network, ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")))

# Resolves a name and a port to numeric addresses.
Resolve = Callable[[str, int], list[str]]
# Addresses and ports that are reachable although they are not public, for tests on this machine only.
Allowed = Collection[tuple[str, int]]


class LinkError(Exception):
    """A link that is not followed or leads to no file; the message is a Chinese sentence for an editor."""


class Deadline:
    """The end of all work on one link, however slowly the bytes arrive."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """The seconds left, more than 0. Raises LinkError when there are none."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise LinkError(f"网站太慢，{self._seconds:g} 秒内没有传完。")
        return left


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a name by the system's resolver."""
    return [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def check(address: str, allow: Allowed = ()) -> httpx.URL:
    """The address as a URL. Raises LinkError for an address that no article has.

    It must be http or https on port 80 or 443, have a host and no user, and be at most 2,000 characters long.
    """
    try:
        url = httpx.URL(address)
    except (httpx.InvalidURL, ValueError, TypeError):
        raise LinkError("网址写法有误。") from None
    if url.scheme not in _PORTS:
        raise LinkError("只能收录 http 或 https 链接。")
    if not url.host or len(str(url)) > _LONGEST_URL:
        raise LinkError("网址写法有误。")
    if url.userinfo:
        raise LinkError("网址里不能带用户名或密码。")
    port = url.port or _PORTS[url.scheme]
    if port not in _PORTS.values() and port not in {allowed for _, allowed in allow}:
        raise LinkError("只能访问 80 和 443 端口的网址。")
    return url


def is_public(address: str) -> bool:
    """Whether a numeric address belongs to the open Internet."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return is_public(str(ip.ipv4_mapped))
        if ip.is_site_local or any(ip in network for network in _TRANSLATED):
            return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


class GuardedBackend(httpcore.NetworkBackend):
    """Connects to public addresses only, or to a proxy alone; no operation outlasts the deadline."""

    def __init__(self, deadline: Deadline, allow: Allowed, resolve: Resolve, proxy: httpx.URL | None = None) -> None:
        self._deadline = deadline
        self._allow = allow
        self._resolve = resolve
        self._proxy = (proxy.host, proxy.port or _PORTS[proxy.scheme]) if proxy else None
        self._backend = httpcore.SyncBackend()

    def refuse_private(self, url: httpx.URL) -> None:
        """Refuse an address inside this network before a proxy is asked for it. Raises LinkError.

        A name that this machine cannot resolve is left to the proxy, which may be the only one that can.
        """
        port = url.port or _PORTS[url.scheme]
        try:
            addresses = self._resolved(url.host.strip("[]"), port, _PROXIED_SECONDS)
        except LinkError:
            return
        self._refuse_private(addresses, port)

    def _refuse_private(self, addresses: Sequence[str], port: int) -> None:
        # One bad address among good ones is refused: such names are made to point inside a network.
        if not all(is_public(address) or (address, port) in self._allow for address in addresses):
            raise LinkError("网址指向内部网络，不能访问。")

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        addresses = list(dict.fromkeys(self._resolved(host.strip("[]"), port)))
        if (host, port) != self._proxy:
            self._refuse_private(addresses, port)
        failure: Exception | None = None
        for address in addresses:
            seconds = min(_CONNECT_SECONDS, self._deadline.left())
            try:
                stream = self._backend.connect_tcp(address, port, seconds, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
                continue
            return _TimedStream(stream, self._deadline)
        raise LinkError("连接不上网站。") from failure

    def connect_unix_socket(self, *_: Any, **__: Any) -> httpcore.NetworkStream:
        raise LinkError("网址写法有误。")

    def _resolved(self, host: str, port: int, seconds: float = float("inf")) -> list[str]:
        """The addresses of `host`. Raises LinkError when there are none within these seconds and the deadline.

        The system's resolver knows no deadline, so it runs in a thread of its own.
        """
        addresses: list[str] = []

        def look_up() -> None:
            with suppress(OSError, UnicodeError):  # `addresses` stays empty
                addresses.extend(self._resolve(host, port))

        thread = threading.Thread(target=look_up, daemon=True)
        thread.start()
        thread.join(min(seconds, self._deadline.left()))
        if not addresses:
            raise LinkError("找不到这个网站，请检查网址。")
        return addresses


class _TimedStream(httpcore.NetworkStream):
    """A stream whose reads and writes all end with the deadline; httpcore does the TLS."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._deadline.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._deadline.left())

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        stream = self._stream.start_tls(ssl_context, server_hostname, self._deadline.left())
        return _TimedStream(stream, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
