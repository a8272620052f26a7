"""Sentences of a text and clauses of a sentence, as spans of its characters."""

import re
from typing import NamedTuple

_ENDS = "。！？!?…"
_OPENING = "“‘「『（(《〈【["
_CLOSING = "”’」』）)》〉】]"
_PAIRS = dict(zip(_CLOSING, _OPENING, strict=True))
_MARKS = re.compile(f"[{re.escape(_ENDS + _OPENING + _CLOSING)}.\\n]")
_CLAUSE_ENDS = "，；。！？!?…\n"
# A quotation longer than this, in characters, is taken as unclosed: it must not swallow the rest of a paragraph.
_LONGEST_QUOTATION = 300


class Span(NamedTuple):
    """A half-open range of characters: text[start:end]."""

    start: int
    end: int


def sentences(text: str) -> list[Span]:
    """The sentences of `text` in order, without surrounding blanks; together they hold every other character.

    A sentence ends at 。！？!?… or at a full stop before a blank, outside quotation marks and brackets. Closing marks
    that follow belong to it. A line break always ends a sentence. 。” ends a sentence if it closes the quotation.
    """
    spans = []
    start = 0
    for end in _sentence_ends(text):
        chunk = text[start:end]
        first = start + len(chunk) - len(chunk.lstrip())
        last = start + len(chunk.rstrip())
        if first < last:
            spans.append(Span(first, last))
        start = end
    return spans


def clauses(text: str, span: Span) -> list[Span]:
    """The clauses of one or more sentences in order; together they hold every character of the span.

    A clause ends at ，or ；and where a sentence does, outside quotation marks and brackets. The mark belongs to it.
    """
    spans = []
    start = span.start
    open_marks: list[tuple[str, int]] = []
    for position in range(span.start, span.end):
        mark = text[position]
        if mark in _OPENING:
            open_marks.append((mark, position))
        elif mark in _PAIRS:
            _close(open_marks, _PAIRS[mark])
        elif mark == '"' and not _close(open_marks, mark):
            open_marks.append((mark, position))
        elif mark in _CLAUSE_ENDS and not open_marks:
            spans.append(Span(start, position + 1))
            start = position + 1
    return [*spans, Span(start, span.end)] if start < span.end else spans


def _sentence_ends(text: str) -> list[int]:
    ends = []
    open_marks: list[tuple[str, int]] = []
    position, length = 0, len(text)
    for match in _MARKS.finditer(text):
        if match.start() < position:
            continue  # belongs to the sentence that ended before it
        mark, position = match.group(), match.end()
        if mark == "\n":
            open_marks.clear()
            ends.append(position)
            continue
        if mark in _OPENING:
            open_marks.append((mark, position))
            continue
        if mark in _PAIRS:
            _close(open_marks, _PAIRS[mark])
            continue
        if not _is_end(text, position - 1):
            continue
        while position < length and (text[position] in _ENDS or text[position] in _PAIRS):
            if text[position] in _PAIRS:
                _close(open_marks, _PAIRS[text[position]])
            position += 1
        if not open_marks or position - open_marks[0][1] > _LONGEST_QUOTATION:
            open_marks.clear()
            # “好！”，他说。 is one sentence: the comma continues it after the quotation.
            if not (text[position - 1] in _PAIRS and text[position : position + 1] in ("，", ",")):
                ends.append(position)
    return [*ends, length]


def _close(open_marks: list[tuple[str, int]], opening: str) -> bool:
    """Close the innermost open mark of this kind, and every mark opened after it; False when none is open."""
    for index in range(len(open_marks) - 1, -1, -1):
        if open_marks[index][0] == opening:
            del open_marks[index:]
            return True
    return False


def _is_end(text: str, position: int) -> bool:
    if text[position] in _ENDS:
        return True
    return (
        text[position] == "."
        and position > 0
        and text[position - 1].isalpha()
        and text[position + 1 : position + 2] in (" ", "")
    )
