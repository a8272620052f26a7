"""ACCESS=listed: only the people and groups that owners have listed may ask."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from bot.words import groups, readers
from retrieval.engine import SearchEngine
from tests.support.conversation import BRIDGE, MARKET, Talk, talking

pytestmark = pytest.mark.anyio


@pytest.fixture
async def talk(path: Path, open_engine: Callable[..., SearchEngine]) -> AsyncIterator[Talk]:
    async with talking(path, open_engine, [BRIDGE, MARKET], ACCESS="listed") as made:
        yield made


def refused(talk: Talk) -> str:
    return readers.NOT_LISTED.format(number=talk.reader.id)


@pytest.mark.parametrize("text", ["新桥全长多少米", "/start", "/today", "/ask 新桥全长多少米", "/stats"])
async def test_a_stranger_learns_a_number_and_nothing_else(talk: Talk, text: str) -> None:
    assert (await talk.api.ask(talk.chat, talk.reader, text)).text == refused(talk)


async def test_an_owner_lists_a_person_by_number_and_takes_them_off_again(talk: Talk) -> None:
    said = await talk.api.ask(talk.desk, talk.editor, f"/allow {talk.reader.id}")
    assert said.text == f"已加进名单：{talk.reader.id}。"
    assert "一千二百米" in (await talk.api.ask(talk.chat, talk.reader, "新桥全长多少米")).text
    assert str(talk.reader.id) in (await talk.api.ask(talk.desk, talk.editor, "/listed")).text
    await talk.api.ask(talk.desk, talk.editor, f"/deny {talk.reader.id}")
    assert (await talk.api.ask(talk.chat, talk.reader, "新桥全长多少米")).text == refused(talk)
    assert (await talk.api.ask(talk.desk, talk.editor, "/listed")).text == "名单是空的。"


async def test_a_forwarded_message_names_the_person_to_list(talk: Talk) -> None:
    forward = await talk.api.send(talk.desk, talk.editor, "让我也用吧", forwarded_from=talk.reader)
    await talk.api.reply(talk.desk, forward)
    said = await talk.api.ask(talk.desk, talk.editor, "/allow", reply_to=forward)
    assert said.text == "已加进名单：小李。"
    assert "一千二百米" in (await talk.api.ask(talk.chat, talk.reader, "新桥全长多少米")).text


async def test_everybody_in_a_listed_group_may_ask_there_and_open_articles_in_place(talk: Talk) -> None:
    group = talk.api.group("城北群", [talk.reader, talk.editor])
    assert (await talk.api.ask(group, talk.reader, "/ask 新桥全长多少米")).text == readers.GROUP_NOT_LISTED
    await talk.api.send(group, talk.reader, "/ask 新桥全长多少米")
    await talk.api.quiet()  # told once, then silence
    assert (await talk.api.ask(group, talk.editor, "/allow")).text == "已加进名单：城北群。"
    page = await talk.api.ask(group, talk.reader, "/ask 新桥全长多少米")
    assert "一千二百米" in page.text
    assert (await talk.api.ask(talk.chat, talk.reader, "新桥全长多少米")).text == refused(talk)
    assert f"{group.id} 城北群" in (await talk.api.ask(talk.desk, talk.editor, "/listed")).text


async def test_the_inline_mode_is_for_the_list_too(talk: Talk) -> None:
    page = await talk.api.inline(talk.reader, "新桥")
    assert page.results == []
    assert readers.INLINE_NOT_LISTED in str(page.button)
    assert page.is_personal
    assert (await talk.api.inline(talk.editor, "新桥")).results


async def test_only_owners_change_or_see_the_list(talk: Talk) -> None:
    group = talk.api.group("城北群", [talk.reader, talk.editor], admins=[talk.reader])
    await talk.api.ask(group, talk.editor, "/allow")
    for text in ("/allow", "/deny", "/listed", f"/allow {talk.reader.id}"):
        assert (await talk.api.ask(group, talk.reader, text)).text == groups.NOT_AN_OWNER
    assert (await talk.api.ask(group, talk.editor, "/listed")).text == groups.IN_PRIVATE
    assert (await talk.api.ask(talk.desk, talk.editor, "/allow 小李")).text.startswith("在群里发 /allow")


async def test_a_group_that_became_a_supergroup_stays_listed(talk: Talk) -> None:
    group = talk.api.group("城北群", [talk.reader, talk.editor], basic=True)
    await talk.api.ask(group, talk.editor, "/allow")
    larger = talk.api.migrate(group, talk.editor)
    await talk.api.fetched()
    assert "一千二百米" in (await talk.api.ask(larger, talk.reader, "/ask 新桥全长多少米")).text


async def test_the_list_outlives_a_restart(path: Path, open_engine: Callable[..., SearchEngine]) -> None:
    async with talking(path, open_engine, [BRIDGE], ACCESS="listed") as talk:
        await talk.api.ask(talk.desk, talk.editor, f"/allow {talk.reader.id}")
        number = talk.reader.id
    async with talking(path, open_engine, [], ACCESS="listed") as talk:
        assert str(number) in (await talk.api.ask(talk.desk, talk.editor, "/listed")).text
        assert talk.reader.id == number
        assert "一千二百米" in (await talk.api.ask(talk.chat, talk.reader, "新桥全长多少米")).text


async def test_with_public_access_the_list_says_that_it_does_not_count(
    path: Path, open_engine: Callable[..., SearchEngine]
) -> None:
    async with talking(path, open_engine) as talk:
        said = await talk.api.ask(talk.desk, talk.editor, "/listed")
        assert "ACCESS=listed" in said.text
        assert "一千二百米" in (await talk.api.ask(talk.chat, talk.reader, "新桥全长多少米")).text


async def test_a_group_that_is_not_listed_hears_so_whoever_adds_the_bot(talk: Talk) -> None:
    group = talk.api.group("城北群", [talk.reader, talk.editor], bot="left")
    talk.api.bot_becomes(group, "member", talk.editor)
    assert (await talk.api.reply(group)).text == readers.GROUP_NOT_LISTED
