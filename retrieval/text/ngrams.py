"""Bigrams and trigrams of characters in texts and questions, and the question words that give none."""

import re
from operator import add

from retrieval.text.folding import fold

_WORDS = re.compile(r"[^\W_]+")
# Words that mark a question and say nothing of its subject. They give no terms and no n-grams. Lookaheads spare words
# that only contain such a character (几何, 吗啡, 哪吒).
_QUESTION_WORDS = re.compile(
    "请问|为什么|为何|为啥|干嘛|干啥|叫什么|叫啥|什么时候|什么样|什么|啥|怎么样|怎么|怎样|如何|多少|多久|多长|哪一|哪些|哪个|哪里|哪儿|哪位|哪家|哪种|哪年"
    "|何时|何地|何人|何处|何种|有何|是不是|有没有|是否|有无|几个|几(?![何乎许内丁])|谁|吗(?!啡)|呢(?![绒子])|哪(?!吒)"
)


def without_question_words(folded: str) -> str:
    """A folded question with a blank in place of each question word."""
    return _QUESTION_WORDS.sub(" ", folded)


def bigrams(folded: str) -> list[str]:
    """The pairs of neighbouring letters or digits, in order; a word of one character is given as it is."""
    pairs: list[str] = []
    for word in _WORDS.findall(folded):
        pairs += map(add, word, word[1:]) if len(word) > 1 else [word]
    return pairs


def query_bigrams(query: str) -> list[str]:
    """The distinct bigrams of a question without its question words; of the whole question if it has nothing else."""
    folded = fold(query)
    wanted = bigrams(without_question_words(folded)) or bigrams(folded)
    return list(dict.fromkeys(wanted))


def query_trigrams(query: str) -> list[str]:
    """The distinct trigrams of a question without its question words."""
    words = _WORDS.findall(without_question_words(fold(query)))
    return list(dict.fromkeys(word[start : start + 3] for word in words for start in range(len(word) - 2)))
