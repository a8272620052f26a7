"""Do two papers that print the same report say the same, figures included?"""

import re
from functools import lru_cache
from typing import Literal, NamedTuple

from retrieval.text.folding import fold
from retrieval.text.ngrams import bigrams
from retrieval.text.sentences import sentences

# The share of the bigrams that two sentences have in common, figures aside, when they are one with a word edited.
_EDITED = 0.8
# Where more figures than these, and than half of them, are others, it is one form filled in twice: two shares' prices.
_FEW_FIGURES = 2
_CHINESE = "〇零一二三四五六七八九十百千万亿两"
_THOUSANDS = re.compile(r"(?<=[0-9]),(?=[0-9]{3}(?![0-9]))")
_ARABIC = r"[0-9]+(?:[.:/][0-9]+)*(?:[十百千万亿]+|[%‰])?"
_ANY_FIGURE = re.compile(rf"{_ARABIC}|[{_CHINESE}]+")
# 一 in 一起 or 十 in 十分 is no figure, nor is that of a model called 7995WX: what contradicts must count something.
_FIGURE = re.compile(rf"(?<![a-z0-9.]){_ARABIC}(?![a-z0-9])|[{_CHINESE}]+(?=[个名人件家起次元米岁吨辆所例成倍层])")
# A run is tried from its start only: from each character, a run of 100,000 digits without a unit takes 43 seconds.
_DATE = re.compile(rf"(?:(?<![0-9])[0-9]++|(?<![{_CHINESE}])[{_CHINESE}]++)[年月日号时点分]")
_UNITS = {"十": 10, "百": 100, "千": 1_000, "万": 10_000, "亿": 100_000_000}
# Letters and digits, and of the marks those that make another figure of it: 3.5 is not 35, 5% is not 5, -3 is not 3.
_SAID = re.compile(r"[^\W_]|(?<=[0-9])[%‰]|(?<=[0-9])[^\w\s](?=[0-9])|(?<!\w)-(?=[0-9])")
# 新华社兰州2月24日电（记者某某）: who brought the report says nothing of what is in it.
_DATELINE = re.compile(r"^[^,。]{0,20}?[0-9]{1,2}日电\s*(?:\([^)]{0,60}\))?")


class Relation(NamedTuple):
    """How another passage stands to the one that is shown; with the sentence in which it says something else."""

    kind: Literal["same", "differs", "unrelated"]
    sentence: str = ""


_SAME, _UNRELATED = Relation("same"), Relation("unrelated")


def relation(passage: str, answer: str, other: str) -> Relation:
    """Whether `other`, of the same report, says what the passage says, of which `answer` is the sentence shown.

    It is the same when the passages are, in every letter and figure, or when it holds the answer, word for word or with
    a word edited, and nothing in it contradicts the passage. It differs when the answer and a sentence of it are
    alike but for a figure: more detail is no contradiction, and what is told of another day is other news.
    """
    if said(passage) == said(other):
        return _SAME
    found = _of_sentence(answer, other)
    if found.kind == "same":
        # Another figure beside the answer is no other answer, but it is not to be hidden either.
        texts = (passage[start:end] for start, end in sentences(passage))
        if any(_of_sentence(text, other).kind == "differs" for text in texts):
            return _UNRELATED
    return found


def _of_sentence(sentence: str, other: str) -> Relation:
    folded = _folded(sentence)
    if _holds(said(other), said(sentence)):
        return _SAME
    closest, closeness = "", 0.0
    for start, end in sentences(other):
        found = likeness(folded, _folded(other[start:end]))
        if found > closeness:
            closest, closeness = other[start:end], found
    if closeness < _EDITED:
        return _UNRELATED
    theirs = _folded(closest)
    if sorted(figures(folded)) == sorted(figures(theirs)):
        return _SAME
    return Relation("differs", closest) if _contradict(folded, theirs) else _UNRELATED


def dates(text: str) -> list[str]:
    """The days and hours that a folded text names, in order: 2020年, 2月, 20日, 8时."""
    return _DATE.findall(text)


def figures(text: str) -> list[str]:
    """What a folded text counts with, in digits or Chinese numerals, in order; those of days are among them."""
    return _ANY_FIGURE.findall(text)


def without_figures(text: str) -> str:
    """The folded text with a blank for each figure."""
    return _ANY_FIGURE.sub(" ", text)


def _contradict(one: str, other: str) -> bool:
    """Whether two sentences count the same things, of the same days, and count them differently."""
    if dates(one) != dates(other):
        return False
    first, second = (_FIGURE.findall(_DATE.sub(" ", text)) for text in (one, other))
    if len(first) != len(second):
        return False
    pairs = [(_value(ours), _value(theirs)) for ours, theirs in zip(first, second, strict=True)]
    # 60 and 六十 may well be the same: of one in digits and one in characters nothing is claimed.
    apart = sum(ours != theirs and type(ours) is type(theirs) for ours, theirs in pairs)
    return 0 < apart <= max(_FEW_FIGURES, len(pairs) // 2)


def _value(figure: str) -> float | str:
    """60万 as 600000.0; what is no plain number, such as 3:1, 5% and 三百, as it is written."""
    digits = figure.rstrip("".join(_UNITS))
    try:
        value = float(digits)
    except ValueError:
        return figure
    for unit in figure[len(digits) :]:
        value *= _UNITS[unit]
    return round(value, 6)


# Each sentence of a passage is held against each of several others.
_remembered = lru_cache(2_000)


@_remembered
def _bigrams(folded: str) -> frozenset[str]:
    return frozenset(bigrams(without_figures(folded)))


@_remembered
def _folded(text: str) -> str:
    return _DATELINE.sub("", _THOUSANDS.sub("", fold(text)))


@_remembered
def said(text: str) -> str:
    """The letters, digits and marks of a figure in a text, folded, without its dateline: what it says aloud."""
    return "".join(_SAID.findall(_folded(text)))


def _holds(text: str, part: str) -> bool:
    """Whether the part stands in the text, not torn out of a figure: 60亿 does not stand in 160亿."""
    if not part:
        return False
    start = text.find(part)
    while start >= 0:
        end = start + len(part)
        if not (_goes_on(text[start - 1 : start], part[0]) or _goes_on(part[-1], text[end : end + 1])):
            return True
        start = text.find(part, start + 1)
    return False


def _goes_on(before: str, after: str) -> bool:
    """Whether a figure goes on from one character, or none, to the next."""
    return before.isdecimal() and after.isdecimal()


def likeness(one: str, other: str) -> float:
    """The Dice coefficient of two folded sentences' sets of bigrams, figures left out; 0 to 1."""
    first, second = _bigrams(one), _bigrams(other)
    return 2 * len(first & second) / (len(first) + len(second)) if first and second else 0.0
