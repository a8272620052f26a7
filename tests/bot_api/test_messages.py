"""Messages of the tests' Telegram: texts, buttons, edits, replies, files and commands."""

from typing import Any

import pytest

from tests.bot_api import BotApi, Chat, Person
from tests.bot_api.bot_client import Bot, Json, button, keyboard

pytestmark = pytest.mark.anyio


async def test_the_text_of_a_message_has_1_to_4096_utf_16_units_after_parsing(
    api: BotApi, bot: Bot, chat: Chat
) -> None:
    async def refusal(text: str, **params: Any) -> str | None:
        return (await bot("sendMessage", chat_id=chat.id, text=text, **params)).get("description")

    assert await refusal("😀" * 2048) is None
    assert await refusal("<b>" + "字" * 4096 + "</b>", parse_mode="HTML") is None
    assert not api.take_faults()
    assert await refusal("😀" * 2048 + "x") == "Bad Request: message is too long"
    assert await refusal("") == "Bad Request: message text is empty"
    caption = {"chat_id": chat.id, "photo": "file-1-of-123456789"}
    api.world.store("a.jpg", b"x")
    await bot.ok("sendPhoto", **caption, caption="字" * 1024)
    assert await bot.refused("sendPhoto", **caption, caption="字" * 1025) == "Bad Request: message caption is too long"
    assert await refusal("<b> \n</b>", parse_mode="HTML") == "Bad Request: text must be non-empty"
    assert len(api.take_faults()) == 4


@pytest.mark.parametrize(
    ("html", "error"),
    [
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("涨<5%", 'Unsupported start tag "5%" at byte offset 3'),
        ("涨<5% >", 'Unsupported start tag "5%" at byte offset 3'),
        ("a<b", "Unclosed start tag at byte offset 1"),
        ("x<br/>", 'Unsupported start tag "br/" at byte offset 1'),
        ("<b><i>x</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<blockquote>x<blockquote>y</blockquote></blockquote>", "Blockquotes can't be nested at byte offset 13"),
    ],
)
async def test_bad_html_is_refused_in_telegrams_words(api: BotApi, bot: Bot, chat: Chat, html: str, error: str) -> None:
    refusal = await bot.refused("sendMessage", chat_id=chat.id, text=html, parse_mode="HTML")
    if html == "涨<5%":
        error = "Unclosed start tag at byte offset 3"
    assert refusal == f"Bad Request: can't parse entities: {error}"
    assert api.take_faults()


async def test_the_hundred_and_first_entity_is_dropped(api: BotApi, bot: Bot, chat: Chat) -> None:
    await bot.ok("sendMessage", chat_id=chat.id, text="<b>字</b>一" * 101, parse_mode="HTML")
    assert len(api.sent[0].entities) == 100
    assert api.take_faults()


# Messages


@pytest.mark.parametrize(
    ("markup", "error"),
    [
        (keyboard([button("x" * 65)]), "BUTTON_DATA_INVALID"),
        (keyboard([button("字" * 22)]), "BUTTON_DATA_INVALID"),
        (keyboard([button("")]), "BUTTON_DATA_INVALID"),
        (keyboard([button()] * 8, *[[button()] * 8] * 12), "REPLY_MARKUP_TOO_LONG"),
        (keyboard([{"text": "x"}]), "Text buttons are unallowed in the inline keyboard"),
        (
            keyboard([{"text": "x", "url": "nowhere"}]),
            "inline keyboard button URL 'nowhere' is invalid: Wrong HTTP URL",
        ),
        (keyboard([{"text": "x", "copy_text": {"text": "x" * 257}}]), "BUTTON_COPY_TEXT_INVALID"),
    ],
)
async def test_invalid_buttons_are_refused(api: BotApi, bot: Bot, chat: Chat, markup: Json, error: str) -> None:
    refusal = await bot.refused("sendMessage", chat_id=chat.id, text="x", reply_markup=markup)
    assert refusal == f"Bad Request: {error}"
    assert api.take_faults()


