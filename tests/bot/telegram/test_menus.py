"""Menus of commands: an editor's own comes with /start when Telegram did not know the chat before."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from retrieval.engine import SearchEngine
from tests.bot_api.api import BotApi
from tests.support.conversation import BRIDGE, EDITOR, TOKEN, Talk, running

pytestmark = pytest.mark.anyio


def own_menus(api: BotApi, number: int) -> list[dict[str, Any]]:
    """The menus that Telegram has taken for the private chat of a person, in both languages."""
    wanted = f'"chat_id": {number}'
    return [{"commands": menu} for (scope, _), menu in api.methods.commands.items() if wanted in scope]


async def test_an_editor_who_presses_start_later_gets_the_menu_then(
    path: Path, open_engine: Callable[..., SearchEngine]
) -> None:
    async with BotApi(TOKEN) as api, running(api, path, open_engine, [BRIDGE]):
        editor = api.person("老王", id=EDITOR)
        desk = api.private(editor, started=False)
        # Four menus in two languages, of which Telegram refuses the editor's two.
        await api.until(lambda: len([name for name, _ in api.calls if name == "setMyCommands"]) == 8)
        assert own_menus(api, EDITOR) == []
        await api.ask(desk, editor, "/start")
        await api.until(lambda: len(own_menus(api, EDITOR)) == 2)
        names = [command["command"] for command in own_menus(api, EDITOR)[0]["commands"]]
        assert {"ask", "add", "listed"} <= set(names)


async def test_a_reader_who_presses_start_gets_no_menu_of_their_own(talk: Talk) -> None:
    await talk.api.ask(talk.chat, talk.reader, "/start")
    await talk.api.fetched()
    assert own_menus(talk.api, talk.reader.id) == []
