"""Groups of passages that tell the same news in several papers, each to be shown once."""

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace

from retrieval.archive import StoredPassage
from retrieval.duplicates.agreement import relation
from retrieval.index.protocol import minute_of
from retrieval.text.folding import fold


@dataclass(frozen=True, slots=True)
class Reprint:
    """An article that holds the shown passage too, and does not contradict it."""

    article_id: int
    source: str | None
    published: str | None
    url: str | None


@dataclass(frozen=True, slots=True)
class ConflictingReport:
    """An article of the same report, in another paper, with another figure in this sentence."""

    article_id: int
    source: str | None
    published: str | None
    sentence: str


@dataclass(frozen=True, slots=True)
class Group:
    """Passages that agree, in the place of the best of them.

    `answer` is the sentence of the best that the others were compared with. `agreeing` holds all the passages, newest
    first; `conflicting` comes newest first too, each article once. `story` has the articles of the report; it is empty
    when the article of the best has no link.
    """

    best: StoredPassage
    agreeing: tuple[StoredPassage, ...]
    answer: str = ""
    conflicting: tuple[ConflictingReport, ...] = ()
    story: frozenset[int] = frozenset()

    @property
    def passage(self) -> StoredPassage:
        """The passage to show: the newest."""
        return self.agreeing[0]

    @property
    def reprints(self) -> tuple[Reprint, ...]:
        """The other articles of the passages that agree, newest first, each once."""
        others = {
            passage.article_id: Reprint(passage.article_id, passage.source, passage.published, passage.url)
            for passage in self.agreeing
            if passage.article_id != self.passage.article_id
        }
        return tuple(others.values())


def collapse(
    passages: Sequence[StoredPassage],
    links: Mapping[int, frozenset[int]],
    k: int,
    answer: Callable[[StoredPassage], str],
    folded: Callable[[StoredPassage], str],
) -> list[Group]:
    """The first k groups of the passages, which come best first.

    Two passages are in one group when they agree, see `agreement.relation`, and `links` connect their articles,
    directly or by way of other articles. `answer` is a pure function: the sentence of a passage that would be shown as
    the answer. It is called for the best passage of each group with links only. `folded` gives a passage's folded text.
    """
    groups: list[Group] = []
    taken: set[int] = set()  # ids of passages that belong to a group
    for best in passages:
        if len(groups) >= k:
            break
        if best.id in taken:
            continue
        taken.add(best.id)
        group = Group(best, (best,))
        if best.article_id in links:
            story = story_of(best.article_id, links)
            others = [other for other in passages if other.article_id in story]
            group = _compared(replace(group, answer=answer(best), story=story), others, taken, folded)
            taken.update(passage.id for passage in group.agreeing)
        groups.append(group)
    return groups


def extended(
    groups: Iterable[Group],
    read: Set[int],
    others: Mapping[frozenset[int], Sequence[StoredPassage]],
    folded: Callable[[StoredPassage], str],
) -> list[Group]:
    """The groups with the passages of linked articles that were not among those collapsed.

    `read` are the articles of the passages collapsed; `others` has, by the articles of a story that are not read, the
    passages of these articles. `folded` as in `collapse`.
    """
    complete: list[Group] = []
    taken: set[int] = set()
    for group in groups:
        extended_group = _compared(group, others.get(group.story - read, ()), taken, folded)
        taken.update(passage.id for passage in extended_group.agreeing)
        complete.append(extended_group)
    return complete


def story_of(article_id: int, links: Mapping[int, frozenset[int]]) -> frozenset[int]:
    """The article and all articles that are linked with it, directly or by way of articles in `links`."""
    story, ahead = {article_id}, [article_id]
    while ahead:
        new = links.get(ahead.pop(), frozenset()) - story
        story |= new
        ahead += new
    return frozenset(story)


def _compared(
    group: Group, others: Iterable[StoredPassage], taken: Set[int], folded: Callable[[StoredPassage], str]
) -> Group:
    """The group with those of the other passages that agree and are not taken, and with the conflicting reports."""
    best, others = group.best, [other for other in others if other.article_id != group.best.article_id]
    if not others:
        return group
    text = folded(best)
    agreeing, conflicting = list(group.agreeing), {report.article_id: report for report in group.conflicting}
    for other in others:
        kind, sentence = relation(best.text, group.answer, other.text, text, folded(other))
        if kind == "same" and other.id not in taken:
            agreeing.append(other)
        elif kind == "differs" and fold(other.source or "") != fold(best.source or ""):
            report = ConflictingReport(other.article_id, other.source, other.published, sentence)
            conflicting.setdefault(other.article_id, report)
    return replace(
        group,
        agreeing=tuple(sorted(agreeing, key=lambda passage: -minute_of(passage.published))),
        conflicting=tuple(sorted(conflicting.values(), key=lambda report: -minute_of(report.published))),
    )
