"""Messages that ask several questions: the first of them, and how many follow."""

from typing import NamedTuple

from retrieval.text.folding import fold
from retrieval.text.ngrams import without_question_words
from retrieval.text.sentences import sentences


class First(NamedTuple):
    """The first question of a message, with what stands before it, and the number of further questions."""

    question: str
    further: int


def first_question(message: str) -> First:
    """The message up to the end of its first question; all of it when it asks no second one.

    A sentence asks when it ends with a question mark or holds a question word.
    """
    ends = [span.end for span in sentences(message) if _asks(message[slice(*span)])]
    return First(message[: ends[0]], len(ends) - 1) if len(ends) > 1 else First(message, 0)


def _asks(sentence: str) -> bool:
    folded = fold(sentence)
    if folded.endswith("》") or not any(map(str.isalnum, folded)):  # 《谁动了我的奶酪？》 is a title
        return False
    return folded.rstrip("”’」』) ").endswith("?") or without_question_words(folded) != folded
