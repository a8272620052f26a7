"""The analyzer: the terms of texts and questions, by jieba over folded text."""

import hashlib
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from importlib import import_module
from importlib.metadata import version
from importlib.resources import files
from importlib.util import find_spec
from typing import Any

from retrieval.text import numbers
from retrieval.text.bulk_folding import fold_all
from retrieval.text.dictionary import Cache, Dictionary
from retrieval.text.folding import fold
from retrieval.text.ngrams import without_question_words
from retrieval.text.tokenizer import DICTIONARY, Tokenizer

# The tokenizer of the Han runs of many texts. rjieba, the optional extra `fast`, is jieba's algorithm in Rust, about
# seven times as fast. Both give the same terms (a test compares them), so that a file written with one may be read with
# the other.
TOKENIZER = "rjieba" if find_spec("rjieba") else "jieba"
# Characters of Han runs that jieba cuts in the time in which rjieba loads its dictionary (0.2 s, and 57 MB of memory).
_BEFORE_FAST = 50_000

# Raise this number when a change of this file changes the terms of a text.
_RULES = 2
_HAN = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff〇"
_LETTER = rf"(?:(?![{_HAN}])[^\W_])"
# 3.5 and 2.0td are one term each. jieba receives only the Han runs, so that every tokenizer that cuts Han runs as jieba
# does gives the same terms.
_RUNS = re.compile(rf"(?P<han>[{_HAN}]+)|(?P<word>{_LETTER}+(?:(?<=[0-9])\.(?=[0-9]){_LETTER}+)*)")
_JIEBA_KNOWS, _JIEBA_KNOWS_LINES = re.compile("[\u4e00-\u9fd5]+"), re.compile("[\u4e00-\u9fd5\n]+")
# It stands between runs; both tokenizers give it as a word of its own.
_BREAK = "\n"
# jieba cuts such a block without a look at its neighbours.
_BLOCK = re.compile(r"([\u4e00-\u9fd5a-zA-Z0-9+#&._%-]+)")


class Analyzer:
    """Folds and tokenizes; documents and questions pass through the same rules.

    An analyzer may be used from any thread.
    """

    def __init__(self, cache: Cache | None = None, *, may_load: bool = True) -> None:
        """Load jieba's dictionary from the cache; without a usable one it is made anew, which takes a second.

        `may_load` is whether rjieba is loaded once many characters were cut; the load would hold an event loop.
        """
        listed = files("retrieval.text").joinpath("stopwords.txt").read_text(encoding="utf-8")
        self._stop_words = frozenset(line for line in listed.splitlines() if line and not line.startswith("#"))
        dictionary = DICTIONARY.read_bytes()
        self.fingerprint = self._fingerprint(listed, dictionary)
        self.cache, self.dictionary = cache, Dictionary.read(dictionary, self.fingerprint, cache)
        self._jieba, self._before_fast = Tokenizer(self.dictionary), _BEFORE_FAST if may_load else math.inf
        self._remembered = lru_cache(maxsize=64)(self.raw_tokens)

    def terms(self, text: str) -> list[str]:
        """The terms of a document, in order, repeated as often as they occur."""
        folded, terms, end = fold(text), list[str](), 0
        for number in numbers.written(folded):
            terms.extend(self._terms(folded, end, number.start))
            terms.append(number.digits)
            end = number.end
        terms.extend(self._terms(folded, end, len(folded)))
        return terms

    def terms_of_all(self, texts: Sequence[str]) -> list[list[str]]:
        """`terms` of each text. The fast tokenizer is called once for all of them, not once for each run."""
        runs: list[str] = []
        laid_out = [list(self._laid_out(folded, runs)) for folded in fold_all(texts)]
        words = iter(self._cut_all(runs))
        return [[term for part in parts for term in (next(words) if part is None else (part,))] for parts in laid_out]

    def query_terms(self, query: str) -> list[str]:
        """The distinct terms of a question in order, without stop words and question words.

        Question words are also cut out of terms: jieba reads 多少岁 and 哪一年 as one term each, of which 岁 and 年
        remain.
        """
        terms = list(dict.fromkeys(self.terms(query)))
        content = dict.fromkeys(part for term in terms for part in without_question_words(term).split())
        return [term for term in content if term not in self._stop_words]

    def raw_tokens(self, text: str) -> list[str]:
        """The tokens of jieba alone, unfolded, blanks and punctuation included: the baseline of an evaluation."""
        tokens: list[str] = self._jieba.lcut(text)
        return tokens

    def words(self, question: str) -> list[str]:
        """`raw_tokens` of a question, of which most blocks are read several times."""
        return [word for block in _BLOCK.split(question) for word in self._remembered(block)]

    @staticmethod
    def _laid_out(folded: str, runs: list[str]) -> Iterator[str | None]:
        """The numbers and words of a folded text, and None for each run of Han characters, which goes to `runs`."""
        end = 0
        for number in (*numbers.written(folded), None):
            for run in _RUNS.finditer(folded, end, len(folded) if number is None else number.start):
                if run.lastgroup == "word":
                    yield run.group()
                else:
                    runs.append(run.group())
                    yield None
            if number is not None:
                yield number.digits
                end = number.end

    def _cut_all(self, runs: Sequence[str]) -> list[list[str]]:
        """The words of each run."""
        joined = _BREAK.join(runs)
        if self._before_fast >= 0 or self._fast is None or not _JIEBA_KNOWS_LINES.fullmatch(joined):
            return [list(self._cut(run)) for run in runs]
        words: list[list[str]] = [[]]
        for word in self._fast.cut(joined):
            if word == _BREAK:
                words.append([])
            else:
                words[-1].append(word)
        return words

    def _terms(self, folded: str, begin: int, end: int) -> Iterator[str]:
        """The terms of folded[begin:end], a part in which every number is written in plain digits."""
        for run in _RUNS.finditer(folded, begin, end):
            if run.lastgroup == "word":
                yield run.group()
            else:
                yield from self._cut(run.group())

    def _cut(self, run: str) -> Iterable[str]:
        """The words of a run of Han characters."""
        self._before_fast -= len(run)
        # jieba cuts characters outside its own range into single words; rjieba does not.
        fast = self._before_fast < 0 and self._fast is not None and _JIEBA_KNOWS.fullmatch(run)
        words: Iterable[str] = self._fast.cut(run) if fast else self._jieba.cut(run)
        return words

    @cached_property
    def _fast(self) -> Any:
        """rjieba; None where it is not installed or can't be loaded."""
        try:
            return import_module("rjieba").Jieba()
        except ImportError:
            return None

    def _fingerprint(self, stop_words: str, dictionary: bytes) -> str:
        """Equal for two analyzers that give the same terms. A file with another fingerprint is rebuilt."""
        digest = hashlib.sha256()
        for part in (str(_RULES), version("jieba"), version("OpenCC"), stop_words):
            digest.update(part.encode() + b"\0")
        digest.update(dictionary)
        return digest.hexdigest()
