"""Which sentence of a passage answers, which words of it matched, and can it be the answer at all?"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from retrieval.analysis import Token, bigrams
from retrieval.text import Span, fold, sentences

# Thresholds of confidence, set on the development sets: see README, "How good is it?".
ANSWERED, POSSIBLE = 0.6, 0.35
# What an answer of the asked kind is worth, as a share of all that the question's terms weigh.
_KIND_SHARE = 0.3
# What the title says already, every sentence is about: it tells little of which one answers. Within the right passages
# of five development sets, one gains .10 of its right sentences by this, one .01, and none loses more than .01.
_TITLE_SHARE = 0.3
_NUMERAL = "[0-9〇零一二三四五六七八九十百千万亿两]"
_KINDS = (
    (
        "什么时候|何时|哪一年|哪年|哪天|哪一天|几月|几号|几点|时间",
        rf"{_NUMERAL}+(?:年|月|日|时|点|号)|(?:昨|今|明|当|次)[天日年]",
    ),
    ("多少|几|多大|多长|多高|多远|多久", rf"[0-9]|{_NUMERAL}+(?:多|余)?(?:[个名人件家起次元万亿米岁]|公里|美元)"),
    ("为什么|为何|原因", "因为|由于|因|为了|导致|所以|原因"),
    ("哪里|哪儿|什么地方|何地|何处|在哪", "[省市县区镇乡村州国路街港岛洲]|位于|地处"),
)
_ASKED = tuple((re.compile(asked), re.compile(kind)) for asked, kind in _KINDS)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a question looks for: its terms with what each weighs, its bigrams, and how an answer of its kind looks."""

    weights: Mapping[str, float]
    bigrams: frozenset[str]
    kind: re.Pattern[str] | None


def kind_of_answer(query: str) -> re.Pattern[str] | None:
    """How a sentence looks that gives the kind of thing asked for: a date, a number, a reason, a place."""
    folded = fold(query)
    return next((kind for asked, kind in _ASKED if asked.search(folded)), None)


def answering_sentence(wanted: Wanted, text: str, tokens: Sequence[Token], title: str = "") -> Span | None:
    """The sentence that carries the most of the question, the earliest of equals; None when none carries anything.

    What stands in the title of the passage's article counts less.
    """
    folded, folded_title = fold(text), fold(title)
    best, best_evidence = None, 0.0
    for sentence in sentences(text):
        terms = {token.term for token in tokens if sentence.start <= token.start < sentence.end}
        evidence = _evidence(wanted, terms, folded[sentence.start : sentence.end], folded_title)
        if evidence > best_evidence:
            best, best_evidence = sentence, evidence
    return best


def _evidence(wanted: Wanted, terms: set[str], folded: str, title: str) -> float:
    evidence = _shares(wanted, terms, folded, title)
    if evidence and wanted.kind is not None and wanted.kind.search(folded):
        evidence += _KIND_SHARE
    return evidence


def confidence(wanted: Wanted, terms: Iterable[str], text: str) -> float:
    """How much of the question a passage with its title and heading holds, from 0 to 1.

    The mean of two shares: of the terms, weighed by idf, so that what no article knows counts most, and of the bigrams.
    """
    return _shares(wanted, set(terms), fold(text)) / 2


def _shares(wanted: Wanted, terms: set[str], folded: str, title: str = "") -> float:
    """The share of the terms, weighed, and that of the bigrams, added; what stands in the title counts less in both."""
    bigram_weights = dict.fromkeys(wanted.bigrams, 1.0)
    share = _share(wanted.weights, terms, title)
    return share + (_share(bigram_weights, bigrams(folded), title) if bigram_weights else share)


def _share(weights: Mapping[str, float], found: Iterable[str], title: str) -> float:
    counted = {word: weight * (_TITLE_SHARE if word in title else 1) for word, weight in weights.items()}
    total, said = sum(counted.values()), set(found)
    return sum(weight for word, weight in counted.items() if word in said) / total if total else 0.0


def status(confidence: float) -> str:
    """answered, possible or none."""
    return "answered" if confidence >= ANSWERED else "possible" if confidence >= POSSIBLE else "none"


def highlights(weights: Mapping[str, float], tokens: Iterable[Token]) -> list[Span]:
    """Where the question's terms stand: sorted, disjoint; neighbours are one span."""
    spans: list[Span] = []
    for token in tokens:
        if token.term not in weights:
            continue
        if spans and spans[-1].end == token.start:
            spans[-1] = Span(spans[-1].start, token.end)
        else:
            spans.append(Span(token.start, token.end))
    return spans
