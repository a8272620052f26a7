"""Deletion by law: the words of articles leave the articles' tables and all that the bot remembers."""

import base64
import json
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import replace

from bot.service import answers
from bot.service.answers import Answer, Page
from bot.service.memory import Memory, Records
from bot.words.answer_notes import NO_NOTES
from retrieval.article import Article
from retrieval.change import Actor, Change
from retrieval.engine import SearchEngine

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

        def forget(_: list[int]) -> None:
            for records in (self._memory.receipts, self._memory.progress, self._memory.drafts):
                self._delete(records, words)
            for number, row in self._memory.answers.items():
                answer = answers.read(row)
                if answer is not None and (left := _without(answer, set(numbers), words)) != answer:
                    self._memory.answers.put(number, answers.written(left))

        return archive.erase(numbers, forget, Change(by, "erase", key))

    def _delete(self, records: Records, words: Collection[str]) -> None:
        for number, row in records.items():
            if any(word in text for text in _texts(row) for word in words):
                records.delete(number)


def _beginnings(articles: Sequence[Article]) -> set[str]:
    """The beginnings of all titles and paragraphs, long enough to be found nowhere else."""
    texts = [text for article in articles for text in (article.title, *(part.text for part in article.paragraphs))]
    return {text[:_BEGINNING] for text in texts if len(text) >= _BEGINNING // 3}


def _texts(row: str) -> list[str]:
    """The texts of a row: as it stands, without the escapes of JSON, and the data of a draft."""
    texts = [row]
    with suppress(ValueError, TypeError, KeyError, RecursionError):
        fields = json.loads(row)
        texts.append(json.dumps(fields, ensure_ascii=False))
        texts.append(base64.b64decode(fields["pushed"]["data"]).decode(errors="replace"))
    return texts


def _without(answer: Answer, numbers: Collection[int], words: Collection[str]) -> Answer:
    """The answer without the pages of these articles, and without lines that quote them."""
    pages = tuple(_page(page, numbers) for page in answer.pages if page.article_id not in numbers)
    has_words = any(word in line for line in answer.notes for word in words)
    return replace(answer, pages=pages, notes=NO_NOTES if has_words else answer.notes)


def _page(page: Page, numbers: Collection[int]) -> Page:
    return replace(page, other_papers=(), quoted=()) if set(page.quoted) & set(numbers) else page
