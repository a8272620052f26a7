"""Body of an article: its paragraphs and headings, without boilerplate, and the byline in and below it."""

import re
from dataclasses import dataclass
from itertools import zip_longest

from retrieval.article import Paragraph, paragraphs_from_lines
from retrieval.intake.lexicon import one_of
from retrieval.intake.prose import credits, dateline, footer, headings, labels, notices
from retrieval.intake.prose.byline import Byline
from retrieval.intake.prose.line_kind import NEVER_TEXT, Kind, classify
from retrieval.intake.prose.lines import Line, ends_sentence, han

# A box with other articles may also stand above the article, and must not cut it off. Chinese characters of body above
# a box at the end.
_ENOUGH_BODY = 60
# The article goes on below a marker when `_LONG_LINES` of the next `_LOOK_AHEAD` lines have `_LONG_LINE` Chinese
# characters.
_LONG_LINE, _LOOK_AHEAD, _LONG_LINES = 45, 12, 4
# First lines that may hold the dateline: a caption may stand above it.
_DATELINES = 3
# Last lines that may end with a bracket of credits; last lines that may be a byline; lines below a marker that may name
# the editor.
_BRACKETS, _TAIL, _BELOW_MARKER = 3, 6, 40
_RESPONSIBLE = re.compile(one_of("labels.responsible", spaced=True))


@dataclass(frozen=True, slots=True)
class Body:
    """`byline` holds the credits and datelines in and below the paragraphs."""

    paragraphs: tuple[Paragraph, ...]
    byline: Byline


def read(lines: list[Line]) -> Body:
    """The body in the lines below a header. A line stays when it is not certain to be boilerplate."""
    cleaner = _Cleaner(footer.split_glued(lines))
    cleaner.read()
    text, collected = cleaner.text, cleaner.byline
    closing = [credits.cut_bracket(line) for line in text[-_BRACKETS:]]
    text[-_BRACKETS:] = [line for line, _ in closing if line.shown]
    for _, values in reversed(closing):
        collected |= values
    opening = [dateline.read(line) for line in text[:_DATELINES]]
    text[:_DATELINES] = [line for line, _ in opening if line.shown]
    for _, values in opening:
        collected |= values
    return Body(_paragraphs(text), collected)


def _paragraphs(text: list[Line]) -> tuple[Paragraph, ...]:
    """The paragraphs of `text`, each with the heading above it."""
    shown: list[str] = []
    heading_lines: list[int] = []
    last_glued = 0
    for index, (line, following) in enumerate(zip_longest(text, text[1:])):
        heading = headings.read(line, following, last_glued)
        if heading is not None:
            heading_lines.append(index)
            last_glued = heading[1] or last_glued
        shown.append(heading[0] if heading is not None else line.shown)
    return paragraphs_from_lines(shown, heading_lines)


class _Cleaner:
    """Removal of credits, furniture and the box at the end from the lines below a header.

    The lines are read once, from the top. `text` holds the lines that stay, `byline` that of the others, with all their
    authors and the address of the footer.
    """

    def __init__(self, lines: list[Line]) -> None:
        self.text: list[Line] = []
        self._lines = lines
        self._footer_start = footer.start(lines)
        addresses = [values.url for kind, values in map(classify, lines[self._footer_start :]) if kind is Kind.ADDRESS]
        # Several addresses are a list.
        self.byline = Byline(url=addresses[0] if len(addresses) == 1 else None)
        # Chinese characters of the lines in `text`.
        self._length = 0
        # Whether the line stands in a box, the editor is named above it, the line above it was dropped.
        self._in_box = self._signed = self._dropped = False

    def read(self) -> None:
        """Read the lines down to the box that ends the body, or to the last."""
        for index, line in enumerate(self._lines):
            is_box = classify(line).kind is Kind.BOX
            if is_box and self._ends_body(index):
                below = self._lines[index + 1 : index + 1 + _BELOW_MARKER]
                editors = (classify(other).byline.editor for other in below)
                self.byline |= Byline(editor=next(filter(None, editors), None))
                break
            self._in_box = is_box or (self._in_box and not ends_sentence(line.folded))
            self._dropped = not self._stays(index, line)
            if not self._dropped:
                self.text.append(line)
                self._length += han(line.folded)

    def _stays(self, index: int, line: Line) -> bool:
        """Whether the line belongs to the text; the byline in any other line is taken."""
        kind, values = classify(line)
        in_footer = self._length > 0 and index >= self._footer_start
        # A list that belongs to the article (附：…) may stand below all names.
        self._signed = self._signed and not line.folded.startswith("附")
        if kind in NEVER_TEXT:
            is_responsible = _RESPONSIBLE.search(line.folded) is not None
            # 编辑 works for the newspaper that the text came from, 责任编辑 for the site.
            self.byline = self.byline.with_credit(values, responsible=is_responsible)
            # Lines of the footer below the editor's name belong to the page.
            is_end = in_footer and self._length >= _ENOUGH_BODY
            self._signed = self._signed or (is_end and (values.editor is not None or is_responsible))
            return False
        if kind in (Kind.BOX, Kind.TEASER) or (self._in_box and kind in (Kind.TITLE, Kind.WORDS)):
            return False
        if in_footer and (self._signed or self._belongs_to_page(line)):
            return False
        if self._length and (in_footer or index + _TAIL >= len(self._lines)) and _is_byline_below(line):
            self.byline |= values
            return False
        return True

    def _belongs_to_page(self, line: Line) -> bool:
        """Whether a line of the footer is furniture, a notice or the address of the page.

        Below a dropped line a number and hashtags belong to the page, too.
        """
        kind, values = classify(line)
        if kind in (Kind.FURNITURE, Kind.NAVIGATION) or notices.is_legal(line):
            return True
        if kind is Kind.ADDRESS:
            return values.url == self.byline.url
        # Hashtags below a post's signature repeat its channel; elsewhere they are words of the article.
        return self._dropped and (kind in (Kind.NUMBER, Kind.HASHTAGS) or notices.asks(line))

    def _ends_body(self, index: int) -> bool:
        """Whether the article ends above the marker at `index` (相关新闻)."""
        following = self._lines[index + 1 : index + 1 + _LOOK_AHEAD]
        return self._length >= _ENOUGH_BODY and sum(han(line.folded) >= _LONG_LINE for line in following) < _LONG_LINES


def _is_byline_below(line: Line) -> bool:
    """Whether a line below the body is a byline.

    It must have a label, a time or a source: a bare day is the signature of a notice and stays in the text.
    """
    kind, values = classify(line)
    says_more = values.starts_article or values.source or labels.find(line.folded)
    return kind is Kind.BYLINE and values != Byline() and bool(says_more)
