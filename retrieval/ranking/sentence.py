"""The sentences of a passage, matched with a query, and the one or two that answer it."""

import re
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from retrieval.query.answer_type import Kind
from retrieval.ranking.feedback import held
from retrieval.ranking.query_features import QueryFeatures
from retrieval.text.numbers import plain
from retrieval.text.sentences import Span, sentences

# Weight of the query's characters; terms and bigrams weigh 1 each. 谥文通 answers a question for 谥号.
_CHARACTER_SHARE = 0.8
# Gain of a sentence that gives the kind of thing asked for.
_KIND_SHARE = 0.4
# Gain of the best sentence of a passage, for each unit of matched worth within `_NEAR` characters of such a thing.
_NEAR_SHARE, _NEAR = 0.45, 25
# Weight of a piece of the query that stands in the title or heading. All sentences are about it, so it tells little of
# which of them answers. Between passages of several articles it counts more: otherwise an article without a title would
# precede all articles with one.
_HEAD_SHARE, _HEAD_SHARE_BETWEEN_PASSAGES = 0.15, 0.5
# The share of its worth that a caption counts: 图为启动仪式 repeats the matter and answers nothing.
_CAPTION, _CAPTION_SHARE = re.compile(r"\(?(?:资料)?图[为:片]"), 0.6
# The cost of reading a character: a second sentence is shown when it gains more than it costs.
_CHARACTER_COST = 0.002
# A sentence with fewer new characters, which stand neither in the query nor in the head, is not shown alone.
_FEW = 10
# A neighbour with this share of the best sentence's match may equally be the answer.
_NEARLY = 0.9
# A sentence with such a beginning cannot be understood without the one before it.
_LEANS_BACK = re.compile(r"[“‘「『（(\s]*(?:[他她它其该这此那]|对此|为此|据此|同时|另外)")


class SentenceMatch(NamedTuple):
    """The pieces of the query that a text holds, with the worth of each, and the gain for the kind of answer."""

    pieces: Mapping[str, float]
    kind: float

    @property
    def total(self) -> float:
        return sum(self.pieces.values()) + self.kind


@dataclass(frozen=True, slots=True)
class PassageSentences:
    """The sentences of a passage, and the match of the best one as it counts in the passage's score.

    `texts` are the sentences folded, with numbers in one spelling. `head` is the title with the heading, folded.
    `number` is that of the best sentence.
    """

    spans: Sequence[Span]
    texts: Sequence[str]
    head: str
    best: SentenceMatch
    number: int = 0

    @property
    def best_text(self) -> str:
        return self.texts[self.number] if self.texts else ""

    @property
    def best_span(self) -> Span:
        return self.spans[self.number] if self.spans else Span(0, 0)


def match_sentences(features: QueryFeatures, text: str, folded: str, head: str = "") -> PassageSentences:
    """Match each sentence of a passage; `folded` is the text folded, `head` the title with the heading, folded."""
    spans = sentences(text)
    texts = [plain(folded[slice(*span)]) for span in spans]
    worth = _worth(features, head, _HEAD_SHARE_BETWEEN_PASSAGES, texts)
    matches = [_match(worth, features.kind, sentence) for sentence in texts]
    best = max(matches, key=lambda match: match.total, default=SentenceMatch({}, 0.0))
    return PassageSentences(spans, texts, head, best, matches.index(best) if matches else 0)


def answer_sentence(features: QueryFeatures, passage: PassageSentences) -> Span | None:
    """The span of the best sentence, alone or with a neighbour; None when no sentence holds a piece of the query.

    Of equals, the earliest is the best. A neighbour is included when

    * both together match more than the reading costs,
    * the best sentence leans back on it, or
    * the best sentence lacks the kind asked for, or the query asks for none, and the neighbour matches nearly as well,
      leans back on the best sentence, or completes one that says too little alone.
    """
    if not passage.best.pieces:
        return None
    best, companion = _best_and_companion(features, passage)
    first, last = sorted((best, companion))
    return Span(passage.spans[first].start, passage.spans[last].end)


