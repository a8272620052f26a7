"""Counts of n-grams in many texts at once, by arrays of their code points: in a fifth of the time of `str.count`."""

from collections.abc import Iterator, Sequence
from functools import reduce
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

_CODES = "utf-32-le"
# It stands around each text, is no letter, and so is part of no n-gram.
_BREAK = "\n"
# Code point to whether it is a letter or digit; 0 until its first look-up. Memory never looked up is never taken.
_LETTER, _OTHER = 1, 2
_table = np.zeros(0x110000, np.uint8)
_Numbers = NDArray[np.int64]


class Counts(NamedTuple):
    """For each text, how often it holds the n-grams, without those that it lacks, and how many bigrams it has."""

    grams: list[dict[str, int]]
    bigrams: list[int]


def count_all(texts: Sequence[str], grams: Sequence[str]) -> Counts:
    """Count distinct n-grams in folded texts; overlapping ones count, and the bigrams are those of `ngrams.bigrams`.

    An n-gram of one character counts where it is a word of its own: there it is a bigram.
    """
    if not texts:
        return Counts([], [])
    codes = np.frombuffer(f"{_BREAK}{_BREAK.join(texts)}{_BREAK}".encode(_CODES), np.int32)
    is_letter = _are_letters(codes)
    # The array begins and ends with a break, so that `roll` joins nothing.
    is_first, is_last = is_letter & ~np.roll(is_letter, 1), is_letter & ~np.roll(is_letter, -1)
    starts = np.cumsum([0, *(len(text) + 1 for text in texts[:-1])])
    # A letter begins a bigram together with the next one, or is one by itself.
    bigrams = np.add.reduceat(is_letter & (is_first | ~is_last), starts, dtype=np.int64)
    counts = np.zeros((len(texts), len(grams)), np.int64)
    for places, numbers in _occurrences(codes, is_first & is_last, grams):
        np.add.at(counts, (np.searchsorted(starts, places, "right") - 1, numbers), 1)
    held = list[dict[str, int]]({} for _ in texts)
    holders, numbers = np.nonzero(counts)
    for text, number, count in zip(holders.tolist(), numbers.tolist(), counts[holders, numbers].tolist(), strict=True):
        held[text][grams[number]] = count
    return Counts(held, bigrams.tolist())


def _are_letters(codes: NDArray[np.int32]) -> NDArray[np.bool]:
    kinds = _table.take(codes)
    if not kinds.all():
        for code in np.unique(codes[kinds == 0]).tolist():
            _table[code] = _LETTER if chr(code).isalnum() else _OTHER
        kinds = _table.take(codes)
    are_letters: NDArray[np.bool] = kinds == _LETTER
    return are_letters


def _occurrences(
    codes: NDArray[np.int32], is_word: NDArray[np.bool], grams: Sequence[str]
) -> Iterator[tuple[_Numbers, _Numbers]]:
    """The places of the n-grams of each length, and the number of the n-gram at each place."""
    # An n-gram is a number with a digit for each letter, zeros excluded. All letters that stand in no n-gram are zeros.
    digits = {letter: digit for digit, letter in enumerate(dict.fromkeys("".join(grams)), start=1)}
    base = len(digits) + 1
    digit_of = np.zeros(max([int(codes.max()), *map(ord, digits)]) + 1, np.int32)
    digit_of[list(map(ord, digits))] = list(digits.values())
    read = digit_of.take(codes)
    values = np.array([reduce(lambda value, letter: value * base + digits[letter], gram, 0) for gram in grams])
    order = np.argsort(values)
    values = values[order]
    is_read = read > 0
    for length in {len(gram) for gram in grams}:
        # Runs of such letters are few.
        begins = is_read & is_word if length == 1 else is_read[: 1 - length]
        for at in range(1, length):
            begins = begins & is_read[at : len(is_read) - length + at + 1]
        places = np.flatnonzero(begins)
        found = np.zeros(len(places), np.int64)
        for at in range(length):
            found = found * base + read.take(places + at)
        near = np.searchsorted(values, found)
        is_gram = values.take(near, mode="clip") == found
        yield places[is_gram], order[near[is_gram]]
