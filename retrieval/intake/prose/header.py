"""Header of an article: the title and the byline above its body.

The header is read line by line from the top, and ends at the first line that cannot stand in it. The title is chosen
afterwards, among the lines that may be one.
"""

import re
from dataclasses import dataclass, replace

from retrieval.intake.lexicon import one_of
from retrieval.intake.prose import header_line, media, title_line, unlabelled
from retrieval.intake.prose.byline import Byline
from retrieval.intake.prose.line_kind import NEVER_TEXT, Kind, classify
from retrieval.intake.prose.lines import Line, han
from retrieval.text.folding import squeeze

# Most lines of a header: sections may stand above a title, one on each line.
_ZONE = 60
# The header ends below the line that makes its long lines more than `_MOST_LONG`.
_MOST_LONG = 12
# The label above a body: 正文：.
_LABELLED_BODY = re.compile(rf"{one_of('labels.body')}\s?:\s?")
_PAUSE = re.compile("[,;]")
_BUTTONS = (Kind.BUTTONS, Kind.FURNITURE)
_NOTHING = Byline()


@dataclass(frozen=True, slots=True)
class Header:
    """`body` holds the lines below, and the lines between title and byline that may be a subtitle."""

    title: str | None
    byline: Byline
    body: list[Line]


@dataclass(frozen=True, slots=True)
class _Reading:
    """The state of reading a header: `position` is the index of the next line, the other fields hold what is above it.

    `title` is the known title, else a marked one (标题：…), and `below_title` the index of the line below the mark.
    `other_day` is the date with another label than that of publication. `above` holds the indexes of the lines that may
    be title or subtitle. `long_lines` counts the long ones of them, also those that a later line removed from `above`.
    """

    known_title: str | None
    title: str | None
    below_title: int = 0
    byline: Byline = _NOTHING
    has_byline: bool = False
    other_day: str | None = None
    above: tuple[int, ...] = ()
    long_lines: int = 0
    position: int = 0

    def with_values(self, values: Byline) -> "_Reading":
        """This reading, the missing fields of its byline filled from `values`."""
        return replace(self, byline=self.byline | values)


def read(lines: list[Line], known_title: str | None = None) -> Header:
    """The header of `lines`. `known_title` is the title; a line that repeats it is dropped.

    Without a byline in the header, its lines belong to the body, except the first when that may be a title.
    """
    lines = _with_joined_labels(lines)
    reading = _Reading(known_title, title=known_title)
    while reading.position < min(len(lines), _ZONE) and reading.long_lines <= _MOST_LONG:
        longer = _read_line(reading, lines)
        if longer is None:
            break
        reading = replace(longer, position=reading.position + 1)
    # Another day counts when no day of publication is printed.
    reading = reading.with_values(Byline(published=reading.other_day))
    return _with_byline(reading, lines) if reading.has_byline else _without_byline(reading, lines)


def _with_joined_labels(lines: list[Line]) -> list[Line]:
    """The lines, labels above the first sentence joined with their values on the next line."""
    sentences = (index for index, line in enumerate(lines[:_ZONE]) if header_line.is_prose(line))
    first = next(sentences, min(len(lines), header_line.NEAR))
    return [*unlabelled.join_split_labels(lines[:first], any_label=False), *lines[first:]]


def _read_line(reading: _Reading, lines: list[Line]) -> _Reading | None:
    """The reading with the line at its position; None when the header ends above that line.

    The first kind of line that fits decides.
    """
    position, line = reading.position, lines[reading.position]
    may_be_marked = reading.title in (None, reading.known_title) and not reading.has_byline
    if may_be_marked and (marked := title_line.marked_title(line)) is not None:
        # Lines above a marked title (标题：…) are navigation.
        return replace(reading, title=reading.title or marked.shown, below_title=position + 1, above=())
    kind, values = classify(line)
    if kind is Kind.ADDRESS:
        return reading.with_values(values)
    if (in_line := header_line.byline_at(lines, position, reading.has_byline)) is not None:
        return _read_byline(reading, line, in_line)
    if reading.has_byline and kind in NEVER_TEXT:
        return reading.with_values(values)
    if kind in (*_BUTTONS, Kind.NAVIGATION) or (reading.has_byline and kind in (Kind.PLACE, Kind.NUMBER)):
        # Lines above a breadcrumb belong to the site; a line above a button may be the title.
        is_button = kind in _BUTTONS and " " not in line.folded
        return reading if reading.has_byline or is_button else replace(reading, above=())
    if not _may_stand_in_header(reading, lines):
        return None
    long_lines = reading.long_lines + (han(line.folded) > header_line.A_WORD)
    return replace(reading, above=(*reading.above, position), long_lines=long_lines)


