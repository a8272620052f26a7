"""Words of the same sound: 张学友 and 张雪友."""

import os
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from importlib import import_module
from itertools import chain

from retrieval.text.analyzer import Analyzer


class Sounds:
    """The sounds of characters, without tones, by pypinyin.

    `load`, or else the first use, imports it and reads the sounds of all characters of jieba's dictionary.
    """

    def __init__(self, analyzer: Analyzer) -> None:
        self._dictionary = analyzer.dictionary

    def load(self) -> None:
        """Read the sounds: 0.08 seconds and 5 MB (two shared cores, 2026-11-28)."""
        tables(self._dictionary.characters)

    def alike(self, word: str) -> Iterator[str]:
        """The words that differ from a word in one Han character, which sounds the same in its most usual reading."""
        sounds, characters_of = tables(self._dictionary.characters)
        for place, character in enumerate(word):
            for other in characters_of.get(sounds.get(character, ""), ()):
                if other != character:
                    yield word[:place] + other + word[place + 1 :]


@lru_cache(1)  # the dictionary of a process is one, whoever opens it
def tables(characters: str) -> tuple[dict[str, str], dict[str, list[str]]]:
    """The sound of each character, and the characters of each sound."""
    # pypinyin reads these two at its import. Its phrases, which no single character needs, and its copies of its tables
    # take 0.1 seconds and 36 MB.
    os.environ |= {"PYPINYIN_NO_PHRASES": "true", "PYPINYIN_NO_DICT_COPY": "true"}
    # Imported by name: few questions need it, and a process that only writes needs it never.
    pypinyin = import_module("pypinyin")
    read = pypinyin.pinyin(list(characters), style=pypinyin.Style.NORMAL)
    sounds = dict(zip(characters, chain.from_iterable(read), strict=True))
    characters_of = defaultdict[str, list[str]](list)
    for character, sound in sounds.items():
        characters_of[sound].append(character)
    return sounds, dict(characters_of)
