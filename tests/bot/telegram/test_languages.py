"""The language of a conversation: that of the person's app, around passages as they were printed."""

import pytest

from bot.words import answers, readers
from bot.words.language import Language, translated
from tests.bot_api.world import Person
from tests.support.conversation import PUSH, Talk

pytestmark = pytest.mark.anyio


def speaker(talk: Talk, language: str) -> Person:
    return talk.api.person("陳小姐", language=language)


async def test_an_answer_speaks_traditional_chinese_around_a_passage_as_it_was_printed(talk: Talk) -> None:
    reader = speaker(talk, "zh-hant")
    page = await talk.api.ask(talk.api.private(reader), reader, "新橋全長多少米？")
    assert page.text.startswith("新桥全长一千二百米，投资三亿元")
    assert "文中「今天」指 2026 年 11 月 20 日。" in page.text
    assert ["轉給朋友", "👍", "👎"] in page.buttons


@pytest.mark.parametrize(
    ("language", "opening"),
    [("zh-tw", "沒有找到能回答「太空飛船發射」的報導。"), ("en", "No report answers “太空飛船發射”.")],
)
async def test_an_honest_no_speaks_the_language_of_the_app(talk: Talk, language: str, opening: str) -> None:
    reader = speaker(talk, language)
    said = await talk.api.ask(talk.api.private(reader), reader, "太空飛船發射")
    assert said.text.startswith(opening)


async def test_english_is_spoken_to_everybody_else(talk: Talk) -> None:
    reader = speaker(talk, "de")
    chat = talk.api.private(reader)
    said = await talk.api.ask(chat, reader, "/start")
    assert said.text.startswith("I answer questions about Chinese news")
    assert "Reports: 2; the newest: November 21." in said.text
    assert (await talk.api.ask(chat, reader, "thanks")).text == translated(readers.WELCOME, Language.ENGLISH)
    page = await talk.api.ask(chat, reader, "最近的新闻")
    assert page.text.splitlines()[0] == "2 articles: reports (last 30 days)"


async def test_everybody_in_a_group_is_answered_in_their_own_language(talk: Talk) -> None:
    german = speaker(talk, "de")
    group = talk.api.group("闲聊", [german, talk.reader])
    for person, label in ((german, "Share"), (talk.reader, "转给朋友")):
        page = await talk.api.ask(group, person, "/ask 新桥全长多少米")
        assert [label, "👍", "👎"] in page.buttons


async def test_a_follow_up_in_traditional_characters_is_understood(talk: Talk) -> None:
    reader = speaker(talk, "zh-hant")
    chat = talk.api.private(reader)
    await talk.api.ask(chat, reader, "新橋全長多少米？")
    page = await talk.api.ask(chat, reader, "那設計者呢")
    assert page.text.startswith("接著「新橋全長多少米？」問：")
    assert "陈明" in page.text
    assert (await talk.api.ask(chat, reader, "還有呢")).text == translated(readers.NO_MORE, Language.TRADITIONAL)


async def test_a_card_speaks_the_language_of_the_editor(talk: Talk) -> None:
    editor = talk.api.person("Wang", id=talk.editor.id, language="en")
    card = await talk.api.ask(talk.desk, editor, PUSH)
    assert card.text.splitlines()[:4] == [
        "Added #3; it can be found now.",
        "《城西图书馆开馆》",
        "Source: 城西日报",
        "Date: 2026-11-22 09:30",
    ]


async def test_the_menu_is_chinese_for_chinese_apps_and_english_for_others(talk: Talk) -> None:
    await talk.api.until(lambda: len([name for name, _ in talk.api.calls if name == "setMyCommands"]) == 8)
    menus = [
        (params.get("language_code"), params["commands"][0]["description"])
        for name, params in talk.api.calls
        if name == "setMyCommands"
    ]
    assert menus == [(None, "Ask: /ask and a question")] * 4 + [("zh", "提问：/ask 问题")] * 4


async def test_a_button_keeps_the_question_above_the_answer_in_any_language(talk: Talk) -> None:
    reader = speaker(talk, "en")
    chat = talk.api.private(reader)
    start = await talk.api.ask(chat, reader, "/start")
    await talk.api.press(start, translated(answers.WHATS_NEW, Language.ENGLISH), reader)
    page = await talk.api.reply(chat, after=start)
    assert page.text.startswith("2 articles: reports (last 30 days)")
