"""Articles that an editor pushes as text, post or file, and takes down."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.words import editors
from retrieval.engine import SearchEngine
from tests.bot_api.api import BotApi
from tests.support.conversation import BRIDGE, EDITOR, MARKET, PUSH, TOKEN, Talk, removed, running

pytestmark = pytest.mark.anyio


async def test_the_next_question_finds_a_pushed_article(talk: Talk) -> None:
    card = await talk.api.ask(talk.desk, talk.editor, PUSH)
    assert card.text.startswith("已收录 #3，现在就能搜到。\n《城西图书馆开馆》\n来源：城西日报\n时间：2026-11-22 09:30")
    assert "藏书八十万册" in (await talk.api.ask(talk.chat, talk.reader, "图书馆藏书多少册")).text
    again = await talk.api.ask(talk.desk, talk.editor, PUSH)
    assert again.text.startswith("已有 #3")
    assert await talk.count() == 3


async def test_add_sent_as_a_reply_pushes_that_message(talk: Talk) -> None:
    message = await talk.api.send(talk.desk, talk.editor, "城西图书馆本周日正式开馆，藏书八十万册，座位两千个。")
    assert "没有找到" in (await talk.api.reply(talk.desk, message)).text
    card = await talk.api.ask(talk.desk, talk.editor, "/add", reply_to=message)
    assert card.text.startswith("已收录 #3")


async def test_a_channel_post_keeps_its_source_and_date(talk: Talk) -> None:
    channel = talk.api.channel("城西发布", username="chengxi")
    text = (
        "城西图书馆本周日正式开馆，藏书八十万册，座位两千个，每天开放到晚上十点，周末有讲座，"
        "不收门票，凭身份证入馆，少年儿童须有大人陪同。"
    )
    card = await talk.api.ask(talk.desk, talk.editor, text, forwarded_from=channel)
    assert "来源：城西发布" in card.text
    assert re.search(r"时间：\d{4}-\d\d-\d\d \d\d:\d\d", card.text)
    assert card.links[0][1].startswith("https://t.me/chengxi/")


@pytest.mark.parametrize("size", [1, 170])
async def test_articles_in_one_file_of_a_channel_do_not_replace_each_other(talk: Talk, size: int) -> None:
    channel = talk.api.channel("城西发布", username="chengxi")
    text = "城西图书馆本周日正式开馆，藏书八十万册，座位两千个。" * size
    lines = [
        json.dumps({"title": f"第{n}号公告", "text": f"第{n}号公告：{text}"}, ensure_ascii=False) for n in range(40)
    ]
    file = ("公告.jsonl", "\n".join(lines).encode())
    assert (len(file[1]) > 500_000) == (size > 1)  # a large file is read in pieces
    card = await talk.api.ask(talk.desk, talk.editor, "", 60, forwarded_from=channel, document=file)
    assert card.text.startswith("本批 40 条：新增 40 ")
    assert await talk.count() == 42
    stored = await talk.service.article(3)
    assert stored is not None
    assert stored.source == "城西发布"


async def test_a_file_is_stored_with_and_without_the_command(talk: Talk) -> None:
    page = PUSH.removeprefix("/add ").encode("gb18030")
    card = await talk.api.ask(talk.desk, talk.editor, "", document=("page.txt", page))
    assert card.text.startswith("已收录 #3")
    card = await talk.api.ask(talk.desk, talk.editor, "", document=("page.txt", page), caption="/add")
    assert card.text.startswith("已有 #3")
    sent = await talk.api.send(talk.desk, talk.editor, document=("page.txt", page))
    await talk.api.reply(talk.desk, sent)
    card = await talk.api.ask(talk.desk, talk.editor, "/add", reply_to=sent)
    assert card.text.startswith("已有 #3")


async def test_an_unusable_push_is_refused_with_the_reason(talk: Talk) -> None:
    card = await talk.api.ask(talk.desk, talk.editor, "", document=("a.txt", b"\x00\x01\x02" * 100))
    assert card.text.startswith("未收录 a")
    card = await talk.api.ask(talk.desk, talk.editor, "", document=("big.txt", b"x", 30_000_000))
    assert card.text == editors.TOO_BIG
    assert (await talk.api.ask(talk.desk, talk.editor, "/add")).text == editors.BATCH_OPEN
    assert await talk.count() == 2


async def test_a_lone_surrogate_does_not_stop_a_push(talk: Talk) -> None:
    assert (await talk.api.ask(talk.desk, talk.editor, f"{PUSH}\ud83d")).text.startswith("已收录 #3")


async def test_a_text_that_telegram_cut_into_several_messages_is_one_article(talk: Talk) -> None:
    head = "/add 城西图书馆开馆\n城西日报 2026-11-22 09:30\n"
    lines = [
        f"第{n}个阅览室在城西图书馆的{n}层，有{n}百个座位，藏书{n}万册，每天开放到晚上十点。" for n in range(1, 151)
    ]
    text = head + "\n".join(lines)
    cut = text.rfind("\n", 0, 4096)
    await talk.api.send(talk.desk, talk.editor, text[:cut])
    last = await talk.api.send(talk.desk, talk.editor, text[cut + 1 :])
    card = await talk.api.reply(talk.desk, last)
    assert card.text.startswith("已收录 #3")
    assert "正文：150 段" in card.text
    assert await talk.count() == 3


async def test_a_question_that_arrives_with_two_parts_of_a_text_is_answered(
    path: Path, open_engine: Callable[..., SearchEngine]
) -> None:
    async with BotApi(TOKEN) as api:
        editor = api.person("老王", id=EDITOR)
        desk = api.private(editor)
        # The bot fetches all of these at once.
        await api.send(desk, editor, f"{PUSH}\n" + "阅览室每天开放到晚上十点。" * 300)
        await api.send(desk, editor, "全文完，以馆方通知为准。")
        await api.send(desk, editor, "新桥全长多少米")
        async with running(api, path, open_engine, [BRIDGE, MARKET]):
            await api.until(lambda: len(api.sent) == 2, 30)
        assert sorted(message.text[:3] for message in api.sent) == ["已收录", "新桥全"]


async def test_a_removed_article_is_no_longer_found(talk: Talk) -> None:
    await removed(talk, 1)
    assert "城北日报" not in (await talk.api.ask(talk.chat, talk.reader, "新桥全长多少米")).text
    assert await talk.count() == 1


async def test_a_push_in_a_group_gets_a_reaction_and_a_private_card(talk: Talk) -> None:
    group = talk.api.group("编辑部", [talk.editor])
    mark = talk.api.mark
    await talk.api.send(group, talk.editor, PUSH)
    assert (await talk.api.reply(talk.desk, mark)).text.startswith("已收录 #3")
    await talk.api.until(lambda: any(name == "setMessageReaction" for name, _ in talk.api.calls))
    assert [message.chat_id for message in talk.api.sent[mark:]] == [talk.desk.id]


async def test_stats_are_sent_to_an_editor(talk: Talk) -> None:
    assert (await talk.api.ask(talk.desk, talk.editor, "/stats")).text.startswith("现有 2 篇报道，2 段，2 个来源。")
