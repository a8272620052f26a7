"""Is an article the same report as one that is stored, in another paper? (the only file that knows rensa)

Two texts are compared by their sets of five-character shingles (MinHash of 126 permutations) and by their sentences:
a report that was edited keeps most shingles, one of which half was printed keeps its sentences.
"""

import re
from collections.abc import Iterable
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray
from rensa import RMinHash

from retrieval.text.folding import fold

# Signatures made by other rules, or by another algorithm of the library, do not compare: raise the number with them.
RULES = f"1 rensa {RMinHash.ALGORITHM_VERSION}"
# Measured on the pages of 139 different real articles and seven kinds of edit: at most .11 and .09 between different
# ones. Three rows a band find a pair of similarity .35 with 84 % and one of .5 with 99.6 %.
SIMILAR, CONTAINED = 0.35, 0.5
# What one site prints under all of its articles may be half the sentences of short ones, never so much of their text.
_LEAST_SIMILAR = 0.15
_PERMUTATIONS, _ROWS = 126, 3
_SHINGLE = 5
# Shorter ones are said by everybody (“他说。”), and one sentence alone may be anybody's.
_SHORTEST_SENTENCE, _FEWEST_SENTENCES = 8, 2
# The sentences of least hash are keys too: of two texts that share half of their sentences, hardly any two share none.
_KEY_SENTENCES = 8
DIGEST_BYTES = 4 * _PERMUTATIONS
_ENDS = re.compile(r"[。!?…;\n]")
_Hashes = NDArray[np.uint64]


def signature(texts: Iterable[str]) -> bytes:
    """What a text, given in parts, is compared by: about 750 bytes. Empty for a text without letters and digits.

    Equal for texts that differ in width, case, script, blanks and punctuation within sentences only.
    """
    folded = fold("\n".join(texts))
    said = "".join(filter(str.isalnum, folded))
    if not said:
        return b""
    minhash = RMinHash(num_perm=_PERMUTATIONS, seed=1)
    minhash.update([said[start : start + _SHINGLE] for start in range(max(1, len(said) - _SHINGLE + 1))])
    pieces = ("".join(filter(str.isalnum, piece)) for piece in _ENDS.split(folded))
    sentences = {_hash(piece) for piece in pieces if len(piece) >= _SHORTEST_SENTENCE}
    return np.array(minhash.digest(), "<u4").tobytes() + np.array(sorted(sentences), "<u8").tobytes()


def keys(signed: bytes) -> list[int]:
    """Numbers of 64 bits, signed as SQLite has them: two signatures that are alike share one, but for rare pairs."""
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
    found: list[int] = np.concatenate([mixed, sentences[:_KEY_SENTENCES]]).view(np.int64).tolist()
    return list(dict.fromkeys(found))


def is_signature(data: bytes) -> bool:
    """Whether these bytes have the length of a signature."""
    return not data or (len(data) >= DIGEST_BYTES and (len(data) - DIGEST_BYTES) % 8 == 0)


def alike(one: bytes, other: bytes) -> bool:
    """Whether two signatures are of the same report. Symmetric; nothing is like the empty signature."""
    alikeness = similarity(one, other)
    return alikeness >= SIMILAR or (alikeness >= _LEAST_SIMILAR and containment(one, other) >= CONTAINED)


def similarity(one: bytes, other: bytes) -> float:
    """The estimated Jaccard similarity of the texts' shingles, 0 to 1; its standard error is at most .045."""
    if not one or not other:
        return 0.0
    return float(np.mean(_parts(one)[0] == _parts(other)[0]))


def containment(one: bytes, other: bytes) -> float:
    """The share of the sentences of the text with fewer that the other has too, 0 to 1; 0 when that is one or none."""
    if not one or not other:
        return 0.0
    first, second = _parts(one)[1], _parts(other)[1]
    shared = len(np.intersect1d(first, second, assume_unique=True))
    return shared / min(len(first), len(second)) if shared >= _FEWEST_SENTENCES else 0.0


def _parts(signed: bytes) -> tuple[NDArray[np.uint32], _Hashes]:
    """The MinHash, and the hashes of the sentences, ascending."""
    return np.frombuffer(signed[:DIGEST_BYTES], "<u4"), np.frombuffer(signed[DIGEST_BYTES:], "<u8")


def _hash(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "little")
