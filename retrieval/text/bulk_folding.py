"""Folding of many texts at once, by an array of all code points: `fold` in half of the time."""

from collections.abc import Sequence

import numpy as np

from retrieval.text.folding import FOLDED, simplify

_CODES = "utf-32-le"
# Code point to folded code point; 0 until its first look-up. Memory that was never looked up is never taken.
_table = np.zeros(0x110000, np.uint32)


def fold_all(texts: Sequence[str]) -> list[str]:
    """`fold` of each text."""
    codes = np.frombuffer("".join(map(simplify, texts)).encode(_CODES), np.uint32)
    for code in np.unique(codes[_table[codes] == 0]).tolist():
        _table[code] = FOLDED[code]
    folded, pieces, start = _table[codes].tobytes().decode(_CODES), list[str](), 0
    for text in texts:
        pieces.append(folded[start : start + len(text)])
        start += len(text)
    return pieces
