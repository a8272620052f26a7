"""Which of the passages found are the same news in several papers, to be shown once?"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from retrieval.archive import StoredPassage
from retrieval.duplicates.agreement import relation
from retrieval.index.protocol import minute_of
from retrieval.text.folding import fold


@dataclass(frozen=True, slots=True)
class Reprint:
    """An article that has the shown passage too, and does not contradict it."""

    article_id: int
    source: str | None
    published: str | None
    url: str | None


@dataclass(frozen=True, slots=True)
class ConflictingReport:
    """An article of the same report, in another paper, that gives another figure in this sentence."""

    article_id: int
    source: str | None
    published: str | None
    sentence: str


@dataclass(frozen=True, slots=True)
class Group:
    """What is shown once: the newest passage of those that agree, in the place of the best of them."""

    best: StoredPassage
    passage: StoredPassage
    reprints: tuple[Reprint, ...] = ()
    conflicting: tuple[ConflictingReport, ...] = ()
    story: frozenset[int] = frozenset()  # the articles of the report, if there are several


def grouped(
    passages: Sequence[StoredPassage],
    linked: Mapping[int, frozenset[int]],
    k: int,
    answer: Callable[[StoredPassage], str],
    among: Callable[[frozenset[int]], Sequence[StoredPassage]],
) -> list[Group]:
    """The first k groups of the passages, which come best first.

    Passages are one when their articles are `linked`, by way of others too, and they agree: see `agreement.relation`.
    An article that has none of the passages is one of the report when it is linked with one that has; `among` gives its
    passages. `answer` gives the sentence of a passage that would be shown as the answer. Reprints and those that differ
    come newest first, each article once.
    """
    groups: list[Group] = []
    collapsed: set[int] = set()  # passages, by number
    known = frozenset(passage.article_id for passage in passages)
    beyond: dict[frozenset[int], Sequence[StoredPassage]] = {}
    for place, best in enumerate(passages):
        if len(groups) >= k:
            break
        if best.id in collapsed:
            continue
        if best.article_id not in linked:
            groups.append(Group(best, best))
            continue
        story = story_of(best.article_id, linked)
        unknown = story - known
        if unknown and unknown not in beyond:
            beyond[unknown] = among(unknown)
        others = [*enumerate(passages), *enumerate(beyond.get(unknown, ()), len(passages))]
        agreeing = [best]
        conflicting: dict[int, ConflictingReport] = {}
        sentence = answer(best)
        for other_place, other in others:
            if other.article_id == best.article_id or other.article_id not in story:
                continue
            found = relation(best.text, sentence, other.text)
            if found.kind == "same" and other_place > place and other.id not in collapsed:
                collapsed.add(other.id)
                agreeing.append(other)
            elif found.kind == "differs" and fold(other.source or "") != fold(best.source or ""):
                conflicting.setdefault(other.article_id, _differing(other, found.sentence))
        agreeing.sort(key=lambda one: -minute_of(one.published))
        shown = agreeing[0]
        reprints = {one.article_id: _reprint(one) for one in agreeing if one.article_id != shown.article_id}
        told = sorted(conflicting.values(), key=lambda one: -minute_of(one.published))
        groups.append(Group(best, shown, tuple(reprints.values()), tuple(told), story))
    return groups


def story_of(article_id: int, linked: Mapping[int, frozenset[int]]) -> frozenset[int]:
    """The article and all that are linked with it, by way of others too whose links are known."""
    story, ahead = {article_id}, [article_id]
    while ahead:
        new = linked.get(ahead.pop(), frozenset()) - story
        story |= new
        ahead += new
    return frozenset(story)


def _reprint(passage: StoredPassage) -> Reprint:
    return Reprint(passage.article_id, passage.source, passage.published, passage.url)


def _differing(passage: StoredPassage, sentence: str) -> ConflictingReport:
    return ConflictingReport(passage.article_id, passage.source, passage.published, sentence)
