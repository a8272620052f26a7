"""Servers that hang, drip bytes, speak another protocol or show a bad certificate."""

import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from retrieval.intake import Fetcher
from tests.support.web_server import refusal


def raw_server(speak: Callable[[socket.socket], None]) -> tuple[int, Callable[[], None]]:
    """Starts a server that answers each connection with `speak`; returns its port and a function that stops it."""
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
def test_a_misbehaving_server_is_refused_with_the_reason(
    speak: Callable[[socket.socket], None], scheme: str, reason: str
) -> None:
    port, stop = raw_server(speak)
    try:
        fetcher = Fetcher(allow={("127.0.0.1", port)}, seconds=0.3)
        assert refusal(f"{scheme}://127.0.0.1:{port}/", fetcher) == reason
    finally:
        stop()


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificate")
def test_an_untrusted_certificate_is_reported(tmp_path: Path) -> None:
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
