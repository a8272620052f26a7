"""Header of an article: the title and the byline above its body.

The header is read line by line from the top, and ends at the first line that cannot stand in it. The title is chosen
afterwards, among the lines that may be one.
"""

import re
from dataclasses import dataclass, replace

from retrieval.intake.lexicon import one_of
from retrieval.intake.prose import byline, dates, headings, labels, media, names, title_line, unlabelled
from retrieval.intake.prose.byline import Byline
from retrieval.intake.prose.line_kind import MOST_OF_TITLE, NEVER_TEXT, Kind, classify
from retrieval.intake.prose.lines import Line, ends_sentence, han
from retrieval.text.folding import squeeze

# Most lines of a header: sections may stand above a title, one on each line. The first byline is hardly ever below line
# `_NEAR`. Lines below a line that are searched for a byline.
_ZONE, _NEAR, _LINES_TO_BYLINE = 60, 12, 4
# Chinese characters of a word or a name. A line with more of them counts as long, and the header ends below the line
# that makes its long lines more than `_MOST_LONG`.
_A_WORD, _MOST_LONG = 8, 12
# Chinese characters of a summary between title and byline.
_LONGEST_SUMMARY = 80
# Labels of days that count only when no other day is printed: a decree is made (成文日期) before it is published.
_OTHER_DAY = re.compile(rf"{one_of('labels.other_date')}\s?:\s?$")
_PAUSE = re.compile("[,;]")
_WITH_BYLINE = frozenset((Kind.BYLINE, Kind.CREDIT, Kind.DETAIL))
_BUTTONS = frozenset((Kind.BUTTONS, Kind.FURNITURE))
_NOTHING = Byline()


@dataclass(frozen=True, slots=True)
class Header:
    """`body` holds the lines below, and the lines between title and byline that may be a subtitle."""

    title: str | None
    byline: Byline
    body: list[Line]


def read(lines: list[Line], known_title: str | None = None) -> Header:
    """The header of `lines`. `known_title` is the title; a line that repeats it is dropped.

    Without a byline in the header, its lines belong to the body, except the first when that may be a title.
    """
    reader = _Reader(_with_joined_labels(lines), known_title)
    reader.read()
    title, values, body = reader.with_byline() if reader.has_byline else reader.without_byline()
    if body and _repeats(body[0], title):
        body = body[1:]
    return Header(title, values, reader.subtitles + body)


def _with_joined_labels(lines: list[Line]) -> list[Line]:
    """The lines, labels above the first sentence joined with their values on the next line."""
    sentences = (index for index, line in enumerate(lines[:_ZONE]) if _is_prose(line))
    first = next(sentences, min(len(lines), _NEAR))
    return [*unlabelled.join_split_labels(lines[:first]), *lines[first:]]


