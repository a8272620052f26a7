"""How do updates come in when Telegram delivers them? Each is acknowledged when it was carried out, not before."""

import asyncio
import hmac
import json
from typing import Any

import tornado.web
from tornado.httpserver import HTTPServer

from bot.updates import Updates

# Telegram waits about a minute for an answer and delivers again then; what takes longer is acknowledged before.
_LONGEST_SECONDS = 25.0
_LARGEST_UPDATE = 1 << 20  # bytes; an update has no files in it


class Delivery(tornado.web.RequestHandler):
    """One POST of Telegram's (core.telegram.org/bots/api#setwebhook)."""

    def initialize(self, updates: Updates, secret: str) -> None:
        self._updates = updates
        self._secret = secret

    async def post(self) -> None:
        given = self.request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
        if not hmac.compare_digest(given.encode(), self._secret.encode()):
            self.send_error(403)
            return
        try:
            raw: Any = json.loads(self.request.body)
        except ValueError:
            raw = None
        task = self._updates.begin(raw) if isinstance(raw, dict) else None
        if task is None:
            self.send_error(400)
            return
        await asyncio.wait([task], timeout=_LONGEST_SECONDS)
        self.set_status(200)

    def write_error(self, status_code: int, **_: Any) -> None:
        self.finish(b"")


def listen(updates: Updates, secret: str, address: str, port: int, path: str) -> HTTPServer:
    """A server that takes deliveries at this path. Raises OSError when the port can't be had."""
    arguments = {"updates": updates, "secret": secret}
    application = tornado.web.Application([(path, Delivery, arguments)], log_function=lambda _: None)
    server = HTTPServer(application, max_body_size=_LARGEST_UPDATE)
    server.listen(port, address=address)
    return server
