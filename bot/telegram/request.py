"""How does a call reach Telegram when the network is away for a moment? It waits, if nothing can be sent twice."""

import asyncio
from typing import Any

import httpx
from telegram.error import NetworkError
from telegram.request import HTTPXRequest

# Calls that somebody waits for. What is tried at the start is tried again there, and says so.
_ANSWERS = ("send", "edit", "answer")
_PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0)


class Request(HTTPXRequest):
    """Tries an answer again when no connection was made; whatever may have arrived is not sent a second time.

    Proxies are those of the environment (HTTPS_PROXY), as everywhere in httpx.
    """

    async def do_request(self, url: str, method: str, *args: Any, **keywords: Any) -> tuple[int, bytes]:
        for pause in _PAUSES if url.rpartition("/")[2].startswith(_ANSWERS) else ():
            try:
                return await super().do_request(url, method, *args, **keywords)
            except NetworkError as error:
                if not isinstance(error.__cause__, httpx.ConnectError):
                    raise
            await asyncio.sleep(pause)
        return await super().do_request(url, method, *args, **keywords)
