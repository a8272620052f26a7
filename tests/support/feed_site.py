"""A site on the loopback whose pages a test sets and changes, and the requests that it got."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from retrieval.intake import Fetcher
from tests.support.documents import BODY, MORE

XML = "application/rss+xml; charset=utf-8"
HTML = "text/html; charset=utf-8"


@dataclass(frozen=True)
class Page:
    """A reply. With an `etag` or a `modified`, a request that knows it gets 304."""

    body: bytes = b""
    status: int = 200
    type: str = XML
    headers: Mapping[str, str] = field(default_factory=dict)
    etag: str = ""
    modified: str = ""


@dataclass
class Site:
    port: int
    pages: dict[str, Page] = field(default_factory=dict)
    # Path and headers of each request.
    requests: list[tuple[str, Mapping[str, str]]] = field(default_factory=list)
    # Called with the path before each reply.
    before: Any = None

    @property
    def host(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def fetcher(self) -> Fetcher:
        return Fetcher(allow=[("127.0.0.1", self.port)], seconds=10)

    def paths(self) -> list[str]:
        """The requested paths without robots.txt."""
        return [path for path, _ in self.requests if path != "/robots.txt"]

    def feed(self, *names: str, path: str = "/feed", **page: Any) -> str:
        """Put a feed with an entry for each name; returns its address. An entry links to the page of its name."""
        self.pages[path] = Page(rss_of(self.host, *names), **page)
        return f"{self.host}{path}"

    def article(self, name: str) -> None:
        """Put the page of an entry, with a longer text than the feed has."""
        text = f"<html><head><title>第{name}号公告</title></head><body><article><h1>第{name}号公告</h1>"
        body = f"{text}<p>{BODY}</p><p>{MORE}</p><p>{whole(name)}</p></article></body></html>"
        self.pages[f"/{name}.html"] = Page(body.encode(), type=HTML)


def summary(name: str) -> str:
    """The text of an entry in the feed."""
    return f"城北第{name}片区今天停水，请居民提前储水，恢复的时间另行通知……"


def whole(name: str) -> str:
    """The last paragraph of the page of an entry."""
    return f"城北第{name}片区停水从上午九点开始，到下午五点结束，原因是更换老化的水管。"


def rss_of(host: str, *names: str) -> bytes:
    items = "".join(
        f"<item><title>第{name}号公告</title><link>{host}/{name}.html</link><guid isPermaLink='false'>id-{name}</guid>"
        f"<description>{summary(name)}</description></item>"
        for name in names
    )
    return f"<?xml version='1.0'?><rss version='2.0'><channel><title>城北公告</title>{items}</channel></rss>".encode()


@contextmanager
def site() -> Iterator[Site]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if made.before is not None:
                made.before(self.path)
            made.requests.append((self.path, dict(self.headers.items())))
            page = made.pages.get(self.path, Page(status=404))
            conditions = (self.headers["If-None-Match"], self.headers["If-Modified-Since"])
            known = (page.etag and page.etag == conditions[0]) or (page.modified and page.modified == conditions[1])
            self.send_response(304 if known else page.status)
            validators = {"ETag": page.etag, "Last-Modified": page.modified}
            for name, value in ({"Content-Type": page.type} | validators | dict(page.headers)).items():
                if value:
                    self.send_header(name, value)
            self.end_headers()
            with suppress(OSError):  # the client has closed the connection
                self.wfile.write(b"" if known else page.body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made = Site(server.server_port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
