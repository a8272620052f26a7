"""The editor's desk in conversations: removals, and changes that are taken back."""

import asyncio
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.words import desk, editors, readers
from retrieval.change import Actor
from retrieval.engine import SearchEngine
from tests.support.conversation import EDITOR, PUSH, Talk, talking
from tests.support.desk_talk import asked, log, pressed, source_of

pytestmark = pytest.mark.anyio
SECOND = 222
NEAR = PUSH.replace("城西日报", "城东日报")


@pytest.fixture
async def two(path: Path, open_engine: Callable[..., SearchEngine]) -> Iterator[Talk]:
    """A conversation with two editors."""
    async with talking(path, open_engine, ADMIN_IDS=f"{EDITOR},{SECOND}") as made:
        yield made


# Removals


async def test_a_removal_is_asked_for_once_and_can_be_taken_back(talk: Talk) -> None:
    question = await asked(talk, "/remove #1，2、9")
    assert question.text.startswith("要下架这 2 篇吗？\n#1《城北新桥通车》城北日报\n#2《菜市场搬迁》")
    assert question.text.endswith("没有编号为 9 的文章。")
    assert await talk.count() == 2
    removed = await pressed(talk, question, desk.REMOVE)
    assert removed.text.startswith("已下架 #1《城北新桥通车》。\n已下架 #2《菜市场搬迁》。")
    assert await talk.count() == 0
    assert log(talk)[-1] == ("remove", Actor("老王", EDITOR), [("removed", 1), ("removed", 2)])
    assert (await pressed(talk, removed, desk.UNDO)).text == "已撤销下架：已恢复 #1、#2。"
    assert await talk.count() == 2


async def test_a_removal_may_be_given_up(talk: Talk) -> None:
    question = await asked(talk, "/remove 1-2")
    assert (await pressed(talk, question, desk.CANCEL)).text == desk.CANCELLED
    assert await talk.count() == 2


async def test_remove_as_a_reply_means_the_article_of_the_card_or_the_answer(talk: Talk) -> None:
    card = await asked(talk, PUSH)
    assert "#3《城西图书馆开馆》" in (await asked(talk, "/remove", reply_to=card)).text.replace("\u2060", "")
    answer = await asked(talk, "新桥全长多少米")
    assert "#1《城北新桥通车》" in (await asked(talk, "/remove", reply_to=answer)).text.replace("\u2060", "")


@pytest.mark.parametrize("numbers", ["新桥", "3-", "5-3", "1 2 x"])
async def test_a_removal_without_numbers_is_explained(talk: Talk, numbers: str) -> None:
    assert "/remove 129" in (await asked(talk, f"/remove {numbers}")).text


async def test_too_long_a_range_is_not_removed(talk: Talk) -> None:
    assert (await asked(talk, "/remove 1-99999999999")).text.startswith("一次最多下架 200 篇")


async def test_a_removed_article_comes_back_only_when_another_editor_confirms(two: Talk) -> None:
    li = two.api.person("小赵", id=SECOND)
    desk_of_li = two.api.private(li)
    await asked(two, PUSH)
    await pressed(two, await asked(two, "/remove 3"), desk.REMOVE)
    card = await two.api.ask(desk_of_li, li, PUSH)
    assert "老王曾把它（#3）下架，没有再收录。" in card.text.replace("\u2060", "")
    assert await two.count() == 2
    mark = two.api.mark
    await two.api.press(card, desk.ADD_ANYWAY, li)
    await two.api.until(lambda: len(two.api.sent) > mark)
    assert two.api.sent[-1].text.startswith("已收录 #4")


# Taking back


async def test_undo_takes_back_the_last_changes_of_the_editor_one_by_one(talk: Talk) -> None:
    await asked(talk, PUSH)
    await asked(talk, "/edit 3\n来源：城南晚报")
    assert (await asked(talk, "/undo")).text == "已撤销更正：已恢复 #3。"
    assert await source_of(talk, 3) == "城西日报"
    assert (await asked(talk, "/undo")).text == "已撤销收录：已取下 #3。"
    assert (await asked(talk, "/undo")).text == desk.NOTHING_TO_UNDO


