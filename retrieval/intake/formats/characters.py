"""Characters that Chinese news is written in, and the share of others, by which a garbled text is told."""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

# The first levels of GB 2312 and Big5 hold the characters in common use. Of the passages of six collections of news,
# one in a thousand has more than a tenth of other characters; of the numbers of glyphs, read as characters, two thirds
# are others.
_LEVELS = (("gb2312", 0xB0, 0xD7), ("big5", 0xA4, 0xC6))
# Typed in addresses and formulas only.
_RARE_MARKS = frozenset("!#$&*+;<=>?@[\\]^_`{|}~")
_USUAL = "".join(
    (
        "\u2000-\u2bff\u2e80-\u33ff",  # punctuation, symbols, radicals, kana, bopomofo
        "\ufe0f-\ufe6f\uff00-\uffef",  # upright and wide forms
        "\xb7\xa5\xb0\xd7\xae\xa9",  # ·¥°×®©
        "\U0001f300-\U0001faff",  # emoji
    )
)
_IS_USUAL = re.compile(f"[{_USUAL}]")
_IS_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_WORD = re.compile(r"\(?[A-Za-z]?[a-z]+(?:['’-][A-Za-z]?[a-z]+)*[.,:;!?)]*|[A-Z]{1,6}[.,:)]*|[-+(]?[\d.,:%/()-]+%?")
# A letter or a rare mark alone between two Chinese characters: A股 begins with one, a garbled text has many, and of
# many kinds.
_ALONE = re.compile(r"(?<=[\u3400-\u9fff])[A-Za-z@-`{-~#-&*+¡-¤¦¨-¯²-¶¸-ÖØ-ɏ](?=[\u3400-\u9fff])")
_MOST_STRANGE, _MOST_STRANGE_IN_A_LINE = 0.15, 0.4
_MOST_ALONE, _MOST_KINDS_ALONE, _MOST_OF_MANY_KINDS = 0.2, 6, 0.015
# So many strange characters are a word, whatever their share.
_FEW = 10


def strange(text: str, *, may_be_foreign: bool = False) -> int:
    """The number of characters that Chinese news hardly has, blanks not counted.

    With `may_be_foreign`, letters of other scripts are not counted: a font has said that it shows them.
    """
    if not may_be_foreign:
        return sum(map(_is_strange, text))
    return sum(_is_strange(character) and not _is_foreign(character) for character in text)


def is_garbled(text: str, strange_characters: int) -> bool:
    """Whether too many characters are strange, or alone among others, for a text that somebody wrote."""
    count, alone = filled(text), _ALONE.findall(text)
    most_alone = _MOST_OF_MANY_KINDS if len(set(alone)) > _MOST_KINDS_ALONE else _MOST_ALONE
    return (
        strange_characters > max(_FEW, _MOST_STRANGE * count)
        or strange_characters > _MOST_STRANGE_IN_A_LINE * count
        or len(alone) > max(_MOST_KINDS_ALONE, most_alone * count)
    )


def filled(text: str) -> int:
    """The number of characters that are no blanks."""
    return sum(not character.isspace() for character in text)


def is_latin(text: str) -> bool:
    """Whether most of the words are English words, abbreviations or numbers."""
    words = text.split()
    return 10 * sum(_WORD.fullmatch(word) is not None for word in words) >= 7 * len(words)


def _is_strange(character: str) -> bool:
    if character.isspace():
        return False
    if _IS_HAN.match(character):
        return character not in _common()
    if character.isascii():
        return character in _RARE_MARKS or not character.isprintable()
    return not _IS_USUAL.match(character)


def _is_foreign(character: str) -> bool:
    return not character.isascii() and not _IS_HAN.match(character) and unicodedata.category(character)[0] != "C"


@cache
def _common() -> frozenset[str]:
    return frozenset(character for level in _LEVELS for character in _characters(*level))


def _characters(encoding: str, first: int, last: int) -> Iterator[str]:
    for lead in range(first, last + 1):
        for trail in range(0x40, 0xFF):
            yield from bytes((lead, trail)).decode(encoding, "ignore")
