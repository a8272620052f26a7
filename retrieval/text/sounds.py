"""Words of the same sound: 张学友 and 张雪友."""

from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from importlib import import_module
from itertools import chain

from retrieval.text.analyzer import Analyzer


class Sounds:
    """The sounds of characters, without tones, by pypinyin.

    The first use imports it and reads the sounds of all characters of jieba's dictionary: 0.3 seconds and 60 MB.
    """

    def __init__(self, analyzer: Analyzer) -> None:
        self._dictionary = analyzer.dictionary

    def alike(self, word: str) -> Iterator[str]:
        """The words that differ from a word in one Han character, which sounds the same in its most usual reading."""
        for place, character in enumerate(word):
            for other in self._characters_of.get(self._sounds.get(character, ""), ()):
                if other != character:
                    yield word[:place] + other + word[place + 1 :]

    @cached_property
    def _sounds(self) -> dict[str, str]:
        # Imported by name: the import takes 0.2 seconds, and few questions need it.
        pypinyin = import_module("pypinyin")
        characters = self._dictionary.characters
        sounds = pypinyin.pinyin(list(characters), style=pypinyin.Style.NORMAL)
        return dict(zip(characters, chain.from_iterable(sounds), strict=True))

    @cached_property
    def _characters_of(self) -> dict[str, list[str]]:
        characters = defaultdict[str, list[str]](list)
        for character, sound in self._sounds.items():
            characters[sound].append(character)
        return dict(characters)
