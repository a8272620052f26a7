"""Downloads: the file behind a link, and its articles."""

import re
import ssl
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import TypeVar
from urllib.parse import urlsplit

import httpcore
import httpx

from retrieval.article import Article
from retrieval.intake import file, kinds
from retrieval.intake.boundary import Refusal
from retrieval.intake.kinds import Kind
from retrieval.intake.link import guard
from retrieval.intake.link.guard import Allowed, Deadline, GuardedBackend, LinkError, Resolve
from retrieval.intake.link.reply import UNKNOWN, Reply, Validators, status_sentence

_SECONDS = 20.0
_MOST_REDIRECTS = 4
_REDIRECTS, _PERMANENT = frozenset({301, 302, 303, 307, 308}), frozenset({301, 308})
_MEGABYTE = 1 << 20
_TEXT, _DOCUMENT = 5 * _MEGABYTE, 20 * _MEGABYTE
# Content types of servers that do not know the kind of a file: the name in the address decides.
_UNKNOWN = frozenset({"", "application/octet-stream", "binary/octet-stream", "application/force-download"})
_HEADERS = {
    "User-Agent": "Mozilla/5.0 (compatible; news-answers)",
    "Accept": "text/html,application/xhtml+xml,*/*;q=0.8",
    "Accept-Language": "zh-CN,zh;q=0.9",
    # The one encoding that `_decompressed` takes off, piece by piece. A library that decompresses a whole body at once
    # can be made to fill the memory with a small file.
    "Accept-Encoding": "gzip",
    "Connection": "close",
}
_ACCEPTED_FEEDS = "application/rss+xml,application/atom+xml,application/xml;q=0.9,*/*;q=0.8"
_PIECE = 65_536
_T = TypeVar("_T")
# A header that h11 would refuse to send back, or that no server needs.
_SENDABLE = re.compile(r"[!-~][ -~]{0,499}")


@dataclass(frozen=True, slots=True)
class Fetched:
    """A downloaded file. `url` is the end of the redirects, `suffix` that of the kind that the server declares."""

    url: str
    data: bytes
    suffix: str


# Called with an address before it is requested; raises LinkError for one that must not be.
Permits = Callable[[str], None]


class Fetcher:
    """Follows links. It reads nothing from the environment, neither a proxy nor a certificate file.

    With a `proxy`, the address of an HTTP proxy, every request goes through it. The addresses of links are checked as
    without one, as far as this machine resolves their names. `allow` opens addresses and ports that are not public, for
    tests on this machine only.
    """

    def __init__(
        self,
        *,
        allow: Allowed = (),
        seconds: float = _SECONDS,
        resolve: Resolve = guard.resolve,
        permits: Permits = lambda _: None,
        proxy: str | None = None,
    ) -> None:
        self._allow = frozenset(allow)
        self._seconds = seconds
        self._resolve = resolve
        self._permits = permits
        self._proxy = httpx.URL(proxy) if proxy else None

    def permitted(self, permits: Permits) -> "Fetcher":
        """The same fetcher, which asks `permits` before each request, redirects included."""
        proxy = str(self._proxy) if self._proxy else None
        return Fetcher(allow=self._allow, seconds=self._seconds, resolve=self._resolve, permits=permits, proxy=proxy)

    def fetch(self, address: str) -> Fetched:
        """The file behind a link: at most 4 redirects, 5 MB of text or 20 MB of a document, in 20 seconds.

        Raises LinkError.
        """
        return self._followed(address, {}, lambda response, url, _: _received(url, response))

    def ask(self, address: str, known: Validators = UNKNOWN) -> Reply:
        """The reply to a request for a file of any type that a program polls: at most 20 MB, otherwise as `fetch`.

        The status is 304 when the file is still the one of the `known` validators. Raises LinkError when there is no
        reply, and for a file that is too large.
        """
        headers = {"Accept": _ACCEPTED_FEEDS, "If-None-Match": known.etag, "If-Modified-Since": known.modified}
        return self._followed(address, {name: value for name, value in headers.items() if value}, _reply)

    def _followed(
        self,
        address: str,
        more_headers: Mapping[str, str],
        received: Callable[[httpcore.Response, str, str], _T],
    ) -> _T:
        """`received` of the response at the end of the redirects, of its URL, and of the end of the permanent ones."""
        backend = GuardedBackend(Deadline(self._seconds), self._allow, self._resolve, self._proxy)
        url = guard.check(address.strip(), self._allow)
        lasting, is_lasting = str(url.copy_with(fragment=None)), True
        try:
            with httpcore.ConnectionPool(network_backend=backend, retries=0, proxy=self._by_proxy()) as pool:
                for _ in range(_MOST_REDIRECTS + 1):
                    requested = str(url.copy_with(fragment=None))
                    if self._proxy is not None:
                        backend.refuse_private(url)
                    self._permits(requested)
                    headers = [("Host", url.netloc.decode("ascii")), *(_HEADERS | dict(more_headers)).items()]
                    with pool.stream("GET", requested, headers=headers) as response:
                        location = _header(response, b"location")
                        if response.status not in _REDIRECTS or not location:
                            return received(response, requested, lasting)
                    url = guard.check(_joined(url, location), self._allow)
                    is_lasting = is_lasting and response.status in _PERMANENT
                    lasting = str(url.copy_with(fragment=None)) if is_lasting else lasting
        except httpcore.TimeoutException as error:
            raise LinkError(f"网站太慢，{self._seconds:g} 秒内没有传完。") from error
        except httpcore.ConnectError as error:
            secure = isinstance(error.__context__, ssl.SSLError) or "SSL" in str(error)
            raise LinkError("不能与网站建立安全连接，证书或加密有误。" if secure else "连接不上网站。") from error
        except httpcore.ProxyError as error:
            raise LinkError("代理不让访问，或不能访问这个网站。") from error
        except (httpcore.NetworkError, httpcore.ProtocolError) as error:
            raise LinkError("网站的回应不完整或不合 HTTP 规范。") from error
        raise LinkError(f"网址转来转去，超过 {_MOST_REDIRECTS} 次跳转。")

    def _by_proxy(self) -> httpcore.Proxy | None:
        if self._proxy is None:
            return None
        auth = (self._proxy.username, self._proxy.password) if self._proxy.userinfo else None
        return httpcore.Proxy(str(self._proxy.copy_with(userinfo=b"")), auth)


