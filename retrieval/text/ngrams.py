"""Runs of two and three characters of texts and questions."""

import re
from collections.abc import Iterable

from retrieval.text.folding import fold

_WORDS = re.compile(r"[^\W_]+")
# What a question asks with is not what it asks for: it is no term, and no bigram of it is looked for. Words that merely
# hold such a character (几何, 吗啡, 哪吒) are spared.
_QUESTION_WORDS = re.compile(
    "请问|为什么|为何|什么时候|什么样|什么|怎么样|怎么|怎样|如何|多少|多久|多长|哪一|哪些|哪个|哪里|哪儿|哪位|哪家|哪种|哪年"
    "|何时|何地|何人|何处|何种|有何|是不是|有没有|是否|有无|几个|几(?![何乎许内丁])|谁|吗(?!啡)|呢(?![绒子])|哪(?!吒)"
)


def without_question_words(folded: str) -> str:
    """A folded question with a blank in place of each word that it asks with."""
    return _QUESTION_WORDS.sub(" ", folded)


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
    wanted = bigrams(without_question_words(folded)) or bigrams(folded)
    return list(dict.fromkeys(wanted))


def query_trigrams(query: str) -> list[str]:
    """The distinct runs of three characters of a question without its question words."""
    words = _WORDS.findall(without_question_words(fold(query)))
    return list(dict.fromkeys(word[start : start + 3] for word in words for start in range(len(word) - 2)))
