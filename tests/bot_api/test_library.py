"""The bot's own library against the tests' own Telegram, over real HTTP; and a bot that is killed."""

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from telegram import (
    Bot,
    BotCommand,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InputTextMessageContent,
    Update,
)
from telegram.error import BadRequest, Conflict, Forbidden, NetworkError, RetryAfter, TimedOut
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    ContextTypes,
    Defaults,
    InlineQueryHandler,
    MessageHandler,
    filters,
)

from tests.bot_api import BotApi, Person

pytestmark = pytest.mark.anyio


@pytest.fixture
async def bot(api: BotApi) -> AsyncIterator[Bot]:
    async with Bot(api.token, api.base_url, api.base_file_url) as bot:
        yield bot


async def echo(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
    message = update.effective_message
    assert message
    markup = InlineKeyboardMarkup([[InlineKeyboardButton("›", callback_data="n:1")]])
    await message.reply_html(f'<b>{message.text}</b> <a href="https://a.cn/">原文</a>', reply_markup=markup)


async def turn(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
    query = update.callback_query
    assert query
    await query.answer("好")
    await query.edit_message_text("下一条")


async def suggest(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
    query = update.inline_query
    assert query
    content = InputTextMessageContent(f"<b>{query.query}</b>", parse_mode="HTML")
    await query.answer([InlineQueryResultArticle("1", "标题", content)], cache_time=30)


async def application(api: BotApi) -> Application:
    """A small bot that polls."""
    bot = Application.builder().token(api.token).base_url(api.base_url).base_file_url(api.base_file_url).build()
    bot.add_handler(MessageHandler(filters.UpdateType.MESSAGE & filters.TEXT, echo))
    bot.add_handler(CallbackQueryHandler(turn))
    bot.add_handler(InlineQueryHandler(suggest))
    await bot.initialize()
    await bot.start()
    assert bot.updater
    await bot.updater.start_polling(allowed_updates=Update.ALL_TYPES)
    return bot


async def stop(bot: Application) -> None:
    assert bot.updater
    await bot.updater.stop()
    await bot.stop()
    await bot.shutdown()


async def test_a_polling_application_handles_messages_presses_and_inline_queries(api: BotApi, reader: Person) -> None:
    bot = await application(api)
    chat, group = api.private(reader), api.group("值班群", [reader], topics=True)
    answer = await api.ask(chat, reader, "易华录投资多少？")
    assert (answer.bold, answer.links, answer.live) == (["易华录投资多少？"], [("原文", "https://a.cn/")], [])
    assert answer.markup() == '<b>易华录投资多少？</b> <a href="https://a.cn/">原文</a>'
    toast = await api.press(answer, "›", by=reader)
    assert toast == "好"
    assert (await api.reply(chat, after=toast)).text == "下一条"
    page = await api.inline(reader, "招商")
    assert page.shown(0).text == "招商"
    topic = api.topic(group, "财经", reader)
    assert (await api.ask(group, reader, "/ask 台风", topic=topic)).topic == topic
    assert not (await api.send(group, reader, "@NewsQABot 台风")).delivered
    await api.quiet(0.05)
    await stop(bot)


async def test_waiting_updates_are_answered_once_after_a_restart(api: BotApi, reader: Person) -> None:
    bot, chat = await application(api), api.private(reader)
    await api.ask(chat, reader, "一")
    await stop(bot)
    waiting = await api.send(chat, reader, "二")
    bot = await application(api)
    assert (await api.reply(chat, after=waiting)).bold == ["二"]
    await api.quiet(0.05)
    assert len(api.sent) == 2
    await stop(bot)


async def test_polling_goes_on_when_the_server_comes_back(api: BotApi, reader: Person) -> None:
    bot, chat = await application(api), api.private(reader)
    await api.ask(chat, reader, "一")
    await api.stop()
    question = await api.send(chat, reader, "二")
    await api.start()
    assert (await api.reply(chat, after=question)).bold == ["二"]
    await stop(bot)


async def test_the_library_recognizes_the_errors_by_their_descriptions(api: BotApi, bot: Bot, reader: Person) -> None:
    chat = api.private(reader)
    sent = await bot.send_message(chat.id, "x")
    with pytest.raises(BadRequest, match="Message is not modified"):
        await sent.edit_text("x")
    with pytest.raises(BadRequest, match="Query is too old"):
        await bot.answer_callback_query("1")
    with pytest.raises(BadRequest, match="Message to be replied not found"):
        await bot.send_message(chat.id, "x", reply_to_message_id=99)
    api.fail("sendMessage", 429, "Too Many Requests: retry after 7", parameters={"retry_after": 7})
    with pytest.raises(RetryAfter) as flood:
        await bot.send_message(chat.id, "x")
    assert flood.value.retry_after == timedelta(seconds=7)
    api.drop("sendMessage")
    with pytest.raises(NetworkError):
        await bot.send_message(chat.id, "x")
    api.hang("sendMessage")
    with pytest.raises(TimedOut):
        await bot.send_message(chat.id, "x", read_timeout=0.1)
    assert len(api.sent) == 2
    api.blocked(reader)
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(chat.id, "x")
    with pytest.raises(Conflict):
        async with Bot(api.token, api.base_url) as other:
            await asyncio.gather(*(client.get_updates(offset=10**9, timeout=30) for client in (bot, other)))


async def test_the_library_sends_what_the_bot_api_documents(api: BotApi, bot: Bot, reader: Person) -> None:
    chat = api.private(reader)
    await bot.set_my_commands([BotCommand("ask", "提问")], language_code="zh")
    await bot.set_my_description("新闻问答")
    await bot.set_my_short_description("新闻问答")
    await bot.send_chat_action(chat.id, "typing")
    sent = await bot.send_document(chat.id, b"SQLite", filename="news.db", caption="<b>备份</b>", parse_mode="HTML")
    assert sent.document
    assert bytes(await (await sent.document.get_file()).download_as_bytearray()) == b"SQLite"
    await bot.send_photo(chat.id, b"\xff\xd8", caption="图")
    await bot.set_message_reaction(chat.id, sent.message_id, "👍")
    group = api.group("群", [reader])
    assert (await bot.get_chat(group.id)).title == "群"
    assert (await bot.get_chat_member(group.id, reader.id)).status == "member"
    await bot.set_webhook("https://example.com/telegram", secret_token="abc")
    assert (await bot.get_webhook_info()).url == "https://example.com/telegram"
    await bot.delete_webhook()


async def test_the_librarys_empty_offset_under_defaults_is_caught(api: BotApi, reader: Person) -> None:
    # ExtBot._insert_defaults of 22.8 takes "" for an empty list of poll options.
    builder = Application.builder().token(api.token).base_url(api.base_url).defaults(Defaults(parse_mode="HTML"))
    async with builder.build().bot as bot:
        query = api.type_inline(reader, "招商")
        (update,) = await bot.get_updates()
        assert update.inline_query
        await update.inline_query.answer([], next_offset="")
    assert query.answer
    assert query.answer["next_offset"] == "[]"
    assert "next_offset" in api.take_faults()[0]


# A minimal bot in a separate process: it polls until an update arrives, and prints the update.
POLLER = """
import sys, urllib.request
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
print(opener.open(sys.argv[1] + "/getUpdates?timeout=30").read().decode(), flush=True)
"""


async def test_a_killed_bot_leaves_its_updates_to_the_next_one(api: BotApi, reader: Person) -> None:
    chat = api.private(reader)

    async def start() -> asyncio.subprocess.Process:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", POLLER, f"{api.base_url}{api.token}", stdout=asyncio.subprocess.PIPE
        )
        await api.ready()
        return process

    killed = await start()
    killed.send_signal(signal.SIGKILL)
    await killed.communicate()
    await api.until(lambda: not api.updates.polls, what="the killed bot's poll stayed open")
    other = await start()
    await api.send(chat, reader, "问")
    answer, _ = await other.communicate()
    assert json.loads(answer)["result"][0]["message"]["text"] == "问"
