"""Is the tests' own Telegram to be trusted? Its HTTP, limits, privacy, topics and failures, seen from a bot's side."""

import asyncio
import dataclasses
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx
import pytest
from aiohttp import web

from tests.bot_api import KINDS, BotApi, Chat, Person

pytestmark = pytest.mark.anyio
Json = dict[str, Any]


class Bot:
    """The plainest client: a method and its parameters as JSON."""

    def __init__(self, api: BotApi, client: httpx.AsyncClient) -> None:
        self.api, self.client = api, client

    async def __call__(self, method: str, **params: Any) -> Json:
        return (await self.client.post(f"{self.api.base_url}{self.api.token}/{method}", json=params)).json()

    async def ok(self, method: str, **params: Any) -> Any:
        answer = await self(method, **params)
        assert answer["ok"], answer
        return answer["result"]

    async def refused(self, method: str, **params: Any) -> str:
        answer = await self(method, **params)
        assert not answer["ok"], answer
        return answer["description"]

    async def updates(self, **params: Any) -> list[Json]:
        """What is waiting, and confirm it."""
        found = await self.ok("getUpdates", **params)
        if found:
            await self.ok("getUpdates", offset=found[-1]["update_id"] + 1)
        return found


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi() as api:
        yield api


@pytest.fixture
async def bot(api: BotApi) -> AsyncIterator[Bot]:
    async with httpx.AsyncClient(trust_env=False) as client:
        yield Bot(api, client)


@pytest.fixture
def reader(api: BotApi) -> Person:
    return api.person("小李")


@pytest.fixture
def chat(api: BotApi, reader: Person) -> Chat:
    return api.private(reader)


def keyboard(*rows: list[Json]) -> Json:
    return {"inline_keyboard": list(rows)}


def button(data: str = "n:1", label: str = "›") -> Json:
    return {"text": label, "callback_data": data}


# HTTP


async def test_a_wrong_token_and_an_ill_formed_one_are_told_apart(api: BotApi, bot: Bot) -> None:
    for token, code, description in [("123456789:WRONG", 401, "Unauthorized"), ("nonsense", 404, "Not Found")]:
        for path in (f"bot{token}/getMe", f"file/bot{token}/a.txt"):
            answer = await bot.client.get(f"http://127.0.0.1:{api.port}/{path}")
            assert (answer.status_code, answer.json()["description"]) == (code, description)


@pytest.mark.parametrize("way", ["json", "data", "files", "query"])
async def test_parameters_may_be_written_in_any_of_the_four_ways(api: BotApi, bot: Bot, chat: Chat, way: str) -> None:
    url, markup = f"{api.base_url}{api.token}/sendMessage", keyboard([button()])
    plain = {"chat_id": str(chat.id), "text": "123", "reply_markup": json.dumps(markup)}
    if way == "json":
        answer = await bot.client.post(url, json={"chat_id": chat.id, "text": "123", "reply_markup": markup})
    elif way == "data":
        answer = await bot.client.post(url, data=plain)
    elif way == "files":
        answer = await bot.client.post(url, files={name: (None, value) for name, value in plain.items()})
    else:
        answer = await bot.client.get(url, params=plain)
    assert answer.json()["result"]["text"] == "123"
    assert api.sent[0].buttons == [["›"]]


async def test_an_unknown_method_is_a_fault_and_so_is_one_that_telegram_has_and_this_server_lacks(
    api: BotApi, bot: Bot
) -> None:
    assert await bot.refused("sendMesage", text="x") == "Not Found"
    assert await bot.refused("sendVenue", chat_id=1) == "Not Found"
    assert len(api.take_faults()) == 2


