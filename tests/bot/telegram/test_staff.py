"""Owners and editors: /editors, its buttons, the one-time link, and what each role may do."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from bot.words import editors, groups, staff
from retrieval.engine import SearchEngine
from tests.bot_api.api import BotApi
from tests.bot_api.world import Person
from tests.support.conversation import BRIDGE, EDITOR, PUSH, TOKEN, Talk, running, talking

pytestmark = pytest.mark.anyio


@pytest.fixture
def owner(talk: Talk) -> Person:
    """The person of ADMIN_IDS, whom other tests call the editor."""
    return talk.editor


async def test_an_owner_adds_an_editor_by_number_who_is_told_and_may_edit_at_once(talk: Talk, owner: Person) -> None:
    refused = await talk.api.ask(talk.chat, talk.reader, PUSH)
    assert refused.text.startswith(editors.NOT_AN_EDITOR)
    mark = talk.api.mark
    added = await talk.api.ask(talk.desk, owner, f"/editors {talk.reader.id} 小李")
    assert added.text == f"已加编辑：小李 {talk.reader.id}。"
    assert (await talk.api.reply(talk.chat, mark)).text == staff.YOU_EDIT
    assert (await talk.api.ask(talk.chat, talk.reader, PUSH)).text.startswith("已收录 #3")


async def test_an_owner_adds_the_writer_of_a_forwarded_message(talk: Talk, owner: Person) -> None:
    forward = await talk.api.send(talk.desk, owner, "让我也来编辑吧", forwarded_from=talk.reader)
    await talk.api.reply(talk.desk, forward)
    added = await talk.api.ask(talk.desk, owner, "/editors", reply_to=forward)
    assert added.text == f"已加编辑：小李 {talk.reader.id}。"
    again = await talk.api.ask(talk.desk, owner, "/editors", reply_to=forward)
    assert again.text == f"小李 {talk.reader.id} 已经是编辑。"


async def test_a_forward_of_a_hidden_person_names_nobody(talk: Talk, owner: Person) -> None:
    forward = await talk.api.send(talk.desk, owner, "让我也来编辑吧", forwarded_from="某人")
    await talk.api.reply(talk.desk, forward)
    assert (await talk.api.ask(talk.desk, owner, "/editors", reply_to=forward)).text == staff.AUTHOR_HIDDEN


async def test_a_person_who_has_not_pressed_start_is_added_and_the_owner_hears_of_it(talk: Talk, owner: Person) -> None:
    zhang = talk.api.person("小张")
    talk.api.private(zhang, started=False)
    added = await talk.api.ask(talk.desk, owner, f"/editors {zhang.id} 小张")
    assert added.text == f"已加编辑：小张 {zhang.id}。我还不能给对方发消息，请对方先私聊我，按“开始”。"


@pytest.mark.parametrize("wrong", ["小李", "-1001234567890", "0", "12345678901234567890", "@xiaoli"])
async def test_anything_else_gets_the_usage_and_adds_nobody(talk: Talk, owner: Person, wrong: str) -> None:
    assert (await talk.api.ask(talk.desk, owner, f"/editors {wrong}")).text.startswith("加编辑：/editors 号码 名字")
    assert "还没有编辑。" in (await talk.api.ask(talk.desk, owner, "/editors")).text


async def test_the_list_names_everybody_and_has_a_button_for_each_who_can_be_removed(talk: Talk, owner: Person) -> None:
    await talk.api.ask(talk.desk, owner, f"/editors {talk.reader.id} 李/help<b>")
    page = await talk.api.ask(talk.desk, owner, "/editors")
    lines = page.text.replace("\u2060", "").splitlines()
    assert lines[:5] == ["管理者：", f"老王 {EDITOR}（在 ADMIN_IDS 里）", "", "编辑：", f"李/help<b> {talk.reader.id}"]
    assert ("bot_command", "/help") not in page.live
    assert page.buttons == [["移除 李/help<b>"]]


async def test_an_owner_removes_an_editor_after_one_question(talk: Talk, owner: Person) -> None:
    api = talk.api
    await api.ask(talk.desk, owner, f"/editors {talk.reader.id} 小李")
    page = await api.ask(talk.desk, owner, "/editors")
    await api.press(page, "移除 小李", owner)
    assert api.now(page).text == f"要移除编辑 小李 {talk.reader.id} 吗？"
    await api.press(api.now(page), staff.NO, owner)
    assert api.now(page).buttons == [["移除 小李"]]
    await api.press(api.now(page), "移除 小李", owner)
    asked, mark = api.now(page), api.mark
    assert await api.press(asked, staff.YES, owner) == "已移除 小李。"
    assert "还没有编辑。" in api.now(page).text
    assert (await api.reply(talk.chat, mark)).text == staff.YOU_EDIT_NO_MORE
    assert (await api.ask(talk.chat, talk.reader, PUSH)).text.startswith(editors.NOT_AN_EDITOR)
    # The question may stand in another message too.
    assert await api.press(asked, staff.YES, owner) == f"{talk.reader.id} 已经不在名单里。"


async def test_an_editor_who_is_no_owner_manages_nothing(talk: Talk, owner: Person) -> None:
    api = talk.api
    await api.ask(talk.desk, owner, f"/editors {talk.reader.id} 小李")
    for command, refusal in (
        ("/editors", staff.ONLY_OWNERS),
        ("/editors 5 小张", staff.ONLY_OWNERS),
        ("/allow 5", groups.NOT_AN_OWNER),
        ("/deny 5", groups.NOT_AN_OWNER),
        ("/listed", groups.NOT_AN_OWNER),
    ):
        assert (await api.ask(talk.chat, talk.reader, command)).text == refusal
    page = await api.ask(talk.desk, owner, "/editors")
    assert await api.press(page, "移除 小李", talk.reader) == staff.ONLY_OWNERS
    assert api.now(page).text == page.text
    group = api.group("值班群", [talk.reader, owner])
    assert (await api.ask(group, talk.reader, "/scope 近30天")).text == groups.NOT_AN_ADMIN
    assert "近 30 天" in (await api.ask(group, owner, "/scope 近30天")).text


async def test_a_group_does_not_see_the_list(talk: Talk, owner: Person) -> None:
    group = talk.api.group("值班群", [talk.reader, owner])
    assert (await talk.api.ask(group, owner, "/editors")).text == staff.EDITORS_IN_PRIVATE
    assert (await talk.api.ask(group, talk.reader, "/editors")).text == staff.ONLY_OWNERS


async def test_nobody_is_added_by_what_an_owner_forwards_or_writes_as_the_group(talk: Talk, owner: Person) -> None:
    command, group = "/editors 5 小张", talk.api.group("值班群", [owner])
    forwarded = await talk.api.ask(talk.desk, owner, command, forwarded_from=talk.reader)
    assert forwarded.text == editors.FORWARDED_COMMAND
    assert (await talk.api.ask(group, owner, command, anonymous=True)).text == editors.ANONYMOUS
    assert not talk.service.staff.is_editor(5)


async def test_a_button_that_is_pressed_twice_is_answered_twice(talk: Talk, owner: Person) -> None:
    await talk.api.ask(talk.desk, owner, f"/editors {talk.reader.id} 小李")
    page = await talk.api.ask(talk.desk, owner, "/editors")
    for _ in range(2):
        assert await talk.api.press(page, "移除 小李", owner) == ""


async def test_an_editor_may_ask_where_only_listed_people_may(
    path: Path, open_engine: Callable[..., SearchEngine]
) -> None:
    async with talking(path, open_engine, [BRIDGE], ACCESS="listed") as talk:
        await talk.api.ask(talk.desk, talk.editor, f"/editors {talk.reader.id}")
        assert "一千二百米" in (await talk.api.ask(talk.chat, talk.reader, "新桥全长多少米")).text
        # Without a name in the command, the list has the one that Telegram knows.
        assert f"小李 {talk.reader.id}" in (await talk.api.ask(talk.desk, talk.editor, "/editors")).text


async def test_with_an_owner_no_link_is_printed_and_none_is_valid(talk: Talk) -> None:
    assert not [line for line in talk.printed if "start=" in line]
    assert (await talk.api.ask(talk.chat, talk.reader, "/start own_guess")).text == staff.LINK_IS_DEAD


@pytest.mark.parametrize("access", ["public", "listed"])
async def test_the_first_person_who_opens_the_link_owns_the_bot(
    path: Path, open_engine: Callable[..., SearchEngine], access: str
) -> None:
    async with BotApi(TOKEN) as api:
        li, wang = api.person("小李"), api.person("老王")
        chat, other = api.private(li), api.private(wang)
        async with running(api, path, open_engine, [BRIDGE], ADMIN_IDS="", ACCESS=access) as (_, printed):
            (line,) = [line for line in printed if "start=" in line]
            assert "10 分钟内有效，只能用一次：https://t.me/NewsQABot?start=own_" in line
            parameter = line.partition("start=")[2]
            assert (await api.ask(other, wang, f"/start {parameter[:-1]}")).text == staff.LINK_IS_DEAD
            assert (await api.ask(chat, li, f"/start {parameter}")).text == staff.YOU_OWN
            assert (await api.ask(other, wang, f"/start {parameter}")).text == staff.LINK_IS_DEAD
            # The owner may open it again, as when Telegram delivers an update twice.
            assert (await api.ask(chat, li, f"/start {parameter}")).text == staff.YOU_OWN
            assert (await api.ask(chat, li, PUSH)).text.startswith("已收录 #2")
            # Nobody removes the only owner, who is the one that asks.
            page = await api.ask(chat, li, "/editors")
            assert page.text.startswith(f"管理者：\n小李 {li.id}\n")
            assert page.buttons == []
            assert "凭链接成为管理者" in (await api.ask(chat, li, "/log")).text
        async with running(api, path, open_engine, [], ADMIN_IDS="") as (_, printed):
            assert not [line for line in printed if "start=" in line]
            assert "你是编辑" in (await api.ask(chat, li, "/id")).text
        with closing(sqlite3.connect(path)) as file:
            assert parameter.removeprefix("own_") not in "\n".join(file.iterdump())


async def test_an_owner_of_admin_ids_removes_the_owner_of_the_link(
    path: Path, open_engine: Callable[..., SearchEngine]
) -> None:
    async with BotApi(TOKEN) as api:
        li, wang = api.person("小李"), api.person("老王", id=EDITOR)
        chat, desk = api.private(li), api.private(wang)
        async with running(api, path, open_engine, [BRIDGE], ADMIN_IDS="") as (_, printed):
            await api.ask(chat, li, f"/start {printed[-1].partition('start=')[2]}")
        async with running(api, path, open_engine, []):
            assert (await api.ask(chat, li, f"/editors {wang.id}")).text == f"老王 {wang.id} 已经是管理者。"
            page = await api.ask(desk, wang, "/editors")
            await api.press(page, "移除 小李", wang)
            assert api.now(page).text == f"小李 {li.id} 将不再是管理者，要移除吗？"
            await api.press(api.now(page), staff.YES, wang)
            assert (await api.ask(chat, li, "/editors")).text == staff.ONLY_OWNERS


async def test_an_editor_who_is_set_in_admin_ids_is_not_removed_by_an_old_button(
    path: Path, open_engine: Callable[..., SearchEngine]
) -> None:
    async with BotApi(TOKEN) as api:
        li, wang = api.person("小李"), api.person("老王", id=EDITOR)
        desk = api.private(wang)
        async with running(api, path, open_engine, [BRIDGE]):
            await api.ask(desk, wang, f"/editors {li.id} 小李")
            page = await api.ask(desk, wang, "/editors")
        async with running(api, path, open_engine, [], ADMIN_IDS=f"{EDITOR},{li.id}"):
            assert await api.press(page, "移除 小李", wang) == f"{li.id} 在 ADMIN_IDS 里，在这里不能移除。"


async def test_privacy_says_what_is_kept_of_editors(talk: Talk) -> None:
    assert "编辑和管理者：名字、号码和每次改动一直记着" in (await talk.api.ask(talk.chat, talk.reader, "/privacy")).text
