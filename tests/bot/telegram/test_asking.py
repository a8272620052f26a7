"""Questions in private chats, and messages that are no questions."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.words import answers, editors, readers
from retrieval.change import NO_CHANGE
from retrieval.engine import SearchEngine
from tests.bot_api.world import Person
from tests.support.articles import make_article
from tests.support.conversation import MARKET, Talk, talking

pytestmark = pytest.mark.anyio


async def test_a_private_answer_shows_the_sentence_first_and_its_source(talk: Talk) -> None:
    answer = await talk.api.ask(talk.chat, talk.reader, "新桥全长多少米？")
    assert answer.text.startswith("新桥全长一千二百米，投资三亿元，双向六车道，由城北建设公司承建。")
    assert answer.bold == ["新桥全长一千二百米，投资三亿元，双向六车道，由城北建设公司承建。"]
    assert answer.marked("expandable_blockquote") == [
        "城北新桥今天正式通车。新桥全长一千二百米，投资三亿元，双向六车道，由城北建设公司承建。\n"
        "新桥的设计者陈明说，桥面可以抗八级地震，路灯由太阳能供电，夜里不用一度外来的电，这在全省还是第一次。"
    ]
    assert "《城北新桥通车》" in answer.text
    assert answer.links == [("城北日报 · news.example.com", "https://news.example.com/bridge")]
    assert answer.live == []


async def test_a_question_without_hits_is_told_what_was_searched(talk: Talk) -> None:
    answer = await talk.api.ask(talk.chat, talk.reader, "火星探测器何时返回")
    assert answer.text.startswith("没有找到能回答“火星探测器何时返回”的报道。\n查了 2 篇，最新一篇是 2026-11-21。")


async def test_start_says_what_is_stored_and_its_button_asks_a_question(talk: Talk) -> None:
    await talk.api.ask(talk.desk, talk.editor, "/add 城南修路\n城南晚报 2026-11-19\n兰州市将投资约25亿元，修一条新路。")
    start = await talk.api.ask(talk.chat, talk.reader, "/start")
    assert start.text.splitlines() == [readers.GREETING, "现有 3 篇报道，最新一篇：11月21日。"]
    suggested = "试试：兰州市将投资约多少亿元？"
    assert start.buttons == [[suggested], [answers.WHATS_NEW], [readers.IN_GROUPS]]
    toast = await talk.api.press(start, suggested, talk.reader)
    answer = await talk.api.reply(talk.chat, toast)
    assert answer.text.startswith("问：兰州市将投资约多少亿元？\n\n兰州市将投资约25亿元")
    toast = await talk.api.press(start, answers.WHATS_NEW, talk.reader)
    assert "1. 菜市场搬迁" in (await talk.api.reply(talk.chat, toast)).text
    toast = await talk.api.press(start, readers.IN_GROUPS, talk.reader)
    assert "@NewsQABot" in (await talk.api.reply(talk.chat, toast)).text


async def test_an_empty_store_is_explained_to_readers_and_to_editors(
    path: Path, open_engine: Callable[..., SearchEngine]
) -> None:
    async with talking(path, open_engine, []) as talk:
        assert (await talk.api.ask(talk.chat, talk.reader, "/start")).text == readers.EMPTY_FOR_READERS
        assert "add" in (await talk.api.ask(talk.desk, talk.editor, "/start")).text
        assert (await talk.api.ask(talk.chat, talk.reader, "新桥多长")).text == readers.EMPTY_FOR_READERS
        assert "/add" in (await talk.api.ask(talk.desk, talk.editor, "新桥多长")).text
        assert readers.EMPTY_FOR_READERS in str((await talk.api.inline(talk.reader, "新桥多长")).button)


async def test_help_lists_editor_commands_only_for_editors(talk: Talk) -> None:
    assert "/remove" not in (await talk.api.ask(talk.chat, talk.reader, "/help")).text
    assert "/remove" in (await talk.api.ask(talk.desk, talk.editor, "/help")).text


async def test_editing_a_question_changes_its_answer(talk: Talk) -> None:
    question = await talk.api.send(talk.chat, talk.reader, "新桥全长多少米")
    first = await talk.api.reply(talk.chat, question)
    mark = talk.api.mark
    await talk.api.edit(question, "菜市场搬到哪里")
    changed = await talk.api.reply(talk.chat, mark)
    assert changed.id == first.id
    assert "城南菜市场" in changed.text


async def test_other_bots_are_not_answered(talk: Talk) -> None:
    group = talk.api.group("值班群", [talk.reader], privacy=False, bot="administrator")
    other = Person(999, "另一个机器人", "OtherBot", is_bot=True)
    assert (await talk.api.send(group, other, "/ask 新桥全长多少米")).delivered
    await talk.api.quiet()
    # An anonymous admin is a person.
    assert "一千二百米" in (await talk.api.ask(group, talk.reader, "/ask 新桥全长多少米", anonymous=True)).text


async def test_edits_of_other_messages_are_ignored(talk: Talk) -> None:
    group = talk.api.group("值班群", [talk.reader])
    message = await talk.api.send(group, talk.reader, "今天谁值班")
    await talk.api.edit(message, "/ask 新桥全长多少米")
    await talk.api.quiet()


@pytest.mark.parametrize("kind", ["sticker", "voice", "poll", "location", "contact", "dice"])
async def test_a_message_without_words_is_answered_in_private_and_ignored_in_groups(talk: Talk, kind: str) -> None:
    assert (await talk.api.ask(talk.chat, talk.reader, "", kind=kind)).text == readers.TEXT_ONLY
    group = talk.api.group("值班群", [talk.reader], bot="administrator")
    await talk.api.send(group, talk.reader, kind=kind)
    await talk.api.quiet()


@pytest.mark.parametrize("text", ["你好", "在吗？", "你会做什么", "Hello!", "怎么用"])
async def test_a_greeting_is_answered_with_what_the_bot_can_do(talk: Talk, text: str) -> None:
    assert "直接写问题" in (await talk.api.ask(talk.chat, talk.reader, text)).text


async def test_thanks_are_not_treated_as_a_question(talk: Talk) -> None:
    assert (await talk.api.ask(talk.chat, talk.reader, "谢谢！")).text == readers.WELCOME
    group = talk.api.group("值班群", [talk.reader])
    first = await talk.api.ask(group, talk.reader, "/ask 新桥全长多少米")
    await talk.api.send(group, talk.reader, "好的，谢谢", reply_to=first)
    await talk.api.quiet()


async def test_an_editor_who_pastes_a_short_text_is_told_how_to_store_it(talk: Talk) -> None:
    pasted = "城西图书馆开馆\n藏书八十万册，座位两千个。"
    assert editors.ADD_HINT in (await talk.api.ask(talk.desk, talk.editor, pasted)).text
    assert editors.ADD_HINT not in (await talk.api.ask(talk.chat, talk.reader, pasted)).text


async def test_the_caption_of_a_picture_is_a_question(talk: Talk) -> None:
    assert "一千二百米" in (await talk.api.ask(talk.chat, talk.reader, "", photo=True, caption="新桥全长多少米")).text


@pytest.mark.parametrize("text", ["？？？", "。", "🙂", "的", "a" * 4096, "新桥" * 2000, "\u202e\u2066", "\ud83d新桥"])
async def test_odd_questions_get_a_reply(talk: Talk, text: str) -> None:
    assert (await talk.api.ask(talk.chat, talk.reader, text)).text


async def test_an_answer_names_its_reprints_and_a_conflicting_report(
    path: Path, open_engine: Callable[..., SearchEngine]
) -> None:
    text = (
        "青岭大桥昨日建成通车，全长800米，双向四车道，由青岭路桥公司承建，历时三年。",
        "大桥通车以后，从城东到城西的车程由一个小时缩短到十分钟，沿线六个乡镇的居民出行更方便。",
    )
    papers = [
        make_article(*text, title="青岭大桥通车", source="甲报", published="2026-11-20"),
        make_article(*text, title="青岭大桥通车", source="乙网", published="2026-11-21"),
        make_article(
            text[0].replace("800", "900"), text[1], title="青岭大桥昨通车", source="丙报", published="2026-11-20"
        ),
    ]
    async with talking(path, open_engine, [MARKET]) as talk:
        for number, article in enumerate(papers):
            await talk.service.add(iter([article]), number, NO_CHANGE)
        answer = await talk.api.ask(talk.chat, talk.reader, "青岭大桥全长多少米")
        assert "乙网 · 2026-11-21" in answer.text
        assert "另有 1 家报道：甲报" in answer.text
        assert f"{answers.DIFFERING}\n丙报 · 2026-11-20：青岭大桥昨日建成通车，全长900米" in answer.text
        assert answers.EARLIER not in answer.text


async def test_the_newest_report_is_the_answer_and_the_earlier_one_is_named_with_its_day(
    path: Path, open_engine: Callable[..., SearchEngine]
) -> None:
    articles = [
        make_article(
            f"影片《春山》上映{days}天，票房达到{sold}亿元。", title="《春山》票房", source="甲报", published=day
        )
        for days, sold, day in (("七", "三", "2026-11-14"), ("十四", "五", "2026-11-21"))
    ]
    async with talking(path, open_engine, articles) as talk:
        answer = await talk.api.ask(talk.chat, talk.reader, "《春山》票房多少")
        assert answer.bold == ["影片《春山》上映十四天，票房达到五亿元。"]
        assert f"{answers.EARLIER}\n甲报 · 2026-11-14：影片《春山》上映七天，票房达到三亿元。" in answer.text


async def test_a_reader_is_told_what_is_stored(talk: Talk) -> None:
    assert (await talk.api.ask(talk.chat, talk.reader, "/privacy")).text == readers.PRIVACY


async def test_today_lists_what_was_published_today_or_says_that_nothing_was(talk: Talk) -> None:
    assert (await talk.api.ask(talk.chat, talk.reader, "/today")).text.startswith("没有收录")