@pytest.mark.parametrize(
    ("method", "params", "fault"),
    [
        ("sendMessage", {"chat_id": 5_000_000_001}, "text"),
        ("sendMessage", {"chat_id": [1], "text": "x"}, "chat_id"),
        ("sendMessage", {"chat_id": 5_000_000_001, "text": "x", "colour": 1}, "colour"),
        ("sendMessage", {"chat_id": 5_000_000_001, "text": "x", "disable_web_page_preview": True}, "no longer"),
        (
            "sendMessage",
            {"chat_id": 5_000_000_001, "text": "x", "reply_markup": keyboard([{"txt": "x"}])},
            "inline_keyboard",
        ),
        ("sendMessage", {"chat_id": 5_000_000_001, "text": "x", "reply_markup": keyboard([button() | {"a": 1}])}, ".a"),
        ("sendMessage", {"chat_id": 5_000_000_001, "text": "x", "reply_markup": "{"}, "reply_markup"),
        ("setMyCommands", {"commands": [{"command": "ask"}]}, "description"),
        ("getUpdates", {"allowed_updates": ["mesage"]}, "mesage"),
    ],
)
async def test_whatever_the_bot_api_does_not_know_is_a_fault(
    api: BotApi, bot: Bot, chat: Chat, method: str, params: Json, fault: str
) -> None:
    await bot(method, **params)
    assert any(fault in one for one in api.take_faults())


async def test_a_test_fails_at_its_end_when_a_fault_was_recorded() -> None:
    with pytest.raises(AssertionError, match="sendMesage"):
        async with BotApi() as api, httpx.AsyncClient(trust_env=False) as client:
            await Bot(api, client)("sendMesage")


# Texts


async def test_the_text_of_a_message_has_1_to_4096_utf_16_units_after_parsing(
    api: BotApi, bot: Bot, chat: Chat
) -> None:
    async def told(text: str, **params: Any) -> str | None:
        return (await bot("sendMessage", chat_id=chat.id, text=text, **params)).get("description")

    assert await told("😀" * 2048) is None
    assert await told("<b>" + "字" * 4096 + "</b>", parse_mode="HTML") is None
    assert not api.take_faults()
    assert await told("😀" * 2048 + "x") == "Bad Request: message is too long"
    assert await told("") == "Bad Request: message text is empty"
    caption = {"chat_id": chat.id, "photo": "file-1-of-123456789"}
    api.world.store("a.jpg", b"x")
    await bot.ok("sendPhoto", **caption, caption="字" * 1024)
    assert await bot.refused("sendPhoto", **caption, caption="字" * 1025) == "Bad Request: message caption is too long"
    assert await told("<b> \n</b>", parse_mode="HTML") == "Bad Request: text must be non-empty"
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
    told = await bot.refused("sendMessage", chat_id=chat.id, text=html, parse_mode="HTML")
    if html == "涨<5%":
        error = "Unclosed start tag at byte offset 3"
    assert told == f"Bad Request: can't parse entities: {error}"
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
async def test_buttons_that_telegram_refuses(api: BotApi, bot: Bot, chat: Chat, markup: Json, error: str) -> None:
    told = await bot.refused("sendMessage", chat_id=chat.id, text="x", reply_markup=markup)
    assert told == f"Bad Request: {error}"
    assert api.take_faults()


async def test_a_message_is_edited_only_by_a_difference(bot: Bot, chat: Chat) -> None:
    sent = await bot.ok("sendMessage", chat_id=chat.id, text="<b>x</b>", parse_mode="HTML")
    where = {"chat_id": chat.id, "message_id": sent["message_id"]}
    told = await bot.refused("editMessageText", **where, text="<b>x</b> ", parse_mode="HTML")
    assert told.startswith("Bad Request: message is not modified: specified new message content and reply markup are")
    edited = await bot.ok("editMessageText", **where, text="x")
    assert (edited["text"], edited.get("entities")) == ("x", None)
    await bot.ok("editMessageReplyMarkup", **where, reply_markup=keyboard([button()]))
    edited = await bot.ok("editMessageText", **where, text="y")
    assert "reply_markup" not in edited
    await bot.ok("deleteMessage", **where)
    assert await bot.refused("editMessageText", **where, text="z") == "Bad Request: message to edit not found"
    assert await bot.refused("deleteMessage", **where) == "Bad Request: message to delete not found"


