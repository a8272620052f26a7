"""Which sentence of a passage answers, which words of it matched, and can it be the answer at all?"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from retrieval.query.answer_type import Kind
from retrieval.text.numbers import plain, written
from retrieval.text.sentences import Span, sentences

# Thresholds of confidence, set on the development sets: see README, "How good is it?".
ANSWERED, POSSIBLE = 0.6, 0.35
# What the characters of the terms are worth beside the terms and the bigrams, which are worth 1 each: 谥号 is
# asked for and 谥文通 answers. What an answer of the asked kind is worth.
_CHARACTER_SHARE, _KIND_SHARE = 0.8, 0.4
# What the title or the heading says already, every sentence is about: it tells little of which one answers. Between the
# passages of several articles it counts more, or one without a title would go before all that have one.
_TITLE_SHARE, _TITLE_SHARE_BETWEEN_PASSAGES = 0.15, 0.5
# What each character of the answer costs the reader: a second sentence is shown when it says more than that.
_CHARACTER_COST = 0.002
# A sentence that says no more than the question and the title, but for so many characters, can't answer alone.
_FEW = 10
# A neighbour that carries so much of what the best sentence carries may as well be the answer.
_NEARLY = 0.9
# Bare speech says nothing without its speaker, who is named in a short sentence after it: 某某说。
_SPEECH, _SPEAKER, _LONGEST_SPEAKER = "“‘「\"'", re.compile("说|表示|介绍|指出|认为|告诉|称"), 40
# A sentence that begins so can't be understood without the one before it.
_LEANS_BACK = re.compile(r"[“‘「『（(\s]*(?:[他她它其该这此那]|对此|为此|据此|同时|另外)")


@dataclass(frozen=True, slots=True)
class QueryFeatures:
    """What a question looks for: its terms with what each weighs, its bigrams, and how an answer of its kind looks."""

    weights: Mapping[str, float]
    bigrams: Sequence[str]
    kind: Kind | None = None


class SentenceMatch(NamedTuple):
    """What speaks for a sentence: which pieces of the question it holds, with what each is worth, and the kind's."""

    pieces: Mapping[str, float]
    kind: float

    @property
    def total(self) -> float:
        return sum(self.pieces.values()) + self.kind


class SentenceScorer:
    """One passage, read sentence by sentence for one question.

    `folded` is the text folded, and `above` what stands over it, folded: title and heading.
    """

    def __init__(self, wanted: QueryFeatures, text: str, folded: str, above: str = "") -> None:
        self._wanted, self._above = wanted, above
        self._sentences = sentences(text)
        self._parts = [plain(folded[slice(*sentence)]) for sentence in self._sentences]
        worth = _worth(wanted, above, _TITLE_SHARE_BETWEEN_PASSAGES)
        found = [_evidence(worth, wanted.kind, part) for part in self._parts]
        self.evidence = max(found, key=lambda one: one.total, default=SentenceMatch({}, 0.0))

    def span(self) -> Span | None:
        """The sentences that carry the most of the question; None when none carries anything.

        A neighbour is shown with the best sentence, the earliest of equals, where both together carry more of the
        question than the reading costs, where it is as good, or where the best one leans back, is bare speech or says
        too little alone; and the next one where it leans on the best, which is not of the kind asked for.
        """
        if not self.evidence.pieces:
            return None
        best, companion = self._chosen()
        first, last = sorted((best, companion))
        return Span(self._sentences[first].start, self._sentences[last].end)

    def _chosen(self) -> tuple[int, int]:
        """The best sentence, and the neighbour to be shown with it; itself when it stands alone."""
        worth = _worth(self._wanted, self._above, _TITLE_SHARE)
        found = [_evidence(worth, self._wanted.kind, part) for part in self._parts]
        totals = [one.total for one in found]
        best = totals.index(max(totals))

        def gain(companion: int) -> float:
            part = "\n".join(self._parts[number] for number in sorted({best, companion}))
            return _evidence(worth, self._wanted.kind, part).total - _CHARACTER_COST * len(part)

        neighbours = [number for number in (best - 1, best + 1) if 0 <= number < len(totals)]
        if not neighbours:
            return best, best
        most = max(neighbours, key=gain)
        if gain(most) > gain(best):
            return best, most
        following = self._parts[best + 1] if best + 1 < len(totals) else ""
        is_speech = self._parts[best][0] in _SPEECH
        if is_speech and len(following) <= _LONGEST_SPEAKER and _SPEAKER.search(following):
            return best, best + 1
        if best and _LEANS_BACK.match(self._parts[best]):
            return best, best - 1
        nearest = max(neighbours, key=lambda number: totals[number])
        says_little = not found[best].kind and _unsaid(self._parts[best], worth, self._above) < _FEW
        if totals[nearest] >= _NEARLY * totals[best] or says_little:
            return best, nearest
        goes_on = not found[best].kind and _LEANS_BACK.match(following)
        return best, best + 1 if goes_on else best


def _evidence(worth: Mapping[str, float], kind: Kind | None, part: str) -> SentenceMatch:
    """The pieces that a text holds; the kind of thing asked for counts only where there is a piece."""
    pieces = {piece: weight for piece, weight in worth.items() if piece in part}
    has_kind = pieces and kind is not None and kind.pattern.search(part)
    return SentenceMatch(pieces, _KIND_SHARE * kind.surety if has_kind and kind is not None else 0.0)


def _unsaid(part: str, worth: Mapping[str, float], above: str) -> int:
    """How many letters and digits of a text stand neither in the question nor in the title."""
    return sum(letter not in worth and letter not in above for letter in filter(str.isalnum, part))


def _worth(wanted: QueryFeatures, above: str, title_share: float) -> dict[str, float]:
    """What each piece of the question is worth in a sentence: terms, bigrams and characters share out their weights."""
    worth: dict[str, float] = {}
    characters = dict.fromkeys("".join(wanted.weights), 1.0)
    groups = ((wanted.weights, 1.0), (dict.fromkeys(wanted.bigrams, 1.0), 1.0), (characters, _CHARACTER_SHARE))
    for group, share in groups:
        weights = {piece: weight * (title_share if piece in above else 1) for piece, weight in group.items()}
        total = sum(weights.values())
        for piece, weight in weights.items():
            if weight:
                worth[piece] = worth.get(piece, 0.0) + share * weight / total
    return worth


def confidence(wanted: QueryFeatures, terms: Collection[str], folded: str) -> float:
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
        if term not in singles and term in folded:
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
