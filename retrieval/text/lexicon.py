"""The words of jieba's dictionary that hold another word, and those that it is made of: 最高人民法院 and 法院."""

from functools import lru_cache

from retrieval.text.analyzer import Analyzer

# The most frequent compounds of a word that are given. 大学 has 468, of which most stand in hardly any text.
_MOST = 500
_REMEMBERED = 2_000


class Lexicon:
    """Finds words by reading through the whole dictionary, which takes a millisecond, and remembers those of a word.

    jieba cuts 最高人民法院 as one term. A question for 法院 therefore asks for the terms that hold it as well.
    """

    def __init__(self, analyzer: Analyzer) -> None:
        self._dictionary = analyzer.dictionary
        # The words of questions repeat: 台风, 地铁, 多少.
        self._remembered = lru_cache(_REMEMBERED)(self._compounds)

    def compounds(self, word: str) -> list[str]:
        """The longer words that hold a word, at most 500, the most frequent first; none for a single character."""
        return list(self._remembered(word)) if len(word) > 1 else []

    def _compounds(self, word: str) -> tuple[str, ...]:
        words = self._dictionary.long_words
        found, place = list[str](), words.find(word)
        while place >= 0 and len(found) < _MOST:
            start, end = words.rfind("\n", 0, place) + 1, words.find("\n", place)
            found.append(words[start:end])
            place = words.find(word, end)
        return tuple(compound for compound in found if compound != word)

    def parts(self, word: str) -> list[str]:
        """The shorter words of at least two characters inside a word, by their places: 银行 and 利率 of 银行利率."""
        length = len(word)
        spans = ((start, end) for start in range(length) for end in range(start + 2, length + 1))
        inner = dict.fromkeys(word[start:end] for start, end in spans if end - start < length)
        return [part for part in inner if self._dictionary.get(part)]
