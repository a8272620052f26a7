"""/gaps: what readers asked in vain, and the articles that editors add for it."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.telegram import gaps as gap_list
from bot.words import editors, gaps, readers
from retrieval.engine import SearchEngine
from tests.bot_api.api import BotApi
from tests.bot_api.message import Message
from tests.support.conversation import BRIDGE, EDITOR, MARKET, TOKEN, Talk, running

pytestmark = pytest.mark.anyio
QUESTION = "深圳台风停课了吗"
ANSWER = (
    "深圳台风停课\n深圳晚报 2026-11-22 09:30\n"
    "深圳市教育局宣布，因台风海葵登陆，深圳全市中小学今天停课一天，幼儿园和校外培训机构也暂停上课，何时复课另行通知。"
)


async def listed(talk: Talk) -> Message:
    """The list of gaps, after those that were noted have been written."""
    await asyncio.wrap_future(talk.service._noting.submit(lambda: None))
    return await talk.api.ask(talk.desk, talk.editor, "/gaps")


async def prompted(talk: Talk, label: str = "收录 1") -> Message:
    page = await listed(talk)
    toast = await talk.api.press(page, label, talk.editor)
    return await talk.api.reply(talk.desk, toast)


async def test_questions_in_vain_are_listed_by_likeness_with_their_number_and_day(talk: Talk) -> None:
    other = talk.api.person("小张")
    for person, question in ((talk.reader, "火星基地"), (talk.reader, QUESTION), (other, "深圳今天台风停课了吗")):
        await talk.api.ask(talk.api.private(person), person, question)
    page = await listed(talk)
    assert page.text.startswith("没答上的问题，共 2 组，问得多的在前：\n\n1. 深圳")
    assert "问过 2 次，最近 " in page.text
    assert "也问：" in page.text
    assert "2. 火星基地" in page.text
    assert page.buttons == [["收录 1", "收录 2"]]


async def test_a_question_of_a_group_counts_and_one_person_counts_once(talk: Talk) -> None:
    group = talk.api.group("值班群", [talk.reader])
    for _ in range(2):
        await talk.api.ask(group, talk.reader, f"/ask {QUESTION}")
    assert "问过 1 次" in (await listed(talk)).text


@pytest.mark.parametrize("text", ["谢谢", "那深圳呢", "昨天的新闻", "的", "/today", "新桥全长多少米", "真的吗"])
async def test_what_no_article_could_answer_is_no_gap(talk: Talk, text: str) -> None:
    await talk.api.ask(talk.chat, talk.reader, text)
    assert (await listed(talk)).text == gaps.NOTHING


async def test_a_keystroke_of_an_inline_question_is_no_gap(talk: Talk) -> None:
    await talk.api.inline(talk.reader, "深圳台风停")
    assert (await listed(talk)).text == gaps.NOTHING


async def test_a_follow_up_in_vain_is_kept_as_it_was_completed(talk: Talk) -> None:
    await talk.api.ask(talk.chat, talk.reader, "新桥全长多少米")
    said = await talk.api.ask(talk.chat, talk.reader, "那菜市场台风停课呢")
    assert "没有找到" in said.text
    page = await listed(talk)
    assert "1. 菜市场台风停课\n" in page.text


async def test_a_disliked_answer_is_a_gap(talk: Talk) -> None:
    answer = await talk.api.ask(talk.chat, talk.reader, "新桥全长多少米")
    await talk.api.press(answer, readers.BAD, talk.reader)
    await talk.api.press(talk.api.now(answer), readers.WRONG["w"], talk.reader)
    page = await listed(talk)
    assert "1. 新桥全长多少米" in page.text
    assert "问过 1 次" in page.text


async def test_the_article_that_answers_a_gap_is_pushed_as_a_reply_and_closes_it(talk: Talk) -> None:
    await talk.api.ask(talk.chat, talk.reader, QUESTION)
    prompt = await prompted(talk)
    assert prompt.text == gaps.PROMPT.format(question=QUESTION)
    reply = await talk.api.send(talk.desk, talk.editor, ANSWER, reply_to=prompt)
    await talk.api.until(lambda: len(talk.api.sent) == reply.mark + 2)
    card, told = talk.api.sent[reply.mark :]
    assert card.text.startswith("已收录 #3")
    assert told.text == gaps.NOW_ANSWERED.format(question=QUESTION)
    assert (await listed(talk)).text == gaps.NOTHING


async def test_an_article_about_something_else_leaves_the_gap_open(talk: Talk) -> None:
    await talk.api.ask(talk.chat, talk.reader, QUESTION)
    prompt = await prompted(talk)
    file = ("图书馆.txt", "城西图书馆开馆\n城西日报 2026-11-22\n城西图书馆本周日正式开馆，藏书八十万册。".encode())
    reply = await talk.api.send(talk.desk, talk.editor, "", document=file, reply_to=prompt)
    await talk.api.until(lambda: len(talk.api.sent) == reply.mark + 2)
    card, told = talk.api.sent[reply.mark :]
    assert card.text.startswith("已收录 #3")
    assert told.text == gaps.STILL_OPEN.format(question=QUESTION)
    assert QUESTION in (await listed(talk)).text


async def test_a_reply_without_words_or_file_does_not_push_the_prompt(talk: Talk) -> None:
    await talk.api.ask(talk.chat, talk.reader, QUESTION)
    prompt = await prompted(talk)
    assert (
        await talk.api.ask(talk.desk, talk.editor, kind="sticker", text="", reply_to=prompt)
    ).text == editors.NOTHING_TO_ADD
    assert await talk.count() == 2


async def test_a_hostile_question_is_shown_harmless_and_still_found_by_its_prompt(talk: Talk) -> None:
    question = "@all “深圳”台风 <b>停课</b> /stop http://evil.example 了吗"
    await talk.api.ask(talk.chat, talk.reader, question)
    prompt = await prompted(talk)
    assert prompt.live == []
    reply = await talk.api.send(talk.desk, talk.editor, ANSWER, reply_to=prompt)
    await talk.api.until(lambda: len(talk.api.sent) == reply.mark + 2)


async def test_an_article_that_was_added_elsewhere_closes_a_gap_at_the_next_look(talk: Talk) -> None:
    await talk.api.ask(talk.chat, talk.reader, QUESTION)
    page = await listed(talk)
    assert QUESTION in page.text
    await talk.api.ask(talk.desk, talk.editor, f"/add {ANSWER}")
    assert (await listed(talk)).text == gaps.NOTHING
    assert await talk.api.press(page, "收录 1", talk.editor) == gaps.GONE


async def test_a_long_list_has_pages(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gap_list, "_ENTRIES", 2)
    for question in ("火星基地", "月球车站", "深海矿井"):
        await talk.api.ask(talk.chat, talk.reader, question)
    page = await listed(talk)
    assert page.buttons == [["收录 1", "收录 2"], ["1/2", "›"]]
    await talk.api.press(page, "›", talk.editor)
    assert talk.api.now(page).buttons == [["收录 3"], ["‹", "2/2"]]


async def test_others_than_editors_see_no_gaps_and_a_group_sees_none(talk: Talk) -> None:
    assert (await talk.api.ask(talk.chat, talk.reader, "/gaps")).text == gaps.NOT_AN_EDITOR
    group = talk.api.group("编辑部", [talk.editor, talk.reader])
    assert (await talk.api.ask(group, talk.editor, "/gaps")).text == gaps.IN_PRIVATE
    assert (await talk.api.ask(group, talk.reader, "/gaps")).text == gaps.NOT_AN_EDITOR


async def test_a_reply_to_a_prompt_from_before_a_restart_is_still_for_its_gap(
    path: Path, open_engine: Callable[..., SearchEngine]
) -> None:
    async with BotApi(TOKEN) as api:
        reader, editor = api.person("小李"), api.person("老王", id=EDITOR)
        chat, desk = api.private(reader), api.private(editor)
        async with running(api, path, open_engine, [BRIDGE, MARKET]) as (service, _):
            await api.ask(chat, reader, QUESTION)
            await asyncio.wrap_future(service._noting.submit(lambda: None))
            toast = await api.press(await api.ask(desk, editor, "/gaps"), "收录 1", editor)
            prompt = await api.reply(desk, toast)
        async with running(api, path, open_engine):
            reply = await api.send(desk, editor, ANSWER, reply_to=prompt)
            await api.until(lambda: len(api.sent) == reply.mark + 2)
            assert api.sent[-1].text == gaps.NOW_ANSWERED.format(question=QUESTION)
