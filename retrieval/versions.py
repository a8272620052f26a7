"""Are two texts versions of one report, or two reports written alike?

A correction changes a word or a figure, a later edition adds and cuts sentences; a form that is filled in twice keeps
its sentences and changes names, days and hours. Texts that leave it open count as two reports: an article too many can
be taken down, one that was replaced is no longer found.
"""

from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import dataclass
from difflib import SequenceMatcher
from operator import ne

from retrieval.agreement import dates, figures, likeness, said, without_figures
from retrieval.text import sentences

# The Dice coefficient of two sentences' bigrams from which one is read as an edit of the other.
_EDITED = 0.5
# More sentences than these, changed on both sides, are another text; each is held against each.
_MOST_CHANGED = 50
# One or two figures or characters are corrected; more are those of another day or another place.
_FEW_CORRECTIONS = 2
# Of both texts, what other words may stand for; the first sentence says what the report is about.
_REPLACED, _REPLACED_WITH_LEAD = 1 / 4, 1 / 10
# Of the earlier text, what a shortened version leaves out at most.
_CUT = 1 / 2
# One of these in place of another is another place or another part: 城东 and 城西, 甲 and 乙.
_SLOT = frozenset("东西南北中上下前后左右内外新旧大小甲乙丙丁")


@dataclass
class _Changes:
    """What became of the sentences that only one of two texts has.

    `gone` and `came` are the characters of those that have no edit on the other side; `corrections` counts the figures
    and characters that differ in the others; `lead` says whether the first sentence of either text is among them.
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
    """How many figures and single characters `edit` corrects; None when it names other days, places or people."""
    if dates(sentence) != dates(edit):
        return None
    counted, counted_now = figures(sentence), figures(edit)
    if len(counted) == len(counted_now):
        corrections = sum(map(ne, counted, counted_now))
    else:
        corrections = (Counter(counted) - Counter(counted_now)).total()
    # Figures are counted; what is left is compared by its words.
    words, other_words = without_figures(sentence), without_figures(edit)
    operations = set()
    matcher = SequenceMatcher(None, words, other_words, autojunk=False)
    for operation, start, end, other_start, other_end in matcher.get_opcodes():
        operations.add(operation)
        if operation == "replace":
            before, after = words[start:end], other_words[other_start:other_end]
            if min(len(before), len(after)) > 1 or not _SLOT.isdisjoint(before + after):
                return None
            corrections += 1
    return None if operations >= {"insert", "delete"} else corrections
