"""The served application: its webhook and its menu of commands."""

import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.words import readers
from retrieval.engine import SearchEngine
from tests.bot_api.api import BotApi
from tests.support.conversation import BRIDGE, EDITOR, MARKET, PUSH, TOKEN, Talk, running

pytestmark = pytest.mark.anyio


async def test_a_webhook_receives_the_same_update_kinds_as_polling(
    path: Path, open_engine: Callable[..., SearchEngine]
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    webhook = {"WEBHOOK_URL": "https://bot.example/hook", "WEBHOOK_SECRET": "s-1", "WEBHOOK_PORT": str(port)}
    async with BotApi(TOKEN) as api:
        api.webhook_proxy = f"http://127.0.0.1:{port}"
        async with running(api, path, open_engine, [BRIDGE, MARKET], **webhook):
            reader, editor = api.person("小李"), api.person("老王", id=EDITOR)
            chat, desk = api.private(reader), api.private(editor)
            first = await api.ask(chat, reader, "新桥")
            await api.press(first, "›", reader)
            assert api.now(first).buttons == [["‹", "2/2"], [readers.SHARE, readers.GOOD, readers.BAD]]
            assert len((await api.inline(reader, "新桥")).results) == 2
            assert (await api.ask(desk, editor, PUSH)).text.startswith("已收录 #3")
            assert "八十万册" in (await api.ask(api.group("群", [reader]), reader, "/ask图书馆藏书多少册")).text


async def test_the_menu_offers_commands_to_readers_and_more_to_editors(talk: Talk) -> None:
    def offered() -> list[dict[str, object]]:
        return [params for name, params in talk.api.calls if name == "setMyCommands"]

    await talk.api.until(lambda: len(offered()) == 8)  # four menus in two languages
    everybody, group, admins, editor = (str(menu["commands"]) for menu in offered()[:4])
    assert "remove" not in everybody + group + admins
    assert "scope" in admins
    assert "remove" in editor
