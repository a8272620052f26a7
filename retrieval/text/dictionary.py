"""jieba's dictionary in a trie: the frequency and the flag of each word, without a Python object for any of them."""

import marshal
from array import array
from typing import Protocol

import marisa_trie

# Raise this number when a change of this file changes what a cache keeps.
_FORMAT = 1


class Cache(Protocol):
    """Bytes by name, which the next process may find again."""

    def read(self, name: str) -> bytes | None:
        """The bytes of this name, undamaged; None when they are not there."""

    def write(self, name: str, data: bytes) -> None:
        """Keep the bytes, where that is possible."""


class Dictionary:
    """Words, their frequencies and their flags. A dictionary does not change, and any thread may use it.

    A dict of the same words and their beginnings takes 56 MB; this takes 8 MB, of which 3 MB are the long words.
    Look-ups take as long as in the dict, which is too large for the processor's caches.
    """

    def __init__(self, packed: bytes) -> None:
        """The dictionary of what `pack` gave."""
        trie, frequencies, flags, self._names, self._longest, self.total, self.characters, self.long_words = (
            marshal.loads(packed)
        )
        self._trie = marisa_trie.Trie().frombytes(trie)
        self._frequencies, self._flags = memoryview(frequencies).cast("I"), flags

    @classmethod
    def read(cls, text: bytes, fingerprint: str, cache: Cache | None = None) -> "Dictionary":
        """The dictionary of a text in jieba's format; made anew, in a second, when the cache does not have it.

        `fingerprint` is another one for each text.
        """
        name = f"dictionary-{_FORMAT}-{fingerprint[:32]}"
        if cache and (kept := cache.read(name)):
            try:
                return cls(kept)
            except (EOFError, RuntimeError, TypeError, ValueError):
                pass  # another program has written it
        packed = pack(text)
        if cache:
            cache.write(name, packed)
        return cls(packed)

    def get(self, word: str) -> int:
        """The frequency of a word; 0 for any other text. jieba asks by this name."""
        number = self._trie.get(word)
        return 0 if number is None else self._frequencies[number]

    def flag(self, word: str) -> str | None:
        """The flag of a word; None for any other text."""
        number = self._trie.get(word)
        return None if number is None else self._names[self._flags[number]]

    def words_at(self, text: str, start: int) -> dict[int, int]:
        """The words with which text[start:] begins, the shortest first: the last place of each, and its frequency."""
        before, frequencies = start - 1, self._frequencies
        found = self._trie.iter_prefixes_with_ids(text[start : start + self._longest])
        return {before + len(word): frequencies[number] for word, number in found}


def pack(text: bytes) -> bytes:
    """What `Dictionary` needs of a text in jieba's format: a word, its frequency and its flag on each line.

    Besides the trie these are the words of a single character in the order of the text, and those of three and more,
    each followed by a line feed, the most frequent first; of equally frequent ones first that which the text has first,
    at the beginning of a word or as one.
    """
    parts = text.decode().strip().replace("\n", " ").split(" ")
    words, counts, flags = parts[::3], [*map(int, parts[1::3])], parts[2::3]
    frequencies, trie, names = dict(zip(words, counts, strict=True)), marisa_trie.Trie(words), sorted(set(flags))
    numbers = {name: number for number, name in enumerate(names)}
    by_place, flag_by_place = array("I", bytes(4 * len(trie))), bytearray(len(trie))
    for word, count, flag in zip(words, counts, flags, strict=True):
        place = trie[word]
        by_place[place], flag_by_place[place] = count, numbers[flag]
    beginnings = dict[str, None]()
    for word in words:
        for end in (len(word), *range(3, len(word))) if len(word) > 2 else ():
            beginnings[word[:end]] = None
    long = sorted(filter(frequencies.__contains__, beginnings), key=frequencies.__getitem__, reverse=True)
    characters = "".join(filter(frequencies.__contains__, dict.fromkeys(word[0] for word in words)))
    longest, long_words = max(map(len, words)), "".join(f"{word}\n" for word in long)
    columns = by_place.tobytes(), bytes(flag_by_place)
    return marshal.dumps((trie.tobytes(), *columns, names, longest, sum(counts), characters, long_words))
