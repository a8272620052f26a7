"""/recent and /stats: what was stored last, and how the bot does today."""

import asyncio

import pytest

from bot.words import upkeep
from retrieval.change import NO_CHANGE
from tests.support.articles import make_article
from tests.support.conversation import Talk, removed

pytestmark = pytest.mark.anyio
# Published long before the others, and stored after them
OLD = make_article("城西图书馆开馆，藏书八十万册。", title="图书馆 @all <开馆>", published="2001-02-03")


async def test_recent_lists_articles_by_the_moment_at_which_they_were_stored(talk: Talk) -> None:
    await talk.service.add(iter([OLD]), 1, NO_CHANGE)
    page = await talk.api.ask(talk.desk, talk.editor, "/recent")
    lines = page.text.replace("\u2060", "").split("\n")
    assert lines[0] == "最近收录的 3 篇："
    assert [line for line in lines if line.startswith("#")] == [
        *("#3《图书馆 @all <开馆>》", "#2《菜市场搬迁》", "#1《城北新桥通车》")
    ]
    assert lines[3].startswith("　来源不明 · 收录于 ")
    assert lines[6].startswith("　城南晚报 · 收录于 ")
    assert page.live == []


async def test_recent_lists_ten_articles_at_most(talk: Talk) -> None:
    articles = [make_article(f"第{n}号公告：城北第{n}片区停水。", title=f"第{n}号公告") for n in range(15)]
    await talk.service.add(iter(articles), 1, NO_CHANGE)
    page = await talk.api.ask(talk.desk, talk.editor, "/recent")
    assert page.text.count("#") == 10
    assert "#17《第14号公告》" in page.text


async def test_recent_of_nothing_says_so(talk: Talk) -> None:
    for number in (1, 2):
        await removed(talk, number)
    assert (await talk.api.ask(talk.desk, talk.editor, "/recent")).text == upkeep.NOTHING_STORED


async def test_recent_is_for_editors_in_private(talk: Talk) -> None:
    assert (await talk.api.ask(talk.chat, talk.reader, "/recent")).text == upkeep.NOT_AN_EDITOR
    group = talk.api.group("编辑部", [talk.editor])
    assert (await talk.api.ask(group, talk.editor, "/recent")).text == upkeep.RECENT_IN_PRIVATE


async def test_stats_tell_an_editor_how_the_bot_does_today(talk: Talk) -> None:
    assert upkeep.NOBODY_ASKED in (await talk.api.ask(talk.desk, talk.editor, "/stats")).text
    for question in ("新桥全长多少米", "火星基地", "菜市场搬到哪里", "深圳台风停课了吗"):
        await talk.api.ask(talk.chat, talk.reader, question)
    await talk.service.waits.add(talk.reader.id, "火星基地", "SIMPLIFIED")
    await asyncio.wrap_future(talk.service._noting.submit(lambda: None))
    lines = (await talk.api.ask(talk.desk, talk.editor, "/stats")).text.split("\n")
    assert lines[0].startswith("现有 2 篇报道")
    assert lines[2].startswith("今天 4 个问题，2 个没有找到（50%），回答用时中位数 ")
    assert lines[3].endswith("启动，此前的提问没有计入。")
    assert lines[4] == "没答上的问题 2 个（/gaps），等消息的 1 个。"


async def test_readers_and_groups_see_how_much_is_stored_alone(talk: Talk) -> None:
    group = talk.api.group("编辑部", [talk.editor])
    for chat, person in ((talk.chat, talk.reader), (group, talk.editor)):
        assert len((await talk.api.ask(chat, person, "/stats")).text.split("\n")) == 2
