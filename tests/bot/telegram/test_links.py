"""Links that an editor pushes."""

import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from retrieval.engine import SearchEngine
from retrieval.intake import Fetcher
from tests.bot_api.api import BotApi
from tests.support.conversation import BRIDGE, EDITOR, PUSH, TOKEN, Talk, running

pytestmark = pytest.mark.anyio


class Site(BaseHTTPRequestHandler):
    """A newspaper's page."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        head, *rest = PUSH.removeprefix("/add ").split("\n")
        paragraphs = "".join(f"<p>{line}</p>" for line in rest)
        self.wfile.write(f"<html><body><article><h1>{head}</h1>{paragraphs}</article></body></html>".encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.mark.parametrize("command", ["/add ", ""])
async def test_a_link_is_followed_to_public_addresses_only(
    path: Path, open_engine: Callable[..., SearchEngine], command: str
) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        address = f"http://127.0.0.1:{server.server_port}/1.html"
        allowed = Fetcher(allow=[("127.0.0.1", server.server_port)])
        async with BotApi(TOKEN) as api, running(api, path, open_engine, [BRIDGE], fetcher=allowed):
            editor = api.person("老王", id=EDITOR)
            card = await api.ask(api.private(editor), editor, f"{command}{address}")
            assert card.text.startswith("已收录 #2")
            assert card.links == [("原文 · 127.0.0.1", address)]
        async with BotApi(TOKEN) as api, running(api, path, open_engine, [BRIDGE]):
            editor = api.person("老王", id=EDITOR)
            card = await api.ask(api.private(editor), editor, f"{command}{address}?again")
            # A different update with the same id, as after a week without updates: it must not get the first card.
            assert card.text.startswith("未收录")
            assert card.live == []
    finally:
        server.shutdown()
        server.server_close()


async def test_links_beyond_the_limit_are_each_reported(talk: Talk) -> None:
    links = [f"http://127.0.0.1:9/{number}" for number in range(14)]
    card = await talk.api.ask(talk.desk, talk.editor, "/add " + " ".join(links))
    assert card.text.count("未收录") == 10
    assert card.text.endswith("……还有 4 条")
    card = await talk.api.ask(talk.desk, talk.editor, "/add " + " ".join(links[:11]))
    assert card.text.endswith("……还有 1 条")
