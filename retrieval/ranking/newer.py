"""Newer reports of one affair: of passages that answer nearly alike at different times, the newest leads."""

import re
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass

from retrieval.duplicates.agreement import figures, likeness
from retrieval.index.protocol import minute_of
from retrieval.ranking.rank import Ranked

# A candidate with this share of the best score is a near equal.
_NEARLY = 0.9
# The Dice coefficient of the bigrams of two sentences, figures left out, from which they tell of one affair.
_ALIKE = 0.5
# A sentence with such a character tells of something else than one without.
_TURNING = "未没不非无前原拟副引谣弟兄妻"
_TITLE = re.compile("《[^》]*》")
# A question for the first of its kind is not answered by the newest.
_FIRST = frozenset(("首次", "首届", "首个", "首座", "首家", "首位", "第一", "最早", "最初"))
# This lead puts a newer report before an equal score.
_AHEAD = 1e-6


@dataclass(frozen=True, slots=True)
class EarlierReport:
    """An article that told of the same affair before, with other figures in this sentence."""

    article_id: int
    source: str | None
    published: str | None
    sentence: str


def same_affair(ranked: Sequence[Ranked]) -> list[Ranked]:
    """The first candidate, and those near it whose best sentence says as much of the query in similar words.

    They are the reports of one affair, with other figures or of other days.
    """
    if not ranked or ranked[0].sentences is None:
        return list(ranked[:1])
    best = ranked[0]
    assert best.sentences is not None
    # A single digit, of the 11 of a question, stands in any figure.
    asked = {piece for piece in best.sentences.best.pieces if len(piece) > 1 or not piece.isdigit()}
    if asked & _FIRST:
        return [best]
    sentence = best.sentences.best_text
    return [
        best,
        *(
            other
            for other in ranked[1:]
            if other.sentences is not None
            and other.passage.article_id != best.passage.article_id
            and other.parts.score >= _NEARLY * best.parts.score
            and asked <= other.sentences.best.pieces.keys()
            and likeness(sentence, other.sentences.best_text) >= _ALIKE
            and not _turns(sentence, other.sentences.best_text)
        ),
    ]


def _turns(sentence: str, other: str) -> bool:
    """Whether a sentence tells of another thing than the other, although they are alike: 前市长, 未通车, 《春山2》."""
    if set(_TITLE.findall(sentence)) != set(_TITLE.findall(other)):
        return True
    return any((letter in sentence) != (letter in other) for letter in _TURNING)


def newest_first(ranked: Sequence[Ranked], affair: Sequence[Ranked], lacks: Callable[[Ranked], int]) -> list[Ranked]:
    """The ranked candidates, in front of them the newest of the affair that the first one belongs to.

    A report that lacks more names of the query than another, as `lacks` counts them, does not go before it: a question
    for 8月 is answered from August. The part `newer` is what the newest lacks to the score of the first one.
    """
    if len(affair) < 2:
        return list(ranked)
    best, counts = affair[0], {report.passage.id: lacks(report) for report in affair}
    fewest = [report for report in affair if counts[report.passage.id] == min(counts.values())]
    leader = max(fewest, key=_minute)
    # A report without a date may be the newer one.
    if leader is best or (best in fewest and not 0 < _minute(best) < _minute(leader)):
        return list(ranked)
    gap = best.parts.score - leader.parts.score + _AHEAD
    ahead = leader._replace(parts=leader.parts._replace(newer=gap))
    return [ahead, *(candidate for candidate in ranked if candidate is not leader)]


def earlier_reports(shown: Ranked, affair: Sequence[Ranked], named: Set[int]) -> tuple[EarlierReport, ...]:
    """The reports of the affair before the shown one with other figures, newest first, an article once.

    Articles that are `named` beside the shown one already are left out.
    """
    assert shown.sentences is not None
    ours = sorted(figures(shown.sentences.best_text))
    found = dict[int, EarlierReport]()
    for report in sorted(affair, key=_minute, reverse=True):
        passage, sentences = report.passage, report.sentences
        assert sentences is not None
        is_earlier = 0 < _minute(report) < _minute(shown) and passage.article_id not in named
        if is_earlier and sorted(figures(sentences.best_text)) != ours:
            sentence = passage.text[slice(*sentences.best_span)]
            found.setdefault(
                passage.article_id, EarlierReport(passage.article_id, passage.source, passage.published, sentence)
            )
    return tuple(found.values())


def _minute(report: Ranked) -> int:
    return minute_of(report.passage.published)
