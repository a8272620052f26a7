"""The spans of a passage's text in which terms of the query stand."""

import re
from collections.abc import Collection, Iterable, Iterator

from retrieval.text.numbers import written
from retrieval.text.sentences import Span

# A Latin word or a number is part of a longer one behind the first pattern and before the second.
_GOES_BEFORE, _GOES_ON = re.compile(r"[a-z0-9]$|[0-9]\.$"), re.compile(r"[a-z0-9]|\.[0-9]")


def highlights(terms: Collection[str], folded: str) -> list[Span]:
    """The spans of the terms in a folded text: sorted, disjoint; adjacent ones are one span.

    The text is not tokenized. A number or a Latin word counts as a whole only, a number in any spelling. A single Han
    character counts only without another Han character beside it, or beside another term.
    """
    marked: set[int] = set()
    for number in written(folded):
        if number.digits in terms:
            marked.update(range(number.start, number.end))
        # The characters of a number are no words: none of them is a term.
        folded = folded[: number.start] + "\0" * (number.end - number.start) + folded[number.end :]
    singles = {term for term in terms if len(term) == 1 and not term.isascii()}
    for term in terms:
        if term not in singles:
            for start in _places(term, folded):
                marked.update(range(start, start + len(term)))
    for place, letter in enumerate(folded):
        if letter in singles:
            is_beside_term = place - 1 in marked or place + 1 in marked
            is_alone = not any(map(_is_han, folded[max(0, place - 1) : place] + folded[place + 1 : place + 2]))
            if is_beside_term or is_alone:
                marked.add(place)
    return _spans(sorted(marked))


def _places(term: str, folded: str) -> Iterator[int]:
    """The places where the term begins; where it begins or ends with a Latin letter or digit, only as a whole word."""
    start = folded.find(term)
    while start >= 0:
        end = start + len(term)
        if not (term[0].isascii() and _GOES_BEFORE.search(folded, start - 2, start)) and not (
            term[-1].isascii() and _GOES_ON.match(folded, end)
        ):
            yield start
        start = folded.find(term, end)


def _spans(places: Iterable[int]) -> list[Span]:
    """The runs of consecutive places, which come in ascending order."""
    spans: list[Span] = []
    for place in places:
        if spans and spans[-1].end == place:
            spans[-1] = Span(spans[-1].start, place + 1)
        else:
            spans.append(Span(place, place + 1))
    return spans


def _is_han(letter: str) -> bool:
    return letter.isalpha() and not letter.isascii()
