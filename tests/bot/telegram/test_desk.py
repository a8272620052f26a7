"""The editor's desk in conversations: corrections and merges."""

import pytest

from bot.words import desk
from retrieval.change import Actor
from tests.support.conversation import BRIDGE, EDITOR, PUSH, Talk
from tests.support.desk_talk import asked, log, pressed, source_of

pytestmark = pytest.mark.anyio
NEAR = PUSH.replace("城西日报", "城东日报")


@pytest.mark.parametrize(
    "lines", ["来源：城南晚报\n时间：2026-11-21 08:30", "來源: 城南晚报\n時間：2026年11月21日 8:30"]
)
async def test_a_reply_to_a_card_corrects_the_article(talk: Talk, lines: str) -> None:
    card = await asked(talk, PUSH)
    corrected = await asked(talk, lines, reply_to=card)
    assert corrected.text == "已更正 #3（来源：城西日报 → 城南晚报；时间：2026-11-22 09:30 → 2026-11-21 08:30）"
    assert "城南晚报" in (await talk.api.ask(talk.chat, talk.reader, "图书馆藏书多少册")).text
    assert log(talk)[-1] == ("edit", Actor("老王", EDITOR), [("updated", 3)])
    undone = await pressed(talk, corrected, desk.UNDO)
    assert undone.text == "已撤销更正：已恢复 #3。"
    assert await source_of(talk, 3) == "城西日报"


async def test_a_reply_to_an_answer_corrects_its_article_and_old_buttons_show_the_new_text(talk: Talk) -> None:
    answer = await asked(talk, "新桥全长多少米")
    corrected = await asked(talk, "正文：城北新桥全长九百米。\n第二段。", reply_to=answer)
    assert corrected.text.startswith("已更正 #1（正文：")
    assert "全长九百米" in (await pressed(talk, answer, "1/2")).text
    assert (
        (await asked(talk, "/remove", reply_to=answer))
        .text.replace("\u2060", "")
        .endswith("#1《城北新桥通车》城北日报")
    )


async def test_an_editor_says_in_a_group_what_is_wrong_with_an_answer(talk: Talk) -> None:
    group = talk.api.group("新闻群", [talk.editor, talk.reader])
    answer = await talk.api.ask(group, talk.reader, "/ask 新桥全长多少米")
    corrected = await talk.api.ask(group, talk.editor, "来源：城南晚报", reply_to=answer)
    assert corrected.text == "已更正 #1（来源：城北日报 → 城南晚报）"
    await talk.api.ask(group, talk.reader, "来源：假的", reply_to=answer)  # a question like any other
    assert await source_of(talk, 1) == "城南晚报"


async def test_edit_shows_how_and_its_reply_corrects(talk: Talk) -> None:
    form = await asked(talk, "/edit 1")
    assert form.text.startswith("更正 #1：\n标题：城北新桥通车\n来源：城北日报\n")
    assert (await asked(talk, "兰州晚报", reply_to=form)).text.startswith("没看懂“兰州晚报”。")
    assert (await asked(talk, "记者：陈明", reply_to=form)).text == "已更正 #1（记者：空 → 陈明）"
    assert (await asked(talk, "/edit 1\n记者：无")).text == "已更正 #1（记者：陈明 → 空）"
    assert (await asked(talk, "/edit #1 记者：无")).text == desk.UNCHANGED
    assert (await asked(talk, "/edit 9\n记者：无")).text == "没有编号为 9 的文章。"
    assert "/edit 129" in (await asked(talk, "/edit")).text


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        ("时间：前些天", "没看懂时间“前些天”"),
        ("标题：", "标题和正文不能为空"),
        ("正文：", "标题和正文不能为空"),
        ("链接：javascript:alert(1)", "链接要以 http:// 或 https:// 开头"),
        ("来源：甲报\n随便写写", "没看懂“随便写写”"),
    ],
)
async def test_a_correction_that_is_not_understood_changes_nothing(talk: Talk, lines: str, fault: str) -> None:
    reply = await asked(talk, f"/edit 1\n{lines}")
    assert reply.text.startswith(fault)
    assert reply.text.endswith("没有改动。")
    assert await talk.service.article(1) == BRIDGE


