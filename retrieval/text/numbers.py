"""Numbers in Chinese numerals or with thousands separators, in plain digits: 六十亿元 as 60亿元, 1,800 as 1800.

Only a whole numeral before a measure word is read: 三五个 and 七八十人 are estimates, 十分 and 万一 are no numbers.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

MEASURES = (
    "摄氏度|平方米|平方公里|立方米|世纪|小时|分钟|公里|公斤|千克|英里|美元|欧元|公顷|公分|厘米|毫米|千米|年|月|日|号|天|周|个|名|人|位|家|件|起"
    "|次|元|米|岁|秒|吨|斤|克|台|辆|架|艘|只|条|项|种|座|套|部|届|期|批|例|支|张|所|户|亩|度|层|倍|%|分|票|场|枚|集|页|首|颗|头|间|班|站|株|本|卷|处|国"
)
_DIGITS = dict(zip("〇零一二两三四五六七八九", (0, 0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))
_POWERS = {"十": 10, "百": 100, "千": 1000}
_DIGIT = "[一二两三四五六七八九]"
_BELOW_TEN_THOUSAND = rf"(?:{_DIGIT}千零?)?(?:{_DIGIT}百零?)?(?:{_DIGIT}?十)?{_DIGIT}?"
_NUMERAL_CHARACTERS = "〇零一二两三四五六七八九十百千"
_THOUSANDS = r"(?=[0-9])(?<![0-9a-z])(?<![0-9][,.])[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?(?![0-9]|,[0-9])"
# A single numeral from 一 to 十 is read only in dates and before 万 and 亿: 一个 and 三人 are words of their own.
_WRITTEN = re.compile(
    rf"(?P<thousands>{_THOUSANDS})|(?=[{_NUMERAL_CHARACTERS}])(?<![{_NUMERAL_CHARACTERS}万亿])(?:"
    rf"(?P<year>[〇零一二三四五六七八九]{{4}})(?=年)"
    rf"|(?P<numeral>{_BELOW_TEN_THOUSAND})(?<=[{_NUMERAL_CHARACTERS}])(?![{_NUMERAL_CHARACTERS}])"
    rf"(?:(?=[月日号万亿])|(?<=[{_NUMERAL_CHARACTERS}]{{2}})(?={MEASURES})))"
)
# Every written number holds one of these pairs. To look for a pair takes a tenth of the time: most sentences have none.
_ANY_THOUSANDS = re.compile("[0-9],[0-9]")
_ANY_NUMERAL = re.compile(f"[{_NUMERAL_CHARACTERS}][{_NUMERAL_CHARACTERS}年月日号万亿]")


class Number(NamedTuple):
    """A number in plain digits, and its place in the text: text[start:end]."""

    digits: str
    start: int
    end: int


def written(folded: str) -> Iterator[Number]:
    """The numbers of a folded text that are not in plain digits, in order, disjoint; 万 and 亿 are not part of them."""
    if not _ANY_THOUSANDS.search(folded) and not _ANY_NUMERAL.search(folded):
        return
    for match in _WRITTEN.finditer(folded):
        words = match.group()
        if match.lastgroup == "thousands":
            digits = words.replace(",", "")
        elif match.lastgroup == "year":
            digits = "".join(str(_DIGITS[character]) for character in words)
        else:
            digits = str(_value(words))
        yield Number(digits, match.start(), match.end())


def plain(folded: str) -> str:
    """The folded text with the numbers of `written` in plain digits; its length may change."""
    parts, end = [], 0
    for number in written(folded):
        parts += [folded[end : number.start], number.digits]
        end = number.end
    return "".join([*parts, folded[end:]]) if parts else folded


def _value(numeral: str) -> int:
    total = digit = 0
    for character in numeral:
        if character in _POWERS:
            total += (digit or 1) * _POWERS[character]
            digit = 0
        else:
            digit = _DIGITS[character]
    return total + digit