async def test_a_reply_needs_a_message_that_is_still_there(api: BotApi, bot: Bot, reader: Person, chat: Chat) -> None:
    question = await api.send(chat, reader, "问题")
    answer = {"chat_id": chat.id, "text": "答"}
    await bot.ok("sendMessage", **answer, reply_parameters={"message_id": question.id})
    assert api.sent[0].reply_to == question.id
    wrong_quote = {"message_id": question.id, "quote": "答案"}
    assert await bot.refused("sendMessage", **answer, reply_parameters=wrong_quote) == "Bad Request: QUOTE_TEXT_INVALID"
    assert api.take_faults()
    api.delete(question)
    told = await bot.refused("sendMessage", **answer, reply_parameters={"message_id": question.id})
    assert told == "Bad Request: message to be replied not found"
    lenient = {"message_id": question.id, "allow_sending_without_reply": True}
    await bot.ok("sendMessage", **answer, reply_parameters=lenient)
    assert api.sent[1].reply_to is None


async def test_what_others_wrote_is_not_the_bots_to_change(api: BotApi, bot: Bot, reader: Person) -> None:
    group = api.group("群", [reader])
    question = await api.send(group, reader, "/ask 台风")
    where = {"chat_id": group.id, "message_id": question.id}
    assert await bot.refused("editMessageText", **where, text="x") == "Bad Request: message can't be edited"
    assert api.take_faults()
    assert await bot.refused("deleteMessage", **where) == "Bad Request: message can't be deleted"
    api.bot_becomes(group, "administrator", reader)
    await bot.ok("deleteMessage", **where)
    told = await bot.refused("sendMessage", chat_id=api.channel("兰州晚报", bot="member").id, text="x")
    assert told == "Forbidden: need administrator rights in the channel chat"


