"""Questions in groups, topics and supergroups."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.words import operators, readers
from retrieval.engine import SearchEngine
from tests.bot_api.api import BotApi
from tests.support.conversation import BRIDGE, TOKEN, Talk, running

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    "text",
    ["/ask 新桥全长多少米", "/ask新桥全长多少米", "/ask@NewsQABot 新桥全长多少米", "/ask@newsqabot新桥全长多少米"],
)
async def test_a_group_asks_with_or_without_a_space_after_the_command(talk: Talk, text: str) -> None:
    group = talk.api.group("值班群", [talk.reader])
    question = await talk.api.send(group, talk.reader, text)
    answer = await talk.api.reply(group, question)
    assert answer.text.startswith("新桥全长一千二百米")
    assert answer.reply_to == question.id


async def test_a_question_in_a_topic_is_answered_in_that_topic(talk: Talk) -> None:
    group = talk.api.group("值班群", [talk.reader], topics=True)
    topic = talk.api.topic(group, "桥梁", talk.reader)
    answer = await talk.api.ask(group, talk.reader, "/ask 新桥全长多少米", topic=topic)
    assert answer.topic == topic


async def test_a_reply_to_the_bot_is_a_question_and_a_reply_to_others_is_not(talk: Talk) -> None:
    group = talk.api.group("值班群", [talk.reader])
    first = await talk.api.ask(group, talk.reader, "/ask 新桥全长多少米")
    second = await talk.api.ask(group, talk.reader, "菜市场搬到哪里", reply_to=first)
    assert "城南菜市场" in second.text
    other = await talk.api.send(group, talk.reader, "今天谁值班")
    await talk.api.send(group, talk.reader, "新桥全长多少米", reply_to=other)
    await talk.api.quiet()


async def test_ask_sent_as_a_reply_asks_the_text_of_that_message(talk: Talk) -> None:
    group = talk.api.group("值班群", [talk.reader])
    claim = await talk.api.send(group, talk.reader, "新桥全长一千二百米")
    assert "一千二百米" in (await talk.api.ask(group, talk.reader, "/ask", reply_to=claim)).text
    whether = await talk.api.ask(group, talk.reader, "/ask 真的吗？", reply_to=claim)
    assert whether.text.startswith("新桥全长一千二百米")


async def test_the_name_of_the_bot_alone_asks_for_the_question(talk: Talk) -> None:
    group = talk.api.group("值班群", [talk.reader], bot="administrator")
    assert (await talk.api.ask(group, talk.reader, "@NewsQABot")).text == readers.ASK_NOW


async def test_a_greeting_behind_ask_is_answered_and_laughter_in_a_reply_is_not(talk: Talk) -> None:
    group = talk.api.group("值班群", [talk.reader])
    assert "直接写问题" in (await talk.api.ask(group, talk.reader, "/ask 你好")).text
    answer = await talk.api.ask(group, talk.reader, "/ask 新桥全长多少米")
    for text in ("哈哈", "👍", "瞎说"):
        await talk.api.send(group, talk.reader, text, reply_to=answer)
    await talk.api.quiet()


async def test_ask_alone_asks_for_the_question_and_takes_it_as_a_reply_or_as_an_edit(talk: Talk) -> None:
    group = talk.api.group("值班群", [talk.reader])
    bare = await talk.api.send(group, talk.reader, "/ask")
    asks = await talk.api.reply(group, bare)
    assert asks.text == readers.ASK_NOW
    assert dict(talk.api.calls)["sendMessage"]["reply_markup"]["force_reply"]
    assert "一千二百米" in (await talk.api.ask(group, talk.reader, "新桥全长多少米", reply_to=asks)).text
    edited = await talk.api.edit(bare, "/ask 菜市场搬到哪里")
    assert "城南菜市场" in (await talk.api.reply(group, edited)).text


async def test_the_bot_ignores_unaddressed_group_messages_even_without_privacy_mode(
    path: Path, open_engine: Callable[..., SearchEngine]
) -> None:
    async with BotApi(TOKEN, can_read_all=True) as api, running(api, path, open_engine, [BRIDGE]) as (_, printed):
        reader = api.person("小李")
        group = api.group("值班群", [reader], privacy=False)
        for text in ("新桥全长多少米", "/ask@OtherBot 新桥", "/weather 城北", "@NewsQABot2 新桥全长多少米"):
            assert (await api.send(group, reader, text)).delivered
        await api.quiet()
        for text in ("@NewsQABot新桥全长多少米", "请问@newsqabot，新桥全长多少米"):
            assert "一千二百米" in (await api.ask(group, reader, text)).text
        assert operators.PRIVACY_OFF in printed


async def test_a_group_question_without_hits_gets_one_line(talk: Talk) -> None:
    group = talk.api.group("值班群", [talk.reader])
    answer = await talk.api.ask(group, talk.reader, "/ask 火星探测器何时返回")
    assert answer.text == "没有找到能回答“火星探测器何时返回”的报道。"


async def test_the_bot_tells_a_group_once_how_to_ask_when_it_joins(talk: Talk) -> None:
    group = talk.api.group("值班群", [talk.reader], bot="left")
    mark = talk.api.mark
    talk.api.bot_becomes(group, "member", talk.reader)
    assert (await talk.api.reply(group, mark)).text == readers.HELLO_GROUP
    talk.api.bot_becomes(group, "administrator", talk.reader)
    await talk.api.quiet()


async def test_a_group_that_becomes_a_supergroup_is_answered_in_the_supergroup(talk: Talk) -> None:
    group = talk.api.group("值班群", [talk.reader], basic=True)
    mark = talk.api.mark
    await talk.api.send(group, talk.reader, "/ask 新桥全长多少米")
    new = talk.api.migrate(group, talk.reader)
    assert "一千二百米" in (await talk.api.reply(new, mark)).text