async def test_an_edit_that_changes_nothing_is_refused(bot: Bot, chat: Chat) -> None:
    sent = await bot.ok("sendMessage", chat_id=chat.id, text="<b>x</b>", parse_mode="HTML")
    where = {"chat_id": chat.id, "message_id": sent["message_id"]}
    refusal = await bot.refused("editMessageText", **where, text="<b>x</b> ", parse_mode="HTML")
    assert refusal.startswith(
        "Bad Request: message is not modified: specified new message content and reply markup are"
    )
    edited = await bot.ok("editMessageText", **where, text="x")
    assert (edited["text"], edited.get("entities")) == ("x", None)
    await bot.ok("editMessageReplyMarkup", **where, reply_markup=keyboard([button()]))
    edited = await bot.ok("editMessageText", **where, text="y")
    assert "reply_markup" not in edited
    await bot.ok("deleteMessage", **where)
    assert await bot.refused("editMessageText", **where, text="z") == "Bad Request: message to edit not found"
    assert await bot.refused("deleteMessage", **where) == "Bad Request: message to delete not found"


async def test_a_reply_needs_an_existing_message(api: BotApi, bot: Bot, reader: Person, chat: Chat) -> None:
    question = await api.send(chat, reader, "问题")
    answer = {"chat_id": chat.id, "text": "答"}
    await bot.ok("sendMessage", **answer, reply_parameters={"message_id": question.id})
    assert api.sent[0].reply_to == question.id
    wrong_quote = {"message_id": question.id, "quote": "答案"}
    assert await bot.refused("sendMessage", **answer, reply_parameters=wrong_quote) == "Bad Request: QUOTE_TEXT_INVALID"
    assert api.take_faults()
    api.delete(question)
    refusal = await bot.refused("sendMessage", **answer, reply_parameters={"message_id": question.id})
    assert refusal == "Bad Request: message to be replied not found"
    lenient = {"message_id": question.id, "allow_sending_without_reply": True}
    await bot.ok("sendMessage", **answer, reply_parameters=lenient)
    assert api.sent[1].reply_to is None


async def test_the_bot_cannot_edit_messages_of_others(api: BotApi, bot: Bot, reader: Person) -> None:
    group = api.group("群", [reader])
    question = await api.send(group, reader, "/ask 台风")
    where = {"chat_id": group.id, "message_id": question.id}
    assert await bot.refused("editMessageText", **where, text="x") == "Bad Request: message can't be edited"
    assert api.take_faults()
    assert await bot.refused("deleteMessage", **where) == "Bad Request: message can't be deleted"
    api.bot_becomes(group, "administrator", reader)
    await bot.ok("deleteMessage", **where)
    refusal = await bot.refused("sendMessage", chat_id=api.channel("兰州晚报", bot="member").id, text="x")
    assert refusal == "Forbidden: need administrator rights in the channel chat"


async def test_a_reader_who_has_not_started_or_has_blocked_the_bot_is_refused(
    api: BotApi, bot: Bot, reader: Person
) -> None:
    api.private(reader, started=False)
    to_reader = {"chat_id": reader.id, "text": "x"}
    assert await bot.refused("sendMessage", **to_reader) == "Bad Request: chat not found"
    scope = {"type": "chat", "chat_id": reader.id}
    assert await bot.refused("setMyCommands", commands=[], scope=scope) == "Bad Request: chat not found"
    api.blocked(reader)
    assert await bot("sendMessage", **to_reader) == {
        "ok": False,
        "error_code": 403,
        "description": "Forbidden: bot was blocked by the user",
    }
    api.unblocked(reader)
    await bot.ok("sendMessage", **to_reader)
    statuses = [update["my_chat_member"]["new_chat_member"]["status"] for update in await bot.updates()]
    assert statuses == ["kicked", "member"]