async def test_a_reader_who_has_not_started_is_unknown_and_one_who_has_blocked_says_so(
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
    statuses = [one["my_chat_member"]["new_chat_member"]["status"] for one in await bot.updates()]
    assert statuses == ["kicked", "member"]


async def test_files_go_both_ways(api: BotApi, bot: Bot, reader: Person, chat: Chat) -> None:
    sent = await api.send(chat, reader, document=("新闻.txt", "正文".encode()), caption="请收录")
    (update,) = await bot.updates()
    held = update["message"]["document"]
    assert (held["file_name"], sent.text) == ("新闻.txt", "请收录")
    found = await bot.ok("getFile", file_id=held["file_id"])
    got = await bot.client.get(f"{api.base_file_url}{api.token}/{found['file_path']}")
    assert got.content.decode() == "正文"
    big = await api.send(chat, reader, document=("大.txt", b"", 20 * 2**20 + 1))
    told = await bot.refused("getFile", file_id=big.raw["document"]["file_id"])
    assert told == "Bad Request: file is too big"
    url = f"{api.base_url}{api.token}/sendDocument"
    for name, given in (("document", {}), ("part", {"document": "attach://part"})):
        form = {"chat_id": str(chat.id), "caption": "<b>备份</b>", "parse_mode": "HTML", **given}
        answer = await bot.client.post(url, data=form, files={name: ("a.db", b"SQLite")})
        assert answer.json()["ok"], answer.text
        assert (api.sent[-1].bold, api.file(api.sent[-1])) == (["备份"], b"SQLite")
    again = api.sent[-1].raw["document"]["file_id"]
    await bot.ok("sendDocument", chat_id=chat.id, document=again)


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


async def test_the_remaining_methods_answer(api: BotApi, bot: Bot, reader: Person, chat: Chat) -> None:
    group = api.group("群", [reader], admins=[api.person("群主")])
    assert (await bot.ok("getMe"))["can_read_all_group_messages"] is False
    assert (await bot.ok("getChat", chat_id=group.id))["title"] == "群"
    assert (await bot.ok("getChatMember", chat_id=group.id, user_id=reader.id))["status"] == "member"
    assert [one["status"] for one in await bot.ok("getChatAdministrators", chat_id=group.id)] == ["administrator"]
    await bot.ok("sendChatAction", chat_id=chat.id, action="typing")
    question = await api.send(chat, reader, "问")
    like = [{"type": "emoji", "emoji": "👀"}]
    await bot.ok("setMessageReaction", chat_id=chat.id, message_id=question.id, reaction=like)
    await bot.ok("leaveChat", chat_id=group.id)
    told = await bot.refused("sendMessage", chat_id=group.id, text="x")
    assert told == "Forbidden: bot is not a member of the supergroup chat"


# Updates


async def test_an_offset_confirms_and_limit_limits(api: BotApi, bot: Bot, reader: Person, chat: Chat) -> None:
    for text in "一二三":
        await api.send(chat, reader, text)
    first, second = await bot.ok("getUpdates", limit=2)
    assert first["message"]["text"] == "一"
    assert await bot.ok("getUpdates", limit=1) == [first]
    (third,) = await bot.ok("getUpdates", offset=second["update_id"] + 1)
    assert third["message"]["text"] == "三"
    assert await bot.ok("getUpdates", offset=-1) == [third]
    assert await bot.ok("getUpdates", offset=third["update_id"] + 1) == []
    await api.fetched()


async def test_a_long_poll_is_answered_by_what_happens(api: BotApi, bot: Bot, reader: Person, chat: Chat) -> None:
    poll = asyncio.create_task(bot.ok("getUpdates", timeout=30))
    await api.ready()
    assert not poll.done()
    await api.send(chat, reader, "问")
    assert (await poll)[0]["message"]["text"] == "问"


async def test_a_second_poller_ends_the_first(api: BotApi, bot: Bot) -> None:
    first = asyncio.create_task(bot("getUpdates", timeout=30))
    await api.ready()
    await bot.ok("getUpdates", timeout=0)
    assert await first == {
        "ok": False,
        "error_code": 409,
        "description": "Conflict: terminated by other getUpdates request; "
        "make sure that only one bot instance is running",
    }


async def test_allowed_updates_stick_and_hold_when_an_update_is_made(
    api: BotApi, bot: Bot, reader: Person, chat: Chat
) -> None:
    message = await api.send(chat, reader, "一")
    group = api.group("群", [reader])
    assert not api.react(message, reader, "👍")
    await bot.updates(allowed_updates=["message", "message_reaction"])
    await bot.updates()
    assert api.react(message, reader, "👍")
    assert not api.react(await api.send(group, reader, "嗯"), reader, "👍")
    assert not (await api.edit(message, "二")).delivered
    await bot.ok("getUpdates", allowed_updates=[])
    assert (await api.edit(message, "三")).delivered
    assert [set(one) - {"update_id"} for one in await bot.updates()] == [{"message_reaction"}, {"edited_message"}]


@pytest.mark.parametrize("kind", sorted(KINDS))
async def test_odd_messages_of_every_kind_are_valid(
    api: BotApi, bot: Bot, reader: Person, chat: Chat, kind: str
) -> None:
    await api.send(chat, reader, kind=kind)
    assert kind in (await bot.updates())[0]["message"]
    assert not (await api.send(api.group("群", [reader]), reader, kind=kind)).delivered


@pytest.mark.parametrize("source", ["小王", "person", "group", "channel"])
async def test_a_forward_says_where_it_comes_from(
    api: BotApi, bot: Bot, reader: Person, chat: Chat, source: str
) -> None:
    sources = {"person": api.person("小张"), "group": api.group("群"), "channel": api.channel("兰州晚报")}
    await api.send(chat, reader, "新闻", forwarded_from=sources.get(source, source), date=1_582_500_000)
    message = (await bot.updates())[0]["message"]
    kinds = {"person": "user", "group": "chat", "channel": "channel"}
    assert message["forward_origin"]["type"] == kinds.get(source, "hidden_user")
    assert message["date"] == 1_582_500_000


# Groups


async def test_privacy_mode_lets_through_what_is_meant_for_the_bot(api: BotApi, bot: Bot, reader: Person) -> None:
    group = api.group("值班群", [reader])
    sent = await bot.ok("sendMessage", chat_id=group.id, text="我在")
    own = api.sent[0]
    assert own.id == sent["message_id"]
    for text in ("/ask 台风", "/ask台风", "/ask@NewsQABot 台风", "/ask@NewsQABot台风", "好 /ask@newsqabot"):
        assert (await api.send(group, reader, text)).delivered, text
    for text in ("台风", "@NewsQABot 台风", "/ask@OtherBot 台风", "请 /ask"):
        assert not (await api.send(group, reader, text)).delivered, text
    assert not (await api.send(group, reader, kind="photo")).delivered
    assert not (await api.send(group, reader, photo=True, caption="台风")).delivered
    assert (await api.send(group, reader, "那深圳呢？", reply_to=own)).delivered
    assert not (await api.send(group, reader, "嗯", reply_to=await api.send(group, reader, "啊"))).delivered
    assert (await api.send(group, reader, "台风", via_bot=True)).delivered
    assert api.service(group, reader, new_chat_members=[reader.user()]).delivered
    api.bot_becomes(group, "administrator", reader)
    assert (await api.send(group, reader, "台风")).delivered
    assert (await api.send(api.group("公开群", privacy=False), reader, "台风")).delivered
    api.bot_becomes(group, "kicked", reader)
    assert not (await api.send(group, reader, "/ask 台风")).delivered
    assert await bot.updates()


async def test_an_answer_stays_in_its_topic(api: BotApi, bot: Bot, reader: Person) -> None:
    group = api.group("值班群", [reader], topics=True)
    topic = api.topic(group, "财经", reader)
    question = await api.send(group, reader, "/ask 台风", topic=topic)
    assert question.topic == topic
    text = {"chat_id": group.id, "text": "答"}
    await bot.ok("sendMessage", **text, reply_parameters={"message_id": question.id})
    await bot.ok("sendMessage", **text, message_thread_id=topic, reply_parameters={"message_id": question.id})
    await bot.ok("sendMessage", **text, message_thread_id=topic)
    await bot.ok("sendMessage", **text)
    assert [one.topic for one in api.sent] == [topic, topic, topic, None]
    # What answers nothing in a topic answers the topic's start, says Telegram.
    assert [one.reply_to for one in api.sent] == [question.id, question.id, topic, None]
    told = await bot.refused("sendMessage", **text, message_thread_id=question.id)
    assert told == "Bad Request: message thread not found"


async def test_who_speaks_for_a_chat_has_telegrams_own_names(api: BotApi, bot: Bot, reader: Person) -> None:
    group, channel = api.group("值班群", [reader], privacy=False), api.channel("兰州晚报")
    await api.send(group, reader, "匿名", anonymous=True)
    await api.send(group, reader, "频道", as_channel=channel)
    await api.send(group, None, "转发", automatic_from=channel)
    post = await api.send(channel, None, "发布")
    await api.edit(post, "更正")
    said = await bot.updates()
    messages = [next(value for name, value in one.items() if name != "update_id") for one in said]
    assert [one.get("from", {}).get("id") for one in messages] == [1087968824, 136817688, 777000, None, None]
    assert [one["sender_chat"]["id"] for one in messages] == [group.id, *[channel.id] * 4]
    assert messages[2]["is_automatic_forward"]
    assert ["channel_post" in said[3], "edited_channel_post" in said[4]] == [True, True]


async def test_a_group_that_became_a_supergroup_says_where_it_went(api: BotApi, bot: Bot, reader: Person) -> None:
    old = api.group("群", [reader], basic=True)
    new = api.migrate(old, reader)
    refused = await bot("sendMessage", chat_id=old.id, text="x")
    assert refused["parameters"] == {"migrate_to_chat_id": new.id}
    assert refused["error_code"] == 400
    messages = [one["message"] for one in await bot.updates()]
    assert (messages[0]["migrate_to_chat_id"], messages[1]["migrate_from_chat_id"]) == (new.id, old.id)


# Buttons, inline and guest queries


async def answering(bot: Bot, asked: Awaitable[Any], answer: Callable[[Json], Awaitable[Any]]) -> Any:
    """What the person gets who asked, when the bot answers the next update."""
    task = asyncio.ensure_future(asked)
    (update,) = await bot.updates(timeout=10)
    await answer(update)
    return await task


async def test_a_press_waits_for_its_answer_which_may_be_given_once(
    api: BotApi, bot: Bot, reader: Person, chat: Chat
) -> None:
    await bot.ok("sendMessage", chat_id=chat.id, text="x", reply_markup=keyboard([button("n:1", "下一条")]))

    async def answer(update: Json) -> None:
        query = update["callback_query"]
        assert (query["data"], query["from"]["id"], query["message"]["text"]) == ("n:1", reader.id, "x")
        await bot.ok("editMessageText", chat_id=chat.id, message_id=query["message"]["message_id"], text="y")
        await bot.refused("answerCallbackQuery", callback_query_id=query["id"], text="好" * 201)
        assert api.take_faults()
        await bot.ok("answerCallbackQuery", callback_query_id=query["id"], text="好", show_alert=True)
        told = await bot.refused("answerCallbackQuery", callback_query_id=query["id"])
        assert told.startswith("Bad Request: query is too old and response timeout expired or query ID is invalid")

    toast = await answering(bot, api.press(api.sent[0], "下一条", by=reader), answer)
    assert (toast, toast.alert) == ("好", True)
    assert (await api.reply(chat, after=toast)).text == "y"
    with pytest.raises(AssertionError, match="no button"):
        await api.press(api.now(api.sent[0]), "下一条", by=reader)


def article(identity: str = "1", text: str = "<b>答</b>", **fields: Any) -> Json:
    content = {"message_text": text, "parse_mode": "HTML"}
    return {"type": "article", "id": identity, "title": "标题", "input_message_content": content, **fields}


async def test_an_inline_result_is_chosen_and_can_be_edited(api: BotApi, bot: Bot, reader: Person) -> None:
    result = article(reply_markup=keyboard([button()]))

    async def answer(update: Json) -> None:
        assert update["inline_query"]["query"] == "招商"
        params = {"inline_query_id": update["inline_query"]["id"], "results": [result], "next_offset": "1"}
        await bot.ok("answerInlineQuery", **params, cache_time=30)

    page = await answering(bot, api.inline(reader, "招商"), answer)
    assert (page.results, page.next_offset, page.cache_time, page.shown(0).text) == ([result], "1", 30, "答")
    group = api.group("值班群", [reader])
    posted = await api.choose(page, 0, group, by=reader)
    assert posted.delivered
    message, chosen = await bot.updates()
    assert message["message"]["via_bot"]["username"] == "NewsQABot"
    identity = chosen["chosen_inline_result"]["inline_message_id"]
    assert await bot.ok("editMessageText", inline_message_id=identity, text="新") is True
    assert api.now(posted).text == "新"
    bare = dataclasses.replace(page, results=[article()])
    await api.choose(bare, 0, group, by=reader)
    assert "inline_message_id" not in (await bot.updates())[1]["chosen_inline_result"]
    assert await bot.refused("editMessageText", inline_message_id="x", text="新") == "Bad Request: MESSAGE_ID_INVALID"


@pytest.mark.parametrize(
    "params",
    [
        {"results": [article(), article()]},
        {"results": [article("x" * 65)]},
        {"results": [article("")]},
        {"results": [article(str(number)) for number in range(51)]},
        {"results": [article(text="<b>")]},
        {"results": [article(text="")]},
        {"results": [{"type": "article", "id": "1"}]},
        {"results": [], "next_offset": "x" * 65},
        {"results": [], "next_offset": "[]"},
        {"results": [], "button": {"text": "x", "start_parameter": "问"}},
    ],
)
async def test_inline_answers_that_telegram_would_not_show(api: BotApi, bot: Bot, reader: Person, params: Json) -> None:
    api.type_inline(reader, "招商")
    (update,) = await bot.updates()
    await bot("answerInlineQuery", inline_query_id=update["inline_query"]["id"], **params)
    assert api.take_faults()


async def test_an_inline_answer_that_comes_late_is_refused(api: BotApi, bot: Bot, reader: Person) -> None:
    api.inline_limit = 0
    api.type_inline(reader, "招商")
    (update,) = await bot.updates()
    told = await bot.refused("answerInlineQuery", inline_query_id=update["inline_query"]["id"], results=[])
    assert told.startswith("Bad Request: query is too old")


async def test_a_guest_is_answered_where_the_bot_cannot_write(api: BotApi, bot: Bot, reader: Person) -> None:
    async def answer(update: Json) -> None:
        message = update["guest_message"]
        told = await bot.refused("sendMessage", chat_id=message["chat"]["id"], text="x")
        assert told == "Forbidden: bot is not a member of the supergroup chat"
        await bot.ok("answerGuestQuery", guest_query_id=message["guest_query_id"], result=article())

    shown = await answering(bot, api.guest(reader, "@NewsQABot 台风"), answer)
    assert shown.bold == ["答"]
    await bot.ok("editMessageText", inline_message_id=f"inline-guest-{1001}", text="新")
    assert api.now(shown).text == "新"


async def test_business_messages_come_only_by_subscription(api: BotApi, bot: Bot, reader: Person) -> None:
    assert api.business(reader, "在吗")
    assert (await bot.updates())[0]["business_message"]["text"] == "在吗"
    await bot.ok("getUpdates", allowed_updates=["message"])
    assert not api.business(reader, "在吗")


# What goes wrong


async def test_failures_on_purpose(api: BotApi, bot: Bot, chat: Chat) -> None:
    text = {"chat_id": chat.id, "text": "x"}
    api.fail("sendMessage", 429, "Too Many Requests: retry after 1", parameters={"retry_after": 1})
    refused = await bot("sendMessage", **text)
    assert (refused["error_code"], refused["parameters"]) == (429, {"retry_after": 1})
    api.fail("sendMessage", 400, "x", when=lambda params: params["text"] == "y")
    await bot.ok("sendMessage", **text)
    api.drop("sendMessage")
    with pytest.raises(httpx.TransportError):
        await bot("sendMessage", **text)
    assert len(api.sent) == 1
    api.drop("sendMessage", done=True)
    with pytest.raises(httpx.TransportError):
        await bot("sendMessage", **text)
    assert len(api.sent) == 2
    api.hang("sendMessage")
    hanging = asyncio.create_task(bot("sendMessage", **text))
    await api.until(lambda: len(api.sent) == 3)
    assert not hanging.done()
    hanging.cancel()
    await asyncio.wait([hanging])


async def test_waits_end_with_a_sentence(api: BotApi, bot: Bot, reader: Person, chat: Chat) -> None:
    with pytest.raises(AssertionError, match="the bot showed nothing in '小李'"):
        await api.reply(chat, timeout=0.01)
    with pytest.raises(AssertionError, match="was not answered"):
        await api.inline(reader, "招商", timeout=0.01)
    asked = await api.send(chat, reader, "问")
    await bot.updates()
    await bot.ok("sendMessage", chat_id=chat.id, text="x")
    await api.quiet(0, after=api.sent[-1])
    with pytest.raises(AssertionError, match="not quiet"):
        await api.quiet(0, after=asked)
    task = asyncio.create_task(api.quiet(0.2))
    await asyncio.sleep(0)
    await bot.ok("sendMessage", chat_id=chat.id, text="x")
    with pytest.raises(AssertionError, match="not quiet"):
        await task


async def test_the_server_comes_back_on_its_port_with_everything(
    api: BotApi, bot: Bot, reader: Person, chat: Chat
) -> None:
    await api.send(chat, reader, "问")
    poll = asyncio.create_task(bot("getUpdates", offset=10**9, timeout=30))
    await api.send(chat, reader, "再问")
    await api.ready()
    port = api.port
    await api.stop()
    with pytest.raises(httpx.TransportError):
        await poll
    with pytest.raises(httpx.ConnectError):
        await bot("getMe")
    await api.send(chat, reader, "又问")
    await api.start()
    assert api.port == port
    assert [one["message"]["text"] for one in await bot.updates()] == ["又问"]


# Webhook


@pytest.fixture
async def hook() -> AsyncIterator[tuple[str, list[tuple[str, str | None, Json]], list[int]]]:
    """A bot behind a webhook: its address, what it got (path, secret, update), and the statuses it answers first."""
    got: list[tuple[str, str | None, Json]] = []
    statuses: list[int] = []

    async def take(request: web.Request) -> web.Response:
        got.append((request.path, request.headers.get("X-Telegram-Bot-Api-Secret-Token"), await request.json()))
        return web.Response(status=statuses.pop(0) if statuses else 200)

    application = web.Application()
    application.router.add_post("/{path:.*}", take)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}", got, statuses
    await runner.cleanup()


