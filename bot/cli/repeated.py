"""Sentences that a file repeats for many of its parts: the first few of each kind, and a count of the others."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

# Parts of a file that get the same sentence one by one.
FIRST = 5
_PART = re.compile(r" (?:第 \d{1,12} [行项条篇]|消息 -?\d)|(?<=^导出的编号) #")
# What differs between sentences of one kind: what a part holds, and numbers.
_DIFFERS = re.compile(r"“[^”]*”|[\d,]+")


class Others(NamedTuple):
    """The parts of a `file` beyond the first few that get such a `sentence`; it is that of the first part."""

    file: str
    parts: int
    sentence: str


class Repeated:
    """Counts sentences of one kind about the parts of one file; a table may have a million rows without a text."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str]] = Counter()
        self._first: dict[tuple[str, str], str] = {}

    def is_told(self, item: str, sentence: str) -> bool:
        """Count a sentence about `item`, a file or a part of one; whether to tell it, as one of the first few."""
        part = _PART.search(item)
        if part is None:
            return True
        key = (item[: part.start()], _DIFFERS.sub("", sentence))
        self._counts[key] += 1
        self._first.setdefault(key, sentence)
        return self._counts[key] <= FIRST

    def others(self) -> Iterator[Others]:
        """The parts whose sentences are not told, in the order of the first of each kind."""
        for key, count in self._counts.items():
            if count > FIRST:
                yield Others(key[0], count - FIRST, self._first[key])
