"""Values without a label in the lines around a date: an account, a medium, a name."""

import re
from collections.abc import Iterable

from retrieval.intake.prose import byline, dates, labels, names
from retrieval.intake.prose.byline import Byline
from retrieval.intake.prose.line_kind import NEVER_TEXT, Kind, classify
from retrieval.intake.prose.lines import Line

# A day in pieces: "05/08" or "21:05" below "2024" or "2024-05-08".
_DAY = re.compile(r"(?:.*[^\d/.:-])?20\d\d(?:年|\s\d\d/\d\d|(?:[-/.年]\d{1,2}){2}日?|年\d{1,2}月\d{1,2}日)?")
_PIECE = re.compile(r"\d{2}/\d{2}|\d{1,2}:\d{2}(?::\d{2})?")
# The name of an account: letters, with blanks and a few marks between them.
LONGEST_ACCOUNT = 16
ACCOUNT = re.compile(r"(?=.*[^\W\d_])[\w·&+. \-]{2,}")
# Beside a date a longer word is an account: 华夏人文. In a line of its own it has at most so many characters.
_SHORTEST_ACCOUNT, _LONGEST_ALONE = 3, 8
# Words beside a date that name nobody.
_NO_ACCOUNT = re.compile(
    r"(?:北京)?时间|(?:发布|更新|发表|出版)?(?:时间|日期)|.{0,4}(?:更新|发布|发表)于?|原创|转载|hkt|cst|gmt|utc"
)
# First lines that may be a medium or names, and lines from a date at which one may stand.
_FIRST, _NEAR = 3, 2
_MAY_BE_ACCOUNT = frozenset((Kind.TITLE, Kind.WORDS, Kind.NAMES, Kind.HASHTAGS))
# Characters of a value that stands below its label.
_LONGEST_VALUE = 40


def join_split_labels(lines: list[Line]) -> list[Line]:
    """The lines, a label and its value on one line: 来源： 城北日报. Likewise the pieces of a date."""
    joined: list[Line] = []
    for line in lines:
        if joined and _continues(joined[-1], line):
            joined[-1] = Line(f"{joined[-1].shown} {line.shown}", f"{joined[-1].folded} {line.folded}")
        else:
            joined.append(line)
    return joined


def _continues(before: Line, line: Line) -> bool:
    if _PIECE.fullmatch(line.folded):
        return _DAY.fullmatch(before.folded) is not None
    is_value = len(line.folded) <= _LONGEST_VALUE and not labels.is_label(line)
    return is_value and labels.is_label(before) and classify(before).kind is not Kind.BUTTONS


def between(lines: list[Line]) -> Byline:
    """The byline of the credits between title and body, and of the lines without a label: a medium, names, an account.

    A line without a label counts when it is one of the first, or near a date.
    """
    dated = [number for number, line in enumerate(lines) if dates.place(line.folded) is not None]
    collected = Byline()
    for number, line in enumerate(lines):
        kind, values = classify(line)
        if kind in NEVER_TEXT:
            collected |= Byline(values.source, values.author, values.editor)
        elif number < _FIRST or any(abs(number - other) <= _NEAR for other in dated):
            collected |= byline.medium_and_name(line) | Byline(author=names.in_list(line, trusted=False))
    words = (word for number in dated for word in _beside_date(lines[number]))
    return collected | _account(word for word in words if len(word.folded) >= _SHORTEST_ACCOUNT)


def _beside_date(line: Line) -> tuple[Line, Line]:
    """The words right before and right behind the date of a line: 城北周知 2024-05-08 09:05."""
    start, end = dates.place(line.folded) or (0, 0)
    before, after = line.cut(0, start), line.cut(end)
    return before.cut(before.folded.rfind(" ") + 1), after.cut(0, len(after.folded.partition(" ")[0]))


def alone(lines: list[Line]) -> Byline:
    """The account in the line right above or right below a date; an empty Byline when no such line is an account."""
    dated = [number for number, line in enumerate(lines) if dates.place(line.folded) is not None]
    around = (
        line for number in dated for line in (*lines[max(0, number - 1) : number], *lines[number + 1 : number + 2])
    )
    return _account(line for line in around if len(line.folded) <= _LONGEST_ALONE)


def _account(words: Iterable[Line]) -> Byline:
    """The byline with the first of the words that is an account and neither a person nor a number."""
    accounts = (word for word in words if is_account(word) and not any(map(str.isdigit, word.folded)))
    return Byline(source=next((word.shown for word in accounts if classify(word).kind is not Kind.NAMES), None))


def is_account(line: Line) -> bool:
    """Whether a line may be the name of an account: no button, label, date, place, section or row of buttons."""
    return (
        len(line.folded) <= LONGEST_ACCOUNT
        and ACCOUNT.fullmatch(line.folded) is not None
        and classify(line).kind in _MAY_BE_ACCOUNT
        and not _NO_ACCOUNT.fullmatch(line.folded)
    )
