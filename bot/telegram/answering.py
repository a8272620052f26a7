"""Replies to questions: answers and their pages, lists, and what could not be found."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from bot.service.answers import Answer
from bot.service.search_service import BusyError, SearchService, SlowError
from bot.telegram import pages, replies
from bot.telegram.replies import Button, Reply, Rows
from bot.words import answers, readers
from bot.words.answer_notes import listed, notes, other_papers, widening
from retrieval.archive import StoredPassage

_PAGES = 5


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with the chat it was asked in.

    Args:
        asker: the only person who may turn the pages of the answer; None for everybody.
        is_repeated: whether the answer repeats the question, because the chat does not show it.
        is_widened: whether the days and the paper that the question names confine it no longer.
        hint: a line below, when nothing is found.
    """

    question: str
    is_private: bool
    username: str
    asker: int | None = None
    is_repeated: bool = False
    is_widened: bool = False
    hint: str | None = None


class Answering:
    """Turns questions and stored answers into replies."""

    def __init__(self, service: SearchService, today: Callable[[], date]) -> None:
        self._service, self._today = service, today

    async def reply(self, asked: Asked) -> Reply:
        """The first page of the answer to a question, or why there is none."""
        today = self._today()
        try:
            result = await self._service.search(
                asked.question, _PAGES, today, most_listed=pages.MOST, is_widened=asked.is_widened
            )
        except BusyError:
            return Reply(readers.BUSY)
        except SlowError:
            return Reply(readers.SLOW)
        lines, beside = [other_papers(hit, today) for hit in result.hits], notes(result, today)
        if result.is_list:
            beside = beside._replace(above=listed(result, today, pages.MOST))
        label = widening(result)
        number = self._service.keep_answer(result, lines, beside, asked.asker) if result.hits or label else 0
        widened = (Button(label, f"w:{number:x}"),) if label else ()
        if result.status == "none":
            nearest = (Button(answers.SHOW_NEAREST, f"a:{number:x}:0"),) if result.nearest else ()
            buttons = _rows(nearest, widened)
            return replies.not_found(result, today, brief=not asked.is_private, hint=asked.hint, buttons=buttons)
        stored = await self._service.answer(number)
        assert stored is not None, "it was kept above"
        page = await self.page(number, stored, 0, asked)
        return replace(page, buttons=_rows(*page.buttons, widened)) if page else Reply(readers.GONE)

    async def page(self, number: int, answer: Answer, place: int, asked: Asked) -> Reply | None:
        """A page of a stored answer, or the page of a list with this place; None when its article was taken down."""
        if answer.is_list:
            return await self._list(number, answer, place // pages.ENTRIES, asked)
        page = answer.pages[place]
        passage = await self._service.passage(page.passage_id)
        if passage is None:
            return None
        turning = replies.turned("a", number, place, len(answer.pages))
        return replies.answer(
            passage,
            page.answer,
            answer.status,
            self._today(),
            rank=place,
            notes=answer.notes,
            other_papers=page.other_papers,
            question=answer.question if asked.is_repeated else "",
            buttons=_rows(turning, await self._whole(passage, number, place, asked)),
        )

    async def _list(self, number: int, answer: Answer, page: int, asked: Asked) -> Reply:
        stored = await self._service.passages([entry.passage_id for entry in answer.pages])
        return pages.list_page(
            number,
            [stored.get(entry.passage_id) for entry in answer.pages],
            page,
            self._today(),
            heading=answer.notes.above,
            below=answer.notes.below,
            username=None if asked.is_private else asked.username,
        )

    async def _whole(self, passage: StoredPassage, number: int, place: int, asked: Asked) -> tuple[Button, ...]:
        """The button to the whole article, if that has more: in place in private, a link to there in a group."""
        if len(await self._service.passages_of(passage.article_id)) < 2:
            return ()
        if asked.is_private:
            return (Button(readers.WHOLE, pages.opens(passage, number, place)),)
        return (Button(readers.WHOLE, url=pages.deep_link(asked.username, passage)),)

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


def _rows(*rows: tuple[Button, ...]) -> Rows:
    return tuple(row for row in rows if row)
