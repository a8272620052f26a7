"""Guest mode: a mention of the bot in a chat that it is not in gets one answer.

See core.telegram.org/bots/features#guest-mode. No question can follow, because the bot sees only what mentions it.
"""

from collections.abc import Callable
from datetime import date

from telegram import InlineQueryResultArticle, Update
from telegram.ext import ContextTypes

from bot.service.search_service import BusyError, SearchService, SlowError
from bot.telegram import address, inline, replies
from bot.telegram.replies import Reply
from bot.words import conversation, readers
from bot.words.language import said

Context = ContextTypes.DEFAULT_TYPE


class Guests:
    def __init__(self, service: SearchService, today: Callable[[], date]) -> None:
        self._service, self._today = service, today

    async def mention(self, update: Update, context: Context) -> None:
        """A question beside the bot's name; without one, the message that it replies to is the question."""
        message = update.guest_message
        assert message is not None
        assert message.guest_query_id is not None
        username = context.bot.username
        question, replied = address.without_mention(message.text or message.caption or "", username), ""
        if message.reply_to_message is not None:
            replied = message.reply_to_message.text or message.reply_to_message.caption or ""
        if replied and (not question or conversation.asks_whether_true(question)):
            question = message.quote.text if message.quote else replied
        await context.bot.answer_guest_query(message.guest_query_id, await self._answer(question, username))

    async def _answer(self, question: str, username: str) -> InlineQueryResultArticle:
        talk = conversation.small_talk(question)
        if talk or not any(map(str.isalnum, question)):
            line = talk.line if talk and talk.line else readers.GUEST_HELP
            return _saying(said(line, username=username))
        try:
            result = await self._service.search(question, 1, self._today())
        except BusyError:
            return _saying(said(readers.BUSY))
        except SlowError:
            return _saying(said(readers.SLOW))
        if result.status == "none":
            return inline.posted("none", question, replies.not_found(result, self._today(), brief=True))
        return inline.row(result, 0, result.hits[0], username, self._today())


def _saying(sentence: str) -> InlineQueryResultArticle:
    return inline.posted("words", sentence, Reply(sentence))
