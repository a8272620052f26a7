"""Pairs of a key and an article as arrays: joined, written into a block, and searched."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

PAIR_BYTES = 16

_Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class KeyPairs:
    """Keys in ascending order, and the number of the article of each; 64-bit signed numbers."""

    keys: _Numbers
    articles: _Numbers

    @classmethod
    def of(cls, keys: Mapping[int, Sequence[int]]) -> "KeyPairs":
        """The pairs of articles and their keys, by article."""
        sizes = [len(numbers) for numbers in keys.values()]
        flat = np.fromiter((key for numbers in keys.values() for key in numbers), np.int64, sum(sizes))
        return cls(flat, np.repeat(np.fromiter(keys, np.int64, len(sizes)), sizes)).sorted()

    @classmethod
    def read(cls, data: bytes) -> "KeyPairs":
        """The pairs of a block; none for a block of a wrong length."""
        if len(data) % PAIR_BYTES:
            data = b""
        both = np.frombuffer(data, "<i8").reshape(2, -1)
        return cls(both[0], both[1])

    @classmethod
    def joined(cls, parts: Sequence["KeyPairs"]) -> "KeyPairs":
        """All pairs of these; none of no parts."""
        parts = [cls.read(b""), *parts]
        return cls(
            np.concatenate([part.keys for part in parts]), np.concatenate([part.articles for part in parts])
        ).sorted()

    def sorted(self) -> "KeyPairs":
        order = np.argsort(self.keys, kind="stable")
        return KeyPairs(self.keys[order], self.articles[order])

    def __len__(self) -> int:
        return len(self.keys)

    def written(self) -> bytes:
        """The bytes of a block: the keys, then the articles, in little-endian order."""
        return self.keys.astype("<i8").tobytes() + self.articles.astype("<i8").tobytes()

    def without(self, article_id: int) -> "KeyPairs":
        kept = self.articles != article_id
        return KeyPairs(self.keys[kept], self.articles[kept])

    def holds(self, article_id: int) -> bool:
        """Whether an article has a key here."""
        return bool((self.articles == article_id).any())

    def find(self, keys: Sequence[int]) -> Iterator[tuple[int, list[int]]]:
        """The articles of each of these keys that is here."""
        wanted = np.array(keys, np.int64)
        starts, ends = np.searchsorted(self.keys, wanted), np.searchsorted(self.keys, wanted, "right")
        for place in np.flatnonzero(ends > starts).tolist():
            yield keys[place], self.articles[starts[place] : ends[place]].tolist()

    def rows(self, start: int, end: int) -> list[tuple[int, int]]:
        """The pairs from place `start` to `end`, as key and article."""
        return list(zip(self.keys[start:end].tolist(), self.articles[start:end].tolist(), strict=True))
