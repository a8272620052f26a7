"""What does somebody get who writes the bot's name and a question in any chat?

Several results to choose from, each posting a full answer. Telegram asks at every pause in typing: only the last
question of a person is searched, and an answer is given in any case, or the reader would see an endless spinner.
"""

import asyncio
from collections.abc import Callable
from datetime import date

from telegram import InlineQueryResultArticle, InlineQueryResultsButton, InputTextMessageContent, Update
from telegram.constants import ParseMode
from telegram.ext import ContextTypes

from bot.service.search_service import BusyError, SearchService, SlowError
from bot.telegram import replies
from bot.telegram.address import without_mention
from bot.telegram.markup import clip
from bot.telegram.sending import NO_PREVIEW
from bot.words import answers, readers
from bot.words.answer_notes import notes, other_papers
from retrieval.engine import Hit, Result

Context = ContextTypes.DEFAULT_TYPE
_PER_PAGE = 10
_MOST = 50
# Long enough that a word typed in one go is one search, too short to be felt.
_PAUSE_SECONDS = 0.25
# Everybody who asks the same shares the answer for so long; an article pushed meanwhile is found after that.
_CACHE_SECONDS, _CACHE_SECONDS_EMPTY = 30, 5


class Inline:
    def __init__(self, service: SearchService, today: Callable[[], date]) -> None:
        self._newsroom = service
        self._today = today
        self._last: dict[int, str] = {}

    async def query(self, update: Update, _: Context) -> None:
        query = update.inline_query
        assert query is not None
        question = without_mention(query.query, query.get_bot().username)
        offset = int(query.offset) if query.offset.isdecimal() and len(query.offset) < 4 else 0
        if not question:
            await self._say(update, readers.INLINE_EMPTY)
            return
        person = query.from_user.id
        self._last[person] = query.id
        await asyncio.sleep(_PAUSE_SECONDS)
        if self._last.get(person) != query.id:
            return  # more was typed meanwhile: Telegram has forgotten this one
        del self._last[person]
        try:
            result = await self._newsroom.search(question, min(offset + _PER_PAGE + 1, _MOST), self._today())
        except (BusyError, SlowError):
            await self._say(update, readers.INLINE_BUSY)
            return
        hits = result.hits[offset : offset + _PER_PAGE] if result.status != "none" else []
        if not hits and not offset:
            await self._say(update, readers.INLINE_NONE)
            return
        more = len(result.hits) > offset + _PER_PAGE
        await self._give(update, result, offset, hits, str(offset + _PER_PAGE) if more else None)

    async def _give(
        self, update: Update, result: Result, offset: int, hits: list[Hit], next_offset: str | None
    ) -> None:
        assert update.inline_query is not None
        found = [self._article(result, rank, hit) for rank, hit in enumerate(hits, start=offset)]
        # None, not "": python-telegram-bot sends "" as "[]" when an application has defaults.
        await update.inline_query.answer(found, cache_time=_CACHE_SECONDS, is_personal=False, next_offset=next_offset)

    async def _say(self, update: Update, sentence: str) -> None:
        """No result, and a button that leads to the private chat."""
        assert update.inline_query is not None
        button = InlineQueryResultsButton(sentence, start_parameter="inline")
        await update.inline_query.answer([], cache_time=_CACHE_SECONDS_EMPTY, is_personal=False, button=button)

    def _article(self, result: Result, rank: int, hit: Hit) -> InlineQueryResultArticle:
        passage, span = hit.passage, hit.answer
        today = self._today()
        sentence = passage.text[span.start : span.end] if span else passage.text
        origin = f"{answers.source_line(passage.source, passage.published, today)} 《{passage.title}》"
        reply = replies.answer(
            passage, span, result.status, today, rank=rank, notes=notes(result, today), others=other_papers(hit, today)
        )
        return InlineQueryResultArticle(
            id=str(passage.id),
            title=clip(" ".join(sentence.split()), 100),
            description=clip(origin, 200),
            input_message_content=InputTextMessageContent(
                reply.html, parse_mode=ParseMode.HTML, link_preview_options=NO_PREVIEW
            ),
        )
