"""Deletion by law: the words of articles leave the articles' tables and all that the bot remembers."""

import json
import re
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import replace

from bot.service import answers
from bot.service.answers import Answer, Page
from bot.service.drafts import from_row
from bot.service.memory import Memory, Records
from bot.service.sharing import ERASED
from bot.words.answer_notes import NO_NOTES
from retrieval.article import Article
from retrieval.change import Actor, Change
from retrieval.engine import SearchEngine
from retrieval.intake import Lines

# Characters by which a text is found in a row of JSON: the beginning of a title or a paragraph.
_BEGINNING = 20


class Erasure:
    """One deletion. Raises StoreError where something is left; then it can be made again."""

    def __init__(self, engine: SearchEngine, memory: Memory) -> None:
        self._engine, self._memory = engine, memory

    def erase(self, numbers: Sequence[int], by: Actor, key: int) -> list[int]:
        """Delete these articles, their versions, and every row of the bot that holds their words; those known."""
        archive = self._engine.archive
        former = [version.article for number in numbers for version in archive.versions(number)]
        stored = [article for number in numbers if (article := archive.article(number))]
        words = _beginnings([*former, *stored])

        def forget(erased: list[int]) -> None:
            for records in (self._memory.receipts, self._memory.progress):
                _delete(records, lambda row: _names(row, erased) or _holds(row, words))
            _delete(self._memory.pending, lambda row: _holds(row, words))
            _delete(self._memory.drafts, lambda row: _is_draft_of(row, words))
            for number, row in self._memory.answers.items():
                answer = answers.read(row)
                if answer is not None and (left := _without(answer, set(erased), words)) != answer:
                    self._memory.answers.put(number, answers.written(left))
            # Other processes have answers in memory.
            self._memory.sharing.note(ERASED)
            # A repeated update finds its receipt, and goes on with the messages.
            self._memory.receipts.put(key, " ".join(map(str, erased)))

        return archive.erase(numbers, forget, Change(by, "erase", key))


def _delete(records: Records, is_meant: Callable[[str], bool]) -> None:
    for number, row in records.items():
        if is_meant(row):
            records.delete(number)


def _beginnings(articles: Sequence[Article]) -> set[str]:
    """The beginnings of all titles and paragraphs, long enough to be found nowhere else."""
    texts = [text for article in articles for text in (article.title, *(part.text for part in article.paragraphs))]
    return {text[:_BEGINNING] for text in texts if len(text) >= _BEGINNING // 3}


def _names(row: str, numbers: Collection[int]) -> bool:
    """Whether a receipt is about one of these articles: by a number in its JSON, or as #129 in a card."""
    found: set[int] = {int(number) for number in re.findall(r"#\u2060?(\d{1,18})(?!\d)", row)}
    with suppress(ValueError, TypeError, KeyError, AttributeError, RecursionError):
        fields = json.loads(row)
        found |= {int(number) for number, _ in (*fields.get("first", ()), *fields.get("removed", ()))}
        found |= {int(fields["last"]["number"])} if fields.get("last") else set()
    return not found.isdisjoint(numbers)


def _holds(row: str, words: Collection[str]) -> bool:
    """Whether a row of text or JSON holds one of these words."""
    texts = [row]
    with suppress(ValueError, RecursionError):
        texts.append(json.dumps(json.loads(row), ensure_ascii=False))
    return any(word in text for text in texts for word in words)


def _is_draft_of(row: str, words: Collection[str]) -> bool:
    """Whether a draft holds one of these words, in whatever format."""
    draft = from_row(row)
    if draft is None or draft.pushed is None:
        return _holds(row, words)
    texts = [draft.pushed.data.decode(errors="replace")]
    for item in draft.pushed.items():
        for piece in item.read() if isinstance(item, Lines) else [item]:
            if isinstance(piece, Article):
                texts += [piece.title, piece.text]
    return any(word in text for text in texts for word in words)


def _without(answer: Answer, numbers: Collection[int], words: Collection[str]) -> Answer:
    """The answer without the pages of these articles, and without lines that quote them."""
    pages = tuple(_page(page, numbers) for page in answer.pages if page.article_id not in numbers)
    has_words = any(word in line for line in answer.notes for word in words)
    return replace(answer, pages=pages, notes=NO_NOTES if has_words else answer.notes)


def _page(page: Page, numbers: Collection[int]) -> Page:
    return replace(page, other_papers=(), quoted=()) if set(page.quoted) & set(numbers) else page
