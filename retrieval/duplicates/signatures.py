"""Signatures of articles, by which reprints of a report are recognised. The only module that imports rensa.

Two texts are compared by their sets of five-character shingles (MinHash of 126 permutations) and by their sentences: an
edited report keeps most shingles, a report printed by half keeps its sentences.
"""

import re
from collections.abc import Iterable
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray
from rensa import RMinHash

from retrieval.text.bulk_folding import fold_all

# Signatures of different rules, or of different algorithms of the library, cannot be compared. Raise the number with
# every change of the rules in this module.
RULES = f"1 rensa {RMinHash.ALGORITHM_VERSION}"
# Measured on the pages of 139 real articles and seven kinds of edit: different articles reach at most .11 and .09.
# Three rows a band find a pair of similarity .35 with 84 % and one of .5 with 99.6 %.
SIMILAR, CONTAINED = 0.35, 0.5
# Texts of one report with a few other words. One word of a report of 100 characters changes 8 of its 96 shingles: .85.
NEARLY_SAME = 0.8
# Lines that a site prints under all its articles may be half the sentences of short ones, but less of their text.
_LEAST_SIMILAR = 0.15
_PERMUTATIONS, _ROWS = 126, 3
_SHINGLE = 5
# Shorter sentences (“他说。”) are common to all texts, and a single shared sentence may be a coincidence.
_SHORTEST_SENTENCE, _FEWEST_SENTENCES = 8, 2
# The sentences with the smallest hashes are keys too: texts that share half of their sentences almost always share one
# of these.
_KEY_SENTENCES = 8
DIGEST_BYTES = 4 * _PERMUTATIONS
# Candidates for a new article: for each key the newest articles that share it, and of all these the ones that share the
# most keys. The bounds keep a sentence that ten thousand articles end with from slowing down the next article.
NEWEST, CLOSEST = 50, 50
_ENDS = re.compile(r"[。!?…;\n]")
# `\w` is every character of which `str.isalnum` is true, and the low line.
_NOT_ALNUM = re.compile(r"[\W_]+")
_Hashes = NDArray[np.uint64]


def signature(texts: Iterable[str]) -> bytes:
    """The signature of a text given in parts, about 750 bytes; empty for a text without letters and digits.

    Texts that differ only in width, case, script, blanks and punctuation within sentences have equal signatures.
    """
    folded = " ".join(fold_all([*texts]))
    letters = _NOT_ALNUM.sub("", folded)
    if not letters:
        return b""
    minhash = RMinHash(num_perm=_PERMUTATIONS, seed=1)
    minhash.update([letters[start : start + _SHINGLE] for start in range(max(1, len(letters) - _SHINGLE + 1))])
    pieces = (_NOT_ALNUM.sub("", piece) for piece in _ENDS.split(folded))
    sentences = {_hash(piece) for piece in pieces if len(piece) >= _SHORTEST_SENTENCE}
    return np.array(minhash.digest(), "<u4").tobytes() + np.array(sorted(sentences), "<u8").tobytes()


def keys(signed: bytes) -> list[int]:
    """Signed 64-bit numbers, as SQLite stores them; two signatures that are alike nearly always share one."""
    if not signed:
        return []
    minhash, sentences = _parts(signed)
    rows = minhash.astype(np.uint64).reshape(-1, _ROWS)
    mixed = np.arange(len(rows), dtype=np.uint64)
    for row in range(_ROWS):
        # One round of splitmix64 (Steele, Lea and Flood 2014) for each number; uint64 wraps around.
        mixed = (mixed + np.uint64(0x9E3779B97F4A7C15)) ^ rows[:, row]
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        mixed ^= mixed >> np.uint64(31)
    numbers: list[int] = np.concatenate([mixed, sentences[:_KEY_SENTENCES]]).view(np.int64).tolist()
    return list(dict.fromkeys(numbers))


def is_signature(data: bytes) -> bool:
    """Whether these bytes have the length of a signature."""
    return not data or (len(data) >= DIGEST_BYTES and (len(data) - DIGEST_BYTES) % 8 == 0)


def alike(signed: bytes, other: bytes) -> bool:
    """Whether two signatures are of the same report. Symmetric; an empty signature is alike to none."""
    alikeness = similarity(signed, other)
    return alikeness >= SIMILAR or (alikeness >= _LEAST_SIMILAR and containment(signed, other) >= CONTAINED)


def nearly_same(signed: bytes, other: bytes) -> bool:
    """Whether two texts differ in few words only. Symmetric; an empty signature is like none."""
    return similarity(signed, other) >= NEARLY_SAME


def similarity(signed: bytes, other: bytes) -> float:
    """The estimated Jaccard similarity of the texts' shingles, 0 to 1; its standard error is at most .045."""
    if not signed or not other:
        return 0.0
    return int(np.count_nonzero(_parts(signed)[0] == _parts(other)[0])) / _PERMUTATIONS


def containment(signed: bytes, other: bytes) -> float:
    """The share of sentences that the texts have in common, of the text with fewer, 0 to 1.

    It is 0 when they share fewer than `_FEWEST_SENTENCES`.
    """
    if not signed or not other:
        return 0.0
    first, second = _parts(signed)[1], _parts(other)[1]
    shared = len(np.intersect1d(first, second, assume_unique=True))
    return shared / min(len(first), len(second)) if shared >= _FEWEST_SENTENCES else 0.0


def _parts(signed: bytes) -> tuple[NDArray[np.uint32], _Hashes]:
    """The MinHash (126 numbers), and the hashes of the sentences, ascending."""
    return np.frombuffer(signed[:DIGEST_BYTES], "<u4"), np.frombuffer(signed[DIGEST_BYTES:], "<u8")


def _hash(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "little")
