"""A small HTTP server on the loopback that fails as it is told to, and remembers what it was asked."""

import json
import shutil
import ssl
import subprocess
import threading
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from retrieval.cluster.address import Address
from retrieval.cluster.client import Client
from retrieval.cluster.sender import USUAL, Timeouts

VERSION = {"version": {"distribution": "opensearch", "number": "2.19.6"}}


@dataclass(frozen=True)
class Asked:
    """A request that the server got; `connection` is the number of its connection."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    connection: int


@dataclass
class Faulty:
    """The server: `replies` are given in order, status and body, then VERSION.

    A reply waits until `speaks` is set; a path that begins with `unanswered` gets none.
    """

    host: str
    replies: deque[tuple[int, Any]] = field(default_factory=deque)
    asked: list[Asked] = field(default_factory=list)
    speaks: threading.Event = field(default_factory=threading.Event)
    unanswered: str = "no path"
    ended: threading.Event = field(default_factory=threading.Event)

    def then(self, status: int, body: Any) -> None:
        self.replies.append((status, body))


@contextmanager
def faulty(certificate: Path | None = None) -> Iterator[Faulty]:
    """A server for the time of the block, over TLS with the certificate and key of the PEM file `certificate`."""
    connections: list[object] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def setup(self) -> None:
            super().setup()
            connections.append(self)

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = dict(self.headers)
            server.asked.append(Asked(self.command, self.path, headers, body, connections.index(self)))
            server.speaks.wait()
            if self.path.startswith(server.unanswered):
                server.ended.wait()
            status, said = server.replies.popleft() if server.replies else (200, VERSION)
            content = said if isinstance(said, bytes) else json.dumps(said).encode()
            with suppress(OSError):  # the client has closed the connection
                self.send_response(status)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(content)

        do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = answer  # noqa: N815 - http.server looks for these names

        def log_message(self, *_: object) -> None:
            pass

    class Listener(ThreadingHTTPServer):
        daemon_threads = True
        block_on_close = False

        def handle_error(self, *_: object) -> None:  # a refused certificate breaks the handshake
            pass

    listener = Listener(("127.0.0.1", 0), Handler)
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        listener.socket = context.wrap_socket(listener.socket, server_side=True)
    server = Faulty(f"127.0.0.1:{listener.server_port}")
    server.speaks.set()
    thread = threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.speaks.set()
        server.ended.set()
        listener.shutdown()
        listener.server_close()
        thread.join()


def make_certificate(path: Path) -> Path:
    """A PEM file with a new key and its own certificate for 127.0.0.1, made by the command openssl."""
    if not shutil.which("openssl"):
        pytest.skip("openssl is not installed")
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"),
            *("-days", "2", "-subj", "/CN=search", "-addext", "subjectAltName=IP:127.0.0.1"),
            *("-addext", "keyUsage=critical,digitalSignature,keyCertSign"),
            *("-keyout", str(path), "-out", str(path.with_suffix(".crt"))),
        ],
        check=True,
        capture_output=True,
    )
    path.write_bytes(path.read_bytes() + path.with_suffix(".crt").read_bytes())
    return path


@contextmanager
def client(*hosts: str, timeout: Timeouts = USUAL, **more: Any) -> Iterator[Client]:
    ca = more.pop("ca", None)
    with Client(Address(more.pop("scheme", "http"), hosts, "news", **more), ca, timeout) as opened:
        yield opened
