"""Counts of n-grams in many texts at once, by arrays of their code points: in a fifth of the time of `str.count`."""

from collections.abc import Iterator, Sequence
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
    """How often each text holds each n-gram, a row for each text; and how many bigrams each text has."""

    grams: NDArray[np.int64]
    bigrams: NDArray[np.int64]


def count_all(texts: Sequence[str], grams: Sequence[str]) -> Counts:
    """Count distinct n-grams in folded texts; overlapping ones count, and the bigrams are those of `ngrams.bigrams`.

    An n-gram of one character counts where it is a word of its own: there it is a bigram.
    """
    counts = np.zeros((len(texts), len(grams)), np.int64)
    if not texts:
        return Counts(counts, np.zeros(0, np.int64))
    codes, starts = _joined(texts)
    is_letter = _are_letters(codes)
    # The array begins and ends with a break, so that `roll` joins nothing.
    is_first, is_last = is_letter & ~np.roll(is_letter, 1), is_letter & ~np.roll(is_letter, -1)
    # A letter begins a bigram together with the next one, or is one by itself.
    bigrams = np.add.reduceat(is_letter & (is_first | ~is_last), starts, dtype=np.int64)
    for places, numbers in _occurrences(codes, is_first & is_last, grams):
        np.add.at(counts, (np.searchsorted(starts, places, "right") - 1, numbers), 1)
    return Counts(counts, bigrams)


def _joined(texts: Sequence[str]) -> tuple[NDArray[np.int32], _Numbers]:
    """The code points of the texts with a break around each, and the place of the break before each text."""
    return _codes(f"{_BREAK}{_BREAK.join(texts)}{_BREAK}"), np.cumsum([0, *(len(text) + 1 for text in texts[:-1])])


def _codes(text: str) -> NDArray[np.int32]:
    return np.frombuffer(text.encode(_CODES), np.int32)


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
    letters = np.unique(_codes("".join(grams)))
    digit_of = np.zeros(max([int(codes.max()), *letters.tolist()]) + 1, np.int32)
    digit_of[letters] = np.arange(1, len(letters) + 1)
    digits = digit_of.take(codes)
    is_read = digits > 0
    for length in {len(gram) for gram in grams}:
        powers = (len(letters) + 1) ** np.arange(length)
        numbers = np.array([number for number, gram in enumerate(grams) if len(gram) == length])
        wanted = digit_of.take(_codes("".join([grams[number] for number in numbers]))).reshape(-1, length) @ powers
        order = np.argsort(wanted)
        # Runs of such letters are few.
        begins = is_read & is_word if length == 1 else is_read[: 1 - length]
        for at in range(1, length):
            begins = begins & is_read[at : len(is_read) - length + at + 1]
        places = np.flatnonzero(begins)
        found = digits.take(places[:, None] + np.arange(length)) @ powers
        near = order.take(np.searchsorted(wanted[order], found), mode="clip")
        is_gram = wanted[near] == found
        yield places[is_gram], numbers[near[is_gram]]
