"""A web server, and a fetcher that may fetch from it."""

import threading
from collections.abc import Iterator
from http.server import ThreadingHTTPServer

import pytest

from retrieval.intake import Fetcher
from tests.support.web_server import Handler


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def fetcher(port: int) -> Fetcher:
    return Fetcher(allow={("127.0.0.1", port)})