async def test_a_webhook_gets_updates_in_order_with_its_secret_again_until_it_takes_them(
    api: BotApi, bot: Bot, reader: Person, chat: Chat, hook: tuple[str, list[tuple[str, str | None, Json]], list[int]]
) -> None:
    api.webhook_proxy, got, statuses = hook
    statuses.extend([500, 403])
    await bot.ok("setWebhook", url="https://example.com/telegram", secret_token="abc", allowed_updates=["message"])
    assert (await bot("getUpdates"))["error_code"] == 409
    for text in "一二":
        await api.send(chat, reader, text)
    await api.fetched()
    assert [(path, secret) for path, secret, _ in got] == [("/telegram", "abc")] * 4
    assert [update["message"]["text"] for _, _, update in got] == ["一", "一", "一", "二"]
    assert "403" in (await bot.ok("getWebhookInfo"))["last_error_message"]
    await bot.ok("setWebhook", url="")
    await api.send(chat, reader, "三")
    await bot.ok("deleteWebhook", drop_pending_updates=True)
    assert (await bot.ok("getWebhookInfo"))["url"] == ""
    assert await bot.ok("getUpdates") == []


async def test_a_webhook_that_nobody_answers_is_given_up(api: BotApi, bot: Bot, reader: Person, chat: Chat) -> None:
    api.webhook_proxy, api.updates.webhook_pause = "http://127.0.0.1:9", 0.001
    await bot.ok("setWebhook", url="https://example.com/telegram")
    await api.send(chat, reader, "问")
    await api.fetched()
    assert "given up" in api.take_faults()[0]


@pytest.mark.parametrize(
    "params",
    [
        {"url": "http://example.com/"},
        {"url": "https://example.com:8080/"},
        {"url": "https://example.com/", "secret_token": "有"},
    ],
)
async def test_webhooks_that_telegram_refuses(api: BotApi, bot: Bot, params: Json) -> None:
    await bot.refused("setWebhook", **params)
    assert api.take_faults()