def read_link(address: str, fetcher: Fetcher) -> list[Article | Refusal]:
    """The articles and refusals of the file behind a link; one refusal when it can't be downloaded.

    A single article gets the link as its address, or the address that its page declares on the same host.
    """
    try:
        fetched = fetcher.fetch(address)
    except LinkError as error:
        return [Refusal(address, str(error))]
    name = f"link{fetched.suffix}"
    results = [
        replace(result, item=result.item.replace(name, address, 1)) if isinstance(result, Refusal) else result
        for result in file.read(fetched.data, name)
    ]
    # Several articles with the same address would replace each other in the store.
    if len(results) == 1 and isinstance(results[0], Article):
        article = results[0]
        own = article.url if article.url and _host(article.url) == _host(fetched.url) else fetched.url
        return [replace(article, url=own)]
    return results


def _host(url: str) -> str | None:
    return urlsplit(url).hostname


def _joined(url: httpx.URL, location: str) -> str:
    try:
        return str(url.join(location))
    except (httpx.InvalidURL, ValueError):
        raise LinkError("网站跳转到的网址写法有误。") from None


def _header(response: httpcore.Response, name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in response.headers if key.lower() == name), "").strip()


def _received(url: str, response: httpcore.Response) -> Fetched:
    """The body of a response within the limit of its kind. Raises LinkError."""
    if response.status != 200:
        raise LinkError(status_sentence(response.status))
    kind = _linked_kind(url, _header(response, b"content-type"))
    data = _body(response, _DOCUMENT if kind is not None and kind.is_document else _TEXT)
    if not data:
        raise LinkError("网页是空的。")
    return Fetched(url, data, kind.suffix if kind is not None else "")


def _reply(response: httpcore.Response, url: str, lasting: str) -> Reply:
    """The response as a value. Raises LinkError for a body that is too large."""
    data = _body(response, _DOCUMENT) if response.status == 200 else b""
    etag, modified = (_sendable(_header(response, name)) for name in (b"etag", b"last-modified"))
    return Reply(response.status, lasting, url, data, Validators(etag, modified), _header(response, b"retry-after"))


def _sendable(value: str) -> str:
    return value if _SENDABLE.fullmatch(value) else ""


def _body(response: httpcore.Response, limit: int) -> bytes:
    """The body of a response. Raises LinkError when it has more than `limit` bytes."""
    too_large = LinkError(f"文件太大，超过 {limit // _MEGABYTE} MB。")
    length = _header(response, b"content-length")
    if length.isdecimal() and len(length) < 20 and int(length) > limit:
        raise too_large
    data = bytearray()
    for piece in _decompressed(response):
        data += piece
        if len(data) > limit:
            raise too_large
    return bytes(data)


def _linked_kind(url: str, content_type: str) -> Kind | None:
    """The kind of file that the server declares; None when neither it nor the address tells. Raises LinkError."""
    declared = content_type.partition(";")[0].strip().lower()
    if declared in _UNKNOWN:
        return kinds.LINKED.get(PurePosixPath(urlsplit(url).path).suffix.lower())
    if "/" not in declared or declared not in kinds.LINKED:
        raise LinkError(f"链接的内容不是文章，而是 {declared[:60]}。")
    return kinds.LINKED[declared]


def _decompressed(response: httpcore.Response) -> Iterator[bytes]:
    """The body in pieces of at most 64 kB, however far a packed piece expands. Raises LinkError."""
    encoding = _header(response, b"content-encoding").lower()
    if encoding in ("", "identity"):
        yield from response.iter_stream()
        return
    if encoding not in ("gzip", "x-gzip"):
        raise LinkError("网站用了不能识别的压缩方式。")
    decoder = zlib.decompressobj(wbits=31)
    try:
        for piece in response.iter_stream():
            rest = piece
            while rest and not decoder.eof:
                yield decoder.decompress(rest, _PIECE)
                rest = decoder.unconsumed_tail
        yield decoder.flush(_PIECE)
    except zlib.error as error:
        raise LinkError("网站的回应不完整或不合 HTTP 规范。") from error
