"""The HTTP server on the loopback: routes, forms, errors, and failures on purpose."""

import asyncio
import inspect
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from tests.bot_api import validation
from tests.bot_api.error import ApiError
from tests.bot_api.flood import Flood
from tests.bot_api.methods import Methods
from tests.bot_api.updates import Bell, Updates
from tests.bot_api.validation import Files
from tests.bot_api.world import Person, World

Json = dict[str, Any]
When = Callable[[Json], bool]

_LARGEST_REQUEST = 64 * 2**20
_LONGEST_HANG = 60.0  # seconds
# The type of the result of each method that returns objects.
_RESULTS = {
    "getMe": "User",
    "sendMessage": "Message",
    "sendDocument": "Message",
    "sendPhoto": "Message",
    "editMessageText": "Message",
    "editMessageReplyMarkup": "Message",
    "getChat": "ChatFullInfo",
    "getFile": "File",
    "getWebhookInfo": "WebhookInfo",
}


@dataclass
class Failure:
    """A failure for the next `times` calls. Without a refusal the connection is dropped or hangs."""

    method: str
    times: int
    when: When | None
    refused: ApiError | None = None
    done: bool = False
    hang: bool = False


class Server:
    """The Bot API of one bot at `base_url`. State outlives `stop()` and `start()`."""

    def __init__(self, token: str, username: str) -> None:
        self.token = token
        self.faults: list[str] = []
        self.calls: list[tuple[str, Json]] = []
        self.bell = Bell()
        self.world = World(Person(int(token.partition(":")[0]), "新闻问答", username, is_bot=True))
        self.updates = Updates(self.bell, self.faults)
        self.methods = Methods(self.world, self.updates, self.bell, self.faults)
        self.port = 0
        self.flood = Flood()
        self._failures: list[Failure] = []
        self._runner: web.AppRunner | None = None

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/bot"

    @property
    def base_file_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/file/bot"

    async def start(self) -> None:
        """Starts to serve, on the port of the previous start if there was one."""
        application = web.Application(client_max_size=_LARGEST_REQUEST)
        application.router.add_route("*", "/bot{token}/{method}", self._method)
        application.router.add_get("/file/bot{token}/{path:.+}", self._file)
        # A poll whose bot was killed must end: handlers are cancelled when the connection goes.
        self._runner = web.AppRunner(application, handler_cancellation=True, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await site.start()
        self.port = self._runner.addresses[0][1]
        self.updates.start()

    async def stop(self) -> None:
        """Go away as in an outage: open polls break, new connections are refused."""
        self.updates.stop()
        if self._runner:
            await self._runner.cleanup()
            self._runner = None

    def expect_failure(self, failure: Failure) -> None:
        self._failures.append(failure)

    async def _method(self, request: web.Request) -> web.StreamResponse:
        try:
            self._check_token(request.match_info["token"])
            return web.json_response({"ok": True, "result": await self._call(request)})
        except ApiError as refused:
            if refused.fault:
                self.faults.append(f"{request.match_info['method']}: {refused.description}")
            return web.json_response(refused.answer(), status=refused.code)
        except Exception as error:
            self.faults.append(f"this server failed in {request.match_info['method']}: {error!r}")
            raise

    async def _call(self, request: web.Request) -> object:
        name = validation.name_of(request.match_info["method"])
        handler = getattr(self.methods, re.sub("([A-Z])", r"_\1", name or "").lower(), None) if name else None
        given, files = await _form(request)
        if name is None or handler is None:
            raise ApiError("Not Found", 404, fault=True)
        params = validation.request(name, given, files)
        if name != "getUpdates":
            self.calls.append((name, params))
            self.bell.ring()
        self.flood.admit(name, self.world.find(params.get("chat_id")))
        failure = self._failure(name, params)
        if failure and failure.refused:
            raise failure.refused
        result: object = None
        if not failure or failure.done:
            result = handler(params, files)
            result = await result if inspect.isawaitable(result) else result
            wrong = validation.faults(_RESULTS[name], result) if name in _RESULTS and result is not True else []
            self.faults.extend(f"this server answered {name} wrongly: {sentence}" for sentence in wrong)
        if failure:
            if failure.hang:
                await asyncio.sleep(_LONGEST_HANG)
            if request.transport:
                request.transport.abort()
        return result

    def _failure(self, name: str, params: Json) -> Failure | None:
        for failure in self._failures:
            if failure.times and failure.method == name and (failure.when is None or failure.when(params)):
                failure.times -= 1
                return failure
        return None

    def _check_token(self, token: str) -> None:
        if not re.fullmatch(r"\d+:[A-Za-z0-9_-]+", token):
            raise ApiError("Not Found", 404)
        if token != self.token:
            raise ApiError("Unauthorized", 401)

    async def _file(self, request: web.Request) -> web.StreamResponse:
        try:
            self._check_token(request.match_info["token"])
            for path, content, _ in self.world.files.values():
                if path == request.match_info["path"]:
                    return web.Response(body=content, content_type="application/octet-stream")
            raise ApiError("Not Found", 404)
        except ApiError as refused:
            return web.json_response(refused.answer(), status=refused.code)


async def _form(request: web.Request) -> tuple[Json, Files]:
    """The parameters of a request and its files, in any of the four encodings."""
    given: Json = dict(request.query)
    files: Files = {}
    if request.content_type == "application/json":
        try:
            body = json.loads(await request.text() or "{}")
        except ValueError:
            raise ApiError("can't parse the request: invalid JSON", fault=True) from None
        if not isinstance(body, dict):
            raise ApiError("can't parse the request: expected an object", fault=True)
        return given | body, files
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            files[name] = (value.filename, value.file.read())
            value.file.close()
        else:
            given[name] = value
    return given, files