class _Reader:
    """The state of reading a header: `_position` is the index of the next line, the other fields hold what is above it.

    `_title` is the known title, else a marked one (标题：…), and `_below_title` the index of the line below the mark.
    `_other_day` is the date with another label than that of publication. `_above` holds the indexes of the lines that
    may be title or subtitle, `subtitles` those that belong to the body.
    """

    def __init__(self, lines: list[Line], known_title: str | None) -> None:
        self.has_byline = False
        self.subtitles: list[Line] = []
        self._lines, self._known_title = lines, known_title
        self._title, self._below_title = known_title, 0
        self._byline = _NOTHING
        self._other_day: str | None = None
        self._above: list[int] = []
        self._long_lines = self._position = 0

    def read(self) -> None:
        """Read the lines down to the first that cannot stand in the header."""
        while self._position < min(len(self._lines), _ZONE) and self._long_lines <= _MOST_LONG:
            if not self._takes(self._lines[self._position]):
                break
            self._position += 1
        # Another day counts when no day of publication is printed.
        self._byline |= Byline(published=self._other_day)

    def _takes(self, line: Line) -> bool:
        """Whether the line belongs to the header; its values are taken. The first kind of line that fits decides."""
        kind, values = classify(line)
        may_be_marked = self._title in (None, self._known_title) and not self.has_byline
        if may_be_marked and (marked := title_line.marked_title(line)) is not None:
            # Lines above a marked title (标题：…) are navigation.
            self._title, self._below_title, self._above = self._title or marked.shown, self._position + 1, []
        elif kind is Kind.ADDRESS:
            self._byline |= values
        elif self._is_byline(line):
            return self._takes_byline(line, values)
        elif self.has_byline and kind in (*NEVER_TEXT, Kind.PLACE, Kind.NUMBER):
            self._byline |= values
        elif kind is Kind.NAVIGATION or kind in _BUTTONS:
            # Lines above a breadcrumb belong to the site; a line above a button may be the title.
            if not self.has_byline and (kind is Kind.NAVIGATION or " " in line.folded):
                self._above = []
        elif self._goes_on(line) if self.has_byline else self._begins_with(line):
            self._above.append(self._position)
            self._long_lines += han(line.folded) > _A_WORD
        else:
            return False
        return True

    def _is_byline(self, line: Line) -> bool:
        """Whether the line is a byline of the header, not one below the body.

        Below another byline, and in a line of a form (作者：张三), a label is enough; elsewhere the byline needs a date
        or a source. Text must follow it. Below line `_NEAR` it must start an article, too, and sentences must follow.
        """
        kind, values = classify(line)
        names_author = kind is Kind.DETAIL and values.author is not None
        is_enough = self.has_byline or kind is Kind.BYLINE or bool(values.source or values.published) or names_author
        if kind not in _WITH_BYLINE or not (is_enough or labels.begins(line)):
            return False
        if self._position >= _NEAR:
            return values.starts_article and self._sentence_follows(self._position)
        following = self._lines[self._position + 1 :]
        texts = (below for below in following if classify(below).kind not in NEVER_TEXT)
        return self._position == 0 or any(han(below.folded) >= title_line.SECTION for below in texts)

    def _takes_byline(self, line: Line, values: Byline) -> bool:
        """Whether the byline is more than another day and nothing else, the first day of a chronicle."""
        published = self._byline.published
        day = dates.as_published(line.folded)
        if published is not None and day is not None and len(day) == 10 and not published.startswith(day):
            return False
        date = dates.find(line.folded)
        if date is not None and _OTHER_DAY.search(line.folded, 0, date.span.start):
            self._other_day = self._other_day or values.published
            values = replace(values, published=None)
        self._byline |= values
        self.has_byline = True
        return True

    def _begins_with(self, line: Line) -> bool:
        """Whether a line above the first byline may stand there: no sentence, or a summary near above the byline."""
        if _may_stand_above(line):
            return True
        following = self._following_byline() if self._above and han(line.folded) <= _LONGEST_SUMMARY else None
        return following is not None and self._sentence_follows(following)

    def _goes_on(self, line: Line) -> bool:
        """Whether a line below the first byline still belongs to the header.

        The header goes on with the title, with a medium or names, and up to another byline.
        """
        following = self._lines[self._position + 1 : self._position + 2]
        if not following or not _may_stand_above(line) or headings.numbered(line, 0) is not None:
            return False
        above = [self._lines[index] for index in self._above]
        has_title = any(title_line.may_be_title(line) and classify(line).kind is not Kind.SECTION for line in above)
        if self._title is None and not has_title and any(map(title_line.may_be_title, (line, *following))):
            return True
        return _is_medium_or_names(line) or self._following_byline() is not None

    def _following_byline(self) -> int | None:
        """The index of a byline with a source or a time near below the position; None below sentences."""
        first = self._position + 1
        for index, below in enumerate(self._lines[first : first + _LINES_TO_BYLINE], first):
            values = classify(below).byline
            if values.starts_article or values.source:
                return index
            if not _may_stand_above(below):
                break
        return None

    def _sentence_follows(self, position: int) -> bool:
        """Whether a long line near below `position` ends a sentence."""
        return any(map(_is_prose, self._lines[position + 1 : position + 1 + _NEAR]))

    def with_byline(self) -> tuple[str | None, Byline, list[Line]]:
        """Title, byline and body; the lines between title and body are names, a medium or subtitles."""
        body = self._lines[self._position :]
        title = self._title
        if title is None:
            above = [self._lines[index] for index in self._above]
            chosen = title_line.title_index(above)
            bracketed = title_line.bracketed(body[0]) if body else None
            if bracketed is not None and (chosen is None or media.is_media(above[chosen])):
                # A post: the line above its date is the account, its title stands in 【】.
                title, body = bracketed[0], [bracketed[1], *body[1:]]
            elif chosen is not None:
                title, self._below_title = above[chosen].shown, self._above[chosen] + 1
        between = self._lines[self._below_title : self._position]
        found = unlabelled.between(between) | unlabelled.alone(between)
        below_title = (self._lines[index] for index in self._above if index >= self._below_title)
        others = (line for line in below_title if line.shown not in (found.source, found.author))
        self.subtitles = [line for line in others if _is_subtitle(line) and not _repeats(line, title)]
        return title, self._byline | found, body

    def without_byline(self) -> tuple[str | None, Byline, list[Line]]:
        """Title, byline and body of a text without a byline: its first line is the title when it may be one."""
        text = [*(self._lines[index] for index in self._above), *self._lines[self._position :]]
        self.subtitles = [line for line in text[:1] if classify(line).kind is Kind.HASHTAGS]
        text = text[len(self.subtitles) :]
        if self._title is not None or not text:
            return self._title, self._byline, text
        if (bracketed := title_line.bracketed(text[0])) is not None:
            return bracketed[0], self._byline, [line for line in (bracketed[1], *text[1:]) if line.shown]
        # A single line with a comma in it is a news flash, not a title.
        if not title_line.may_be_title(text[0]) or (len(text) == 1 and _PAUSE.search(text[0].folded)):
            return None, self._byline, text
        return text[0].shown, self._byline, text[1:]


def _repeats(line: Line, title: str | None) -> bool:
    """Whether a line is the title again; it may have other blanks and marks."""
    is_as_long = title is not None and len(line.shown) <= 2 * len(title)
    return is_as_long and squeeze(line.shown) == squeeze(title or "")


def _is_prose(line: Line) -> bool:
    """Whether a line is a sentence of more Chinese characters than a word."""
    return ends_sentence(line.folded) and han(line.folded) > _A_WORD


def _may_stand_above(line: Line) -> bool:
    """Whether a line may stand above the body: no longer than a title, no sentence, no title in 【】."""
    is_sentence = "。" in line.folded and ends_sentence(line.folded)
    return han(line.folded) <= MOST_OF_TITLE and not is_sentence and title_line.bracketed(line) is None


def _is_medium_or_names(line: Line) -> bool:
    return byline.medium_and_name(line) != _NOTHING or names.in_list(line, trusted=False) is not None


def _is_subtitle(line: Line) -> bool:
    """Whether a line between title and body is a subtitle: neither a short word nor a credit, a medium or names."""
    is_short = han(line.folded) <= title_line.SECTION
    return not is_short and classify(line).kind not in NEVER_TEXT and not _is_medium_or_names(line)
