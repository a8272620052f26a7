"""Folding of text: one width, one case, one script, so that spellings of the same thing are equal.

Folding maps one character to one character: an offset into the folded text is an offset into the original.
"""

import re
import unicodedata

import opencc

_SIMPLIFY = opencc.OpenCC("t2s")
_SURROGATES = re.compile("[\ud800-\udfff]")
# `\w` is every character of which `str.isalnum` is true, and the low line.
_NOT_ALNUM, _PIECE = re.compile(r"[\W_]+"), 50_000


class _OneToOne(dict[int, int]):
    """Code point to folded code point, computed at its first look-up.

    NFKC changes the length of over a thousand code points (① stays one character, ㎡ and ﷺ do not); those are kept
    unchanged. Control characters become blanks, lone surrogates U+FFFD: neither can be stored or shown.
    著 is the only common character that t2s leaves in its traditional spelling (看著), so it has an entry of its own.
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
            # PDF files write the radical ⾺ for 馬. Only NFKC maps it to 馬, and `fold` simplifies before this table.
            folded = folded if folded == character else _SIMPLIFY.convert(folded)
        self[code] = ord(folded)
        return self[code]


class _Alone(dict[str, str]):
    """Character to folded character, of those that OpenCC leaves as they are wherever they stand; KeyError for others.

    A text of such characters alone is folded without OpenCC, which takes most of the time.
    """

    def __missing__(self, character: str) -> str:
        if character in _CHANGED_IN_PHRASES or simplify(character) != character:
            raise KeyError(character)
        self[character] = chr(_FOLDED[ord(character)])
        return self[character]


_FOLDED = _OneToOne({ord("著"): ord("着")})
# OpenCC changes these in phrases only: 覆 in 反覆. In all other phrases that it changes, it changes a character alone.
_CHANGED_IN_PHRASES = frozenset("哩坏沈甦瞭藉衹覆")
ALONE = _Alone()


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
    try:
        return "".join(map(ALONE.__getitem__, text))
    except KeyError:
        return simplify(text).translate(_FOLDED)


def squeeze(text: str) -> str:
    """The folded letters and digits alone: equal for two texts that differ only in blanks and punctuation."""
    folded = fold(text)
    # In pieces, to bound memory: `sub` holds a string of up to 80 bytes for every second character while it runs.
    return "".join(_NOT_ALNUM.sub("", folded[start : start + _PIECE]) for start in range(0, len(folded), _PIECE))
