"""Replies to questions: answers and their pages, lists, and what could not be found."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from telegram import Message
from telegram.constants import ChatType

from bot.service.answers import Answer, Page
from bot.service.conversations import Shown
from bot.service.search_service import BusyError, SearchService, SlowError
from bot.telegram import pages, replies
from bot.telegram.markup import shown
from bot.telegram.replies import Button, Reply, Rows
from bot.words import answers, conversation, groups, readers
from bot.words.answer_notes import Notes, listed, notes, other_papers, widening
from bot.words.language import joined, said
from retrieval.archive import StoredPassage
from retrieval.engine import Last, Result
from retrieval.index.protocol import Filters

_PAGES = 5


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with the chat it was asked in.

    Args:
        username: of the bot, where links lead to the private chat; None where articles open in place.
        limit: the only articles that the chat finds; `limited` says so, and `limit_name` tells limits apart.
        asker: the only person who may turn the pages of the answer; None for everybody.
        is_repeated: whether the answer repeats the question, because the chat does not show it.
        is_widened: whether the days and the paper that the question names confine it no longer.
        last: the answer that the question may lean on.
        is_editor: whether an editor asks, in private.
        is_alone: whether a question that leans on another is searched for as it is.
        hint: a line below, when nothing is found.
    """

    question: str
    is_private: bool
    username: str | None = None
    limit: Filters | None = None
    limited: str = ""
    limit_name: str = ""
    is_editor: bool = False
    asker: int | None = None
    is_repeated: bool = False
    is_widened: bool = False
    last: Shown | None = None
    is_alone: bool = False
    hint: str | None = None