async def test_an_edit_of_the_pushed_message_corrects_the_article(talk: Talk) -> None:
    message = await talk.api.send(talk.desk, talk.editor, PUSH)
    await talk.api.reply(talk.desk, message)
    mark = talk.api.mark
    await talk.api.edit(message, PUSH.replace("八十万册", "九十万册"))
    await talk.api.until(lambda: len(talk.api.sent) > mark)
    assert talk.api.sent[-1].text.startswith("已更正 #3（正文：")
    assert "藏书九十万册" in (await talk.api.ask(talk.chat, talk.reader, "图书馆藏书多少册")).text


async def test_only_editors_correct(talk: Talk) -> None:
    answer = await talk.api.ask(talk.chat, talk.reader, "新桥全长多少米")
    for text in ("来源：假的", "/edit 1\n来源：假的"):
        await talk.api.ask(talk.chat, talk.reader, text, reply_to=answer)
    assert await source_of(talk, 1) == "城北日报"
    assert log(talk) == []


# Nearly the same


async def test_a_nearly_equal_article_becomes_a_correction_or_stays_another(talk: Talk) -> None:
    await asked(talk, PUSH)
    card = await asked(talk, NEAR)
    assert "#4 与 #3 几乎相同。" in card.text
    merged = await pressed(talk, card, desk.AS_CORRECTION)
    assert merged.text == "#4 已并入 #3。来源：城西日报 → 城东日报"
    assert (await talk.count(), await source_of(talk, 3)) == (3, "城东日报")
    assert (await pressed(talk, merged, desk.UNDO)).text == "已撤销合并：已恢复 #3、#4。"
    assert (await talk.count(), await source_of(talk, 3)) == (4, "城西日报")


async def test_another_article_loses_the_question(talk: Talk) -> None:
    await asked(talk, PUSH)
    card = await asked(talk, NEAR)
    assert await talk.api.press(card, desk.ANOTHER, talk.editor) == desk.KEPT_APART
    await talk.api.until(lambda: desk.ANOTHER not in str(talk.api.now(card).buttons))
    assert [button for row in talk.api.now(card).buttons for button in row] == [desk.VIEW, desk.EDIT, desk.UNDO]


async def test_an_edit_of_the_caption_of_a_file_does_not_replace_the_article(talk: Talk) -> None:
    file = ("a.txt", PUSH.removeprefix("/add ").encode())
    sent = await talk.api.send(talk.desk, talk.editor, document=file, caption="这是刚拿到的稿子")
    await talk.api.reply(talk.desk, sent)
    before, mark = await talk.service.article(3), talk.api.mark
    await talk.api.edit(sent, "这是刚拿到的稿子，主任还没看过，先别往外发，有问题找小王，他今天下午都在，电话打得通。")
    assert (await talk.api.reply(talk.desk, mark)).text == desk.OF_PARTS
    assert await talk.service.article(3) == before


async def test_a_correction_of_several_messages_is_stored_whole(talk: Talk) -> None:
    lines = [
        f"第{n}段：城北新桥今天通车，全长{n}米，投资三亿元，双向六车道，由城北建设公司承建。" for n in range(1, 121)
    ]
    text = "/edit 1\n正文：" + "\n".join(lines)
    cut = text.rfind("\n", 0, 4096)
    await talk.api.send(talk.desk, talk.editor, text[:cut])
    last = await talk.api.send(talk.desk, talk.editor, text[cut + 1 :])
    assert (await talk.api.reply(talk.desk, last)).text.startswith("已更正 #1")
    article = await talk.service.article(1)
    assert article is not None
    assert article.text == "\n".join(lines)


@pytest.mark.parametrize(
    "words", ["来源：a\ud83d", "链接：http://a\ud800.com/", "标题：\u200b", "正文：\u200b", "标题：" + "长" * 600]
)
async def test_odd_characters_are_corrected_or_refused_in_a_sentence(talk: Talk, words: str) -> None:
    reply = await asked(talk, f"/edit 1\n{words}")
    assert reply.text.startswith(("已更正", "标题和正文不能为空", "标题太长"))


async def test_a_word_between_people_in_a_group_is_no_correction(talk: Talk) -> None:
    group = talk.api.group("编辑部", [talk.editor, talk.reader])
    human = await talk.api.send(group, talk.reader, "明天几点开会？")
    await talk.api.send(group, talk.editor, "时间：2026-11-28 15:00", reply_to=human)
    await talk.api.quiet()


async def test_a_misspelt_correction_of_a_card_is_no_question(talk: Talk) -> None:
    card = await asked(talk, PUSH)
    assert (await asked(talk, "来源改成城南晚报", reply_to=card)).text.startswith("没看懂“来源改成城南晚报”。")
