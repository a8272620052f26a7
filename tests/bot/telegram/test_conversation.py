"""Questions that continue an answer, by leaning on it or by replying to it."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from bot.service import conversations
from bot.words import answers, readers
from retrieval.engine import SearchEngine
from tests.bot_api.api import BotApi
from tests.support.articles import make_article
from tests.support.conversation import BRIDGE, MARKET, TOKEN, Talk, running, talking

pytestmark = pytest.mark.anyio

FAIR = make_article(
    "西安会展中心12月5日举办茶博会，门票每张四十元。茶博会因为场地检修，比往年推迟一周。",
    "西安茶业协会会长王建国说，展位已经全部订出，预计有五万人到场，其中一半是外地客商。",
    title="西安茶博会",
    source="西安晚报",
    published="2026-11-21",
)
SHOW = make_article(
    "深圳会展中心12月3日举办数码展，门票每张六十元，学生半价。主办方是深圳电子商会。",
    title="深圳数码展",
    source="深圳晚报",
    published="2026-11-20",
)
TRAFFIC = make_article(
    "城北新桥通车第三天，新桥日均车流量达到四万辆，比预计多一万辆，交警在桥头增设了两处信号灯。",
    title="城北新桥通车后车流大增",
    source="城北日报",
    published="2026-11-23",
)


@pytest.fixture
async def talk(path: Path, open_engine: Callable[..., SearchEngine]) -> AsyncIterator[Talk]:
    async with talking(path, open_engine, [BRIDGE, MARKET, FAIR, SHOW, TRAFFIC]) as made:
        yield made


async def test_a_question_that_leans_on_the_last_one_continues_it_and_says_so(talk: Talk) -> None:
    await talk.api.ask(talk.chat, talk.reader, "西安茶博会门票多少钱")
    other = await talk.api.ask(talk.chat, talk.reader, "那深圳数码展呢")
    assert other.text.startswith("接着“西安茶博会门票多少钱”问：\n\n深圳会展中心12月3日举办数码展，门票每张六十元")
    assert other.buttons[-1] == [answers.ALONE]
    await talk.api.press(other, answers.ALONE, talk.reader)
    assert "接着" not in talk.api.now(other).text


async def test_a_short_question_without_a_name_is_asked_of_the_same_article_first(talk: Talk) -> None:
    await talk.api.ask(talk.chat, talk.reader, "西安茶博会什么时候举办")
    why = await talk.api.ask(talk.chat, talk.reader, "为什么推迟")
    assert why.text.startswith("接着“西安茶博会什么时候举办”问：\n\n")
    assert "因为场地检修" in why.text
    # The article has no 主办方; the other one does.
    host = await talk.api.ask(talk.chat, talk.reader, "主办方是谁")
    assert "接着" not in host.text
    assert "深圳电子商会" in host.text


async def test_a_follow_up_without_an_answer_says_so_and_shows_no_stranger(talk: Talk) -> None:
    await talk.api.ask(talk.chat, talk.reader, "新桥全长多少米")
    none = await talk.api.ask(talk.chat, talk.reader, "那火星呢")
    assert none.text.startswith("接着“新桥全长多少米”问：\n\n没有提到“火星”，最接近的是：")
    assert not [entity for entity in none.entities if entity["type"] == "bold"]
    assert none.buttons[-1] == [answers.ALONE]


async def test_a_reply_continues_the_answer_that_it_replies_to_in_a_group_too(talk: Talk) -> None:
    group = talk.api.group("值班群", [talk.reader])
    fair = await talk.api.ask(group, talk.reader, "/ask 西安茶博会门票多少钱")
    await talk.api.ask(group, talk.reader, "/ask 新桥全长多少米")
    why = await talk.api.ask(group, talk.reader, "为什么推迟", reply_to=fair)
    assert why.text.startswith("接着“西安茶博会门票多少钱”问：")
    alone = await talk.api.ask(group, talk.reader, "菜市场搬到哪里", reply_to=fair)
    assert alone.text.startswith("城南菜市场")
    # Without a reply, a group has no last question.
    assert (await talk.api.ask(group, talk.reader, "/ask 那深圳数码展呢")).text == readers.NOTHING_BEFORE


async def test_nothing_is_continued_after_ten_minutes_or_before_the_first_question(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (await talk.api.ask(talk.chat, talk.reader, "那深圳呢")).text == readers.NOTHING_BEFORE
    await talk.api.ask(talk.chat, talk.reader, "西安茶博会门票多少钱")
    monkeypatch.setattr(conversations, "CONVERSATION_SECONDS", -1.0)
    assert (await talk.api.ask(talk.chat, talk.reader, "那深圳数码展呢")).text == readers.NOTHING_BEFORE


async def test_more_of_an_answer_is_its_next_page(talk: Talk) -> None:
    first = await talk.api.ask(talk.chat, talk.reader, "新桥")
    count = int(first.buttons[0][0].partition("/")[2])
    seen = {first.text}
    for place in range(2, count + 1):
        page = await talk.api.ask(talk.chat, talk.reader, "还有呢")
        assert f"{place}/{count}" in page.buttons[0]
        seen.add(page.text)
    assert len(seen) == count
    assert (await talk.api.ask(talk.chat, talk.reader, "还有吗？")).text == readers.NO_MORE


@pytest.mark.parametrize("words", ["原文", "全文", "详细一点", "说详细点", "展开说说"])
async def test_the_whole_article_is_a_word_away(talk: Talk, words: str) -> None:
    await talk.api.ask(talk.chat, talk.reader, "西安茶博会门票多少钱")
    assert "展位已经全部订出" in (await talk.api.ask(talk.chat, talk.reader, words)).text


@pytest.mark.parametrize("words", ["后来呢", "然后呢？", "有后续吗", "最新进展"])
async def test_the_reports_of_an_affair_are_listed_by_their_days(talk: Talk, words: str) -> None:
    await talk.api.ask(talk.chat, talk.reader, "新桥全长多少米")
    line = await talk.api.ask(talk.chat, talk.reader, words)
    assert line.text.splitlines()[:3] == ["这件事的 2 篇报道，按时间：", "", "1. 城北新桥通车"]
    assert "2. 城北新桥通车后车流大增" in line.text
    await talk.api.ask(talk.chat, talk.reader, "菜市场搬到哪里")
    assert (await talk.api.ask(talk.chat, talk.reader, words)).text == readers.NO_LATER


async def test_a_page_that_was_turned_is_the_one_to_go_on_from(talk: Talk) -> None:
    first = await talk.api.ask(talk.chat, talk.reader, "新桥")
    await talk.api.press(first, "›", talk.reader)
    page = await talk.api.ask(talk.chat, talk.reader, "还有呢", reply_to=talk.api.now(first))
    assert page.buttons[0][1].startswith("3/")


async def test_the_bot_does_not_judge_what_is_true(talk: Talk) -> None:
    await talk.api.ask(talk.chat, talk.reader, "新桥全长多少米")
    assert (await talk.api.ask(talk.chat, talk.reader, "真的吗？")).text == readers.NO_JUDGE


async def test_a_question_that_can_be_read_alone_is_never_answered_by_a_stranger(talk: Talk) -> None:
    await talk.api.ask(talk.chat, talk.reader, "新桥全长多少米")
    # The article of the bridge says nothing of an old name.
    assert "接着" not in (await talk.api.ask(talk.chat, talk.reader, "曾用名叫什么")).text
    alone = await talk.api.ask(talk.chat, talk.reader, "那西安茶博会门票多少钱")
    assert "门票每张四十元" in alone.text
    assert "接着" not in alone.text


async def test_an_answer_of_an_affair_with_other_reports_has_a_button_for_its_timeline(talk: Talk) -> None:
    answer = await talk.api.ask(talk.chat, talk.reader, "城北新桥全长多少米")
    toast = await talk.api.press(answer, readers.TIMELINE, talk.reader)
    line = await talk.api.reply(talk.chat, toast)
    assert line.text.splitlines()[:3] == ["这件事的 2 篇报道，按时间：", "", "1. 城北新桥通车"]
    assert talk.api.now(answer).text == answer.text
    alone = await talk.api.ask(talk.chat, talk.reader, "菜市场搬到哪里")
    assert not any(readers.TIMELINE in row for row in alone.buttons)


async def test_in_a_group_the_timeline_is_for_the_person_who_asked(talk: Talk) -> None:
    other = talk.api.person("小张")
    group = talk.api.group("闲聊", [talk.reader, other])
    answer = await talk.api.ask(group, talk.reader, "/ask 城北新桥全长多少米")
    assert await talk.api.press(answer, readers.TIMELINE, other) == readers.NOT_YOURS
    toast = await talk.api.press(answer, readers.TIMELINE, talk.reader)
    assert (await talk.api.reply(group, toast)).text.startswith("这件事的 2 篇报道")


async def test_an_edited_follow_up_still_continues_the_question_before_it(talk: Talk) -> None:
    await talk.api.ask(talk.chat, talk.reader, "西安茶博会门票多少钱")
    question = await talk.api.send(talk.chat, talk.reader, "那深圳书展呢")
    first = await talk.api.reply(talk.chat, question)
    mark = talk.api.mark
    await talk.api.edit(question, "那深圳数码展呢")
    changed = await talk.api.reply(talk.chat, mark)
    assert changed.id == first.id
    assert changed.text.startswith("接着“西安茶博会门票多少钱”问：\n\n深圳会展中心")


async def test_a_reply_continues_an_answer_of_before_a_restart(
    path: Path, open_engine: Callable[..., SearchEngine]
) -> None:
    api = BotApi(TOKEN)
    async with api:
        async with running(api, path, open_engine, [BRIDGE, FAIR, SHOW]):
            reader = api.person("小李")
            chat, group = api.private(reader), api.group("群", [reader])
            before = await api.ask(chat, reader, "西安茶博会门票多少钱")
            asked = await api.ask(group, reader, "/ask 西安茶博会门票多少钱")
        async with running(api, path, open_engine, []):
            other = await api.ask(chat, reader, "那深圳数码展呢", reply_to=before)
            assert other.text.startswith("接着“西安茶博会门票多少钱”问：\n\n深圳会展中心")
            assert "王建国" in (await api.ask(group, reader, "会长是谁", reply_to=asked)).text
            assert (await api.ask(chat, reader, "还有呢", reply_to=before)).text != readers.NOTHING_BEFORE


async def test_an_edit_into_words_that_ask_nothing_alone_is_understood(talk: Talk) -> None:
    question = await talk.api.send(talk.chat, talk.reader, "新桥全长多少米")
    await talk.api.reply(talk.chat, question)
    for words, sentence in (("还有呢", readers.NOTHING_BEFORE), ("谢谢", readers.WELCOME)):
        mark = talk.api.mark
        await talk.api.edit(question, words)
        assert (await talk.api.reply(talk.chat, mark)).text == sentence
