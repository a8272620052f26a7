"""Does a link become its article, and does nobody reach by it what is not public? Only loopback is ever spoken to."""

import gzip
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from retrieval.article import Article
from retrieval.intake import Fetcher, Refusal, read_link
from retrieval.intake.link import guard
from retrieval.intake.link.guard import LinkError

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


# The path -> what the server says there.
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
        status, headers, pieces = REPLIES[self.path.partition("?")[0]](at)
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        with suppress(OSError):  # the client has had enough
            for piece in pieces:
                self.wfile.write(piece)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def fetcher(port: int) -> Fetcher:
    return Fetcher(allow={("127.0.0.1", port)})


def refusal(address: str, fetcher: Fetcher) -> str:
    [one] = read_link(address, fetcher)
    assert isinstance(one, Refusal), one
    assert one.item == address
    return one.reason


def article(address: str, fetcher: Fetcher) -> Article:
    [one] = read_link(address, fetcher)
    assert isinstance(one, Article), one
    return one


@pytest.mark.parametrize("path", ["/1", "/gbk", "/gzip", "/plain", "/untyped.txt", "/foreign"])
def test_a_link_becomes_an_article_with_the_link_as_its_address(path: str, port: int, fetcher: Fetcher) -> None:
    found = article(f"http://127.0.0.1:{port}{path}#top", fetcher)
    assert (found.title, found.paragraphs[0].text) == (TITLE, PROSE)
    assert found.url == f"http://127.0.0.1:{port}{path}"


@pytest.mark.parametrize("path", ["/moved", "/4"])
def test_the_address_is_where_the_redirects_end(path: str, port: int, fetcher: Fetcher) -> None:
    assert article(f"http://127.0.0.1:{port}{path}", fetcher).url == f"http://127.0.0.1:{port}/1?from=moved"


def test_the_address_is_what_the_page_says_on_the_same_host(port: int, fetcher: Fetcher) -> None:
    assert article(f"http://127.0.0.1:{port}/canonical", fetcher).url == f"http://127.0.0.1:{port}/news/12345.html"


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/5", "网址转来转去，超过 4 次跳转。"),
        ("/loop", "网址转来转去，超过 4 次跳转。"),
        ("/inside", "网址指向内部网络，不能访问。"),
        ("/metadata", "网址指向内部网络，不能访问。"),
        ("/file", "只能收录 http 或 https 链接。"),
        ("/nonsense", "网站跳转到的网址写法有误。"),
        ("/image", "链接的内容不是文章，而是 image/png。"),
        ("/404", "网页不存在或已被删除（404）。"),
        ("/403", "网站拒绝访问（403），请在浏览器里打开后复制正文再收录。"),
        ("/429", "网站说访问太频繁（429），请稍后再试。"),
        ("/502", "网站出错（502），请稍后再试。"),
        ("/204", "网站没有给出网页（204）。"),
        ("/empty", "网页是空的。"),
        ("/long", "文件太大，超过 5 MB。"),
        ("/endless", "文件太大，超过 5 MB。"),
        ("/bomb", "文件太大，超过 5 MB。"),
        ("/bombs", "网站用了不能识别的压缩方式。"),
        ("/brotli", "网站用了不能识别的压缩方式。"),
        ("/torn", "网站的回应不完整或不合 HTTP 规范。"),
        ("/short", "网站的回应不完整或不合 HTTP 规范。"),
    ],
)
def test_what_leads_to_no_article_is_said(path: str, reason: str, port: int, fetcher: Fetcher) -> None:
    assert refusal(f"http://127.0.0.1:{port}{path}", fetcher) == reason


def test_a_document_may_be_larger_than_a_page(port: int, fetcher: Fetcher) -> None:
    fetched = fetcher.fetch(f"http://127.0.0.1:{port}/pdf")
    assert (fetched.suffix, len(fetched.data)) == (".pdf", 6 * len(MEGABYTE) + 8)


