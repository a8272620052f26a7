"""What do the lines around a date say that have no label: an account, a medium, a name?"""

import re

from retrieval.intake.prose import boilerplate, byline, dates, names
from retrieval.intake.prose.byline import Byline
from retrieval.intake.prose.lines import Line

_LABEL_ONLY = re.compile(r".{1,12}:")
_TIME_ONLY = re.compile(r"\d{1,2}:\d{2}(?::\d{2})?")
_YEAR_ONLY, _DAY_OF_YEAR = re.compile(r"20\d\d年?"), re.compile(r"\d{2}/\d{2}")
_WITH_MEDIUM = re.compile(r"(?P<who>[^/]{2,30})\s?/\s?(?P<what>[^/]{2,16})")
LONGEST_ACCOUNT = 16
ACCOUNT = re.compile(r"(?=.*[^\W\d_])[\w·&+. \-]{2,}")


def join_split_labels(found: list[Line], *, any_label: bool = True) -> list[Line]:
    """来源： and what stands in the line behind it are one line, and so are a day and its time, a year and its day.

    Without `any_label` only labels of what is asked for are joined: a body has lines that end with a colon, too.
    """
    lines: list[Line] = []
    for line in found:
        if lines and _belongs(lines[-1], line, any_label):
            lines[-1] = Line(f"{lines[-1].shown} {line.shown}", f"{lines[-1].folded} {line.folded}")
        else:
            lines.append(line)
    return lines


def _belongs(before: Line, line: Line, any_label: bool) -> bool:
    if _YEAR_ONLY.fullmatch(before.folded) and _DAY_OF_YEAR.fullmatch(line.folded):
        return True
    if _TIME_ONLY.fullmatch(line.folded):
        if re.fullmatch(r"20\d\d \d\d/\d\d", before.folded):
            return True
        date = dates.find(before.folded)
        if date is not None and len(date.value) == 10 and date.span.end == len(before.folded):
            return True
    if boilerplate.is_buttons(before) or len(line.folded) > 40:
        return False
    if any_label:
        return _LABEL_ONLY.fullmatch(before.folded) is not None
    return byline.is_label(before) and not byline.is_label(line)


def medium_and_name(line: Line) -> Byline:
    """A medium alone, or a name and a medium with a stroke between: 石佳/中国青年报."""
    first = line.cut(0, len(line.folded.partition(" ")[0]))
    if byline.is_media(line) or (byline.is_media(first) and byline.is_media(line.cut(len(first.folded)))):
        return Byline(source=line.shown if byline.is_media(line) else first.shown)
    both = _WITH_MEDIUM.fullmatch(line.folded)
    if both is not None and byline.is_media(line.cut(*both.span("what"))):
        return Byline(
            source=line.shown[slice(*both.span("what"))],
            author=names.in_list(line.cut(*both.span("who")), trusted=False),
        )
    return Byline()


def account(lines: list[Line], longest: int = LONGEST_ACCOUNT) -> Byline:
    """The account that stands right beside the date, when nothing says who it is: a person's name, or a source."""
    for index, line in enumerate(lines):
        if dates.find(line.folded) is None and dates.find_day(line.folded) is None:
            continue
        for one in [*lines[max(0, index - 1) : index], *lines[index + 1 : index + 2]]:
            if len(one.folded) > longest or not ACCOUNT.fullmatch(one.folded):
                continue
            if (
                boilerplate.is_furniture(one)
                or boilerplate.is_marker(one)
                or byline.from_line(one, date_needed=False) is not None
            ):
                continue
            person = names.in_list(one, trusted=False)
            return Byline(author=person) if person is not None else Byline(source=one.shown)
    return Byline()