def _read_byline(reading: _Reading, line: Line, in_line: Byline) -> _Reading | None:
    """The reading with the byline `in_line` of `line`; None when the line is the first day of a chronicle."""
    if header_line.is_another_day(line, in_line, reading.byline.published):
        return None
    if header_line.has_other_day(line):
        reading = replace(reading, other_day=reading.other_day or in_line.published)
        in_line = replace(in_line, published=None)
    return replace(reading.with_values(in_line), has_byline=True)


def _may_stand_in_header(reading: _Reading, lines: list[Line]) -> bool:
    """Whether the line at the position, neither byline nor navigation, belongs to the header."""
    above = [lines[index] for index in reading.above]
    if reading.has_byline:
        may_be_title = (title_line.may_be_title(line) and classify(line).kind is not Kind.SECTION for line in above)
        return header_line.goes_on(lines, reading.position, reading.title is not None or any(may_be_title))
    if header_line.may_stand_above(lines[reading.position]):
        return True
    return bool(above) and header_line.is_summary(lines, reading.position)


def _with_byline(reading: _Reading, lines: list[Line]) -> Header:
    """The header of a text with a byline: the lines between title and body are names, a medium or subtitles."""
    reading, body = _choose_title(reading, lines)
    between = lines[reading.below_title : reading.position]
    names = unlabelled.between(between) | unlabelled.account(between, header_line.A_WORD)
    title = squeeze(reading.title or "")
    below_title = (lines[index] for index in reading.above if index >= reading.below_title)
    subtitles = [
        line
        for line in below_title
        if squeeze(line.shown) != title
        and line.shown not in (names.source, names.author)
        and header_line.is_subtitle(line)
    ]
    return _header(reading.title, reading.byline | names, subtitles, _without_label(body))


def _choose_title(reading: _Reading, lines: list[Line]) -> tuple[_Reading, list[Line]]:
    """The reading with a title, when a line may be one, and the body without the title that it began with."""
    body = lines[reading.position :]
    if reading.title is not None:
        return reading, body
    above = [lines[index] for index in reading.above]
    chosen = title_line.title_index(above)
    bracketed = title_line.bracketed(body[0]) if body else None
    if bracketed is not None and (chosen is None or media.is_media(above[chosen])):
        # A post: the line above its date is the account, its title stands in 【】.
        title, rest = bracketed
        return replace(reading, title=title), [rest, *body[1:]]
    if chosen is None:
        return reading, body
    return replace(reading, title=above[chosen].shown, below_title=reading.above[chosen] + 1), body


def _without_byline(reading: _Reading, lines: list[Line]) -> Header:
    """The header of a text without a byline: its first line is the title when it may be one and a body follows."""
    text = _without_label([*(lines[index] for index in reading.above), *lines[reading.position :]])
    tags = [line for line in text[:1] if classify(line).kind is Kind.HASHTAGS]
    text = text[len(tags) :]
    title = reading.title
    bracketed = title_line.bracketed(text[0]) if text and title is None else None
    if bracketed is not None:
        title, rest = bracketed
        return Header(title, reading.byline, [*tags, *([rest] if rest.shown else []), *text[1:]])
    # A single line with a comma in it is a news flash, not a title.
    is_flash = len(text) == 1 and _PAUSE.search(text[0].folded)
    if title is None and text and title_line.may_be_title(text[0]) and not is_flash:
        title, text = text[0].shown, text[1:]
    return _header(title, reading.byline, tags, text)


def _header(title: str | None, values: Byline, above_body: list[Line], body: list[Line]) -> Header:
    """The header, its title without buttons, and the body without a first line that repeats the title."""
    if title is None:
        return Header(None, values, above_body + body)
    if body and squeeze(body[0].shown) == squeeze(title):
        body = body[1:]
    return Header(title_line.without_buttons(title), values, above_body + body)


def _without_label(body: list[Line]) -> list[Line]:
    """The body without the label 正文： in its first line."""
    match = _LABELLED_BODY.match(body[0].folded) if body else None
    if match is None:
        return body
    rest = body[0].cut(match.end())
    return [rest, *body[1:]] if rest.shown else body[1:]