async def test_a_change_on_which_another_editor_has_built_is_taken_back_only_when_confirmed(two: Talk) -> None:
    li = two.api.person("小赵", id=SECOND)
    desk_of_li = two.api.private(li)
    card = await asked(two, PUSH)
    await asked(two, "/edit 3\n记者：陈明")
    mark = two.api.mark
    corrected = await two.api.ask(desk_of_li, li, "/edit 3\n来源：城南晚报")
    assert corrected.text.endswith("\n老王 在 1 分钟前改过这一篇。")
    await two.api.until(lambda: any(message.chat_id == two.desk.id for message in two.api.sent[mark:]))
    told = next(message for message in two.api.sent[mark:] if message.chat_id == two.desk.id)
    assert told.text == "小赵 改了你刚改过的一篇：已更正 #3（来源：城西日报 → 城南晚报）"
    question = await pressed(two, card, desk.UNDO)
    assert question.text == "#3 后来又有改动，没有撤销。"
    assert await two.count() == 3
    assert (await pressed(two, question, desk.UNDO_ANYWAY)).text == "已撤销收录：已取下 #3。"
    assert await two.count() == 2


async def test_two_presses_of_undo_do_not_undo_each_other(two: Talk) -> None:
    card = await asked(two, PUSH)
    await asyncio.gather(*(two.api.press(card, desk.UNDO, two.editor) for _ in range(2)))
    assert two.api.now(card).text in ("已撤销收录：已取下 #3。", "这次改动已经撤销过了。")
    assert await two.count() == 2


async def test_the_buttons_of_a_card_whose_article_is_gone_say_so(talk: Talk) -> None:
    await asked(talk, PUSH)
    card = await asked(talk, NEAR)
    await talk.service.changes.remove([3, 4], Actor("命令行"), 9)
    assert await talk.api.press(card, desk.VIEW, talk.editor) == readers.GONE
    assert await talk.api.press(card, desk.AS_CORRECTION, talk.editor) == readers.GONE


async def test_only_editors_press_the_buttons_of_the_desk(talk: Talk) -> None:
    card = await asked(talk, PUSH)
    assert await talk.api.press(card, desk.UNDO, talk.reader) == editors.NOT_AN_EDITOR
    assert await talk.count() == 3


async def test_undo_of_several_articles_asks_first_and_can_be_taken_back(talk: Talk) -> None:
    lines = [json.dumps({"title": f"{street}公告", "text": f"{street}停水一天。" * 5}) for street in ("甲街", "乙路")]
    await asked(talk, "", document=("两篇.jsonl", "\n".join(lines).encode()))
    question = await asked(talk, "/undo")
    assert question.text == "要撤销上一次收录吗？共 2 篇：#3、#4"
    undone = await pressed(talk, question, desk.UNDO)
    assert undone.text == "已撤销收录：已取下 #3、#4。"
    assert (await pressed(talk, undone, desk.REDO)).text == "已撤销撤销：已恢复 #3、#4。"
    assert await talk.count() == 4


async def test_a_confirmed_text_does_not_override_the_removal_of_another_editor(two: Talk) -> None:
    bare = "城西图书馆本周日正式开馆，藏书八十万册，座位两千个。" + "周末有讲座，不收门票，凭身份证入馆。" * 12
    question = await asked(two, bare)
    await two.api.press(question, editors.STORE, two.editor)
    await two.api.until(lambda: two.api.now(question).buttons == [])  # the last thing that the press does
    await pressed(two, await asked(two, "/remove 3"), desk.REMOVE)
    li = two.api.person("小赵", id=SECOND)
    desk_of_li = two.api.private(li)
    asked_again = await two.api.ask(desk_of_li, li, bare)
    await two.api.press(asked_again, editors.STORE, li)
    await two.api.until(lambda: any("没有再收录" in message.text for message in two.api.sent))
    card = next(message for message in two.api.sent if "没有再收录" in message.text)
    assert "老王曾把它（#3）下架" in card.text.replace("\u2060", "")
    assert card.buttons == [[desk.ADD_ANYWAY]]
    assert await two.count() == 2


async def test_a_second_press_of_a_removal_leaves_the_card_of_the_first(talk: Talk) -> None:
    question = await asked(talk, "/remove 1")
    await asyncio.gather(*(talk.api.press(question, desk.REMOVE, talk.editor) for _ in range(2)))
    assert talk.api.now(question).buttons == [[desk.UNDO]]
