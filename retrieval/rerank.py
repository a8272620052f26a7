"""Which of the candidates is best, seen closely? BM25 over character bigrams, on rank-bm25, beside the first stage."""

import re
from collections.abc import Iterable, Sequence

from rank_bm25 import BM25Plus

from retrieval import bm25
from retrieval.text import fold

# Weights of the bigrams' and of the article's score beside the passage's own: see README, "Quality".
BIGRAM_WEIGHT, ARTICLE_WEIGHT = 1.0, 0.3
_FILLER = ""
_WORDS = re.compile(r"[^\W_]+")
# What a question asks with is not what it asks for: no bigram of these is looked for.
_QUESTION_WORDS = re.compile(
    "请问|为什么|为何|什么时候|什么样|什么|怎么样|怎么|怎样|如何|多少|哪一|哪些|哪个|哪里|哪儿|哪位|哪家|哪种|哪年|何时|何地|何人"
    "|是不是|有没有|是否|有无|几个|谁|吗|呢|哪"
)


def bigrams(folded: str) -> list[str]:
    """The pairs of neighbouring letters or digits, in order; a single character between blanks counts as one."""
    found = []
    for word in _WORDS.findall(folded):
        found += map("".join, zip(word, word[1:], strict=False)) if len(word) > 1 else [word]
    return found


def query_bigrams(query: str) -> list[str]:
    """The distinct bigrams of a question without its question words; all of them when it has nothing else."""
    folded = fold(query)
    wanted = bigrams(_QUESTION_WORDS.sub(" ", folded)) or bigrams(folded)
    return list(dict.fromkeys(wanted))


def bigram_scores(wanted: Sequence[str], texts: Iterable[str]) -> list[float]:
    """BM25 of the wanted bigrams over these texts alone, in their order; idf and average length are of these texts.

    Every bigram that is not wanted is replaced by one filler: the lengths stay, so the scores are the same as without,
    at a third of the time.
    """
    known = {bigram: bigram for bigram in wanted}
    documents = [[known.get(bigram, _FILLER) for bigram in bigrams(fold(text))] for text in texts]
    if not any(documents):
        return [0.0] * len(documents)
    # delta only adds a constant for each bigram, to texts without it as well.
    library = BM25Plus(documents, k1=bm25.K1, b=bm25.B, delta=0)
    scores: list[float] = library.get_scores(wanted).tolist()
    return scores


def combined(score: float, bigram_score: float, article_score: float) -> float:
    """The final score of a candidate."""
    return score + BIGRAM_WEIGHT * bigram_score + ARTICLE_WEIGHT * article_score
