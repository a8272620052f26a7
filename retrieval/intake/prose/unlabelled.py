"""Values without a label in the lines around a date: an account, a medium, a name."""

import re

from retrieval.intake.prose import byline, dates, labels, media, names
from retrieval.intake.prose.byline import Byline
from retrieval.intake.prose.line_kind import NEVER_TEXT, Kind, classify
from retrieval.intake.prose.lines import Line

# "来源:" and "21:05" alone on a line; "2024年" above "05/08".
_LABEL_ONLY = re.compile(r".{1,12}:")
_TIME_ONLY = re.compile(r"\d{1,2}:\d{2}(?::\d{2})?")
_YEAR_ONLY, _DAY_OF_YEAR = re.compile(r"20\d\d年?"), re.compile(r"\d{2}/\d{2}")
# The name of an account: letters, with blanks and a few marks between them.
LONGEST_ACCOUNT = 16
ACCOUNT = re.compile(r"(?=.*[^\W\d_])[\w·&+. \-]{2,}")
# Beside a date a longer word that begins with a surname is an account: 华夏人文.
_SHORTEST_ACCOUNT, _LONGEST_PERSON = 3, 3
# Words beside a date that name nobody.
_NO_ACCOUNT = re.compile(
    r"(?:北京)?时间|(?:发布|更新|发表|出版)?(?:时间|日期)|.{0,4}(?:更新|发布|发表)于?|原创|转载|hkt|cst|gmt|utc"
)
# First lines that may be a medium or names, and lines from a date at which one may stand.
_FIRST, _NEAR = 3, 2
_MAY_BE_ACCOUNT = frozenset((Kind.TITLE, Kind.WORDS, Kind.NAMES, Kind.HASHTAGS))


def join_split_labels(lines: list[Line], *, any_label: bool = True) -> list[Line]:
    """The lines, a label and its value on one line: 来源： 城北日报. Likewise a day and its time, a year and its day.

    Without `any_label` only labels of a byline are joined: lines of a body may end with a colon, too.
    """
    joined: list[Line] = []
    for line in lines:
        if joined and _continues(joined[-1], line, any_label):
            joined[-1] = Line(f"{joined[-1].shown} {line.shown}", f"{joined[-1].folded} {line.folded}")
        else:
            joined.append(line)
    return joined


def _continues(before: Line, line: Line, any_label: bool) -> bool:
    """Whether `line` is the value of the label, the time of the day or the day of the year in the line before."""
    if _YEAR_ONLY.fullmatch(before.folded) and _DAY_OF_YEAR.fullmatch(line.folded):
        return True
    if _TIME_ONLY.fullmatch(line.folded):
        if re.fullmatch(r"20\d\d \d\d/\d\d", before.folded):
            return True
        date = dates.find(before.folded)
        if date is not None and len(date.value) == 10 and date.span.end == len(before.folded):
            return True
    if classify(before).kind is Kind.BUTTONS or len(line.folded) > 40:
        return False
    if any_label:
        return _LABEL_ONLY.fullmatch(before.folded) is not None
    return labels.is_label(before) and not labels.is_label(line)


def between(lines: list[Line]) -> Byline:
    """The byline of the credits between title and body, and of the lines without a label: a medium, names, an account.

    A line without a label counts when it is one of the first, or near a date.
    """
    dated = [number for number, line in enumerate(lines) if dates.find(line.folded) is not None]
    collected = Byline()
    for number, line in enumerate(lines):
        kind, values = classify(line)
        if kind in NEVER_TEXT:
            collected |= Byline(values.source, values.author, values.editor)
        elif number < _FIRST or any(abs(number - other) <= _NEAR for other in dated):
            collected |= byline.medium_and_name(line) | Byline(author=names.in_list(line, trusted=False))
    for line in lines:
        collected |= beside_date(line)
    return collected


def beside_date(line: Line) -> Byline:
    """The account or the person right before or right behind the first date of a line: 城北周知 2024-05-08 09:05.

    The Byline is empty when the line has no date, or no word beside it that may be an account.
    """
    place = dates.place(line.folded)
    if place is None:
        return Byline()
    before, after = line.cut(0, place.start), line.cut(place.end)
    words = [before.cut(before.folded.rfind(" ") + 1), after.cut(0, len(after.folded.partition(" ")[0]))]
    for word in words:
        if len(word.folded) >= _SHORTEST_ACCOUNT and is_account(word) and not any(map(str.isdigit, word.folded)):
            return _of_account(word)
    return Byline()


def _of_account(word: Line) -> Byline:
    """The byline with an account: the author when it is a person's name, else the source."""
    is_person = len(word.folded) <= _LONGEST_PERSON and not media.is_media(word)
    person = names.in_list(word, trusted=False) if is_person else None
    return Byline(author=person) if person is not None else Byline(source=word.shown)


def is_account(line: Line) -> bool:
    """Whether a line may be the name of an account: no button, label, date, place, section or row of buttons."""
    return (
        len(line.folded) <= LONGEST_ACCOUNT
        and ACCOUNT.fullmatch(line.folded) is not None
        and classify(line).kind in _MAY_BE_ACCOUNT
        and dates.find(line.folded) is None
        and not _NO_ACCOUNT.fullmatch(line.folded)
    )


def account(lines: list[Line], longest: int) -> Byline:
    """The account in the line before or after the first date; an empty Byline when no such line is an account.

    `longest` is the most characters of the account.
    """
    for index, line in enumerate(lines):
        if dates.place(line.folded) is None:
            continue
        for neighbor in [*lines[max(0, index - 1) : index], *lines[index + 1 : index + 2]]:
            if len(neighbor.folded) <= longest and is_account(neighbor):
                return _of_account(neighbor)
    return Byline()
