"""Misspelled words of a query: 张雪友 for 张学友. Most people type by sound, and take a wrong character of the same."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from retrieval.archive import Archive
from retrieval.index.protocol import Filters
from retrieval.text.analyzer import Analyzer
from retrieval.text.folding import fold
from retrieval.text.sounds import Sounds

# Characters of a query, words of it that are looked at, and characters of such a word.
_LONGEST_QUERY, _MOST_WORDS, _SHORTEST, _LONGEST = 100, 3, 2, 6
# Passages that are searched for the right word.
_PASSAGES = 20
_EVERYTHING = Filters()


class Correction(NamedTuple):
    """A query with one word in the spelling of the archive, and this word."""

    query: str
    word: str


class Spelling:
    """Finds the right spelling of a word in the passages that hold what else the query asks for."""

    def __init__(self, archive: Archive, analyzer: Analyzer) -> None:
        self._archive, self._analyzer, self._sounds = archive, analyzer, Sounds(analyzer)

    def warm(self) -> None:
        """Read the sounds of characters, which the first correction needs."""
        self._sounds.load()

    def correction(self, query: str, missing: Iterable[str], filters: Filters) -> Correction | None:
        """The query with one word exchanged for one of the same sound; None when no passage has such a word.

        A query of more than 100 characters has words enough without the misspelled one, and is not read.

        Args:
            missing: names of the query that the best passage lacks.
        """
        if len(query) > _LONGEST_QUERY:
            return None
        folded, terms = fold(query), self._analyzer.query_terms(query)
        # The dictionary has 菲力普 too: a long name that no passage holds may be wrong all the same.
        names = [name for name in missing if len(name) > _SHORTEST or not self._is_known(name)]
        rare = [term for term in self._unheld(terms) if not self._is_known(term)]
        words = [word for word in (*names, *rare) if self._may_be_wrong(word) and word in folded]
        wrong = {right: word for word in dict.fromkeys(words[:_MOST_WORDS]) for right in self._sounds.alike(word)}
        if not wrong:
            return None
        matches = self._archive.candidates([*terms, *wrong], _PASSAGES, filters)
        passages = self._archive.passages(matches.passage_ids)
        for number in matches.passage_ids:
            if passage := passages.get(number):
                text = fold(f"{passage.title}\n{passage.text}")
                if right := next((word for word in wrong if self._holds(text, word)), None):
                    return Correction(folded.replace(wrong[right], right), right)
        return None

    def _unheld(self, terms: Sequence[str]) -> list[str]:
        """The terms that at most one passage holds, each also together with its neighbours, of which it may be cut."""
        weights = self._archive.weights([*terms, "\0"])
        is_rare = {term: weights[term] >= weights["\0"] for term in terms}
        # 华为 and 发布 are no one word.
        cut = [(left, right) for left, right in pairwise(terms) if min(len(left), len(right)) == 1]
        pairs = [left + right for left, right in cut if is_rare[left] or is_rare[right]]
        return [*pairs, *(term for term in terms if is_rare[term])]

    def _is_known(self, word: str) -> bool:
        return bool(self._analyzer.dictionary.get(word))

    def _may_be_wrong(self, word: str) -> bool:
        """Whether a word may be misspelled: it has a few letters, and no passage holds it."""
        has_letters = _SHORTEST <= len(word) <= _LONGEST and word.isalpha()
        return has_letters and not self._archive.candidates([word], 1, _EVERYTHING)

    def _holds(self, text: str, word: str) -> bool:
        # Two characters may be the end of a word and the beginning of another; a term of the text must hold both.
        return word in text and (len(word) > _SHORTEST or any(word in term for term in self._analyzer.terms(text)))
