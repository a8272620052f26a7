"""Which terms does a text consist of, where do they stand, and which bigrams has it beside them?"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

import jieba

from retrieval import numbers
from retrieval.text import fold

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
_WORDS = re.compile(r"[^\W_]+")
# What a question asks with is not what it asks for: it is no term, and no bigram of it is looked for. Words that merely
# hold such a character (几何, 吗啡, 哪吒) are spared.
_QUESTION_WORDS = re.compile(
    "请问|为什么|为何|什么时候|什么样|什么|怎么样|怎么|怎样|如何|多少|多久|多长|哪一|哪些|哪个|哪里|哪儿|哪位|哪家|哪种|哪年"
    "|何时|何地|何人|何处|何种|有何|是不是|有没有|是否|有无|几个|几(?![何乎许内丁])|谁|吗(?!啡)|呢(?![绒子])|哪(?!吒)"
)


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
        listed = files("retrieval").joinpath("stopwords.txt").read_text(encoding="utf-8")
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
        asked_for = dict.fromkeys(part for term in terms for part in _QUESTION_WORDS.sub(" ", term).split())
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


def bigrams(folded: str) -> list[str]:
    """The pairs of neighbouring letters or digits, in order; a single character between blanks counts as one."""
    found: list[str] = []
    for word in _WORDS.findall(folded):
        found += [word[start : start + 2] for start in range(max(1, len(word) - 1))]
    return found


def count_grams(folded: str, wanted: Iterable[str]) -> dict[str, int]:
    """How often each of these runs of two or three characters stands in a text; those that don't are left out.

    For pairs the same as counting `bigrams(folded)`, at a tenth of the time.
    """
    found = {gram: count for gram in wanted if (count := folded.count(gram))}
    for gram in [gram for gram in found if gram[0] == gram[-1]]:
        if len(gram) == 1:
            found[gram] = _WORDS.findall(folded).count(gram)
        else:
            # 哈哈哈 holds 哈哈 twice, and str.count sees it once.
            found[gram] = len(re.findall(f"(?={re.escape(gram)})", folded))
    return {gram: count for gram, count in found.items() if count}


def count_bigrams(folded: str) -> int:
    """How many bigrams a text has: its length, to the second stage."""
    return sum([len(word) - 1 or 1 for word in _WORDS.findall(folded)])


def query_bigrams(query: str) -> list[str]:
    """The distinct bigrams of a question without its question words; all of them when it has nothing else."""
    folded = fold(query)
    wanted = bigrams(_QUESTION_WORDS.sub(" ", folded)) or bigrams(folded)
    return list(dict.fromkeys(wanted))


def query_trigrams(query: str) -> list[str]:
    """The distinct runs of three characters of a question without its question words."""
    words = _WORDS.findall(_QUESTION_WORDS.sub(" ", fold(query)))
    return list(dict.fromkeys(word[start : start + 3] for word in words for start in range(len(word) - 2)))
