"""A web server on the loopback, with a reply for each path."""

import gzip
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler
from urllib.parse import urlsplit

from retrieval.article import Article
from retrieval.intake import Fetcher, Refusal, read_link

TITLE = "城北新桥正式通车"
PROSE = "城北新桥今天上午正式通车，全长一千二百米，总投资三亿元，双向六车道，两侧设有人行道。"
PAGE = (
    f"<html><head><title>{TITLE}</title></head><body><h1>{TITLE}</h1><div>{f'<p>{PROSE}</p>' * 3}</div></body></html>"
)
MEGABYTE = b"x" * (1 << 20)
HTML = {"Content-Type": "text/html; charset=utf-8"}

Reply = tuple[int, dict[str, str], list[bytes]]


def html(text: str, **headers: str) -> Reply:
    return 200, {**HTML, **headers}, [text.encode()]


def redirect(location: str, status: int = 302) -> Reply:
    return status, {"Location": location}, []


# The path -> the server's reply.
REPLIES: dict[str, Callable[[str], Reply]] = {
    "/1": lambda _: html(PAGE),
    "/gbk": lambda _: (200, {"Content-Type": "text/html"}, [PAGE.encode("gb18030")]),
    "/plain": lambda _: (200, {"Content-Type": "text/plain"}, [f"{TITLE}\n\n{PROSE}".encode()]),
    "/untyped.txt": lambda _: (200, {"Content-Type": "application/octet-stream"}, [f"{TITLE}\n\n{PROSE}".encode()]),
    "/gzip": lambda _: (200, {**HTML, "Content-Encoding": "gzip"}, [gzip.compress(PAGE.encode())]),
    "/canonical": lambda at: html(PAGE.replace("<head>", f"<head><link rel=canonical href={at}/news/12345.html>")),
    "/foreign": lambda _: html(PAGE.replace("<head>", "<head><link rel=canonical href=http://b.cn/news/12345.html>")),
    "/moved": lambda _: redirect("/1?from=moved"),
    "/4": lambda _: redirect("/3", 301),
    "/3": lambda _: redirect("/2", 303),
    "/2": lambda _: redirect("/moved", 307),
    "/5": lambda _: redirect("/4", 308),
    "/loop": lambda _: redirect("/loop"),
    "/inside": lambda _: redirect("http://127.0.0.1/admin"),
    "/metadata": lambda _: redirect("http://169.254.169.254/latest/meta-data"),
    "/file": lambda _: redirect("file:///etc/passwd"),
    "/nonsense": lambda _: redirect("http://[::1"),
    "/image": lambda _: (200, {"Content-Type": "image/png"}, [b"\x89PNG"]),
    "/404": lambda _: (404, HTML, [PAGE.encode()]),
    "/403": lambda _: (403, HTML, [PAGE.encode()]),
    "/429": lambda _: (429, HTML, []),
    "/502": lambda _: (502, HTML, []),
    "/204": lambda _: (204, {}, []),
    "/empty": lambda _: html(""),
    "/long": lambda _: (200, {**HTML, "Content-Length": "999999999"}, [b"x"]),
    "/endless": lambda _: (200, HTML, [MEGABYTE] * 6),
    "/bomb": lambda _: (200, {**HTML, "Content-Encoding": "gzip"}, [gzip.compress(MEGABYTE * 50)]),
    "/bombs": lambda _: (
        200,
        {**HTML, "Content-Encoding": "gzip, gzip"},
        [gzip.compress(gzip.compress(MEGABYTE * 50))],
    ),
    "/brotli": lambda _: (200, {**HTML, "Content-Encoding": "br"}, [b"x"]),
    "/torn": lambda _: (200, {**HTML, "Content-Encoding": "gzip"}, [b"no gzip"]),
    "/short": lambda _: (200, {**HTML, "Content-Length": "5000"}, [b"x"]),
    "/pdf": lambda _: (200, {"Content-Type": "application/pdf"}, [b"%PDF-1.7" + MEGABYTE * 6]),
}


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        at = f"http://{self.headers['Host']}"
        # A proxy is asked for the whole address.
        status, headers, pieces = REPLIES[urlsplit(self.path).path](at)
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        with suppress(OSError):  # the client has closed the connection
            for piece in pieces:
                self.wfile.write(piece)

    def log_message(self, *_: object) -> None:
        pass


def refusal(address: str, fetcher: Fetcher) -> str:
    [result] = read_link(address, fetcher)
    assert isinstance(result, Refusal), result
    assert result.item == address
    return result.reason


def article(address: str, fetcher: Fetcher) -> Article:
    [result] = read_link(address, fetcher)
    assert isinstance(result, Article), result
    return result
