"""Which sentence of a passage answers, which words of it matched, and can it be the answer at all?"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from retrieval.kinds import Kind
from retrieval.numbers import plain, written
from retrieval.text import Span, sentences

# Thresholds of confidence, set on the development sets: see README, "How good is it?".
ANSWERED, POSSIBLE = 0.6, 0.35
# What the characters of the terms are worth beside the terms and the bigrams, which are worth 1 each: 谥号 is
# asked for and 谥文通 answers. What an answer of the asked kind is worth.
_CHARACTER_SHARE, _KIND_SHARE = 0.8, 0.4
# What the title or the heading says already, every sentence is about: it tells little of which one answers.
_TITLE_SHARE = 0.15
# What each character of the answer costs the reader: a second sentence is shown when it says more than that.
_CHARACTER_COST = 0.002
# A sentence that says no more than the question and the title, but for so many characters, can't answer alone.
_FEW = 10
# A neighbour that carries so much of what the best sentence carries may as well be the answer.
_NEARLY = 0.9
# A sentence that begins so can't be understood without the one before it.
_LEANS_BACK = re.compile(r"[“‘「『（(\s]*(?:[他她它其该这此那]|对此|为此|据此|同时|另外)")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a question looks for: its terms with what each weighs, its bigrams, and how an answer of its kind looks."""

    weights: Mapping[str, float]
    bigrams: Sequence[str]
    kind: Kind | None = None


class Evidence(NamedTuple):
    """What speaks for a sentence: which pieces of the question it holds, with what each is worth, and the kind's."""

    pieces: Mapping[str, float]
    kind: float

    @property
    def total(self) -> float:
        return sum(self.pieces.values()) + self.kind


class Reading:
    """One passage, read sentence by sentence for one question.

    `folded` is the text folded, and `above` what stands over it, folded: title and heading.
    """

    def __init__(self, wanted: Wanted, text: str, folded: str, above: str = "") -> None:
        self._kind, self._above = wanted.kind, above
        self._worth = _worth(wanted, above)
        self._sentences = sentences(text)
        self._parts = [plain(folded[slice(*sentence)]) for sentence in self._sentences]
        found = [self._evidence(part) for part in self._parts]
        self._totals = [one.total for one in found]
        # The earliest of equals.
        self._best = max(range(len(found)), key=lambda number: self._totals[number], default=0)
        self.evidence = found[self._best] if found else Evidence({}, 0.0)

    def span(self) -> Span | None:
        """The sentences that carry the most of the question; None when none carries anything.

        A neighbour is shown with the best sentence where both together carry more of the question than the reading
        costs, where it is as good, or where the best one leans back or says too little alone.
        """
        if not self.evidence.pieces:
            return None
        first, last = sorted((self._best, self._companion()))
        return Span(self._sentences[first].start, self._sentences[last].end)

    def _companion(self) -> int:
        """The neighbour to be shown with the best sentence; itself when it stands alone."""
        best = self._best
        neighbours = [number for number in (best - 1, best + 1) if 0 <= number < len(self._sentences)]
        if not neighbours:
            return best
        most = max(neighbours, key=self._gain)
        if self._gain(most) > self._gain(best):
            return most
        if best and _LEANS_BACK.match(self._parts[best]):
            return best - 1
        nearest = max(neighbours, key=lambda number: self._totals[number])
        if self._totals[nearest] >= _NEARLY * self._totals[best] or self._says_little():
            return nearest
        return best

    def _gain(self, companion: int) -> float:
        """What the best sentence and this one carry together, less the reading."""
        part = "\n".join(self._parts[number] for number in sorted({self._best, companion}))
        return self._evidence(part).total - _CHARACTER_COST * len(part)

    def _evidence(self, part: str) -> Evidence:
        """The pieces that a text holds; the kind of thing asked for counts only where there is a piece."""
        pieces = {piece: weight for piece, weight in self._worth.items() if piece in part}
        kind = _KIND_SHARE if pieces and self._kind is not None and self._kind.search(part) else 0.0
        return Evidence(pieces, kind)

    def _says_little(self) -> bool:
        letters = filter(str.isalnum, self._parts[self._best])
        return (
            not self.evidence.kind
            and sum(letter not in self._worth and letter not in self._above for letter in letters) < _FEW
        )


def _worth(wanted: Wanted, above: str) -> dict[str, float]:
    """What each piece of the question is worth in a sentence: terms, bigrams and characters share out their weights."""
    worth: dict[str, float] = {}
    characters = dict.fromkeys("".join(wanted.weights), 1.0)
    groups = ((wanted.weights, 1.0), (dict.fromkeys(wanted.bigrams, 1.0), 1.0), (characters, _CHARACTER_SHARE))
    for group, share in groups:
        weights = {piece: weight * (_TITLE_SHARE if piece in above else 1) for piece, weight in group.items()}
        total = sum(weights.values())
        for piece, weight in weights.items():
            if weight:
                worth[piece] = worth.get(piece, 0.0) + share * weight / total
    return worth


def confidence(wanted: Wanted, terms: Collection[str], folded: str) -> float:
    """How much of the question a passage with its title and heading holds, from 0 to 1.

    The mean of two shares: of its terms, weighed by idf squared, so that a name that no article knows tells more than
    any number of common words, and of the bigrams.
    """
    weights = {term: weight**2 for term, weight in wanted.weights.items()}
    total = sum(weights.values())
    share = sum(weight for term, weight in weights.items() if term in terms) / total if total else 0.0
    if not wanted.bigrams:
        return share
    return (share + sum(bigram in folded for bigram in wanted.bigrams) / len(wanted.bigrams)) / 2


def status(confidence: float) -> str:
    """answered, possible or none."""
    return "answered" if confidence >= ANSWERED else "possible" if confidence >= POSSIBLE else "none"


def highlights(terms: Collection[str], folded: str) -> list[Span]:
    """Where the question's terms stand in a folded text: sorted, disjoint; those that touch are one span.

    No tokenizer is asked. A number or Latin word counts where it stands whole, a number in any of its spellings; a
    single Han character counts only where no other stands beside it, or beside another term.
    """
    marked: set[int] = set()
    for number in written(folded):
        if number.digits in terms:
            marked.update(range(number.start, number.end))
        # Its characters are no words of their own.
        folded = folded[: number.start] + "\0" * (number.end - number.start) + folded[number.end :]
    singles = {term for term in terms if len(term) == 1 and not term.isascii()}
    for term in terms:
        if term not in singles:
            before = r"(?<![a-z0-9])(?<![0-9]\.)" if term[0].isascii() else ""
            after = r"(?![a-z0-9]|\.[0-9])" if term[-1].isascii() else ""
            for match in re.finditer(before + re.escape(term) + after, folded):
                marked.update(range(*match.span()))
    for place, letter in enumerate(folded):
        if letter in singles:
            beside = place - 1 in marked or place + 1 in marked
            alone = not any(map(_is_han, folded[max(0, place - 1) : place] + folded[place + 1 : place + 2]))
            if beside or alone:
                marked.add(place)
    return _spans(sorted(marked))


def _spans(places: Iterable[int]) -> list[Span]:
    """The runs of neighbouring places, which come in order."""
    spans: list[Span] = []
    for place in places:
        if spans and spans[-1].end == place:
            spans[-1] = Span(spans[-1].start, place + 1)
        else:
            spans.append(Span(place, place + 1))
    return spans


def _is_han(letter: str) -> bool:
    return letter.isalpha() and not letter.isascii()
