"""Several articles on one card, what a text without a header is, and what cannot be pushed."""

import json

import pytest

from bot.telegram.batches import IDLE_SECONDS, Batches
from bot.words import desk, editors
from tests.bot_api.message import Message
from tests.support.conversation import PUSH, Talk

pytestmark = pytest.mark.anyio
ARTICLE = PUSH.removeprefix("/add ")
BARE = (
    "城西图书馆本周日正式开馆，藏书八十万册，座位两千个，每天开放到晚上十点，周末有讲座，不收门票，凭身份证入馆。"
    "馆内设有少儿阅览区、视障阅览室和地方文献室，读者可以用手机预约座位，也可以在一楼大厅的机器上自助借还图书。"
    "开馆首日上午九点有一场面向市民的讲座，主讲人是本地的一位作家，下午还有一场面向儿童的故事会，名额各一百个，先到先得。"
    "馆方提醒，开馆初期人流较大，请尽量乘坐公共交通前往，并提前预约。馆内的餐厅和书店同日营业，停车场有车位三百个。"
)


@pytest.fixture
def joining(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pushes within a minute share a card, which is edited without a pause."""
    monkeypatch.setattr("bot.telegram.batches.JOIN_SECONDS", 60.0)
    monkeypatch.setattr("bot.telegram.batches.EDIT_SECONDS", 0.01)


def article(n: int) -> str:
    return (
        f"第{n}号公告\n城西日报 2026-11-22 09:3{n % 10}\n第{n}号公告：城北第{n}片区周日停水检修，请居民提前储水{n}桶。"
    )


async def forwarded(talk: Talk, n: int) -> Message:
    channel = talk.api.channel("城西发布", username=f"chengxi{n}")
    return await talk.api.send(talk.desk, talk.editor, article(n), forwarded_from=channel)


async def shown(talk: Talk, start: str) -> Message:
    """The last message of the bot in the editor's chat, once it begins so."""

    def last() -> Message | None:
        messages = [talk.api.now(message) for message in talk.api.sent if message.chat_id == talk.desk.id]
        return next((message for message in reversed(messages) if message.text.startswith(start)), None)

    await talk.api.until(lambda: last() is not None, 30)
    found = last()
    assert found is not None
    return found


# Batches


@pytest.mark.usefixtures("joining")
async def test_forwards_one_after_the_other_are_one_card_and_undone_together(talk: Talk) -> None:
    for n in range(1, 6):
        await forwarded(talk, n)
    card = await shown(talk, "本批 5 条：新增 5 ")
    assert len({message.id for message in talk.api.sent if message.chat_id == talk.desk.id}) == 1
    assert await talk.count() == 7
    await talk.api.press(card, desk.UNDO_ALL, talk.editor)
    assert talk.api.now(card).text == "已撤销收录：已取下 #3、#4、#5、#6、#7。"
    assert await talk.count() == 2


@pytest.mark.usefixtures("joining")
async def test_add_alone_takes_everything_until_done(talk: Talk) -> None:
    assert (await talk.api.ask(talk.desk, talk.editor, "/add")).text == editors.BATCH_OPEN
    await talk.api.send(talk.desk, talk.editor, "停水公告：城北周日停水检修，请居民提前储水。")  # short, and no header
    await talk.api.send(talk.desk, talk.editor, article(2))
    await shown(talk, "本批 2 条：新增 2 ")
    done = await talk.api.ask(talk.desk, talk.editor, "/done")
    assert done.text.startswith("本批 2 条：新增 2 ")
    assert done.buttons == [[desk.UNDO_ALL]]
    assert await shown(talk, editors.BATCH_CLOSED)
    assert (await talk.api.ask(talk.desk, talk.editor, "/done")).text == editors.BATCH_NOT_OPEN
    assert "没有找到" in (await talk.api.ask(talk.desk, talk.editor, "西安地铁何时开通")).text


async def test_an_empty_batch_says_so(talk: Talk) -> None:
    await talk.api.ask(talk.desk, talk.editor, "/add")
    assert (await talk.api.ask(talk.desk, talk.editor, "/done")).text == editors.BATCH_EMPTY


def test_an_open_batch_ends_after_ten_idle_minutes() -> None:
    now = [0.0]
    batches = Batches(lambda: now[0])
    batches.open(1, 5)
    now[0] = IDLE_SECONDS - 1
    assert batches.is_open(1)
    batches.joined(1, 6)
    now[0] = 2 * IDLE_SECONDS - 2
    assert batches.is_open(1)
    now[0] = 2 * IDLE_SECONDS
    assert not batches.is_open(1)


@pytest.mark.usefixtures("joining")
async def test_a_long_push_shows_how_far_it_is(talk: Talk) -> None:
    lines = [json.dumps({"title": f"公告{n}", "text": article(n)}, ensure_ascii=False) for n in range(200)]
    seen: list[str] = []
    await talk.api.send(talk.desk, talk.editor, document=("公告.jsonl", "\n".join(lines).encode()))

    def is_done() -> bool:
        texts = [talk.api.now(message).text for message in talk.api.sent]
        seen.extend(text for text in texts if text not in seen)
        return any(text.startswith("本批 200 条：新增 200 ") and editors.WORKING not in text for text in texts)

    await talk.api.until(is_done, 60)
    assert any(text.endswith(editors.WORKING) for text in seen)
    assert len({message.id for message in talk.api.sent}) == 1


# An article or a question


async def test_a_text_without_a_header_is_asked_about_and_stored_when_confirmed(talk: Talk) -> None:
    question = await talk.api.ask(talk.desk, talk.editor, BARE)
    assert (question.text, question.buttons) == (editors.ARTICLE_OR_QUESTION, [[editors.STORE, editors.ASK]])
    assert await talk.count() == 2
    mark = talk.api.mark
    await talk.api.press(question, editors.STORE, talk.editor)
    assert (await talk.api.reply(talk.desk, mark)).text.startswith("已收录 #3")
    await talk.api.until(lambda: talk.api.now(question).buttons == [])
    assert await talk.api.press(question, editors.STORE, talk.editor) == desk.TOO_OLD
    assert await talk.count() == 3


async def test_a_long_question_of_an_editor_is_answered(talk: Talk) -> None:
    long = "我想问一下，" + "前些日子在报纸上看到过这件事，但是记不清了，" * 10 + "城北新桥全长多少米？"
    question = await talk.api.ask(talk.desk, talk.editor, long)
    mark = talk.api.mark
    await talk.api.press(question, editors.ASK, talk.editor)
    assert "一千二百米" in (await talk.api.reply(talk.desk, mark)).text
    assert await talk.count() == 2


@pytest.mark.parametrize("text", [f"{ARTICLE}\n{BARE}", f"开馆\n来源：城西日报\n{BARE}"])
async def test_a_text_with_a_header_is_stored_at_once(talk: Talk, text: str) -> None:
    assert (await talk.api.ask(talk.desk, talk.editor, text)).text.startswith("已收录 #3")


async def test_check_shows_the_card_without_storing(talk: Talk) -> None:
    card = await talk.api.ask(talk.desk, talk.editor, f"/check {ARTICLE}")
    assert card.text.startswith("检查过了，没有收录：\n\n《城西图书馆开馆》\n来源：城西日报\n时间：2026-11-22 09:30")
    assert await talk.count() == 2
    mark = talk.api.mark
    await talk.api.press(card, editors.STORE, talk.editor)
    assert (await talk.api.reply(talk.desk, mark)).text.startswith("已收录 #3")


async def test_check_alone_says_how_it_is_used(talk: Talk) -> None:
    reply = await talk.api.ask(talk.desk, talk.editor, "/check")
    assert reply.text == "请把文章或链接写在 /check 后面，或用 /check 回复要看的消息或文件。"
    assert await talk.count() == 2


# What cannot be pushed


async def test_the_bots_own_answer_is_not_added(talk: Talk) -> None:
    answer = await talk.api.ask(talk.desk, talk.editor, "新桥全长多少米")
    refused = await talk.api.ask(talk.desk, talk.editor, "/add", reply_to=answer)
    assert refused.text == editors.OWN_ANSWER
    assert await talk.count() == 2


async def test_a_file_that_telegram_does_not_give_is_asked_for_again(talk: Talk) -> None:
    talk.api.fail("getFile", 400, "Bad Request: wrong file_id or the file is temporarily unavailable")
    refused = await talk.api.ask(talk.desk, talk.editor, "", document=("a.txt", ARTICLE.encode()))
    assert refused.text == editors.OUT_OF_REACH


async def test_pictures_of_an_album_without_words_get_no_reply(talk: Talk) -> None:
    await talk.api.send(talk.desk, talk.editor, photo=True, caption=f"{ARTICLE}\n{BARE}", media_group_id="7")
    for _ in range(2):
        await talk.api.send(talk.desk, talk.editor, photo=True, media_group_id="7")
    await shown(talk, "已收录 #3")
    await talk.api.quiet()
    assert len(talk.api.sent) == 1


async def test_an_edit_of_one_part_of_a_text_is_explained(talk: Talk) -> None:
    lines = [
        f"第{n}个阅览室在城西图书馆的{n}层，有{n}百个座位，藏书{n}万册，每天开放到晚上十点。" for n in range(1, 131)
    ]
    text = f"{PUSH}\n" + "\n".join(lines)
    cut = text.rfind("\n", 0, 4096)
    first = await talk.api.send(talk.desk, talk.editor, text[:cut])
    await talk.api.send(talk.desk, talk.editor, text[cut + 1 :])
    await shown(talk, "已收录 #3")
    await talk.api.edit(first, text[:cut].replace("阅览室", "自习室"))
    assert await shown(talk, desk.OF_PARTS)


@pytest.mark.usefixtures("joining")
async def test_what_comes_after_an_undone_part_of_a_batch_can_be_undone_too(talk: Talk) -> None:
    await talk.api.ask(talk.desk, talk.editor, "/add")
    await talk.api.send(talk.desk, talk.editor, article(1))
    await shown(talk, "本批 1 条：新增 1 ")
    assert (await talk.api.ask(talk.desk, talk.editor, "/undo")).text.startswith("已撤销收录：已取下 #3。")
    await talk.api.send(talk.desk, talk.editor, article(2))
    await talk.api.until(lambda: any("#4" in message.text for message in talk.api.sent))
    done = await talk.api.ask(talk.desk, talk.editor, "/done")
    assert done.text.startswith("已收录 #4")
    await talk.api.press(done, desk.UNDO, talk.editor)
    assert talk.api.now(done).text == "已撤销收录：已取下 #4。"
    assert await talk.count() == 2


async def test_a_second_add_keeps_the_open_batch(talk: Talk) -> None:
    await talk.api.ask(talk.desk, talk.editor, "/add")
    assert (await talk.api.ask(talk.desk, talk.editor, "/add")).text == editors.BATCH_STILL_OPEN


async def test_a_short_article_with_a_header_is_stored(talk: Talk) -> None:
    assert (await talk.api.ask(talk.desk, talk.editor, ARTICLE)).text.startswith("已收录 #3")


async def test_a_forward_of_a_person_is_asked_about(talk: Talk) -> None:
    other = talk.api.person("小张")
    words = "老师好，我是编辑部新来的小张，麻烦您把我加进编辑名单，以后由我负责城西的稿子。"
    question = await talk.api.ask(talk.desk, talk.editor, words, forwarded_from=other)
    assert question.text == editors.ARTICLE_OR_QUESTION
    assert await talk.count() == 2


async def test_a_text_that_is_edited_before_it_is_confirmed_is_stored_as_edited(talk: Talk) -> None:
    message = await talk.api.send(talk.desk, talk.editor, BARE)
    question = await talk.api.reply(talk.desk, message)
    await talk.api.edit(message, BARE.replace("八十万册", "九十万册"))
    await talk.api.quiet()
    await talk.api.press(question, editors.STORE, talk.editor)
    await talk.api.until(lambda: talk.api.now(question).buttons == [])
    stored = await talk.service.article(3)
    assert stored is not None
    assert "九十万册" in stored.text


async def test_an_edit_of_a_push_that_was_refused_is_not_silent(talk: Talk) -> None:
    channel = talk.api.channel("城西发布", username="chengxi")
    message = await talk.api.send(talk.desk, talk.editor, "开馆", forwarded_from=channel)
    assert (await talk.api.reply(talk.desk, message)).text.startswith("未收录")
    mark = talk.api.mark
    await talk.api.edit(message, ARTICLE)
    assert (await talk.api.reply(talk.desk, mark)).text == desk.NOT_STORED
