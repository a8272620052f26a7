"""Deletion by law, in conversations and in the bytes of the file."""

from pathlib import Path

import pytest

from bot.words import desk
from retrieval.change import Actor
from tests.support.conversation import EDITOR, Talk

pytestmark = pytest.mark.anyio
SECRET = "城西图书馆馆长张三丰涉嫌受贿九千万元，已被立案调查。"
HEAD = "/add 馆长张三丰被查处的通报\n城西日报 2026-11-22 09:30\n"
PUSH = f"{HEAD}{SECRET}图书馆照常开放，读者不受影响，预约的座位继续有效。"


def holds(path: Path, words: str) -> list[str]:
    """The files of the database in which these words stand, as text or as JSON escapes them."""
    forms = (words.encode(), words.encode("ascii", "backslashreplace"))
    files = path.parent.glob(f"{path.name}*")
    return [file.name for file in files if any(form in file.read_bytes() for form in forms)]


async def test_erased_words_are_gone_from_the_file_the_memory_and_the_chats(talk: Talk, path: Path) -> None:
    await talk.api.ask(talk.desk, talk.editor, PUSH)
    await talk.api.ask(talk.desk, talk.editor, "/edit 3\n标题：城西图书馆馆长张三丰接受调查")
    answer = await talk.api.ask(talk.chat, talk.reader, "图书馆馆长涉嫌受贿多少万元")
    other = await talk.api.ask(talk.chat, talk.reader, "新桥全长多少米")
    assert "九千万元" in answer.text
    await talk.service.newest()
    assert holds(path, "涉嫌受贿九千万元")
    question = await talk.api.ask(talk.desk, talk.editor, "/erase 3")
    assert question.text.startswith("要依法删除 #3《城西图书馆馆长张三丰接受调查》？")
    done = await talk.api.ask(talk.desk, talk.editor, "依法删除 3", reply_to=question)
    assert done.text.startswith("已依法删除 #3：")
    assert done.text.endswith(desk.OUT_OF_REACH)
    assert talk.api.now(answer).text == desk.CONTENT_ERASED
    assert talk.api.now(other).text == other.text
    for words in ("涉嫌受贿九千万元", "馆长张三丰被查处", "馆长张三丰接受调查"):
        assert holds(path, words) == [], words
    assert "张三丰" not in (await talk.api.ask(talk.chat, talk.reader, "图书馆馆长涉嫌受贿多少万元")).text
    journal = talk.service._engine.archive.journal(1)
    assert (journal[0].what, journal[0].by) == ("erase", Actor("老王", EDITOR))
    again = await talk.api.ask(talk.desk, talk.editor, "/undo")
    assert "张三丰" not in again.text


@pytest.mark.parametrize("words", ["好", "依法删除", "依法删除 1", "确认依法删除 2 吧"])
async def test_nothing_is_erased_without_the_exact_confirmation(talk: Talk, words: str) -> None:
    question = await talk.api.ask(talk.desk, talk.editor, "/erase 2")
    assert (await talk.api.ask(talk.desk, talk.editor, words, reply_to=question)).text == desk.NOT_ERASED
    assert await talk.count() == 2


async def test_only_owners_erase_and_in_private(talk: Talk) -> None:
    assert (await talk.api.ask(talk.chat, talk.reader, "/erase 1")).text == desk.ONLY_OWNERS_ERASE
    group = talk.api.group("编辑部", [talk.editor])
    assert (await talk.api.ask(group, talk.editor, "/erase 1")).text == desk.ERASE_IN_PRIVATE
    assert (await talk.api.ask(talk.desk, talk.editor, "/erase 新桥")).text.startswith("请在 /erase 后面写上文章编号")
    assert (await talk.api.ask(talk.desk, talk.editor, "/erase 9")).text == "没有编号为 9 的文章，也没有它的旧版本。"


async def test_an_answer_that_telegram_does_not_let_be_changed_is_counted(talk: Talk) -> None:
    answer = await talk.api.ask(talk.chat, talk.reader, "新桥全长多少米")
    talk.api.delete(answer)
    question = await talk.api.ask(talk.desk, talk.editor, "/erase 1")
    done = await talk.api.ask(talk.desk, talk.editor, "依法删除 1", reply_to=question)
    assert "0 条回答已改成" in done.text
    assert "有 1 条回答 Telegram 不让改" in done.text


async def test_receipts_and_drafts_of_an_erased_article_are_deleted_whatever_they_hold(talk: Talk, path: Path) -> None:
    text = "馆长受贿\n城西日报 2026-11-22\n记者 王小明\n" + SECRET * 3
    await talk.api.ask(talk.desk, talk.editor, f"/add {text}")
    await talk.api.ask(talk.desk, talk.editor, "/edit 3\n记者：李四光")
    await talk.api.ask(talk.desk, talk.editor, "/check", document=("a.txt", text.encode("gb18030")), caption="/check")
    question = await talk.api.ask(talk.desk, talk.editor, "/erase 3")
    await talk.api.ask(talk.desk, talk.editor, "依法删除 3", reply_to=question)
    for words in ("馆长受贿", "王小明", "李四光"):
        assert holds(path, words) == [], words
    assert talk.service._memory.drafts.values() == []
