"""Are two texts versions of one report, or two reports written alike?

A correction changes a figure or a word, a later edition adds and cuts sentences; a form that is filled in twice keeps
its sentences and changes names, days and hours. Texts that leave it open count as two reports: an article too many can
be taken down, one that was replaced is no longer found.
"""

import re
from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import dataclass

from retrieval.duplicates.agreement import dates, figures, likeness, said, without_figures
from retrieval.text.folding import fold
from retrieval.text.sentences import sentences

# The Dice coefficient of two sentences' bigrams from which one is read as an edit of the other.
_EDITED = 0.5
# More sentences than these, changed on both sides, are another text; each is held against each.
_MOST_CHANGED = 50
# One or two figures are corrected; more are those of another day or another place.
_FEW_CORRECTIONS = 2
# Of both texts, what other words may stand for; the first sentence says what the report is about.
_REPLACED, _REPLACED_WITH_LEAD = 1 / 4, 1 / 10
# Of the earlier text, what a shortened version leaves out at most.
_CUT = 1 / 2
_NUMERALS = "〇零一二三四五六七八九十百千万亿两"
# A figure that counts nothing is part of a name: 第3批, K102, CA1501, 600001, 17路, 一中, 周五.
_NAME = re.compile(
    rf"第[0-9{_NUMERALS}]+|(?<![a-z])[a-z]++-?[0-9]+|(?<![0-9])[0-9]{{6,}}+"
    rf"|(?<![0-9])[0-9]++(?=[路线栋幢弄室期届]|次列车)"
    rf"|(?<![{_NUMERALS}])[{_NUMERALS}]++(?![个名人件家起次元米岁吨辆所例成倍层])"
)
# What a form asks for, and what is filled in; 他说： is none.
_FIELD = re.compile(r"(?:^|[\s。;,(])([\u4e00-\u9fff]{1,7}[^\W\d_a-z说道称示]):([^。;\n]+)")


@dataclass
class _Changes:
    """What became of the sentences that only one of two texts has.

    `gone` and `came` are the characters of those that have no edit on the other side; `corrections` counts the figures
    that differ in the others; `lead` says whether the first sentence of either text is among them.
    """

    gone: int = 0
    came: int = 0
    corrections: int = 0
    lead: bool = False


def are_versions(stored: str, new: str, *, same_day: bool) -> bool:
    """Whether `new` is the report `stored` again, corrected, extended or cut.

    `same_day` says that both were published on one day: only then a figure may differ or a sentence be written anew.
    Texts that say the same in other punctuation, width, case or script are versions.
    """
    if _are_two_forms(stored, new):
        return False
    before, now = _sentences(stored), _sentences(new)
    known, repeated = set(before), set(now)
    gone = [sentence for sentence in before if sentence not in repeated]
    came = [sentence for sentence in now if sentence not in known]
    if not gone and not came:
        return bool(before)
    if min(len(gone), len(came)) > _MOST_CHANGED:
        return False
    changes = _compared(gone, came, leads={before[0], now[0]} if before and now else set())
    gone_share, came_share = changes.gone / sum(map(len, before)), changes.came / sum(map(len, now))
    if changes.corrections > (_FEW_CORRECTIONS if same_day else 0):
        return False
    if gone_share and came_share:
        return same_day and max(gone_share, came_share) <= (_REPLACED_WITH_LEAD if changes.lead else _REPLACED)
    # Sentences were only added, or only cut.
    return max(gone_share, came_share) <= _REPLACED if changes.lead else gone_share <= _CUT


def _are_two_forms(stored: str, new: str) -> bool:
    """Whether the texts fill in the same form, and not with the same names."""
    fields, fields_now = _fields(stored), _fields(new)
    return any(_corrections(fields[label], fields_now[label]) is None for label in fields.keys() & fields_now.keys())


def _sentences(text: str) -> list[str]:
    """The sentences of a text by what they say, each once, in order."""
    return list(dict.fromkeys(filter(None, (said(text[start:end]) for start, end in sentences(text)))))


def _compared(gone: Sequence[str], came: Sequence[str], leads: Set[str]) -> _Changes:
    """Pair each sentence that is gone with the most similar one that came, and sum up what has no edit for a pair."""
    changes = _Changes()
    left = list(came)
    for sentence in gone:
        edit = max(left, key=lambda one: likeness(sentence, one), default="")
        corrections = _corrections(sentence, edit) if likeness(sentence, edit) >= _EDITED else None
        if corrections is None:
            changes.gone += len(sentence)
            changes.lead = changes.lead or sentence in leads
        else:
            changes.corrections += corrections
            left.remove(edit)
    changes.came = sum(map(len, left))
    changes.lead = changes.lead or not leads.isdisjoint(left)
    return changes


def _corrections(sentence: str, edit: str) -> int | None:
    """How many figures `edit` corrects; None when it names another day, place or person, if by one character."""
    if dates(sentence) != dates(edit) or _NAME.findall(sentence) != _NAME.findall(edit):
        return None
    # Figures are counted; of the words, some may be put in, or some cut.
    words, other_words = without_figures(sentence), without_figures(edit)
    if not (_holds(words, other_words) or _holds(other_words, words)):
        return None
    counted, counted_now = figures(sentence), figures(edit)
    if len(counted) == len(counted_now):
        return sum(one != other for one, other in zip(counted, counted_now, strict=True))
    return (Counter(counted) - Counter(counted_now)).total()


def _holds(words: str, others: str) -> bool:
    """Whether `words` has all characters of `others` in their order, with more between them or without."""
    left = iter(words)
    return all(character in left for character in others)


def _fields(text: str) -> dict[str, str]:
    """What stands behind each label, 停水区域：江阳街道, that a text has once."""
    labels = [(label, said(value)) for label, value in _FIELD.findall(fold(text))]
    counts = Counter(label for label, _ in labels)
    return {label: value for label, value in labels if counts[label] == 1}
