"""Header lines: which lines belong to a header, and which end it. All patterns match folded lines."""

import re

from retrieval.intake.lexicon import one_of
from retrieval.intake.prose import byline, dates, headings, labels, names, title_line
from retrieval.intake.prose.byline import Byline
from retrieval.intake.prose.line_kind import MOST_OF_TITLE, NEVER_TEXT, Kind, classify
from retrieval.intake.prose.lines import Line, ends_sentence, han

# The first byline is hardly ever below line `NEAR`.
NEAR = 12
# Chinese characters of a word or a name. A line with more of them counts as long.
A_WORD = 8
# Chinese characters of a summary between title and byline.
_LONGEST_SUMMARY = 80
# Lines below a line that are searched for another byline, and lines below a summary that are searched for its byline.
_LINES_TO_BYLINE, _LINES_TO_DATE = 3, 4
# Labels of days that count only when no other day is printed: a decree is made (成文日期) before it is published.
_OTHER_DAY = re.compile(rf"{one_of('labels.other_date')}\s?:\s?$")
_WITH_BYLINE = frozenset((Kind.BYLINE, Kind.CREDIT, Kind.DETAIL))


def is_prose(line: Line) -> bool:
    """Whether a line is a sentence of more Chinese characters than a word."""
    return ends_sentence(line.folded) and han(line.folded) > A_WORD


def byline_at(lines: list[Line], position: int, has_byline: bool) -> Byline | None:
    """The header's byline in the line at `position`; None when the line holds none, or one below the body.

    Below another byline, and in a line of a form, a label is enough; elsewhere the byline needs a date or a source.
    """
    line = lines[position]
    kind, values = classify(line)
    if kind not in _WITH_BYLINE:
        return None
    names_author = kind is Kind.DETAIL and values.author is not None
    if not (
        kind is Kind.BYLINE or values.source or values.published or names_author or has_byline or _is_of_form(line)
    ):
        return None
    return values if _is_of_header(lines, position, values) else None


def _is_of_form(line: Line) -> bool:
    """Whether a line begins with a label: 作者：张三, date: 2020-02-24."""
    found = labels.find(labels.with_colons(line).folded)
    return bool(found) and found[0].start == 0 and found[0].trusted and found[0].kind != "role"


def _is_of_header(lines: list[Line], position: int, in_line: Byline) -> bool:
    """Whether the byline in the line at `position` is the header's, not one below the body.

    Text must follow it. Below line `NEAR` it must start an article, too, and sentences must follow.
    """
    if position >= NEAR:
        return in_line.starts_article and _sentence_follows(lines, position)
    following = (han(line.folded) for line in lines[position + 1 :] if classify(line).kind not in NEVER_TEXT)
    return position == 0 or any(amount >= title_line.SECTION for amount in following)


def _sentence_follows(lines: list[Line], position: int) -> bool:
    """Whether a long line near below `position` ends a sentence."""
    return any(map(is_prose, lines[position + 1 : position + 1 + NEAR]))


def is_another_day(line: Line, in_line: Byline, published: str | None) -> bool:
    """Whether a line is a day and nothing else, and another one than `published`: the first day of a chronicle.

    `in_line` is the byline in the line, `published` the date of the article.
    """
    day = in_line.published
    if published is None or day is None or dates.as_published(line.folded) is None:
        return False
    return in_line == Byline(published=day) and len(day) == 10 and not published.startswith(day)


def has_other_day(line: Line) -> bool:
    """Whether the date in a line has another label than that of publication: 成文日期：."""
    date = dates.find(line.folded)
    return date is not None and _OTHER_DAY.search(line.folded, 0, date.span.start) is not None


def may_stand_above(line: Line) -> bool:
    """Whether a line may stand above the body: no longer than a title, no sentence, no title in 【】."""
    return (
        not title_line.bracketed(line)
        and han(line.folded) <= MOST_OF_TITLE
        and not (ends_sentence(line.folded) and "。" in line.folded)
    )


def is_summary(lines: list[Line], position: int) -> bool:
    """Whether a line is a summary between title and byline: a dated byline is near, and sentences follow below it."""
    if han(lines[position].folded) > _LONGEST_SUMMARY:
        return False
    for number, below in enumerate(lines[position + 1 : position + 1 + _LINES_TO_DATE], position + 1):
        if classify(below).byline.published is not None:
            return _sentence_follows(lines, number)
        if not may_stand_above(below):
            return False
    return False


def goes_on(lines: list[Line], position: int, has_title: bool) -> bool:
    """Whether the line at `position`, below the first byline, still belongs to the header.

    The header goes on with the title, with a medium or names, and up to another byline.
    """
    line, following = lines[position], lines[position + 1 : position + 1 + _LINES_TO_BYLINE]
    if not following or not may_stand_above(line) or headings.numbered(line, 0) is not None:
        return False
    is_above_title = han(line.folded) <= title_line.SECTION and title_line.may_be_title(following[0])
    if not has_title and (title_line.may_be_title(line) or is_above_title):
        return True
    if byline.medium_and_name(line) != Byline() or names.in_list(line, trusted=False) is not None:
        return True
    for below in following:
        values = classify(below).byline
        if values.starts_article or values.source:
            return True
        if not may_stand_above(below) or ends_sentence(below.folded):
            return False
    return False


def is_subtitle(line: Line) -> bool:
    """Whether a line between title and body is a subtitle: neither a short word nor a byline, a credit or names."""
    kind, values = classify(line)
    if han(line.folded) <= title_line.SECTION or kind in NEVER_TEXT or values != Byline():
        return False
    return byline.medium_and_name(line) == Byline() and names.in_list(line, trusted=False) is None
