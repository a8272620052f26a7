"""Agreement between two papers on the same report, figures included."""

import re
from collections.abc import Collection
from functools import lru_cache
from typing import Literal, NamedTuple

from retrieval.text.folding import fold
from retrieval.text.ngrams import bigrams
from retrieval.text.sentences import sentences

# Dice coefficient of the bigrams, figures left out, from which a sentence is an edit of the other.
_EDITED = 0.8
# Sentences with more different figures than this, and than half of theirs, are one form filled in twice: two prices.
_FEW_FIGURES = 2
_CHINESE = "〇零一二三四五六七八九十百千万亿两"
_THOUSANDS = re.compile(r"(?<=[0-9]),(?=[0-9]{3}(?![0-9]))")
_ARABIC = r"[0-9]+(?:[.:/][0-9]+)*(?:[十百千万亿]+|[%‰])?"
_ANY_FIGURE = re.compile(rf"{_ARABIC}|[{_CHINESE}]+")
# Figures that count something, and so may contradict. 一 in 一起, 十 in 十分 and the model 7995WX count nothing.
_FIGURE = re.compile(rf"(?<![a-z0-9.]){_ARABIC}(?![a-z0-9])|[{_CHINESE}]+(?=[个名人件家起次元米岁吨辆所例成倍层])")
# A run is tried from its start only: from each character, a run of 100,000 digits without a unit takes 43 seconds.
_DATE = re.compile(rf"(?:(?<![0-9])[0-9]++|(?<![{_CHINESE}])[{_CHINESE}]++)[年月日号时点分]")
_UNITS = {"十": 10, "百": 100, "千": 1_000, "万": 10_000, "亿": 100_000_000}
# Letters and digits, and the marks that are part of a figure: 3.5 is not 35, 5% is not 5, -3 is not 3.
_SAID = re.compile(r"[^\W_]+|(?<=[0-9])[%‰]|(?<=[0-9])[^\w\s](?=[0-9])|(?<!\w)-(?=[0-9])")
_LETTERS = re.compile(r"[^\W_]+")
# 新华社兰州2月24日电（记者某某）: the dateline names the agency and is no part of the report.
_DATELINE = re.compile(r"^[^,。]{0,20}?[0-9]{1,2}日电\s*(?:\([^)]{0,60}\))?")


class Relation(NamedTuple):
    """The relation of another passage to the one shown; `sentence` is the one in which it differs."""

    kind: Literal["same", "differs", "unrelated"]
    sentence: str = ""


_SAME, _UNRELATED = Relation("same"), Relation("unrelated")


def relation(
    passage: str, answer: str, other: str, folded_passage: str | None = None, folded: str | None = None
) -> Relation:
    """The relation of `other`, a passage of the same report, to a passage with the sentence `answer`.

    `folded_passage` and `folded` are `passage` and `other` folded, where the caller has them.

    same: both passages are equal in every letter and figure; or `other` holds the answer, word for word or with a word
    edited, and contradicts no sentence of the passage. differs: a sentence of `other` equals the answer except for a
    figure. More detail is no contradiction, and a sentence with another date is other news: unrelated.
    """
    folded_passage = fold(passage) if folded_passage is None else folded_passage
    folded = fold(other) if folded is None else folded
    # Equal letters are looked for first: they take a tenth of the time of a passage without its dateline.
    if _letters(folded).endswith(_letters(_said(folded_passage))) and _said(folded_passage) == _said(folded):
        return _SAME
    of_answer = _of_sentence(_folded(answer), other, folded)
    if of_answer.kind != "same":
        return of_answer
    # Another figure beside the answer is no other answer, but must not be hidden as a reprint either.
    of_others = (_of_sentence(sentence, other, folded).kind for sentence in _tidy_sentences(passage, folded_passage))
    return _UNRELATED if "differs" in of_others else of_answer


def _of_sentence(ours: str, other: str, folded: str) -> Relation:
    """The relation of the passage `other` to one sentence, as `_tidy` gives it."""
    if _lacks(_letters(folded), _bigrams(ours)):
        return _UNRELATED
    if _holds(_said(folded), _said_in(ours)):
        return _SAME
    closest, closeness, sentence = "", 0.0, ""
    for start, end in _sentences(other):
        theirs = _tidy(folded[start:end])
        similarity = likeness(ours, theirs)
        if similarity > closeness:
            closest, closeness, sentence = theirs, similarity, other[start:end]
    if closeness < _EDITED:
        return _UNRELATED
    if sorted(figures(ours)) == sorted(figures(closest)):
        return _SAME
    return Relation("differs", sentence) if _contradict(ours, closest) else _UNRELATED


