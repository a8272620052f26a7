"""How is a text compared, and where do its sentences end?

Folding makes spellings of the same thing equal: full width and half width, upper and lower case, traditional and
simplified. It maps one character to one character, so an offset into the folded text is an offset into the original.
"""

import re
import unicodedata
from typing import NamedTuple

import opencc

_SIMPLIFY = opencc.OpenCC("t2s")
_SURROGATES = re.compile("[\ud800-\udfff]")
# `\w` is what `str.isalnum` says of a character, and the low line.
_NOT_ALNUM, _PIECE = re.compile(r"[\W_]+"), 50_000


class Span(NamedTuple):
    """A half-open range of characters: text[start:end]."""

    start: int
    end: int


class _OneToOne(dict[int, int]):
    """Code point to its folded code point, worked out when first met.

    NFKC changes the length of over a thousand code points (①② stay one character, ㎡ and ﷺ do not); those are kept as
    they are. Control characters become blanks, lone surrogates U+FFFD: neither can be stored or shown.
    著 is the one common letter that t2s leaves in its traditional spelling (看著), so it is folded here.
    """

    def __missing__(self, code: int) -> int:
        character = chr(code)
        if 0xD800 <= code <= 0xDFFF:
            folded = "\ufffd"
        elif unicodedata.category(character) == "Cc":
            folded = " "
        else:
            folded = unicodedata.normalize("NFKC", character)
            folded = folded.lower() if len(folded) == 1 else character
            folded = folded if len(folded) == 1 else character
            # ⾺, the radical that PDF files give for 馬, is met by NFKC only, after the phrases were simplified.
            folded = folded if folded == character else _SIMPLIFY.convert(folded)
        self[code] = ord(folded)
        return self[code]


_FOLDED = _OneToOne({ord("著"): ord("着")})


def printable(text: str) -> str:
    """The same text with lone surrogates and NUL, which no database or terminal takes, as U+FFFD; same length."""
    return _SURROGATES.sub("\ufffd", text).replace("\0", "\ufffd")


def simplify(text: str) -> str:
    """Traditional characters as simplified ones (OpenCC t2s, which looks at phrases); same length as `text`."""
    text = printable(text)
    simplified = _SIMPLIFY.convert(text)
    return simplified if len(simplified) == len(text) else "".join(map(_SIMPLIFY.convert, text))


def fold(text: str) -> str:
    """`text` in one width, case and script; always the same length, character for character."""
    return simplify(text).translate(_FOLDED)


def squeeze(text: str) -> str:
    """The folded letters and digits alone: equal for two texts that differ in blanks and punctuation only."""
    folded = fold(text)
    # What is left of each piece is a string of 80 bytes at worst for every other character, for the moment.
    return "".join(_NOT_ALNUM.sub("", folded[start : start + _PIECE]) for start in range(0, len(folded), _PIECE))


_ENDS = "。！？!?…"
_OPENING = "“‘「『（(《〈【["
_CLOSING = "”’」』）)》〉】]"
_PAIRS = dict(zip(_CLOSING, _OPENING, strict=True))
_MARKS = re.compile(f"[{re.escape(_ENDS + _OPENING + _CLOSING)}.\\n]")
# A quotation that never closes must not swallow the rest of a paragraph.
_LONGEST_QUOTATION = 300


def sentences(text: str) -> list[Span]:
    """The sentences of `text` in order, without the blanks around them; together they hold everything but blanks.

    A sentence ends at 。！？!?… or a full stop followed by a blank, outside quotation marks and brackets, and takes the
    closing marks that follow with it; a line break always ends one. 。” ends one when the quotation closes there.
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


def _sentence_ends(text: str) -> list[int]:
    ends = []
    open_marks: list[tuple[str, int]] = []
    position, length = 0, len(text)
    for match in _MARKS.finditer(text):
        if match.start() < position:
            continue  # was taken with the sentence that ended there
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
            # “好！”，他说。: what follows the comma belongs to the sentence that is quoted.
            if not (text[position - 1] in _PAIRS and text[position : position + 1] in ("，", ",")):
                ends.append(position)
    return [*ends, length]


def _close(open_marks: list[tuple[str, int]], opening: str) -> bool:
    """Close the innermost such mark and all that was left open inside it; False when none is open."""
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
