"""Inline questions: results for `@bot question` in any chat, each of which posts a full answer.

Telegram sends a query at every pause in typing; only the last query of a person is searched. Every query that is
searched gets an answer, because Telegram shows a spinner until then.
"""

import asyncio
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date

from telegram import InlineQueryResultArticle, InlineQueryResultsButton, InputTextMessageContent, Update
from telegram.constants import ParseMode
from telegram.ext import ContextTypes

from bot.service.search_service import BusyError, SearchService, SlowError
from bot.telegram import pages, replies
from bot.telegram.access import Access
from bot.telegram.address import without_mention
from bot.telegram.markup import clip
from bot.telegram.replies import Button, Reply
from bot.telegram.sending import NO_PREVIEW, keyboard
from bot.words import answers, conversation, readers
from bot.words.answer_notes import notes, other_papers
from bot.words.language import said
from retrieval.archive import StoredPassage
from retrieval.engine import Hit, Result
from retrieval.text.sentences import Span

Context = ContextTypes.DEFAULT_TYPE
_PER_PAGE = 10
_MOST = 50
# Hits that may be further passages of the articles of a page.
_BESIDE = 6
# Long enough that a word typed in one go is one search, too short to be noticed.
_PAUSE_SECONDS = 0.25
# Telegram keeps an answer for the person: another one may read another language, or may not ask. An article that is
# pushed meanwhile is found afterwards.
_CACHE_SECONDS, _CACHE_SECONDS_EMPTY = 30, 5

# The query that a button writes to pass an answer on: see `pages.shares`.
_SHARED = re.compile(r"#([0-9a-f]{1,16})-(\d{1,2})")


class Inline:
    def __init__(self, service: SearchService, access: Access, today: Callable[[], date]) -> None:
        self._service, self._access = service, access
        self._today = today
        self._last: dict[int, str] = {}

    async def query(self, update: Update, _: Context) -> None:
        query = update.inline_query
        assert query is not None
        question = without_mention(query.query, query.get_bot().username)
        offset = int(query.offset) if query.offset.isdecimal() and len(query.offset) < 4 else 0
        if self._access.refusal(update) is not None:
            await self._send_button(update, said(readers.INLINE_NOT_LISTED))
            return
        if not question or conversation.small_talk(question):
            await self._send_button(update, said(readers.INLINE_EMPTY))
            return
        if shared := _SHARED.fullmatch(question):
            await self._share(update, int(shared[1], 16), int(shared[2]))
            return
        person = query.from_user.id
        self._last[person] = query.id
        await asyncio.sleep(_PAUSE_SECONDS)
        if self._last.get(person) != query.id:
            return  # more was typed meanwhile: Telegram has dropped this query
        del self._last[person]
        try:
            result = await self._service.search(question, min(offset + _PER_PAGE + _BESIDE, _MOST), self._today())
        except (BusyError, SlowError):
            await self._send_button(update, said(readers.INLINE_BUSY))
            return
        # One row an article: its best passage.
        of_articles = {hit.passage.article_id: hit for hit in reversed(result.hits)} if result.status != "none" else {}
        found = [hit for hit in result.hits if of_articles.get(hit.passage.article_id) is hit]
        hits = found[offset : offset + _PER_PAGE]
        if not hits and not offset:
            why = readers.INLINE_EMPTY if result.reason == "no_terms" else readers.INLINE_NONE
            await self._send_button(update, said(why if result.articles else readers.EMPTY_FOR_READERS))
            return
        more = len(found) > offset + _PER_PAGE
        await self._send_hits(update, result, offset, hits, str(offset + _PER_PAGE) if more else None)

    async def _send_hits(
        self, update: Update, result: Result, offset: int, hits: list[Hit], next_offset: str | None
    ) -> None:
        assert update.inline_query is not None
        username = update.inline_query.get_bot().username
        today, opening = self._today(), answers.asked(result.question)
        articles = [row(result, rank, hit, username, today, opening=opening) for rank, hit in enumerate(hits, offset)]
        # None, not "": python-telegram-bot sends "" as "[]" when an application has defaults.
        await update.inline_query.answer(articles, cache_time=_CACHE_SECONDS, is_personal=True, next_offset=next_offset)

    async def _send_button(self, update: Update, sentence: str) -> None:
        """No result, but a button with this sentence that leads to the private chat."""
        assert update.inline_query is not None
        button = InlineQueryResultsButton(sentence, start_parameter="inline")
        await update.inline_query.answer([], cache_time=_CACHE_SECONDS_EMPTY, is_personal=True, button=button)

    async def _share(self, update: Update, number: int, place: int) -> None:
        """The one result that passes an answer on, as it stands in the chat that it comes from."""
        query = update.inline_query
        assert query is not None
        answer = await self._service.answer(number)
        page = answer.pages[place] if answer and place < len(answer.pages) else None
        passage = await self._service.passage(page.passage_id) if page else None
        if answer is None or page is None or passage is None:
            await self._send_button(update, said(readers.STALE))
            return
        username = query.get_bot().username
        opening, signature = answers.asked(answer.question), f"@{username}"
        page = await self._service.current(page)
        reply = replies.stored(answer, page, place, passage, self._today(), opening=opening, signature=signature)
        shared_row = _row(passage, page.answer, reply, username, self._today())
        await query.answer([shared_row], cache_time=_CACHE_SECONDS_EMPTY, is_personal=True)


def row(
    result: Result, rank: int, hit: Hit, username: str, today: date, *, opening: str = ""
) -> InlineQueryResultArticle:
    """A hit as a row of results; the `opening` stands above what is posted."""
    reply = replies.answer(
        hit.passage,
        hit.answer,
        result.status,
        today,
        rank=rank,
        notes=notes(result, today),
        other_papers=other_papers(hit, today),
        opening=opening,
    )
    return _row(hit.passage, hit.answer, reply, username, today)


def _row(
    passage: StoredPassage, span: Span | None, reply: Reply, username: str, today: date
) -> InlineQueryResultArticle:
    """A row: title, paper and day; below them the sentence. The posted answer has a link to the whole article."""
    sentence = passage.text[span.start : span.end] if span else passage.text
    origin = answers.source_line(passage.source, passage.published, today)
    whole = Button(said(readers.WHOLE), url=pages.deep_link(username, passage))
    return posted(
        str(passage.id),
        f"{passage.title} · {origin}",
        replace(reply, buttons=((whole,),)),
        description=clip(" ".join(sentence.split()), 200),
    )


def posted(number: str, title: str, reply: Reply, description: str | None = None) -> InlineQueryResultArticle:
    """A row with this title, whose choice posts the reply."""
    return InlineQueryResultArticle(
        id=number,
        title=clip(" ".join(title.split()), 100),
        description=description,
        input_message_content=InputTextMessageContent(
            reply.html, parse_mode=ParseMode.HTML, link_preview_options=NO_PREVIEW
        ),
        reply_markup=keyboard(reply),
    )
