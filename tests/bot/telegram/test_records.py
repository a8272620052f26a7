"""What has happened: /log with its pages, and /history of an article."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.telegram.markup import LONGEST_MESSAGE, units
from bot.words import desk, editors
from retrieval.change import Actor, Change
from retrieval.engine import SearchEngine
from retrieval.store.database import Database
from retrieval.store.journal import Journal
from tests.support.articles import make_article
from tests.support.conversation import EDITOR, PUSH, Talk, talking

pytestmark = pytest.mark.anyio
EXTENDED = f"{PUSH}馆里还有一间儿童阅览室，周末有人讲故事，家长可以在一旁陪着听。"


def shown(text: str) -> str:
    """A text as a person sees it, without word joiners."""
    return text.replace("\u2060", "")


async def test_the_log_says_who_changed_what_and_when_the_newest_first(talk: Talk) -> None:
    await talk.api.ask(talk.desk, talk.editor, f"/editors {talk.reader.id} 小李")
    await talk.api.ask(talk.desk, talk.editor, f"/allow {talk.reader.id}")
    group = talk.api.group("值班群", [talk.editor])
    await talk.api.ask(group, talk.editor, "/scope 城北日报 近30天")
    await talk.api.ask(talk.desk, talk.editor, f"/deny {talk.reader.id}")
    # An editor sees it too.
    page = await talk.api.ask(talk.chat, talk.reader, "/log")
    lines = [line.split(" ", 2)[2] for line in shown(page.text).split("\n\n")]
    assert lines[:4] == [
        f"老王 从名单里去掉 {talk.reader.id}",
        f"老王 改群的范围 {group.id} 值班群 城北日报 近 30 天",
        f"老王 加进名单 {talk.reader.id}",
        f"老王 加编辑 {talk.reader.id} 小李",
    ]
    assert page.live == []
    assert page.buttons == []


async def test_the_log_turns_ten_entries_a_page_and_stays_where_it_is_when_more_come(
    path: Path, open_engine: Callable[..., SearchEngine]
) -> None:
    async with talking(path, open_engine, []) as talk:
        database = Database(path)
        with database.write():
            for number in range(1, 26):
                Journal(database).append(Change(Actor("老王", EDITOR), "editor_added", note=f"第{number}位"))

        def notes() -> list[str]:
            return [line.rpartition(" ")[2] for line in talk.api.now(page).text.split("\n\n")]

        page = await talk.api.ask(talk.desk, talk.editor, "/log")
        assert notes() == [f"第{number}位" for number in range(25, 15, -1)]
        assert page.buttons == [["›"]]
        await talk.api.ask(talk.desk, talk.editor, "/allow 7")
        await talk.api.press(page, "›", talk.editor)
        assert notes() == [f"第{number}位" for number in range(15, 5, -1)]
        assert talk.api.now(page).buttons == [["‹", "›"]]
        await talk.api.press(talk.api.now(page), "›", talk.editor)
        assert notes() == [f"第{number}位" for number in range(5, 0, -1)]
        assert talk.api.now(page).buttons == [["‹"]]
        await talk.api.press(talk.api.now(page), "‹", talk.editor)
        await talk.api.press(talk.api.now(page), "‹", talk.editor)
        assert notes() == [f"第{number}位" for number in range(25, 15, -1)]
        assert await talk.api.press(talk.api.now(page), "‹", talk.reader) == desk.ONLY_EDITORS


async def test_the_history_says_what_an_article_was_and_is(talk: Talk) -> None:
    await talk.api.ask(talk.desk, talk.editor, PUSH)
    await talk.api.ask(talk.desk, talk.editor, EXTENDED)
    page = await talk.api.ask(talk.desk, talk.editor, "/history #3")
    former, current = shown(page.text).split("\n\n")
    assert "正文：" in former
    assert current.startswith("现在：《城西图书馆开馆》 城西日报 · ")
    question = await talk.api.ask(talk.desk, talk.editor, "/remove 3")
    await talk.api.press(question, desk.REMOVE, talk.editor)
    assert (await talk.api.ask(talk.desk, talk.editor, "/history 3")).text.split("\n\n")[-1].endswith("下架了")
    assert (await talk.api.ask(talk.desk, talk.editor, "/history 77")).text == editors.no_such_article(77)
    assert (await talk.api.ask(talk.desk, talk.editor, "/history 台风")).text.startswith("请在 /history 后面")


async def test_a_long_history_fits_a_message_and_keeps_the_newest(
    path: Path, open_engine: Callable[..., SearchEngine]
) -> None:
    url = "https://news.example.com/long"
    async with talking(path, open_engine, []) as talk:
        for number in range(60):
            title = f"第{number}稿" + "题" * 60
            article = make_article("城北新桥今天正式通车，全长一千二百米。", title=title, source=f"{number}", url=url)
            open_engine().add(article)
        page = await talk.api.ask(talk.desk, talk.editor, "/history 1")
        assert units(page.text) <= LONGEST_MESSAGE
        assert page.text.startswith("……更早的还有 ")
        assert "现在：《第59稿" in page.text


@pytest.mark.parametrize("command", ["/log", "/history 1"])
async def test_records_are_for_editors_and_in_private(talk: Talk, command: str) -> None:
    group = talk.api.group("值班群", [talk.reader, talk.editor])
    assert (await talk.api.ask(talk.chat, talk.reader, command)).text.startswith(desk.ONLY_EDITORS)
    assert (await talk.api.ask(group, talk.reader, command)).text == desk.ONLY_EDITORS
    assert (await talk.api.ask(group, talk.editor, command)).text == desk.RECORDS_IN_PRIVATE
