"""A Bot API server for tests: Telegram on the loopback, as strict as Telegram, and stricter where a bot should be.

    async with BotApi(token=TOKEN, username="NewsQABot") as api:      # the bot under test gets api.base_url
        reader = api.person("小李")
        chat = api.private(reader)
        question = await api.send(chat, reader, "易华录投资多少？")
        answer = await api.reply(chat, after=question)
        assert answer.bold == ["投资10亿元"] and answer.live == []
        toast = await api.press(answer, "›", by=reader)
        page = await api.inline(reader, "招商")
        posted = await api.choose(page, 0, api.group("值班群", [reader]), by=reader)
        await api.quiet()

The bot is real and speaks real HTTP: python-telegram-bot in the same event loop, or `python -m bot` in a separate
process. At the end, `api.faults` must be empty (or taken with `api.take_faults()`). It lists the bot's mistakes: those
that Telegram would refuse (a message too long, an unknown parameter, bad HTML) and those that it would forgive (an
unescaped &, a link that isn't shown, more than 100 entities). Errors that any bot meets (it was blocked, a message is
deleted, a query is too old, a message is not modified) are answered in Telegram's words and are no faults. `api.calls`
has all calls except getUpdates.

Beyond the example:
    people      group(privacy=, topics=, basic=, admins=, bot=), channel, topic
    messages    send(reply_to=, topic=, anonymous=, as_channel=, automatic_from=, forwarded_from=, document=, photo=,
                caption=, kind=, via_bot=, date=), edit, delete, react, service, guest, business, type_inline,
                begin_press
    the bot     bot_becomes, blocked, unblocked, migrate; sent, now, file; ready, fetched, until
    trouble     fail, drop, hang; halt, enforce_limits; stop and start on the same port; inline_limit, callback_limit;
                webhook_proxy

The server can't prove delivery times, flood limits beyond the documented ones (see flood.py), and how clients draw a
message.
"""

from tests.bot_api.api import BotApi
from tests.bot_api.content import KINDS
from tests.bot_api.message import InlinePage, Message, Toast
from tests.bot_api.world import Chat, Person

__all__ = ["KINDS", "BotApi", "Chat", "InlinePage", "Message", "Person", "Toast"]