def raw_server(speak: Callable[[socket.socket], None]) -> tuple[int, Callable[[], None]]:
    """A server that says to each connection what `speak` does; its port, and how to stop it."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            with connection, suppress(OSError):  # the client has gone
                speak(connection)

    thread = threading.Thread(target=serve)
    thread.start()

    def stop() -> None:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join()

    return listening.getsockname()[1], stop


def hang(connection: socket.socket) -> None:
    while connection.recv(65_536):
        pass


def drip_headers(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    drip(connection)


def drip_body(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 100000\r\n\r\n")
    drip(connection)


def drip(connection: socket.socket) -> None:
    gone = threading.Event()
    while not gone.wait(0.02):
        connection.sendall(b"x")


def other_protocol(connection: socket.socket) -> None:
    connection.recv(65_536)
    connection.sendall(b"220 mail.example ESMTP\r\n")


@pytest.mark.parametrize(
    ("speak", "scheme", "reason"),
    [
        (hang, "http", "网站太慢，0.3 秒内没有传完。"),
        (hang, "https", "网站太慢，0.3 秒内没有传完。"),
        (drip_headers, "http", "网站太慢，0.3 秒内没有传完。"),
        (drip_body, "http", "网站太慢，0.3 秒内没有传完。"),
        (other_protocol, "http", "网站的回应不完整或不合 HTTP 规范。"),
        (other_protocol, "https", "不能与网站建立安全连接，证书或加密有误。"),
    ],
)
def test_a_server_that_misbehaves_is_left(speak: Callable[[socket.socket], None], scheme: str, reason: str) -> None:
    port, stop = raw_server(speak)
    try:
        fetcher = Fetcher(allow={("127.0.0.1", port)}, seconds=0.3)
        assert refusal(f"{scheme}://127.0.0.1:{port}/", fetcher) == reason
    finally:
        stop()


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificate")
def test_a_certificate_that_nobody_vouches_for_is_said(tmp_path: Path) -> None:
    made = ("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=127.0.0.1", "-days", "1")
    files = ("-keyout", str(tmp_path / "key.pem"), "-out", str(tmp_path / "certificate.pem"))
    subprocess.run([*made, *files], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "certificate.pem", tmp_path / "key.pem")

    def greet(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True):
            pass

    port, stop = raw_server(greet)
    try:
        fetcher = Fetcher(allow={("127.0.0.1", port)})
        assert refusal(f"https://127.0.0.1:{port}/", fetcher) == "不能与网站建立安全连接，证书或加密有误。"
    finally:
        stop()


def test_a_closed_port_is_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    assert refusal(f"http://127.0.0.1:{port}/", Fetcher(allow={("127.0.0.1", port)})) == "连接不上网站。"


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1/",
        "http://localhost/",
        "http://127.1/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0177.0.0.1/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://169.254.169.254/",
        "http://10.0.0.1/",
        "http://100.64.0.1/",
        "http://0.0.0.0/",
        "http://[fe80::1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://a.cn:22/",
        "file:///etc/passwd",
        "ftp://a.cn/",
        "gopher://a.cn/",
        "http://224.0.0.1/",
        "http://①②⑦.⓪.⓪.①/",
        "http://user:password@a.cn/",
        "http://192.168.1.1/",
        "http://[2002:7f00:1::]/",
        "http://[fd00::1]/",
        "http:///a",
        "http://[::1",
        "javascript:alert(1)",
        "http://a.cn/" + "x" * 3_000,
    ],
)
def test_a_hostile_address_is_refused(address: str) -> None:
    def resolve(host: str, port: int) -> list[str]:
        # What names these are is the system's to say; only numbers and localhost are asked for here.
        assert host != "a.cn"
        return guard.resolve(host, port)

    assert refusal(address, Fetcher(resolve=resolve)).endswith("。")


@pytest.mark.parametrize(
    "addresses",
    [["127.0.0.1"], ["93.184.216.34", "10.0.0.1"], ["::ffff:10.0.0.1"], ["fe80::1%eth0"], ["255.255.255.255"]],
)
def test_a_name_with_an_address_inside_is_refused_before_anyone_is_asked(addresses: list[str]) -> None:
    assert refusal("http://a.cn/", Fetcher(resolve=lambda *_: addresses)) == "网址指向内部网络，不能访问。"


def test_a_name_that_moves_between_two_looks_is_connected_to_where_it_was_checked(port: int) -> None:
    answers = iter([["127.0.0.1"], ["10.0.0.1"]])
    fetcher = Fetcher(allow={("127.0.0.1", port)}, resolve=lambda *_: next(answers))
    assert fetcher.fetch(f"http://a.cn:{port}/1").url == f"http://a.cn:{port}/1"
    with pytest.raises(LinkError, match="内部网络"):
        fetcher.fetch(f"http://a.cn:{port}/1")


def test_a_name_that_nobody_knows_is_said() -> None:
    def resolve(host: str, port: int) -> list[str]:
        raise socket.gaierror(-2, "Name or service not known")

    assert refusal("http://a.cn/", Fetcher(resolve=resolve)) == "找不到这个网站，请检查网址。"


def test_a_resolver_that_hangs_does_not_outlast_the_deadline() -> None:
    released = threading.Event()

    def resolve(host: str, port: int) -> list[str]:
        released.wait()
        return []

    try:
        assert refusal("http://a.cn/", Fetcher(resolve=resolve, seconds=0.1)) == "找不到这个网站，请检查网址。"
    finally:
        released.set()


def test_no_proxy_of_the_environment_is_used(port: int, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert article(f"http://127.0.0.1:{port}/1", fetcher).title == TITLE


def test_an_address_in_chinese_is_followed_as_browsers_do(port: int) -> None:
    asked: list[str] = []

    def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"]

    fetched = Fetcher(allow={("127.0.0.1", port)}, resolve=resolve).fetch(f"http://例子.cn:{port}/1?标题=桥")
    assert asked == ["xn--fsqu00a.cn"]
    assert fetched.url == f"http://xn--fsqu00a.cn:{port}/1?%E6%A0%87%E9%A2%98=%E6%A1%A5"


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1", "::ffff:93.184.216.34"])
def test_public_addresses_are_public(address: str) -> None:
    assert guard.is_public(address)


def test_a_bomb_of_gzip_is_made_of_a_small_file() -> None:
    # Else the test above would show nothing.
    assert len(gzip.compress(MEGABYTE * 50)) < 100_000
