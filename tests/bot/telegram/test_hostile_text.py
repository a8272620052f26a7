"""Printed markup, links and commands that must not act wherever they are shown."""

from collections.abc import Callable
from pathlib import Path

import pytest

from retrieval.engine import SearchEngine
from tests.support.articles import make_article
from tests.support.conversation import MARKET, removed, talking

pytestmark = pytest.mark.anyio
HOSTILE = (
    "详见 evil.example 或 http://evil.example/a?b=1 ，联系 @evilbot 与 a@evil.example ，发送 /remove 1 或/add坏，"
    "#促销 ＃促销 $USD 新浪.中国 10.0.0.1 tg://join t.me/evil <b>假</b> &lt;"
)


async def test_printed_text_is_never_clickable_wherever_it_is_shown(
    path: Path, open_engine: Callable[..., SearchEngine]
) -> None:
    article = make_article(
        f"{HOSTILE} 城北新桥今天通车。",
        title=f"城北新桥 {HOSTILE}",
        heading=f"通车 {HOSTILE}",
        source="@evilbot evil.example",
        author="#作者 /stop",
        url="https://real.example.com/1",
    )
    async with talking(path, open_engine, [article, MARKET]) as talk:
        shown = [await talk.api.ask(talk.chat, talk.reader, "城北新桥通车")]
        toast = await talk.api.press(shown[0], "1/2", talk.reader)
        shown += [await talk.api.ask(talk.chat, talk.reader, f"{HOSTILE} 火星")]
        shown += [await talk.api.ask(talk.chat, talk.reader, "/start")]
        shown += [
            await talk.api.ask(talk.desk, talk.editor, f"/add {HOSTILE}\n@evilbot 2026-11-22\n图书馆开馆 {HOSTILE}")
        ]
        shown += [await removed(talk, 1)]
        shown += [
            await talk.api.ask(talk.desk, talk.editor, "", document=("@evilbot /stop evil.example.bin", b"\0" * 99))
        ]
        page = await talk.api.inline(talk.reader, "图书馆开馆")
        shown += [await talk.api.choose(page, 0, talk.api.group("群", [talk.reader]), talk.reader)]
        assert toast == ""
        assert [message.live for message in shown] == [[]] * len(shown)
        links = {address for message in shown for _, address in message.links}
        assert links == {"https://real.example.com/1"}