def _lacks(letters: str, wanted: Collection[str]) -> bool:
    """Whether no sentence of a text can be an edit of the one with the wanted bigrams, as its letters alone tell.

    At best a sentence has the bigrams that the text shares with the other one, and no more. False in doubt.
    """
    missing, most = 0, (1 - _EDITED / (2 - _EDITED)) * len(wanted) + 1
    for bigram in wanted:
        missing += bigram not in letters
        if missing > most:
            return True
    return False


def dates(text: str) -> list[str]:
    """The parts of dates and times in a folded text, in order: 2020年, 2月, 20日, 8时."""
    return _DATE.findall(text)


def figures(text: str) -> list[str]:
    """The figures of a folded text, in digits or Chinese numerals, in order; those of dates are included."""
    return _ANY_FIGURE.findall(text)


def without_figures(text: str) -> str:
    """The folded text with a blank for each figure."""
    return _ANY_FIGURE.sub(" ", text)


def _contradict(sentence: str, other: str) -> bool:
    """Whether two folded sentences have the same dates and as many figures, a few of them different."""
    if dates(sentence) != dates(other):
        return False
    first, second = (_FIGURE.findall(_DATE.sub(" ", text)) for text in (sentence, other))
    if len(first) != len(second):
        return False
    pairs = [(_value(ours), _value(theirs)) for ours, theirs in zip(first, second, strict=True)]
    # 60 and 六十 may be the same: a figure in digits is not compared with one in characters.
    apart = sum(ours != theirs and type(ours) is type(theirs) for ours, theirs in pairs)
    return 0 < apart <= max(_FEW_FIGURES, len(pairs) // 2)


def _value(figure: str) -> float | str:
    """The value of a figure: 60万 is 600000.0. A figure such as 3:1, 5% or 三百 is returned as written."""
    digits = figure.rstrip("".join(_UNITS))
    try:
        value = float(digits)
    except ValueError:
        return figure
    for unit in figure[len(digits) :]:
        value *= _UNITS[unit]
    return round(value, 6)


# Each sentence of a passage is compared with each sentence of several others.
_remembered = lru_cache(2_000)


@_remembered
def _bigrams(folded: str) -> frozenset[str]:
    return frozenset(bigrams(without_figures(folded)))


@_remembered
def _folded(text: str) -> str:
    return _tidy(fold(text))


def _tidy(folded: str) -> str:
    return _DATELINE.sub("", _THOUSANDS.sub("", folded))


@_remembered
def said(text: str) -> str:
    """The letters, digits and marks of figures of a text, folded, without its dateline."""
    return _said(fold(text))


@_remembered
def _said(folded: str) -> str:
    return _said_in(_tidy(folded))


@_remembered
def _said_in(tidy: str) -> str:
    return "".join(_SAID.findall(tidy))


@_remembered
def _tidy_sentences(passage: str, folded: str) -> list[str]:
    return [_tidy(folded[start:end]) for start, end in sentences(passage)]


@_remembered
def _letters(folded: str) -> str:
    return "".join(_LETTERS.findall(folded))


_sentences = _remembered(sentences)


def _holds(text: str, part: str) -> bool:
    """Whether the text holds the part, not cut out of a figure: 160亿 does not hold 60亿."""
    if not part:
        return False
    start = text.find(part)
    while start >= 0:
        end = start + len(part)
        if not (_is_one_figure(text[start - 1 : start], part[0]) or _is_one_figure(part[-1], text[end : end + 1])):
            return True
        start = text.find(part, start + 1)
    return False


def _is_one_figure(before: str, after: str) -> bool:
    """Whether two adjacent characters are digits of one figure; either may be empty."""
    return before.isdecimal() and after.isdecimal()


def likeness(sentence: str, other: str) -> float:
    """The Dice coefficient of the bigram sets of two folded sentences, figures left out; 0 to 1."""
    first, second = _bigrams(sentence), _bigrams(other)
    return 2 * len(first & second) / (len(first) + len(second)) if first and second else 0.0