def _best_and_companion(features: QueryFeatures, passage: PassageSentences) -> tuple[int, int]:
    """The number of the best sentence, and of the neighbour to show with it: the same number when there is none."""
    texts, head = passage.texts, passage.head
    worth = _worth(features, head, _HEAD_SHARE, texts)
    matches = [_match(worth, features.kind, text) for text in texts]
    totals = [
        sum(match.pieces.values()) + _near(worth, features.kind, text)
        for match, text in zip(matches, texts, strict=True)
    ]
    totals = [
        total * (_CAPTION_SHARE if _CAPTION.match(text) else 1) for total, text in zip(totals, texts, strict=True)
    ]
    best = totals.index(max(totals))

    def gain(companion: int) -> float:
        text = "\n".join(texts[number] for number in sorted({best, companion}))
        return _match(worth, features.kind, text).total - _CHARACTER_COST * len(text)

    neighbours = [number for number in (best - 1, best + 1) if 0 <= number < len(totals)]
    if not neighbours:
        return best, best
    most = max(neighbours, key=gain)
    if gain(most) > gain(best):
        return best, most
    if best and _LEANS_BACK.match(texts[best]):
        return best, best - 1
    if matches[best].kind:
        return best, best
    nearest = max(neighbours, key=lambda number: totals[number])
    if totals[nearest] >= _NEARLY * totals[best] or _count_new(texts[best], worth, head) < _FEW:
        return best, nearest
    goes_on = best + 1 < len(totals) and _LEANS_BACK.match(texts[best + 1])
    return best, best + 1 if goes_on else best


def _match(worth: Mapping[str, float], kind: Kind | None, text: str) -> SentenceMatch:
    """The pieces that a text holds; the kind of answer counts only together with a piece."""
    pieces = {piece: weight for piece, weight in worth.items() if piece in text}
    has_kind = pieces and kind is not None and kind.pattern.search(text)
    return SentenceMatch(pieces, _KIND_SHARE * kind.surety if has_kind and kind is not None else 0.0)


def _near(worth: Mapping[str, float], kind: Kind | None, text: str) -> float:
    """The gain of a sentence for the best thing of the kind asked for, by the worth of the pieces near it."""
    if kind is None:
        return 0.0
    gains = [0.0]
    for match in kind.pattern.finditer(text):
        surroundings = text[max(0, match.start() - _NEAR) : match.end() + _NEAR]
        gains.append(sum(weight for piece, weight in worth.items() if piece in surroundings))
    return _NEAR_SHARE * kind.surety * max(gains)


def _count_new(text: str, worth: Mapping[str, float], head: str) -> int:
    """The number of letters and digits of a text that stand neither in the query nor in the head."""
    return sum(letter not in worth and letter not in head for letter in filter(str.isalnum, text))


def _worth(features: QueryFeatures, head: str, head_share: float, texts: Iterable[str]) -> Mapping[str, float]:
    """The worth in a sentence of each piece of the query that the texts hold: terms, bigrams and characters.

    Of all pieces, terms and bigrams add up to 1 each, characters to `_CHARACTER_SHARE`. A piece that `head` holds
    counts `head_share` of its weight in its group.
    """
    in_head = frozenset([piece for piece in features.pieces if piece in head])
    return held(_shared(features, in_head, head_share), "\n".join(texts))


# Most heads hold the same few pieces of a query, or none.
@lru_cache(128)
def _shared(features: QueryFeatures, in_head: Set[str], head_share: float) -> Mapping[str, float]:
    worth: dict[str, float] = {}
    bigrams, characters = (dict.fromkeys(pieces, 1.0) for pieces in (features.bigrams, "".join(features.weights)))
    groups = ((features.weights, 1.0), (bigrams, 1.0), (characters, _CHARACTER_SHARE))
    for group, share in groups:
        weights = {piece: weight * (head_share if piece in in_head else 1) for piece, weight in group.items()}
        total = sum(weights.values())
        for piece, weight in weights.items():
            if weight:
                worth[piece] = worth.get(piece, 0.0) + share * weight / total
    return worth
