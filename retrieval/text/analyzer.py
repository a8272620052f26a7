"""Which terms does a text consist of, where do they stand, and which bigrams has it beside them?"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

import jieba

from retrieval.text import numbers
from retrieval.text.folding import fold
from retrieval.text.ngrams import without_question_words

try:
    import rjieba
except ImportError:  # the optional extra `fast`
    rjieba = None  # type: ignore[assignment, unused-ignore]

# The tokenizer of Han runs: jieba's own algorithm in Rust where it is installed, some seven times as fast. Its terms
# are the same (a test compares them), so that a file may be written with one and read with the other.
TOKENIZER = "jieba" if rjieba is None else "rjieba"

# Raise it when the rules of this file change what the terms of a text are.
_RULES = 2
_HAN = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff〇"
_LETTER = rf"(?:(?![{_HAN}])[^\W_])"
# 3.5 and 2.0td are one term each. jieba sees the Han runs alone, so that any tokenizer which cuts those alike gives the
# same terms.
_RUNS = re.compile(rf"(?P<han>[{_HAN}]+)|(?P<word>{_LETTER}+(?:(?<=[0-9])\.(?=[0-9]){_LETTER}+)*)")
_JIEBA_KNOWS = re.compile("[\u4e00-\u9fd5]+")


class Token(NamedTuple):
    """A term and the characters of the text that it was read from: text[start:end]."""

    term: str
    start: int
    end: int


class Analyzer:
    """Folds and tokenizes; documents and questions pass through the same rules.

    Making one loads jieba's dictionary, which takes about half a second; afterwards it may be used from any thread.
    """

    def __init__(self) -> None:
        self._jieba = jieba.Tokenizer()
        # jieba's own initialize() keeps a cache in the temporary folder that everybody on the machine may write to.
        self._jieba.FREQ, self._jieba.total = self._jieba.gen_pfdict(self._jieba.get_dict_file())
        self._jieba.initialized = True
        self._fast = None if rjieba is None else rjieba.Jieba()
        listed = files("retrieval.text").joinpath("stopwords.txt").read_text(encoding="utf-8")
        self._stop_words = frozenset(line for line in listed.splitlines() if line and not line.startswith("#"))
        self.fingerprint = self._fingerprint(listed)

    def tokens(self, text: str) -> list[Token]:
        """Every token of `text` in order; their spans are disjoint and do not cover blanks and punctuation."""
        return list(self._tokens(fold(text)))

    def terms(self, text: str) -> list[str]:
        """The terms of a document, in order, repeated as often as they occur."""
        folded, found, end = fold(text), list[str](), 0
        # Without the spans of `tokens`, which cost a fifth of an import.
        for number in numbers.written(folded):
            found.extend(self._terms(folded, end, number.start))
            found.append(number.digits)
            end = number.end
        found.extend(self._terms(folded, end, len(folded)))
        return found

    def query_terms(self, query: str) -> list[str]:
        """The distinct terms of a question in order, without stop words and what it asks with; all if it has no others.

        jieba takes 多少岁 and 哪一年 for one word each: 岁 and 年 are what is left of them.
        """
        terms = list(dict.fromkeys(self.terms(query)))
        asked_for = dict.fromkeys(part for term in terms for part in without_question_words(term).split())
        return [term for term in asked_for if term not in self._stop_words] or terms

    def raw_tokens(self, text: str) -> list[str]:
        """What jieba alone makes of a text, unfolded, blanks and punctuation included: the baseline to compare with."""
        tokens: list[str] = self._jieba.lcut(text)
        return tokens

    def _tokens(self, folded: str) -> Iterator[Token]:
        end = 0
        for number in numbers.written(folded):
            yield from self._between(folded, end, number.start)
            yield Token(*number)
            end = number.end
        yield from self._between(folded, end, len(folded))

    def _between(self, folded: str, begin: int, end: int) -> Iterator[Token]:
        """The tokens between two places, where no number is written in another way than in plain digits."""
        for run in _RUNS.finditer(folded, begin, end):
            start = run.start()
            if run.lastgroup == "word":
                yield Token(run.group(), start, run.end())
                continue
            for term in self._cut(run.group()):
                yield Token(term, start, start + len(term))
                start += len(term)

    def _terms(self, folded: str, begin: int, end: int) -> Iterator[str]:
        for run in _RUNS.finditer(folded, begin, end):
            if run.lastgroup == "word":
                yield run.group()
            else:
                yield from self._cut(run.group())

    def _cut(self, run: str) -> Iterable[str]:
        """The words of a run of Han characters."""
        # Of characters outside its own range jieba makes single words, and the other does not.
        fast = self._fast is not None and _JIEBA_KNOWS.fullmatch(run)
        words: Iterable[str] = self._fast.cut(run) if fast else self._jieba.cut(run)
        return words

    def _fingerprint(self, stop_words: str) -> str:
        """Equal for two analyzers that give the same terms: a file whose postings were made by another is rebuilt."""
        digest = hashlib.sha256()
        dictionary = Path(jieba.__file__).parent / jieba.DEFAULT_DICT_NAME
        for part in (str(_RULES), version("jieba"), version("OpenCC"), stop_words):
            digest.update(part.encode() + b"\0")
        digest.update(dictionary.read_bytes())
        return digest.hexdigest()
