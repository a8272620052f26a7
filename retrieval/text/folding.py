"""Folding of text: one width, one case, one script, so that spellings of the same thing are equal.

Folding maps one character to one character: an offset into the folded text is an offset into the original.
"""

import re
import unicodedata
from collections.abc import Sequence

import numpy as np
import opencc

_SIMPLIFY = opencc.OpenCC("t2s")
_SURROGATES = re.compile("[\ud800-\udfff]")
# `\w` is every character of which `str.isalnum` is true, and the low line.
_NOT_ALNUM, _PIECE = re.compile(r"[\W_]+"), 50_000


# Code point to folded code point, computed at its first look-up; 0 until then. Looking up an array takes a twelfth of
# the time of str.translate, and the memory of what was never looked up is never taken.
_FOLDED = np.zeros(0x110000, np.uint32)
_CODES = "utf-32-le"


def _folded_character(character: str) -> str:
    """A character, not a lone surrogate, in one width and case.

    NFKC changes the length of over a thousand code points (① stays one character, ㎡ and ﷺ do not); those are kept
    unchanged. Control characters become blanks: they can be neither stored nor shown.
    """
    if character == "著":  # the only common character that t2s leaves in its traditional spelling: 看著
        return "着"
    if unicodedata.category(character) == "Cc":
        return " "
    folded = unicodedata.normalize("NFKC", character)
    folded = folded.lower() if len(folded) == 1 else character
    folded = folded if len(folded) == 1 else character
    # PDF files write the radical ⾺ for 馬. Only NFKC maps it to 馬, and `fold` simplifies before this.
    return folded if folded == character else _SIMPLIFY.convert(folded)


def printable(text: str) -> str:
    """The text with U+FFFD for lone surrogates and NUL, which no database or terminal accepts; same length."""
    return _SURROGATES.sub("\ufffd", text).replace("\0", "\ufffd")


def simplify(text: str) -> str:
    """The text in simplified characters (OpenCC t2s, which converts by phrases); same length as `text`."""
    text = printable(text)
    simplified = _SIMPLIFY.convert(text)
    return simplified if len(simplified) == len(text) else "".join(map(_SIMPLIFY.convert, text))


def fold(text: str) -> str:
    """The text in one width, case and script; same length, character by character."""
    return _one_to_one(simplify(text))


def fold_all(texts: Sequence[str]) -> list[str]:
    """`fold` of each text, for a hundred passages in half of the time."""
    joined = "\n".join(texts)
    simplified = _SIMPLIFY.convert(printable(joined))
    if len(simplified) != len(joined):
        return list(map(fold, texts))
    folded, pieces, start = _one_to_one(simplified), list[str](), 0
    for text in texts:
        pieces.append(folded[start : start + len(text)])
        start += len(text) + 1
    return pieces


def _one_to_one(text: str) -> str:
    """A text without lone surrogates, each character folded by itself."""
    codes = np.frombuffer(text.encode(_CODES), np.uint32)
    folded = _FOLDED[codes]
    if not folded.all():
        for code in np.unique(codes[folded == 0]).tolist():
            _FOLDED[code] = ord(_folded_character(chr(code)))
        folded = _FOLDED[codes]
    return folded.tobytes().decode(_CODES)


def squeeze(text: str) -> str:
    """The folded letters and digits alone: equal for two texts that differ only in blanks and punctuation."""
    folded = fold(text)
    # In pieces, to bound memory: `sub` holds a string of up to 80 bytes for every second character while it runs.
    return "".join(_NOT_ALNUM.sub("", folded[start : start + _PIECE]) for start in range(0, len(folded), _PIECE))