async def test_files_can_be_sent_and_received(api: BotApi, bot: Bot, reader: Person, chat: Chat) -> None:
    sent = await api.send(chat, reader, document=("新闻.txt", "正文".encode()), caption="请收录")
    (update,) = await bot.updates()
    held = update["message"]["document"]
    assert (held["file_name"], sent.text) == ("新闻.txt", "请收录")
    file = await bot.ok("getFile", file_id=held["file_id"])
    got = await bot.client.get(f"{api.base_file_url}{api.token}/{file['file_path']}")
    assert got.content.decode() == "正文"
    big = await api.send(chat, reader, document=("大.txt", b"", 20 * 2**20 + 1))
    refusal = await bot.refused("getFile", file_id=big.raw["document"]["file_id"])
    assert refusal == "Bad Request: file is too big"
    url = f"{api.base_url}{api.token}/sendDocument"
    for name, given in (("document", {}), ("part", {"document": "attach://part"})):
        form = {"chat_id": str(chat.id), "caption": "<b>备份</b>", "parse_mode": "HTML", **given}
        answer = await bot.client.post(url, data=form, files={name: ("a.db", b"SQLite")})
        assert answer.json()["ok"], answer.text
        assert (api.sent[-1].bold, api.file(api.sent[-1])) == (["备份"], b"SQLite")
    again = api.sent[-1].raw["document"]["file_id"]
    await bot.ok("sendDocument", chat_id=chat.id, document=again)


async def test_a_file_of_more_than_50_mb_and_a_long_caption_are_refused(api: BotApi, bot: Bot, chat: Chat) -> None:
    url = f"{api.base_url}{api.token}/sendDocument"
    for content, caption, refusal in (
        (b"x" * (50 * 2**20 + 1), "", "Request Entity Too Large"),
        (b"x", "字" * 1025, "Bad Request: message caption is too long"),
    ):
        form = {"chat_id": str(chat.id), "caption": caption}
        answer = await bot.client.post(url, data=form, files={"document": ("a.db", content)}, timeout=60)
        assert answer.json()["description"] == refusal
    assert len(api.take_faults()) == 2


@pytest.mark.parametrize(
    "command", [{"command": "问", "description": "x"}, {"command": "a" * 33, "description": "x"}, {"command": "Ask"}]
)
async def test_a_command_has_an_ascii_name_and_a_description(api: BotApi, bot: Bot, command: Json) -> None:
    await bot.refused("setMyCommands", commands=[command])
    assert api.take_faults()


async def test_commands_are_kept_by_scope_and_language(bot: Bot) -> None:
    command = {"command": "ask", "description": "提问"}
    await bot.ok("setMyCommands", commands=[command], language_code="zh")
    assert await bot.ok("getMyCommands", language_code="zh") == [command]
    assert await bot.ok("getMyCommands") == []
    await bot.ok("deleteMyCommands", language_code="zh")
    assert await bot.ok("getMyCommands", language_code="zh") == []


async def test_the_remaining_methods_return_results(api: BotApi, bot: Bot, reader: Person, chat: Chat) -> None:
    group = api.group("群", [reader], admins=[api.person("群主")])
    assert (await bot.ok("getMe"))["can_read_all_group_messages"] is False
    assert (await bot.ok("getChat", chat_id=group.id))["title"] == "群"
    assert (await bot.ok("getChatMember", chat_id=group.id, user_id=reader.id))["status"] == "member"
    assert [member["status"] for member in await bot.ok("getChatAdministrators", chat_id=group.id)] == ["administrator"]
    await bot.ok("sendChatAction", chat_id=chat.id, action="typing")
    question = await api.send(chat, reader, "问")
    like = [{"type": "emoji", "emoji": "👀"}]
    await bot.ok("setMessageReaction", chat_id=chat.id, message_id=question.id, reaction=like)
    await bot.ok("leaveChat", chat_id=group.id)
    refusal = await bot.refused("sendMessage", chat_id=group.id, text="x")
    assert refusal == "Forbidden: bot is not a member of the supergroup chat"
