"""The webhook server: takes updates that Telegram delivers, and acknowledges those that are done or stored.

The server reads only the headers of a request, up to a limit, until the secret in them has proved right.
"""

import hmac
import json
from dataclasses import dataclass
from typing import Any

import tornado.web
from tornado.http1connection import HTTP1Connection, HTTP1ServerConnection
from tornado.httpserver import HTTPServer
from tornado.iostream import IOStream

from bot.serving.updates import Updates, number_of

# Bytes. An update contains no files.
_LARGEST_UPDATE, _LARGEST_HEADERS, _CHUNK = 1 << 20, 16 << 10, 16 << 10


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of the server: seconds, and a number of connections.

    Telegram opens at most 40 connections, and delivers an update again that is not acknowledged within about a minute.
    """

    acknowledging: float = 5.0  # until a running update is stored as pending
    headers: float = 30.0  # from the end of the previous request
    body: float = 30.0
    connections: int = 256  # connections without the secret make room for others


_LIMITS = Limits()


@tornado.web.stream_request_body
class Delivery(tornado.web.RequestHandler):
    """One POST request of Telegram (core.telegram.org/bots/api#setwebhook)."""

    def initialize(self, updates: Updates, path: str, secret: str, limits: Limits, connections: "_Connections") -> None:
        self._updates, self._path, self._secret, self._limits = updates, path, secret, limits
        self._connections, self._body = connections, bytearray()

    def prepare(self) -> None:
        """Check path, method and secret before the body is read; a refusal closes the connection."""
        given = self.request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
        if self.request.path != self._path:
            self.send_error(404)
        elif self.request.method != "POST":
            self.send_error(405)
        elif not hmac.compare_digest(given.encode(), self._secret.encode()):
            self.send_error(403)
        else:
            connection = self.request.connection
            assert isinstance(connection, HTTP1Connection)
            self._connections.prove(connection.stream)

    def data_received(self, chunk: bytes) -> None:
        self._body += chunk

    async def post(self) -> None:
        try:
            raw: Any = json.loads(self._body)
            number = number_of(raw)
            if number is not None:
                self._updates.begin(raw)
        except (ValueError, RecursionError):
            number = None
        if number is None:
            self.send_error(400)
        elif not await self._updates.is_safe(number, self._limits.acknowledging):
            self.send_error(500)  # Telegram delivers the update again

    def write_error(self, status_code: int, **_: Any) -> None:
        # The client must not send its next request over a connection that is about to be closed.
        self.set_header("Connection", "close")
        self.finish(b"")


class _Connections:
    """The open connections, limited in number: strangers can't keep out a client that knows the secret."""

    def __init__(self, most: int) -> None:
        self._most = most
        # Connections that have not shown the secret, the oldest first.
        self._strangers: dict[IOStream, None] = {}
        self._proven: set[IOStream] = set()

    def take(self, stream: IOStream) -> bool:
        """Take a connection; when there are too many, close the oldest stranger first. False without a stranger."""
        if len(self._strangers) + len(self._proven) >= self._most:
            if not self._strangers:
                return False
            oldest = next(iter(self._strangers))
            self.drop(oldest)
            oldest.close()
        self._strangers[stream] = None
        return True

    def prove(self, stream: IOStream) -> None:
        """Mark this connection as authenticated: its client has sent the right secret."""
        if stream in self._strangers:
            self.drop(stream)
            self._proven.add(stream)

    def drop(self, stream: IOStream) -> None:
        self._strangers.pop(stream, None)
        self._proven.discard(stream)


class _Server(HTTPServer):
    connections: _Connections

    def handle_stream(self, stream: IOStream, address: tuple[Any, ...]) -> None:
        if self.connections.take(stream):
            super().handle_stream(stream, address)
        else:
            stream.close()

    def on_close(self, server_conn: object) -> None:
        assert isinstance(server_conn, HTTP1ServerConnection)
        self.connections.drop(server_conn.stream)
        super().on_close(server_conn)


def listen(updates: Updates, secret: str, address: str, port: int, path: str, limits: Limits = _LIMITS) -> HTTPServer:
    """A server that takes deliveries at this path. Raises OSError when it can't listen on the port."""
    connections = _Connections(limits.connections)
    arguments = {
        "updates": updates,
        "path": path,
        "secret": secret,
        "limits": limits,
        "connections": connections,
    }
    # One handler for every path: tornado's own handler of unknown paths reads the body first.
    application = tornado.web.Application([(".*", Delivery, arguments)], log_function=lambda _: None)
    server = _Server(
        application,
        max_body_size=_LARGEST_UPDATE,
        max_header_size=_LARGEST_HEADERS,
        chunk_size=_CHUNK,
        body_timeout=limits.body,
        idle_connection_timeout=limits.headers,
    )
    server.connections = connections
    server.listen(port, address=address)
    return server