class Answering:
    """Turns questions and stored answers into replies."""

    def __init__(self, service: SearchService, today: Callable[[], date], *, opens_in_place: bool = False) -> None:
        """`opens_in_place` shows whole articles in groups too, whose people may not ask in private."""
        self._service, self._today, self._opens_in_place = service, today, opens_in_place

    def asked(self, message: Message, question: str = "", **more: Any) -> Asked:
        """A question in the chat of a message, with `more` fields."""
        is_private, settings = message.chat.type == ChatType.PRIVATE, self._service.chat(message.chat.id)
        return Asked(
            question,
            is_private,
            username=None if is_private or self._opens_in_place else message.get_bot().username,
            limit=settings.limit(self._today()),
            limited=groups.limited(settings.sources, settings.days),
            limit_name=settings.limit_name,
            **more,
        )

    async def reply(self, asked: Asked) -> tuple[Reply, Shown | None]:
        """The first page of the answer to a question, or why there is none; and what it shows."""
        try:
            if asked.last and (turned := await self._turned(asked, asked.last)):
                return turned
            if not asked.last and not asked.is_alone and conversation.leans(asked.question):
                return Reply(said(readers.NOTHING_BEFORE)), None
            return await self._searched(asked)
        except BusyError:
            return Reply(said(readers.BUSY)), None
        except SlowError:
            return Reply(said(readers.SLOW)), None

    async def _searched(self, asked: Asked) -> tuple[Reply, Shown | None]:
        today = self._today()
        last = await self.stored(asked.last.number, asked) if asked.last else None
        result = await self._continued(asked, last, asked.last.place, today) if last and asked.last else None
        if result is None:
            last = None
            result = await self._service.search(
                asked.question, _PAGES, today, asked.limit, most_listed=pages.MOST, is_widened=asked.is_widened
            )
        if not result.articles:
            return replies.empty(editor=asked.is_editor), None
        answer = _stored(result, asked, last, today)
        number = self._service.keep_answer(answer)
        if result.status == "none":
            nearest = (Button(said(answers.SHOW_NEAREST), f"a:{number:x}:0"),) if result.nearest else ()
            buttons = _rows(nearest, _again(number, answer))
            if last:
                return Reply(shown(answers.not_continued(answer.continues, asked.question)), buttons), None
            brief = not asked.is_private
            hint = asked.hint or shown(asked.limited)
            return replies.not_found(result, today, brief=brief, hint=hint, buttons=buttons), None
        if answer.is_list:
            page = await self._list(number, answer, 0, asked)
        else:
            page = await self._passage(number, answer, 0, result.hits[0].passage, asked)
        return page, Shown(number)

    async def _turned(self, asked: Asked, last: Shown) -> tuple[Reply, Shown | None] | None:
        """More of the last answer, its whole article, or the reports of its affair; None for another question."""
        answer = await self.stored(last.number, asked)
        if answer is None or not answer.pages:
            return None
        if conversation.is_more(asked.question):
            place = (last.place // pages.ENTRIES + 1) * pages.ENTRIES if answer.is_list else last.place + 1
            if place >= len(answer.pages):
                return Reply(said(readers.NO_MORE)), last
            return await self.page(last.number, answer, place, asked), Shown(last.number, place)
        if nth := conversation.place_of(asked.question):
            if answer.is_list:
                return await self._entry(last.number, answer, nth - 1)
            if conversation.names_an_entry(asked.question):
                return Reply(said(readers.NO_LIST)), last
        is_whole, is_later = conversation.is_whole(asked.question), conversation.is_later(asked.question)
        if not (is_whole or is_later):
            return None
        if answer.is_list:
            return Reply(said(readers.CHOOSE_FIRST)), last
        passage = await self._service.passage(answer.pages[last.place].passage_id)
        if passage is None:
            return Reply(said(readers.GONE)), last
        if is_later:
            return await self._timeline(passage, answer.question, asked)
        back = (last.number, last.place)
        page = await self.article(passage.article_id, passage_id=passage.id, back=back)
        return (page, last) if page else None

    async def _entry(self, number: int, answer: Answer, place: int) -> tuple[Reply, Shown | None]:
        """The article at a place of a list."""
        if place >= len(answer.pages):
            return Reply(said(readers.NO_MORE)), Shown(number)
        passage = await self._service.passage(answer.pages[place].passage_id)
        page = passage and await self.article(passage.article_id, passage_id=passage.id, back=(number, place))
        return page or Reply(said(readers.GONE)), Shown(number, place)

    async def stored(self, number: int, asked: Asked) -> Answer | None:
        """The answer of this number; None when it is unknown, or a group has another limit now."""
        answer = await self._service.answer(number)
        return answer if answer is not None and answer.limit == asked.limit_name else None

    async def timeline(self, answer: Answer, asked: Asked) -> tuple[Reply, Shown | None]:
        """The reports of the affair that an answer tells of."""
        passage = await self._service.passage(answer.pages[0].passage_id)
        if passage is None:
            return Reply(said(readers.GONE)), None
        try:
            return await self._timeline(passage, answer.question, asked)
        except BusyError:
            return Reply(said(readers.BUSY)), None
        except SlowError:
            return Reply(said(readers.SLOW)), None

    async def _timeline(self, passage: StoredPassage, question: str, asked: Asked) -> tuple[Reply, Shown | None]:
        hits = await self._service.timeline(passage, asked.limit, pages.MOST)
        if len(hits) < 2:
            return Reply(said(readers.NO_LATER)), None
        entries = tuple(Page(hit.passage.id, hit.answer, article_id=hit.passage.article_id) for hit in hits)
        beside = Notes(above=answers.timeline(len(hits)), below=asked.limited)
        answer = Answer("answered", entries, beside, question, asked.asker, is_list=True, limit=asked.limit_name)
        number = self._service.keep_answer(answer)
        return await self._list(number, answer, 0, asked), Shown(number)

    async def _continued(self, asked: Asked, last: Answer, place: int, today: date) -> Result | None:
        """The result of a follow-up to this page of an answer; None when the question stands alone."""
        page = last.pages[place] if place < len(last.pages) and not last.is_list else None
        passage = await self._service.passage(page.passage_id) if page else None
        sentence = passage.text[slice(*page.answer)] if passage and page and page.answer else ""
        before = Last(last.question, sentence, passage.article_id if passage else None)
        return await self._service.search_on(asked.question, before, _PAGES, today, asked.limit, most_listed=pages.MOST)

    async def page(self, number: int, answer: Answer, place: int, asked: Asked) -> Reply:
        """A page of a stored answer, or the page of a list with this place.

        When its article was taken down, the page says so, and its buttons lead on.
        """
        if answer.is_list:
            return await self._list(number, answer, place // pages.ENTRIES, asked)
        page = answer.pages[place]
        passage = await self._service.passage(page.passage_id)
        if passage is None and page.article_id:
            # A correction has cut the article anew.
            hit = await self._service.found_in(page.article_id, answer.question, asked.limit)
            page, passage = (replace(page, answer=hit.answer, other_papers=()), hit.passage) if hit else (page, None)
        if passage is None:
            return Reply(said(readers.GONE), _rows(replies.turned("a", number, place, len(answer.pages))))
        return await self._passage(number, answer, place, passage, asked, page)

    async def _passage(
        self, number: int, answer: Answer, place: int, passage: StoredPassage, asked: Asked, page: Page | None = None
    ) -> Reply:
        buttons = (
            *(await self._whole(passage, number, place, asked)),
            Button(said(readers.SHARE), query=pages.shares(number, place)),
            Button(said(readers.GOOD), f"f:{number:x}:{place}:+"),
            Button(said(readers.BAD), f"f:{number:x}:{place}:-"),
        )
        turning = replies.turned("a", number, place, len(answer.pages))
        timeline = (Button(said(readers.TIMELINE), f"t:{number:x}"),) if answer.has_timeline and not place else ()
        current = await self._service.current(page or answer.pages[place])
        reply = replies.stored(answer, current, place, passage, self._today(), opening=_opening(answer, asked))
        return replace(reply, buttons=_rows(turning, timeline, buttons, _again(number, answer)))

    async def _list(self, number: int, answer: Answer, page: int, asked: Asked) -> Reply:
        stored = await self._service.passages([entry.passage_id for entry in answer.pages])
        for entry in answer.pages:
            if entry.passage_id not in stored and (now := await self._service.passages_of(entry.article_id, most=1)):
                stored[entry.passage_id] = now[0]
        shown_page = pages.list_page(
            number,
            [stored.get(entry.passage_id) for entry in answer.pages],
            page,
            self._today(),
            heading=answer.notes.above,
            below=answer.notes.below,
            username=asked.username,
        )
        return replace(shown_page, buttons=_rows(*shown_page.buttons, _again(number, answer)))

    async def _whole(self, passage: StoredPassage, number: int, place: int, asked: Asked) -> tuple[Button, ...]:
        """The button to the whole article, if that has more: in place in private, a link to there in a group."""
        if len(await self._service.passages_of(passage.article_id, most=2)) < 2:
            return ()
        if asked.username is None:
            return (Button(said(readers.WHOLE), pages.opens(passage, number, place)),)
        return (Button(said(readers.WHOLE), url=pages.deep_link(asked.username, passage)),)

    async def article(
        self, article_id: int, *, passage_id: int | None = None, page: int = 0, back: tuple[int, int] | None = None
    ) -> Reply | None:
        """A page of a whole article: that of a passage, or by its number; None when the article was taken down."""
        passages = await self._service.passages_of(article_id)
        cut = pages.text_pages(passages)
        if not cut:
            return None
        if passage_id is not None:
            page = next((at for at, group in enumerate(cut) if any(one.id == passage_id for one in group)), 0)
        return pages.text_page(cut, min(page, len(cut) - 1), self._today(), marked=passage_id, back=back)


def _stored(result: Result, asked: Asked, last: Answer | None, today: date) -> Answer:
    beside = notes(result, today)
    if result.is_list:
        beside = beside._replace(above=listed(result, today, pages.MOST))
    beside = beside._replace(below=joined(beside.below, asked.limited))
    return Answer(
        result.status,
        tuple(
            Page(
                hit.passage.id,
                hit.answer,
                other_papers(hit, today),
                (*(other.article_id for other in hit.conflicting), *(other.article_id for other in hit.earlier)),
                hit.passage.article_id,
            )
            for hit in result.hits
        ),
        beside,
        result.question,
        asked.asker,
        result.is_list,
        written=asked.question if last else "",
        continues=last.question if last else "",
        limit=asked.limit_name,
        widening=widening(result) or "",
        has_timeline=result.has_timeline,
    )


def _opening(answer: Answer, asked: Asked) -> str:
    if answer.continues:
        return answers.continued(answer.continues)
    return answers.asked(answer.question) if asked.is_repeated else ""


def _again(number: int, answer: Answer) -> tuple[Button, ...]:
    """The buttons that ask again: a follow-up on its own, a question without its scope."""
    alone = (Button(said(answers.ALONE), f"s:{number:x}"),) if answer.continues else ()
    wider = (Button(said(answer.widening), f"w:{number:x}"),) if answer.widening else ()
    return alone + wider


def _rows(*rows: tuple[Button, ...]) -> Rows:
    return tuple(row for row in rows if row)
