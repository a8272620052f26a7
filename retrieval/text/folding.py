"""Folding of text, so that spellings of the same thing are equal.

Folding makes spellings of the same thing equal: full width and half width, upper and lower case, traditional and
simplified. It maps one character to one character, so an offset into the folded text is an offset into the original.
"""

import re
import unicodedata

import opencc

_SIMPLIFY = opencc.OpenCC("t2s")
_SURROGATES = re.compile("[\ud800-\udfff]")
# `\w` is what `str.isalnum` says of a character, and the low line.
_NOT_ALNUM, _PIECE = re.compile(r"[\W_]+"), 50_000


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
