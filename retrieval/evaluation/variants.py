"""Variants of a collection's own questions: polite, with a detail swapped, nouns alone, with a typo."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from random import Random

from retrieval.evaluation.collection import Collection, Question, Row
from retrieval.evaluation.courtesy import TEMPLATES
from retrieval.evaluation.details import Detail, details, is_held, readable
from retrieval.text.parts_of_speech import PartsOfSpeech

# Variants of one kind. A larger collection has those of the questions whose ids come first in a shuffled order.
_MOST = 1_000
_FINAL_MARKS = "？?。！!，,… \u3000"
_DIVISIONS = "省市县国"
_HAN_WORD = re.compile("[\u4e00-\u9fff]{2,}")


@dataclass(frozen=True, slots=True)
class Variant:
    """A question asked in other words.

    `words` are the value swapped in, as a reader would write it, or the nouns of a keyword question; else empty.
    """

    question: Question
    text: str
    words: tuple[str, ...] = ()


class Variants:
    """Variants, one of each kind for a judged question at most.

    They depend on the question's id and on the collection, not on the order of its questions.
    """

    def __init__(self, collection: Collection, parts: PartsOfSpeech) -> None:
        self._collection, self._parts = collection, parts
        self._rows = {row.id: row for row in collection.passages}
        self._rows_of_article: defaultdict[str, list[Row]] = defaultdict(list)
        for row in collection.passages:
            self._rows_of_article[row.article_id].append(row)

    def polite(self) -> list[Variant]:
        """The question inside one of the templates of `courtesy`."""
        return self._variants("polite", _polite)

    def swapped(self) -> list[Variant]:
        """One detail of the question that a relevant passage holds, exchanged for another of its kind.

        The other one is named by a question or by a relevant passage of the collection, and by no relevant article.
        Questions without such a detail have no variant.
        """
        return self._variants("swapped", self._swapped)

    def keywords(self) -> list[Variant]:
        """One noun or two of a relevant passage or of the question, which the passage's article holds.

        Half of the variants have nouns from inside longer ones, where there are any: 法院 of 最高人民法院, 贵州 of
        贵州省.
        """
        return self._variants("keyword", self._keywords)

    def typos(self) -> list[Variant]:
        """One character of the question left out, or exchanged for another one of the collection's questions."""
        return self._variants("typo", self._typo)

    def _variants(self, kind: str, make: Callable[[Question, Random], Variant | None]) -> list[Variant]:
        shuffled = sorted(self._collection.judged, key=lambda question: Random(question.id).random())
        made = (make(question, Random(f"{kind} {question.id}")) for question in shuffled[:_MOST])
        return [variant for variant in made if variant]

    def _swapped(self, question: Question, random: Random) -> Variant | None:
        passage = " ".join(map(readable_row, self._relevant(question)))
        article = " ".join(map(readable_row, self._relevant_articles(question)))
        asked = readable(question.question)
        shared = [detail for detail in self._details(question.question) if is_held(detail.value, passage)]
        for detail in random.sample(shared, len(shared)):
            others = [
                (surface, value)
                for surface, value in self._surfaces[detail.kind]
                if not is_held(value, article) and not is_held(value, asked) and detail.value not in value
            ]
            if others:
                surface, value = random.choice(others)
                text = question.question[: detail.start] + surface + question.question[detail.end :]
                return Variant(question, text, (value,))
        return None

    def _keywords(self, question: Question, random: Random) -> Variant | None:
        article = " ".join(map(readable_row, self._relevant_articles(question)))
        texts = [question.question, *(row.text for row in self._relevant(question))]
        nouns = {word for text in texts for word, *_ in self._parts.words(text) if self._is_noun(word)}
        inner = {word for noun in nouns for word in self._inner_words(noun) if self._is_noun(word)} - nouns
        chosen = sorted(
            word for word in (inner if inner and random.random() < 0.5 else nouns) if is_held(word, article)
        )
        if not chosen:
            return None
        words = random.sample(chosen, min(random.choice((1, 2)), len(chosen)))
        return Variant(question, " ".join(words), tuple(words))

    def _typo(self, question: Question, random: Random) -> Variant | None:
        text = question.question
        places = [place for place, character in enumerate(text) if character.isalnum()]
        if len(places) < 2:
            return None
        place = random.choice(places)
        wrong = random.choice([character for character in self._characters if character != text[place]] or [""])
        return Variant(question, text[:place] + random.choice(("", wrong)) + text[place + 1 :])

    def _relevant(self, question: Question) -> list[Row]:
        return [self._rows[number] for number in sorted(self._collection.relevant[question.id])]

    def _relevant_articles(self, question: Question) -> list[Row]:
        articles = sorted({row.article_id for row in self._relevant(question)})
        return [row for article_id in articles for row in self._rows_of_article[article_id]]

    def _details(self, text: str) -> list[Detail]:
        return details(text, self._parts)

    def _inner_words(self, word: str) -> Iterator[str]:
        """The words inside a word that is made of words: not 察院 of 检察院."""
        for start in range(len(word)):
            for end in range(start + 2, len(word) + 1):
                rest = word[end:]
                if self._is_made_of_words(word[:start]) and (self._is_made_of_words(rest) or rest in _DIVISIONS):
                    yield word[start:end]

    def _is_made_of_words(self, text: str) -> bool:
        """Whether the text is a row of words of the dictionary, none of them a single character."""
        return not text or any(
            self._parts.flag(text[:end]) and self._is_made_of_words(text[end:]) for end in range(2, len(text) + 1)
        )

    def _is_noun(self, word: str) -> bool:
        """Whether the dictionary has the word as a noun; people are left out: see `details`."""
        flag = self._parts.flag(word) or ""
        return flag.startswith("n") and not flag.startswith("nr") and _HAN_WORD.fullmatch(word) is not None

    @cached_property
    def _surfaces(self) -> dict[str, list[tuple[str, str]]]:
        """The details of all questions and relevant passages by kind: each as a question names it, and its value."""
        judged = self._collection.judged
        rows = {row.id: row for question in judged for row in self._relevant(question)}
        found = defaultdict[str, dict[str, str]](dict)
        for text in [*(question.question for question in judged), *(row.text for row in rows.values())]:
            for detail in self._details(text):
                surface = detail.value if detail.is_measured else text[detail.start : detail.end]
                found[detail.kind][surface] = detail.value
        return {kind: sorted(surfaces.items()) for kind, surfaces in found.items()}

    @cached_property
    def _characters(self) -> list[str]:
        """The Han characters of all questions."""
        characters = {character for question in self._collection.questions for character in question.question}
        return sorted(character for character in characters if "\u4e00" <= character <= "\u9fff")


def readable_row(row: Row) -> str:
    """The title, the source, the day and the text of a passage, as `is_held` reads them."""
    day = date.fromisoformat(row.date) if row.date else None
    published = f"{day.year}年{day.month}月{day.day}日" if day else ""
    return readable("\n".join(filter(None, (row.title, row.source, published, row.text))))


def _polite(question: Question, random: Random) -> Variant:
    bare = question.question.strip().rstrip(_FINAL_MARKS)
    return Variant(question, random.choice(TEMPLATES).replace("{}", bare or question.question))
