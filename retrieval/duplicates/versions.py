"""The distinction between versions of one report and two reports in similar words.

A correction changes a figure or a word; a later edition adds and cuts sentences; a form filled in twice keeps its
sentences and changes names, days and hours. Doubtful texts count as two reports: an editor can remove an article too
many, but a replaced article is no longer found.
"""

import re
from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import dataclass

from retrieval.duplicates.agreement import dates, figures, likeness, said, without_figures
from retrieval.text.folding import fold
from retrieval.text.sentences import sentences

# Sentences whose bigrams have at least this Dice coefficient count as edits of each other.
_EDITED = 0.5
# Texts with more changed sentences than this on both sides are different: each is compared with each.
_MOST_CHANGED = 50
# A correction changes one or two figures; more changed figures are those of another day or place.
_FEW_CORRECTIONS = 2
# Largest share of either text that may be replaced. The second holds when the first sentence, the subject, is too.
_REPLACED, _REPLACED_WITH_LEAD = 1 / 4, 1 / 10
# Largest share of the earlier text that a shortened version leaves out.
_CUT = 1 / 2
_NUMERALS = "〇零一二三四五六七八九十百千万亿两"
# Figures that count nothing and are parts of names: 第3批, K102, CA1501, 600001, 17路, 一中, 周五.
_NAME = re.compile(
    rf"第[0-9{_NUMERALS}]+|(?<![a-z])[a-z]++-?[0-9]+|(?<![0-9])[0-9]{{6,}}+"
    rf"|(?<![0-9])[0-9]++(?=[路线栋幢弄室期届]|次列车)"
    rf"|(?<![{_NUMERALS}])[{_NUMERALS}]++(?![个名人件家起次元米岁吨辆所例成倍层])"
)
# A field of a form with its value; 他说： does not count as one.
_FIELD = re.compile(r"(?:^|[\s。;,(])([\u4e00-\u9fff]{1,7}[^\W\d_a-z说道称示]):([^。;\n]+)")


@dataclass
class _Changes:
    """The differences between two texts.

    `gone` and `came` count the characters of sentences that are in one text only and have no edit in the other.
    `corrections` counts the different figures of sentences and their edits. `lead` tells whether the first sentence of
    either text is gone or came.
    """

    gone: int = 0
    came: int = 0
    corrections: int = 0
    lead: bool = False


def are_versions(stored: str, new: str, *, same_day: bool) -> bool:
    """Whether `new` is the report `stored`, corrected, extended or cut.

    `same_day` tells that both were published on one day: only then may a figure differ or a sentence be rewritten.
    Texts that differ only in punctuation, width, case or script are versions.
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
    """The sentences of a text as letters, digits and figures, each once, in order."""
    return list(dict.fromkeys(filter(None, (said(text[start:end]) for start, end in sentences(text)))))


def _compared(gone: Sequence[str], came: Sequence[str], leads: Set[str]) -> _Changes:
    """The changes, with each sentence that is gone paired with the most similar one that came, if that is an edit."""
    changes = _Changes()
    left = list(came)
    for sentence in gone:
        edit = max(left, key=lambda candidate: likeness(sentence, candidate), default="")
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
    """The number of figures that `edit` corrects; None when it names another day, place or person."""
    if dates(sentence) != dates(edit) or _NAME.findall(sentence) != _NAME.findall(edit):
        return None
    # The words of an edit may have additions or cuts, but not both.
    words, other_words = without_figures(sentence), without_figures(edit)
    if not (_holds(words, other_words) or _holds(other_words, words)):
        return None
    counted, counted_now = figures(sentence), figures(edit)
    if len(counted) == len(counted_now):
        return sum(figure != figure_now for figure, figure_now in zip(counted, counted_now, strict=True))
    return (Counter(counted) - Counter(counted_now)).total()


def _holds(words: str, others: str) -> bool:
    """Whether `words` holds all characters of `others` in order, with or without more between them."""
    left = iter(words)
    return all(character in left for character in others)


def _fields(text: str) -> dict[str, str]:
    """The value of each label that a text has once: 停水区域：江阳街道."""
    labels = [(label, said(value)) for label, value in _FIELD.findall(fold(text))]
    counts = Counter(label for label, _ in labels)
    return {label: value for label, value in labels if counts[label] == 1}
