"""Inline questions: results for `@bot question` in any chat, each of which posts a full answer.

Telegram sends a query at every pause in typing; only the last query of a person is searched. Every query that is
searched gets an answer, because Telegram shows a spinner until then.
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
# Long enough that a word typed in one go is one search, too short to be noticed.
_PAUSE_SECONDS = 0.25
# Telegram gives the cached answer to everybody with the same query; an article pushed meanwhile is found afterwards.
_CACHE_SECONDS, _CACHE_SECONDS_EMPTY = 30, 5


class Inline:
    def __init__(self, service: SearchService, today: Callable[[], date]) -> None:
        self._service = service
        self._today = today
        self._last: dict[int, str] = {}

    async def query(self, update: Update, _: Context) -> None:
        query = update.inline_query
        assert query is not None
        question = without_mention(query.query, query.get_bot().username)
        offset = int(query.offset) if query.offset.isdecimal() and len(query.offset) < 4 else 0
        if not question:
            await self._send_button(update, readers.INLINE_EMPTY)
            return
        person = query.from_user.id
        self._last[person] = query.id
        await asyncio.sleep(_PAUSE_SECONDS)
        if self._last.get(person) != query.id:
            return  # more was typed meanwhile: Telegram has dropped this query
        del self._last[person]
        try:
            result = await self._service.search(question, min(offset + _PER_PAGE + 1, _MOST), self._today())
        except (BusyError, SlowError):
            await self._send_button(update, readers.INLINE_BUSY)
            return
        hits = result.hits[offset : offset + _PER_PAGE] if result.status != "none" else []
        if not hits and not offset:
            await self._send_button(update, readers.INLINE_NONE)
            return
        more = len(result.hits) > offset + _PER_PAGE
        await self._send_hits(update, result, offset, hits, str(offset + _PER_PAGE) if more else None)

    async def _send_hits(
        self, update: Update, result: Result, offset: int, hits: list[Hit], next_offset: str | None
    ) -> None:
        assert update.inline_query is not None
        articles = [self._article(result, rank, hit) for rank, hit in enumerate(hits, start=offset)]
        # None, not "": python-telegram-bot sends "" as "[]" when an application has defaults.
        await update.inline_query.answer(
            articles, cache_time=_CACHE_SECONDS, is_personal=False, next_offset=next_offset
        )

    async def _send_button(self, update: Update, sentence: str) -> None:
        """No result, but a button with this sentence that leads to the private chat."""
        assert update.inline_query is not None
        button = InlineQueryResultsButton(sentence, start_parameter="inline")
        await update.inline_query.answer([], cache_time=_CACHE_SECONDS_EMPTY, is_personal=False, button=button)

    def _article(self, result: Result, rank: int, hit: Hit) -> InlineQueryResultArticle:
        passage, span = hit.passage, hit.answer
        today = self._today()
        sentence = passage.text[span.start : span.end] if span else passage.text
        origin = f"{answers.source_line(passage.source, passage.published, today)} 《{passage.title}》"
        reply = replies.answer(
            passage,
            span,
            result.status,
            today,
            rank=rank,
            notes=notes(result, today),
            other_papers=other_papers(hit, today),
        )
        return InlineQueryResultArticle(
            id=str(passage.id),
            title=clip(" ".join(sentence.split()), 100),
            description=clip(origin, 200),
            input_message_content=InputTextMessageContent(
                reply.html, parse_mode=ParseMode.HTML, link_preview_options=NO_PREVIEW
            ),
        )
