"""Words of the same sound: 张学友 and 张雪友."""

import hashlib
import marshal
import os
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from importlib.metadata import version
from itertools import chain
from typing import NamedTuple

from retrieval.text.analyzer import Analyzer
from retrieval.text.dictionary import Cache


class Tables(NamedTuple):
    """The sound of each character, and the characters of each sound."""

    sounds: dict[str, str]
    characters_of: dict[str, list[str]]


class Sounds:
    """The sounds of the characters of jieba's dictionary, without tones, by pypinyin.

    They are read at `load`, or else at the first use, from the analyzer's cache, which takes 2 MB. Without a usable
    one, pypinyin is imported: 9 MB, and thirty times the time (0.08 seconds; two shared cores, 2026-11-28).
    """

    def __init__(self, analyzer: Analyzer) -> None:
        self._analyzer = analyzer

    def load(self) -> Tables:
        """Read the sounds, once a process: its dictionary is one, whoever opens it."""
        characters = self._analyzer.dictionary.characters
        known = _by_characters()
        if characters not in known:
            known[characters] = tables(characters, self._analyzer.cache)
        return known[characters]

    def alike(self, word: str) -> Iterator[str]:
        """The words that differ from a word in one Han character, which sounds the same in its most usual reading."""
        sounds, characters_of = self.load()
        for place, character in enumerate(word):
            for other in characters_of.get(sounds.get(character, ""), ()):
                if other != character:
                    yield word[:place] + other + word[place + 1 :]


def tables(characters: str, kept: Cache | None = None) -> Tables:
    """The tables of these characters, from the cache, or made anew and kept there."""
    name = f"sounds-{version('pypinyin')}-{hashlib.sha256(characters.encode()).hexdigest()[:32]}"
    read = _sounds(None if kept is None else kept.read(name), len(characters))
    if read is None:
        read = _by_pypinyin(characters)
        if kept is not None:
            kept.write(name, marshal.dumps(read))
    sounds = dict(zip(characters, read, strict=True))
    characters_of = defaultdict[str, list[str]](list)
    for character, sound in sounds.items():
        characters_of[sound].append(character)
    return Tables(sounds, dict(characters_of))


def _sounds(data: bytes | None, count: int) -> list[str] | None:
    """The sounds that a cache has kept; None for anything else."""
    try:
        found = marshal.loads(data) if data else None
    except (EOFError, TypeError, ValueError):  # another program has written it
        return None
    return found if isinstance(found, list) and len(found) == count and {*map(type, found)} == {str} else None


def _by_pypinyin(characters: str) -> list[str]:
    # pypinyin reads these two at its import. Its phrases, which no single character needs, and its copies of its tables
    # take 0.1 seconds and 36 MB.
    os.environ |= {"PYPINYIN_NO_PHRASES": "true", "PYPINYIN_NO_DICT_COPY": "true"}
    # Imported by name: few processes need it.
    pypinyin = import_module("pypinyin")
    return list(chain.from_iterable(pypinyin.pinyin(list(characters), style=pypinyin.Style.NORMAL)))


@cache
def _by_characters() -> dict[str, Tables]:
    """The tables of this process, by the characters that they are made of."""
    return {}
